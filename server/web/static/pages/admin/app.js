/** Wiring of the administration: addresses, requests and files around the pure parts. */
import { render } from "lit-html";

import { api, ApiError, pageConfig } from "motcua/api";
import { faultsOf, plain } from "motcua/form";
import { _ } from "motcua/i18n";
import { signIn, signOut, whoIsHere } from "motcua/staff";

import { differs, fromDraft, toDraft } from "./draft.js";
import { initial, reduce } from "./reduce.js";
import { deviceFields, fields, personFields, SECTIONS } from "./sections.js";
import { sentText } from "./sending.js";
import { officeFields, officeRequest } from "./tree.js";
import { view } from "./view.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const FILE_MAX = 512 * 1024;
const PHOTO_MAX = 8 * 1024 * 1024;
const BOOKINGS_MAX = 2 * 1024 * 1024;
let state = initial;

/** @param {any} event */
function dispatch(event) {
  const said = state.message;
  state = reduce(state, event);
  show();
  // What came of a button far below is said above, where nobody looks just then.
  if (state.message !== said) root.querySelector(".admin__main > .banner")?.scrollIntoView({ block: "nearest" });
}

function show() {
  render(view(state, handlers), root);
  const dialog = root.querySelector("dialog");
  if (dialog && !dialog.open) dialog.showModal();
}

/** @param {string} rest */
const path = (rest) => `/api/v1/offices/${encodeURIComponent(state.office)}${rest}`;

/**
 * One thing at a time; what is refused is said, and what was typed stays.
 * @param {string} what @param {() => Promise<string | null>} act @param {boolean} [keep] the dialog stays open
 */
async function run(what, act, keep = false) {
  if (state.busy) return;
  dispatch({ type: "sent", what });
  try {
    dispatch({ type: "done", text: await act(), keep });
  } catch (error) {
    await refused(error);
  }
}

/** @param {unknown} error */
async function refused(error) {
  if (!(error instanceof ApiError)) throw error;
  if (error.code === "not_signed_in") return signIn({ ended: true });
  if (error.code === "config_changed") return changedElsewhere();
  if (error.code === "office_file_refused") {
    const places = /** @type {any[]} */ (error.problem.places ?? []);
    if (state.section === "file") {
      dispatch({ type: "known", what: { file: { text: state.file?.text ?? "", faults: places, changes: null } } });
      return dispatch({ type: "refused", text: _("Tệp có lỗi, chưa thay đổi gì.") });
    }
    return dispatch({ type: "faults", places, text: _("Chưa lưu: có chỗ cần sửa.") });
  }
  return dispatch({ type: "refused", text: error.message });
}

/** Somebody saved before us: their changes come in under ours, and saving is asked again. */
async function changedElsewhere() {
  const config = await api.get(path("/config"));
  if (!differs(state.saved, toDraft(config.office))) {
    // The version counts people and devices too; the description itself is still what we had read.
    dispatch({ type: "same-elsewhere", version: config.config_version });
    return save();
  }
  return dispatch({ type: "changed-elsewhere", config, text: (/** @type {string[]} */ clashes) => clashes.length
    ? _("Người khác vừa lưu cấu hình và cũng đã sửa: %(parts)s. Bản của anh/chị đang hiện; bấm Lưu để dùng bản này.", { parts: clashes.map(partName).join(", ") })
    : _("Người khác vừa lưu phần khác của cấu hình. Đã ghép vào bản này; bấm Lưu lần nữa.") });
}

/** @param {string} part */
const partName = (part) => SECTIONS.find((each) => each.id === ({ weekly: "calendar", days: "calendar", card: "entry", booked: "entry", bookings: "entry" }[part] ?? part))?.name() ?? _("Đơn vị");

