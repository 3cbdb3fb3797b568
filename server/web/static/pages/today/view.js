/** Today's ratings by officer. Pure. */
import { html, nothing } from "lit-html";

import { _, language } from "motcua/i18n";
import { clockTime, levelName, named } from "motcua/words";

/**
 * @typedef {{id: string, name: string, sessions: number, counts: {[level: string]: number}}} Officer
 * @typedef {object} State
 * @property {any} office
 * @property {{day: string, officers: Officer[]} | null} today
 * @property {number | null} at        when the figures were asked for
 * @property {boolean} lost            whether newer ones cannot be had
 * @property {string | null} error
 */

/** @param {Officer[]} officers @returns {{[level: string]: number}} */
export function totals(officers) {
  /** @type {{[level: string]: number}} */
  const sums = {};
  for (const { counts } of officers) {
    for (const [level, count] of Object.entries(counts)) sums[level] = (sums[level] ?? 0) + count;
  }
  return sums;
}

/** @param {State} state */
export function view(state) {
  if (!state.today || !state.office) {
    return html`<main class="today loading"><p role="status">${state.error ?? _("Đang tải…")}</p></main>`;
  }
  const { officers } = state.today;
  const levels = Object.keys(officers[0]?.counts ?? {});
  const at = clockTime(state.at, state.office.timezone);
  return html`<main class="today stack">
    <header class="row spread">
      <div>
        <h1>${_("Hài lòng hôm nay")}</h1>
        <p class="muted">${named(state.office)} · ${dayText(state.today.day)}</p>
      </div>
      <p class="row"><a href="/">${_("Về trang đầu")}</a> <a href="?lang=${language() === "vi" ? "en" : "vi"}">${language() === "vi" ? "English" : "Tiếng Việt"}</a></p>
    </header>
    ${state.lost ? html`<p class="banner" role="alert">${_("Mất kết nối: số liệu đến %(time)s.", { time: at })}</p>` : nothing}
    ${officers.length ? table(officers, levels) : html`<p class="card">${_("Hôm nay chưa có lượt phục vụ nào.")}</p>`}
    <p class="muted small">${_("“Không đánh giá” là lượt phục vụ đã xong mà không ai bấm; không tính là hài lòng.")}</p>
  </main>`;
}

/** @param {Officer[]} officers @param {string[]} levels */
function table(officers, levels) {
  const sums = totals(officers);
  const sessions = officers.reduce((sum, officer) => sum + officer.sessions, 0);
  return html`<div class="card today__card" tabindex="0" role="region" aria-label=${_("Hài lòng hôm nay")}><table class="table">
    <thead><tr>
      <th scope="col">${_("Cán bộ")}</th>
      <th scope="col" class="amount">${_("Lượt phục vụ")}</th>
      ${levels.map((level) => html`<th scope="col" class="amount">${levelName(level)}</th>`)}
    </tr></thead>
    <tbody>
      ${officers.map((officer) => html`<tr data-officer=${officer.id}>
        <th scope="row">${officer.name}</th>
        <td class="amount">${officer.sessions}</td>
        ${levels.map((level) => html`<td class="amount" data-level=${level}>${officer.counts[level]}</td>`)}
      </tr>`)}
    </tbody>
    <tfoot><tr>
      <th scope="row">${_("Cộng")}</th>
      <td class="amount">${sessions}</td>
      ${levels.map((level) => html`<td class="amount">${sums[level]}</td>`)}
    </tr></tfoot>
  </table></div>`;
}

/** @param {string} day */
function dayText(day) {
  const [year, month, date] = day.split("-");
  return language() === "vi" ? `${date}/${month}/${year}` : day;
}
