import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { initial, MOST_OVERTAKEN, step } from "../../display/static/announcer.js";
import { isQuiet, rulesOf } from "../../display/static/quiet.js";
import { call, NINE } from "./display-hall.js";

const ZONE = "Asia/Ho_Chi_Minh";
/** @param {string} time in the office */
const at = (time) => Date.parse(`2026-11-20T${time}:00+07:00`);

describe("quiet hours", () => {
  const windows = [["00:00", "07:00"], ["11:30", "13:30"]];
  for (const [time, quiet] of /** @type {[string, boolean][]} */ ([["06:59", true], ["07:00", false], ["11:29", false], ["11:30", true], ["13:29", true], ["13:30", false]])) {
    test(`${time} is ${quiet ? "" : "not "}quiet`, () => assert.equal(isQuiet(windows, at(time), ZONE), quiet));
  }

  test("go by the office's clock, wherever the screen was bought", () => {
    assert.equal(isQuiet([["11:30", "13:30"]], at("12:00"), "Europe/Paris"), false);
  });

  test("a call is shown and not said; what waited is dropped when they begin", () => {
    const quiet = rulesOf({ edition: "e", languages: ["vi"], quiet: [["09:00", "10:00"]], max_age_s: 60 }, NINE, ZONE);
    assert.deepEqual(quiet, { quiet: true, maxAgeMs: 60_000 });
    let { state } = step(initial(false), { type: "call", call: call("A001", 1) }, NINE);
    ({ state } = step(state, { type: "call", call: call("A002", 1) }, NINE));
    const begun = step(state, { type: "rules", rules: quiet }, NINE);
    assert.deepEqual(begun.effects.map((effect) => effect.do === "tell" && effect.told.outcome), ["quiet"]);
    assert.equal(begun.state.current?.number, "A001", "what is being said is said to its end");
    const later = step(begun.state, { type: "call", call: call("A003", 1) }, NINE);
    assert.deepEqual(later.effects.map((effect) => effect.do === "tell" && effect.told.outcome), ["quiet"]);
  });
});

describe("the order of what is said", () => {
  /** @param {[string, boolean][]} calls number and whether it is repeated, a second apart */
  function said(calls) {
    let { state } = step(initial(false), { type: "call", call: call("Z", 1) }, NINE);
    calls.forEach(([number, recall], i) => {
      const made = call(number, 1, { at: NINE + 1000 * i, count: recall ? 2 : 1 });
      ({ state } = step(state, { type: "call", call: made }, NINE));
    });
    return state.queue.map((each) => each.number).join(" ");
  }

  test("first calls in their order", () => assert.equal(said([["A", false], ["B", false], ["C", false]]), "A B C"));
  test("a first call before repeated ones", () => assert.equal(said([["r", true], ["A", false], ["s", true], ["B", false]]), "A B r s"));
  test("a repeated one is overtaken by so many only", () => {
    const first = Array.from({ length: MOST_OVERTAKEN + 2 }, (_unused, i) => /** @type {[string, boolean]} */ ([`A${i}`, false]));
    assert.equal(said([["r", true], ...first]), "A0 A1 A2 r A3 A4");
  });
});

test("an office sets how old a call may be", () => {
  const rules = { quiet: false, maxAgeMs: 30_000 };
  let { state } = step(initial(false), { type: "rules", rules }, NINE);
  for (const id of ["1", "2"]) ({ state } = step(state, { type: "call", call: call(id, 1) }, NINE));
  const old = step(state, { type: "tick" }, NINE + 31_000);
  assert.deepEqual(old.effects.map((effect) => effect.do === "tell" && effect.told.outcome), ["expired"]);
});
