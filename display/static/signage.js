/**
 * What stands on the wall between calls, drawn. Pure.
 * @typedef {import("./intermission.js").Shown} Shown
 * @typedef {import("./playlist.js").Names} Names
 * @typedef {{language: string, waiting: any[], now: number, box: import("./layout.js").Box}} Frame
 */
import { html, nothing } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import { _, _n } from "motcua/i18n";

import { NAME_PX, pageAt, paginate } from "./layout.js";
import { BOLD, linesOf, widthOf } from "./letters.js";

/** A short notice is larger: its letters, and the most lines that it may take so. */
const LARGE_PX = 132;
const WAIT_GAP_PX = 36;

/** @param {Names | null | undefined} names @param {string} language */
const said = (names, language) => names?.[language] || names?.vi || "";

/** @param {Shown} shown @param {Frame} frame */
export function signage(shown, frame) {
  const item = shown.item;
  if (!item) return nothing;
  return keyed(item.key, html`<div class="signage signage--${item.kind}" data-testid="signage" data-kind=${item.kind} data-key=${item.key}>
    ${body(shown, item, frame)}</div>`);
}

/** @param {Shown} shown @param {import("./playlist.js").Keyed} item @param {Frame} frame */
function body(shown, item, frame) {
  switch (item.kind) {
    case "picture":
      return html`<img class="signage__media" alt="" src=${shown.url} @error=${shown.broken}>`;
    case "video":
      // Without sound: the loudspeaker belongs to the calls.
      return html`<video class="signage__media" .src=${shown.url} .muted=${true} autoplay playsinline data-testid="film"
        @loadedmetadata=${(/** @type {Event} */ event) => skip(event, shown.spent)} @ended=${shown.ended} @error=${shown.broken}></video>`;
    case "notice":
      return notice(said(item.text, frame.language), frame);
    case "papers":
      return papers(item, frame);
    case "waits":
      return waits(frame);
    default:
      return figures(shown.figures, frame.language);
  }
}

/** After an interruption a film goes on where it was. @param {Event} event @param {number} spent */
function skip(event, spent) {
  const film = /** @type {HTMLVideoElement} */ (event.target);
  if (Number.isFinite(spent) && spent > 0 && spent < 1000 * film.duration) film.currentTime = spent / 1000;
}

/** @param {string} text @param {Frame} frame */
function notice(text, { box }) {
  const size = linesOf(text, box.width, LARGE_PX * BOLD) <= Math.floor((box.lines * 2) / 3) ? "large" : "plain";
  return html`<p class="signage__notice" data-size=${size}>${text}</p>`;
}

/** @param {import("./playlist.js").Keyed} item @param {Frame} frame */
function papers(item, { language }) {
  const title = said(item.names, language) || said(item.service, language);
  return html`<h2 class="signage__title">${title}${(item.pages ?? 1) > 1 ? html` <span class="signage__page tnum">${item.page}/${item.pages}</span>` : nothing}</h2>
    ${item.papers?.length ? html`<p class="signage__label">${_("Giấy tờ cần mang")}</p>
      <ul class="signage__papers">${item.papers.map((paper) => html`<li>${said(paper, language)}</li>`)}</ul>` : nothing}
    ${item.fee ? html`<p class="signage__fact">${_("Lệ phí")}: <strong>${said(item.fee, language)}</strong></p>` : nothing}
    ${item.time_limit ? html`<p class="signage__fact">${_("Thời hạn")}: <strong>${said(item.time_limit, language)}</strong></p>` : nothing}`;
}

/** Who waits longest in line first, page by page. @param {Frame} frame */
function waits({ waiting, language, box, now }) {
  const rows = [...waiting].sort((a, b) => b.count - a.count).map((line) => waitRow(line, language, box.width));
  const pages = paginate(rows, (box.lines - 1) * 104);
  return html`<h2 class="signage__title">${_("Thời gian chờ lúc này")}</h2>
    <ul class="signage__waits">${(pages[pageAt(pages.length, now)] ?? []).map((row) => html`<li class=${row.form}><span class="signage__name">${row.name}</span>
      <span class="signage__wait">${row.wait}</span></li>`)}</ul>`;
}

/** Name and wait on one line where that takes fewer. @param {any} line @param {string} language @param {number} width */
function waitRow(line, language, width) {
  const name = said(line.names, language) || line.name;
  const wait = line.count ? range(line.expected_wait_s) ?? _n("%(n)s người", line.count) : _("không chờ");
  const beside = linesOf(name, width - widthOf(wait) * NAME_PX - WAIT_GAP_PX, NAME_PX);
  const above = linesOf(name, width, NAME_PX) + 1;
  return above < beside ? { name, wait, lines: above, form: "signage__below" } : { name, wait, lines: beside, form: "" };
}

/** @param {{low: number, high: number} | null | undefined} wait */
function range(wait) {
  if (!wait) return null;
  return _("Chờ %(low)s–%(high)s phút", { low: Math.floor(wait.low / 60), high: Math.ceil(wait.high / 60) });
}

/** @param {any} told @param {string} language */
function figures(told, language) {
  /** @type {[string, number | null][]} */
  const shares = [[_("Hài lòng"), told?.satisfied_pct], [_("Chờ không quá mục tiêu"), told?.wait_in_time_pct], [_("Giải quyết đúng giờ"), told?.service_in_time_pct]];
  return html`<h2 class="signage__title">${_("Tháng này")}</h2>
    <dl class="signage__figures">${shares.filter(([, share]) => share !== null && share !== undefined).map(([name, share]) => html`<div>
      <dt>${name}</dt><dd class="number">${percent(/** @type {number} */ (share), language)}</dd></div>`)}</dl>`;
}

/** As each language writes it: 98,5% in Vietnamese. @param {number} share @param {string} language */
function percent(share, language) {
  return `${new Intl.NumberFormat(language === "en" ? "en-GB" : "vi-VN", { maximumFractionDigits: 1 }).format(share)}%`;
}
