/**
 * The hall as a head or a helper watches it: what is known, what is being asked, and what is under way. Pure.
 *
 * @typedef {import("../console/reduce.js").Ticket} Ticket
 * @typedef {import("../console/reduce.js").Counter & {since: string | null, ticket: string | null, ticket_id: string | null}} Counter
 * @typedef {{low: number, high: number}} Wait
 * @typedef {{service: string, count: number, expected_wait_s: Wait | null}} Line
 * @typedef {{id: string, kind: string, name: string, state: string, detail: any, counter: number | null, reports: boolean}} Device
 * @typedef {{ticket_id: string, number: string, copy: number, state: string, detail: string | null, at: string}} Paper
 * @typedef {{service: string, counters: number, people_ahead: number, now_s: Wait | null, then_s: Wait | null,
 *   opened: number[], dedicated: number}} Plan
 * @typedef {{kind: string, id: string | null, value: any}} Dialog
 *
 * @typedef {object} State
 * @property {{id: string, name: string, roles: string[]} | null} me
 * @property {any} office
 * @property {{[code: string]: any}} services
 * @property {{[number: number]: Counter}} counters
 * @property {{[id: string]: Ticket}} tickets
 * @property {{[service: string]: Line}} lines
 * @property {{[id: string]: Device}} devices
 * @property {{[ticket: string]: Paper}} papers     those that did not surely come out
 * @property {{vi?: string, en?: string} | null} notice
 * @property {{status: string, since: number | null}} live
 * @property {boolean} joined
 * @property {string} filter              part of a number that is looked for
 * @property {string | null} busy
 * @property {{kind: "done" | "bad", text: string} | null} message
 * @property {Dialog | null} dialog
 * @property {any} issued                 the number just given at the helper's desk
 * @property {Plan | null} plan
 * @property {{id: string, name: string}[]} officers   everybody who may sit at a counter
 * @property {{[counter: number]: {counter: number, ticket_id: string | null, number: string | null}}} outlook   whom each counter would call now
 */

const IN_HALL = new Set(["waiting", "called", "serving", "held", "no_show"]);

/** @type {State} */
export const initial = {
  me: null, office: null, services: {}, counters: {}, tickets: {}, lines: {}, devices: {}, papers: {}, notice: null,
  live: { status: "connecting", since: null }, joined: false, filter: "", busy: null, message: null, dialog: null,
  issued: null, plan: null, officers: [], outlook: {},
};

/** @param {State} state @param {any} event @returns {State} */
export function reduce(state, event) {
  switch (event.type) {
    case "me":
      return { ...state, me: event.user };
    case "office":
      return { ...state, office: event.office, services: byKey(event.office.services, "code") };
    case "snapshot":
      return snapshot(state, event.snapshot);
    case "outlook":
      return { ...state, outlook: byKey(/** @type {State["outlook"][number][]} */ (event.counters), "counter") };
    case "lines":
      return { ...state, lines: byKey(event.lines, "service") };
    case "event":
      return happened(state, event.event.data);
    case "status":
      return { ...state, live: { status: event.status, since: event.since } };
    case "filter":
      return { ...state, filter: event.text };
    default:
      return asked(state, event);
  }
}

/** Dialogs, and commands under way. @param {State} state @param {any} event @returns {State} */
function asked(state, event) {
  switch (event.type) {
    case "ask":
      return { ...state, dialog: { kind: event.kind, id: event.id ?? null, value: event.value ?? {} }, message: null, plan: null, issued: null };
    case "edit":
      return state.dialog ? { ...state, dialog: { ...state.dialog, value: event.value }, plan: null } : state;
    case "close":
      return { ...state, dialog: null, plan: null };
    case "sent":
      return { ...state, busy: event.kind, message: null };
    case "planned":
      return { ...state, busy: null, plan: event.plan };
    case "answered":
      return { ...state, busy: null, dialog: null, issued: event.issued ?? null, message: { kind: "done", text: event.text } };
    case "refused":
      return { ...state, busy: null, message: { kind: "bad", text: event.text } };
    default:
      return state;
  }
}

/** @param {State} state @param {any} view @returns {State} */
function snapshot(state, view) {
  return {
    ...state,
    joined: true,
    tickets: byKey([...view.line, ...view.held, ...view.no_show, ...view.in_hand], "id"),
    counters: byKey(view.counters, "number"),
    lines: byKey(view.waiting, "service"),
    devices: byKey(view.devices ?? [], "id"),
    papers: byKey(view.papers ?? [], "ticket_id"),
    notice: view.notice ?? null,
    officers: view.officers ?? state.officers,
  };
}

/** @param {State} state @param {any} data @returns {State} */
function happened(state, data) {
  let next = state;
  if (data.counter?.number) next = { ...next, counters: { ...next.counters, [data.counter.number]: data.counter } };
  if (data.ticket) next = withTicket(next, data.ticket);
  if (data.waiting) next = { ...next, lines: { ...next.lines, ...byKey(data.waiting, "service") } };
  if (data.device) next = { ...next, devices: { ...next.devices, [data.device.id]: data.device } };
  if (data.paper) next = { ...next, papers: withPaper(next.papers, data.paper) };
  if ("notice" in data) next = { ...next, notice: data.notice };
  return next;
}

/** @param {State["papers"]} papers @param {Paper} paper */
function withPaper(papers, paper) {
  const { [paper.ticket_id]: before, ...others } = papers;
  // What becomes of an older copy says nothing of the newer one.
  if (before && before.copy > paper.copy) return papers;
  return paper.state === "printed" ? others : { ...others, [paper.ticket_id]: paper };
}

/** @param {State} state @param {Ticket} ticket @returns {State} */
function withTicket(state, ticket) {
  const tickets = { ...state.tickets, [ticket.id]: ticket };
  if (!IN_HALL.has(ticket.state)) delete tickets[ticket.id];
  // A dialog about somebody who has just left the hall would ask for what cannot be done.
  const gone = state.dialog?.kind === "ticket" && state.dialog.id === ticket.id && !tickets[ticket.id];
  return gone ? { ...state, tickets, dialog: null } : { ...state, tickets };
}

/**
 * @template T
 * @param {T[]} items
 * @param {keyof T} key
 * @returns {{[key: string]: T}}
 */
function byKey(items, key) {
  return Object.fromEntries(items.map((item) => [String(item[key]), item]));
}
