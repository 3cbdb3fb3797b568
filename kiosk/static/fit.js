/**
 * The last word on sizes. Names of fields and offices are the office's own and may be of any length, so a screen that
 * turns out too full is set one step tighter, down to the 28 px and 20 mm that nothing goes below; after that fewer
 * things come on a page.
 */
const STEPS = ["roomy", "tight", "tightest"];
const FEWEST = 4;
const HOLDERS = ".top, .body, .body > *, .results, .tile, .action";

/** @param {HTMLElement} root @param {(fewer: number) => void} draw  with so many rows less on a page */
export function fitToScreen(root, draw) {
  for (let fewer = 0; fewer <= FEWEST; fewer++) {
    draw(fewer);
    for (const step of STEPS) {
      root.dataset.fit = step;
      if (![...root.querySelectorAll(HOLDERS)].some(isOverfull)) return;
    }
    if (!root.querySelector(".pages")) return;
  }
}

/** @param {Element} element */
function isOverfull(element) {
  return element.scrollHeight > element.clientHeight + 1;
}
