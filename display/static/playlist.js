/**
 * What a screen shows between calls, as a machine: which items are due, and which of them is on. Pure.
 *
 * @typedef {{[language: string]: string}} Names
 * @typedef {{first?: string, last?: string, weekdays?: number[], hours?: string[][]}} Schedule
 * @typedef {{kind: "picture" | "video" | "notice" | "papers" | "waits" | "figures" | "ticker", seconds: number,
 *   digest?: string, url?: string, type?: string, text?: Names, service?: Names, names?: Names | null, papers?: Names[],
 *   fee?: Names | null, time_limit?: Names | null, page?: number, pages?: number}} Item
 * @typedef {{position: number, zone: string | null, schedule: Schedule, items: Item[]}} List
 * @typedef {Item & {key: string}} Keyed
 * @typedef {import("./layout.js").Box} Box
 * @typedef {{key: string | null, startedAt: number, spent: number, paused: boolean, failed: {[key: string]: number}}} Play
 * @typedef {{live: boolean, files: Set<string>, hasFigures: boolean}} Means    what this screen has to show things with
 */
import { BOX, NAME_PX } from "./layout.js";
import { BOLD, linesOf, partsOf } from "./letters.js";

/** After an interruption an item stays at least so long: nobody reads in less. */
export const REST_MS = 4000;
/** A file that could not be shown is tried again after this. */
export const RETRY_MS = 60_000;
/** Films end by themselves; one that hangs is left after its length and this. */
export const OVERTIME_MS = 2000;
/** The mark before each paper. */
const BULLET_PX = 60;
/** What stands before a fee or a time limit. */
const FACT_LETTERS = 7;

/** @type {Play} */
export const idle = { key: null, startedAt: 0, spent: 0, paused: false, failed: {} };

/**
 * Whether a schedule holds at a moment of the office's own clock.
 * @param {Schedule} schedule @param {number} now @param {string} timeZone
 */
export function isDue({ first, last, weekdays = [], hours = [] }, now, timeZone) {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  const [day, time] = format.format(now).split(" ");
  if ((first && day < first) || (last && day > last)) return false;
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  if (weekdays.length && !weekdays.includes(weekday)) return false;
  return !hours.length || hours.some(([from, to]) => from <= time && time < to);
}

/**
 * The items that are due here and now, in order, each with a name of its own; long lists of papers on several pages.
 * @param {List[]} lists @param {{now: number, timeZone: string, zone: string | null, box?: Box}} here
 * @returns {{items: Keyed[], tickers: Keyed[]}}
 */
export function due(lists, { now, timeZone, zone, box = BOX.wide }) {
  const held = lists.filter((list) => (list.zone === null || list.zone === zone) && isDue(list.schedule, now, timeZone));
  const all = held.flatMap((list) => list.items.flatMap((item) => pagesOf(item, box))
    .map((item, at) => ({ ...item, key: `${list.position}/${at}/${item.kind}/${item.digest ?? ""}` })));
  return { items: all.filter((item) => item.kind !== "ticker"), tickers: all.filter((item) => item.kind === "ticker") };
}

/**
 * An item on as many pages as its words need at full size, in whichever language needs most.
 * @param {Item} item @param {Box} box @returns {Item[]}
 */
function pagesOf(item, box) {
  if (item.kind === "papers" && item.papers) return papersOn(item, item.papers, box);
  if (item.kind !== "notice" || !item.text) return [item];
  const parts = Object.entries(item.text).map(([language, text]) => ({ language, parts: partsOf(text, box.width, NAME_PX * BOLD, box.lines) }));
  const pages = Math.max(1, ...parts.map((each) => each.parts.length));
  return Array.from({ length: pages }, (_unused, at) => ({
    ...item, text: Object.fromEntries(parts.map((each) => [each.language, each.parts[Math.min(at, each.parts.length - 1)]])),
  }));
}

