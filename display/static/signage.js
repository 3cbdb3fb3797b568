/**
 * What stands on the wall between calls, drawn. Pure.
 * @typedef {import("./intermission.js").Shown} Shown
 * @typedef {import("./playlist.js").Names} Names
 * @typedef {{language: string, waiting: any[]}} Frame
 */
import { html, nothing } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import { _, _n } from "motcua/i18n";

const MOST_LINES = 6;

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
      return html`<p class="signage__notice">${said(item.text, frame.language)}</p>`;
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

/** @param {import("./playlist.js").Keyed} item @param {Frame} frame */
function papers(item, { language }) {
  const title = said(item.names, language) || said(item.service, language);
  return html`<h2 class="signage__title">${title}${(item.pages ?? 1) > 1 ? html` <span class="signage__page tnum">${item.page}/${item.pages}</span>` : nothing}</h2>
    <p class="signage__label">${_("Giấy tờ cần mang")}</p>
    <ul class="signage__papers">${(item.papers ?? []).map((paper) => html`<li>${said(paper, language)}</li>`)}</ul>
    ${item.fee || item.time_limit ? html`<p class="signage__facts">
      ${item.fee ? html`<span>${_("Lệ phí")}: <strong>${said(item.fee, language)}</strong></span>` : nothing}
      ${item.time_limit ? html`<span>${_("Thời hạn")}: <strong>${said(item.time_limit, language)}</strong></span>` : nothing}</p>` : nothing}`;
}

/** @param {Frame} frame */
function waits({ waiting, language }) {
  const lines = [...waiting].sort((a, b) => b.count - a.count).slice(0, MOST_LINES);
  return html`<h2 class="signage__title">${_("Thời gian chờ lúc này")}</h2>
    <ul class="signage__waits">${lines.map((line) => html`<li><span class="signage__name">${said(line.names, language) || line.name}</span>
      <span class="signage__wait">${line.count ? range(line.expected_wait_s) ?? _n("%(n)s người", line.count) : _("không chờ")}</span></li>`)}</ul>`;
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
