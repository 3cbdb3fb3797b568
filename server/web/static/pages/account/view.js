/** One's own account: password, second factor, where one is signed in, tokens for programs. Pure. */
import { html, nothing } from "lit-html";

import { _, language } from "motcua/i18n";

/** @typedef {import("./reduce.js").State} State */
/**
 * @typedef {object} Handlers
 * @property {(event: SubmitEvent) => void} password
 * @property {() => void} begin
 * @property {(event: SubmitEvent) => void} confirm
 * @property {(id: string) => void} end
 * @property {(event: SubmitEvent) => void} make
 * @property {(id: string) => void} revoke
 * @property {() => void} signOut
 */

/** What a scope lets a program do, in a person's words. */
const SCOPES = () => ({
  "office.configure": _("Sửa cấu hình, người dùng"), "office.inspect": _("Xem cấu hình, người dùng"),
  "ticket.issue": _("Phát số"), "ticket.read": _("Xem số"), "ticket.serve": _("Gọi, phục vụ"),
  "ticket.place": _("Chuyển, trả lại hàng chờ"), "ticket.print": _("In lại phiếu"), "counter.use": _("Mở, đóng quầy"),
  "rating.read": _("Xem đánh giá trong ngày"), "stats.read": _("Xem báo cáo"), "floor.watch": _("Xem toàn cảnh"),
  "notice.post": _("Đăng thông báo"), "device.manage": _("Quản lý thiết bị"), "series.read": _("Xem sổ số đã phát"),
  "audit.read": _("Xem nhật ký"),
});

/** @param {string} scope */
export const scopeName = (scope) => /** @type {{[scope: string]: string}} */ (SCOPES())[scope] ?? scope;

/** @param {string} at */
const moment = (at) => new Intl.DateTimeFormat(language(), { dateStyle: "short", timeStyle: "short" }).format(new Date(at));

/** @param {State} state @param {Handlers} on */
export function view(state, on) {
  if (!state.me) return html`<main class="loading"><p role="status">${state.message?.text ?? _("Đang tải…")}</p></main>`;
  return html`<main class="account stack">
    <header class="row spread">
      <div><h1>${_("Tài khoản")}</h1><p class="muted">${state.me.name}</p></div>
      <p class="row"><a href="/">${_("Về trang đầu")}</a>
        <button class="button button--quiet" data-do="out" @click=${on.signOut}>${_("Đăng xuất")}</button></p>
    </header>
    ${state.me.must_secure ? html`<p class="banner">${_("Tài khoản này phải bật xác thực hai lớp trước khi làm việc.")}</p>` : nothing}
    <p class="${state.message?.good ? "banner banner--done" : "banner banner--bad"}" role="status" ?hidden=${!state.message}>${state.message?.text}</p>
    <div class="account__pair">${passwordView(state, on)} ${secondFactorView(state, on)}</div>
    ${signInsView(state, on)} ${tokensView(state, on)}
  </main>`;
}

/** @param {State} state @param {Handlers} on */
function passwordView(state, on) {
  return html`<section class="card stack"><h2>${_("Mật khẩu")}</h2>
    <form class="stack" data-form="password" @submit=${on.password}>
      <label class="field"><span>${_("Mật khẩu đang dùng")}</span>
        <input class="input" type="password" name="current" autocomplete="current-password" required></label>
      <label class="field"><span>${_("Mật khẩu mới, ít nhất 8 ký tự")}</span>
        <input class="input" type="password" name="new" autocomplete="new-password" minlength="8" required></label>
      <p class="muted">${_("Mọi nơi đăng nhập khác của anh/chị sẽ kết thúc.")}</p>
      <button class="button" ?disabled=${state.busy}>${_("Đổi mật khẩu")}</button>
    </form></section>`;
}

/** @param {State} state @param {Handlers} on */
function secondFactorView(state, on) {
  return html`<section class="card stack"><h2>${_("Xác thực hai lớp")}</h2>
    ${state.codes ? codesView(state.codes) : state.begun ? begunView(state, on) : html`
      <p>${_("Khi đăng nhập cần thêm mã 6 số từ điện thoại.")}</p>
      <button class="button" data-do="begin" ?disabled=${state.busy} @click=${on.begin}>${_("Cài đặt bằng điện thoại mới")}</button>`}
  </section>`;
}

