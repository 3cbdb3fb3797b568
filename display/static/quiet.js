/**
 * An office's quiet hours: windows of its local day in which nothing is spoken. Pure.
 *
 * @typedef {{edition: string, languages: string[], quiet: string[][], max_age_s: number}} Voice
 */
import { clockTime } from "./time.js";

/** Whether nothing is spoken now. @param {string[][]} windows @param {number} now @param {string} timeZone */
export function isQuiet(windows, now, timeZone) {
  const time = clockTime(now, timeZone);
  return windows.some(([from, to]) => from <= time && time < to);
}

/** @param {Voice} voice @param {number} now @param {string} timeZone @returns {import("./announcer.js").Rules} */
export function rulesOf(voice, now, timeZone) {
  return { quiet: isQuiet(voice.quiet, now, timeZone), maxAgeMs: voice.max_age_s * 1000 };
}
