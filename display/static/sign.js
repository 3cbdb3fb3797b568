/**
 * Two smaller layouts: the sign over one counter, and the overview of who waits for what.
 *
 * @typedef {import("./view.js").Model} Model
 * @typedef {import("./view.js").Frame} Frame
 * @typedef {{name: string, photo?: string | null}} Officer
 */
import { html, nothing } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import { _, _n } from "motcua/i18n";

import { pageAt } from "./layout.js";
import { nameOf } from "./model.js";
import { bar, header } from "./view.js";

const QUEUE_LINES = { wide: 6, tall: 9 };

/**
 * @param {Model} model @param {Frame} frame
 * @param {import("./options.js").Options} options @param {import("./reduce.js").State} state
 * @param {Officer | null} [officer]
 */
export function sign(model, frame, options, state, officer = null) {
  return options.layout === "sign" ? counterSign(model, frame, options, state, officer) : queueOverview(model, frame, state);
}

/**
 * @param {Model} model @param {Frame} frame
 * @param {import("./options.js").Options} options @param {import("./reduce.js").State} state
 * @param {Officer | null} officer
 */
function counterSign(model, frame, options, state, officer) {
  const counter = state.counters.find((other) => other.number === options.counter);
  const fields = state.waiting.filter((line) => counter?.services.includes(line.service));
  return html`<main class="board board--sign" data-testid="sign" data-shape=${frame.shape} data-status=${model.status}>
    ${header(model, frame)}
    ${counter ? counterFace(counter, frame) : model.known ? unknownCounter(options) : nothing}
    ${counter && counter.state !== "closed" && officer ? officerLine(officer) : nothing}
    <p class="sign__fields" data-testid="fields">${fields.map((line) => nameOf(line, frame.language)).join(" · ")}</p>
    ${bar(model, frame)}
  </main>`;
}

/** @param {import("./reduce.js").Counter} counter @param {Frame} frame */
function counterFace(counter, frame) {
  return html`<section class="sign" data-state=${counter.state}>
    <h2 class="sign__name" data-testid="sign-name">${nameOf(counter, frame.language)}</h2>
    ${keyed(counter.ticket, html`<p class="sign__value ${counter.ticket ? "number pulse" : ""}" data-testid="sign-value">${faceOf(counter)}</p>`)}
  </section>`;
}

/** @param {Officer} officer */
function officerLine(officer) {
  return html`<p class="sign__officer" data-testid="sign-officer">
    ${officer.photo ? html`<img class="sign__photo" src=${officer.photo} alt="">` : nothing}<span>${officer.name}</span></p>`;
}

/** @param {import("./reduce.js").Counter} counter */
function faceOf(counter) {
  if (counter.ticket) return counter.ticket;
  if (counter.state === "paused") return _("Tạm dừng");
  return counter.state === "closed" ? _("Đóng quầy") : _("Xin mời");
}

/** @param {import("./options.js").Options} options */
function unknownCounter(options) {
  return html`<p class="sign__unknown" data-testid="unknown-counter">${_("Đơn vị không có quầy %(number)s.", { number: options.counter ?? "" })}</p>`;
}

/** @param {Model} model @param {Frame} frame @param {import("./reduce.js").State} state */
function queueOverview(model, frame, state) {
  return html`<main class="board board--queue" data-testid="queue" data-shape=${frame.shape} data-status=${model.status}>
    ${header(model, frame)}
    <ul class="queue">${linesNow(state.waiting, frame).map((line) => queueLine(line, frame))}</ul>
    ${bar(model, frame)}
  </main>`;
}

/**
 * The lines of this moment: as many as fit at full size, then the next ones.
 * @param {import("./reduce.js").Line[]} waiting @param {Frame} frame
 */
export function linesNow(waiting, frame) {
  const room = QUEUE_LINES[frame.shape];
  const page = pageAt(Math.ceil(waiting.length / room), frame.now);
  return waiting.slice(page * room, (page + 1) * room);
}

/** @param {any} line @param {Frame} frame */
function queueLine(line, frame) {
  return html`<li class="queue__line" data-testid="queue-line">
    <span class="queue__name">${nameOf(line, frame.language)}</span>
    <span class="queue__wait">${waitText(line.expected_wait_s)}</span>
    <span class="queue__count number"><span class="visually-hidden">${_n("%(n)s người", line.count)}</span><span aria-hidden="true">${line.count}</span></span>
  </li>`;
}

/** @param {{low: number, high: number} | null | undefined} wait */
function waitText(wait) {
  if (!wait) return nothing;
  const [low, high] = [Math.floor(wait.low / 60), Math.ceil(wait.high / 60)];
  return _("Chờ %(low)s–%(high)s phút", { low, high });
}
