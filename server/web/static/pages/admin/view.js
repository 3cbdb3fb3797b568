/** The administration as markup. Pure. @typedef {import("./reduce.js").State} State */
import { html, nothing } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";

import { formView } from "motcua/form";
import { _, _n, language } from "motcua/i18n";

import { auditView } from "./audit.js";
import { bookingsView } from "./bookings.js";
import { differs, steps } from "./draft.js";
import { accountView, boardsView, devicesView, fileView, holidaysView, peopleView, photoView } from "./parts.js";
import { retentionView } from "./retention.js";
import { sendingView } from "./sending.js";
import { deviceFields, fields, personFields, SECTIONS } from "./sections.js";
import { paperView } from "./paper.js";
import { actionName, officeFields, treeView } from "./tree.js";
import { tryoutView } from "./tryout.js";

/**
 * @typedef {object} Handlers
 * @property {(section: string) => void} go
 * @property {(path: (string | number)[], value: any) => void} edit
 * @property {() => void} save
 * @property {() => void} undo
 * @property {() => void} template
 * @property {(kind: "person" | "device", thing: any) => void} ask
 * @property {(path: (string | number)[], value: any) => void} answer
 * @property {() => void} close
 * @property {(event: Event) => void} submit
 * @property {(device: any) => void} pair
 * @property {(device: any) => void} revoke
 * @property {(year: number, cultureDay: boolean) => void} propose
 * @property {() => void} takeHolidays
 * @property {(text: string) => void} fileText
 * @property {(event: Event) => void} fileChosen
 * @property {(action: string, office: import("./tree.js").Office | null) => void} askOffice
 * @property {(day: string) => void} treeDay
 * @property {() => void} tryPolicy
 * @property {(change: object) => void} sample
 * @property {(event: Event) => void} photoChosen
 * @property {() => void} removePhoto
 * @property {(name: string) => void} sendReport
 * @property {() => void} tryFile
 * @property {() => void} putFile
 * @property {(event: Event) => void} bookingsChosen
 * @property {() => void} takeBookings
 * @property {(change: any) => void} account
 * @property {(what: string) => void} accountDo
 * @property {() => void} signOut
 */

/** @param {State} state */
export const readonly = (state) => !state.me?.roles.includes("admin");

