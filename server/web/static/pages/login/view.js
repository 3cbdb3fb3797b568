/**
 * @typedef {{busy: boolean, error: string | null, second: boolean, pending: boolean, ended: boolean, elsewhere: {title: string, href: string}[]}} State
 *   `second`: a code from the phone is asked for; `pending`: it alone, after a sign-on elsewhere;
 *   `ended`: the sign-in ran out under somebody's work
 */
import { html, nothing } from "lit-html";

import { _ } from "motcua/i18n";

/**
 * @param {State} state
 * @param {{submit: (event: SubmitEvent) => void}} on
 */
export function view(state, on) {
  return html`
    <main class="card stack login">
      <h1>${_("Đăng nhập")}</h1>
      ${state.ended ? html`<p role="status">${_("Phiên đăng nhập đã hết. Hãy đăng nhập lại để làm tiếp: số đang ở quầy và những gì đã lưu vẫn giữ nguyên.")}</p>` : nothing}
      <form class="stack" @submit=${on.submit}>
        ${state.pending ? nothing : html`<label class="field">
          <span>${_("Tên đăng nhập")}</span>
          <input class="input" name="username" autocomplete="username" autocapitalize="none" required autofocus />
        </label>
        <label class="field">
          <span>${_("Mật khẩu")}</span>
          <input class="input" name="password" type="password" autocomplete="current-password" required />
        </label>`}
        ${state.second ? html`<label class="field"><span>${_("Mã 6 số trên điện thoại, hoặc mã khôi phục")}</span>
          <input class="input" name="code" autocomplete="one-time-code" inputmode="text" maxlength="12" required /></label>` : nothing}
        <p class="field-error" role="alert">${state.error ?? ""}</p>
        <button class="button button--main login__go" ?disabled=${state.busy}>
          ${state.busy ? _("Đang đăng nhập…") : _("Đăng nhập")}
        </button>
      </form>
      ${state.pending ? nothing : state.elsewhere.map(({ title, href }) => html`<p><a class="button login__go" href=${href}>${_("Đăng nhập bằng %(title)s", { title })}</a></p>`)}
      <p><a href="/">${_("Về trang đầu")}</a></p>
    </main>
  `;
}
