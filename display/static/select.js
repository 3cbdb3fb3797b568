/**
 * From what is known to what this screen shows: its zone, today's calls, the call in focus.
 *
 * @typedef {import("./reduce.js").State} State
 * @typedef {import("./reduce.js").Call} Call
 * @typedef {import("./reduce.js").Counter} Counter
 * @typedef {import("./options.js").Options} Options
 */
import { keyOf, MISSED_MS } from "./reduce.js";

/** A call stays beside a newer one for this long: two calls in one instant are both large. */
export const FRESH_MS = 15_000;
/** A call stays large at least so long before something else may take its place; it stays on the screen in any case. */
export const CALL_ON_WALL_MS = 20_000;

/**
 * The part of an office that a screen shows: everything, one zone, some counters or services, or one counter.
 * @param {State} state
 * @param {Options} options
 * @returns {State}
 */
export function inScope(state, options) {
  if (options.zone === null && options.counter === null && !options.counters.length && !options.services.length) return state;
  const counters = state.counters.filter((counter) => stands(counter, options));
  const numbers = new Set(counters.map((c) => c.number));
  const services = new Set(options.services.length ? options.services : counters.flatMap((c) => c.services));
  const isOurs = (/** @type {Call} */ call) => numbers.has(call.counter) && (!options.services.length || services.has(call.service));
  const calls = state.calls.filter(isOurs);
  const missed = state.missed && { ...state.missed, calls: state.missed.calls.filter(isOurs) };
  return { ...state, counters, calls, missed, waiting: state.waiting.filter((line) => services.has(line.service)) };
}

/** @param {Counter} counter @param {Options} options */
function stands(counter, { zone, counter: only, counters, services }) {
  if (only !== null) return counter.number === only;
  if (zone !== null && counter.zone !== zone) return false;
  if (counters.length && !counters.includes(counter.number)) return false;
  return !services.length || counter.services.some((code) => services.includes(code));
}

/**
 * Whether a call is for this screen.
 * @param {State} state @param {Options} options @param {Call} call
 */
export function concerns(state, options, call) {
  return inScope({ ...state, calls: [call] }, options).calls.length > 0;
}

/**
 * Calls of the office's own day: at night nobody resets a board.
 * @param {Call[]} calls @param {number} now @param {string} timezone
 */
export function today(calls, now, timezone) {
  const day = new Intl.DateTimeFormat("sv-SE", { timeZone: timezone, dateStyle: "short" });
  const current = day.format(now);
  return calls.filter((call) => day.format(Date.parse(call.called_at)) === current);
}

/**
 * The calls that are largest: what is being spoken, and the one beside it. Who hears a number looks up and must find
 * that number.
 * @param {Call[]} calls        newest first
 * @param {{current: Call | null, queue: Call[]}} speech
 * @param {number} now
 * @returns {Call[]}  one or two, none on an empty board
 */
export function focus(calls, speech, now) {
  if (speech.current) {
    const next = speech.queue[0] ?? calls.find((call) => isFresh(call, now) && !same(call, speech.current));
    return next ? [speech.current, next] : [speech.current];
  }
  const [newest, second] = calls;
  if (!newest) return [];
  return second && isFresh(second, now) ? [newest, second] : [newest];
}

/**
 * Whether the wall belongs to a call now: one that is being said, that waits to be, or that was made a moment ago.
 * Whatever else a screen shows gives way to it.
 * @param {Call[]} calls @param {{current: Call | null, queue: Call[]}} speech @param {number} now
 */
export function isCalling(calls, speech, now) {
  return speech.current !== null || speech.queue.length > 0 || calls.some((call) => now - Date.parse(call.called_at) < CALL_ON_WALL_MS);
}

/** @param {Call} call @param {number} now */
function isFresh(call, now) {
  return now - Date.parse(call.called_at) < FRESH_MS;
}

/** @param {Call} a @param {Call | null} b */
function same(a, b) {
  return b !== null && keyOf(a) === keyOf(b);
}

/**
 * Called lately and not in focus.
 * @param {Call[]} calls @param {Call[]} focused
 */
export function recent(calls, focused) {
  const large = new Set(focused.map((call) => call.ticket_id));
  return calls.filter((call) => !large.has(call.ticket_id));
}

/** @param {State} state @param {number} now */
export function missedNow(state, now) {
  return state.missed && now - state.missed.at < MISSED_MS ? state.missed.calls : [];
}
