/** On paper nobody can open what is folded: every table is printed, and folded again afterwards. */

/** @type {HTMLDetailsElement[]} */
let folded = [];

addEventListener("beforeprint", () => {
  folded = [.../** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("details:not([open])"))];
  for (const each of folded) each.open = true;
});

addEventListener("afterprint", () => {
  for (const each of folded) each.open = false;
});
