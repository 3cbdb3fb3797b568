/**
 * What a kiosk knows and shows. `reduce.js` is the only place that makes a new one.
 *
 * @typedef {{reason: string, since: string}} Stopped   staff let this kiosk give no numbers
 * @typedef {{low: boolean, language: string | null, sound: boolean}} Settings   what each new citizen finds
 * @typedef {import("./staffing.js").Staff} Staff
 * @typedef {{vi: string, en?: string}} Names
 * @typedef {{low: number, high: number}} Wait  seconds
 * @typedef {{code: string, names: Names, papers?: Names[], fee?: Names | null, time_limit?: Names | null}} Procedure
 *
 * @typedef {object} Service
 * @property {string} code
 * @property {Names} names
 * @property {Names | null} group
 * @property {boolean} open
 * @property {string} [closed_reason]   "hours", "daily_limit", "stopped" (by the head, for today), "kiosk_stopped" (here)
 * @property {string} [stopped_why]
 * @property {string | null} [opens_at]
 * @property {number} waiting
 * @property {Wait | null} expected_wait_s
 * @property {boolean} [late]   the line is longer than what is left of today
 * @property {string | null} [next_day]
 * @property {boolean} [help]   not a field: the line for people who need a helper
 * @property {number[]} counters
 * @property {Names[]} papers
 * @property {Procedure[]} [procedures]
 *
 * @typedef {object} Office
 * @property {string} code
 * @property {Names} names
 * @property {string} timezone
 * @property {number} [config_version]
 * @property {Service[]} services
 * @property {{number: number, names: Names}[]} counters
 * @property {{open: boolean, today: [string, string][], next_open?: string | null}} hours
 * @property {string[]} priorities
 * @property {{printer: {state: string, detail: {paper?: string, cover?: string}} | null, scanner?: string, stopped?: Stopped | null,
 *   settings?: Settings, staff?: {code_set: boolean, prints: boolean}}} [kiosk]  `staff`: this page is served by the kiosk's own runtime
 * @property {string} [card]            "off", "optional", "required"
 * @property {{early_min: number, late_min: number} | null} [bookings]
 * @property {{[name: string]: any}} [texts]
 * @property {string | null} [offline_since]   the kiosk is alone and gives lent numbers
 *
 * @typedef {object} Ticket
 * @property {string} id
 * @property {string} number
 * @property {string} service
 * @property {string | null} priority
 * @property {number | null} people_ahead   null: given without the server
 * @property {Wait | null} expected_wait_s
 * @property {number[]} counters
 * @property {string} track_url
 * @property {{state: string, detail?: string | null}} print
 *
 * @typedef {object} Request   one touch that asks for a number; its key makes it one number however often it is sent
 * @property {string} key
 * @property {string} service
 * @property {string | null} procedure   what the citizen chose in the list
 * @property {string | null} priority
 * @property {string} [card]      mark of the identity card
 * @property {string} [booking]   hash of the booking's code
 * @property {string} language
 * @property {number} attempt
 * @property {number} at
 *
 * @typedef {"home" | "search" | "priority" | "papers" | "closed" | "late" | "scan" | "issuing" | "ticket" | "refused" | "staff" | "settings" | "touches"} Screen
 *
 * @typedef {object} State
 * @property {string[]} languages
 * @property {string} defaultLanguage
 * @property {boolean} defaultLow
 * @property {boolean} sound            whether this kiosk reads aloud at all
 * @property {Staff | null} staff       what staff see who opened the settings, or try to
 * @property {Office | null} office
 * @property {{version: number, of: {[service: string]: Procedure[]}} | null} catalogue
 * @property {boolean} unreachable      the server did not give the office's data at the last try
 * @property {boolean} known            whether counts of waiting people are the truth now
 * @property {Screen} screen
 * @property {"take" | "papers"} purpose  what touching a field does
 * @property {string | null} group      folded name of the group that is open
 * @property {number} page
 * @property {string} query
 * @property {string | null} service    the field that `papers`, `closed` and `late` are about
 * @property {string | null} procedure
 * @property {string | null} priority
 * @property {string} language
 * @property {boolean} large            large text in high contrast
 * @property {boolean} low              everything to touch in the lower half
 * @property {boolean} aloud            each screen is read to whoever cannot
 * @property {Request | null} request
 * @property {Ticket | null} ticket
 * @property {string | null} unread     what the scanner could not read, told on its screen
 * @property {{code: string, text: string, unsure: boolean, number?: string, counter?: number} | null} problem
 * @property {number | null} endsAt     when the result leaves the screen
 * @property {number} printSince
 * @property {number} touchedAt
 * @property {number} changedAt         when the screen last changed: touches meant for the one before are dropped
 * @property {number} now               steady clock, ms
 * @property {number} wall              the server's clock, ms
 * @property {{width: number, height: number}} viewport
 * @property {number} fewer             rows less on a page, where names are too long for all (see fit.js)
 */

