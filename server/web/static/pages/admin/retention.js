/** How long what is kept about people is kept: what is held now, and what the next run forgets. Pure. */
import { html } from "lit-html";

import { _ } from "motcua/i18n";

import { dateText, KINDS } from "./sections.js";

/** @typedef {import("./reduce.js").State} State */

/** @param {string} kind */
const kindName = (kind) => KINDS().find(([each]) => each === kind)?.[1] ?? kind;

/** @param {State} state */
export function retentionView(state) {
  if (!state.retention) return html`<p class="loading">${_("Đang tải…")}</p>`;
  const { kinds, last_run: last } = state.retention;
  return html`<section class="stack" aria-labelledby="held"><h2 id="held">${_("Đang giữ")}</h2>
    <p>${_("Số, thời gian và đánh giá không gắn với người dân nên được giữ. Những mục dưới đây được quên đúng hạn, mỗi đêm một lần.")}</p>
    <table class="table" data-retention><thead><tr><th scope="col">${_("Mục")}</th><th scope="col" class="amount">${_("Giữ (ngày)")}</th>
      <th scope="col" class="amount">${_("Đang giữ")}</th><th scope="col">${_("Cũ nhất")}</th><th scope="col" class="amount">${_("Sẽ quên lần tới")}</th></tr></thead>
    <tbody>${kinds.map((/** @type {any} */ each) => html`<tr data-kind=${each.kind}><th scope="row">${kindName(each.kind)}</th><td class="amount">${each.days}</td>
      <td class="amount">${each.held}</td><td class="tnum">${each.oldest ? dateText(each.oldest) : "–"}</td><td class="amount">${each.due}</td></tr>`)}</tbody></table>
    <p role="status">${last ? _("Lần chạy gần nhất: %(day)s.", { day: dateText(last.day) }) : _("Chưa chạy lần nào: hãy bật motcua-privacy.timer trên máy chủ.")}</p></section>`;
}