/**
 * What to bring, and after it the fee and the time limit, below the same title on every page.
 * @param {Item} item @param {Names[]} papers @param {Box} box @returns {Item[]}
 */
function papersOn(item, papers, box) {
  const room = box.lines - tallest(item.names ?? item.service ?? {}, box.width, 6) - 1;
  const facts = [item.fee, item.time_limit].map((names) => (names ? tallest(names, box.width, FACT_LETTERS) : 0));
  /** @type {{papers: Names[], fee: Names | null, time_limit: Names | null, lines: number}[]} */
  const pages = [{ papers: [], fee: null, time_limit: null, lines: 0 }];
  const place = (/** @type {number} */ lines) => {
    const last = pages[pages.length - 1];
    if (last.lines && last.lines + lines > room) pages.push({ papers: [], fee: null, time_limit: null, lines: 0 });
    pages[pages.length - 1].lines += lines;
    return pages[pages.length - 1];
  };
  for (const paper of papers) place(tallest(paper, box.width - BULLET_PX, 0)).papers.push(paper);
  if (item.fee) place(facts[0]).fee = item.fee;
  if (item.time_limit) place(facts[1]).time_limit = item.time_limit;
  return pages.map(({ lines: _lines, ...page }, at) => ({ ...item, ...page, page: at + 1, pages: pages.length }));
}

/** Lines of a text in its longest language, with so many letters more. @param {Names} names @param {number} width @param {number} more */
function tallest(names, width, more) {
  return Math.max(1, ...Object.values(names).map((text) => linesOf(`${text} ${"0".repeat(more)}`, width, NAME_PX * BOLD)));
}

/**
 * Whether this screen can show an item now: its file is here, and what it would tell is known to be true.
 * @param {Item} item @param {Means} means
 */
export function showable(item, means) {
  if (item.kind === "picture" || item.kind === "video") return means.files.has(item.digest ?? "");
  if (item.kind === "waits") return means.live;
  return item.kind !== "figures" || means.hasFigures;
}

/**
 * The next moment: a call interrupts and what was on goes on after it; an item ends, and the next one begins.
 * @param {Play} play @param {{items: Keyed[], interrupted: boolean}} scene @param {number} now
 * @returns {Play}
 */
export function advance(play, { items, interrupted }, now) {
  const failed = Object.fromEntries(Object.entries(play.failed).filter(([, at]) => now - at < RETRY_MS));
  const good = items.filter((item) => !(item.key in failed));
  if (!good.length) return { ...idle, failed };
  const on = good.find((item) => item.key === play.key);
  if (!on) return { key: following(items, good, play.key), startedAt: now, spent: 0, paused: interrupted, failed };
  const spent = play.paused ? play.spent : play.spent + now - play.startedAt;
  if (interrupted) return { ...play, startedAt: now, spent, paused: true, failed };
  if (play.paused) return { ...play, startedAt: now, spent: Math.max(0, Math.min(spent, lengthOf(on) - REST_MS)), paused: false, failed };
  if (spent < lengthOf(on)) return { ...play, failed };
  return { key: following(items, good, on.key), startedAt: now, spent: 0, paused: false, failed };
}

/** What ended by itself. @param {Play} play @param {string} key @returns {Play} */
export function ended(play, key) {
  return play.key === key ? { ...play, spent: Number.POSITIVE_INFINITY } : play;
}

/** What could not be shown. @param {Play} play @param {string} key @param {number} now @returns {Play} */
export function broken(play, key, now) {
  return { ...play, failed: { ...play.failed, [key]: now } };
}

/** @param {Item} item */
function lengthOf(item) {
  return 1000 * item.seconds + (item.kind === "video" ? OVERTIME_MS : 0);
}

/** The good item after one, in the order of all; the first after the last. @param {Keyed[]} items @param {Keyed[]} good @param {string | null} key */
function following(items, good, key) {
  const at = items.findIndex((item) => item.key === key);
  const ahead = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  return (ahead.find((item) => good.includes(item)) ?? good[0]).key;
}
