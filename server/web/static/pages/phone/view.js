/**
 * The phone as markup. Pure. What the server drew first, in `templates/phone.html`, reads the same.
 *
 * @typedef {import("./reduce.js").State} State
 * @typedef {import("./reduce.js").Ticket} Ticket
 * @typedef {object} Handlers
 * @property {(on: boolean) => void} sound
 * @property {(on: boolean) => void} wake
 * @property {() => void} askLeave
 * @property {() => void} stay
 * @property {() => void} leave
 * @property {(level: string) => void} choose
 * @property {(criterion: string, level: string) => void} mark
 * @property {(reason: string) => void} reason
 * @property {(text: string) => void} comment
 * @property {() => void} rate
 */
import { html, nothing } from "lit-html";

import { _, _n, language } from "motcua/i18n";
import { clockTime, named } from "motcua/words";

import { dayText, rating } from "./rating.js";

/** States that a call may follow. */
const RINGS = new Set(["waiting", "called", "held", "no_show"]);

const inWords = (/** @type {{[language: string]: string}} */ names) => names[language()] ?? names.vi;

/** @param {State} state @param {Handlers} on */
export function view(state, on) {
  const { ticket } = state;
  const shown = shownState(ticket);
  return html`${connection(state)}
    <main class="phone" data-status=${state.status}>
      <section class="phone__ticket">
        <p class="muted">${_("Số thứ tự của ông/bà")}</p>
        <h1 class="number phone__number">${ticket.number}</h1>
        <p class="phone__service">${named({ name: ticket.service_name, names: ticket.service_names ?? undefined })}</p>
      </section>
      <section class="phone__state phone__state--${shown}" aria-live=${shown === "called" ? "assertive" : "polite"} aria-atomic="true">${STATES[shown](ticket)}</section>
      ${state.refusal ? html`<p class="phone__refusal" role="alert">${state.refusal}</p>` : nothing}
      ${shown === "completed" ? rating(state, on) : nothing}
      ${RINGS.has(shown) ? html`${sound(state, on)} ${wake(state, on)}` : nothing} ${shown === "waiting" ? leave(state, on) : nothing}
    </main>`;
}

/** An absence that is not of today cannot be made good any more. @param {Ticket} ticket */
function shownState(ticket) {
  return (ticket.over && ticket.state === "no_show") || !(ticket.state in STATES) ? "expired" : ticket.state;
}

/** The page's title: what a tab or a list of open pages shows. @param {Ticket} ticket */
export function titleOf(ticket) {
  if (ticket.state === "called" && ticket.place) return `● ${ticket.number} → ${named(ticket.place)}`;
  return `${ticket.number} · ${named({ name: ticket.service_name, names: ticket.service_names ?? undefined })}`;
}

/** @param {State} state */
function connection(state) {
  if (state.known) return nothing;
  const time = clockTime(state.knownAt, state.ticket.office.timezone);
  return html`<p class="banner" role="status">${_("Mất kết nối từ %(time)s. Đang kết nối lại… Số của ông/bà vẫn được giữ; xin nghe loa và nhìn bảng.", { time })}</p>`;
}

/** @type {{[state: string]: (ticket: Ticket) => unknown}} */
const STATES = {
  waiting,
  called: (ticket) => html`<h2>${_("Mời ông/bà đến")}</h2>
    <p class="phone__place pulse">${ticket.place ? named(ticket.place) : ""}</p>
    <p class="phone__hint">${_("Gọi lần %(count)s, lúc %(time)s", { count: ticket.call_count, time: clockTime(ticket.called_at, ticket.office.timezone) })}</p>`,
  serving: (ticket) => html`<h2>${_("Ông/bà đang được phục vụ")}</h2>
    <p class="phone__place">${ticket.place ? named(ticket.place) : ""}</p>`,
  held: () => html`<h2>${_("Số của ông/bà đang được giữ lại")}</h2>
    <p>${_("Cán bộ sẽ gọi lại số này. Ông/bà không cần lấy số mới.")}</p>`,
  no_show: () => html`<h2>${_("Đã gọi mà chưa gặp ông/bà")}</h2>
    <p>${_("Số này vẫn dùng được trong hôm nay. Mời ông/bà đến bàn hướng dẫn để được xếp lại vào hàng.")}</p>`,
  completed: () => html`<h2>${_("Đã phục vụ xong")}</h2>
    <p>${_("Cảm ơn ông/bà đã đến.")}</p>`,
  cancelled: () => html`<h2>${_("Số này đã được huỷ")}</h2>
    <p>${_("Ông/bà không còn trong hàng. Khi cần, mời lấy số mới.")}</p>`,
  expired: (ticket) => html`<h2>${_("Số này đã hết hiệu lực")}</h2>
    <p>${_("Số chỉ dùng trong ngày %(day)s. Khi cần, mời lấy số mới.", { day: dayText(ticket.day) })}</p>`,
};

