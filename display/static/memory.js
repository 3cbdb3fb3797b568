/**
 * What this screen knew when it was last on: its page may be loaded anew while the server is away.
 *
 * @typedef {import("./reduce.js").State} State
 * @typedef {{getItem: (key: string) => string | null, setItem: (key: string, value: string) => void}} Disk
 */

/** Older than this is another day's hall. */
export const KEPT_MS = 12 * 3600_000;
/** Changes with what a state is made of. */
const FORM = 1;
const KEY = "motcua-board/";

/** @param {Disk} disk @param {string} office @param {State} state @param {number} at */
export function remember(disk, office, state, at) {
  if (state.office === null) return;
  const { office: place, calls, counters, waiting, notice, hours } = state;
  try {
    disk.setItem(KEY + office, JSON.stringify({ form: FORM, at, state: { office: place, calls, counters, waiting, notice, hours } }));
  } catch {
    // A disk that is full or forbidden: the screen shows what it hears.
  }
}

/**
 * The state of a screen that has just been switched on: what it knew, or nothing. Not known to be true any more.
 * @param {Disk} disk @param {string} office @param {State} initial @param {number} now
 * @returns {State}
 */
export function recall(disk, office, initial, now) {
  try {
    const kept = JSON.parse(disk.getItem(KEY + office) ?? "null");
    const age = now - kept?.at;
    return kept?.form === FORM && age >= 0 && age < KEPT_MS ? { ...initial, ...kept.state, since: kept.at } : initial;
  } catch {
    return initial;
  }
}

/** Has the page itself kept for when it is loaded without a server. */
export async function keepPage() {
  // A preview in administration is nobody's screen.
  if (!("serviceWorker" in navigator) || window !== window.top) return;
  try {
    await navigator.serviceWorker.register("/display/worker.js", { scope: "/display" });
    const { active } = await navigator.serviceWorker.ready;
    // Letters are fetched when something is written in them, some of them first in a call that comes without a server.
    await Promise.allSettled([...document.fonts].map((font) => font.load()));
    const loaded = performance.getEntriesByType("resource").map((entry) => new URL(entry.name));
    const parts = loaded.filter(({ origin, pathname }) => origin === location.origin && /^\/(static|display\/static|i18n)\//.test(pathname));
    // The page last: where it is kept, all of it is.
    active?.postMessage({ parts: [...parts.map((part) => part.href), location.href] });
  } catch {
    // Without it the board is as any page: it needs its server to be loaded.
  }
}
