/**
 * How wide words are in Be Vietnam Pro, and how they break into lines. Pure: a layout is decided before it is drawn, and
 * tested without a browser; `tests/e2e/test_board_layouts.py` compares it with the browser's own reckoning.
 */

/** Widths in em of the regular weight; marks above and below a letter make it no wider. */
const WIDTHS = Object.entries({
  " ": 0.23, "Il·": 0.26, "ij!.:": 0.29, ",;": 0.31, "1frt": 0.41, "()J": 0.46, "zs/": 0.51, "kxun?vhye": 0.59, "7c-": 0.61,
  "LEF8Sao": 0.645, "gPT2bdpq35Z": 0.66, "YRBđ": 0.675, "0K69–": 0.685, "VH4": 0.71, "XUN…D": 0.735, "AC": 0.775,
  "GĐQO": 0.83, "M%": 0.86, "wm": 0.895, "W": 1.01,
});
const EM = new Map(WIDTHS.flatMap(([letters, width]) => [...letters].map((letter) => [letter, width])));
const OTHER_EM = 0.735;
/** What a bold letter is wider. */
export const BOLD = 1.04;

/** Width in em. @param {string} text */
export function widthOf(text) {
  let width = 0;
  for (const letter of text.normalize("NFD").replace(/\p{Mark}/gu, "")) width += EM.get(letter) ?? OTHER_EM;
  return width;
}

/**
 * The lines that words take in a width, broken between words; a word that is wider than all of it has a line of its own.
 * @param {string} text @param {number} width @param {number} size  of the letters, in the unit of `width`
 * @returns {string[]}
 */
export function wrap(text, width, size) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && widthOf(longer) * size <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.length ? lines : [""];
}

/** @param {string} text @param {number} width @param {number} size */
export function linesOf(text, width, size) {
  return wrap(text, width, size).length;
}

/**
 * A text in parts of so many lines: what is too long for its place is read part by part, at full size.
 * @param {string} text @param {number} width @param {number} size @param {number} most  lines of a part
 */
export function partsOf(text, width, size, most) {
  const lines = wrap(text, width, size);
  const parts = [];
  // Parts of about one length: nobody wants the last word alone.
  const each = Math.ceil(lines.length / Math.ceil(lines.length / most));
  for (let at = 0; at < lines.length; at += each) parts.push(lines.slice(at, at + each).join(" "));
  return parts;
}
