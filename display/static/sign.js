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

import { LINE_PX, NAME_PX, pageAt, SHAPES } from "./layout.js";
import { BOLD, linesOf, widthOf } from "./letters.js";
import { nameOf } from "./model.js";
import { bar, header } from "./view.js";

/** The overview: what its rows have of the height, the least of a row, and what stands beside a name. */
const QUEUE = {
  wide: { room: 972 - LINE_PX - 32, least: 124, figures: 224, beside: true },
  tall: { room: 1708 - LINE_PX - 32, least: 124, figures: 224, beside: false },
};
const QUEUE_GAP_PX = 24;
const ROW_LINE_PX = 10;
/** A counter's name over it: as large as one line of this width allows, else in the smaller size. */
const SIGN_NAME_PX = 150;
const FIELD_LINES = { wide: 2, tall: 4 };
const BETWEEN_FIELDS = " · ";

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
  return html`<main class="board board--sign" data-testid="sign" data-shape=${frame.shape} data-status=${model.status}
    data-bar=${model.bar.kind} data-officer=${officer ? "yes" : "no"}>
    ${header(model, frame)}
    ${counter ? counterFace(counter, frame) : model.known ? unknownCounter(options) : connecting()}
    ${counter && counter.state !== "closed" && officer ? officerLine(officer) : nothing}
    <p class="sign__fields" data-testid="fields">${fieldsNow(fields.map((line) => nameOf(line, frame.language)), frame)}</p>
    ${bar(model, frame)}
  </main>`;
}

/**
 * The fields of a counter that stand under it now: as many as fit at full size, then the next ones.
 * @param {string[]} names @param {Frame} frame
 */
export function fieldsNow(names, { shape, now }) {
  const fits = (/** @type {string} */ text) => linesOf(text, SHAPES[shape].full - 36, NAME_PX) <= FIELD_LINES[shape];
  /** @type {string[]} */
  const parts = [];
  for (const name of names) {
    const last = parts.at(-1);
    if (last !== undefined && fits(last + BETWEEN_FIELDS + name)) parts[parts.length - 1] = last + BETWEEN_FIELDS + name;
    else parts.push(name);
  }
  return parts[pageAt(parts.length, now)] ?? "";
}

/** @param {import("./reduce.js").Counter} counter @param {Frame} frame */
function counterFace(counter, frame) {
  const name = nameOf(counter, frame.language);
  const size = widthOf(name) * SIGN_NAME_PX * BOLD > SHAPES[frame.shape].full - 36 ? "long" : "short";
  return html`<section class="sign" data-state=${counter.state}>
    <h2 class="sign__name" data-size=${size} data-testid="sign-name">${name}</h2>
    ${keyed(counter.ticket, html`<p class="sign__value ${counter.ticket ? "number pulse" : ""}" data-testid="sign-value">${faceOf(counter)}</p>`)}
  </section>`;
}

function connecting() {
  return html`<p class="sign__unknown loading" data-testid="loading">${_("Đang kết nối…")}</p>`;
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
  return html`<main class="board board--queue" data-testid="queue" data-shape=${frame.shape} data-status=${model.status} data-bar=${model.bar.kind}>
    ${header(model, frame)}
    <h2 class="queue__title">${_("Đang chờ")}</h2>
    <ul class="queue">${linesNow(state.waiting, frame, model.bar.height).map((line) => queueLine(line, frame))}</ul>
    ${bar(model, frame)}
  </main>`;
}

/**
 * The lines of this moment: as many as fit at full size, then the next ones.
 * @param {import("./reduce.js").Line[]} waiting @param {Frame} frame @param {number} [bar]  height that a bar takes
 */
export function linesNow(waiting, frame, bar = 0) {
  const room = QUEUE[frame.shape].room - bar;
  /** @type {{lines: import("./reduce.js").Line[], height: number}[]} */
  const pages = [];
  for (const line of waiting) {
    const height = rowHeight(line, frame);
    const last = pages.at(-1);
    if (last && last.height + height <= room) Object.assign(last, { lines: [...last.lines, line], height: last.height + height });
    else pages.push({ lines: [line], height });
  }
  return pages[pageAt(pages.length, frame.now)]?.lines ?? [];
}

/** Height of a line of the overview: its name, its wait beside or below it. @param {any} line @param {Frame} frame */
function rowHeight(line, { shape, language }) {
  const { figures, least, beside } = QUEUE[shape];
  const wait = waitText(line.expected_wait_s);
  const taken = beside && wait ? widthOf(wait) * NAME_PX + QUEUE_GAP_PX : 0;
  const lines = linesOf(nameOf(line, language), SHAPES[shape].full - figures - taken, NAME_PX * BOLD);
  return Math.max(least, LINE_PX * (lines + Number(!beside && wait !== ""))) + ROW_LINE_PX;
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
  if (!wait) return "";
  const [low, high] = [Math.floor(wait.low / 60), Math.ceil(wait.high / 60)];
  return _("Chờ %(low)s–%(high)s phút", { low, high });
}
