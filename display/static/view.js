/**
 * The board, drawn from its model. No measure and no decision here.
 *
 * @typedef {ReturnType<typeof import("./model.js").boardModel>} Model
 * @typedef {Model["focused"][number]} LargeCall
 * @typedef {{now: number, language: string, shape: import("./layout.js").Shape, onEnable: () => void,
 *   box: import("./layout.js").Box, shown?: import("./intermission.js").Shown}} Frame
 */
import { html, nothing } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import { _, _n } from "motcua/i18n";

import { lastMark } from "./model.js";
import { signage } from "./signage.js";
import { clockTime, dateLine } from "./time.js";

/** @param {Model} model @param {Frame} frame */
export function board(model, frame) {
  return html`<main class="board ${model.full ? "board--signage" : ""}" data-testid="board" data-shape=${frame.shape} data-status=${model.status}
    data-bar=${model.bar.kind}>
    ${header(model, frame)}
    <section class="board__calls">${model.between && frame.shown ? signage(frame.shown, { ...frame, waiting: model.lines }) : large(model)} ${strip(model)}</section>
    ${side(model)} ${bar(model, frame)}
  </main>`;
}

/**
 * Marked `data-near` is what nobody needs to read from the last row: whose hall this is, the date, and what staff must
 * know of the sound.
 * @param {Model} model @param {Frame} frame
 */
export function header(model, frame) {
  return html`<header class="head">
    <h1 class="head__office" data-near data-testid="office">${model.office}</h1>
    <p class="head__time">
      <time class="head__clock tnum" data-testid="clock">${clockTime(frame.now, model.timezone)}</time>
      <span class="head__date" data-near>${dateLine(frame.now, model.timezone, frame.language)}</span>
      ${soundMark(model)}
    </p>
  </header>`;
}

/** @param {Model} model */
function soundMark(model) {
  if (model.sound === "failing") return html`<span class="head__sound" data-near data-testid="sound-failing">${_("Loa đang lỗi")}</span>`;
  if (model.sound === "quiet") return html`<span class="head__sound head__sound--quiet" data-near data-testid="quiet">${_("Giờ yên lặng")}</span>`;
  if (model.sound !== "muted" || !model.speaks) return nothing;
  return html`<span class="head__sound" data-near data-testid="muted">${_("Tắt tiếng")}</span>`;
}

/** @param {Model} model */
function large(model) {
  if (!model.known) return html`<div class="call call--empty loading" data-testid="loading"><p class="call__hint">${_("Đang kết nối…")}</p></div>`;
  if (model.rest) {
    return html`<div class="call call--empty" data-testid="rest">
      <p class="call__title">${_("Ngoài giờ tiếp nhận")}</p>
      ${model.rest.again ? html`<p class="call__hint">${model.rest.again}</p>` : nothing}
    </div>`;
  }
  if (!model.focused.length) {
    return html`<div class="call call--empty" data-testid="empty">
      <p class="call__title">${_("Chưa gọi số nào")}</p>
      <p class="call__hint">${model.sound === "muted" || model.sound === "quiet" ? _("Số của ông/bà sẽ hiện ở đây.") : _("Số của ông/bà sẽ hiện ở đây và được đọc trên loa.")}</p>
    </div>`;
  }
  return html`<div class="large" data-calls=${model.focused.length}>
    ${each(model.focused, (call) => largeCall(call, model.box))}
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

/** @param {LargeCall} call @param {import("./layout.js").CallBox | null} box  null where two share the field */
function largeCall(call, box) {
  const label = call.recall ? _("Mời lại số") : _("Mời số");
  return html`<article class="call call--${call.form} ${box ? "" : "call--half"} pulse" data-testid="call"
    data-number=${call.number} data-recall=${call.recall ? "yes" : "no"}>
    <p class="call__label ${box?.label ? "" : "visually-hidden"}">${label} ${call.recall && box ? recallMark(call.call_count) : nothing}</p>
    <p class="call__number number" data-length=${call.number.length} data-testid="number">${call.breaks ? brokenNumber(call.number) : call.number}</p>
    ${plate(call, !box)}
    ${box?.service ? html`<p class="call__service">${call.service_name}</p>` : nothing}
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
    return html`<div class="call__counter">${both && call.recall ? html`<span class="recall" data-testid="recall">${lastMark(call.call_count)}</span>` : nothing}
      <p class="plate" data-testid="counter"><span class="plate__place">${place}</span>
      <span class="plate__mark number">${mark}</span></p></div>`;
  }
  return html`<p class="plate plate--line" data-testid="counter">${call.counter_name}</p>`;
}