/** @param {Ticket} ticket */
function waiting(ticket) {
  const { people_ahead: ahead, last_call: last } = ticket;
  const wait = minutesRange(ticket.expected_wait_s);
  return html`<h2>${ahead ? _n("Còn %(n)s người trước ông/bà", ahead) : _("Ông/bà là người tiếp theo")}</h2>
    <dl class="phone__facts">
      ${wait ? html`<div><dt>${_("Chờ khoảng")}</dt><dd class="tnum">${_("%(range)s phút", { range: wait })}</dd></div>` : nothing}
      ${ticket.places.length ? html`<div><dt>${_("Nơi phục vụ")}</dt><dd>${ticket.places.map(named).join(", ")}</dd></div>` : nothing}
      ${last ? html`<div><dt>${_("Vừa gọi")}</dt><dd><span class="tnum">${last.number}</span> → ${named(last.place)}</dd></div>` : nothing}
    </dl>
    ${wait ? nothing : html`<p class="phone__hint">${_("Chưa có quầy nào nhận lĩnh vực này lúc này. Số của ông/bà vẫn được giữ.")}</p>`}
    <p class="phone__hint">${_("Người thuộc diện ưu tiên có thể được gọi trước.")}</p>
    ${ticket.papers.length ? html`<h3>${_("Xin chuẩn bị sẵn")}</h3>
      ${ticket.procedure ? html`<p class="phone__hint">${inWords(ticket.procedure.names)}</p>` : nothing}
      <ul class="phone__papers">${ticket.papers.map((paper) => html`<li>${inWords(paper)}</li>`)}</ul>` : nothing}`;
}

/** "20–35", or one figure when both ends agree. @param {{low: number, high: number} | null} wait seconds */
function minutesRange(wait) {
  if (!wait) return null;
  const [low, high] = [Math.floor(wait.low / 60), Math.floor(wait.high / 60)];
  return low === high ? String(low) : `${low}–${high}`;
}

/** A browser rings only after a touch; so the touch is asked for, and says what it does. @param {State} state @param {Handlers} on */
function sound(state, on) {
  if (state.sound) {
    return html`<section class="phone__sound stack"><p>${_("Âm báo đã bật. Xin để trang này mở.")}</p>
      <button type="button" class="button phone__wide" @click=${() => on.sound(false)}>${_("Tắt âm báo")}</button></section>`;
  }
  // The one red thing is the call, or what is being asked.
  const first = state.ticket.state !== "called" && state.leaving === "no";
  return html`<section class="phone__sound">
    <button type="button" class="button phone__wide ${first ? "button--main" : ""}" @click=${() => on.sound(true)}>${_("Bật âm báo")}</button>
    <p class="phone__hint">${_("Điện thoại sẽ reo và rung khi gọi đến số của ông/bà.")}</p></section>`;
}

/** Only where the browser can do it. @param {State} state @param {Handlers} on */
function wake(state, on) {
  if (state.wake === "none") return nothing;
  if (state.wake === "denied") return html`<p class="phone__hint" data-wake="denied">${_("Trình duyệt không cho gửi thông báo. Xin để trang này mở.")}</p>`;
  if (state.wake === "on") {
    return html`<section class="phone__sound row spread" data-wake="on"><p>${_("Sẽ có thông báo khi gọi số, cả khi đã đóng trang.")}</p>
      <button type="button" class="button" @click=${() => on.wake(false)}>${_("Thôi thông báo")}</button></section>`;
  }
  return html`<p data-wake="off"><button type="button" class="button phone__wide" ?disabled=${state.wake === "asked"} @click=${() => on.wake(true)}>${_("Báo cho tôi cả khi đóng trang")}</button></p>`;
}

/** @param {State} state @param {Handlers} on */
function leave(state, on) {
  if (state.leaving === "no") {
    return html`<p><button type="button" class="button phone__wide" @click=${on.askLeave}>${_("Trả số, rời hàng")}</button></p>`;
  }
  return html`<section class="card phone__leave stack" role="group" aria-labelledby="leave">
    <h2 id="leave">${_("Trả lại số %(number)s?", { number: state.ticket.number })}</h2>
    <p>${_("Ông/bà sẽ mất chỗ trong hàng, không lấy lại được.")}</p>
    <div class="phone__choices">
      <button type="button" class="button" ?disabled=${state.leaving === "sent"} @click=${on.stay}>${_("Ở lại chờ")}</button>
      <button type="button" class="button button--main" ?disabled=${state.leaving === "sent"} @click=${on.leave}>${_("Đồng ý, rời hàng")}</button>
    </div>
  </section>`;
}
