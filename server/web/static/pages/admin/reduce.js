/**
 * The administration as state: what is saved, the draft over it, and what is being asked. Pure.
 *
 * @typedef {object} State
 * @property {{name: string, roles: string[], second_factor?: boolean} | null} me
 * @property {string} office
 * @property {string} section
 * @property {number} version             config_version of `saved`
 * @property {any} saved
 * @property {any} draft
 * @property {any[]} staff
 * @property {any[]} devices
 * @property {{intact: boolean, first_broken: number | null, rows: any[]} | null} audit
 * @property {{rules: any[], kinds: any[], last_run: any} | null} retention
 * @property {import("./paper.js").Sample} sample   which ticket the preview shows
 * @property {import("./tryout.js").Trial | null} trial   the order of calls tried on a day that was
 * @property {any} holidays               proposal being looked over
 * @property {import("./tree.js").Office[]} tree
 * @property {string} treeDay             the day as of which it is shown
 * @property {{kind: "person" | "device" | "office", id: string | null, value: any} | null} dialog
 * @property {{name: string, code: string, until: string} | null} code   a pairing code, shown large
 * @property {{text: string, faults: any[], changes: any[] | null} | null} file   the file that is being put in, what is wrong with it, what it would change
 * @property {import("./bookings.js").Chosen | null} bookings   a list of bookings and what the server says of it
 * @property {{step: string, qr?: string, secret?: string, codes?: string[], value: any}} account
 * @property {import("motcua/form").Faults} faults
 * @property {string | null} busy
 * @property {{kind: "done" | "bad" | "warn", text: string} | null} message
 */
import { setAt } from "motcua/form";

import { placed, rebase, toDraft, wardTemplate } from "./draft.js";

/** @type {State} */
export const initial = {
  me: null, office: "", section: "guide", version: 0, saved: null, draft: null, staff: [], devices: [], tree: [], treeDay: "", audit: null, retention: null, trial: null, sample: { paper: "80", language: "vi", service: "", priority: false }, holidays: null,
  dialog: null, code: null, file: null, bookings: null, account: { step: "none", value: {} }, faults: {}, busy: null, message: null,
};

/** @param {State} state @param {any} event @returns {State} */
export function reduce(state, event) {
  switch (event.type) {
    case "me":
      return { ...state, me: event.me, office: event.office };
    case "config": {
      const saved = toDraft(event.config.office);
      return { ...state, saved, draft: saved, version: event.config.config_version, faults: {} };
    }
    case "section":
      return { ...state, section: event.section, message: null, dialog: null, code: null, trial: null, bookings: null };
    case "edit":
      return { ...state, draft: setAt(state.draft, event.path, event.value), faults: without(state.faults, event.path), message: null };
    case "undo":
      return { ...state, draft: state.saved, faults: {}, message: null };
    case "template":
      return { ...state, draft: { ...state.draft, ...wardTemplate() }, section: "services" };
    case "same-elsewhere":
      return { ...state, version: event.version, busy: null };
    case "changed-elsewhere": {
      const theirs = toDraft(event.config.office);
      const { draft, clashes } = rebase(state.saved, state.draft, theirs);
      return { ...state, saved: theirs, draft, version: event.config.config_version, busy: null, message: { kind: "warn", text: event.text(clashes) } };
    }
    case "faults": {
      const { faults, others } = placed(event.places, state.draft);
      return { ...state, busy: null, faults, message: { kind: "bad", text: [event.text, ...others].join(" ") } };
    }
    default:
      return asked(state, event);
  }
}

/** What is looked at and asked beside the description. @param {State} state @param {any} event @returns {State} */
function asked(state, event) {
  switch (event.type) {
    case "sample":
      return { ...state, sample: { ...state.sample, ...event.change } };
    case "known":
      return { ...state, ...event.what };
    case "ask":
      return { ...state, dialog: event.dialog, faults: {}, message: null };
    case "answer":
      return state.dialog ? { ...state, dialog: { ...state.dialog, value: setAt(state.dialog.value, event.path, event.value) }, faults: without(state.faults, event.path) } : state;
    case "close":
      return { ...state, dialog: null, code: null, faults: {} };
    case "account":
      return { ...state, account: { ...state.account, ...event.change } };
    case "holidays-taken":
      return { ...state, draft: { ...state.draft, days: withHolidays(state.draft.days, event.days) }, holidays: null };
    case "sent":
      return { ...state, busy: event.what, message: null };
    case "done":
      return { ...state, busy: null, dialog: event.keep ? state.dialog : null, message: event.text ? { kind: "done", text: event.text } : null };
    case "refused":
      return { ...state, busy: null, faults: event.faults ?? state.faults, message: { kind: "bad", text: event.text } };
    default:
      return state;
  }
}

/** A fault is gone once its field is touched. @param {State["faults"]} faults @param {(string | number)[]} path */
function without(faults, path) {
  const at = path.join(".");
  return Object.fromEntries(Object.entries(faults).filter(([key]) => key !== at && !key.startsWith(`${at}.`) && !at.startsWith(`${key}.`)));
}

/** What an office has set for a day stays: the proposal fills only the days that say nothing yet. @param {any[]} days @param {any[]} proposed */
function withHolidays(days, proposed) {
  const known = new Set(days.map((day) => day.date));
  const added = proposed.filter((day) => !known.has(day.date)).map(({ date, windows, source }) => ({ date, windows, source }));
  return [...days, ...added].sort((a, b) => a.date.localeCompare(b.date));
}