/** @param {State} state @param {Handlers} on */
export function view(state, on) {
  if (!state.draft) {
    return html`<main class="admin-opening loading"><p role="status">${state.message?.text ?? _("Đang tải…")}</p></main>`;
  }
  const section = SECTIONS.find((each) => each.id === state.section) ?? SECTIONS[0];
  return html`<header class="topbar"><strong>${state.saved.names.vi}</strong><span class="topbar__end">${state.me?.name}</span>
      <span class="row small"><a href="/floor?office=${state.office}">${_("Toàn cảnh")}</a>
        <a href="?lang=${language() === "vi" ? "en" : "vi"}${`#${state.section}`}">${language() === "vi" ? "English" : "Tiếng Việt"}</a>
        <button class="topbar__out" @click=${on.signOut}>${_("Đăng xuất")}</button></span></header>
    <div class="admin">
      <nav class="admin__menu" aria-label=${_("Mục")}>${SECTIONS.map((each) => html`<a href="#${each.id}"
        aria-current=${each.id === section.id ? "page" : nothing}>${each.name()}</a>`)}
        <a href="/admin/voice?office=${state.office}">${_("Thu giọng đọc")}</a> <a href="/admin/signage?office=${state.office}">${_("Màn hình tuyên truyền")}</a></nav>
      <main class="admin__main">
        <h1>${section.name()}</h1>
        ${readonly(state) && section.id !== "account" ? html`<p class="badge badge--info">${_("Chỉ xem")}</p>` : nothing}
        ${state.message && !state.dialog ? html`<p class="banner banner--${state.message.kind}" role=${state.message.kind === "bad" ? "alert" : "status"}>${state.message.text}</p>` : nothing}
        <div class="stack">${keyed(section.id, body(state, section.id, on))}</div>
      </main>
      ${saveBar(state, on)}
    </div>
    ${dialogView(state, on)}`;
}

/** @param {State} state @param {string} section @param {Handlers} on */
function body(state, section, on) {
  /** @type {import("motcua/form").Form} */
  const form = { value: state.draft, faults: state.faults, readonly: readonly(state), change: on.edit };
  switch (section) {
    case "guide": return guide(state, on);
    case "policy": return html`${formView(fields(section, state.draft), form)} ${readonly(state) ? nothing : tryoutView(state, on)}`;
    case "entry": return html`${formView(fields(section, state.draft), form)} ${bookingsView(state, on)}`;
    case "ticket": return html`${formView(fields(section, state.draft), form)} ${paperView(state, on)}`;
    case "tree": return treeView(state, on);
    case "people": return peopleView(state, on);
    case "devices": return devicesView(state, on);
    case "file": return fileView(state, on);
    case "audit": return auditView(state);
    case "retention": return html`${formView(fields(section, state.draft), form)} ${retentionView(state)}`;
    case "reports": return html`${formView(fields(section, state.draft), form)} ${sendingView(state, on, !readonly(state))}`;
    case "account": return accountView(state, on);
    case "calendar": return html`${formView(fields(section, state.draft), form)} ${readonly(state) ? nothing : holidaysView(state, on)}`;
    case "texts": return html`${formView(fields(section, state.draft), form)}
      <p class="row"><a class="button" href="/admin/voice?office=${state.office}">${_("Thu giọng đọc")}</a>
        <a class="button" href="/display/${state.office}/listen">${_("Nghe thử loa")}</a></p>`;
    case "boards": return html`${formView(fields(section, state.draft), form)} ${boardsView(state)}`;
    default: return formView(fields(section, state.draft), form);
  }
}

/** @param {State} state @param {Handlers} on */
function guide(state, on) {
  const all = steps(state);
  const done = all.filter((step) => step.done).length;
  return html`<p>${_("Năm bước để đơn vị bắt đầu phát số. Xong %(done)s trên 5.", { done })}</p>
    <ol class="admin__steps">${all.map((step) => html`<li class="card row spread">
      <span><span class="badge ${step.done ? "badge--done" : "badge--warn"}">${step.done ? `✓ ${_("xong")}` : _("chưa xong")}</span> ${step.name}</span>
      <a class="button ${step.done ? "" : "button--main"}" href="#${step.id}">${step.done ? _("Xem lại") : _("Làm bước này")}<span class="visually-hidden">: ${step.name}</span></a></li>`)}</ol>
    ${state.draft.services.length < 2 && !readonly(state) ? html`<section class="card stack"><h2>${_("Làm nhanh")}</h2>
      <p>${_("Lấy mẫu của một phường: 6 lĩnh vực, 5 quầy. Sửa lại cho đúng rồi lưu.")}</p>
      <button class="button" data-do="template" @click=${on.template}>${_("Dùng mẫu phường")}</button></section>` : nothing}
    ${done === all.length ? html`<p class="banner banner--done">${_("Mọi việc đã xong. Mở máy lấy số, bảng gọi số và bàn làm việc từ trang đầu.")} <a href="/">${_("Về trang đầu")}</a></p>` : nothing}`;
}

/** @param {State} state @param {Handlers} on */
function saveBar(state, on) {
  if (readonly(state) || !differs(state.saved, state.draft)) return nothing;
  const wrong = Object.keys(state.faults).length;
  return html`<div class="unsaved" role="region" aria-label=${_("Thay đổi chưa lưu")}>
    <span><strong>${_("Có thay đổi chưa lưu.")}</strong> ${wrong ? _n("%(n)s chỗ cần sửa.", wrong) : _("Chỉ có hiệu lực sau khi lưu.")}</span>
    <span class="row"><button class="button" @click=${on.undo}>${_("Bỏ thay đổi")}</button>
      <button class="button button--main" data-do="save" ?disabled=${state.busy !== null} @click=${on.save}>${_("Lưu")}</button></span>
  </div>`;
}

/** @param {State} state @param {Handlers} on */
function dialogView(state, on) {
  if (state.code) {
    return html`<dialog class="dialog" aria-labelledby="dialog-heading" @cancel=${on.close} @close=${on.close}><form class="stack" method="dialog" @submit=${on.submit}>
      <h2 id="dialog-heading">${_("Mã ghép cho %(name)s", { name: state.code.name })}</h2>
      <p class="number admin__code">${state.code.code.slice(0, 4)} ${state.code.code.slice(4)}</p>
      <p>${_("Màn hình trong phòng chờ: mở địa chỉ %(address)s rồi bấm Ghép.", { address: `${globalThis.location?.origin ?? ""}/screen?code=${state.code.code}` })}</p>
      <p>${_("Gõ mã này trên thiết bị trong 15 phút. Mã dùng một lần; ghép xong thì mã truy cập cũ hết hiệu lực.")}</p>
      <div class="dialog__actions"><button class="button button--main">${_("Đã gõ xong")}</button></div></form></dialog>`;
  }
  const dialog = state.dialog;
  if (!dialog) return nothing;
  const known = dialog.id !== null;
  const person = dialog.kind === "person";
  if (dialog.kind === "office") return officeDialog(state, dialog, on);
  const heading = person ? (known ? dialog.value.name : _("Thêm người")) : known ? dialog.value.name : _("Thêm thiết bị");
  const list = person ? personFields(known) : deviceFields(state.draft, state.devices, known, dialog.id ?? undefined);
  return html`<dialog class="dialog" aria-labelledby="dialog-heading" @cancel=${on.close} @close=${on.close}>
    <form class="stack" method="dialog" novalidate @submit=${on.submit}>
      <h2 id="dialog-heading">${heading}</h2>
      ${formView(list, { value: dialog.value, faults: state.faults, change: on.answer })}
      ${person && known ? photoView(state, on) : nothing}
      ${state.message?.kind === "bad" ? html`<p class="field-error" role="alert">${state.message.text}</p>` : nothing}
      <div class="dialog__actions"><button class="button button--quiet" type="button" @click=${on.close}>${_("Thôi")} <span class="key" aria-hidden="true">Esc</span></button>
        <button class="button button--main" ?disabled=${state.busy !== null}>${_("Lưu")}</button></div>
    </form></dialog>`;
}

/** @param {State} state @param {any} dialog @param {Handlers} on */
function officeDialog(state, dialog, on) {
  return html`<dialog class="dialog" aria-labelledby="dialog-heading" @cancel=${on.close} @close=${on.close}>
    <form class="stack" method="dialog" novalidate @submit=${on.submit}>
      <h2 id="dialog-heading">${dialog.action === "below" ? _("Thêm đơn vị bên dưới") : `${actionName(dialog.action)}: ${dialog.name}`}</h2>
      ${dialog.action === "unmerge" ? html`<p>${_("Đơn vị đứng ở chỗ cũ và tiếp tục phát số, không có ngày kết thúc. Ngày kết thúc hay lần chuyển đã đặt trước khi sáp nhập thì đặt lại.")}</p>` : nothing}
      ${formView(officeFields(state, dialog.action, dialog.id ?? ""), { value: dialog.value, faults: state.faults, change: on.answer })}
      ${state.message?.kind === "bad" ? html`<p class="field-error" role="alert">${state.message.text}</p>` : nothing}
      <div class="dialog__actions"><button class="button button--quiet" type="button" @click=${on.close}>${_("Thôi")} <span class="key" aria-hidden="true">Esc</span></button>
        <button class="button button--main" ?disabled=${state.busy !== null}>${dialog.action.endsWith("merge") ? actionName(dialog.action) : _("Lưu")}</button></div>
    </form></dialog>`;
}
