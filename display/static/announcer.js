/**
 * The queue of announcements: one at a time, in order, never a stale one. `step` is the whole machine as a pure
 * function; `createAnnouncer` gives it a loudspeaker and a clock.
 *
 * @typedef {import("./reduce.js").Call} Call
 * @typedef {"idle" | "speaking" | "blocked" | "muted"} Status
 * @typedef {{call: Call, outcome: "spoken" | "expired" | "cancelled" | "failed" | "muted" | "quiet", at: number}} Told
 * @typedef {{quiet: boolean, maxAgeMs: number}} Rules     what the office wants of this moment
 *
 * @typedef {object} State
 * @property {Status} status
 * @property {Call | null} current
 * @property {number} startedAt
 * @property {Call[]} queue
 * @property {boolean} failing     the last announcement could not be heard
 * @property {Rules} rules
 *
 * @typedef {{type: "call", call: Call} | {type: "gone", ticketId: string} | {type: "ended"} | {type: "failed"}
 *   | {type: "blocked"} | {type: "enable"} | {type: "tick"} | {type: "rules", rules: Rules}} Input
 * @typedef {{do: "play", call: Call} | {do: "prepare", call: Call} | {do: "stop"} | {do: "tell", told: Told}} Effect
 */
import { keyOf } from "./reduce.js";

/** An announcement that would come later than this would call somebody who has long been served. */
export const MAX_AGE_MS = 180_000;
/** A call that is repeated gives way to first calls, but to so many only: whoever did not hear stands there too. */
export const MOST_OVERTAKEN = 3;
/** No announcement lasts this long: a loudspeaker that says nothing by then never will. */
export const WATCHDOG_MS = 45_000;

/** @param {boolean} mute @returns {State} */
export function initial(mute) {
  const rules = { quiet: false, maxAgeMs: MAX_AGE_MS };
  return { status: mute ? "muted" : "idle", current: null, startedAt: 0, queue: [], failing: false, rules };
}

/**
 * @param {State} state @param {Input} input @param {number} at
 * @returns {{state: State, effects: Effect[]}}
 */
export function step(state, input, at) {
  switch (input.type) {
    case "call":
      return add(state, input.call, at);
    case "gone":
      return drop(state, input.ticketId, at);
    case "ended":
      return finish(state, "spoken", at);
    case "failed":
      return finish(state, "failed", at);
    case "blocked":
      return block(state);
    case "enable":
      return state.status === "blocked" ? next({ ...state, status: "idle" }, at, []) : { state, effects: [] };
    case "rules":
      return follow(state, input.rules, at);
    default:
      return tick(state, at);
  }
}

/** @param {State} state @param {Call} call @param {number} at */
function add(state, call, at) {
  if (state.status === "muted") return { state, effects: [told(call, "muted", at)] };
  if (state.rules.quiet) return { state, effects: [told(call, "quiet", at)] };
  const known = [state.current, ...state.queue].some((other) => other !== null && keyOf(other) === keyOf(call));
  if (known) return { state, effects: [] };
  // A newer call of the same ticket takes the place of one that still waits to be spoken.
  const older = state.queue.filter((other) => other.ticket_id === call.ticket_id);
  const queue = placed(state.queue.filter((other) => other.ticket_id !== call.ticket_id), call);
  /** @type {Effect[]} */
  const effects = older.map((other) => told(other, "cancelled", at));
  const done = next({ ...state, queue }, at, effects);
  // What must wait is fetched meanwhile.
  if (done.state.queue.includes(call)) done.effects.push({ do: "prepare", call });
  return done;
}

/**
 * A first call is said before repeated ones that still wait, in the order of first calls.
 * @param {Call[]} queue @param {Call} call
 */
function placed(queue, call) {
  if (call.recall) return [...queue, call];
  let at = queue.length;
  while (at > 0 && queue[at - 1].recall && overtaken(queue, at - 1) < MOST_OVERTAKEN) at -= 1;
  return [...queue.slice(0, at), call, ...queue.slice(at)];
}

/** How many calls that came later stand before a repeated one already. @param {Call[]} queue @param {number} at */
function overtaken(queue, at) {
  return queue.slice(0, at).filter((other) => Date.parse(other.called_at) > Date.parse(queue[at].called_at)).length;
}

/** What the office wants from now on: when quiet hours begin, what waits is not said any more. @param {State} state @param {Rules} rules @param {number} at */
function follow(state, rules, at) {
  if (rules.quiet === state.rules.quiet && rules.maxAgeMs === state.rules.maxAgeMs) return { state, effects: [] };
  const silenced = rules.quiet ? state.queue : [];
  const queue = rules.quiet ? [] : state.queue;
  return { state: { ...state, rules, queue }, effects: silenced.map((call) => told(call, "quiet", at)) };
}

