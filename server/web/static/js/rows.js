/**
 * A list whose rows keep their place in the page, and their focus, while others come and go. As lit's own `repeat`,
 * which leaves one comment behind for every row that goes: a page that is open for weeks would fill with them.
 */
import { noChange } from "lit-html";
import { Directive, directive } from "lit-html/directive.js";
import { insertPart, removePart, setChildPartValue, setCommittedValue } from "lit-html/directive-helpers.js";

class Rows extends Directive {
  /** @type {Map<unknown, import("lit-html/directive.js").ChildPart>} */
  parts = new Map();

  /**
   * @template T
   * @param {Iterable<T>} items @param {(item: T, index: number) => unknown} _keyOf  unlike any other's
   * @param {(item: T, index: number) => unknown} draw
   * @returns {unknown}
   */
  render(items, _keyOf, draw) {
    return [...items].map(draw);
  }

  /** @param {any} container @param {[Iterable<any>, (item: any, index: number) => unknown, (item: any, index: number) => unknown]} given */
  update(container, [items, keyOf, draw]) {
    const wanted = [...items].map((item, index) => ({ key: keyOf(item, index), drawn: draw(item, index) }));
    const before = this.parts;
    const keys = new Set(wanted.map((row) => row.key));
    for (const [key, part] of before) if (!keys.has(key)) remove(part);
    // From the last row to the first: each stands before the one that was placed last.
    /** @type {[unknown, any][]} */
    const placed = [];
    for (const { key, drawn } of wanted.reverse()) {
      const part = insertPart(container, placed.at(-1)?.[1], before.get(key));
      placed.push([key, setChildPartValue(part, drawn)]);
    }
    this.parts = new Map(placed.reverse());
    setCommittedValue(container, [...this.parts.values()]);
    return noChange;
  }
}

/** With both of its markers. @param {import("lit-html/directive.js").ChildPart} part */
function remove(part) {
  const end = part.endNode;
  removePart(part);
  end?.parentNode?.removeChild(end);
}

/** @type {<T>(items: Iterable<T>, keyOf: (item: T, index: number) => unknown, draw: (item: T, index: number) => unknown) => unknown} */
export const keyedRows = /** @type {any} */ (directive(Rows));
