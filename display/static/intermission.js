/** Wiring of what is shown between calls: asks the server what it is, keeps its files, turns it with the clock. */
import { api } from "motcua/api";

import { advance, broken, due, ended, idle, showable } from "./playlist.js";
import { createShelf } from "./shelf.js";

const JITTER_MS = 1500;
const FIGURES_MS = 300_000;
const AGAIN_MS = 30_000;
const TICKER_MS = 10_000;

/**
 * @typedef {{item: import("./playlist.js").Keyed | null, url: string, spent: number, ticker: import("./playlist.js").Names | null,
 *   figures: any, ended: () => void, broken: () => void}} Shown
 */

/**
 * `preview`: the position of a playlist that is shown alone, whenever it is due and whoever is called; for whoever edits.
 * @param {{office: string, preview: number | null, onChange: () => void}} options
 */
export function createIntermission({ office, preview, onChange }) {
  const base = `/api/v1/offices/${encodeURIComponent(office)}/signage`;
  const shelf = createShelf({ onChange });
  /** @type {import("./playlist.js").List[]} */
  let lists = [];
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
      if (view.edition !== edition) {
        edition = view.edition;
        lists = preview === null ? view.lists : view.lists.filter((/** @type {any} */ list) => list.position === preview)
          .map((/** @type {any} */ list) => ({ ...list, zone: null, schedule: {} }));
      }
      const files = lists.flatMap((list) => list.items).flatMap((item) => (item.digest && item.url ? [{ digest: item.digest, url: item.url }] : []));
      if (await shelf.want(files)) setTimeout(ask, AGAIN_MS);
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

  const hasFigures = () => figures !== null && Object.entries(figures).some(([name, value]) => name.endsWith("_pct") && value !== null);

  return {
    /** A thousand boards that hear of a change do not ask in one instant. */
    renew: () => void setTimeout(ask, JITTER_MS * Math.random()),
    /**
     * @param {{now: number, timeZone: string, zone: string | null, live: boolean, interrupted: boolean}} scene
     * @returns {Shown}
     */
    shown({ now, timeZone, zone, live, interrupted }) {
      if (live) askFigures(now);
      const { items, tickers } = due(lists, { now, timeZone, zone });
      const means = { live, files: shelf.has(), hasFigures: hasFigures() };
      play = advance(play, { items: items.filter((item) => showable(item, means)), interrupted: interrupted && preview === null }, now);
      const item = play.paused ? null : items.find((each) => each.key === play.key) ?? null;
      const ticker = tickers.length ? tickers[Math.floor(now / TICKER_MS) % tickers.length].text ?? null : null;
      return {
        item, ticker, figures, url: item?.digest ? shelf.urlOf(item.digest) : "", spent: play.spent,
        ended: () => { play = item ? ended(play, item.key) : play; },
        broken: () => { play = item ? broken(play, item.key, now) : play; },
      };
    },
  };
}
