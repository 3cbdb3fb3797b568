/** What a desk shows, derived from its state. @typedef {import("./reduce.js").State} State @typedef {import("./reduce.js").Ticket} Ticket */

const LONG_WAIT_S = 1800;

/** Minutes from which a wait is marked, as the office has set it. @param {{office: any}} state */
export const longWaitMin = (state) => (state.office?.policy?.alert_wait_s ?? LONG_WAIT_S) / 60;

/** @param {State} state */
export const myCounter = (state) => (state.counter === null ? null : state.counters[state.counter] ?? null);

/** The ticket at this counter. @param {State} state @returns {Ticket | null} */
export function inHand(state) {
  if (state.counter === null) return null;
  const found = Object.values(state.tickets).find(
    (ticket) => (ticket.state === "called" || ticket.state === "serving") && ticket.counter === state.counter,
  );
  return found ?? null;
}

/** Whether a ticket is this counter's business. @param {State} state @param {Ticket} ticket */
function isMine(state, ticket) {
  if (ticket.for_counter !== null) return ticket.for_counter === state.counter;
  if (ticket.for_officer !== null) return ticket.for_officer === state.me?.id;
  return myCounter(state)?.services.includes(ticket.service) ?? false;
}

/** @param {Ticket} a @param {Ticket} b */
const byArrival = (a, b) => Date.parse(a.arrived_at) - Date.parse(b.arrived_at) || a.number.localeCompare(b.number);

/** Who waits for this counter, by arrival. @param {State} state @returns {Ticket[]} */
export function waiting(state) {
  return Object.values(state.tickets).filter((t) => t.state === "waiting" && isMine(state, t)).sort(byArrival);
}

/**
 * The line as shown: under the mouse nothing moves, so a number that has left stays, marked, and new ones come after.
 * @param {State} state
 * @returns {{id: string, ticket: Ticket | null}[]}
 */
export function shownLine(state) {
  const now = waiting(state);
  if (!state.frozen) return now.map((ticket) => ({ id: ticket.id, ticket }));
  const known = new Map(now.map((ticket) => [ticket.id, ticket]));
  const kept = state.frozen.map((id) => ({ id, ticket: known.get(id) ?? null }));
  const frozen = new Set(state.frozen);
  return [...kept, ...now.filter((ticket) => !frozen.has(ticket.id)).map((ticket) => ({ id: ticket.id, ticket }))];
}

/** Held tickets: this officer's first, then by the time they were promised. @param {State} state @returns {Ticket[]} */
export function held(state) {
  const mine = (/** @type {Ticket} */ ticket) => (ticket.officer === state.me?.id ? 0 : 1);
  const due = (/** @type {Ticket} */ ticket) => Date.parse(ticket.held_until ?? ticket.state_since);
  return Object.values(state.tickets)
    .filter((ticket) => ticket.state === "held" && (isMine(state, ticket) || mine(ticket) === 0))
    .sort((a, b) => mine(a) - mine(b) || due(a) - due(b));
}

/** People who did not come, the last first. @param {State} state @returns {Ticket[]} */
export function absent(state) {
  return Object.values(state.tickets)
    .filter((ticket) => ticket.state === "no_show" && isMine(state, ticket))
    .sort((a, b) => Date.parse(b.state_since) - Date.parse(a.state_since));
}

/** Colleagues who sit nowhere: one of them may take this counter over. @param {State} state */
export function freeOfficers(state) {
  const seated = new Set(Object.values(state.counters).filter((each) => each.state !== "closed").map((each) => each.officer?.id));
  return state.officers.filter((officer) => !seated.has(officer.id));
}

/** Whether this counter takes a service as well. @param {State} state @param {string | null} code */
export const takenHere = (state, code) => code !== null && (myCounter(state)?.services.includes(code) ?? false);

/** What the person in hand may have come for: the procedures of that field. @param {State} state @returns {import("./reduce.js").Procedure[]} */
export const proceduresOf = (state) => state.catalogue[inHand(state)?.service ?? ""] ?? [];

/** What the person in hand came for: as picked here, else as chosen at the kiosk. @param {State} state */
export function pickedProcedure(state) {
  const { picked } = state, ticket = inHand(state);
  const code = picked && picked.ticket === ticket?.id ? picked.code : ticket?.procedure;
  return proceduresOf(state).find((procedure) => procedure.code === code) ?? null;
}

/** Who would be called now: what the server said, while that number still waits. @param {State} state @returns {Ticket | null} */
export function upNext(state) {
  const ticket = state.outlook?.ticket_id ? state.tickets[state.outlook.ticket_id] ?? null : null;
  return ticket?.state === "waiting" ? ticket : null;
}

/** Where a ticket can be sent: fields, and people at other counters. @param {State} state */
export function transferTargets(state) {
  const ticket = inHand(state);
  const counters = Object.values(state.counters).filter((each) => each.number !== state.counter);
  return {
    services: Object.values(state.services).filter((service) => service.code !== ticket?.service),
    counters: counters.filter((counter) => counter.state !== "closed"),
    officers: counters.flatMap((counter) => (counter.officer && counter.state !== "closed" ? [counter.officer] : [])),
  };
}
