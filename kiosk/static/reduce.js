/**
 * The kiosk as a machine: a state and what happens give the next state. No clock, no network, no screen.
 *
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").Office} Office
 * @typedef {import("./state.js").Ticket} Ticket
 * @typedef {{code: string, procedures: import("./state.js").Procedure[]}} Catalogued
 * @typedef {{service: string, count: number, expected_wait_s?: import("./state.js").Wait | null}} Waiting
 *
 * @typedef {{type: "service", code: string, key: string, at: number}
 *   | {type: "take", code: string, key: string, sure?: boolean, at: number}
 *   | {type: "group", key: string, at: number} | {type: "page", by: number, at: number}
 *   | {type: "show", screen: "search" | "priority" | "fields", at: number}
 *   | {type: "priority", group: string | null, at: number} | {type: "skip", key: string, at: number}
 *   | {type: "procedure", code: string, service?: string, at: number}
 *   | {type: "letter", letter: string, at: number} | {type: "back", at: number} | {type: "restart", at: number}
 *   | {type: "language", at: number} | {type: "aloud", at: number} | {type: "large", at: number} | {type: "low", at: number}
 *   | {type: "more_time", at: number} | {type: "retry", at: number}} Touch
 *
 * @typedef {{type: "office", office: Office} | {type: "procedures", version: number, services: Catalogued[]} | {type: "unreachable"} | {type: "known", known: boolean}
 *   | {type: "waiting", waiting: Waiting[]} | {type: "viewport", width: number, height: number}
 *   | {type: "tick", at: number, wall: number}
 *   | {type: "issued", key: string, ticket: Ticket, at: number}
 *   | {type: "refused", key: string, code: string, text: string, unsure: boolean, number?: string, counter?: number, at: number}
 *   | {type: "scanned", scan: import("./scan.js").Scan, key: string, at: number}
 *   | {type: "unread", code: string, text: string, number?: string, counter?: number, at: number}
 *   | {type: "print", ticket_id: string, state: string, detail?: string | null, at: number}} News
 *
 * @typedef {Touch | News | import("./staffing.js").StaffInput} Input
 */
import { asksCard, listens } from "./scan.js";
import {
  fresh, GUARD_MS, IDLE_MS, isIdle, MORE_MS, patience, paper, PHOTO_MS, PRINTED_MS, PRINTING_MS, REFUSED_MS, serviceOf,
  WARN_MS,
} from "./state.js";
import { asSet, isStaffInput, staffInput } from "./staffing.js";

const QUERY_MAX = 40;

/**
 * @param {State} state
 * @param {Input} input
 * @returns {State}
 */
export function reduce(state, input) {
  switch (input.type) {
    case "office":
      return { ...asSet(state, input.office), office: withProcedures(input.office, state.catalogue), unreachable: false };
    case "procedures":
      return catalogued(state, input);
    case "unreachable":
      return { ...state, unreachable: true };
    case "known":
      return { ...state, known: input.known };
    case "waiting":
      return waiting(state, input.waiting);
    case "viewport":
      return { ...state, viewport: { width: input.width, height: input.height }, page: 0 };
    case "tick":
      return tick(state, input.at, input.wall);
    case "issued":
      return input.key === state.request?.key ? issued(state, input.ticket, input.at) : state;
    case "refused":
      return input.key === state.request?.key ? refused(state, input) : state;
    case "print":
      return printed(state, input);
    case "scanned":
      return listens(state) ? scanned(state, input) : state;
    case "unread":
      return listens(state) ? unread(state, input) : state;
    default:
      return isStaffInput(input) ? staffInput(state, input) : touch(state, input);
  }
}

/**
 * The catalogue comes apart from the office: it is long, and changes only when somebody edits it.
 * @param {State} state @param {{version: number, services: Catalogued[]}} news @returns {State}
 */
function catalogued(state, { version, services }) {
  const catalogue = { version, of: Object.fromEntries(services.map((each) => [each.code, each.procedures])) };
  return { ...state, catalogue, office: state.office && withProcedures(state.office, catalogue) };
}

/** @param {Office} office @param {State["catalogue"]} catalogue @returns {Office} */
function withProcedures(office, catalogue) {
  if (!catalogue) return office;
  const services = office.services.map((service) => ({ ...service, procedures: catalogue.of[service.code] ?? [] }));
  return { ...office, services };
}

