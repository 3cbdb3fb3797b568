/**
 * What this screen was opened as. Layouts are data: administration stores the same names that the address takes.
 *
 * @typedef {"main" | "sign" | "queue"} Layout
 * @typedef {{layout: Layout, zone: string | null, counter: number | null, mute: boolean, theme: "night" | "paper"}} Options
 */

/** Each layout, and whether it speaks unless it is asked not to. */
export const LAYOUTS = { main: { speaks: true }, sign: { speaks: false }, queue: { speaks: false } };

/** @param {string} search @returns {Options} */
export function readOptions(search) {
  const asked = new URLSearchParams(search);
  const counter = Number.parseInt(asked.get("counter") ?? "", 10);
  const named = /** @type {Layout} */ (asked.get("layout"));
  const layout = counter > 0 ? "sign" : Object.hasOwn(LAYOUTS, named) && named !== "sign" ? named : "main";
  return {
    layout,
    zone: asked.get("zone") || null,
    counter: counter > 0 ? counter : null,
    mute: asked.has("mute") ? asked.get("mute") !== "0" : !LAYOUTS[layout].speaks,
    theme: asked.get("theme") === "paper" ? "paper" : "night",
  };
}
