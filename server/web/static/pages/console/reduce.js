/**
 * An officer's desk as state: what is known of the office, what is being asked, and what is under way. Pure.
 *
 * @typedef {object} Ticket
 * @property {string} id
 * @property {string} number
 * @property {string} service
 * @property {string} service_name
 * @property {string} state
 * @property {string | null} priority
 * @property {string} language
 * @property {string} issued_at
 * @property {string | null} called_at
 * @property {number | null} counter
 * @property {number} call_count
 * @property {string} arrived_at
 * @property {string} state_since
 * @property {string | null} note
 * @property {string | null} [procedure]   what was chosen at the kiosk
 * @property {string | null} held_until
 * @property {number | null} for_counter
 * @property {string | null} for_officer
 * @property {boolean} returned
 * @property {string | null} officer
 * @property {boolean} [heard]      a loudspeaker has spoken its last call
 *
 * @typedef {{number: number, name: string, names?: {[l: string]: string}, state: "open" | "paused" | "closed",
 *   services: string[], officer: {id: string, name: string, photo: string | null} | null, reason: string | null}} Counter
 * @typedef {{code: string, name: string, names?: {[l: string]: string}, target_s: number,
 *   papers: {[l: string]: string}[]}} Service
 * @typedef {{rule: string, passed_over: string[], ratio?: number, after?: string[], guard_min?: number, why?: string}} Reason
 * @typedef {{kind: string, choice: string | null, note: string, minutes: number | null, filter: string,
 *   counter: number | null, officer: string | null, here: boolean}} Dialog
 *
 * @typedef {{vi: string, en?: string}} Names
 * @typedef {{code: string, names: Names, papers: Names[], fee: Names | null, time_limit: Names | null}} Procedure
 *
 * @typedef {object} State
 * @property {{id: string, name: string} | null} me
 * @property {number | null} counter        where this officer sits
 * @property {{code: string, name: string, names?: {[l: string]: string}, timezone: string, rating?: {window_s: number}} | null} office
 * @property {{[code: string]: Service}} services
 * @property {{[number: number]: Counter}} counters
 * @property {{[id: string]: Ticket}} tickets   everybody in the hall
 * @property {{[id: string]: Reason}} reasons   why a ticket was called, where known
 * @property {{status: string, since: number | null}} live
 * @property {boolean} joined                a snapshot was seen
 * @property {number} served                 services finished here today
 * @property {string | null} busy            the command under way
 * @property {{kind: "done" | "warn" | "bad", text: string} | null} message
 * @property {Dialog | null} dialog
 * @property {{[service: string]: Procedure[]}} catalogue
 * @property {{ticket: string, code: string} | null} picked   the procedure of the person in hand
 * @property {{id: string, name: string}[]} officers   everybody who may sit at a counter
 * @property {{ticket_id: string | null, reason: Reason | null} | null} outlook   whom this counter would call now
 * @property {string[] | null} frozen        the line as it was when the mouse came onto it
 */

const IN_HALL = new Set(["waiting", "called", "serving", "held", "no_show"]);

/** @type {State} */
export const initial = {
  me: null, counter: null, office: null, services: {}, counters: {}, tickets: {}, reasons: {},
  live: { status: "connecting", since: null }, joined: false, served: 0, busy: null, message: null, dialog: null,
  officers: [], catalogue: {}, picked: null, outlook: null, frozen: null,
};

/**
 * @param {State} state
 * @param {any} event
 * @returns {State}
 */
export function reduce(state, event) {
  switch (event.type) {
    case "me":
      return { ...state, me: event.user, counter: event.counter };
    case "office":
      return { ...state, office: event.office, services: byKey(event.office.services, "code") };
    case "served":
      return { ...state, served: event.count };
    case "reason":
      return { ...state, reasons: { ...state.reasons, [event.id]: event.reason } };
    case "catalogue":
      return { ...state, catalogue: Object.fromEntries(event.services.map((/** @type {any} */ each) => [each.code, each.procedures])) };
    case "picked":
      return { ...state, picked: { ticket: event.ticket, code: event.code } };
    case "outlook":
      return { ...state, outlook: event.outlook };
    case "snapshot":
      return elsewhere(state, settle(snapshot(state, event.snapshot)));
    case "event":
      return elsewhere(state, settle(happened(state, event.event)));
    case "status":
      return { ...state, live: { status: event.status, since: event.since } };
    case "hover":
      return { ...state, frozen: event.on ? event.ids : null };
    default:
      return asked(state, event);
  }
}

