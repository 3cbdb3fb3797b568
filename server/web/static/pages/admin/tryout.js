/** The order of calls tried on a day that was, as words, a table and a picture. Pure. @typedef {import("./reduce.js").State} State @typedef {import("./view.js").Handlers} Handlers */
import { html, nothing, svg } from "lit-html";

import { _, _n } from "motcua/i18n";

import { dateText } from "./sections.js";

/**
 * @typedef {{people: number, mean_s: number, p90_s: number, longest_s: number, missed: number, left: number}} Waits
 * @typedef {{group: string, now: Waits, then: Waits}} Group
 * @typedef {{day: string, people: number, groups: Group[], called_earlier: number, called_later: number}} Trial
 */
const BAR = { width: 640, height: 16, label: 0, row: 58 };

/** @param {State} state @param {Handlers} on */
export function tryoutView(state, on) {
  return html`<section class="card stack" aria-labelledby="tryout"><h2 id="tryout">${_("Tính thử trước khi lưu")}</h2>
    <p>${_("Lấy những người đã đến trong ngày gần nhất, xếp lại theo cách gọi đang sửa ở trên, rồi so với cách đang dùng. Không thay đổi gì.")}</p>
    <p><button class="button" data-do="try-policy" ?disabled=${state.busy !== null} @click=${on.tryPolicy}>${_("Tính thử")}</button></p>
    ${state.trial ? trialView(state, state.trial) : nothing}
  </section>`;
}

/** @param {State} state @param {Trial} trial */
function trialView(state, trial) {
  const worst = Math.max(60, ...trial.groups.flatMap(({ now, then }) => [now.p90_s, then.p90_s]));
  return html`<div class="stack" role="status">
    <p class="strong">${summary(trial)}</p>
    <svg class="tryout" viewBox="0 0 ${BAR.width} ${trial.groups.length * BAR.row}" role="img" aria-label=${_("Chờ của từng nhóm, đang dùng và nếu đổi")}>
      ${trial.groups.map((group, i) => bars(groupName(state, group.group), group, i, worst))}
    </svg>
    <p class="row small"><span class="tryout__key tryout__key--now" aria-hidden="true"></span>${_("đang dùng")}
      <span class="tryout__key tryout__key--then" aria-hidden="true"></span>${_("nếu đổi")} · ${_("9 trong 10 người chờ không quá")}</p>
    <table class="table"><thead><tr><th scope="col">${_("Nhóm")}</th><th scope="col" class="amount">${_("Người")}</th>
      <th scope="col" class="amount">${_("Trung bình")}</th><th scope="col" class="amount">${_("9/10 người")}</th><th scope="col" class="amount">${_("Lâu nhất")}</th><th scope="col" class="amount">${_("Bỏ về")}</th></tr></thead>
      <tbody>${trial.groups.map(({ group, now, then }) => html`<tr data-group=${group}><th scope="row">${groupName(state, group)}</th><td class="amount">${now.people}</td>
        ${[["mean_s"], ["p90_s"], ["longest_s"]].map(([figure]) => html`<td class="amount tnum">${change(now[/** @type {"mean_s"} */ (figure)], then[/** @type {"mean_s"} */ (figure)])}</td>`)}
        <td class="amount tnum">${now.left === then.left ? now.left : `${now.left} → ${then.left}`}</td></tr>`)}</tbody></table>
    <p class="muted small">${_("Ai bỏ về trước khi được gọi cũng được tính: về đúng lúc đã về, trừ khi cách gọi mới gọi sớm hơn.")}</p>
  </div>`;
}

/** @param {Trial} trial */
export function summary({ day, people, called_earlier: earlier, called_later: later }) {
  const who = _n("Ngày %(day)s, %(n)s người", people, { day: dateText(day) });
  if (!earlier && !later) return _("%(who)s: không ai được gọi sớm hơn hay muộn hơn.", { who });
  return _("%(who)s: %(earlier)s người được gọi sớm hơn, %(later)s người muộn hơn.", { who, earlier, later });
}

const minutes = (/** @type {number} */ seconds) => Math.round(seconds / 60);

/** @param {number} now @param {number} then */
const change = (now, then) => (minutes(now) === minutes(then) ? `${minutes(now)}′` : `${minutes(now)}′ → ${minutes(then)}′`);

/** @param {State} state @param {string} group */
function groupName(state, group) {
  if (group.startsWith("service:")) {
    const code = group.slice("service:".length);
    const service = state.draft.services.find((/** @type {any} */ each) => each.code === code);
    return service ? `${code} · ${service.names.vi}` : code;
  }
  return { all: _("Mọi người"), ordinary: _("Không ưu tiên"), priority: _("Ưu tiên") }[group] ?? group;
}

/** @param {string} name @param {Group} group @param {number} i @param {number} worst */
function bars(name, { now, then }, i, worst) {
  const top = i * BAR.row;
  const width = (/** @type {number} */ seconds) => Math.max(2, (seconds / worst) * (BAR.width - 60));
  const bar = (/** @type {number} */ seconds, /** @type {number} */ y, /** @type {string} */ kind) => svg`
    <rect class="tryout__bar tryout__bar--${kind}" x="0" y=${y} width=${width(seconds)} height=${BAR.height} />
    <text class="tryout__text" x=${width(seconds) + 6} y=${y + BAR.height - 3}>${minutes(seconds)}′</text>`;
  return svg`<text class="tryout__text" x="0" y=${top + 14}>${name}</text>${bar(now.p90_s, top + 19, "now")}${bar(then.p90_s, top + 19 + BAR.height + 1, "then")}`;
}
