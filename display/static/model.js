/**
 * The board of one moment, ready to be drawn: every decision about what is shown is made here, in plain data.
 *
 * @typedef {import("./reduce.js").State} State
 * @typedef {import("./reduce.js").Call} Call
 * @typedef {import("./reduce.js").Counter} Counter
 * @typedef {import("./options.js").Options} Options
 * @typedef {{current: Call | null, queue: Call[], status: string, failing: boolean, rules?: {quiet: boolean}}} Speech
 * @typedef {{options: Options, shape: import("./layout.js").Shape, now: number, speech: Speech, language: string,
 *   shown?: import("./intermission.js").Shown}} Context
 */
import { _ } from "motcua/i18n";

import { barHeight, barParts, breaks, callBox, callShape, division, MISSED_PAGE_MS, pageAt, paginate, pairHeight, panel, SHAPES, stripRows, tallestRow } from "./layout.js";
import { LAYOUTS } from "./options.js";
import { keyOf } from "./reduce.js";
import { restOf } from "./rest.js";
import { focus, FRESH_MS, inScope, isCalling, missedNow, recent, today } from "./select.js";

/** What stands in the place of a call when there is none, and between calls; and the most lines of the strip. */
const NO_CALL_PX = { wide: 0, tall: 700 };
const BETWEEN_PX = 660;
const STRIP = { wide: 4, tall: 2 };

/** @param {State} state @param {Context} context */
export function boardModel(state, context) {
  const { now, speech, shape } = context;
  const scope = inScope(state, context.options);
  const timezone = scope.office?.timezone ?? "Asia/Ho_Chi_Minh";
  const named = scope.counters.map((counter) => ({ ...counter, name: nameOf(counter, context.language), value: valueOf(counter) }));
  const known = today(scope.calls, now, timezone);
  const rest = isCalling(known, speech, now) ? null : restOf(scope, now, context.language);
  // Nobody comes to a counter now: the calls of the hall are over until somebody sits there again.
  const calls = rest ? [] : known;
  const withName = namer(scope, named, context);
  const full = context.options.layout === "signage";
  const bar = barOf(scope, speech, context);
  // What is shown between calls takes the large field; the calls stay in the strip below it.
  const between = Boolean(context.shown?.item);
  const large = between ? { focused: [], box: null, height: BETWEEN_PX }
    : largeField(focus(calls, speech, now).map(withName), shape, { bar: bar.height, full });
  const missed = missedNow(scope, now);
  const others = recent(calls, large.focused);
  const wanted = missed.length || others.length ? (between ? 2 : STRIP[shape]) + Number(missed.length > 0) : 0;
  const lines = scope.waiting.map((line) => ({ ...line, name: nameOf(line, context.language), value: String(line.count) }));
  const listed = full ? 0 : tallestRow([...named, ...lines], shape);
  const divided = division(shape, { bar: bar.height, calls: large.height, listed, wanted });
  return {
    known: scope.office !== null,
    status: scope.status,
    since: scope.since,
    office: scope.office ? nameOf(scope.office, context.language) : "",
    timezone,
    focused: large.focused,
    box: large.box,
    between,
    rest,
    full,
    lines,
    strip: strip(missed, others, withName, { lines: divided.strip, width: full ? SHAPES[shape].full : SHAPES[shape].calls, now }),
    missed: missed.length > 0,
    bar,
    sound: soundOf(speech),
    speaks: LAYOUTS[context.options.layout].speaks,
    side: full ? null : sidePage(named, lines, shape, divided.panel, now),
    newest: calls[0] ?? null,
  };
}

/** Calls as this screen names them. @param {State} scope @param {{number: number, name: string}[]} counters @param {Context} context */
function namer(scope, counters, { language, shape, options }) {
  const width = options.layout === "signage" ? SHAPES[shape].full : SHAPES[shape].calls;
  const names = new Map(counters.map((counter) => [counter.number, counter.name]));
  const fields = new Map(scope.waiting.map((line) => [line.service, nameOf(line, language)]));
  return (/** @type {Call} */ call) => largeCall(
    { ...call, service_name: fields.get(call.service) ?? call.service_name },
    names.get(call.counter) ?? call.counter_name, shape, width,
  );
}

/** @param {Call} call @param {string} name @param {import("./layout.js").Shape} shape @param {number} width */
function largeCall(call, name, shape, width) {
  return { ...call, counter_name: name, key: keyOf(call), form: callShape(call.number, name, shape), breaks: breaks(call.number, width) };
}

/**
 * The calls in the large field, and the height that they take. Two share it only where both fit there at full size.
 * @param {ReturnType<typeof largeCall>[]} calls @param {import("./layout.js").Shape} shape
 * @param {{bar: number, full: boolean}} screen
 */
