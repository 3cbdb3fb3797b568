/**
 * Texts of the pages. The key of a text is its Vietnamese wording, so Vietnamese needs no catalogue and a text
 * without a translation is still a sentence.
 *
 * @typedef {{[text: string]: string | string[]}} Messages   one form, or one a plural form
 * @typedef {{[name: string]: string | number}} Values
 */

/** @type {Map<string, Messages>} */
const catalogues = new Map([["vi", {}]]);
let current = "vi";

/** The language that texts are shown in now: "vi" or "en". */
export function language() {
  return current;
}

/**
 * A text in the current language: `_("Còn %(n)s người", {n: 3})`.
 * @param {string} text
 * @param {Values} [values]
 */
export function _(text, values) {
  const found = catalogues.get(current)?.[text];
  return fill((Array.isArray(found) ? found[0] : found) || text, values);
}

/**
 * A text that counts: `_n("%(n)s số", 3)`; the count is also the value `n`.
 * @param {string} text
 * @param {number} count
 * @param {Values} [values]
 */
export function _n(text, count, values) {
  const found = catalogues.get(current)?.[text];
  const form = Array.isArray(found) ? found[Math.min(pluralForm(count), found.length - 1)] : found;
  return fill(form || text, { n: count, ...values });
}

/** @param {number} count */
function pluralForm(count) {
  return current === "en" && count !== 1 ? 1 : 0;
}

/**
 * @param {string} text
 * @param {Values} [values]
 */
function fill(text, values = {}) {
  return text.replace(/%\((\w+)\)[sd]/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/**
 * @param {string} lang
 * @param {Messages} messages
 */
export function addCatalogue(lang, messages) {
  catalogues.set(lang, messages);
}

/**
 * Fetch a language's texts ahead of need: a kiosk may have to switch without a network.
 * @param {string} lang
 */
export async function preload(lang) {
  if (catalogues.has(lang)) return;
  const response = await fetch(`/i18n/${encodeURIComponent(lang)}.json`);
  if (!response.ok) throw new Error(`no texts for ${lang}: ${response.status}`);
  addCatalogue(lang, (await response.json()).messages);
}

/**
 * Show texts in another language from the next render on. Keeps the current one when its texts cannot be had.
 * @param {string} lang
 * @returns {Promise<boolean>} whether the language is now the current one
 */
export async function setLanguage(lang) {
  try {
    await preload(lang);
  } catch (error) {
    console.warn(error);
    return false;
  }
  current = lang;
  if (typeof document !== "undefined") document.documentElement.lang = lang;
  return true;
}

/** A shell may carry the few texts of its page, where fetching the whole catalogue would cost a slow phone too much. */
function takeFromShell() {
  const { messages } = JSON.parse(document.getElementById("config")?.textContent || "{}");
  if (messages) addCatalogue(document.documentElement.lang, messages);
}

// A page waits here for its texts once; where they cannot be had it speaks Vietnamese.
if (typeof document !== "undefined" && document.documentElement.lang !== current) {
  takeFromShell();
  await setLanguage(document.documentElement.lang);
}
