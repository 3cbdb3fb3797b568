/**
 * When a phone asks the server again. Hundreds of phones follow one line: who is near the front asks soon, who is far
 * back takes its time, and several changes within that time are one question. Pure; `chance` is a number in [0, 1).
 *
 * @typedef {import("./reduce.js").Ticket} Ticket
 */

const OVER = new Set(["completed", "cancelled", "expired"]);
const SOON_MS = 200;
const OWN_MS = 800;
const PER_PERSON_MS = 400;
const LONGEST_MS = 12_000;
const NEAR = 5;
const POLL_NEAR_MS = 8000;
const POLL_MS = 20_000;
const BACKOFF_MS = 4000;
const BACKOFF_MAX_MS = 60_000;

/** Nothing more will happen to this number. @param {Ticket} ticket */
export const isOver = (ticket) => ticket.over || OVER.has(ticket.state);

/** After something changed in the ticket's line. @param {Ticket} ticket @param {number} chance */
export function afterChange(ticket, chance) {
  const spread = Math.max(OWN_MS, Math.min(ticket.people_ahead * PER_PERSON_MS, LONGEST_MS));
  return SOON_MS + chance * spread;
}

/** After something happened to the ticket itself. @param {number} chance */
export const afterOwn = (chance) => SOON_MS + chance * OWN_MS;

/** Where live events do not come through: the next question after an answer. @param {Ticket} ticket @param {number} chance */
export function poll(ticket, chance) {
  const near = ticket.state !== "waiting" || ticket.people_ahead <= NEAR;
  return (near ? POLL_NEAR_MS : POLL_MS) * (0.75 + chance / 2);
}

/** After `failures` questions in a row without an answer. @param {number} failures @param {number} chance */
export function afterFailure(failures, chance) {
  return Math.min(BACKOFF_MS * 2 ** (failures - 1), BACKOFF_MAX_MS) * (0.75 + chance / 2);
}

/**
 * Whether an event may have moved this number, changed its wait or where it is served.
 * @param {Ticket} ticket
 * @param {{type: string, data: any}} event
 */
export function concerns(ticket, event) {
  const { data } = event;
  if (isMine(ticket, event) || event.type === "office.changed") return true;
  if (ticket.state !== "waiting") return false;
  if (event.type.startsWith("counter.")) return Boolean(data?.counter?.services?.includes(ticket.service));
  return Boolean(data?.waiting?.some((/** @type {any} */ line) => line.service === ticket.service));
}

/** @param {Ticket} ticket @param {{type: string, data: any}} event */
export function isMine(ticket, event) {
  return event.type.startsWith("ticket.") && event.data?.ticket?.number === ticket.number;
}
