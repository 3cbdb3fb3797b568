/** What the hall shows, derived from its state. Pure. @typedef {import("./reduce.js").State} State @typedef {import("./reduce.js").Ticket} Ticket */
import { fold } from "motcua/words";

import { longWaitMin } from "../console/select.js";

const MINUTE = 60_000;
export const TROUBLE = new Set(["warning", "error", "offline"]);

/** @param {State} state @param {...string} roles */
export const may = (state, ...roles) => state.me?.roles.some((role) => roles.includes(role)) ?? false;
/** Who may place people in the line. @param {State} state */
export const isHelper = (state) => may(state, "helper", "head", "admin");
/** Who may close counters and speak to the boards. @param {State} state */
export const isHead = (state) => may(state, "head", "admin");

/** @param {Ticket} a @param {Ticket} b */
const byArrival = (a, b) => Date.parse(a.arrived_at) - Date.parse(b.arrived_at) || a.number.localeCompare(b.number);
/** @param {State} state @param {string} wanted */
const inState = (state, wanted) => Object.values(state.tickets).filter((ticket) => ticket.state === wanted);

/** @param {State} state */
export const waiting = (state) => inState(state, "waiting").sort(byArrival);
/** @param {State} state */
export const held = (state) => inState(state, "held").sort((a, b) => Date.parse(a.state_since) - Date.parse(b.state_since));
/** @param {State} state */
export const absent = (state) => inState(state, "no_show").sort((a, b) => Date.parse(b.state_since) - Date.parse(a.state_since));

/** Who waits, or whoever has the number that is looked for. @param {State} state @returns {Ticket[]} */
export function found(state) {
  const wanted = fold(state.filter);
  if (!wanted) return waiting(state);
  return Object.values(state.tickets).filter((ticket) => fold(ticket.number).includes(wanted)).sort(byArrival);
}

/** Each line: how many, since when the first, and whether somebody waits too long. @param {State} state @param {number} now */
export function lines(state, now) {
  const people = waiting(state);
  return [...Object.values(state.services), ...noLonger(state, people)].map((service) => {
    const first = people.find((ticket) => ticket.service === service.code);
    const longest = first ? Math.max(0, Math.floor((now - Date.parse(first.arrived_at)) / MINUTE)) : 0;
    const takers = Object.values(state.counters).filter((counter) => counter.services.includes(service.code));
    const count = people.filter((ticket) => ticket.service === service.code).length;
    const open = takers.filter((counter) => counter.state === "open").length;
    return {
      service, count, longest, open, wait: state.lines[service.code]?.expected_wait_s ?? null,
      late: longest >= longWaitMin(state), unserved: count > 0 && open === 0,
    };
  });
}

/** Fields that give no numbers any more while people still wait in their lines: they count until the last has gone.
 * @param {State} state @param {Ticket[]} people @returns {any[]} */
function noLonger(state, people) {
  const left = people.filter((ticket) => !state.services[ticket.service]).map((ticket) => [ticket.service, ticket.service_name]);
  return [...new Map(/** @type {[string, string][]} */ (left))].map(([code, name]) => ({ code, name, gone: true }));
}

/** Who sits at a counter with whom, and since when. @param {State} state @param {import("./reduce.js").Counter} counter @param {number} now */
export function atCounter(state, counter, now) {
  const ticket = counter.ticket_id ? state.tickets[counter.ticket_id] ?? null : null;
  const since = ticket ? (ticket.state === "serving" ? ticket.state_since : ticket.called_at ?? ticket.state_since) : null;
  const spent = since ? Math.max(0, now - Date.parse(since)) : 0;
  const target = ticket ? (state.services[ticket.service]?.target_s ?? 0) * 1000 : 0;
  return { ticket, spent, over: ticket?.state === "serving" && target > 0 && spent > target };
}

/** Devices to look after. What stands behind an agent that is away is one trouble, not many. @param {State} state */
export function troubled(state) {
  return Object.values(state.devices).filter((device) => device.reports && TROUBLE.has(device.state) && device.detail?.agent !== "offline");
}

/** Papers that staff may have to give again: of people who are still here. @param {State} state */
export const papers = (state) => Object.values(state.papers)
  .filter((paper) => state.tickets[paper.ticket_id])
  .sort((a, b) => Date.parse(b.at) - Date.parse(a.at));

/** Everything beyond what the office has set, the worst first. @param {State} state @param {number} now */
export function exceeded(state, now) {
  const waits = lines(state, now).filter((line) => line.unserved || line.late).map((line) => ({
    kind: line.service.help ? "help" : line.unserved ? "unserved" : "late", service: line.service, counter: null, count: line.count, minutes: line.longest,
  }));
  const busy = Object.values(state.counters).flatMap((counter) => {
    const { over, spent, ticket } = atCounter(state, counter, now);
    return over ? [{ kind: "over", service: state.services[ticket?.service ?? ""], counter, count: 1, minutes: Math.floor(spent / MINUTE) }] : [];
  });
  return [...waits, ...busy].sort((a, b) => b.minutes - a.minutes);
}

/** Officers who may be seated at a counter: all but the one who sits there. @param {State} state @param {number} number */
export function assignable(state, number) {
  return state.officers.filter((officer) => seatOf(state, officer.id) !== number);
}

/** Colleagues who sit nowhere. @param {State} state */
export const free = (state) => state.officers.filter((officer) => seatOf(state, officer.id) === null);

/** Where an officer sits. @param {State} state @param {string} id @returns {number | null} */
export function seatOf(state, id) {
  return Object.values(state.counters).find((each) => each.state !== "closed" && each.officer?.id === id)?.number ?? null;
}

/** The hall in four figures. @param {State} state @param {number} now */
export function figures(state, now) {
  const all = lines(state, now);
  const counters = Object.values(state.counters);
  return {
    waiting: all.reduce((sum, line) => sum + line.count, 0),
    longest: Math.max(0, ...all.map((line) => line.longest)),
    open: counters.filter((counter) => counter.state === "open").length,
    counters: counters.length,
    over: exceeded(state, now).length,
  };
}
