/**
 * What can be asked for on the floor: the form of each question, and the request that its answer becomes. Pure.
 * @typedef {import("./reduce.js").State} State
 * @typedef {import("motcua/form").Field} Field
 * @typedef {{path: string, body: any, method: "get" | "post"}} Request
 */
import { _ } from "motcua/i18n";
import { named, priorityName } from "motcua/words";

import { assignable, free, isHead, isHelper, seatOf } from "./select.js";

const PRIORITIES = ["elderly", "disabled", "pregnant", "with_infant", "meritorious"];
const MOST_COUNTERS = 9;

/** What may be done with a ticket, by the state it is in. @param {State} state @param {import("./reduce.js").Ticket} ticket @returns {string[]} */
export function ticketActions(state, ticket) {
  if (!isHelper(state)) return [];
  const live = ticket.state !== "no_show";
  const free = ticket.state === "waiting" || ticket.state === "held";
  return [
    ...(ticket.state === "no_show" || ticket.state === "held" ? ["requeue"] : []),
    ...(live ? ["correct"] : []),
    ...(free ? ["transfer"] : []),
    "print", "cancel",
  ];
}

/** @param {string} action */
export function actionName(action) {
  /** @type {{[action: string]: string}} */
  const names = {
    requeue: _("Cho quay lại hàng"), correct: _("Sửa ưu tiên"), transfer: _("Đổi lĩnh vực"), print: _("In lại phiếu"),
    cancel: _("Huỷ số"), pause: _("Tạm dừng"), close: _("Đóng quầy"), assign: _("Bố trí cán bộ"), handover: _("Đổi người"),
    stop: _("Ngừng phát số"), release: _("Phát số lại"),
  };
  return names[action] ?? action;
}

/** What may be done with a counter. @param {import("./reduce.js").Counter | undefined} counter @returns {string[]} */
export function counterActions(counter) {
  if (!counter || counter.state === "closed") return ["assign"];
  return counter.state === "open" ? ["pause", "handover", "close"] : ["handover", "close"];
}

/** Whether a question may be asked at all. @param {State} state @param {string} kind */
export function allowed(state, kind) {
  if (kind === "plan") return true;
  if (state.live.status !== "live") return false;
  return kind === "issue" || kind === "ticket" ? isHelper(state) : isHead(state);
}

/** @param {State} state @returns {[string, string][]} */
const serviceOptions = (state) => Object.values(state.services).map((service) => [service.code, `${service.code} · ${named(service)}`]);
/** @returns {[string, string][]} */
const priorityOptions = () => PRIORITIES.map((code) => [code, priorityName(code)]);

/** The fields of the question that is open. @param {State} state @returns {Field[]} */
export function fields(state) {
  const { kind, value } = state.dialog ?? { kind: "", value: {} };
  if (kind === "issue") {
    return [
      { key: "service", type: "select", label: _("Lĩnh vực"), required: true, options: serviceOptions(state) },
      { key: "priority", type: "select", label: _("Ưu tiên"), options: priorityOptions() },
      { key: "language", type: "select", label: _("Ngôn ngữ trên phiếu"), fallback: "vi", required: true, options: [["vi", "Tiếng Việt"], ["en", "English"]] },
    ];
  }
  if (kind === "notice") {
    return [
      { key: "vi", type: "area", label: _("Thông báo (tiếng Việt)"), hint: _("Để trống cả hai ô để gỡ thông báo.") },
      { key: "en", type: "area", label: _("Thông báo (tiếng Anh)") },
    ];
  }
  if (kind === "plan") {
    return [
      { key: "service", type: "select", label: _("Lĩnh vực"), required: true, options: serviceOptions(state) },
      { key: "counters", type: "number", label: _("Thêm mấy quầy"), required: true, min: 1, max: MOST_COUNTERS },
    ];
  }
  if (kind === "counter") return counterFields(state, value.action);
  if (kind === "service" && value.action === "stop") {
    return [{ key: "reason", type: "text", label: _("Lý do (hiện ở máy lấy số)"), required: true, hint: _("Ví dụ: cán bộ đi họp, hết mẫu đơn.") }];
  }
  return kind === "ticket" ? ticketFields(state, value.action) : [];
}

