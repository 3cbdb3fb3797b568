/** Five faces as drawings: the mouth says the level, so that colour is not needed to tell them apart. */
import { svg } from "lit-html";

/** @type {{[level: string]: ReturnType<typeof svg>}} */
const MOUTHS = {
  very_satisfied: svg`<path d="M30 58h40c-3 16-11 22-20 22s-17-6-20-22z" fill="currentColor" stroke="none" />`,
  satisfied: svg`<path d="M31 61q19 20 38 0" />`,
  neutral: svg`<path d="M33 66h34" />`,
  dissatisfied: svg`<path d="M31 73q19-18 38 0" />`,
  very_dissatisfied: svg`<path d="M31 76q19-24 38 0" /><path d="M27 33l12 6M73 33l-12 6" />`,
};

/** @param {string} level */
export const face = (level) => svg`<svg viewBox="0 0 100 100" class="face" aria-hidden="true" fill="none"
  stroke="currentColor" stroke-width="6" stroke-linecap="round">
  <circle cx="50" cy="50" r="45" />
  <ellipse cx="35" cy="45" rx="4.5" ry="6" fill="currentColor" stroke="none" />
  <ellipse cx="65" cy="45" rx="4.5" ry="6" fill="currentColor" stroke="none" />
  ${MOUTHS[level] ?? MOUTHS.neutral}
</svg>`;
