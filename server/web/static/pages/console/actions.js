/**
 * Every command of a desk: its key, when it may be given, and the request that it becomes. Pure.
 * @typedef {import("./reduce.js").State} State
 * @typedef {import("./reduce.js").Dialog} Dialog
 * @typedef {{path: string, body: object}} Request
 */
import { _ } from "motcua/i18n";
import { fold, named } from "motcua/words";

import { absent, freeOfficers, held, inHand, myCounter, proceduresOf, takenHere, transferTargets, waiting } from "./select.js";

/** @type {{[action: string]: string}} */
export const KEYS = {
  next: " ", recall: "r", start: "s", finish: "Enter", absent: "v", hold: "h", transfer: "t",
  goon: "n", requeue: "q", call: "l", pause: "p", open: "o", handover: "g", priority: "u", papers: "f", close: "d", small: "w", help: "?",
};

/** Not of a group after all: whoever took a number with priority, and has no proof of it. */
export const NONE = "none";
export const GROUPS = ["elderly", "disabled", "pregnant", "with_infant", "meritorious"];

/** How a key is written on its cap. @param {string} action */
export function cap(action) {
  const key = KEYS[action];
  return key === " " ? "Space" : key.length === 1 ? key.toUpperCase() : key;
}

/** Actions that ask something first. */
export const DIALOGS = new Set(["hold", "transfer", "goon", "requeue", "call", "pause", "handover", "priority", "close", "help"]);

/** The action of a key, or null. @param {string} key */
export function actionOf(key) {
  const wanted = key.length === 1 ? key.toLowerCase() : key;
  return Object.keys(KEYS).find((action) => KEYS[action] === wanted) ?? null;
}

/** Whether commands can be given at all. @param {State} state */
export const ready = (state) => state.live.status === "live" && state.busy === null && myCounter(state) !== null;

/** @param {State} state @param {string} action @returns {boolean} */
export function allowed(state, action) {
  if (action === "help" || action === "small") return true;
  const counter = myCounter(state);
  if (!counter || !ready(state)) return false;
  const ticket = inHand(state);
  const open = counter.state === "open";
  switch (action) {
    // A number that was only called is not finished by the same key that calls: one press too many would lose it.
    case "next": return open && ticket?.state !== "called";
    case "recall":
    case "absent":
    case "start": return ticket?.state === "called";
    case "finish":
    case "hold":
    case "goon":
    case "priority":
    case "transfer": return ticket !== null;
    case "papers": return proceduresOf(state).length > 0;
    case "handover": return freeOfficers(state).length > 0;
    case "requeue": return absent(state).length > 0;
    case "call": return open && ticket === null && waiting(state).length > 0;
    case "resume": return open && ticket === null && held(state).length > 0;
    case "pause": return open;
    case "open": return counter.state === "paused";
    case "close": return ticket === null;
    default: return false;
  }
}

/** What is in the way of a key that does nothing now; null where the page says it already. @param {State} state @param {string} action @returns {string | null} */
export function inTheWay(state, action) {
  const counter = myCounter(state);
  if (!counter || !ready(state) || allowed(state, action)) return null;
  const number = inHand(state)?.number;
  switch (action) {
    case "next":
      return number ? null : _("Quầy đang tạm dừng. Bấm O để mở lại.");
    case "close":
      return _("Số %(number)s còn ở quầy: xong số này rồi mới đóng quầy.", { number: number ?? "" });
    case "call":
    case "resume":
      if (number) return _("Số %(number)s còn ở quầy: xong số này rồi mới gọi số khác.", { number });
      return counter.state === "open" ? _("Không có ai chờ.") : _("Quầy đang tạm dừng. Bấm O để mở lại.");
    case "recall":
    case "absent":
    case "start":
      return number ? _("Số %(number)s đã được phục vụ, không gọi lại nữa.", { number }) : _("Chưa có số nào ở quầy.");
    case "finish":
    case "hold":
    case "goon":
    case "priority":
    case "transfer": return _("Chưa có số nào ở quầy.");
    case "requeue": return _("Không có ai vắng mặt.");
    case "handover": return _("Các cán bộ khác đều đang ngồi quầy.");
    default: return null;
  }
}

/**
 * The request of a command, with what the dialog asked; null when something is missing.
 * @param {State} state
 * @param {string} action
 * @param {{dialog?: Dialog | null, id?: string, now: number}} context
 * @returns {Request | null}
 */
