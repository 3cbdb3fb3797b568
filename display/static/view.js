/**
 * The board, drawn from its model. No measure and no decision here.
 *
 * @typedef {ReturnType<typeof import("./model.js").boardModel>} Model
 * @typedef {Model["focused"][number]} LargeCall
 * @typedef {{now: number, language: string, shape: import("./layout.js").Shape, onEnable: () => void,
 *   shown?: import("./intermission.js").Shown}} Frame
 */
import { html, nothing } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import { _, _n } from "motcua/i18n";

import { signage } from "./signage.js";
import { clockTime, dateLine } from "./time.js";

/** @param {Model} model @param {Frame} frame */
export function board(model, frame) {
  return html`<main class="board" data-testid="board" data-shape=${frame.shape} data-status=${model.status}
    data-wide=${model.wide ? "yes" : "no"} data-bar=${model.bar.kind}>
    ${header(model, frame)}
    <section class="board__calls">${model.between && frame.shown ? signage(frame.shown, { language: frame.language, waiting: model.lines }) : large(model)} ${strip(model)}</section>
    ${side(model)} ${bar(model, frame)}
  </main>`;
}

/** @param {Model} model @param {Frame} frame */
export function header(model, frame) {
  return html`<header class="head">
    <h1 class="head__office" data-testid="office">${model.office}</h1>
    <p class="head__time">
      <time class="head__clock tnum" data-testid="clock">${clockTime(frame.now, model.timezone)}</time>
      <span class="head__date">${dateLine(frame.now, model.timezone, frame.language)}</span>
      ${soundMark(model)}
    </p>
  </header>`;
}

/** @param {Model} model */
function soundMark(model) {
  if (model.sound === "failing") return html`<span class="head__sound" data-testid="sound-failing">${_("Loa đang lỗi")}</span>`;
  if (model.sound === "quiet") return html`<span class="head__sound head__sound--quiet" data-testid="quiet">${_("Giờ yên lặng")}</span>`;
  if (model.sound !== "muted" || !model.speaks) return nothing;
  return html`<span class="head__sound" data-testid="muted">${_("Tắt tiếng")}</span>`;
}

/** @param {Model} model */
function large(model) {
  if (!model.known) return html`<div class="call call--empty loading" data-testid="loading"><p class="call__hint">${_("Đang kết nối…")}</p></div>`;
  if (!model.focused.length) {
    return html`<div class="call call--empty" data-testid="empty">
      <p class="call__title">${_("Chưa gọi số nào")}</p>
      <p class="call__hint">${model.sound === "muted" || model.sound === "quiet" ? _("Số của ông/bà sẽ hiện ở đây.") : _("Số của ông/bà sẽ hiện ở đây và được đọc trên loa.")}</p>
    </div>`;
  }
  const both = model.focused.length > 1;
  return html`<div class="large" data-calls=${model.focused.length}>
    ${each(model.focused, (call) => largeCall(call, both))}
  </div>`;
}

/**
 * Each call drawn anew where another one takes its place. lit's `repeat` leaves a comment behind for every call that
 * goes: a board that stays open for weeks would fill with them.
 * @param {LargeCall[]} calls @param {(call: LargeCall) => unknown} draw
 */
function each(calls, draw) {
  return calls.map((call) => keyed(call.key, draw(call)));
}

/** @param {LargeCall} call @param {boolean} both */
function largeCall(call, both) {
  const label = call.recall ? _("Mời lại số") : _("Mời số");
  return html`<article class="call call--${call.form} ${both ? "call--half" : ""} pulse" data-testid="call"
    data-number=${call.number} data-recall=${call.recall ? "yes" : "no"} data-length=${call.number.length}>
    <p class="call__label">${label} ${call.recall && !both ? recallMark(call.call_count) : nothing}</p>
    <p class="call__number number" data-testid="number">${call.breaks ? brokenNumber(call.number) : call.number}</p>
    ${plate(call, both)}
    ${both ? nothing : html`<p class="call__service">${call.service_name}</p>`}
  </article>`;
}

/** Letters above, figures below. @param {string} number */
function brokenNumber(number) {
  const letters = number.replace(/\d+$/, "");
  return html`${letters}<br>${number.slice(letters.length)}`;
}

/** @param {LargeCall} call @param {boolean} both */
function plate(call, both) {
  if (call.form === "side") {
    const [place, mark] = call.counter_name.split(" ");
    return html`<div class="call__counter">${both && call.recall ? recallMark(call.call_count) : nothing}
      <p class="plate" data-testid="counter"><span class="plate__place">${place}</span>
      <span class="plate__mark number">${mark}</span></p></div>`;
  }
  const size = call.counter_name.length > 16 ? "long" : "short";
  return html`<p class="plate plate--line" data-size=${size} data-testid="counter">${call.counter_name}</p>`;
}

