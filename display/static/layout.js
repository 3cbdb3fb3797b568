/**
 * Where things fit, in design pixels of a 1920 × 1080 screen (1080 × 1920 upright); the style sheet scales them to the
 * real one. A 43-inch screen has 0.5 mm a pixel, and a hall reads it from 6 m: the called number is at least 100 mm
 * high, the letters of everything else that a citizen needs 30 mm. What does not fit goes to a further page, never smaller.
 *
 * @typedef {{lines: number}} Sized
 * @typedef {"wide" | "tall"} Shape
 * @typedef {{width: number, lines: number}} Box   the place of what is shown between calls
 * @typedef {{height: number, label: boolean, service: boolean}} CallBox   what of a call has its place
 */
import { BOLD, linesOf, partsOf, widthOf } from "./letters.js";

export const MM_PER_PX = 0.5;
export const CAP_HEIGHT = 0.727; // of Inter, in em; Be Vietnam Pro has 0.74
export const NUMBER_PX = 276;
export const NAME_PX = 82;
export const FIGURES_PX = 84;
export const LINE_PX = 100;
export const ROW_GAP_PX = 4;
export const PAGE_MS = 8000;
/** Calls that were missed are many and few at once: their pages turn faster, to be seen twice while they are listed. */
export const MISSED_PAGE_MS = 4000;
/** A call's place looks after its own: a strip of the calls before it has no more lines than this. */
const STRIP_LINES = 4;
const NUMBER_LINE = 265;
const PAIR_PX = 280;
const RECALL_MARK_PX = 108;
const GAP_PX = 20;
const PADDING_PX = 24;

/**
 * Of each screen: what is left under the head, the side panel, and the inner widths of the places for text.
 * `below`: the panel stands under the calls and gets what they leave.
 */
export const SHAPES = {
  wide: { room: 972, below: false, panel: 716, panelHeight: 940, calls: 1100, full: 1848, beside: true, barLines: 1, barWidth: 1824 },
  tall: { room: 1708, below: true, panel: 1000, panelHeight: 0, calls: 1020, full: 1020, beside: false, barLines: 2, barWidth: 984 },
};
/** Between calls: beside the panel, and on a screen that has nothing else. With a bar and one line of the strip below. */
export const BOX = { wide: { width: 1012, lines: 6 }, tall: { width: 932, lines: 6 } };
export const FULL_BOX = { wide: { width: 1760, lines: 6 }, tall: { width: 932, lines: 11 } };
const CALL_PADDING = 24;
const STRIP_TITLE_PX = 332;
const SMALL_GAPS_PX = 60;
const SIDE_PADDING_PX = 32;

/** @param {number} width @param {number} height @returns {Shape} */
export function shapeOf(width, height) {
  return height > width ? "tall" : "wide";
}

/** Height of the bar below with so many lines, 0 for none. @param {number} lines */
export function barHeight(lines) {
  return lines && lines * LINE_PX + 2 * 12;
}

/** What the bar says, part by part. @param {string} text @param {Shape} shape */
export function barParts(text, shape) {
  return partsOf(text, SHAPES[shape].barWidth, NAME_PX * BOLD, SHAPES[shape].barLines);
}

/**
 * How a call is laid out: number and counter side by side where both are short, else one above the other.
 * @param {string} number
 * @param {string} counterName
 * @param {Shape} shape
 */
export function callShape(number, counterName, shape) {
  const short = number.length <= 4 && /^\S{1,5} \d{1,2}$/.test(counterName);
  return short && SHAPES[shape].beside ? "side" : "stacked";
}

/** Widths of Inter's bold letters and figures in em, less what the style sheet takes out between them. */
const FIGURE_EM = 0.652;
const WIDE_LETTERS = new Map(Object.entries({ A: 0.75, C: 0.74, D: 0.73, Đ: 0.76, G: 0.75, H: 0.75, K: 0.72, M: 0.94, N: 0.77, O: 0.78, Q: 0.78, U: 0.74, V: 0.75, W: 1.04, X: 0.73, Y: 0.73 }));
const OTHER_LETTER_EM = 0.67;

/**
 * Whether a number takes two lines, its letters above its figures, since its place has no width for all of it.
 * @param {string} number @param {number} width  of the place
 */
export function breaks(number, width) {
  const between = number.length > 5 ? 0.045 : 0.03;
  let em = 0;
  for (const letter of number) em += (/\d/.test(letter) ? FIGURE_EM : WIDE_LETTERS.get(letter) ?? OTHER_LETTER_EM) - between;
  return em * NUMBER_PX > width - 2 * CALL_PADDING;
}

/**
 * What a call alone in its place takes. Words give way to the number and its counter: first the field, then the label;
 * that it is a recall is never left out.
 * @param {{number: string, counter_name: string, service_name: string, form: string, breaks: boolean, recall: boolean}} call
 * @param {number} width  of its place @param {number} room  height of it
 * @returns {CallBox}
 */
export function callBox(call, width, room) {
  const inner = width - 2 * CALL_PADDING;
  const plate = call.form === "side" ? 0 : 28 + 12 + LINE_PX * linesOf(call.counter_name, inner - 48, NAME_PX * BOLD);
  const number = NUMBER_LINE * (call.breaks ? 2 : 1) + plate + 2 * 12;
  const label = LINE_PX + 12;
  const service = 12 + LINE_PX * linesOf(call.service_name, inner, NAME_PX * BOLD);
  if (number + label + service <= room) return { height: number + label + service, label: true, service: true };
  const named = call.recall || number + label <= room;
  return { height: number + (named ? label : 0), label: named, service: false };
}