/** @param {State} state @param {string} action @returns {Field[]} */
function counterFields(state, action) {
  const number = Number(state.dialog?.id);
  const person = (/** @type {{id: string, name: string}} */ { id, name }) => {
    const seat = seatOf(state, id);
    return /** @type {[string, string]} */ ([id, seat === null ? name : _("%(name)s (đang ở quầy %(n)s)", { name, n: seat })]);
  };
  if (action === "pause") return [{ key: "reason", type: "text", label: _("Lý do") }];
  if (action === "assign") return [{ key: "officer", type: "select", label: _("Cán bộ"), required: true, options: assignable(state, number).map(person) }];
  if (action !== "handover") return [];
  return [
    { key: "officer", type: "select", label: _("Người nhận"), required: true, options: free(state).map(person) },
    { key: "note", type: "text", label: _("Lý do (được ghi lại)") },
  ];
}

/** @param {State} state @param {string} action @returns {Field[]} */
function ticketFields(state, action) {
  /** @type {Field} */
  const note = { key: "note", type: "text", label: _("Ghi chú") };
  if (action === "correct") return [{ key: "priority", type: "select", label: _("Ưu tiên"), options: priorityOptions() }, note];
  if (action === "transfer") return [{ key: "service", type: "select", label: _("Lĩnh vực đúng"), required: true, options: serviceOptions(state) }, note];
  if (action === "cancel") return [{ key: "note", type: "text", label: _("Lý do (được ghi lại)"), required: true }];
  return [];
}

/** The request that the open question becomes, null while something is missing. @param {State} state @returns {Request | null} */
export function request(state) {
  const dialog = state.dialog;
  if (!dialog || !allowed(state, dialog.kind === "counter" ? "close" : dialog.kind)) return null;
  const office = `/api/v1/offices/${encodeURIComponent(state.office?.code ?? "")}`;
  const value = dialog.value;
  if (fields(state).some((field) => field.required && field.fallback === undefined && !value[field.key])) return null;
  switch (dialog.kind) {
    case "issue":
      return post(`${office}/tickets`, { service: value.service, language: value.language ?? "vi", ...(value.priority ? { priority: value.priority } : {}) });
    case "notice":
      return post(`${office}/notice`, { vi: value.vi?.trim() || null, en: value.en?.trim() || null });
    case "plan":
      return planRequest(office, value);
    case "counter":
      return counterRequest(`${office}/counters/${dialog.id}`, value);
    case "service":
      return serviceRequest(`${office}/services/${encodeURIComponent(dialog.id ?? "")}`, value);
    case "ticket":
      return ticketRequest(`/api/v1/tickets/${encodeURIComponent(dialog.id ?? "")}`, value);
    default:
      return null;
  }
}

/** @param {string} path @param {any} body @returns {Request} */
const post = (path, body) => ({ method: "post", path, body });

/** @param {string} office @param {any} value @returns {Request | null} */
function planRequest(office, value) {
  const more = Number(value.counters);
  if (!(more >= 1 && more <= MOST_COUNTERS)) return null;
  return { method: "get", path: `${office}/what-if?service=${encodeURIComponent(value.service)}&counters=${more}`, body: null };
}

/** @param {string} path @param {any} value @returns {Request | null} */
function counterRequest(path, value) {
  if (value.action === "close") return post(`${path}/close`, {});
  if (value.action === "assign") return post(`${path}/assign`, { officer: value.officer });
  if (value.action === "handover") return post(`${path}/hand-over`, { officer: value.officer, ...(value.note?.trim() ? { note: value.note.trim() } : {}) });
  if (value.action !== "pause") return null;
  return post(`${path}/pause`, value.reason?.trim() ? { reason: value.reason.trim() } : {});
}

/** @param {string} path @param {any} value @returns {Request | null} */
function serviceRequest(path, value) {
  if (value.action === "release") return post(`${path}/release`, {});
  return value.reason?.trim() ? post(`${path}/stop`, { reason: value.reason.trim() }) : null;
}

/** @param {string} path @param {any} value @returns {Request | null} */
function ticketRequest(path, value) {
  const note = value.note?.trim() ? { note: value.note.trim() } : {};
  switch (value.action) {
    case "requeue": return post(`${path}/requeue`, {});
    case "print": return post(`${path}/print`, {});
    case "cancel": return note.note ? post(`${path}/cancel`, note) : null;
    case "correct": return post(`${path}/correct`, { priority: value.priority ?? null, ...note });
    case "transfer": return post(`${path}/transfer`, { service: value.service, ...note });
    default: return null;
  }
}