async function save() {
  /** @type {{[at: string]: string}} */
  const faults = {};
  for (const section of SECTIONS.filter((each) => each.form)) Object.assign(faults, faultsOf(fields(section.id, state.draft), state.draft));
  if (Object.keys(faults).length) return dispatch({ type: "refused", faults, text: _("Chưa lưu: có chỗ cần sửa.") });
  return run("save", async () => {
    const config = await api.put(path("/config"), { config_version: state.version, office: fromDraft(state.draft) });
    dispatch({ type: "config", config });
    if (state.section === "retention") await loadRetention();
    return _("Đã lưu. Máy lấy số, bảng và bàn làm việc dùng ngay.");
  });
}

// --- people and devices ----------------------------------------------------------------------------------------------

/** @param {"person" | "device"} kind @param {any} thing */
function ask(kind, thing) {
  const value = kind === "person"
    ? thing ? { username: thing.username, name: thing.name, roles: thing.roles, active: thing.active } : { roles: ["officer"], active: true }
    : thing ? { kind: thing.kind, name: thing.name, counter: thing.counter ?? undefined, agent: thing.agent ?? undefined, printer: thing.printer ?? undefined, settings: thing.settings } : {};
  dispatch({ type: "ask", dialog: { kind, id: thing?.id ?? null, value } });
}

/** @param {Event} event */
function submit(event) {
  event.preventDefault();
  const dialog = state.dialog;
  if (!dialog) return dispatch({ type: "close" });
  if (dialog.kind === "office") return submitOffice(dialog);
  const known = dialog.id !== null;
  const list = dialog.kind === "person" ? personFields(known) : deviceFields(state.draft, state.devices, known, dialog.id ?? undefined);
  const faults = faultsOf(list, dialog.value);
  if (Object.keys(faults).length) return dispatch({ type: "refused", faults, text: _("Có chỗ cần sửa.") });
  return run(dialog.kind, dialog.kind === "person" ? savePerson : saveDevice);
}

/** @param {string} action @param {import("./tree.js").Office | null} office */
function askOffice(action, office) {
  const value = office && action === "dates" ? { valid_from: office.valid_from ?? undefined, valid_to: office.valid_to ?? undefined }
    : action === "place" ? { parent: office?.parent ?? undefined, since: state.treeDay } : {};
  dispatch({ type: "ask", dialog: { kind: "office", id: office?.code ?? null, action, name: office?.name ?? "", value } });
}

/** @param {any} dialog */
function submitOffice(dialog) {
  const faults = faultsOf(officeFields(state, dialog.action, dialog.id ?? ""), dialog.value);
  if (Object.keys(faults).length) return dispatch({ type: "refused", faults, text: _("Có chỗ cần sửa.") });
  return run("office", async () => {
    const { method, path: at, body } = officeRequest(dialog.action, dialog.id ?? "", state.office, plain(dialog.value));
    await (method === "put" ? api.put(at, body) : method === "delete" ? api.remove(at) : api.post(at, body));
    await loadTree();
    return _("Đã lưu.");
  });
}

/** As it stands today, or on another day. @param {string} [day] */
async function loadTree(day = "") {
  const { day: shown, offices } = await api.get(path(`/tree${day ? `?on=${day}` : ""}`));
  dispatch({ type: "known", what: { tree: offices, treeDay: shown } });
}

async function loadRetention() {
  dispatch({ type: "known", what: { retention: await api.get(path("/retention")) } });
}

async function savePerson() {
  const { username, ...person } = plain(state.dialog?.value);
  const { staff } = await api.put(path(`/staff/${encodeURIComponent(username)}`), { roles: [], ...person });
  dispatch({ type: "known", what: { staff } });
  return _("Đã lưu %(name)s.", { name: person.name });
}

/** The photograph is taken over at once: it is a file and no field of the form. @param {Event} event */
function photoChosen(event) {
  const chosen = /** @type {HTMLInputElement} */ (event.target).files?.[0];
  if (!chosen) return undefined;
  if (chosen.size > PHOTO_MAX) return dispatch({ type: "refused", text: _("Ảnh lớn quá 8 MB.") });
  return changePhoto((at) => api.upload("PUT", at, chosen));
}

const removePhoto = () => changePhoto((at) => api.remove(at));

