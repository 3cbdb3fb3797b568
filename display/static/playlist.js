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
 * @typedef {{key: string | null, startedAt: number, spent: number, paused: boolean, failed: {[key: string]: number}}} Play
 * @typedef {{live: boolean, files: Set<string>, hasFigures: boolean}} Means    what this screen has to show things with
 */
import { linesOf } from "./layout.js";

/** After an interruption an item stays at least so long: nobody reads in less. */
export const REST_MS = 4000;
/** A file that could not be shown is tried again after this. */
export const RETRY_MS = 60_000;
/** Films end by themselves; one that hangs is left after its length and this. */
export const OVERTIME_MS = 2000;
/** Lines of papers on one page, at their full size, and the width that they have. */
const PAGE_LINES = 6;
const PAPER_WIDTH = 1080;

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
 * @param {List[]} lists @param {{now: number, timeZone: string, zone: string | null}} here
 * @returns {{items: Keyed[], tickers: Keyed[]}}
 */
export function due(lists, { now, timeZone, zone }) {
  const held = lists.filter((list) => (list.zone === null || list.zone === zone) && isDue(list.schedule, now, timeZone));
  const all = held.flatMap((list) => list.items.flatMap(pagesOf)
    .map((item, at) => ({ ...item, key: `${list.position}/${at}/${item.kind}/${item.digest ?? ""}` })));
  return { items: all.filter((item) => item.kind !== "ticker"), tickers: all.filter((item) => item.kind === "ticker") };
}

/** @param {Item} item @returns {Item[]} */
function pagesOf(item) {
  if (item.kind !== "papers" || !item.papers) return [item];
  /** @type {Names[][]} */
  const pages = [[]];
  let lines = 0;
  for (const paper of item.papers) {
    const tall = linesOf(paper.vi ?? "", PAPER_WIDTH);
    if (lines && lines + tall > PAGE_LINES) {
      pages.push([]);
      lines = 0;
    }
    pages[pages.length - 1].push(paper);
    lines += tall;
  }
  return pages.map((papers, at) => ({ ...item, papers, page: at + 1, pages: pages.length }));
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