/** @param {State} state @param {Waiting[]} news @returns {State} */
function waiting(state, news) {
  if (!state.office) return state;
  const services = state.office.services.map((service) => {
    const now = news.find((item) => item.service === service.code);
    if (!now) return service;
    const expected = now.expected_wait_s === undefined ? service.expected_wait_s : now.expected_wait_s;
    return { ...service, waiting: now.count, expected_wait_s: expected };
  });
  return { ...state, office: { ...state.office, services } };
}

/** @param {State} state @param {number} at @param {number} wall @returns {State} */
function tick(state, at, wall) {
  const next = { ...state, now: at, wall };
  if (state.endsAt !== null && at >= state.endsAt) return startOver(next, at);
  const over = state.touchedAt + patience(state, IDLE_MS + WARN_MS);
  if (isIdle(state) && at >= over) return startOver(next, at);
  // A paper that does not come leaves its citizen with a picture to take: from now on, long enough.
  const late = state.screen === "ticket" && paper(state) === "printing" && paper(next) !== "printing";
  return late ? { ...next, endsAt: at + patience(state, PHOTO_MS) } : next;
}

/** @param {State} state @param {number} at @returns {State} */
function startOver(state, at) {
  return { ...state, ...fresh(state.defaultLanguage, state.defaultLow), touchedAt: at, changedAt: at };
}

/** @param {State} state @param {Ticket} ticket @param {number} at @returns {State} */
function issued(state, ticket, at) {
  const next = /** @type {State} */ ({
    ...state, screen: "ticket", ticket, request: null, printSince: at, now: at, changedAt: at, touchedAt: at,
  });
  return { ...next, endsAt: at + patience(next, stay(next)) };
}

/** How long the result stays on the screen. @param {State} state */
function stay(state) {
  const now = paper(state);
  if (now === "printed") return PRINTED_MS;
  return now === "printing" ? PRINTING_MS + PRINTED_MS : PHOTO_MS;
}

/** @param {State} state @param {{scan: import("./scan.js").Scan, key: string, at: number}} news @returns {State} */
function scanned(state, { scan, key, at }) {
  const code = scan.kind === "booking" ? scan.service : state.screen === "scan" ? state.service : null;
  // A card is no wish by itself: nobody has chosen a field yet.
  if (code === null || !serviceOf(state, code)) return state;
  const shown = scan.kind === "booking" ? { booking: scan.booking } : { card: scan.card };
  return { ...asking(state, code, key, at, shown), touchedAt: at, changedAt: at, now: at };
}

/** A card that could not be read is put down again; a booking that does not fit is told, with what to do.
 * @param {State} state @param {{code: string, text: string, number?: string, counter?: number, at: number}} news @returns {State} */
function unread(state, news) {
  if (news.code.startsWith("booking_")) return refused(state, { ...news, unsure: false });
  return state.screen === "scan" ? { ...state, unread: news.text, touchedAt: news.at } : state;
}

/** @param {State} state @param {{code: string, text: string, unsure: boolean, number?: string, counter?: number, at: number}} news @returns {State} */
function refused(state, news) {
  // A list that was edited a moment ago is no reason to give no number.
  if (news.code === "procedure_not_found" && state.request?.procedure) {
    return { ...state, procedure: null, request: { ...state.request, procedure: null, attempt: state.request.attempt + 1, at: news.at } };
  }
  return {
    ...state, screen: "refused",
    problem: { code: news.code, text: news.text, unsure: news.unsure, number: news.number, counter: news.counter },
    // An uncertain request keeps its key, so that asking again cannot make a second number.
    request: news.unsure ? state.request : null,
    endsAt: news.at + patience(state, REFUSED_MS), changedAt: news.at, touchedAt: news.at, now: news.at,
  };
}

/** @param {State} state @param {{ticket_id: string, state: string, detail?: string | null, at: number}} news @returns {State} */
function printed(state, news) {
  if (!state.ticket || state.ticket.id !== news.ticket_id || state.ticket.print.state === news.state) return state;
  const ticket = { ...state.ticket, print: { state: news.state, detail: news.detail } };
  const next = { ...state, ticket, now: news.at };
  return { ...next, endsAt: news.at + patience(next, stay(next)) };
}

/** @param {State} state @param {Touch} input @returns {State} */
function touch(state, input) {
  // A finger that was on its way when the screen changed did not mean what is there now.
  const early = input.at - state.changedAt < GUARD_MS && input.type !== "letter";
  if (early || state.screen === "issuing") return state;
  const next = { ...act(state, input), touchedAt: input.at, now: input.at };
  return next.screen === state.screen && next.group === state.group && next.page === state.page
    ? next
    : { ...next, changedAt: input.at };
}

