/**
 * One number on its citizen's phone. The server's answer is the truth; an event about this very ticket is shown at
 * once, and every other change of its line only says when to ask again. Pure.
 *
 * @typedef {{number: number, name: string, names?: {[language: string]: string}}} Place
 * @typedef {object} Ticket
 * @property {number} version
 * @property {string} number
 * @property {string} service
 * @property {string} service_name
 * @property {{[language: string]: string} | null} service_names
 * @property {string} state
 * @property {boolean} over               its day has passed
 * @property {string} day
 * @property {number} people_ahead
 * @property {{low: number, high: number} | null} expected_wait_s
 * @property {Place[]} places             where its line is served
 * @property {Place | null} place         where it is called to
 * @property {{number: string, place: Place} | null} last_call
 * @property {{[language: string]: string}[]} papers
 * @property {{code: string, names: {[language: string]: string}} | null} [procedure]   what was chosen at the kiosk
 * @property {number} call_count
 * @property {string | null} called_at
 * @property {{code: string, name: string, timezone: string}} office
 * @property {{open: boolean, given: boolean, levels?: string[], criteria?: string[], until_day?: string, place?: Place,
 *   officer?: {name: string, photo: string | null} | null}} rating
 *
 * @typedef {object} State
 * @property {Ticket} ticket
 * @property {string} status              of the live connection
 * @property {boolean} known              whether what is shown is the truth now
 * @property {number} knownAt             the last moment it was
 * @property {number} failures            questions in a row without an answer
 * @property {number | null} askAt        when to ask next
 * @property {string | null} heard        the call that was announced last
 * @property {number} rings               how often the phone was to ring
 * @property {boolean} sound
 * @property {"none" | "off" | "asked" | "on" | "denied"} wake  whether the phone is woken while this page is closed
 * @property {"no" | "asked" | "sent"} leaving
 * @property {{level: string, reasons: string[], comment: string, criteria: {[name: string]: string}} | null} choice  a rating that is not sent yet
 * @property {boolean} sending
 * @property {string | null} refusal      why the citizen's last wish was not done
 */
import { afterChange, afterFailure, afterOwn, concerns, isMine, isOver, poll } from "./schedule.js";

export const UNHAPPY = new Set(["dissatisfied", "very_dissatisfied"]);

/** @param {Ticket} ticket @param {number} now @returns {State} */
export function initial(ticket, now) {
  return {
    ticket, status: "connecting", known: true, knownAt: now, failures: 0, askAt: null, heard: callOf(ticket), rings: 0,
    sound: false, wake: "none", leaving: "no", choice: null, sending: false, refusal: null,
  };
}

/**
 * Every input carries `now` in ms of the server's clock, and `chance` in [0, 1) to spread many phones in time.
 * @param {State} state
 * @param {any} input
 * @returns {State}
 */
export function reduce(state, input) {
  switch (input.type) {
    case "answer":
      return answered(state, input);
    case "no_answer":
      return unanswered(state, input);
    case "status":
      return connection(state, input);
    case "snapshot":
      return joined(state, input);
    case "event":
      return happened(state, input);
    case "ask":
      return soon(state, input.now);
    case "asking":
      return { ...state, askAt: null };
    default:
      return wished(state, input);
  }
}

/** What the citizen touched, and what became of it. @param {State} state @param {any} input @returns {State} */
function wished(state, input) {
  switch (input.type) {
    case "sound":
      return { ...state, sound: input.on };
    case "wake":
      return { ...state, wake: input.wake };
    case "leave":
      return { ...state, leaving: "asked", refusal: null };
    case "stay":
      return { ...state, leaving: "no" };
    case "leave_sent":
      return { ...state, leaving: "sent" };
    case "choose":
      return { ...state, choice: chosen(state, input.level), refusal: null };
    case "reason":
      return state.choice ? { ...state, choice: toggled(state.choice, input.reason) } : state;
    case "mark":
      return state.choice ? { ...state, choice: marked(state.choice, input.criterion, input.level) } : state;
    case "comment":
      return state.choice ? { ...state, choice: { ...state.choice, comment: input.text } } : state;
    case "rating_sent":
      return { ...state, sending: true, refusal: null };
    case "rated":
      return { ...state, sending: false, choice: null, ticket: rated(state.ticket) };
    case "refused":
      return { ...state, leaving: "no", sending: false, refusal: input.text };
    default:
      return state;
  }
}