export const IDLE_MS = 45_000;
export const WARN_MS = 15_000;
export const GUARD_MS = 350;
export const PRINTED_MS = 12_000;
export const PRINTING_MS = 15_000;
export const PHOTO_MS = 60_000;
export const REFUSED_MS = 30_000;
export const MORE_MS = 30_000;

/**
 * @param {{lang: string, languages?: string[]}} config
 * @param {number} [at]
 * @returns {State}
 */
export function initial(config, at = 0) {
  return {
    languages: config.languages ?? ["vi", "en"], defaultLanguage: config.lang, defaultLow: false, sound: true,
    office: null, catalogue: null, unreachable: false, known: false,
    ...fresh(config.lang),
    touchedAt: at, changedAt: at - GUARD_MS, now: at, wall: 0,
    viewport: { width: 1080, height: 1920 }, fewer: 0,
  };
}

/** What the next citizen finds: nothing of the one before. @param {string} language @param {boolean} [low] */
export function fresh(language, low = false) {
  return {
    screen: /** @type {Screen} */ ("home"), purpose: /** @type {"take" | "papers"} */ ("take"), group: null, page: 0,
    query: "", service: null, procedure: null, priority: null, language, large: false, low, aloud: false, request: null,
    ticket: null, unread: null, problem: null, endsAt: null, printSince: 0, staff: null,
  };
}

/** Nothing to lose by going back to the start. @param {State} state */
export function isFresh(state) {
  return state.screen === "home" && state.purpose === "take" && state.group === null && state.page === 0
    && state.priority === null && state.language === state.defaultLanguage && !state.large && state.low === state.defaultLow && !state.aloud;
}

/** Whoever needs larger letters, sits lower or listens is given twice the time. @param {State} state @param {number} ms */
export function patience(state, ms) {
  return state.large || state.low || state.aloud ? 2 * ms : ms;
}

/** Waiting for a citizen who may have left. @param {State} state */
export function isIdle(state) {
  return !isFresh(state) && state.screen !== "issuing" && state.endsAt === null;
}

/** Seconds until the screen goes back to the start, null while nobody needs to be warned. @param {State} state */
export function idleLeft(state) {
  if (!isIdle(state)) return null;
  const left = state.touchedAt + patience(state, IDLE_MS + WARN_MS) - state.now;
  return left <= patience(state, WARN_MS) ? Math.max(0, Math.ceil(left / 1000)) : null;
}

/** Seconds that the result stays. @param {State} state */
export function resultLeft(state) {
  return state.endsAt === null ? null : Math.max(0, Math.ceil((state.endsAt - state.now) / 1000));
}

/** @param {State} state @param {string | null} code */
export function serviceOf(state, code) {
  return state.office?.services.find((service) => service.code === code) ?? null;
}

/**
 * Why paper cannot come out, as far as is known before a touch.
 * @param {State} state
 * @returns {"paper" | "cover" | "printer" | null}
 */
export function printerTrouble(state) {
  const printer = state.office?.kiosk?.printer;
  if (!printer || !["error", "offline"].includes(printer.state)) return null;
  if (printer.detail?.paper === "out") return "paper";
  return printer.detail?.cover === "open" ? "cover" : "printer";
}

/**
 * What the citizen is told about the paper.
 * @param {State} state
 * @returns {"printing" | "printed" | "none" | "failed" | "unsure"}
 */
export function paper(state) {
  const print = state.ticket?.print.state;
  if (print === "printed") return "printed";
  if (print === "none") return "none";
  if (print === "not_sent") return "failed";
  if (print === "unknown") return "unsure";
  if (printerTrouble(state)) return "failed";
  return state.now - state.printSince >= PRINTING_MS ? "unsure" : "printing";
}
