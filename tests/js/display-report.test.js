import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { readOptions } from "../../display/static/options.js";
import { AGAIN_MS, createReporter, MOST_TOLD } from "../../display/static/report.js";
import { takeSnapshot, initial, unheardCalls, withBetween } from "../../display/static/reduce.js";
import { inScope } from "../../display/static/select.js";
import { call, counter, NINE, snapshot } from "./display-hall.js";

/** A board with a clock that we turn, and a server that we are. */
function standing({ random = 0.5 } = {}) {
  /** @type {any} */
  const world = { now: 0, sent: [], answers: [], self: { version: 7, sound: "on", visible: true, layout: "main" } };
  const reporter = createReporter({
    send: (said) => {
      world.sent.push(said);
      return world.answers.length ? world.answers.shift()() : Promise.resolve({ every_s: 30 });
    },
    self: () => world.self, now: () => world.now, random: () => random,
  });
  world.run = async (/** @type {number} */ ms) => {
    for (const until = world.now + ms; world.now < until; world.now += 500) {
      reporter.tick();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { world, reporter };
}

const first = { ticket_id: "t-A012", call_count: 1 };

describe("what a board tells of itself", () => {
  test("at once when it opens, then every half minute, with its version", async () => {
    const { world } = standing();
    await world.run(1000);
    assert.deepEqual(world.sent, [{ version: 7, sound: "on", visible: true, layout: "main", heard: [] }]);
    world.self = { ...world.self, version: 9 };
    await world.run(25_000);
    assert.equal(world.sent.length, 1, "a further version is no news");
    await world.run(10_000);
    assert.deepEqual(world.sent.map((/** @type {any} */ said) => said.version), [7, 9]);
  });

  test("a call that it has spoken, soon, and once", async () => {
    const { world, reporter } = standing();
    await world.run(1000);
    reporter.spoken(first);
    await world.run(3000);
    assert.deepEqual(world.sent.slice(1).map((/** @type {any} */ said) => said.heard), [[first]]);
    await world.run(40_000);
    assert.deepEqual(world.sent.at(-1).heard, []);
  });

  test("nothing of a call that the server knows to be heard", async () => {
    const { world, reporter } = standing({ random: 1 });
    await world.run(1000);
    reporter.spoken(first);
    reporter.known({ ...first, call_count: 2 });
    reporter.known(first);
    await world.run(3000);
    assert.deepEqual(world.sent.flatMap((/** @type {any} */ said) => said.heard), []);
  });

  for (const change of [{ sound: "muted" }, { visible: false }, { layout: "hall" }]) {
    test(`${JSON.stringify(change)} is told soon`, async () => {
      const { world } = standing();
      await world.run(1000);
      world.self = { ...world.self, ...change };
      await world.run(2000);
      assert.equal(world.sent.length, 2);
      assert.deepEqual(world.sent[1], { ...world.self, heard: [] });
    });
  }

  test("what no server took is told again, with what came meanwhile", async () => {
    const { world, reporter } = standing();
    await world.run(1000);
    world.answers.push(() => Promise.reject(new Error("no network")));
    reporter.spoken(first);
    await world.run(2000);
    reporter.spoken({ ticket_id: "t-B001", call_count: 1 });
    await world.run(2 * AGAIN_MS);
    assert.deepEqual(world.sent.slice(1).map((/** @type {any} */ said) => said.heard.length), [1, 2]);
  });

  test("never more than the server takes, and all of it", async () => {
    const { world, reporter } = standing();
    for (let n = 0; n < 130; n += 1) reporter.spoken({ ticket_id: `t-${n}`, call_count: 1 });
    await world.run(5000);
    assert.deepEqual(world.sent.map((/** @type {any} */ said) => said.heard.length), [MOST_TOLD, 30]);
  });

  test("a thousand boards do not tell in the same instant", async () => {
    const times = await Promise.all([0, 0.4, 0.9].map(async (random) => {
      const { world, reporter } = standing({ random });
      await world.run(2000);
      reporter.spoken(first);
      for (let at = 0; world.sent.length < 2; at += 500) await world.run(500);
      return world.now;
    }));
    assert.ok(times[0] < times[2], String(times));
  });
});

describe("layouts that administration stores", () => {
  const boards = [
    { code: "north", layout: /** @type {const} */ ("zone"), zone: "Bắc", counters: [], services: [], theme: "paper" },
    { code: "desk", layout: /** @type {const} */ ("sign"), counters: [] },
    { code: "quiet", layout: /** @type {const} */ ("main"), voice: "silent" },
  ];
  const table = /** @type {[string, any, object][]} */ ([
    ["", null, { layout: "main", mute: false, zone: null }],
    ["", { ...boards[0], device: "tv-1" }, { layout: "zone", zone: "Bắc", theme: "paper", mute: false, code: "north" }],
    ["", { ...boards[1], device: "tv-2", counter: 4 }, { layout: "sign", counter: 4, mute: true }],
    ["", { ...boards[1], device: "tv-3", counter: null }, { layout: "main", counter: null }],
    ["?board=quiet", null, { layout: "main", mute: true, code: "quiet" }],
    ["?board=gone", boards[0], { layout: "main", zone: null }],
    ["?layout=queue", { ...boards[0] }, { layout: "queue", zone: null }],
    ["?layout=zone&counters=1,3&services=A", null, { layout: "zone", counters: [1, 3], services: ["A"], mute: false }],
    ["?board=north&theme=night&mute", null, { zone: "Bắc", theme: "night", mute: true }],
  ]);
  for (const [search, mine, expected] of table) {
    test(`${search || "no address"} for ${mine ? mine.code : "an unpaired screen"}`, () => {
      const options = readOptions(search, { boards, mine });
      assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, /** @type {any} */ (options)[key]])), expected);
    });
  }

  test("a board of some services shows their calls and lines and nobody else's", () => {
    const state = takeSnapshot(initial(), {
      ...snapshot(), counters: [counter(1, { services: ["A", "B"] }), counter(2, { services: ["B"] })],
      calls: [call("A012", 1), call("B008", 1), call("B009", 2)],
    }, NINE);
    const seen = inScope(state, readOptions("?layout=zone&services=A"));
    assert.deepEqual(seen.counters.map((c) => c.number), [1]);
    assert.deepEqual(seen.calls.map((c) => c.number), ["A012"]);
    assert.deepEqual(seen.waiting.map((line) => line.service), ["A"]);
  });
});

describe("everything that was called while a board was away", () => {
  const opened = takeSnapshot(initial(), snapshot(), NINE);
  const many = Array.from({ length: 30 }, (_each, n) => call(`C${n}`, n % 5, { at: NINE + 1000 + n }));
  const between = many.map((each) => ({ type: "ticket.called", data: { call: each } }));

  test("is listed, though a snapshot names only the last calls", () => {
    const state = takeSnapshot(opened, { ...snapshot(), calls: many.slice(-12).reverse() }, NINE + 60_000, between);
    assert.deepEqual(state.missed?.calls.map((each) => each.number), many.map((each) => each.number).reverse());
  });

  test("is found once, newest call of each ticket", () => {
    const again = call("C3", 3, { at: NINE + 5000, count: 2 });
    const merged = withBetween([again], [...between, { data: {} }]);
    assert.equal(merged.length, 30);
    assert.equal(merged[0], again);
    assert.equal(unheardCalls(opened, merged).at(-1), again);
  });
});
