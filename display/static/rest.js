/**
 * When a hall is at rest: nobody sits at a counter, and the office is not open. Before opening, at noon and at night
 * the board then says when numbers are called again, instead of the last call of an empty hall. Pure.
 *
 * @typedef {import("./reduce.js").State} State
 * @typedef {{today: [string, string][], next: string | null}} Hours  of the day of the snapshot; `next`: the first opening after it
 */
import { _ } from "motcua/i18n";

import { clockTime, weekdayLine } from "./time.js";

/**
 * @param {State} scope  what this screen shows of its office
 * @param {number} now
 * @param {string} language
 * @returns {{again: string} | null}  `again`: when it opens, "" when nobody can say; null while the hall is at work
 */
export function restOf({ office, counters, hours }, now, language) {
  if (!office || !hours || !counters.length || counters.some((counter) => counter.state !== "closed")) return null;
  const time = clockTime(now, office.timezone);
  if (hours.today.some(([from, to]) => from <= time && time < to)) return null;
  const later = hours.today.find(([from]) => from > time);
  if (later) return { again: _("Mở lại lúc %(time)s", { time: later[0] }) };
  if (!hours.next) return { again: "" };
  const at = Date.parse(hours.next);
  const day = weekdayLine(at, office.timezone, language);
  return { again: _("Mở lại lúc %(time)s, %(day)s", { time: clockTime(at, office.timezone), day }) };
}
