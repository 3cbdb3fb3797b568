/**
 * How many tiles a screen holds, and which ones a page shows. Tiles never shrink below what a finger and an old eye
 * need; there are more pages instead.
 *
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").Service} Service
 * @typedef {import("./state.js").Names} Names
 * @typedef {{kind: "service", service: Service} | {kind: "group", key: string, names: Names, services: Service[]}} Entry
 */
import { fold } from "./search.js";

/**
 * Columns and rows by the shape of the screen; a low layout has half of it, and its page keys take a row of that.
 * @type {{[shape: string]: {[mode: string]: [columns: number, rows: number]}}}
 */
const TILES = {
  portrait: { plain: [2, 4], large: [2, 3], low: [2, 3], lowPaged: [2, 2], lowLarge: [2, 2] },
  wide: { plain: [3, 2], large: [3, 2], low: [4, 1], lowPaged: [4, 1], lowLarge: [3, 1] },
  short: { plain: [3, 2], large: [2, 2], low: [3, 1], lowPaged: [3, 1], lowLarge: [2, 1] },
};
/** @type {{[shape: string]: {plain: number, low: number}}} */
const RESULTS = { portrait: { plain: 5, low: 3 }, wide: { plain: 4, low: 3 }, short: { plain: 2, low: 2 } };
/** @type {{[shape: string]: {plain: number, low: number}}} */
const PROCEDURES = { portrait: { plain: 7, low: 4 }, wide: { plain: 6, low: 4 }, short: { plain: 6, low: 2 } };

/** @param {State} state @returns {"portrait" | "wide" | "short"} */
export function shape({ viewport: { width, height } }) {
  if (height > width) return "portrait";
  return height > 900 ? "wide" : "short";
}

/**
 * Columns and rows of tiles for so many of them.
 * @param {State} state
 * @param {number} count
 * @returns {{columns: number, rows: number}}
 */
export function fit(state, count) {
  const modes = TILES[shape(state)];
  if (!state.low) return grid(modes[state.large ? "large" : "plain"], state.fewer);
  if (state.large) return grid(modes.lowLarge, state.fewer);
  return grid(count <= modes.low[0] * modes.low[1] ? modes.low : modes.lowPaged, state.fewer);
}

/** @param {[number, number]} size @param {number} fewer  rows to leave out, then columns */
function grid([columns, rows], fewer) {
  const without = Math.min(fewer, rows - 1);
  return { columns: Math.max(1, columns - (fewer - without)), rows: rows - without };
}

/** @param {State} state */
export function resultRows(state) {
  const rows = RESULTS[shape(state)][state.low ? "low" : "plain"];
  return Math.max(1, (state.large ? Math.max(2, rows - 1) : rows) - state.fewer);
}

/** @param {State} state */
export function procedureRows(state) {
  const rows = PROCEDURES[shape(state)][state.low ? "low" : "plain"];
  return Math.max(1, (state.large ? Math.max(2, rows - 2) : rows) - state.fewer);
}

/** What people come for: the line for help has a key of its own. @param {State} state */
export function fieldsOf(state) {
  return (state.office?.services ?? []).filter((service) => !service.help);
}

/** Too many fields for one screen: groups and search come in. @param {State} state */
export function isCrowded(state) {
  const [columns, rows] = TILES[shape(state)].plain;
  return fieldsOf(state).length > columns * rows;
}

/**
 * What there is to choose from: all fields, or their groups first where there are too many.
 * @param {State} state
 * @returns {Entry[]}
 */
export function entries(state) {
  const services = fieldsOf(state);
  if (state.group !== null) return services.filter((service) => groupKey(service) === state.group).map(asEntry);
  return isCrowded(state) ? grouped(services) : services.map(asEntry);
}

/** @param {Service[]} services @returns {Entry[]} */
function grouped(services) {
  /** @type {Map<string, Service[]>} */
  const groups = new Map();
  for (const service of services) {
    const key = groupKey(service) ?? `service ${service.code}`;
    groups.set(key, [...(groups.get(key) ?? []), service]);
  }
  return [...groups].map(([key, members]) => {
    // A group of one is that one: a level with nothing to choose is a touch for nothing.
    const names = members[0].group;
    return names && members.length > 1 ? { kind: "group", key, names, services: members } : asEntry(members[0]);
  });
}

/** @param {Service} service @returns {Entry} */
function asEntry(service) {
  return { kind: "service", service };
}

/** @param {Service} service */
export function groupKey(service) {
  return service.group ? fold(service.group.vi) : null;
}

/** @param {State} state @returns {Names | null} */
export function groupNames(state) {
  return state.office?.services.find((service) => groupKey(service) === state.group)?.group ?? null;
}

/**
 * One page of what there is.
 * @template T
 * @param {State} state
 * @param {T[]} all
 * @param {number} size
 * @returns {{shown: T[], page: number, pages: number}}
 */
export function pageOf(state, all, size) {
  const pages = Math.max(1, Math.ceil(all.length / size));
  const page = Math.min(state.page, pages - 1);
  return { shown: all.slice(page * size, (page + 1) * size), page, pages };
}
