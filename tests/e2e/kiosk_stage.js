/** The kiosk without its wiring: what happened in, the screen out, as often as a test likes and without a wait. */
import { initial } from "./state.js";
import { reduce } from "./reduce.js";
import { show } from "./screen.js";

const root = document.getElementById("app");
let language = "";

/** A kiosk of this language and size to which all this happened, a second apart. */
window.play = async (lang, size, happened) => {
  let state = initial({ lang });
  state = reduce(state, { type: "viewport", ...size });
  const wall = Date.parse("2026-11-20T09:42:00+07:00");
  happened.forEach((input, second) => {
    const at = (second + 1) * 1000;
    state = reduce(state, { type: "tick", at, wall: wall + at });
    state = reduce(state, { key: "k1", at, ...input });
  });
  await show(root, state, { language }, () => {});
  language = state.language;
  await document.fonts.ready;
  return state.screen;
};