function largeField(calls, shape, { bar, full }) {
  const room = SHAPES[shape].room - bar - 48;
  const both = calls.length === 2 && calls.every((call) => call.form === "side") && pairHeight(calls) <= room;
  if (both) return { focused: calls, box: null, height: pairHeight(calls) };
  if (!calls.length) return { focused: [], box: null, height: NO_CALL_PX[shape] };
  const box = callBox(calls[0], full ? SHAPES[shape].full : SHAPES[shape].calls, room);
  return { focused: calls.slice(0, 1), box, height: box.height };
}

/**
 * The page of the side panel that is on. Where not everything fits on one, closed counters, fields that nobody waits
 * for and counters that nobody is called to give their place to the others.
 * @template {Counter & {name: string, value: string}} C
 * @template {{name: string, count: number, value: string}} L
 * @param {C[]} counters @param {L[]} lines @param {import("./layout.js").Shape} shape @param {number} height @param {number} now
 */
function sidePage(counters, lines, shape, height, now) {
  const all = panel(counters, lines, shape, height);
  const pages = all.length > 1
    ? panel(counters.filter((counter) => counter.state !== "closed" && (counter.ticket || counter.state === "paused")),
      lines.filter((line) => line.count > 0), shape, height)
    : all;
  // Nobody waits and nobody is served: then the counters are what there is to say, not a zero for each field.
  const quiet = pages.length ? pages : panel(counters, [], shape, height);
  const turned = quiet.length ? quiet : all;
  return turned.length ? filled(turned, pageAt(turned.length, now)) : null;
}

/**
 * A page with empty rows up to the height of the tallest: nothing jumps when pages turn.
 * @template {{counters: any[] | null, waiting: any[] | null}} P
 * @param {P[]} pages @param {number} at
 */
function filled(pages, at) {
  const lines = (/** @type {P} */ page) => [...(page.counters ?? []), ...(page.waiting ?? [])].reduce((sum, row) => sum + row.lines, 0);
  return { ...pages[at], missing: Math.max(...pages.map(lines)) - lines(pages[at]) };
}

/**
 * The strip of smaller calls: those missed while the board could not know, else those called lately. It turns pages
 * only while more of them are news than it has room for. The title of what was missed needs a line of its own.
 * @param {Call[]} missed @param {Call[]} recents @param {(call: Call) => ReturnType<typeof largeCall>} withName
 * @param {{lines: number, width: number, now: number}} place
 */
function strip(missed, recents, withName, { lines, width, now }) {
  const above = missed.length > 0 && lines > 1;
  const most = lines - Number(above);
  const rows = (/** @type {Call[]} */ calls) => paginate(
    stripRows(calls.map(withName), width, !above, lastMark(9)).filter((row) => row.lines <= most), most * 104,
  );
  const news = rows(missed.length ? missed : recents.filter((call) => now - Date.parse(call.called_at) < 2 * FRESH_MS));
  const pages = missed.length || news.length > 1 ? news : rows(recents).slice(0, 1);
  return { above, calls: pages[pageAt(pages.length, now, missed.length ? MISSED_PAGE_MS : undefined)] ?? [] };
}

/** What marks a recall in the strip. @param {number} count */
export function lastMark(count) {
  return _("lần %(count)s", { count });
}

/** What stands beside a counter's name. @param {Counter} counter */
export function valueOf(counter) {
  if (counter.ticket) return counter.ticket;
  if (counter.state === "paused") return _("tạm dừng");
  return counter.state === "closed" ? _("đóng") : "–";
}

/** @param {{name: string, names?: {[language: string]: string}}} thing @param {string} language */
export function nameOf(thing, language) {
  return thing.names?.[language] || thing.name;
}

/**
 * One bar at a time, the most pressing: that the board does not know, that it may not speak, what the office says,
 * what the playlists add. What is too long for it is read part by part.
 * @param {State} state @param {Speech} speech @param {Context} context
 * @returns {{kind: "lost" | "sound" | "notice" | "ticker" | "none", text: string, height: number}}
 */
function barOf(state, speech, { language, shape, shown, now }) {
  const lines = SHAPES[shape].barLines;
  if (state.status === "unknown") return { kind: "lost", text: "", height: barHeight(lines) };
  if (speech.status === "blocked") return { kind: "sound", text: "", height: barHeight(lines) };
  const notice = noticeText(state.notice, language);
  const parts = (notice ? [notice] : (shown?.tickers ?? []).map((text) => text[language] || text.vi).filter(Boolean))
    .flatMap((text) => barParts(text, shape));
  if (!parts.length) return { kind: "none", text: "", height: 0 };
  return { kind: notice ? "notice" : "ticker", text: parts[pageAt(parts.length, now)], height: barHeight(lines) };
}

/** @param {State["notice"]} notice @param {string} language */
function noticeText(notice, language) {
  return (language === "en" ? notice?.en || notice?.vi : notice?.vi || notice?.en) ?? "";
}

/** @param {Speech} speech */
function soundOf(speech) {
  if (speech.status === "muted" || speech.status === "blocked") return speech.status;
  if (speech.failing) return "failing";
  return speech.rules?.quiet ? "quiet" : "on";
}
