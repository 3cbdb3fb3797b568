import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { initial, reduce } from "../../server/web/static/pages/voice/reduce.js";
import { encodeWav, FLOOR_DB, judged, mixed, peakDb } from "../../server/web/static/pages/voice/wav.js";

const phrase = (/** @type {string} */ text, recorded = false, needed = true) => ({
  language: "vi", text, group: "number", needed, recorded: recorded ? { digest: text, seconds: 1, lufs: -16, at: "", by: "" } : null,
});
const list = (/** @type {any[]} */ ...phrases) => ({ type: "list", view: { phrases, needed: 3, done: 0 } });

describe("the phrase in hand", () => {
  test("is the first that is not recorded", () => {
    assert.equal(reduce(initial, list(phrase("một", true), phrase("hai"), phrase("ba"))).chosen, "vi/hai");
  });
  test("moves on when it was kept, and past what is optional", () => {
    let state = reduce(initial, list(phrase("một"), phrase("hai mươi", false, false), phrase("ba")));
    state = reduce(state, { type: "kept", text: "", view: list(phrase("một", true), phrase("hai mươi", false, false), phrase("ba")).view });
    assert.deepEqual([state.chosen, state.phase], ["vi/ba", "idle"]);
  });
  test("comes back to the top, and stays when all is done", () => {
    let state = reduce({ ...initial, chosen: "vi/ba" }, list(phrase("một"), phrase("ba")));
    state = reduce(state, { type: "kept", text: "", view: list(phrase("một"), phrase("ba", true)).view });
    assert.equal(state.chosen, "vi/một");
    state = reduce(state, { type: "kept", text: "", view: list(phrase("một", true), phrase("ba", true)).view });
    assert.equal(state.chosen, "vi/một");
  });
  test("does not change while it is being recorded", () => {
    const state = reduce({ ...initial, chosen: "vi/một", phase: "recording" }, { type: "choose", key: "vi/hai" });
    assert.equal(state.chosen, "vi/một");
  });
});

describe("the microphone", () => {
  test("records only after it has started, and shows a level only then", () => {
    assert.equal(reduce(initial, { type: "recording" }).phase, "idle");
    assert.equal(reduce(initial, { type: "level", db: -6 }).level, FLOOR_DB);
    const starting = reduce({ ...initial, chosen: "vi/một" }, { type: "starting" });
    assert.equal(reduce(reduce(starting, { type: "recording" }), { type: "level", db: -6 }).level, -6);
  });
  test("that is refused says so and lets go", () => {
    const state = reduce({ ...initial, chosen: "vi/một", phase: "starting" }, { type: "microphone", state: "refused" });
    assert.deepEqual([state.phase, state.microphone], ["idle", "refused"]);
  });
});

describe("sound", () => {
  test("levels are decibels below full scale", () => {
    assert.equal(peakDb([0, 0]), FLOOR_DB);
    assert.ok(Math.abs(peakDb([0.1, -0.5]) + 6.02) < 0.01);
    assert.deepEqual([-1, -12, -40].map(judged), ["loud", "good", "faint"]);
  });
  test("a WAV says what it is and holds every sample", () => {
    const bytes = new DataView(encodeWav(new Float32Array([0, 0.5, -1, 2]), 22_050));
    assert.equal(String.fromCharCode(...new Uint8Array(bytes.buffer, 0, 16)), "RIFF" + "\u002c\0\0\0" + "WAVEfmt ");
    assert.deepEqual([bytes.getUint32(24, true), bytes.getUint16(34, true), bytes.getUint32(40, true)], [22_050, 16, 8]);
    assert.deepEqual([0, 1, 2, 3].map((at) => bytes.getInt16(44 + 2 * at, true)), [0, 16_384, -32_767, 32_767]);
  });
  test("two tracks become their mean", () => {
    assert.deepEqual([...mixed([new Float32Array([1, 0]), new Float32Array([0, 0.5])])], [0.5, 0.25]);
  });
});
