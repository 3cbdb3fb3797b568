/**
 * What this screen shows. Layouts are data that administration stores; a paired screen shows its own, an address may
 * name one (`?board=code`) or spell one out (`?layout=zone&counters=1,2`).
 *
 * @typedef {"main" | "zone" | "sign" | "queue" | "signage"} Layout
 * @typedef {{code?: string, layout?: Layout, zone?: string | null, counters?: number[], services?: string[],
 *   counter?: number | null, theme?: string, voice?: string | null, device?: string}} Stored
 * @typedef {{code: string, layout: Layout, zone: string | null, counters: number[], services: string[],
 *   counter: number | null, mute: boolean, theme: "night" | "paper"}} Options
 */

/** Each layout, and whether it speaks unless it is asked not to. */
export const LAYOUTS = {
  main: { speaks: true }, zone: { speaks: true }, sign: { speaks: false }, queue: { speaks: false },
  signage: { speaks: false },
};
const SPELLED = ["layout", "zone", "counter", "counters", "services"];

/**
 * @param {string} search
 * @param {{boards: Stored[], mine: Stored | null}} [known]
 * @returns {Options}
 */
export function readOptions(search, known = { boards: [], mine: null }) {
  const asked = new URLSearchParams(search);
  const stored = storedLayout(asked, known) ?? spelledOut(asked);
  const counter = stored.layout === "sign" ? stored.counters?.[0] ?? stored.counter ?? null : null;
  const layout = stored.layout === "sign" && !counter ? "main" : stored.layout ?? "main";
  const speaks = stored.voice ? stored.voice === "speaks" : LAYOUTS[layout].speaks;
  return {
    code: stored.code ?? "",
    layout,
    zone: stored.zone || null,
    counters: counter ? [] : stored.counters ?? [],
    services: stored.services ?? [],
    counter,
    mute: asked.has("mute") ? asked.get("mute") !== "0" : !speaks,
    theme: (asked.get("theme") ?? stored.theme) === "paper" ? "paper" : "night",
  };
}

/** @param {URLSearchParams} asked @param {{boards: Stored[], mine: Stored | null}} known @returns {Stored | null} */
function storedLayout(asked, { boards, mine }) {
  if (asked.has("board")) return boards.find((board) => board.code === asked.get("board")) ?? null;
  return SPELLED.some((name) => asked.has(name)) ? null : mine;
}

/** @param {URLSearchParams} asked @returns {Stored} */
function spelledOut(asked) {
  const named = /** @type {Layout} */ (asked.get("layout"));
  const counter = Number.parseInt(asked.get("counter") ?? "", 10);
  return {
    layout: counter > 0 ? "sign" : Object.hasOwn(LAYOUTS, named) && named !== "sign" ? named : "main",
    zone: asked.get("zone"),
    counters: list(asked.get("counters")).map(Number).filter((number) => number > 0),
    services: list(asked.get("services")),
    counter: counter > 0 ? counter : null,
  };
}

/** @param {string | null} text */
function list(text) {
  return (text ?? "").split(",").filter(Boolean);
}