/** Height of two calls. @param {{recall: boolean}[]} calls */
export function pairHeight(calls) {
  return calls.reduce((sum, call) => sum + PAIR_PX + (call.recall ? RECALL_MARK_PX : 0), GAP_PX);
}

/**
 * The screen of one moment from top to bottom: what the calls take, how many lines the strip has below them, and what
 * is left for the panel.
 * @param {Shape} shape @param {{bar: number, calls: number, listed: number, wanted: number}} of  heights; lines of the
 *   tallest row of the panel, 0 where there is none; lines that the strip wants at most
 */
export function division(shape, { bar, calls, listed, wanted }) {
  const { room, below, panelHeight } = SHAPES[shape];
  const free = room - bar - 2 * PADDING_PX - calls;
  const kept = below && listed ? SIDE_PADDING_PX + rowsHeight(1 + listed) : 0;
  const fits = Math.floor((free - GAP_PX - kept) / rowsHeight(1));
  const strip = Math.max(0, Math.min(fits, wanted, STRIP_LINES));
  const left = free - (strip ? GAP_PX + rowsHeight(strip) : 0) - SIDE_PADDING_PX;
  return { strip, panel: below ? left : panelHeight - bar };
}

/** Rows of one line each. @param {number} rows */
function rowsHeight(rows) {
  return rows * (LINE_PX + ROW_GAP_PX);
}

/** @param {Sized[]} items */
function heightOf(items) {
  return items.reduce((sum, item) => sum + item.lines * LINE_PX + ROW_GAP_PX, 0);
}

/**
 * Items in a column of a height, in as many pages as that takes; every page has an item, even one too tall.
 * @template {Sized} T
 * @param {T[]} items @param {number} height
 * @returns {T[][]}
 */
export function paginate(items, height) {
  /** @type {T[][]} */
  const pages = [];
  for (const item of items) {
    const last = pages.at(-1);
    if (last && heightOf([...last, item]) <= height) last.push(item);
    else pages.push([item]);
  }
  return pages;
}

/**
 * Rows of the strip with the lines that they take.
 * @template {{number: string, counter_name: string, recall: boolean}} T
 * @param {T[]} calls @param {number} width @param {boolean} beside  whether the strip's title stands beside them
 * @param {string} mark  what a recall is marked with
 */
export function stripRows(calls, width, beside, mark) {
  const inner = width - (beside ? STRIP_TITLE_PX : 0) - SMALL_GAPS_PX;
  return calls.map((call) => {
    const words = call.recall ? `${call.counter_name} ${mark}` : call.counter_name;
    const name = inner - figuresWidth(call.number) - (call.recall ? SMALL_GAPS_PX : 0);
    return { ...call, lines: linesOf(words, name, NAME_PX) };
  });
}

/** Width of a number in figures of 30 mm. @param {string} number */
export function figuresWidth(number) {
  return number.length * 0.68 * FIGURES_PX;
}

/**
 * The side panel: counters above lines where both fit; else one list after the other, each page by page, since large
 * letters that take turns are read by more people than small ones that stand still.
 * @template {{name: string, value: string}} C
 * @template {{name: string, value: string}} L
 * @param {C[]} counters @param {L[]} waiting
 * @param {Shape} shape @param {number} height
 * @returns {{counters: (C & Sized)[] | null, waiting: (L & Sized)[] | null, page: number, pages: number}[]}
 */
export function panel(counters, waiting, shape, height) {
  const width = SHAPES[shape].panel;
  const room = height - rowsHeight(1);
  // Upright, a call of many lines may leave no room for a long name; that counter is read off the strip then.
  const fits = (/** @type {Sized} */ row) => heightOf([row]) <= room;
  const [desks, lines] = [sized(counters, width).filter(fits), sized(waiting, width).filter(fits)];
  if (!desks.length || !lines.length || heightOf(desks) + heightOf(lines) + GAP_PX + rowsHeight(1) > room) {
    return [...turns(paginate(desks, room), "counters"), ...turns(paginate(lines, room), "waiting")];
  }
  return [{ counters: desks, waiting: lines, page: 1, pages: 1 }];
}

/** Lines of the tallest row. @param {{name: string, value: string}[]} rows @param {Shape} shape */
export function tallestRow(rows, shape) {
  return Math.max(0, ...sized(rows, SHAPES[shape].panel).map((row) => row.lines));
}

/** @param {any[][]} pages @param {"counters" | "waiting"} list */
function turns(pages, list) {
  return pages.map((rows, at) => ({ counters: null, waiting: null, [list]: rows, page: at + 1, pages: pages.length }));
}

/** @template {{name: string, value: string}} T @param {T[]} items @param {number} width */
function sized(items, width) {
  return items.map((item) => ({ ...item, lines: linesOf(item.name, width - valueWidth(item.value) - 16, NAME_PX) }));
}

/** A number, or words such as "paused". @param {string} value */
function valueWidth(value) {
  return /^[A-ZĐ]*\d+$/.test(value) ? figuresWidth(value) : widthOf(value) * NAME_PX;
}

/** The page that is shown now. @param {number} pages @param {number} now @param {number} [each]  time of a page */
export function pageAt(pages, now, each = PAGE_MS) {
  return pages > 1 ? Math.floor(now / each) % pages : 0;
}
