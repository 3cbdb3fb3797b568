import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { connectLive, initial, JOIN_MS, REORDER_MS, SILENCE_MS, step } from "motcua/live";

/** @typedef {import("motcua/live").Input} Input */

/** @param {number} version */
const event = (version) => ({ office: "demo", version, type: "ticket.issued", at: "2026-11-20T09:00:00+07:00", data: {} });

/** Plays inputs at their times and keeps every effect, as a screen would live through them. */
function screen() {
  let state = initial(0);
  /** @type {import("motcua/live").Effect[]} */
  const effects = [];
  return {
    get state() {
      return state;
    },
    /** @param {number} at @param {Input} input */
    at(at, input) {
      const next = step(state, input, at);
      state = next.state;
      effects.push(...next.effects);
      return next.effects;
    },
    delivered: () => effects.flatMap((effect) => (effect.do === "event" ? [effect.event.version] : [])),
  };
}

/** @param {number} version */
function joinedScreen(version) {
  const screen_ = screen();
  screen_.at(0, { type: "connected" });
  screen_.at(10, { type: "joined", version, snapshot: { version } });
  return screen_;
}

describe("joining", () => {
  test("a new screen asks for everything and is live once it has the snapshot", () => {
    const board = screen();
    assert.deepEqual(board.at(0, { type: "connected" }), [{ do: "join", since: null }]);
    assert.equal(board.state.status, "connecting");
    const effects = board.at(20, { type: "joined", version: 7, snapshot: { calls: [] } });
    assert.deepEqual(effects, [
      { do: "snapshot", snapshot: { calls: [] }, version: 7, missed: [], unknownSince: null },
      { do: "status", status: "live", since: null },
    ]);
  });

  test("events that overtake the snapshot are applied after it, those it holds are not", () => {
    const board = screen();
    board.at(0, { type: "connected" });
    board.at(5, { type: "event", event: event(8) });
    board.at(6, { type: "event", event: event(7) });
    assert.deepEqual(board.delivered(), []);
    board.at(20, { type: "joined", version: 7, snapshot: {} });
    assert.deepEqual(board.delivered(), [8]);
    assert.equal(board.state.version, 8);
  });

  test("a join that nobody answers is asked again", () => {
    const board = screen();
    board.at(0, { type: "connected" });
    assert.deepEqual(board.at(JOIN_MS - 1, { type: "tick" }), []);
    assert.deepEqual(board.at(JOIN_MS, { type: "tick" }), [{ do: "join", since: null }]);
  });

  test("a refused screen knows nothing", () => {
    const board = joinedScreen(3);
    board.at(100, { type: "refused" });
    assert.equal(board.state.status, "unknown");
  });
});