/** @param {number} count */
function recallMark(count) {
  return html`<span class="recall" data-testid="recall">${_("Gọi lần %(count)s", { count })}</span>`;
}

/** @param {Model} model */
function strip(model) {
  if (!model.strip.length) return nothing;
  const title = model.missed ? _("Đã gọi trong lúc mất kết nối") : _("Vừa gọi");
  return html`<div class="strip" data-testid=${model.missed ? "missed" : "recent"}>
    <h2 class="strip__title ${model.missed ? "strip__title--missed" : ""}">${title}</h2>
    <ol class="strip__calls">${each(model.strip, stripCall)}</ol>
  </div>`;
}

/** @param {LargeCall} call */
function stripCall(call) {
  return html`<li class="small-call" data-testid="recent-call" data-number=${call.number}>
    <p class="small-call__number number">${call.number}</p>
    <p class="small-call__counter">${call.counter_name}
      ${call.recall ? html`<span class="recall">${_("lần %(count)s", { count: call.call_count })}</span>` : nothing}</p>
  </li>`;
}

/** @param {Model} model */
function side(model) {
  if (!model.known) return nothing;
  return html`<aside class="side">
    ${list(model.counters, _("Quầy đang phục vụ"), "counters", (counter) => counterRow(counter, model))}
    ${list(model.waiting, _("Đang chờ"), "waiting", waitingRow)}
  </aside>`;
}

/** Keeps a short page as tall as the others: nothing jumps when pages turn. */
const filler = html`<li class="item item--empty" aria-hidden="true"></li>`;

/**
 * @template T
 * @param {{columns: (T | null)[][], page: number, pages: number}} paged
 * @param {string} title @param {string} id @param {(item: T) => unknown} row
 */
export function list(paged, title, id, row) {
  if (!paged.columns.length) return nothing;
  return html`<section class="list" data-testid=${id}>
    <h2 class="list__title">${title}
      ${paged.pages > 1 ? html`<span class="list__page tnum" data-testid="${id}-page">${paged.page}/${paged.pages}</span>` : nothing}</h2>
    <div class="list__columns" data-columns=${paged.columns.length}>
      ${paged.columns.map((column) => html`<ul class="list__column">${column.map((item) => (item === null ? filler : row(item)))}</ul>`)}
    </div>
  </section>`;
}

/** @param {any} counter @param {Model} model */
function counterRow(counter, model) {
  const now = model.newest?.counter === counter.number && model.newest?.number === counter.ticket;
  return html`<li class="item" data-testid="counter-row" data-counter=${counter.number} data-state=${counter.state}>
    <span class="item__name">${counter.name}</span>${counterValue(counter, now)}
  </li>`;
}

/** @param {any} counter @param {boolean} now */
export function counterValue(counter, now) {
  if (counter.ticket) return html`<span class="item__value number ${now ? "item__value--now" : ""}">${counter.ticket}</span>`;
  if (counter.state === "paused") return html`<span class="item__value item__value--off">${_("tạm dừng")}</span>`;
  if (counter.state === "closed") return html`<span class="item__value item__value--off">${_("đóng")}</span>`;
  return html`<span class="item__value item__value--off"><span aria-hidden="true">–</span><span class="visually-hidden">${_("đang trống")}</span></span>`;
}

/** @param {any} line */
function waitingRow(line) {
  return html`<li class="item" data-testid="waiting-row" data-service=${line.service}>
    <span class="item__name">${line.name}</span>
    <span class="item__value number"><span class="visually-hidden">${_n("%(n)s người", line.count)}</span><span aria-hidden="true">${line.count}</span></span>
  </li>`;
}

/** @param {Model} model @param {Frame} frame */
export function bar(model, frame) {
  if (model.bar.kind === "lost") return lostBar(model, frame);
  if (model.bar.kind === "sound") return soundBar(frame);
  if (model.bar.kind === "none") return nothing;
  if (model.bar.kind === "ticker") return html`<footer class="bar" data-testid="ticker"><p class="bar__text">${model.bar.text}</p></footer>`;
  return html`<footer class="bar" data-testid="notice"><span class="bar__label">${_("Thông báo")}</span>
    <p class="bar__text">${model.bar.text}</p></footer>`;
}

/** @param {Model} model @param {Frame} frame */
function lostBar(model, frame) {
  const since = clockTime(model.since ?? frame.now, model.timezone);
  return html`<p class="bar bar--lost" role="status" data-testid="lost">
    <strong>${_("Mất kết nối từ %(time)s.", { time: since })}</strong>
    <span>${_("Số trên bảng có thể đã cũ, xin hỏi cán bộ ở quầy.")}</span></p>`;
}

/** @param {Frame} frame */
function soundBar(frame) {
  return html`<button class="bar bar--sound" data-testid="enable-sound" type="button" @click=${frame.onEnable}>
    ${_("Âm thanh đang tắt — chạm để bật")}</button>`;
}
