/** The organisation's tree: who stands under whom, from when to when. Pure. @typedef {import("./reduce.js").State} State @typedef {import("./view.js").Handlers} Handlers */
import { html, nothing } from "lit-html";

import { _ } from "motcua/i18n";

import { dateText } from "./sections.js";

/**
 * @typedef {{code: string, name: string, depth: number, parent: string | null, valid_from: string | null, valid_to: string | null,
 *   merged_into: string | null, merger_planned: boolean, moves: {since: string, parent: string | null}[]}} Office
 * @typedef {import("motcua/form").Field} Field
 */

/** @param {State} state @param {Handlers} on */
export function treeView(state, on) {
  if (!state.treeDay) return html`<p class="loading">${_("Đang tải…")}</p>`;
  const readonly = !(state.me?.roles.includes("admin") ?? false);
  return html`<p class="muted">${_("Vai trò ở đơn vị trên có hiệu lực ở mọi đơn vị bên dưới. Đơn vị chuyển hay sáp nhập giữ nguyên lịch sử; báo cáo toàn cây tính theo cây của từng ngày.")}</p>
    <div class="row spread">
      <label class="row" for="tree-day"><span>${_("Cây vào ngày")}</span><input class="input admin__day" id="tree-day" type="date" .value=${state.treeDay} @change=${(/** @type {any} */ event) => on.treeDay(event.target.value)} /></label>
      ${readonly ? nothing : html`<button class="button" data-do="add-office" @click=${() => on.askOffice("below", null)}>+ ${_("Thêm đơn vị bên dưới")}</button>`}</div>
    <table class="table"><thead><tr><th scope="col">${_("Đơn vị")}</th><th scope="col">${_("Mã")}</th><th scope="col">${_("Hiệu lực")}</th><th scope="col"><span class="visually-hidden">${_("Thao tác")}</span></th></tr></thead>
    <tbody>${state.tree.map((office) => html`<tr data-office=${office.code}>
      <th scope="row"><span class="tree__name tree__name--${Math.min(office.depth, 5)}">${office.name}</span></th><td><a href="/admin?office=${office.code}">${office.code}</a></td>
      <td>${datesText(office, state.treeDay)}${movesText(office, state.tree).map((each) => html`<br /><span class="muted small">${each}</span>`)}</td>
      <td>${readonly ? nothing : html`<span class="row admin__do">${actionsOf(office, state.office).map((action) => html`<button class="button" data-do=${action}
        @click=${() => on.askOffice(action, office)}>${actionName(action)}<span class="visually-hidden"> ${office.name}</span></button>`)}</span>`}</td></tr>`)}</tbody></table>`;
}

/** What may be done with an office. @param {Office} office @param {string} here @returns {string[]} */
export function actionsOf(office, here) {
  if (office.merged_into) return office.merger_planned ? ["unmerge"] : [];
  return office.code === here ? ["dates"] : ["dates", "place", "merge"];
}

/** @param {string} action */
export const actionName = (action) => ({ dates: _("Ngày"), place: _("Chuyển"), merge: _("Sáp nhập"), unmerge: _("Huỷ sáp nhập"), below: _("Thêm") })[action] ?? action;

/** @param {Office} office @param {string} day the day that is looked at */
export function datesText({ valid_from: from, valid_to: to, merged_into: into }, day) {
  if (into) {
    const words = { into, day: dateText(to ?? undefined) };
    return day > (to ?? "") ? _("đã sáp nhập vào %(into)s từ sau %(day)s", words) : _("sẽ sáp nhập vào %(into)s từ sau %(day)s", words);
  }
  if (!from && !to) return _("không giới hạn");
  return `${from ? dateText(from) : "…"} – ${to ? dateText(to) : "…"}`;
}

/** When it was or will be set under another, but for a merger, which is told already. @param {Office} office @param {Office[]} tree */
export function movesText({ moves, merged_into: into }, tree) {
  const nameOf = (/** @type {string} */ code) => tree.find((each) => each.code === code)?.name ?? code;
  return moves.filter(({ parent }) => !into || parent !== into).map(({ since, parent }) => parent
    ? _("từ %(day)s dưới %(parent)s", { day: dateText(since), parent: nameOf(parent) })
    : _("từ %(day)s đứng riêng", { day: dateText(since) }));
}

/** The form of an action. @param {State} state @param {string} action @param {string} code @returns {Field[]} */
export function officeFields(state, action, code) {
  const others = /** @type {[string, string][]} */ (state.tree.filter((each) => each.code !== code && !each.merged_into).map((each) => [each.code, each.name]));
  if (action === "below") {
    return [
      { key: "code", type: "text", label: _("Mã"), required: true, hint: _("Chữ không dấu, số, gạch nối: phuong-khuong-dinh. Không đổi về sau.") },
      { key: "name", type: "text", label: _("Tên đơn vị"), required: true },
      { key: "valid_from", type: "date", label: _("Phát số từ ngày") },
    ];
  }
  if (action === "place") {
    return [
      { key: "parent", type: "select", label: _("Đặt dưới"), options: others },
      { key: "since", type: "date", label: _("Từ ngày"), required: true, hint: _("Báo cáo của những ngày trước vẫn tính cho đơn vị trên cũ. Quyền xem, sửa theo cây hôm nay.") },
    ];
  }
  if (action === "merge") {
    return [
      { key: "into", type: "select", label: _("Vào đơn vị"), required: true, options: others },
      { key: "on", type: "date", label: _("Từ ngày"), required: true, hint: _("Từ ngày này đơn vị không phát số. Huỷ được cho đến trước ngày ấy, sau đó thì không.") },
    ];
  }
  if (action === "unmerge") return [];
  return [{ key: "valid_from", type: "date", label: _("Phát số từ ngày") }, { key: "valid_to", type: "date", label: _("Đến hết ngày") }];
}

/** What the answer becomes. @param {string} action @param {string} code @param {string} here @param {any} value */
export function officeRequest(action, code, here, value) {
  const at = (/** @type {string} */ of, /** @type {string} */ rest) => `/api/v1/offices/${encodeURIComponent(of)}${rest}`;
  switch (action) {
    case "below": return { method: "post", path: at(here, "/below"), body: { code: value.code, name: value.name, valid_from: value.valid_from || null } };
    case "place": return { method: "put", path: at(code, "/place"), body: { parent: value.parent || null, since: value.since } };
    case "merge": return { method: "post", path: at(code, "/merge"), body: { into: value.into, on: value.on } };
    case "unmerge": return { method: "delete", path: at(code, "/merge") };
    default: return { method: "put", path: at(code, "/dates"), body: { valid_from: value.valid_from || null, valid_to: value.valid_to || null } };
  }
}
