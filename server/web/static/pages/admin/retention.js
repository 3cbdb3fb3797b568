/** How long what is kept about people is kept: rules, what is held now, and what the next run forgets. Pure. */
import { html, nothing } from "lit-html";

import { _ } from "motcua/i18n";

/** @typedef {import("./reduce.js").State} State */

const KINDS = () => ({
  comments: _("Ý kiến người dân viết kèm đánh giá"), notes: _("Ghi chú của cán bộ về số"),
  messages: _("Tin gửi màn hình và thiết bị"), sign_ins: _("Lần đăng nhập, địa chỉ"),
});

/** @param {string} kind */
const kindName = (kind) => /** @type {{[kind: string]: string}} */ (KINDS())[kind] ?? kind;

/** @param {State} state */
export function retentionView(state) {
  if (!state.retention) return html`<p class="loading">${_("Đang tải…")}</p>`;
  const { rules, kinds, last_run: last } = state.retention;
  return html`<p>${_("Số, thời gian và đánh giá không gắn với người dân nên được giữ. Những mục dưới đây được quên đúng hạn, mỗi đêm một lần.")}</p>
    <table class="table" data-retention><thead><tr><th scope="col">${_("Mục")}</th><th scope="col" class="amount">${_("Giữ (ngày)")}</th>
      <th scope="col" class="amount">${_("Đang giữ")}</th><th scope="col">${_("Cũ nhất")}</th><th scope="col" class="amount">${_("Sẽ quên lần tới")}</th></tr></thead>
    <tbody>${kinds.map((/** @type {any} */ each) => html`<tr><th scope="row">${kindName(each.kind)}</th><td class="amount">${each.days}</td>
      <td class="amount">${each.held}</td><td class="tnum">${each.oldest ?? "–"}</td><td class="amount">${each.due}</td></tr>`)}</tbody></table>
    <p role="status">${last ? _("Lần chạy gần nhất: %(day)s.", { day: last.day }) : _("Chưa chạy lần nào: hãy bật motcua-privacy.timer trên máy chủ.")}</p>
    <h2>${_("Quy định")}</h2>
    ${rules.length ? html`<ul>${rules.map(ruleView)}</ul>` : html`<p>${_("Đơn vị chưa đặt quy định riêng. Có thể đặt trong tệp cấu hình, mục retention.")}</p>`}`;
}

/** @param {{since: string, days: {[kind: string]: number}, source: string | null}} rule */
function ruleView(rule) {
  const days = Object.entries(rule.days).map(([kind, n]) => `${kindName(kind)}: ${_("%(n)s ngày", { n })}`).join(" · ");
  return html`<li><strong class="tnum">${_("Từ %(day)s", { day: rule.since })}</strong> · ${days}${rule.source ? html` <span class="muted">(${rule.source})</span>` : nothing}</li>`;
}