/** @param {number} count */
function recallMark(count) {
  return html`<span class="recall" data-testid="recall">${_("Gọi lần %(count)s", { count })}</span>`;
}

/** @param {Model} model */
function strip(model) {
  const { calls, above } = model.strip;
  if (!calls.length) return nothing;
  const title = above ? _("Đã gọi khi mất kết nối") : _("Vừa gọi");
  return html`<div class="strip ${above ? "strip--above" : ""}" data-testid=${model.missed ? "missed" : "recent"}>
    <h2 class="strip__title ${model.missed ? "strip__title--missed" : ""}">${title}</h2>
    <ol class="strip__calls">${each(calls, stripCall)}</ol>
  </div>`;
}

/** @param {LargeCall} call */
function stripCall(call) {
  return html`<li class="small-call" data-testid="recent-call" data-number=${call.number}>
    <span class="small-call__number number">${call.number}</span>
    <span class="small-call__counter">${call.counter_name}
      ${call.recall ? html`<span class="recall">${lastMark(call.call_count)}</span>` : nothing}</span>
  </li>`;
}

/** @param {Model} model */
function side(model) {
  if (!model.known || !model.side) return nothing;
  const { counters, waiting, missing } = model.side;
  return html`<aside class="side">
    ${counters ? list(model, _("Đang phục vụ"), "counters", counters.map((counter) => counterRow(counter, model))) : nothing}
    ${waiting ? list(model, _("Đang chờ"), "waiting", waiting.map(waitingRow)) : nothing}
    ${Array.from({ length: missing }, () => filler)}
  </aside>`;
}

/** Keeps a short page as tall as the others. */
const filler = html`<div class="item--empty" aria-hidden="true"></div>`;

/** @param {Model} model @param {string} title @param {string} id @param {unknown[]} rows */
function list(model, title, id, rows) {
  const { page, pages } = /** @type {NonNullable<Model["side"]>} */ (model.side);
  return html`<section class="list" data-testid=${id}>
    <h2 class="list__title">${title}</h2>
    ${pages > 1 ? html`<p class="list__pages" role="img" aria-label=${_("Trang %(page)s trên %(pages)s", { page, pages })} data-testid="${id}-page">
      ${Array.from({ length: pages }, (_unused, at) => html`<span class=${at + 1 === page ? "on" : ""}></span>`)}</p>` : nothing}
    <ul class="list__rows">${rows}</ul>
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
function counterValue(counter, now) {
  if (counter.ticket) return html`<span class="item__value number ${now ? "item__value--now" : ""}">${counter.value}</span>`;
  if (counter.state !== "open") return html`<span class="item__value item__value--off">${counter.value}</span>`;
  return html`<span class="item__value item__value--off"><span aria-hidden="true">${counter.value}</span><span class="visually-hidden">${_("đang trống")}</span></span>`;
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
  return html`<footer class="bar bar--notice" data-testid="notice" aria-label=${_("Thông báo")}><p class="bar__text">${model.bar.text}</p></footer>`;
}

/** @param {Model} model @param {Frame} frame */
function lostBar(model, frame) {
  const since = clockTime(model.since ?? frame.now, model.timezone);
  return html`<p class="bar bar--lost" role="status" data-testid="lost">${_("Mất kết nối từ %(time)s – xin hỏi cán bộ", { time: since })}</p>`;
}

/** @param {Frame} frame */
function soundBar(frame) {
  return html`<button class="bar bar--sound" data-testid="enable-sound" type="button" @click=${frame.onEnable}>
    ${_("Âm thanh đang tắt — chạm để bật")}</button>`;
}
