/**
 * Search with keys on the screen: a hall's kiosk has no keyboard, and diacritics are not needed.
 *
 * @typedef {import("./state.js").State} State
 * @typedef {import("./view.js").Act} Act
 * @typedef {import("./search.js").Hit} Hit
 */
import { html, nothing } from "lit-html";

import { _, _n } from "motcua/i18n";
import { nameOf, tileLine } from "./choose.js";
import { fieldsOf, resultRows } from "./layout.js";
import { named } from "./say.js";
import { search } from "./search.js";

const ROWS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/** @param {State} state @param {Act} act */
export function typing(state, act) {
  const hits = search(fieldsOf(state), state.query);
  const shown = hits.slice(0, resultRows(state));
  return {
    heading: html`
      <div class="heading__words">
        <h1 tabindex="-1">${_("Tìm lĩnh vực, thủ tục")}</h1>
        <p class="query"><span class="visually-hidden">${_("Chữ đã gõ")}:</span> ${state.query}<span class="caret" aria-hidden="true"></span></p>
        <p class="muted" role="status">${below(state, hits.length, shown.length)}</p>
      </div>
    `,
    body: html`<div class="typing">
      <div class="results pages">${shown.map((hit) => result(state, hit, act))}</div>
      ${keys(state, act)}
    </div>`,
  };
}

/** A procedure that was found leads, with the field it belongs to; its papers are read before its number is taken. @param {State} state @param {Hit} hit @param {Act} act */
function result(state, { service, procedure }, act) {
  return html`
    <button class="tile" data-service=${service.code} @click=${() => act(procedure ? { type: "procedure", service: service.code, code: procedure.code } : { type: "service", code: service.code })}>
      <span class="tile__code badge badge--series">${service.code}</span>
      ${nameOf((procedure ?? service).names)}
      <span class="tile__line">${procedure ? named(service.names) : tileLine(state, service)}</span>
    </button>
  `;
}

/** @param {State} state @param {number} found @param {number} shown */
function below(state, found, shown) {
  if (!state.query.trim()) return _("Gõ không cần dấu, ví dụ: ho tich");
  if (found === 0) return _("Không tìm thấy. Xin thử từ khác hoặc hỏi cán bộ hướng dẫn.");
  return found > shown ? _n("Còn %(n)s kết quả nữa. Xin gõ thêm chữ.", found - shown) : "";
}

/** @param {State} state @param {Act} act */
function keys(state, act) {
  const type = (/** @type {string} */ letter) => () => act({ type: "letter", letter });
  return html`<div class="keys" role="group" aria-label=${_("Bàn phím")}>
    ${ROWS.map((row, at) => html`<div class="keys__row">
      ${[...row].map((letter) => html`<button class="button key-cap" @click=${type(letter)}>${letter.toUpperCase()}</button>`)}
      ${at === 2 ? html`<button class="button key-cap key-cap--wide" aria-label=${_("Xóa chữ cuối")} @click=${type("delete")}>⌫</button>` : nothing}
    </div>`)}
    <div class="keys__row">
      <button class="button key-cap key-cap--wide" @click=${() => act({ type: "back" })}>
        <span class="arrow" aria-hidden="true">‹</span>${_("Trở lại")}
      </button>
      <button class="button key-cap key-cap--wide" @click=${type("clear")}>${_("Xóa hết")}</button>
      ${state.sound ? html`<button class="button key-cap key-cap--wide" aria-pressed=${state.aloud} @click=${() => act({ type: "aloud" })}>${state.aloud ? _("Tắt đọc") : _("Đọc to")}</button>` : nothing}
      <button class="button key-cap key-cap--space" @click=${type(" ")}>${_("Dấu cách")}</button>
    </div>
  </div>`;
}