export function request(state, action, { dialog = null, id, now }) {
  const counters = `/api/v1/offices/${encodeURIComponent(state.office?.code ?? "")}/counters`;
  const desk = `${counters}/${state.counter}`;
  const ticket = inHand(state);
  const ticketPath = (/** @type {string | undefined | null} */ of) => `/api/v1/tickets/${encodeURIComponent(of ?? "")}`;
  switch (action) {
    case "sit": return { path: `${counters}/${id}/open`, body: {} };
    case "open": return { path: `${desk}/open`, body: {} };
    case "close": return { path: `${desk}/close`, body: {} };
    case "next": return { path: `${desk}/next`, body: { finish_current: ticket?.state === "serving" } };
    case "pause": return { path: `${desk}/pause`, body: dialog?.note.trim() ? { reason: dialog.note.trim() } : {} };
    case "recall":
    case "start":
    case "finish": return ticket && { path: `${ticketPath(ticket.id)}/${action}`, body: {} };
    case "absent": return ticket && { path: `${ticketPath(ticket.id)}/no-show`, body: {} };
    case "hold": return ticket && { path: `${ticketPath(ticket.id)}/hold`, body: holdBody(dialog, now) };
    case "transfer": return ticket && transferRequest(`${ticketPath(ticket.id)}/transfer`, dialog);
    case "goon": return ticket && dialog?.choice ? { path: `${ticketPath(ticket.id)}/go-on`, body: goOnBody(state, dialog) } : null;
    case "handover":
      return dialog?.choice ? { path: `${desk}/hand-over`, body: { officer: dialog.choice, ...noteOf(dialog) } } : null;
    case "priority": return ticket && dialog?.choice ? { path: `${ticketPath(ticket.id)}/correct`, body: { priority: dialog.choice === NONE ? null : dialog.choice, ...noteOf(dialog) } } : null;
    case "resume": return id ? { path: `${ticketPath(id)}/resume`, body: { counter: state.counter } } : null;
    case "requeue": return dialog?.choice ? { path: `${ticketPath(dialog.choice)}/requeue`, body: {} } : null;
    case "call":
      if (!dialog?.choice || !dialog.note.trim()) return null;
      return { path: `${ticketPath(dialog.choice)}/call`, body: { counter: state.counter, reason: dialog.note.trim() } };
    default: return null;
  }
}

/** @param {Dialog | null} dialog @returns {{note?: string}} */
const noteOf = (dialog) => (dialog?.note.trim() ? { note: dialog.note.trim() } : {});

/** @param {State} state @param {Dialog} dialog */
function goOnBody(state, dialog) {
  const here = dialog.here && takenHere(state, dialog.choice);
  return { service: dialog.choice, here, ...noteOf(dialog) };
}

/** @param {Dialog | null} dialog @param {number} now */
function holdBody(dialog, now) {
  return {
    ...noteOf(dialog),
    ...(dialog?.minutes ? { until: new Date(now + dialog.minutes * 60000).toISOString() } : {}),
  };
}

/** @param {string} path @param {Dialog | null} dialog @returns {Request | null} */
function transferRequest(path, dialog) {
  if (!dialog || (!dialog.choice && !dialog.counter && !dialog.officer)) return null;
  return {
    path,
    body: {
      ...(dialog.choice ? { service: dialog.choice } : {}),
      ...(dialog.counter ? { counter: dialog.counter } : {}),
      ...(dialog.officer ? { officer: dialog.officer } : {}),
      ...noteOf(dialog),
    },
  };
}

/** Ready-made reasons: a digit takes one, and it can be changed. @param {string} kind @returns {string[]} */
export function presets(kind) {
  if (kind === "hold") {
    return [_("Bổ sung giấy tờ, bản sao"), _("Nộp phí, lệ phí"), _("Chờ xác minh"), _("Chờ người liên quan")];
  }
  if (kind === "pause") return [_("Nghỉ giữa giờ"), _("Họp"), _("Xử lý hồ sơ"), _("Sự cố thiết bị")];
  return [];
}

/**
 * What the digits of an open dialog choose, in order: values for `choice`, or texts for `note`.
 * @param {State} state
 * @returns {{field: "choice" | "note", values: string[]}}
 */
export function options(state) {
  const dialog = state.dialog;
  if (dialog?.kind === "priority") return { field: "choice", values: [...GROUPS, NONE] };
  if (dialog?.kind === "handover") return { field: "choice", values: freeOfficers(state).map((officer) => officer.id) };
  if (dialog?.kind === "transfer" || dialog?.kind === "goon") {
    const wanted = fold(dialog.filter);
    const services = transferTargets(state).services.filter((each) => fold(`${each.code} ${named(each)}`).includes(wanted));
    return { field: "choice", values: services.map((service) => service.code) };
  }
  if (dialog?.kind === "requeue") return { field: "choice", values: absent(state).map((ticket) => ticket.id) };
  if (dialog?.kind === "call") return { field: "choice", values: waiting(state).map((ticket) => ticket.id) };
  return { field: "note", values: presets(dialog?.kind ?? "") };
}