/** @param {State} state @param {Touch} input @returns {State} */
function act(state, input) {
  switch (input.type) {
    case "service":
      return chooseService(state, input);
    case "take":
      return take(state, input);
    case "group":
      return { ...state, group: input.key, page: 0 };
    case "page":
      return { ...state, page: Math.max(0, state.page + input.by) };
    case "show":
      return show(state, input.screen);
    case "priority":
      return { ...state, priority: input.group, screen: "home" };
    case "procedure":
      return { ...state, screen: "papers", service: input.service ?? state.service, procedure: input.code, page: 0 };
    case "skip":
      return state.screen === "scan" && state.service ? asking(state, state.service, input.key, input.at) : state;
    case "letter":
      return { ...state, query: typed(state.query, input.letter) };
    case "back":
      return state.staff ? startOver(state, input.at) : back(state);
    case "restart":
      return startOver(state, input.at);
    case "more_time":
      return state.endsAt === null ? state : { ...state, endsAt: Math.max(state.endsAt, input.at) + MORE_MS };
    case "retry":
      return retry(state, input.at);
    default:
      return adjust(state, input.type);
  }
}

/** @param {State} state @param {{code: string, key: string, at: number}} input @returns {State} */
function chooseService(state, input) {
  const service = serviceOf(state, input.code);
  if (!service) return state;
  if (state.purpose === "papers") return { ...state, screen: "papers", service: input.code, procedure: null, page: 0 };
  return take(state, input);
}

/** @param {State} state @param {{code: string, key: string, sure?: boolean, at: number}} input @returns {State} */
function take(state, { code, key, sure, at }) {
  const service = serviceOf(state, code);
  if (!service) return state;
  if (!service.open) return { ...state, screen: "closed", service: code };
  if (service.late && !sure) return { ...state, screen: "late", service: code };
  if (asksCard(state, service)) return { ...state, screen: "scan", service: code, unread: null };
  return asking(state, code, key, at);
}

/** @param {State} state @param {string} code @param {string} key @param {number} at @param {{card?: string, booking?: string}} [shown] @returns {State} */
function asking(state, code, key, at, shown = {}) {
  const procedure = state.service === code ? state.procedure : null;
  const request = { key, service: code, procedure, priority: state.priority, language: state.language, attempt: 1, at, ...shown };
  return { ...state, screen: "issuing", service: code, request, unread: null };
}

/** @param {State} state @param {number} at @returns {State} */
function retry(state, at) {
  if (!state.request || state.screen !== "refused") return state;
  const request = { ...state.request, attempt: state.request.attempt + 1, at };
  return { ...state, screen: "issuing", request, problem: null, endsAt: null };
}

/** @param {State} state @param {"search" | "priority" | "fields"} screen @returns {State} */
function show(state, screen) {
  if (screen === "fields") return { ...state, screen: "home", purpose: "papers", group: null, page: 0 };
  return { ...state, screen, query: "" };
}

/** One step towards the start. @param {State} state @returns {State} */
function back(state) {
  if (state.screen === "papers" && state.procedure) return { ...state, procedure: null };
  if (["papers", "closed", "late", "scan"].includes(state.screen)) return { ...state, screen: "home", service: null, procedure: null, page: 0 };
  if (state.screen !== "home") return { ...state, screen: "home", procedure: null, endsAt: null, request: null, problem: null };
  if (state.group !== null) return { ...state, group: null, page: 0 };
  return { ...state, purpose: "take", page: 0 };
}

/** @param {string} query @param {string} letter */
function typed(query, letter) {
  if (letter === "clear") return "";
  if (letter === "delete") return query.slice(0, -1);
  return query.length < QUERY_MAX ? (query + letter).trimStart() : query;
}

/** @param {State} state @param {"language" | "large" | "low" | "aloud"} what @returns {State} */
function adjust(state, what) {
  if (what === "large") return { ...state, large: !state.large, page: 0 };
  if (what === "aloud") return { ...state, aloud: !state.aloud };
  if (what === "low") return { ...state, low: !state.low, page: 0 };
  const at = state.languages.indexOf(state.language);
  return { ...state, language: state.languages[(at + 1) % state.languages.length] };
}
