import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { initial, MISSED_MS, MOST_CALLS, STALE_MS, takeEvent, takeSnapshot, takeStatus, takeWaits, unheardCalls } from "../../display/static/reduce.js";
import { readOptions } from "../../display/static/options.js";
import { concerns, focus, FRESH_MS, inScope, missedNow, recent, today } from "../../display/static/select.js";
import { call, NINE, snapshot } from "./display-hall.js";

const opened = takeSnapshot(initial(), snapshot(), NINE);

describe("what the board knows", () => {
  test("a call is newest, and its counter and line change with it", () => {
    const made = call("A013", 2, { at: NINE + 1000 });
    const counter = { ...opened.counters[1], ticket: "A013", ticket_state: "called" };
    const state = takeEvent(opened, { type: "ticket.called", data: { call: made, counter, waiting: [{ service: "A", count: 3 }] } });
    assert.deepEqual(state.calls.map((c) => c.number), ["A013", "A012", "B008"]);
    assert.equal(state.counters[1].ticket, "A013");
    assert.deepEqual(state.waiting.map((line) => [line.name, line.count]), [["Hộ tịch", 3], ["Chứng thực", 6]]);
  });

  test("a line's wait is that of the newest event, and of whoever asks in between", () => {
    const [before, after, later] = [60, 600, 1200].map((high) => ({ low: 0, high }));
    const old = takeEvent(opened, { type: "ticket.issued", data: { waiting: [{ service: "A", count: 1, expected_wait_s: before }] } });
    const state = takeEvent(old, { type: "ticket.issued", data: { waiting: [{ service: "A", count: 9, expected_wait_s: after }] } });
    assert.deepEqual(state.waiting.map((line) => [line.name, line.expected_wait_s]), [["Hộ tịch", after], ["Chứng thực", undefined]]);
    const asked = takeWaits(state, { waiting: [{ service: "A", name: "", count: 7, expected_wait_s: later }] });
    assert.deepEqual([asked.waiting[0].name, asked.waiting[0].count, asked.waiting[0].expected_wait_s], ["Hộ tịch", 9, later]);
  });

  test("a recall moves the ticket to the front, once", () => {
    const again = call("B008", 1, { at: NINE + 1000, count: 2 });
    const state = takeEvent(opened, { type: "ticket.recalled", data: { call: again, counter: null, waiting: [] } });
    assert.deepEqual(state.calls.map((c) => [c.number, c.recall]), [["B008", true], ["A012", false]]);
  });

  test("only the last calls are kept", () => {
    let state = opened;
    for (let n = 100; n <= 100 + MOST_CALLS; n += 1) {
      state = takeEvent(state, { type: "ticket.called", data: { call: call(`A${n}`, 1, { at: NINE + n }) } });
    }
    assert.equal(state.calls.length, MOST_CALLS);
    assert.equal(state.calls[0].number, "A160");
  });

  test("a paused counter, a new counter, a notice", () => {
    const paused = { ...opened.counters[0], state: "paused", ticket: null };
    assert.equal(takeEvent(opened, { type: "counter.paused", data: { counter: paused } }).counters[0].state, "paused");
    const added = { ...paused, number: 9, name: "Quầy 9" };
    assert.deepEqual(takeEvent(opened, { type: "counter.opened", data: { counter: added } }).counters.map((c) => c.number), [1, 2, 9]);
    assert.deepEqual(takeEvent(opened, { type: "board.notice", data: { notice: { vi: "Nghỉ" } } }).notice, { vi: "Nghỉ" });
  });

  test("what does not concern a board changes nothing", () => {
    for (const type of ["rating.opened", "rating.given", "device.status", "something.new"]) {
      assert.equal(takeEvent(opened, { type, data: { counter: 1 } }), opened);
    }
  });

  test("a lost connection keeps what was known and says since when", () => {
    const lost = takeStatus(opened, "unknown", NINE);
    assert.equal(lost.since, NINE);
    assert.equal(lost.calls, opened.calls);
  });
});

