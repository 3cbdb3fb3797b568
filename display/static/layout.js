/**
 * Where things fit, in design pixels of a 1920 × 1080 screen (1080 × 1920 upright); the style sheet scales them to the
 * real one. A 43-inch screen has 0.5 mm a pixel, and a hall reads it from 6 m: the called number is at least 100 mm
 * high, everything else that is read stands in lines of 30 mm. What does not fit goes to a further page, never smaller.
 *
 * @typedef {{lines: number}} Sized
 * @typedef {"wide" | "tall"} Shape
 */
export const MM_PER_PX = 0.5;
export const CAP_HEIGHT = 0.727; // of Inter, in em
export const NUMBER_PX = 276; // size of the called number where it is long; 300 elsewhere
export const LINE_PX = 60;
export const ROW_GAP_PX = 4;
export const HEADING_PX = 46;
export const PAGE_MS = 8000;
/** Share of the side panel that lines get at most, where counters need pages. */
const LINES_SHARE = 0.42;
const LETTER_EM = 0.54; // mean width of a letter of Be Vietnam Pro; a test compares it with the browser's
const NAME_PX = 42;

/** The side panel by screen: its inner width with one column and with two, its height; and the smaller calls. */
export const SHAPES = {
  wide: { panel: 592, wider: 732, height: 904, recent: 3, beside: true, notice: 1560 },
  tall: { panel: 984, wider: 984, height: 800, recent: 3, beside: false, notice: 760 },
};
/** Columns of counters and of lines, the plainest first. */
const ARRANGEMENTS = [[1, 1], [2, 1], [1, 2], [2, 2]];
const COUNTER_VALUE_PX = 165;
const LINE_VALUE_PX = 90;
const COLUMN_GAP_PX = 24;

/** @param {number} width @param {number} height @returns {Shape} */
export function shapeOf(width, height) {
  return height > width ? "tall" : "wide";
}

/**
 * How a call is laid out: number and counter side by side where both are short, else one above the other.
 * @param {string} number
 * @param {string} counterName
 * @param {Shape} shape
 */
export function callShape(number, counterName, shape) {
  const short = number.length <= 4 && /^\S{1,7} \d{1,2}$/.test(counterName);
  return short && SHAPES[shape].beside ? "side" : "stacked";
}

/**
 * Whether a number takes two lines, its letters above its figures: the upright screen has no width for six at full size.
 * @param {string} number @param {Shape} shape
 */
export function breaks(number, shape) {
  return shape === "tall" && number.length > 5;
}

/**
 * Lines that a name takes, by words, in a width.
 * @param {string} text @param {number} width
 */
export function linesOf(text, width) {
  const most = Math.max(1, Math.floor(width / (NAME_PX * LETTER_EM)));
  let lines = 1;
  let used = 0;
  for (const word of text.split(" ")) {
    if (used && used + 1 + word.length > most) {
      lines += 1;
      used = word.length;
    } else {
      used += (used ? 1 : 0) + word.length;
    }
  }
  return lines;
}

/** @param {Sized[]} items */
function heightOf(items) {
  return items.reduce((sum, item) => sum + item.lines * LINE_PX + ROW_GAP_PX, 0);
}

/**
 * Items in columns of a height, in as many pages as that takes; every page has an item, even one too tall.
 * @template {Sized} T
 * @param {T[]} items @param {number} columns @param {number} height
 * @returns {T[][][]}  pages of columns of items
 */
export function paginate(items, columns, height) {
  /** @type {T[][]} */
  const filled = [];
  for (const item of items) {
    const last = filled.at(-1);
    if (last && heightOf([...last, item]) <= height) last.push(item);
    else filled.push([item]);
  }
  const pages = [];
  for (let at = 0; at < filled.length; at += columns) pages.push(filled.slice(at, at + columns));
  return pages.length === 1 ? [balanced(items, columns)] : pages;
}

/**
 * Items in so many columns of about one height, in order.
 * @template {Sized} T
 * @param {T[]} items @param {number} columns
 * @returns {T[][]}
 */
function balanced(items, columns) {
  for (let limit = Math.floor(heightOf(items) / columns); ; limit += ROW_GAP_PX) {
    /** @type {T[][]} */
    const filled = [[]];
    for (const item of items) {
      const last = /** @type {T[]} */ (filled.at(-1));
      if (!last.length || heightOf([...last, item]) <= limit) last.push(item);
      else filled.push([item]);
    }
    if (filled.length <= columns) return filled;
  }
}

/**
 * The side panel: counters above, lines below, in the plainest arrangement that holds all of them; where none does,
 * lines get at most their share of the height and the rest goes to further pages.
 * @template {{name: string}} C
 * @template {{name: string}} L
 * @param {C[]} counters @param {L[]} waiting
 * @param {Shape} shape
 * @param {number} taken  height that a bar below takes away
 */
export function panel(counters, waiting, shape, taken = 0) {
  const room = SHAPES[shape].height - taken - HEADING_PX * (Number(counters.length > 0) + Number(waiting.length > 0));
  const tries = ARRANGEMENTS.map(([across, along]) => arranged(counters, waiting, shape, across, along));
  const found = tries.find((each) => columnsHeight(each.desks, each.across) + columnsHeight(each.lines, each.along) <= room);
  const { desks, lines, across, along } = found ?? tries[tries.length - 1];
  const share = counters.length ? Math.floor(room * LINES_SHARE) : room;
  const linesRoom = found ? columnsHeight(lines, along) : Math.max(share, room - columnsHeight(desks, across));
  return {
    whole: found !== undefined,
    wide: across > 1 || along > 1,
    counters: paginate(desks, across, room - Math.min(linesRoom, columnsHeight(lines, along))),
    waiting: paginate(lines, along, linesRoom),
  };
}

/**
 * @template {{name: string}} C
 * @template {{name: string}} L
 * @param {C[]} counters @param {L[]} waiting @param {Shape} shape @param {number} across @param {number} along
 */
function arranged(counters, waiting, shape, across, along) {
  const width = across > 1 || along > 1 ? SHAPES[shape].wider : SHAPES[shape].panel;
  const column = (/** @type {number} */ columns) => (width - (columns - 1) * COLUMN_GAP_PX) / columns;
  return {
    desks: sized(counters, column(across) - COUNTER_VALUE_PX), lines: sized(waiting, column(along) - LINE_VALUE_PX),
    across, along,
  };
}

/** @template {{name: string}} T @param {T[]} items @param {number} width */
function sized(items, width) {
  return items.map((item) => ({ ...item, lines: linesOf(item.name, width) }));
}

/** Height of all items in so many columns. @param {Sized[]} items @param {number} columns */
function columnsHeight(items, columns) {
  return items.length ? Math.max(...balanced(items, columns).map(heightOf)) : 0;
}

/** The page that is shown now. @param {number} pages @param {number} now */
export function pageAt(pages, now) {
  return pages > 1 ? Math.floor(now / PAGE_MS) % pages : 0;
}
