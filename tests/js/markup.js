/**
 * What a view says, without a browser: lit templates flattened to text.
 * @param {any} value
 * @returns {string}
 */
export function markup(value) {
  if (value === null || value === undefined || value === false || typeof value === "symbol") return "";
  if (typeof value === "function") return "ƒ";
  if (Array.isArray(value)) return value.map(markup).join("");
  if (value.strings) {
    return value.strings
      .map((/** @type {string} */ part, /** @type {number} */ i) => part + (i < value.values.length ? markup(value.values[i]) : ""))
      .join("");
  }
  // A directive, such as repeat or styleMap: what it was given.
  if (value._$litDirective$) return directive(value);
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

/** @param {any} result */
function directive(result) {
  const [items, key, template] = result.values;
  if (typeof items === "object" && items !== null && Symbol.iterator in items) {
    return [...items].map((item, i) => markup((template ?? key)(item, i))).join("");
  }
  // `keyed`: its key is for the page alone.
  return result.values.length === 2 && key?.strings ? markup(key) : result.values.map(markup).join("");
}

/**
 * The same without tags and doubled spaces, to compare with what a person reads.
 * @param {any} value
 */
export function words(value) {
  return markup(value).replace(/<style[^]*?<\/style>|<!--[^]*?-->|<[^>]*>/g, " ").replace(/\s+/g, " ").trim();
}
