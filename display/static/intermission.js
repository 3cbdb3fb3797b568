/** Wiring of what is shown between calls: asks the server what it is, keeps its files, turns it with the clock. */
import { api } from "motcua/api";

import { advance, broken, due, ended, idle, showable } from "./playlist.js";
import { createShelf } from "./shelf.js";

const JITTER_MS = 1500;
const FIGURES_MS = 300_000;
const KEY = "motcua-signage/";
const AGAIN_MS = 30_000;

/**
 * @typedef {{item: import("./playlist.js").Keyed | null, url: string, spent: number, tickers: import("./playlist.js").Names[],
 *   figures: any, ended: () => void, broken: () => void}} Shown
 */

/** @param {import("./playlist.js").List[]} lists */
function filesOf(lists) {
  return lists.flatMap((list) => list.items).flatMap((item) => (item.digest && item.url ? [{ digest: item.digest, url: item.url }] : []));
}

/** @param {string} office @param {import("./playlist.js").List[]} lists */
function keep(office, lists) {
  try {
    localStorage.setItem(KEY + office, JSON.stringify(lists));
  } catch {
    // A disk that is full: the next page asks the server.
  }
}

/** @param {string} office @returns {import("./playlist.js").List[]} */
function kept(office) {
  try {
    return JSON.parse(localStorage.getItem(KEY + office) ?? "[]");
  } catch {
    return [];
  }
}

/**
 * `preview`: the position of a playlist that is shown alone, whenever it is due and whoever is called; for whoever edits.
 * @param {{office: string, preview: number | null, onChange: () => void}} options
 */
export function createIntermission({ office, preview, onChange }) {
  const base = `/api/v1/offices/${encodeURIComponent(office)}/signage`;
  const shelf = createShelf({ onChange });
  /** @type {import("./playlist.js").List[]} */
  let lists = preview === null ? kept(office) : [];
  let edition = "";
  let figures = /** @type {any} */ (null);
  let figuresAt = -Infinity;
  let play = idle;
  let asking = false;

  async function ask() {
    if (asking) return;
    asking = true;
    try {
      const view = preview === null ? await api.get(base, { attempts: 1 }) : (await api.get(`${base}/settings`)).preview;
      if (preview === null) keep(office, view.lists);
      if (view.edition !== edition) {
        edition = view.edition;
        lists = preview === null ? view.lists : view.lists.filter((/** @type {any} */ list) => list.position === preview)
          .map((/** @type {any} */ list) => ({ ...list, zone: null, schedule: {} }));
      }
      if (await shelf.want(filesOf(lists))) setTimeout(ask, AGAIN_MS);
    } catch {
      // What is known goes on; the next connection asks again.
    } finally {
      asking = false;
      onChange();
    }
  }

  /** @param {number} now */
  function askFigures(now) {
    if (now - figuresAt < FIGURES_MS || !lists.some((list) => list.items.some((item) => item.kind === "figures"))) return;
    figuresAt = now;
    api.get(`${base}/figures`, { attempts: 1 }).then((told) => {
      figures = told;
      onChange();
    }, () => undefined);
  }

  // What was shown before this page was loaded, until the server has said what is to be shown.
  if (lists.length) shelf.want(filesOf(lists)).then(onChange);

  const hasFigures = () => figures !== null && Object.entries(figures).some(([name, value]) => name.endsWith("_pct") && value !== null);

  return {
    /** A thousand boards that hear of a change do not ask in one instant. */
    renew: () => void setTimeout(ask, JITTER_MS * Math.random()),
    /**
     * @param {{now: number, timeZone: string, zone: string | null, live: boolean, interrupted: boolean,
     *   box: import("./layout.js").Box}} scene
     * @returns {Shown}
     */
    shown({ now, timeZone, zone, live, interrupted, box }) {
      if (live) askFigures(now);
      const { items, tickers } = due(lists, { now, timeZone, zone, box });
      const means = { live, files: shelf.has(), hasFigures: hasFigures() };
      play = advance(play, { items: items.filter((item) => showable(item, means)), interrupted: interrupted && preview === null }, now);
      const item = play.paused ? null : items.find((each) => each.key === play.key) ?? null;
      return {
        item, tickers: tickers.flatMap(({ text }) => (text ? [text] : [])), figures, url: item?.digest ? shelf.urlOf(item.digest) : "", spent: play.spent,
        ended: () => { play = item ? ended(play, item.key) : play; },
        broken: () => { play = item ? broken(play, item.key, now) : play; },
      };
    },
  };
}