describe("versions", () => {
  test("each event is delivered once and in order", () => {
    const board = joinedScreen(3);
    for (const version of [4, 4, 3, 6, 5, 6, 7]) board.at(100, { type: "event", event: event(version) });
    assert.deepEqual(board.delivered(), [4, 5, 6, 7]);
    assert.equal(board.state.gapAt, null);
  });

  test("a gap that closes by itself asks nobody", () => {
    const board = joinedScreen(3);
    board.at(100, { type: "event", event: event(5) });
    assert.deepEqual(board.at(100 + REORDER_MS - 1, { type: "tick" }), []);
    board.at(100 + REORDER_MS - 1, { type: "event", event: event(4) });
    assert.deepEqual(board.at(100 + REORDER_MS, { type: "tick" }), []);
    assert.deepEqual(board.delivered(), [4, 5]);
  });

  test("a gap that stays is repaired by asking since the last version", () => {
    const board = joinedScreen(3);
    board.at(100, { type: "event", event: event(5) });
    assert.deepEqual(board.at(100 + REORDER_MS, { type: "tick" }), [{ do: "join", since: 3 }]);
    const [snapshot] = board.at(450, { type: "joined", version: 5, snapshot: {}, missed: [event(4), event(5)] });
    assert.deepEqual(snapshot.do === "snapshot" && snapshot.missed.map((missed) => missed.version), [4, 5]);
    assert.equal(board.state.status, "live");
    assert.deepEqual(board.delivered(), []);
  });

  test("a heartbeat that names a version never received opens a gap", () => {
    const board = joinedScreen(3);
    board.at(4000, { type: "heartbeat", version: 4 });
    assert.deepEqual(board.at(4000 + REORDER_MS, { type: "tick" }), [{ do: "join", since: 3 }]);
  });

  test("the event that a heartbeat overtook closes its gap", () => {
    const board = joinedScreen(3);
    board.at(4000, { type: "heartbeat", version: 4 });
    board.at(4050, { type: "event", event: event(4) });
    assert.deepEqual(board.at(4000 + REORDER_MS, { type: "tick" }), []);
  });

  test("a server restored from a backup is believed, one late heartbeat is not", () => {
    const board = joinedScreen(30);
    assert.deepEqual(board.at(4000, { type: "heartbeat", version: 12 }), []);
    assert.deepEqual(board.at(8000, { type: "heartbeat", version: 12 }), []);
    assert.deepEqual(board.at(12000, { type: "heartbeat", version: 12 }), [{ do: "join", since: null }]);
    board.at(12050, { type: "joined", version: 12, snapshot: {} });
    board.at(12100, { type: "event", event: event(13) });
    assert.deepEqual(board.delivered(), [13]);
  });
});

describe("not knowing", () => {
  test("silence makes a screen say since when it does not know, and dial again", () => {
    const board = joinedScreen(3);
    board.at(4000, { type: "heartbeat", version: 3 });
    assert.deepEqual(board.at(4000 + SILENCE_MS - 1, { type: "tick" }), []);
    assert.deepEqual(board.at(4000 + SILENCE_MS, { type: "tick" }), [
      { do: "status", status: "unknown", since: 4000 },
      { do: "reconnect" },
    ]);
  });

  test("silence that goes on says so once and goes on dialling", () => {
    const board = joinedScreen(3);
    board.at(10 + SILENCE_MS, { type: "tick" });
    assert.deepEqual(board.at(11 + SILENCE_MS, { type: "tick" }), []);
    assert.deepEqual(board.at(10 + 2 * SILENCE_MS, { type: "tick" }), [{ do: "reconnect" }]);
  });

  test("a socket that closes is not knowing at once, and its return brings what was missed", () => {
    const board = joinedScreen(3);
    board.at(5000, { type: "heartbeat", version: 3 });
    assert.deepEqual(board.at(6000, { type: "disconnected" }), [{ do: "status", status: "unknown", since: 5000 }]);
    assert.deepEqual(board.at(60000, { type: "connected" }), [{ do: "join", since: 3 }]);
    assert.equal(board.state.status, "unknown");
    assert.deepEqual(board.at(60020, { type: "joined", version: 5, snapshot: {}, missed: [event(4), event(5)] }), [
      { do: "snapshot", snapshot: {}, version: 5, missed: [event(4), event(5)], unknownSince: 5000 },
      { do: "status", status: "live", since: null },
    ]);
  });

  test("nothing is asked of a closed socket", () => {
    const board = joinedScreen(3);
    board.at(100, { type: "event", event: event(9) });
    board.at(150, { type: "disconnected" });
    assert.deepEqual(board.at(150 + REORDER_MS, { type: "tick" }), []);
  });
});

