/** Times of the office's own zone: a screen's zone is whatever somebody once left it at. */

/** @param {number} at @param {string} timeZone */
export function clockTime(at, timeZone) {
  return new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(at);
}

/** A day near enough for its weekday to name it. @param {number} at @param {string} timeZone @param {string} language */
export function weekdayLine(at, timeZone, language) {
  const [weekday, day] = [{ weekday: /** @type {"long"} */ ("long") }, { day: /** @type {"2-digit"} */ ("2-digit"), month: /** @type {"2-digit"} */ ("2-digit") }]
    .map((parts) => new Intl.DateTimeFormat(language === "en" ? "en-GB" : "vi-VN", { timeZone, ...parts }).format(at));
  return `${weekday} ${day.replace("-", "/")}`;
}

/** @param {number} at @param {string} timeZone @param {string} language */
export function dateLine(at, timeZone, language) {
  const format = new Intl.DateTimeFormat(language === "en" ? "en-GB" : "vi-VN", {
    timeZone, weekday: "long", day: "2-digit", month: "2-digit",
  });
  return format.format(at);
}