/** Dialogs, and commands under way. @param {State} state @param {any} event @returns {State} */
function asked(state, event) {
  switch (event.type) {
    case "ask":
      return { ...state, dialog: openDialog(event.kind, event.choice), message: null };
    case "edit":
      return state.dialog ? { ...state, dialog: { ...state.dialog, ...event.change } } : state;
    case "close":
      return { ...state, dialog: null };
    case "sent":
      return { ...state, busy: event.action, message: null };
    case "answered":
      return settle(answered({ ...state, busy: null, dialog: null, message: event.message ?? null }, event));
    case "refused":
      return { ...state, busy: null, message: { kind: "bad", text: event.text } };
    case "said":
      return { ...state, message: event.message };
    default:
      return state;
  }
}

/** @param {string} kind @param {string | null} [choice] @returns {Dialog} */
function openDialog(kind, choice = null) {
  return { kind, choice, note: "", minutes: null, here: true, filter: "", counter: null, officer: null };
}

/** @param {State} state @param {any} view @returns {State} */
function snapshot(state, view) {
  const tickets = byKey([...view.line, ...view.held, ...view.no_show, ...view.in_hand], "id");
  return { ...state, joined: true, tickets, officers: view.officers ?? [], counters: byKey(view.counters, "number") };
}

/** @param {State} state @param {{type: string, data: any}} event @returns {State} */
function happened(state, { type, data }) {
  let next = state;
  if (data.counter?.number) next = { ...next, counters: { ...next.counters, [data.counter.number]: data.counter } };
  if (data.ticket) next = withTicket(next, data.ticket, data.reason);
  if (type === "call.heard") next = withHeard(next, data.heard);
  // A visit of several services is as many: each opens a rating of its own.
  if (type === "rating.opened" && data.counter === state.counter) next = { ...next, served: next.served + 1 };
  return next;
}

/** A loudspeaker has spoken a call. @param {State} state @param {{ticket_id: string, call_count: number}} heard @returns {State} */
function withHeard(state, heard) {
  const ticket = state.tickets[heard.ticket_id];
  if (!ticket || ticket.call_count > heard.call_count) return state;
  return { ...state, tickets: { ...state.tickets, [ticket.id]: { ...ticket, heard: true } } };
}

/** @param {State} state @param {Ticket} ticket @param {Reason | null} [reason] @returns {State} */
function withTicket(state, ticket, reason) {
  const tickets = { ...state.tickets, [ticket.id]: ticket };
  if (!IN_HALL.has(ticket.state)) delete tickets[ticket.id];
  const reasons = reason ? { ...state.reasons, [ticket.id]: reason } : state.reasons;
  return { ...state, tickets, reasons };
}

/**
 * The answer to our own command usually comes before its event; an answer repeated by its key may be older than what
 * is known, and must not take the desk back in time.
 * @param {State} state
 * @param {{answer: any}} event
 * @returns {State}
 */
function answered(state, { answer }) {
  if (!answer) return state;
  if (answer.number !== undefined && answer.services) return withCounter(state, answer);
  if (!answer.id) return state;
  const known = state.tickets[answer.id];
  if (!known && !IN_HALL.has(answer.state)) return state;
  const newer = !known || stamp(answer) >= stamp(known);
  return newer ? withTicket(state, answer, answer.reason) : state;
}

/** @param {State} state @param {Counter} counter @returns {State} */
function withCounter(state, counter) {
  const mine = counter.state !== "closed" && counter.officer?.id === state.me?.id;
  const seat = mine ? counter.number : state.counter === counter.number ? null : state.counter;
  return { ...state, counter: seat, counters: { ...state.counters, [counter.number]: counter } };
}

/** @param {Ticket} ticket */
const stamp = (ticket) => Math.max(Date.parse(ticket.state_since), ticket.called_at ? Date.parse(ticket.called_at) : 0);

/** Who sits where is what the office says: a head may have closed this counter or moved its officer. @param {State} state */
function settle(state) {
  if (!state.me || !state.joined) return state;
  const id = state.me.id;
  const mine = Object.values(state.counters).find((counter) => counter.state !== "closed" && counter.officer?.id === id);
  return (mine?.number ?? null) === state.counter ? state : { ...state, counter: mine?.number ?? null, dialog: null };
}

/** What was said at one counter is not said of another, nor of choosing one. @param {State} before @param {State} after @returns {State} */
const elsewhere = (before, after) => (after.counter === before.counter ? after : { ...after, message: null });

/**
 * @template T
 * @param {T[]} items
 * @param {keyof T} key
 * @returns {{[key: string]: T}}
 */
function byKey(items, key) {
  return Object.fromEntries(items.map((item) => [String(item[key]), item]));
}
