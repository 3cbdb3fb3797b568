import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { createAnnouncer, MAX_AGE_MS, WATCHDOG_MS } from "../../display/static/announcer.js";
import { addressesOf } from "../../display/static/speaker.js";
import { call, NINE } from "./display-hall.js";

/** A hall with a loudspeaker that finishes when the test says so. @param {boolean} [mute] */
function hall(mute = false) {
  let now = NINE;
  /** @type {string[]} */
  const log = [];
  /** @type {{resolve: () => void, reject: (error: Error) => void} | null} */
  let sounding = null;
  const speaker = {
    /** @param {any} spoken @returns {Promise<void>} */
    play(spoken) {
      assert.equal(sounding, null, "two announcements at once");
      log.push(`play ${spoken.number}`);
      return new Promise((resolve, reject) => {
        sounding = { resolve, reject };
      });
    },
    /** @param {any} spoken */
    prepare: (spoken) => log.push(`prepare ${spoken.number}`),
    stop() {
      log.push("stop");
      sounding = null;
    },
  };
  const announcer = createAnnouncer({
    speaker, mute, now: () => now,
    onTold: (told) => log.push(`${told.outcome} ${told.call.number}/${told.call.call_count}`),
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    log, announcer,
    /** @param {ReturnType<typeof call>} made */
    call: (made) => announcer.feed({ type: "call", call: made }),
    /** @param {number} ms */
    wait(ms) {
      now += ms;
      announcer.feed({ type: "tick" });
    },
    async end() {
      const ended = sounding;
      sounding = null;
      ended?.resolve();
      await settle();
    },
    /** @param {string} name */
    async fail(name) {
      const ended = sounding;
      sounding = null;
      ended?.reject(Object.assign(new Error(name), { name }));
      await settle();
    },
    heard: () => log.filter((line) => line.startsWith("play")).map((line) => line.slice(5)),
  };
}

describe("the queue of announcements", () => {
  test("one at a time, in order; what waits is fetched meanwhile", async () => {
    const { call: ring, end, log, announcer } = hall();
    ring(call("A001", 1));
    ring(call("B001", 2));
    assert.deepEqual(log, ["play A001", "prepare B001"]);
    await end();
    assert.deepEqual(log.slice(2), ["spoken A001/1", "play B001"]);
    await end();
    assert.equal(announcer.state().status, "idle");
  });

  test("twenty calls in one instant are all spoken in order", async () => {
    const { call: ring, end, heard } = hall();
    const numbers = Array.from({ length: 20 }, (_, i) => `A${String(i + 1).padStart(3, "0")}`);
    numbers.forEach((number, i) => ring(call(number, i + 1)));
    for (let n = 0; n < 20; n += 1) await end();
    assert.deepEqual(heard(), numbers);
  });

  test("the same call twice is spoken once; its recall is another call", async () => {
    const { call: ring, end, heard } = hall();
    ring(call("A001", 1));
    ring(call("A001", 1));
    ring(call("A001", 1, { count: 2 }));
    await end();
    await end();
    assert.deepEqual(heard(), ["A001", "A001"]);
  });

  test("a recall replaces the call that still waits", async () => {
    const { call: ring, end, log } = hall();
    ring(call("B001", 2));
    ring(call("A001", 1));
    ring(call("A001", 1, { count: 2 }));
    await end();
    await end();
    assert.deepEqual(log.filter((line) => !line.startsWith("prepare")), [
      "play B001", "cancelled A001/1", "spoken B001/1", "play A001", "spoken A001/2",
    ]);
  });

  test("who is already served is not called any more", async () => {
    const { call: ring, end, announcer, log } = hall();
    ring(call("B001", 2));
    ring(call("A001", 1));
    announcer.feed({ type: "gone", ticketId: "t-A001" });
    await end();
    assert.deepEqual(log.slice(-2), ["cancelled A001/1", "spoken B001/1"]);
  });

  test("what waited too long is not spoken, and says so", async () => {
    const { call: ring, wait, end, heard, log } = hall();
    ring(call("A001", 1));
    ring(call("B001", 2));
    wait(1000);
    ring(call("C001", 3, { at: NINE + MAX_AGE_MS }));
    wait(MAX_AGE_MS - 900);
    assert.ok(log.includes("stop"), "the one that never ended was given up");
    assert.ok(log.includes("expired B001/1"));
    await end();
    assert.deepEqual(heard(), ["A001", "C001"]);
  });

  test("a sound that never ends is given up, and cannot end the next one later", async () => {
    const { call: ring, wait, announcer, log, end } = hall();
    ring(call("A001", 1));
    ring(call("B001", 2));
    wait(WATCHDOG_MS + 1);
    assert.deepEqual(log.slice(-3), ["stop", "failed A001/1", "play B001"]);
    assert.equal(announcer.state().failing, true);
    await end();
    assert.equal(log.at(-1), "spoken B001/1");
    assert.equal(announcer.state().failing, false);
  });

  test("a sound that fails does not stop the queue", async () => {
    const { call: ring, fail, end, heard, announcer } = hall();
    ring(call("A001", 1));
    ring(call("B001", 2));
    await fail("Error");
    assert.equal(announcer.state().failing, true);
    await end();
    assert.deepEqual(heard(), ["A001", "B001"]);
    assert.equal(announcer.state().failing, false);
  });

  test("a browser that wants a touch first: nothing is lost, nothing stale is spoken after it", async () => {
    const { call: ring, fail, announcer, wait, heard, end } = hall();
    ring(call("A001", 1));
    await fail("NotAllowedError");
    assert.equal(announcer.state().status, "blocked");
    ring(call("B001", 2, { at: NINE + MAX_AGE_MS }));
    wait(MAX_AGE_MS + 1);
    announcer.feed({ type: "enable" });
    await end();
    assert.deepEqual(heard(), ["A001", "B001"]);
    assert.equal(announcer.state().status, "idle");
  });

  test("a muted board says nothing and tells that it did not", () => {
    const { call: ring, log } = hall(true);
    ring(call("A001", 1));
    assert.deepEqual(log, ["muted A001/1"]);
  });
});

describe("where a sound is", () => {
  const voice = { edition: "e1", languages: ["vi"] };

  test("a call and its recall sound different", () => {
    assert.deepEqual(addressesOf("demo", voice, call("A001", 3)), ["/display/demo/speech/A001/3.vi.wav?v=e1"]);
    assert.deepEqual(addressesOf("demo", voice, call("A001", 3, { count: 2 })), ["/display/demo/speech/A001/3.vi.wav?v=e1&recall=1"]);
  });

  test("an English ticket is called in English; an office of two languages speaks both", () => {
    assert.deepEqual(addressesOf("demo", voice, call("A001", 3, { language: "en" })), ["/display/demo/speech/A001/3.en.wav?v=e1"]);
    const both = addressesOf("demo", { edition: "e1", languages: ["vi", "en"] }, call("ĐB001", 3));
    assert.deepEqual(both, ["/display/demo/speech/%C4%90B001/3.vi.wav?v=e1", "/display/demo/speech/%C4%90B001/3.en.wav?v=e1"]);
  });
});
