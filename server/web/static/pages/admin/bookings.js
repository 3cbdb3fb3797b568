/** A list of bookings that were made elsewhere: tried as soon as it is chosen, then taken in whole. Pure. @typedef {import("./reduce.js").State} State @typedef {import("./view.js").Handlers} Handlers */
import { html, nothing } from "lit-html";

import { _, _n } from "motcua/i18n";

import { dateText } from "./sections.js";

/**
 * @typedef {{line: number, field: string, reason: string}} Wrong
 * @typedef {{taken: boolean, bookings: number, days: {day: string, bookings: number}[], wrong: Wrong[],
 *   counts?: {new: number, changed: number, same: number, used: number}}} Told
 * @typedef {{file: File, told: Told}} Chosen
 */
const MOST_WRONG = 200;
const MAY = ["admin", "head"];

/** @param {State} state @param {Handlers} on */
export function bookingsView(state, on) {
  if (!state.me?.roles.some((role) => MAY.includes(role))) return nothing;
  const { bookings: chosen, busy } = state;
  return html`<section class="card stack" aria-labelledby="bookings"><h2 id="bookings">${_("Nhập danh sách lịch hẹn")}</h2>
    <p>${_("Tệp CSV hoặc XLSX có các cột Lĩnh vực, Ngày, Giờ, Mã. Không cần tên, không cần số điện thoại. Nhập lại cùng danh sách cũng được.")}</p>
    ${state.saved.bookings ? nothing : html`<p class="badge badge--warn">${_("Đơn vị chưa nhận lịch hẹn: bật ở trên rồi lưu.")}</p>`}
    <label class="field"><span>${_("Chọn tệp")}</span>
      <input class="input" type="file" accept=".csv,.txt,.xlsx" ?disabled=${busy !== null} @change=${on.bookingsChosen} />
      <span class="field-hint">${_("Tệp được kiểm tra ngay; chưa nhập gì cho đến khi bấm Nhập.")}</span></label>
    ${chosen ? toldView(chosen, busy, on) : nothing}
  </section>`;
}

/** @param {Chosen} chosen @param {string | null} busy @param {Handlers} on */
function toldView({ file, told }, busy, on) {
  if (told.wrong.length) return wrongView(file, told.wrong);
  if (told.counts) {
    const { new: fresh, changed, same, used } = told.counts;
    return html`<p class="banner banner--done" role="status" data-taken>${_("Đã nhập %(file)s: %(fresh)s lịch hẹn mới, %(changed)s đổi giờ, %(same)s như cũ, %(used)s đã lấy số.", { file: file.name, fresh, changed, same, used })}</p>`;
  }
  return html`<div class="stack" role="status">
    <p class="strong">${_n("%(file)s: %(n)s lịch hẹn, không có lỗi.", told.bookings, { file: file.name })}</p>
    <table class="table admin__days"><thead><tr><th scope="col">${_("Ngày")}</th><th scope="col" class="amount">${_("Lịch hẹn")}</th></tr></thead>
      <tbody>${told.days.map(({ day, bookings }) => html`<tr><th scope="row">${dateText(day)}</th><td class="amount tnum">${bookings}</td></tr>`)}</tbody></table>
    <p><button class="button button--main" data-do="take-bookings" ?disabled=${busy !== null || !told.bookings} @click=${on.takeBookings}>${_n("Nhập %(n)s lịch hẹn", told.bookings)}</button></p></div>`;
}

/** @param {File} file @param {Wrong[]} wrong */
function wrongView(file, wrong) {
  /** @type {{[field: string]: string}} */
  const columns = { office: _("Đơn vị"), service: _("Lĩnh vực"), day: _("Ngày"), time: _("Giờ"), code: _("Mã") };
  return html`<div role="alert" class="stack"><h3>${_n("%(file)s: %(n)s lỗi, chưa nhập gì", wrong.length, { file: file.name })}</h3>
    <table class="table admin__wrong"><thead><tr><th scope="col" class="amount">${_("Dòng")}</th><th scope="col">${_("Cột")}</th><th scope="col">${_("Lỗi")}</th></tr></thead>
      <tbody>${wrong.slice(0, MOST_WRONG).map(({ line, field, reason }) => html`<tr><td class="amount tnum">${line}</td><td>${columns[field] ?? field}</td><td>${reason}</td></tr>`)}</tbody></table></div>`;
}