/** @param {State} state @param {string} ticketId @param {number} at */
function drop(state, ticketId, at) {
  const gone = state.queue.filter((call) => call.ticket_id === ticketId);
  const queue = state.queue.filter((call) => call.ticket_id !== ticketId);
  return { state: { ...state, queue }, effects: gone.map((call) => told(call, "cancelled", at)) };
}

/** @param {State} state @param {"spoken" | "failed"} outcome @param {number} at */
function finish(state, outcome, at) {
  if (state.status !== "speaking" || state.current === null) return { state, effects: [] };
  const effects = [told(state.current, outcome, at)];
  return next({ ...state, status: "idle", current: null, failing: outcome === "failed" }, at, effects);
}

/** The browser wants a touch first: what was to be spoken waits, and grows old. @param {State} state */
function block(state) {
  if (state.status !== "speaking" || state.current === null) return { state, effects: [] };
  const queue = [state.current, ...state.queue];
  return { state: { ...state, status: /** @type {Status} */ ("blocked"), current: null, queue }, effects: [] };
}

/** @param {State} state @param {number} at */
function tick(state, at) {
  if (state.status === "speaking" && at - state.startedAt > WATCHDOG_MS) {
    const ended = finish(state, "failed", at);
    return { state: ended.state, effects: [/** @type {Effect} */ ({ do: "stop" }), ...ended.effects] };
  }
  const { kept, expired } = aged(state, at);
  return { state: expired.length ? { ...state, queue: kept } : state, effects: expired };
}

/** Start the next one when the loudspeaker is free. @param {State} state @param {number} at @param {Effect[]} effects */
function next(state, at, effects) {
  const { kept, expired } = aged(state, at);
  const done = [...effects, ...expired];
  if (state.status !== "idle" || !kept.length) return { state: { ...state, queue: kept }, effects: done };
  const [current, ...queue] = kept;
  const speaking = { ...state, status: /** @type {Status} */ ("speaking"), current, queue, startedAt: at };
  return { state: speaking, effects: [...done, /** @type {Effect} */ ({ do: "play", call: current })] };
}

/** @param {State} state @param {number} at */
function aged({ queue, rules }, at) {
  const isOld = (/** @type {Call} */ call) => at - Date.parse(call.called_at) > rules.maxAgeMs;
  return {
    kept: queue.filter((call) => !isOld(call)),
    expired: queue.filter(isOld).map((call) => told(call, "expired", at)),
  };
}

/** @param {Call} call @param {Told["outcome"]} outcome @param {number} at @returns {Effect} */
function told(call, outcome, at) {
  return { do: "tell", told: { call, outcome, at } };
}

/**
 * @typedef {object} Speaker
 * @property {(call: Call) => Promise<void>} play      resolves when it was heard to its end
 * @property {(call: Call) => void} prepare            fetch ahead
 * @property {() => void} stop
 *
 * @typedef {object} AnnouncerOptions
 * @property {Speaker} speaker
 * @property {() => number} now                        the server's time
 * @property {boolean} mute
 * @property {(state: State) => void} [onChange]
 * @property {(told: Told) => void} [onTold]
 */

/** @param {AnnouncerOptions} options */
export function createAnnouncer({ speaker, now, mute, onChange, onTold }) {
  let state = initial(mute);
  let playing = 0;

  /** @param {Input} input */
  function feed(input) {
    const before = state;
    const done = step(state, input, now());
    state = done.state;
    done.effects.forEach(perform);
    if (state !== before) onChange?.(state);
  }

  /** @param {Effect} effect */
  function perform(effect) {
    if (effect.do === "tell") return onTold?.(effect.told);
    if (effect.do === "prepare") return speaker.prepare(effect.call);
    if (effect.do === "stop") {
      playing += 1;
      return speaker.stop();
    }
    return play(effect.call);
  }

  /** @param {Call} call */
  function play(call) {
    playing += 1;
    const mine = playing;
    // What an abandoned loudspeaker says later must not end another announcement.
    const answer = (/** @type {Input} */ input) => mine === playing && feed(input);
    speaker.play(call).then(
      () => answer({ type: "ended" }),
      (error) => answer({ type: error?.name === "NotAllowedError" ? "blocked" : "failed" }),
    );
  }

  return { feed, state: () => state };
}