/** @param {(at: string) => Promise<any>} change */
const changePhoto = (change) => run("photo", async () => {
  await change(path(`/staff/${encodeURIComponent(state.dialog?.value.username)}/photo`));
  dispatch({ type: "known", what: { staff: (await api.get(path("/staff"))).staff } });
  return null;
}, true);

async function saveDevice() {
  const dialog = /** @type {any} */ (state.dialog);
  const { staff_code: code, no_staff_code: none, ...device } = plain(dialog.value);
  const body = { ...device, counter: dialog.value.counter ? Number(dialog.value.counter) : null };
  await (dialog.id ? api.put(path(`/devices/${dialog.id}`), body) : api.post(path("/devices"), body));
  if (code || none) await api.put(path(`/devices/${dialog.id}/staff-code`), { code: none ? null : code });
  await loadDevices();
  return _("Đã lưu %(name)s.", { name: body.name });
}

async function loadDevices() {
  dispatch({ type: "known", what: { devices: (await api.get(path("/devices/settings"))).devices } });
}

/** @param {any} device */
const pair = (device) => run("pair", async () => {
  const offered = await api.post(path(`/devices/${device.id}/pairing`));
  await loadDevices();
  dispatch({ type: "known", what: { code: { name: device.name, ...offered } } });
  return null;
});

/** @param {any} device */
const revoke = (device) => run("revoke", async () => {
  await api.post(path(`/devices/${device.id}/revoke`));
  await loadDevices();
  return _("%(name)s không vào được nữa cho đến khi ghép lại.", { name: device.name });
});

// --- calendar, files, account ----------------------------------------------------------------------------------------

/** @param {number} year @param {boolean} cultureDay */
const propose = (year, cultureDay) => run("propose", async () => {
  const holidays = await api.get(path(`/holidays?year=${year || ""}&culture_day=${cultureDay ? 1 : 0}`));
  dispatch({ type: "known", what: { holidays } });
  return null;
});

const tryPolicy = () => run("try", async () => {
  const trial = await api.post(path("/policy/try"), { policy: plain(state.draft.policy) ?? {} });
  dispatch({ type: "known", what: { trial } });
  return null;
});

/** @param {string} name */
async function sendReport(name) {
  if (state.busy) return;
  dispatch({ type: "sent", what: "send" });
  try {
    const sent = await api.post(path(`/reports/${encodeURIComponent(name)}/send`));
    dispatch({ type: sent.state === "sent" ? "done" : "refused", text: sentText(sent) });
  } catch (error) {
    await refused(error);
  }
}

/** @param {string} text */
const fileText = (text) => dispatch({ type: "known", what: { file: { text, faults: [], changes: null } } });

/** @param {Event} event */
async function fileChosen(event) {
  const chosen = /** @type {HTMLInputElement} */ (event.target).files?.[0];
  if (!chosen) return;
  if (chosen.size > FILE_MAX) return dispatch({ type: "refused", text: _("Tệp lớn quá 512 kB.") });
  fileText(await chosen.text());
}

const tryFile = () => run("file", async () => {
  const text = state.file?.text ?? "";
  const { changes } = await api.put(path("/config"), { dry_run: true, file: text });
  dispatch({ type: "known", what: { file: { text, faults: [], changes } } });
  return null;
});

const putFile = () => run("file", async () => {
  const config = await api.put(path("/config"), { config_version: state.version, file: state.file?.text ?? "" });
  dispatch({ type: "config", config });
  dispatch({ type: "known", what: { file: null } });
  return _("Đã nhập tệp. Cấu hình mới có hiệu lực ngay.");
});

/** A list is tried as soon as it is chosen; nothing is taken in by that. @param {Event} event */
function bookingsChosen(event) {
  const input = /** @type {HTMLInputElement} */ (event.target);
  const file = input.files?.[0];
  if (!file) return undefined;
  input.value = "";
  if (file.size > BOOKINGS_MAX) return dispatch({ type: "refused", text: _("Tệp lớn quá 2 MB.") });
  return run("bookings", async () => {
    dispatch({ type: "known", what: { bookings: null } });
    dispatch({ type: "known", what: { bookings: { file, told: await sendBookings(file, true) } } });
    return null;
  });
}

