/**
 * Staff at the kiosk, as states: the code that is typed, the settings behind it, and what the kiosk's runtime answered.
 * Pure, like `reduce.js`. Whoever wires it sends `staff.asked` and forgets the digits with it.
 *
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").Office} Office
 * @typedef {import("./state.js").Settings} Settings
 *
 * @typedef {object} Status   how the kiosk is, for whoever has the code
 * @property {string} version
 * @property {boolean} online
 * @property {string | null} offline_since
 * @property {number} undelivered
 * @property {number} refused
 * @property {{[service: string]: number}} numbers_left
 * @property {Settings} settings
 * @property {import("./state.js").Stopped | null} stopped
 *
 * @typedef {{path: string, body: {[name: string]: unknown}}} Asked   a request to the runtime, without its grant
 *
 * @typedef {object} Staff
 * @property {string} digits
 * @property {string | null} grant
 * @property {Asked | null} asked        on its way
 * @property {Status | null} status
 * @property {{kind: "done" | "warn", text: string} | null} said
 * @property {string | null} test        what became of the paper that tries the printer
 * @property {number} waitsUntil         no code is looked at before; steady clock, ms
 * @property {"main" | "stop"} part
 * @property {number[]} touched          cells of the touch test that a finger has reached
 *
 * @typedef {{type: "staff_open", at: number} | {type: "staff_digit", digit: string, at: number}
 *   | {type: "staff_ask", path: string, body?: {[name: string]: unknown}, at: number}
 *   | {type: "staff_part", part: "main" | "stop", at: number} | {type: "staff_touches", at: number}
 *   | {type: "staff_cell", cell: number, at: number} | {type: "staff_cells_done", at: number}} StaffTouch
 * @typedef {{type: "staff_told", path: string, answer: {grant?: string, status: Status, print?: {state: string}}, at: number}
 *   | {type: "staff_refused", code: string, text: string, wait_s?: number, at: number}} StaffNews
 * @typedef {StaffTouch | StaffNews} StaffInput
 */
import { GUARD_MS, isFresh } from "./state.js";

export const DIGITS_MAX = 12;
export const CELLS = 24;

/** @param {{type: string}} input @returns {input is StaffInput} */
export function isStaffInput(input) {
  return input.type.startsWith("staff_");
}

/** What staff have set here counts for each new citizen, not for the one who stands there. @param {State} state @param {Office} office @returns {State} */
export function asSet(state, office) {
  const settings = office.kiosk?.settings;
  if (!settings) return state;
  const next = { ...state, defaultLanguage: settings.language ?? state.defaultLanguage, defaultLow: settings.low, sound: settings.sound };
  return isFresh(state) ? { ...next, language: next.defaultLanguage, low: next.defaultLow } : next;
}

/** @returns {Staff} */
function nobody() {
  return {
    digits: "", grant: null, asked: null, status: null, said: null, test: null, waitsUntil: 0, part: "main", touched: [],
  };
}

/** @param {State} state @param {StaffInput} input @returns {State} */
export function staffInput(state, input) {
  if (input.type === "staff_open") return opening(state, input.at);
  const staff = state.staff;
  // An answer to somebody who has left.
  if (!staff) return state;
  if (input.type === "staff_told") return told(state, staff, input);
  if (input.type === "staff_refused") return refused(state, staff, input);
  if (input.at - state.changedAt < GUARD_MS && input.type !== "staff_digit") return state;
  const next = touched(state, staff, input);
  const moved = next.screen !== state.screen || next.staff?.part !== staff.part;
  return { ...next, touchedAt: input.at, now: input.at, changedAt: moved ? input.at : state.changedAt };
}

/** @param {State} state @param {number} at @returns {State} */
function opening(state, at) {
  const here = state.screen === "home" && state.office?.kiosk?.staff && at - state.changedAt >= GUARD_MS;
  return here ? { ...state, screen: "staff", staff: nobody(), aloud: false, touchedAt: at, changedAt: at, now: at } : state;
}

/** @param {State} state @param {Staff} staff @param {StaffTouch} input @returns {State} */
function touched(state, staff, input) {
  switch (input.type) {
    case "staff_digit":
      return { ...state, staff: { ...staff, digits: typed(staff.digits, input.digit), said: null } };
    case "staff_ask":
      return ask(state, staff, input);
    case "staff_part":
      return { ...state, staff: { ...staff, part: input.part, said: null } };
    case "staff_touches":
      return { ...state, screen: "touches", staff: { ...staff, touched: [], said: null } };
    case "staff_cell":
      return cell(state, staff, input.cell);
    case "staff_cells_done":
      return { ...state, screen: "settings", staff: { ...staff, touched: [] } };
    default:
      return state;
  }
}

/** @param {string} digits @param {string} digit */
function typed(digits, digit) {
  if (digit === "delete") return digits.slice(0, -1);
  return /^\d$/.test(digit) && digits.length < DIGITS_MAX ? digits + digit : digits;
}

/** One request at a time: a second touch while the printer is at work asks for nothing. @param {State} state @param {Staff} staff @param {{path: string, body?: {[name: string]: unknown}, at: number}} input @returns {State} */
function ask(state, staff, { path, body = {}, at }) {
  if (staff.asked) return state;
  if (path !== "open") return { ...state, staff: { ...staff, asked: { path, body }, said: null, test: null } };
  if (!staff.digits || at < staff.waitsUntil) return state;
  return { ...state, staff: { ...staff, digits: "", asked: { path, body: { code: staff.digits } }, said: null } };
}

/** @param {State} state @param {Staff} staff @param {number} number @returns {State} */
function cell(state, staff, number) {
  const reached = staff.touched.includes(number) ? staff.touched : [...staff.touched, number];
  return { ...state, staff: { ...staff, touched: reached } };
}

/** @param {State} state @param {Staff} staff @param {StaffNews & {type: "staff_told"}} news @returns {State} */
function told(state, staff, { path, answer, at }) {
  const asked = staff.asked?.path === path ? null : staff.asked;
  const next = { ...staff, asked, status: answer.status, grant: answer.grant ?? staff.grant, test: answer.print?.state ?? staff.test };
  if (path === "open") return { ...state, screen: "settings", staff: next, touchedAt: at, changedAt: at, now: at };
  return { ...state, staff: path === "stop" ? { ...next, part: "main" } : next };
}

/** @param {State} state @param {Staff} staff @param {StaffNews & {type: "staff_refused"}} news @returns {State} */
function refused(state, staff, { code, text, wait_s: wait = 0, at }) {
  const next = /** @type {Staff} */ ({ ...staff, asked: null, said: { kind: "warn", text }, waitsUntil: at + wait * 1000 });
  // The grant has ended: nothing is shown on any more.
  if (code === "staff_code_again") return { ...state, screen: "staff", staff: { ...nobody(), said: next.said }, changedAt: at };
  return { ...state, staff: next };
}
