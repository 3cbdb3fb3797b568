/**
 * Choosing: the fields or their groups as tiles, and the papers to bring.
 *
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").Service} Service
 * @typedef {import("./state.js").Procedure} Procedure
 * @typedef {import("./layout.js").Entry} Entry
 * @typedef {import("./view.js").Act} Act
 */
import { html, nothing } from "lit-html";

import { _, _n } from "motcua/i18n";
import { entries, fit, groupNames, isCrowded, pageOf, procedureRows } from "./layout.js";
import { hasScanner } from "./scan.js";
import { closedLine, named, priorityMark, waitingLine } from "./say.js";
import { serviceOf } from "./state.js";

/** The first screen, a group's screen, and the same two when asking for papers. @param {State} state @param {Act} act */
export function browse(state, act) {
  const all = entries(state);
  const { columns, rows } = fit(state, all.length);
  const { shown, page, pages } = pageOf(state, all, columns * rows);
  return {
    heading: html`
      <div class="heading__words">
        <h1 tabindex="-1">${title(state)}</h1>
        ${subtitle(state)}
      </div>
      ${state.low ? nothing : pager(page, pages, act)}
    `,
    body: html`
      <div class="tiles pages" data-columns=${columns} data-rows=${Math.ceil(shown.length / columns)}>
        ${shown.map((entry) => tile(state, entry, act))}
      </div>
      ${state.low ? pager(page, pages, act) : nothing}
    `,
    paged: state.low && pages > 1,
    actions: state.purpose === "take" ? homeActions(state, act) : searchAction(act),
  };
}

/** @param {State} state */
function title(state) {
  if (state.group !== null) return named(groupNames(state));
  return state.purpose === "papers" ? _("Cần mang giấy tờ gì?") : _("Chọn lĩnh vực");
}

/** @param {State} state */
function subtitle(state) {
  if (state.priority && state.purpose === "take") {
    return html`<p class="badge badge--warn">${priorityMark(state.priority)}</p>`;
  }
  if (state.purpose === "papers") return html`<p class="muted">${_("Chạm vào lĩnh vực để xem giấy tờ")}</p>`;
  return html`<p class="muted">
    ${hasGroups(state) ? _("Chạm vào nhóm, rồi chạm vào lĩnh vực") : _("Chạm một lần để lấy số thứ tự")}${state.office?.bookings && hasScanner(state) ? html`. ${_("Đã đặt lịch: đưa mã vào máy quét")}` : nothing}
  </p>`;
}

/** Many fields may still be no groups: then nobody is told of any. @param {State} state */
const hasGroups = (state) => state.group === null && entries(state).some((entry) => entry.kind === "group");

/** Above what it turns, or below where all keys have to be low. @param {number} page @param {number} pages @param {Act} act */
function pager(page, pages, act) {
  if (pages === 1) return nothing;
  return html`
    <nav class="pager" aria-label=${_("Trang")}>
      <button class="button button--touch" ?disabled=${page === 0} aria-label=${_("Trang trước")}
        @click=${() => act({ type: "page", by: -1 })}><span aria-hidden="true">‹</span></button>
      <span class="tnum" role="status">${page + 1}/${pages}</span>
      <button class="button button--touch" ?disabled=${page === pages - 1} @click=${() => act({ type: "page", by: 1 })}>
        ${_("Xem tiếp")} <span aria-hidden="true">›</span>
      </button>
    </nav>
  `;
}

/** @param {State} state @param {Entry} entry @param {Act} act */
function tile(state, entry, act) {
  if (entry.kind === "service") return serviceTile(state, entry.service, act);
  return html`
    <button class="tile tile--group" @click=${() => act({ type: "group", key: entry.key })}>
      ${nameOf(entry.names)}
      <span class="tile__line">${_n("%(n)s lĩnh vực", entry.services.length)} <span aria-hidden="true">›</span></span>
    </button>
  `;
}

/**
 * A closed field can be touched as well: it then says why, and when it will be open.
 * @param {State} state @param {Service} service @param {Act} act
 */
function serviceTile(state, service, act) {
  const shut = !service.open && state.purpose === "take";
  return html`
    <button class=${shut ? "tile tile--shut" : "tile"} data-service=${service.code}
      @click=${() => act({ type: "service", code: service.code })}>
      <span class="tile__code badge badge--series">${service.code}</span>
      ${nameOf(service.names)}
      <span class="tile__line">${tileLine(state, service)}</span>
    </button>
  `;
}

/** A long name is set smaller, never cut. @param {import("./state.js").Names} names */
export function nameOf(names) {
  const name = named(names);
  return html`<span class="tile__name" data-length=${name.length > 60 ? "longest" : name.length > 34 ? "long" : "short"}>${name}</span>`;
}

