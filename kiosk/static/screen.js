/**
 * Puts a state on the screen: its language, its colours, its markup, and the tightest fit that it needs.
 *
 * @typedef {import("./state.js").State} State
 */
import { render } from "lit-html";

import { setLanguage } from "motcua/i18n";
import { fitToScreen } from "./fit.js";
import { view } from "./view.js";

/**
 * @param {HTMLElement} root @param {State} state @param {{language: string}} before
 * @param {import("./view.js").Act} touch
 */
export async function show(root, state, before, touch) {
  if (state.language !== before.language) await setLanguage(state.language);
  document.documentElement.dataset.theme = state.large ? "contrast" : "paper";
  fitToScreen(root, (fewer) => render(view({ ...state, fewer }, touch), root));
}