describe("calls that a board did not hear", () => {
  const away = takeStatus(opened, "unknown", NINE);
  const old = call("A013", 2, { at: NINE + 5000 });
  const fresh = call("A014", 1, { at: NINE + 60_000 });
  const back = { ...snapshot(), calls: [fresh, old, ...snapshot().calls] };

  test("are named in the order they were called", () => {
    assert.deepEqual(unheardCalls(away, back.calls).map((c) => c.number), ["A013", "A014"]);
  });

  test("are listed as missed when stale; a fresh one is an ordinary call", () => {
    const at = NINE + 60_000 + STALE_MS - 1;
    const state = takeSnapshot(away, back, at);
    assert.deepEqual(missedNow(state, at).map((c) => c.number), ["A013"]);
    assert.deepEqual(missedNow(state, at + MISSED_MS), []);
    assert.equal(state.calls[0].number, "A014");
  });

  test("a recall that was missed is a call of its own", () => {
    const again = call("B008", 1, { at: NINE + 5000, count: 2 });
    assert.deepEqual(unheardCalls(away, [again, snapshot().calls[0]]).map((c) => c.call_count), [2]);
  });

  test("a board that was just switched on has missed nothing", () => {
    assert.equal(takeSnapshot(initial(), snapshot(), NINE + 3_600_000).missed, null);
  });

  test("an older call that was pushed out of the list is not taken for a missed one", () => {
    const older = call("Z001", 1, { at: NINE - 3_600_000 });
    assert.deepEqual(unheardCalls(away, [...snapshot().calls, older]), []);
  });
});

describe("what a screen shows of it", () => {
  const silent = { current: null, queue: [] };

  test("options come from the address", () => {
    const everything = { code: "", counters: [], services: [] };
    assert.deepEqual(readOptions(""), { ...everything, layout: "main", zone: null, counter: null, mute: false, theme: "night" });
    assert.deepEqual(readOptions("?zone=B&mute&theme=paper"), { ...everything, layout: "main", zone: "B", counter: null, mute: true, theme: "paper" });
    assert.deepEqual(readOptions("?counter=3"), { ...everything, layout: "sign", zone: null, counter: 3, mute: true, theme: "night" });
    assert.equal(readOptions("?counter=3&mute=0").mute, false);
    assert.equal(readOptions("?layout=queue").layout, "queue");
    assert.equal(readOptions("?layout=toString&counter=-1").layout, "main");
  });

  test("a zone shows and speaks its own counters only", () => {
    const zoned = { ...opened, counters: opened.counters.map((c, i) => ({ ...c, zone: i ? "B" : "A" })) };
    const options = readOptions("?zone=B");
    const shown = inScope(zoned, options);
    assert.deepEqual(shown.counters.map((c) => c.number), [2]);
    assert.deepEqual(shown.calls.map((c) => c.number), ["A012"]);
    assert.deepEqual(shown.waiting.map((line) => line.service), ["A"]);
    assert.equal(concerns(zoned, options, call("A020", 2)), true);
    assert.equal(concerns(zoned, options, call("A020", 1)), false);
    assert.equal(concerns(zoned, readOptions(""), call("A020", 1)), true);
  });

  test("one call alone is in focus, two of one instant both are", () => {
    const first = call("A013", 2, { at: NINE });
    const second = call("C001", 1, { at: NINE });
    assert.deepEqual(focus([], silent, NINE), []);
    assert.deepEqual(focus([first], silent, NINE), [first]);
    assert.deepEqual(focus([second, first], silent, NINE + 100), [second, first]);
    assert.deepEqual(focus([second, first], silent, NINE + FRESH_MS), [second]);
  });

  test("what is being spoken is in focus, before what is newer", () => {
    const calls = [3, 2, 1].map((n) => call(`A00${n}`, n, { at: NINE + n }));
    const speech = { current: calls[2], queue: [calls[1], calls[0]] };
    assert.deepEqual(focus(calls, speech, NINE).map((c) => c.number), ["A001", "A002"]);
    assert.deepEqual(recent(calls, focus(calls, speech, NINE)).map((c) => c.number), ["A003"]);
  });

  test("yesterday's calls are not shown, by the office's own midnight", () => {
    const late = call("A099", 1, { at: Date.parse("2026-11-19T23:59:00+07:00") });
    const early = call("A001", 1, { at: Date.parse("2026-11-20T00:01:00+07:00") });
    assert.deepEqual(today([early, late], NINE, "Asia/Ho_Chi_Minh"), [early]);
  });
});