/** What matters about a field now. @param {State} state @param {Service} service */
export function tileLine(state, service) {
  if (state.purpose === "papers") return papersLine(service);
  if (!service.open) return closedLine(service, state.wall, state.office?.timezone ?? "UTC");
  return waitingLine(service, state.known);
}

/** @param {Service} service */
function papersLine(service) {
  const procedures = service.procedures?.length ?? 0;
  return procedures ? _n("%(n)s thủ tục", procedures) : _n("%(n)s loại giấy tờ", service.papers.length);
}

/** @param {State} state @param {Act} act */
function homeActions(state, act) {
  const chosen = state.priority !== null;
  return html`
    <button class="tile tile--warn action" @click=${() => act(chosen ? { type: "priority", group: null } : { type: "show", screen: "priority" })}>
      ${chosen ? _("Bỏ chọn ưu tiên") : _("Tôi thuộc diện ưu tiên")}
    </button>
    <button class="tile tile--info action" @click=${() => act({ type: "show", screen: "fields" })}>
      ${_("Cần mang giấy tờ gì?")}
    </button>
    ${isCrowded(state) ? searchAction(act) : nothing} ${helpAction(state, act)}
  `;
}

/** Somebody comes: the number goes to the helper, who sends it on to the right line. @param {State} state @param {Act} act */
function helpAction(state, act) {
  const help = state.office?.services.find((service) => service.help);
  if (!help) return nothing;
  return html`<button class="tile tile--info action" data-service=${help.code} @click=${() => act({ type: "take", code: help.code })}>
    ${_("Tôi cần trợ giúp")}
  </button>`;
}

/** @param {Act} act */
function searchAction(act) {
  return html`<button class="tile tile--info action" @click=${() => act({ type: "show", screen: "search" })}>
    ${_("Tìm kiếm")}
  </button>`;
}

/** Papers of a field, or of one of its procedures. @param {State} state @param {Act} act */
export function papersOf(state, act) {
  const service = serviceOf(state, state.service);
  if (!service) return browse(state, act);
  const procedures = service.procedures ?? [];
  const procedure = procedures.find((each) => each.code === state.procedure) ?? null;
  const take = service.open ? takeAction(state, service, act) : undefined;
  const words = html`<div class="heading__words">
    <h1 tabindex="-1">${named((procedure ?? service).names)}</h1>
    <p class="muted">${procedures.length && !procedure ? _("Chọn thủ tục ông/bà cần làm") : _("Giấy tờ cần mang theo")}</p>
  </div>`;
  if (procedures.length && !procedure) {
    const { shown, page, pages } = pageOf(state, procedures, procedureRows(state));
    const turn = pager(page, pages, act);
    const body = html`${procedureList(shown, act)} ${state.low ? turn : nothing}`;
    return { heading: html`${words} ${state.low ? nothing : turn}`, body, paged: state.low && pages > 1, actions: take };
  }
  const list = paperList(procedure ?? service, procedure);
  // What is only read may be high.
  return state.low
    ? { heading: html`${words}<div class="heading__list">${list}</div>`, body: nothing, actions: take }
    : { heading: words, body: list, actions: take };
}

/** @param {State} state @param {Service} service @param {Act} act */
function takeAction(state, service, act) {
  return html`<button class="button button--touch button--main action" @click=${() => act({ type: "take", code: service.code })}>
    ${_("Đủ giấy tờ, lấy số")} <span class="action__line">${waitingLine(service, state.known)}</span>
  </button>`;
}

/** @param {Procedure[]} procedures @param {Act} act */
function procedureList(procedures, act) {
  return html`<div class="lines pages">
    ${procedures.map((each) => html`<button class="tile line" @click=${() => act({ type: "procedure", code: each.code })}>
      ${nameOf(each.names)}
    </button>`)}
  </div>`;
}

/** @param {{papers?: import("./state.js").Names[]}} of @param {Procedure | null} procedure */
function paperList({ papers = [] }, procedure) {
  return html`
    ${papers.length
      ? html`<ul class="papers">${papers.map((each) => html`<li>${named(each)}</li>`)}</ul>`
      : html`<p class="message">${_("Chưa có danh mục giấy tờ. Mời ông/bà hỏi cán bộ hướng dẫn.")}</p>`}
    ${procedure ? facts(procedure) : nothing}
  `;
}

/** @param {Procedure} procedure */
function facts(procedure) {
  return html`<dl class="facts">
    ${procedure.fee ? html`<div><dt>${_("Lệ phí")}</dt><dd>${named(procedure.fee)}</dd></div>` : nothing}
    ${procedure.time_limit ? html`<div><dt>${_("Thời hạn giải quyết")}</dt><dd>${named(procedure.time_limit)}</dd></div>` : nothing}
    <div><dt>${_("Mã thủ tục")}</dt><dd class="tnum">${procedure.code}</dd></div>
  </dl>`;
}