describe("wiring", () => {
  function wired() {
    let now = 1_000_000;
    let ticking = () => {};
    /** @type {{[name: string]: (message?: any) => void}} */
    const handlers = {};
    /** @type {any[]} */
    const joins = [];
    /** @type {any[]} */
    const seen = [];
    const socket = {
      on: (/** @type {string} */ name, /** @type {any} */ handler) => (handlers[name] = handler),
      emit: (/** @type {string} */ _name, /** @type {any} */ message, /** @type {any} */ ack) => joins.push({ message, ack }),
      disconnect: () => (handlers.disconnect(), socket),
      connect: () => socket,
    };
    const live = connectLive({
      office: "demo", topics: ["board"], io: () => socket,
      clock: { now: () => now, every: (_ms, task) => ((ticking = task), () => (ticking = () => {})) },
      onSnapshot: (snapshot, about) => seen.push(["snapshot", snapshot, about.version]),
      onEvent: (event) => seen.push(["event", event.version]),
      onStatus: (status, since) => seen.push([status, since]),
    });
    const pass = (/** @type {number} */ ms) => ((now += ms), ticking());
    return { live, handlers, joins, seen, pass };
  }

  test("the answer to a join that was given up is ignored", () => {
    const { handlers, joins, seen, pass } = wired();
    handlers.connect();
    pass(JOIN_MS);
    assert.deepEqual(joins.map((join) => join.message), [
      { office: "demo", topics: ["board"] },
      { office: "demo", topics: ["board"] },
    ]);
    joins[1].ack({ version: 9, snapshot: { of: "second" } });
    joins[0].ack({ version: 8, snapshot: { of: "first" } });
    assert.deepEqual(seen, [["snapshot", { of: "second" }, 9], ["live", null]]);
  });

  test("at midnight, when nothing happens, a page that stands open asks once for the new day", () => {
    const { handlers, joins, seen } = wired();
    const beat = (/** @type {string} */ at) => handlers.heartbeat({ office: "demo", version: 7, at });
    handlers.connect();
    joins[0].ack({ version: 7, snapshot: { at: "2026-11-20T23:50:00+07:00", day: "2026-11-20", office: { timezone: "Asia/Ho_Chi_Minh" } } });
    beat("2026-11-20T16:59:58+00:00");
    assert.equal(joins.length, 1, "midnight is the office's, not UTC's");
    beat("2026-11-20T17:00:02+00:00");
    beat("2026-11-20T17:00:06+00:00");
    assert.equal(joins.length, 2);
    joins[1].ack({ version: 7, snapshot: { at: "2026-11-21T00:00:06+07:00", day: "2026-11-21", office: { timezone: "Asia/Ho_Chi_Minh" } } });
    assert.equal(seen.at(-1)[1].day, "2026-11-21");
    beat("2026-11-20T17:00:10+00:00");
    assert.equal(joins.length, 2);
  });

  test("a page that has to know more than an event tells asks again, once at a time, and never a closed socket", () => {
    const { live, handlers, joins, seen } = wired();
    live.refresh();
    assert.equal(joins.length, 0);
    handlers.connect();
    joins[0].ack({ version: 7, snapshot: { counters: ["Quầy 1"] } });
    live.refresh();
    live.refresh();
    assert.deepEqual(joins.slice(1).map((join) => join.message.since), [7]);
    joins[1].ack({ version: 7, snapshot: { counters: ["Quầy 1", "Quầy 6"] }, missed: [] });
    assert.deepEqual(seen.at(-1), ["snapshot", { counters: ["Quầy 1", "Quầy 6"] }, 7]);
  });

  test("another office's events are not ours", () => {
    const { handlers, joins, seen } = wired();
    handlers.connect();
    joins[0].ack({ version: 1, snapshot: {} });
    handlers.event({ ...event(2), office: "other" });
    handlers.event(event(2));
    assert.deepEqual(seen.at(-1), ["event", 2]);
    assert.equal(seen.length, 3);
  });

  test("time is the server's, also the time since when nothing is known", () => {
    const { live, handlers, joins, seen, pass } = wired();
    handlers.connect();
    joins[0].ack({ version: 1, snapshot: { at: "2026-11-20T09:00:00+07:00" } });
    const server = Date.parse("2026-11-20T09:00:00+07:00");
    pass(SILENCE_MS);
    assert.equal(live.serverNow(), server + SILENCE_MS);
    assert.deepEqual(seen.at(-1), ["unknown", server]);
  });
});
