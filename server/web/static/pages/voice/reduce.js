/**
 * The recording page as state: the list to read, the phrase in hand, and what the microphone is doing. Pure.
 *
 * @typedef {{language: string, text: string, group: string, needed: boolean,
 *   recorded: {digest: string, seconds: number, lufs: number, at: string, by: string} | null}} Phrase
 *
 * @typedef {object} State
 * @property {Phrase[] | null} phrases       null until they are known
 * @property {number} needed
 * @property {number} done
 * @property {string | null} chosen          key of the phrase in hand
 * @property {"idle" | "starting" | "recording" | "sending"} phase
 * @property {number} level                  dB below full scale, of this moment
 * @property {"unknown" | "ready" | "refused" | "none" | "insecure"} microphone
 * @property {string | null} playing         key of the phrase that sounds
 * @property {{kind: "done" | "bad", text: string} | null} message
 */
import { FLOOR_DB } from "./wav.js";

/** @type {State} */
export const initial = {
  phrases: null, needed: 0, done: 0, chosen: null, phase: "idle", level: FLOOR_DB, microphone: "unknown", playing: null,
  message: null,
};

/** @param {Phrase} phrase */
export const keyOf = (phrase) => `${phrase.language}/${phrase.text}`;

/** The phrase in hand. @param {State} state */
export const inHand = (state) => state.phrases?.find((phrase) => keyOf(phrase) === state.chosen) ?? null;

/** @param {State} state @param {any} event @returns {State} */
export function reduce(state, event) {
  switch (event.type) {
    case "list": {
      const { phrases, needed, done } = event.view;
      const still = phrases.some((/** @type {Phrase} */ phrase) => keyOf(phrase) === state.chosen);
      return { ...state, phrases, needed, done, chosen: still ? state.chosen : nextToRecord(phrases, null) };
    }
    case "choose":
      return busy(state) ? state : { ...state, chosen: event.key, message: null };
    case "starting":
      return busy(state) || !state.chosen ? state : { ...state, phase: "starting", message: null, playing: null };
    case "recording":
      return state.phase === "starting" ? { ...state, phase: "recording", microphone: "ready" } : state;
    case "level":
      return state.phase === "recording" ? { ...state, level: event.db } : state;
    case "sending":
      return { ...state, phase: "sending", level: FLOOR_DB };
    case "kept": {
      const kept = reduce({ ...state, phase: "idle" }, { type: "list", view: event.view });
      return { ...kept, chosen: nextToRecord(kept.phrases ?? [], state.chosen) ?? state.chosen, message: { kind: "done", text: event.text } };
    }
    case "microphone":
      return { ...state, phase: "idle", microphone: event.state };
    case "refused":
      return { ...state, phase: "idle", level: FLOOR_DB, message: { kind: "bad", text: event.text } };
    case "said":
      return { ...state, message: { kind: "done", text: event.text } };
    case "playing":
      return { ...state, playing: event.key };
    default:
      return state;
  }
}

/** @param {State} state */
export const busy = (state) => state.phase !== "idle";

/**
 * The next phrase that has to be recorded, after the one in hand and then from the top; null when none is left.
 * @param {Phrase[]} phrases @param {string | null} after
 */
function nextToRecord(phrases, after) {
  const at = phrases.findIndex((phrase) => keyOf(phrase) === after);
  const ahead = [...phrases.slice(at + 1), ...phrases.slice(0, at + 1)];
  const found = ahead.find((phrase) => phrase.needed && !phrase.recorded) ?? (after === null ? phrases[0] : undefined);
  return found ? keyOf(found) : null;
}
