/** Reports that are sent by themselves: each that is saved can be sent now, for the newest period that is over. Pure. */
import { html, nothing } from "lit-html";

import { _ } from "motcua/i18n";

import { dateText } from "./sections.js";

/** @typedef {import("./reduce.js").State} State @typedef {import("./view.js").Handlers} Handlers */
/** @typedef {{name: string, first: string, last: string, target: string, state: "sent" | "failed", detail: string | null}} Sent */

/** @param {State} state @param {Handlers} on @param {boolean} mayWrite */
export function sendingView(state, on, mayWrite) {
  const saved = state.saved.reports ?? [];
  return html`<section class="card stack" aria-labelledby="sending"><h2 id="sending">${_("Gửi thử")}</h2>
    <p>${_("Gửi ngay báo cáo của kỳ gần nhất đã hết, để biết thư mục và hộp thư có nhận được không.")}</p>
    ${saved.length ? nothing : html`<p class="muted">${_("Chưa có báo cáo nào được lưu.")}</p>`}
    <ul class="admin__sending">${saved.map((/** @type {any} */ report) => html`<li class="row spread" data-report=${report.name}>
      <span><strong>${report.name}</strong> <span class="muted">${[...(report.folder ? [`${report.folder}/`] : []), ...(report.mail ?? [])].join(", ")}</span></span>
      ${mayWrite ? html`<button class="button" data-do="send-report" ?disabled=${state.busy !== null} @click=${() => on.sendReport(report.name)}>${_("Gửi ngay")}<span class="visually-hidden"> ${report.name}</span></button>` : nothing}</li>`)}</ul>
    <p><a href="/reports/deliveries?office=${state.office}">${_("Những báo cáo đã gửi")}</a></p></section>`;
}

/** What became of it, in words. @param {Sent} sent */
export function sentText({ name, first, last, target, state, detail }) {
  const values = { name, first: dateText(first), last: dateText(last), target, detail: detail ?? "" };
  return state === "sent"
    ? _("Đã gửi báo cáo %(name)s, %(first)s – %(last)s, đến %(target)s.", values)
    : _("Chưa gửi được báo cáo %(name)s đến %(target)s: %(detail)s Máy chủ sẽ tự gửi lại.", values);
}