/** @param {File} file @param {boolean} dry */
const sendBookings = (file, dry) =>
  api.upload("POST", path(`/bookings/file?${new URLSearchParams({ name: file.name, ...(dry ? { dry_run: "1" } : {}) })}`), file);

const takeBookings = () => run("bookings", async () => {
  const { file } = /** @type {import("./bookings.js").Chosen} */ (state.bookings);
  dispatch({ type: "known", what: { bookings: { file, told: await sendBookings(file, false) } } });
  return null;
});

/** @param {string} what */
const accountDo = (what) => run(what, async () => {
  const { value } = state.account;
  if (what === "password") {
    await api.post("/api/v1/me/password", { current: value.current, new: value.new });
    dispatch({ type: "account", change: { value: {} } });
    return _("Đã đổi mật khẩu.");
  }
  if (what === "begin") {
    const begun = await api.post("/api/v1/me/second-factor");
    dispatch({ type: "account", change: { step: "begun", qr: begun.qr_svg, secret: begun.secret } });
    return null;
  }
  const { recovery_codes: codes } = await api.post("/api/v1/me/second-factor/confirm", { code: value.code.replace(/\s/g, "") });
  dispatch({ type: "account", change: { step: "on", codes, qr: undefined, secret: undefined, value: {} } });
  return null;
});

// --- coming and going ------------------------------------------------------------------------------------------------

const handlers = {
  go: (/** @type {string} */ section) => location.assign(`#${section}`),
  edit: (/** @type {any} */ at, /** @type {any} */ value) => dispatch({ type: "edit", path: at, value }),
  save, submit, ask, pair, revoke, propose, fileText, fileChosen, askOffice, tryPolicy, photoChosen, removePhoto, tryFile, putFile, bookingsChosen, takeBookings, accountDo, signOut,
  undo: () => dispatch({ type: "undo" }),
  treeDay: (/** @type {string} */ day) => loadTree(day).catch(refused),
  template: () => {
    dispatch({ type: "template" });
    location.assign("#services");
  },
  sample: (/** @type {object} */ change) => dispatch({ type: "sample", change }),
  answer: (/** @type {any} */ at, /** @type {any} */ value) => dispatch({ type: "answer", path: at, value }),
  close: () => (state.dialog || state.code) && dispatch({ type: "close" }),
  sendReport,
  takeHolidays: () => dispatch({ type: "holidays-taken", days: state.holidays.days }),
  account: (/** @type {any} */ change) => dispatch({ type: "account", change }),
};

async function openSection() {
  const section = location.hash.slice(1) || "guide";
  dispatch({ type: "section", section });
  if (section === "audit") dispatch({ type: "known", what: { audit: await api.get(path("/audit?limit=200")) } });
  if (section === "retention") await loadRetention();
  if (section === "devices") await loadDevices();
  if (section === "tree") await loadTree();
}

async function start() {
  const me = await whoIsHere();
  if (!me) return;
  const office = me.office;
  dispatch({ type: "me", me: { ...me.user, roles: me.user.offices[office] ?? [] }, office });
  const [{ staff }, config] = await Promise.all([api.get(path("/staff")), api.get(path("/config"))]);
  dispatch({ type: "known", what: { staff } });
  await loadDevices();
  dispatch({ type: "config", config });
  await openSection();
}

addEventListener("hashchange", () => openSection().catch(refused));
// A half-made change is not lost by closing the window in passing.
addEventListener("beforeunload", (event) => {
  if (root.querySelector(".unsaved")) event.preventDefault();
});
show();
if (pageConfig().office) start().catch(refused);
else dispatch({ type: "refused", text: _("Chưa có đơn vị nào. Trang đầu cho biết hai lệnh cần gõ trên máy chủ.") });
