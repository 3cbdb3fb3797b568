import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { KEPT_MS, recall, remember } from "../../display/static/memory.js";
import { initial, takeSnapshot, unheardCalls } from "../../display/static/reduce.js";
import { call, NINE, snapshot } from "./display-hall.js";

function disk() {
  /** @type {Map<string, string>} */
  const held = new Map();
  return { getItem: (/** @type {string} */ key) => held.get(key) ?? null, setItem: (/** @type {string} */ key, /** @type {string} */ value) => void held.set(key, value) };
}

const known = takeSnapshot(initial(), snapshot(), NINE);

describe("what a screen knew before its page was loaded anew", () => {
  test("is shown again, and since when it is not known", () => {
    const shelf = disk();
    remember(shelf, "demo", known, NINE);
    const state = recall(shelf, "demo", initial(), NINE + 60_000);
    assert.deepEqual([state.office, state.calls, state.counters, state.waiting], [known.office, known.calls, known.counters, known.waiting]);
    assert.deepEqual([state.status, state.since], ["connecting", NINE]);
  });
  test("is another office's, another day's, or spoilt: then nothing", () => {
    const shelf = disk();
    remember(shelf, "demo", known, NINE);
    for (const [office, now] of /** @type {[string, number][]} */ ([["other", NINE], ["demo", NINE + KEPT_MS], ["demo", NINE - 1]])) {
      assert.deepEqual(recall(shelf, office, initial(), now), initial());
    }
    shelf.setItem("motcua-board/demo", "{");
    assert.deepEqual(recall(shelf, "demo", initial(), NINE), initial());
  });
  test("a disk that takes nothing stops nobody", () => {
    const full = { getItem: () => null, setItem() { throw new Error("full"); } };
    remember(full, "demo", known, NINE);
    remember(disk(), "demo", initial(), NINE);
  });
  test("what was called while the page was loaded is heard, what was heard is not heard again", () => {
    const shelf = disk();
    remember(shelf, "demo", known, NINE);
    const state = recall(shelf, "demo", initial(), NINE + 2000);
    const fresh = call("A013", 2, { at: NINE + 1000 });
    assert.deepEqual(unheardCalls(state, [fresh, ...snapshot().calls]).map((each) => each.number), ["A013"]);
  });
});
