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
import { breaks, callShape, linesOf, pageAt, panel, SHAPES } from "./layout.js";
import { LAYOUTS } from "./options.js";
import { keyOf } from "./reduce.js";
import { focus, FRESH_MS, inScope, missedNow, recent, today } from "./select.js";

const BAR_PX = 92;
const BAR_LINE_PX = 56;

/** @param {State} state @param {Context} context */
export function boardModel(state, context) {
  const { now, speech, shape } = context;
  const scope = inScope(state, context.options);
  const timezone = scope.office?.timezone ?? "Asia/Ho_Chi_Minh";
  const named = scope.counters.map((counter) => ({ ...counter, name: nameOf(counter, context.language) }));
  const names = new Map(named.map((counter) => [counter.number, counter.name]));
  const fields = new Map(scope.waiting.map((line) => [line.service, nameOf(line, context.language)]));
  const withName = (/** @type {Call} */ call) => largeCall(
    { ...call, service_name: fields.get(call.service) ?? call.service_name },
    names.get(call.counter) ?? call.counter_name, shape,
  );
  const calls = today(scope.calls, now, timezone);
  // What is shown between calls takes the large field; the calls stay in the strip below it.
  const between = Boolean(context.shown?.item);
  const focused = between ? [] : pair(focus(calls, speech, now).map(withName));
  const missed = missedNow(scope, now);
  const bar = barOf(scope, speech, context);
  const lines = scope.waiting.map((line) => ({ ...line, name: nameOf(line, context.language) }));
  const side = sidePanel(named, lines, shape, bar.height);
  return {
    known: scope.office !== null,
    status: scope.status,
    since: scope.since,
    office: scope.office ? nameOf(scope.office, context.language) : "",
    timezone,
    focused,
    between,
    lines,
    strip: strip(missed, recent(calls, focused), withName, SHAPES[shape].recent, now),
    missed: missed.length > 0,
    bar,
    sound: soundOf(speech),
    speaks: LAYOUTS[context.options.layout].speaks,
    wide: side.wide,
    counters: paged(side.counters, now),
    waiting: paged(side.waiting, now),
    newest: calls[0] ?? null,
  };
}

/** @param {Call} call @param {string} name @param {import("./layout.js").Shape} shape */
function largeCall(call, name, shape) {
  return { ...call, counter_name: name, key: keyOf(call), form: callShape(call.number, name, shape), breaks: breaks(call.number, shape) };
}

/**
 * Two calls share the large field only where both fit there at full size.
 * @template {{form: string}} T
 * @param {T[]} calls
 */
function pair(calls) {
  return calls.length === 2 && calls.every((call) => call.form === "side") ? calls : calls.slice(0, 1);
}

/**
 * Where not everything fits, closed counters and fields that nobody waits for give their place to the others.
 * @template {Counter} C
 * @template {{name: string, count: number}} L
 * @param {C[]} counters @param {L[]} lines @param {import("./layout.js").Shape} shape @param {number} taken
 */
function sidePanel(counters, lines, shape, taken) {
  const all = panel(counters, lines, shape, taken);
  if (all.whole) return all;
  const open = counters.filter((counter) => counter.state !== "closed");
  const withoutClosed = panel(open, lines, shape, taken);
  return withoutClosed.whole ? withoutClosed : panel(open, lines.filter((line) => line.count > 0), shape, taken);
}

/**
 * The strip of smaller calls: those missed while the board could not know, else those called lately. It turns pages
 * only while more of them are news than it has room for.
 * @template T
 * @param {Call[]} missed @param {Call[]} recents @param {(call: Call) => T} withName @param {number} room @param {number} now
 */
function strip(missed, recents, withName, room, now) {
  const fresh = recents.filter((call) => now - Date.parse(call.called_at) < 2 * FRESH_MS);
  const listed = missed.length ? missed : fresh.length > room ? fresh : recents.slice(0, room);
  const pages = Math.ceil(listed.length / room);
  const at = pageAt(pages, now) * room;
  return listed.slice(at, at + room).map(withName);
}

/**
 * The page of this moment; the first column of a shorter one is filled up to the height of the others.
 * @template {{lines: number}} T
 * @param {T[][][]} pages @param {number} now
 * @returns {{columns: (T | null)[][], page: number, pages: number}}
 */
function paged(pages, now) {
  const page = pageAt(pages.length, now);
  const [first = [], ...others] = pages[page] ?? [];
  const tallest = Math.max(0, ...pages.flat().map(linesIn));
  const lines = Math.max(...[first, ...others].map(linesIn));
  const filled = [...first, ...Array.from({ length: lines < tallest ? tallest - linesIn(first) : 0 }, () => null)];
  return { columns: pages.length ? [filled, ...others] : [], page: page + 1, pages: pages.length };
}

/** @param {{lines: number}[]} column */
function linesIn(column) {
  return column.reduce((sum, item) => sum + item.lines, 0);
}

/** @param {{name: string, names?: {[language: string]: string}}} thing @param {string} language */
export function nameOf(thing, language) {
  return thing.names?.[language] || thing.name;
}

/**
 * One bar at a time, the most pressing: that the board does not know, that it may not speak, what the office says.
 * @param {State} state @param {Speech} speech @param {Context} context
 * @returns {{kind: "lost" | "sound" | "notice" | "ticker" | "none", text: string, height: number}}
 */
function barOf(state, speech, { language, shape, shown }) {
  if (state.status === "unknown") return { kind: "lost", text: "", height: BAR_PX };
  if (speech.status === "blocked") return { kind: "sound", text: "", height: BAR_PX };
  const text = noticeText(state.notice, language);
  if (!text) return tickerBar(shown, language, shape);
  return { kind: "notice", text, height: BAR_PX + (linesOf(text, SHAPES[shape].notice) - 1) * BAR_LINE_PX };
}

/**
 * A line of the playlist, where nothing more pressing is said.
 * @param {import("./intermission.js").Shown | undefined} shown @param {string} language @param {import("./layout.js").Shape} shape
 * @returns {{kind: "ticker" | "none", text: string, height: number}}
 */
function tickerBar(shown, language, shape) {
  const text = shown?.ticker?.[language] || shown?.ticker?.vi || "";
  if (!text) return { kind: "none", text, height: 0 };
  return { kind: "ticker", text, height: BAR_PX + (linesOf(text, SHAPES[shape].notice) - 1) * BAR_LINE_PX };
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