/** @param {State} state @param {Handlers} on */
function begunView(state, on) {
  const { qr, secret } = /** @type {NonNullable<State["begun"]>} */ (state.begun);
  return html`<p>${_("Quét mã này bằng ứng dụng xác thực, rồi nhập mã 6 số hiện ra.")}</p>
    <img class="account__qr" alt=${_("Mã QR cài đặt xác thực")} src="data:image/svg+xml;utf8,${encodeURIComponent(qr)}">
    <p class="muted">${_("Không quét được? Nhập tay:")} <code class="account__once" data-secret>${secret}</code></p>
    <form class="stack" data-form="confirm" @submit=${on.confirm}>
      <label class="field"><span>${_("Mã 6 số")}</span>
        <input class="input" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="7" required></label>
      <button class="button button--main" ?disabled=${state.busy}>${_("Bật xác thực hai lớp")}</button>
    </form>`;
}

/** @param {string[]} codes */
function codesView(codes) {
  return html`<p class="strong">${_("Đã bật. Hãy in hoặc chép các mã khôi phục này; chúng không hiện lại.")}</p>
    <ul class="account__codes" data-codes>${codes.map((code) => html`<li><code>${code}</code></li>`)}</ul>`;
}

/** @param {State} state @param {Handlers} on */
function signInsView(state, on) {
  return html`<section class="card stack"><h2>${_("Nơi đang đăng nhập")}</h2>
    <table class="table"><thead><tr><th scope="col">${_("Từ lúc")}</th><th scope="col">${_("Địa chỉ")}</th>
      <th scope="col">${_("Cách")}</th><td></td></tr></thead><tbody>
      ${state.signIns.map((one) => html`<tr>
        <td>${moment(one.began_at)}</td><td>${one.address ?? "–"}</td>
        <td>${one.method === "password" ? _("Mật khẩu") : _("Đăng nhập chung")}</td>
        <td>${one.current ? _("Trình duyệt này") : html`<button class="button button--quiet" data-end=${one.id}
          ?disabled=${state.busy} @click=${() => on.end(one.id)}>${_("Kết thúc")}</button>`}</td></tr>`)}
    </tbody></table></section>`;
}

/** @param {State} state @param {Handlers} on */
function tokensView(state, on) {
  return html`<section class="card stack"><h2>${_("Mã truy cập cho chương trình")}</h2>
    <p>${_("Chương trình giữ mã này làm được những việc đã chọn, với quyền của anh/chị, đến ngày hết hạn.")}</p>
    ${state.made ? html`<p class="banner banner--done">${_("Hãy chép ngay, mã không hiện lại:")}
      <code class="account__once" data-made>${state.made}</code></p>` : nothing}
    ${state.tokens.length ? tokenTable(state, on) : nothing}
    ${state.scopes.length ? tokenForm(state, on) : nothing}
  </section>`;
}

/** @param {State} state @param {Handlers} on */
function tokenTable(state, on) {
  return html`<table class="table"><thead><tr><th scope="col">${_("Tên")}</th><th scope="col">${_("Được làm")}</th>
      <th scope="col">${_("Dùng gần nhất")}</th><th scope="col">${_("Đến")}</th><td></td></tr></thead><tbody>
      ${state.tokens.map((token) => html`<tr><td>${token.name}</td><td>${token.scopes.map(scopeName).join(" · ")}</td>
        <td>${token.used_at ? moment(token.used_at) : _("chưa dùng")}</td><td>${moment(token.expires_at)}</td>
        <td><button class="button button--quiet" data-revoke=${token.id} ?disabled=${state.busy}
          @click=${() => on.revoke(token.id)}>${_("Thu hồi")}</button></td></tr>`)}
    </tbody></table>`;
}

/** @param {State} state @param {Handlers} on */
function tokenForm(state, on) {
  return html`<form class="stack" data-form="token" @submit=${on.make}>
    <div class="account__pair">
      <label class="field"><span>${_("Tên, ví dụ: bảng số liệu của tỉnh")}</span>
        <input class="input" name="name" maxlength="80" required></label>
      <label class="field"><span>${_("Số ngày có hiệu lực")}</span>
        <input class="input" type="number" name="days" min="1" max="366" value="90" required></label>
    </div>
    <fieldset class="form-group"><legend>${_("Được làm")}</legend><div class="form-checks">
      ${state.scopes.map((scope) => html`<label class="form-check"><input type="checkbox" name="scope" value=${scope}>
        <span>${scopeName(scope)}</span></label>`)}</div></fieldset>
    <button class="button" ?disabled=${state.busy}>${_("Tạo mã")}</button>
  </form>`;
}
