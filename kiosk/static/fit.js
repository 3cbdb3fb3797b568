/**
 * The last word on sizes. Names of fields and offices are the office's own and may be of any length, so a screen that
 * turns out too full is set one step tighter, down to the 28 px and 20 mm that nothing goes below.
 */
const STEPS = ["roomy", "tight", "tightest"];
const HOLDERS = ".top, .body, .body > *, .results, .tile, .action";

/** @param {HTMLElement} root */
export function fitToScreen(root) {
  for (const step of STEPS) {
    root.dataset.fit = step;
    if (![...root.querySelectorAll(HOLDERS)].some(isOverfull)) return;
  }
}

/** @param {Element} element */
function isOverfull(element) {
  return element.scrollHeight > element.clientHeight + 1;
}
