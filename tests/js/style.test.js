import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";

/** A style sheet without its comments. @param {string} path */
const read = (path) => readFileSync(path, "utf8").replace(/\/\*[^]*?\*\//g, "");

const ui = read("server/web/static/ui.css");

/** The declarations of every block of ui.css whose selector has the given part. @param {string} selector */
function tokens(selector) {
  /** @type {{[name: string]: string}} */
  const found = {};
  for (const [, selectors, body] of ui.matchAll(/^([^{}@]+)\{([^{}]*)\}/gm)) {
    if (!selectors.split(",").some((each) => each.trim() === selector)) continue;
    for (const [, name, value] of body.matchAll(/(--[\w-]+):\s*([^;]+);/g)) found[name] = value.trim();
  }
  return found;
}

const root = tokens(":root");
/** @param {string} theme */
const themed = (theme) => ({ ...root, ...tokens(`[data-theme="${theme}"]`) });

/** @param {{[name: string]: string}} theme @param {string} name @returns {string} */
function colour(theme, name) {
  const value = theme[name];
  const alias = /^var\((--[\w-]+)\)$/.exec(value);
  return alias ? colour(theme, alias[1]) : value;
}

/** Relative luminance, WCAG 2. @param {string} hex */
function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {string} a @param {string} b */
function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const WORDS = [
  ["--text", "--ground"], ["--text", "--surface"], ["--text", "--sunken"],
  ["--muted", "--ground"], ["--muted", "--surface"], ["--muted", "--sunken"],
  ["--on-accent", "--accent"], ["--on-accent", "--accent-deep"],
  ["--call", "--surface"], ["--call", "--ground"],
  ["--done", "--done-soft"], ["--warn", "--warn-soft"], ["--info", "--info-soft"], ["--bad", "--bad-soft"],
  ["--done", "--surface"], ["--warn", "--surface"], ["--info", "--surface"], ["--bad", "--surface"],
  ["--info", "--ground"], ["--bad", "--ground"],
  ["--on-bar", "--bar"], ["--on-bar-muted", "--bar"],
];
const EDGES = [["--line-strong", "--surface"], ["--line-strong", "--ground"], ["--focus", "--ground"], ["--focus", "--surface"]];

for (const [name, leastOfWords] of /** @type {[string, number][]} */ ([["paper", 4.5], ["night", 4.5], ["contrast", 7]])) {
  describe(`the ${name} theme`, () => {
    const theme = themed(name);
    for (const [front, back] of WORDS) {
      test(`${front} can be read on ${back}`, () => {
        const ratio = contrast(colour(theme, front), colour(theme, back));
        assert.ok(ratio >= leastOfWords, `${ratio.toFixed(2)} < ${leastOfWords}`);
      });
    }
    for (const [front, back] of EDGES) {
      test(`${front} can be seen on ${back}`, () => assert.ok(contrast(colour(theme, front), colour(theme, back)) >= 3));
    }
  });
}

/** @param {string} directory @param {string} end @returns {string[]} */
function files(directory, end) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === "vendor" ? [] : files(path, end);
    return path.endsWith(end) ? [path] : [];
  });
}

const rooms = ["server/web/static", "kiosk/static", "display/static"];

describe("no other style sheet", () => {
  for (const path of rooms.flatMap((room) => files(room, ".css")).filter((each) => !each.endsWith("/ui.css"))) {
    test(`${path} invents a colour or a font`, () => {
      const css = read(path);
      const invented = css.match(/#[0-9a-f]{3,8}\b(?=[^{}]*[;}])|\b(?:rgb|rgba|hsl|hsla)\([^)]*\)|font-family:(?!\s*var\()[^;]+/gi);
      assert.equal(invented, null);
    });
  }
});

describe("style sheets run on Chromium 100", () => {
  for (const path of rooms.flatMap((room) => files(room, ".css"))) {
    test(path, () => {
      const css = read(path);
      // Container queries, :has, colour mixing, dynamic viewport units and nesting all came later.
      assert.equal(css.match(/@container|:has\(|color-mix\(|\b\d+[dls]v[hw]\b|^\s+&|@layer\s*;|:popover-open/gm), null);
    });
  }
});
