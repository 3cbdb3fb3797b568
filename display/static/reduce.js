/**
 * What the board knows of its office: pure, state and happening in, state out. How it is shown is the view's business,
 * what is spoken the announcer's.
 *
 * @typedef {{ticket_id: string, number: string, counter: number, counter_name: string, service: string,
 *   service_name: string, call_count: number, called_at: string, language: string, recall: boolean}} Call
 * @typedef {{number: number, name: string, names?: {[language: string]: string}, zone?: string | null,
 *   state: "open" | "paused" | "closed", ticket: string | null, ticket_state?: string | null,
 *   services: string[]}} Counter
 * @typedef {{service: string, name: string, names?: {[language: string]: string}, count: number,
 *   expected_wait_s?: {low: number, high: number} | null}} Line
 * @typedef {{code: string, name: string, names?: {[language: string]: string}, timezone: string}} Office
 *
 * @typedef {object} State
 * @property {Office | null} office        null until the first snapshot
 * @property {"connecting" | "live" | "unknown"} status
 * @property {number | null} since         last moment that was known (ms), while status is "unknown"
 * @property {Call[]} calls                newest first, each ticket once
 * @property {Counter[]} counters
 * @property {Line[]} waiting
 * @property {{vi?: string, en?: string} | null} notice
 * @property {import("./rest.js").Hours | null} hours   of the day of the last snapshot
 * @property {{calls: Call[], at: number} | null} missed   called while this board could not know
 */

/** More than any screen shows at once: the board of a quiet zone looks for its own among all of the office's. */
export const MOST_CALLS = 60;
/** A call that is older than this when the board hears of it was missed: it is listed, not spoken. */
export const STALE_MS = 15_000;
/** How long missed calls stay listed. */
export const MISSED_MS = 90_000;

/** @returns {State} */
export function initial() {
  return {
    office: null, status: "connecting", since: null, calls: [], counters: [], waiting: [], notice: null, hours: null,
    missed: null,
  };
}

/** @param {Call} call */
export function keyOf(call) {
  return `${call.ticket_id}/${call.call_count}`;
}

/**
 * The whole truth, after joining or rejoining.
 * @param {State} state
 * @param {any} snapshot
 * @param {number} at  the server's time
 * @param {{data: any}[]} [between]  events since this board's last version, where the server still had them all
 * @returns {State}
 */
export function takeSnapshot(state, snapshot, at, between = []) {
  const calls = withBetween(snapshot.calls, between);
  const missed = missedCalls(state, calls, at);
  return {
    ...state,
    office: snapshot.office,
    calls: calls.slice(0, MOST_CALLS),
    counters: snapshot.counters,
    waiting: snapshot.waiting,
    notice: snapshot.notice ?? null,
    hours: snapshot.hours ?? null,
    missed: missed.length ? { calls: missed, at } : state.missed,
  };
}

/**
 * A snapshot names the last calls only; what was called while the board was away stands in the events, all of it.
 * @param {Call[]} calls @param {{data: any}[]} between
 * @returns {Call[]}  newest first, each ticket once
 */
export function withBetween(calls, between) {
  const known = new Map(calls.map((call) => [call.ticket_id, call]));
  for (const { data } of between) {
    const before = data?.call && known.get(data.call.ticket_id);
    if (data?.call && !(before && before.call_count > data.call.call_count)) known.set(data.call.ticket_id, data.call);
  }
  return [...known.values()].sort((a, b) => Date.parse(b.called_at) - Date.parse(a.called_at));
}

/**
 * Calls of a snapshot that this board had not heard, oldest first. The first snapshot has none: a board that was
 * switched on has missed nothing that it promised to show.
 * @param {State} state
 * @param {Call[]} calls
 */
export function unheardCalls(state, calls) {
  if (state.office === null) return [];
  const known = new Set(state.calls.map(keyOf));
  const newest = state.calls.length ? Date.parse(state.calls[0].called_at) : -Infinity;
  return calls.filter((call) => !known.has(keyOf(call)) && Date.parse(call.called_at) >= newest).reverse();
}

/** @param {State} state @param {Call[]} calls @param {number} at */
function missedCalls(state, calls, at) {
  return unheardCalls(state, calls).filter((call) => isStale(call, at)).reverse();
}

/** @param {Call} call @param {number} at */
export function isStale(call, at) {
  return at - Date.parse(call.called_at) > STALE_MS;
}

/**
 * @param {State} state
 * @param {{type: string, data: any}} event
 * @returns {State}
 */
export function takeEvent(state, event) {
  const { data } = event;
  if (event.type === "board.notice") return { ...state, notice: data.notice };
  if (!event.type.startsWith("ticket.") && !event.type.startsWith("counter.")) return state;
  return {
    ...state,
    calls: data.call ? withCall(state.calls, data.call) : state.calls,
    counters: data.counter ? withCounter(state.counters, data.counter) : state.counters,
    waiting: data.waiting ? withWaiting(state.waiting, data.waiting) : state.waiting,
  };
}

/**
 * The waits of this moment. Counts are left to the events, which come at once.
 * @param {State} state @param {{waiting: Line[]}} told
 * @returns {State}
 */
export function takeWaits(state, { waiting }) {
  return { ...state, waiting: withWaiting(state.waiting, waiting.map(({ service, expected_wait_s: wait }) => ({ service, expected_wait_s: wait }))) };
}

/** @param {Call[]} calls @param {Call} call */
function withCall(calls, call) {
  return [call, ...calls.filter((other) => other.ticket_id !== call.ticket_id)].slice(0, MOST_CALLS);
}

/** @param {Counter[]} counters @param {Counter} counter */
function withCounter(counters, counter) {
  const others = counters.filter((other) => other.number !== counter.number);
  return [...others, counter].sort((a, b) => a.number - b.number);
}

/** What an event tells of a line, and no name: those are the snapshot's. @param {Line[]} waiting @param {Partial<Line>[]} changed */
function withWaiting(waiting, changed) {
  const told = new Map(changed.map((line) => [line.service, line]));
  return waiting.map((line) => ({ ...line, ...told.get(line.service) }));
}

/**
 * @param {State} state
 * @param {State["status"]} status
 * @param {number | null} since
 * @returns {State}
 */
export function takeStatus(state, status, since) {
  return { ...state, status, since };
}