/** @param {State} state @param {{ticket: Ticket, now: number, chance: number}} input @returns {State} */
function answered(state, { ticket, now, chance }) {
  // An answer that was overtaken by an event would take us back in time.
  if (ticket.version < state.ticket.version) return soon({ ...state, failures: 0 }, now + afterOwn(chance));
  const known = { ...show(state, ticket), known: true, knownAt: now, failures: 0 };
  return state.status === "live" || isOver(ticket) ? known : soon(known, now + poll(ticket, chance));
}

/** @param {State} state @param {{now: number, chance: number}} input @returns {State} */
function unanswered(state, { now, chance }) {
  const failures = state.failures + 1;
  const knownAt = state.known && state.status === "live" ? now : state.knownAt;
  return soon({ ...state, known: false, knownAt, failures }, now + afterFailure(failures, chance));
}

/** @param {State} state @param {{status: string, since: number | null, now: number, chance: number}} input @returns {State} */
function connection(state, { status, since, now, chance }) {
  if (status !== "unknown" || state.status === "unknown") return { ...state, status };
  const knownAt = Math.max(state.knownAt, since ?? 0);
  return soon({ ...state, status, known: false, knownAt }, now + afterFailure(1, chance));
}

/** Live again, or for the first time. @param {State} state @param {{version: number, day?: string, now: number, chance: number}} input @returns {State} */
function joined(state, { version, day, now, chance }) {
  const live = { ...state, status: "live" };
  // A new day ends the number without an event: nobody has done anything yet.
  const sameDay = !day || day === state.ticket.day;
  if (version === state.ticket.version && sameDay) return { ...live, known: true, knownAt: now, failures: 0, askAt: null };
  // A lower one: the office was restored from a backup, and its word holds.
  const ticket = { ...state.ticket, version: Math.min(version, state.ticket.version) };
  return soon({ ...live, ticket }, now + afterChange(ticket, chance));
}

/** @param {State} state @param {{event: {type: string, version: number, data: any}, now: number, chance: number}} input @returns {State} */
function happened(state, { event, now, chance }) {
  if (!concerns(state.ticket, event)) return state;
  if (!isMine(state.ticket, event)) return soon(state, now + afterChange(state.ticket, chance));
  const { state: word, counter, call_count, called_at, service } = event.data.ticket;
  const place = counter === null ? null : event.data.counter ?? state.ticket.place;
  const ticket = { ...state.ticket, version: event.version, state: word, call_count, called_at, service, place };
  return soon(show(state, ticket), now + afterOwn(chance));
}

/** @param {State} state @param {Ticket} ticket @returns {State} */
function show(state, ticket) {
  const call = callOf(ticket);
  const calls = call !== null && call !== state.heard;
  const leaving = ticket.state === "waiting" ? state.leaving : "no";
  return { ...state, ticket, leaving, heard: call ?? state.heard, rings: state.rings + Number(calls) };
}

/** One call of this number; a recall is another one. @param {Ticket} ticket */
function callOf(ticket) {
  return ticket.state === "called" ? `${ticket.called_at}/${ticket.call_count}` : null;
}

/** @param {State} state @param {number} at @returns {State} */
function soon(state, at) {
  return { ...state, askAt: Math.min(state.askAt ?? Infinity, at) };
}

/** @param {State} state @param {string} level */
function chosen(state, level) {
  const { reasons = [], comment = "", criteria = {} } = state.choice ?? {};
  return { level, reasons: UNHAPPY.has(level) ? reasons : [], comment, criteria };
}

/** @param {NonNullable<State["choice"]>} choice @param {string} criterion @param {string} level */
function marked(choice, criterion, level) {
  const { [criterion]: had, ...others } = choice.criteria;
  return { ...choice, criteria: had === level ? others : { ...others, [criterion]: level } };
}

/** @param {NonNullable<State["choice"]>} choice @param {string} reason */
function toggled(choice, reason) {
  const had = choice.reasons.includes(reason);
  return { ...choice, reasons: had ? choice.reasons.filter((each) => each !== reason) : [...choice.reasons, reason] };
}

/** @param {Ticket} ticket @returns {Ticket} */
function rated(ticket) {
  return { ...ticket, rating: { ...ticket.rating, open: false, given: true } };
}
