/**
 * The step at the scanner: an identity card or the code of a booking, and what comes of it. What a card says never
 * reaches this page where the kiosk's own program reads the scanner; elsewhere it passes through and is kept nowhere.
 *
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").Service} Service
 * @typedef {import("./view.js").Act} Act
 * @typedef {{kind: "card", card: string} | {kind: "booking", booking: string, service: string}} Scan
 */
import { html, nothing } from "lit-html";

import { _ } from "motcua/i18n";
import { named } from "./say.js";
import { serviceOf } from "./state.js";

/** Whether anything can come from the scanner. @param {State} state */
export function hasScanner({ office }) {
  const wanted = office?.bookings || (office?.card ?? "off") !== "off";
  return Boolean(wanted) && office?.kiosk?.scanner !== "none";
}

/** Whether this field's number begins at the scanner. @param {State} state @param {Service} service */
export function asksCard(state, service) {
  return (state.office?.card ?? "off") !== "off" && !service.help && hasScanner(state);
}

/** Whether a scan would be taken now. @param {State} state */
export function listens(state) {
  return hasScanner(state) && (state.screen === "scan" || (state.screen === "home" && state.purpose === "take"));
}

/** @param {State} state @param {Act} act */
export function scanScreen(state, act) {
  const service = serviceOf(state, state.service);
  return {
    heading: html`<div class="heading__words">
      <h1 tabindex="-1">${scanTitle(state)}</h1>
      <p class="muted">${named(service?.names)}</p>
    </div>`,
    body: html`<div class="message" role="status">
      <p class="message__main">${scanTask()}</p>
      <p>${scanPromise()}</p>
      ${state.unread ? html`<p class="notice" role="alert">${state.unread}</p>` : nothing}
    </div>`,
    actions: state.office?.card === "optional"
      ? html`<button class="button button--touch action" @click=${() => act({ type: "skip" })}>${_("Lấy số không cần thẻ")}</button>`
      : nothing,
  };
}

/** @param {State} state */
export function scanTitle({ office }) {
  return office?.bookings ? _("Đưa căn cước hoặc mã đặt lịch") : _("Đưa căn cước vào máy quét");
}

export function scanTask() {
  return _("Đặt mặt có mã QR dưới máy quét và giữ yên.");
}

/** Said where the card is asked for, in so many words. */
export function scanPromise() {
  return _("Thẻ chỉ dùng để mỗi người lấy một số mỗi lĩnh vực trong ngày. Máy không lưu và không in thông tin trên thẻ.");
}

/**
 * A scanner that types, for a kiosk that is opened at the server itself. Keys that come slower than a scanner's are a
 * person's, and no card is typed by hand.
 * @param {(text: string) => void} read
 */
export function keyReader(read) {
  let text = "";
  let last = -Infinity;
  return (/** @type {{key: string, at: number}} */ { key, at }) => {
    if (at - last > 120) text = "";
    last = at;
    if (key === "Enter") {
      if (text.length >= 8) read(text);
      text = "";
    } else if (key.length === 1 && text.length < 1000) text += key;
  };
}
