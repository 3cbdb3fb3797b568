/**
 * What a paired board tells the server of itself: the calls that it has spoken to their end, and whether anybody can
 * see and hear it. It gathers what it has to tell; a call of which the server has heard meanwhile needs no telling.
 *
 * @typedef {{ticket_id: string, call_count: number}} HeardCall
 * @typedef {{version: number, sound: "on" | "muted" | "blocked" | "failing" | "none", visible: boolean, layout: string}} Self
 *
 * @typedef {object} ReporterOptions
 * @property {(report: Self & {heard: HeardCall[]}) => Promise<{every_s: number}>} send
 * @property {() => Self} self
 * @property {() => number} now
 * @property {() => number} [random]  0 to 1: a thousand boards must not all tell in the same instant
 */
import { keyOf } from "./reduce.js";

/** Something happened: told within this time. */
export const SOON_MS = 1000;
/** The server did not answer: again after this time. */
export const AGAIN_MS = 5000;
/** More calls than this are not told at once, as the server takes no more. */
export const MOST_TOLD = 100;
const EVERY_S = 30;

/** @param {ReporterOptions} options */
export function createReporter({ send, self, now, random = Math.random }) {
  /** @type {Map<string, HeardCall>} */
  const pending = new Map();
  let due = now();
  let sending = false;
  let told = "";

  function soon() {
    due = Math.min(due, now() + SOON_MS * random());
  }

  async function tell() {
    const state = self();
    const heard = [...pending.values()].slice(0, MOST_TOLD);
    sending = true;
    try {
      const { every_s: every } = await send({ ...state, heard });
      heard.forEach((call) => pending.delete(keyOf(/** @type {any} */ (call))));
      told = signature(state);
      due = now() + (every || EVERY_S) * 1000 * (0.8 + 0.4 * random());
      if (pending.size) soon();
    } catch {
      due = now() + AGAIN_MS * (1 + random());
    } finally {
      sending = false;
    }
  }

  return {
    /** This loudspeaker has spoken a call to its end. @param {HeardCall} call */
    spoken(call) {
      pending.set(keyOf(/** @type {any} */ (call)), { ticket_id: call.ticket_id, call_count: call.call_count });
      soon();
    },
    /** The server knows of it. @param {HeardCall} call */
    known(call) {
      pending.delete(keyOf(/** @type {any} */ (call)));
    },
    /** Called often; tells when it is time, or when something about this board has changed. */
    tick() {
      if (signature(self()) !== told) soon();
      if (!sending && now() >= due) tell();
    },
    /** Now, before the page is frozen. */
    hurry() {
      if (!sending) tell();
    },
  };
}

/** What is news; that it shows the next version is not. @param {Self} self */
function signature({ sound, visible, layout }) {
  return `${sound} ${visible} ${layout}`;
}
