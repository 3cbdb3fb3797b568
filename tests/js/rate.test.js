import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { initial, REASONS_MS, reduce, SETTLING_MS, THANKS_MS } from "../../server/web/static/pages/rate/reduce.js";
import { view } from "../../server/web/static/pages/rate/view.js";
import { markup, words } from "./markup.js";

/** @typedef {import("../../server/web/static/pages/rate/reduce.js").State} State */

const NOW = Date.parse("2026-11-20T09:42:00+07:00");
const handlers = { press() {}, toggle() {}, mark() {}, back() {}, send() {}, speak() {} };
const office = {
  code: "demo", name: "Phường Khương Đình", timezone: "Asia/Ho_Chi_Minh", rating: { scale: 3, window_s: 30 },
  counters: [{ number: 3, name: "Quầy 3" }, { number: 4, name: "Quầy 4" }], services: [{ code: "A", name: "Hộ tịch" }],
};
const THREE = ["very_satisfied", "satisfied", "dissatisfied"];
const rating = {
  session: "s1", counter: 3, number: "A012", service: "A", until: new Date(NOW + 30_000).toISOString(), levels: THREE,
  officer: { name: "Nguyễn Thị Minh Ngọc", photo: null },
};

/** @param {any[]} events @param {State} [state] @returns {State} */
const play = (events, state = initial(3)) =>
  events.reduce((now, event, i) => reduce(now, { now: NOW, key: `key-${i}`, ...event }), reduce(state, { type: "office", office }));

const opened = { type: "event", event: { type: "rating.opened", data: rating } };
const press = (/** @type {string} */ level, /** @type {number} */ after = 2000) => ({ type: "press", level, now: NOW + after });
const page = (/** @type {State} */ state, now = NOW) => words(view(state, now, handlers));

describe("a session that ended at this counter", () => {
  test("brings up the officer and the faces of the office's scale", () => {
    const state = play([opened]);
    assert.match(page(state), /MN Nguyễn Thị Minh Ngọc Quầy 3 · Hộ tịch · số A012/);
    assert.match(page(state), /Rất hài lòng .*Hài lòng .*Không hài lòng/);
    assert.equal((markup(view(state, NOW, handlers)).match(/class="rate__face /g) ?? []).length, 3);
  });

  test("five levels show five faces", () => {
    const levels = ["very_satisfied", "satisfied", "neutral", "dissatisfied", "very_dissatisfied"];
    const state = play([{ type: "event", event: { type: "rating.opened", data: { ...rating, levels } } }]);
    assert.match(page(state), /Bình thường .*Rất không hài lòng/);
  });

  test("at another counter is nothing here", () => {
    const state = play([{ type: "event", event: { type: "rating.opened", data: { ...rating, counter: 4 } } }]);
    assert.equal(state.rating, null);
  });

  test("closes by itself, and nobody's silence is sent as anything", () => {
    const state = play([opened, { type: "tick", now: NOW + 30_000 }]);
    assert.equal(state.rating, null);
    assert.deepEqual(state.outbox, []);
    assert.match(page(state), /Sau khi được phục vụ/);
  });
});

describe("a press", () => {
  test("is one rating of that session, at the moment of the press", () => {
    const state = play([opened, press("satisfied")]);
    assert.deepEqual(state.outbox, [
      { key: "key-1", session: "s1", body: { level: "satisfied", reasons: [], pressed_at: "2026-11-20T02:42:02.000Z" } },
    ]);
    assert.match(page(state), /Cảm ơn ông\/bà/);
  });

  test("a second one is nothing", () => {
    const state = play([opened, press("satisfied"), press("very_satisfied", 2100), opened, press("dissatisfied", 2500)]);
    assert.equal(state.outbox.length, 1);
  });

  test("of a finger that was already on its way when the faces came up is nothing", () => {
    assert.deepEqual(play([opened, press("satisfied", SETTLING_MS - 1)]).outbox, []);
  });

  test("thanks, then waits for the next", () => {
    const state = play([opened, press("satisfied"), { type: "tick", now: NOW + 2000 + THANKS_MS }]);
    assert.equal(state.thanksUntil, null);
  });

  test("stays until the server has confirmed it", () => {
    const state = play([opened, press("satisfied"), { type: "status", status: "unknown", since: NOW }]);
    assert.equal(state.outbox.length, 1);
    assert.deepEqual(reduce(state, { type: "delivered", key: "key-1" }).outbox, []);
  });

  test("that was stored before a reload is not asked again", () => {
    const stored = play([opened, press("satisfied")]).outbox;
    const state = play([{ type: "snapshot", snapshot: { rating: [rating] } }], initial(3, stored));
    assert.equal(state.rating, null);
    assert.equal(state.outbox.length, 1);
  });
});

describe("dissatisfaction", () => {
  const unhappy = [opened, press("dissatisfied")];

  test("asks for reasons before it is sent", () => {
    const state = play(unhappy);
    assert.deepEqual(state.outbox, []);
    assert.match(page(state), /chưa hài lòng về điều gì\?.*Thái độ phục vụ.*Lý do khác/);
  });

  test("carries the reasons, and the time of the face, not of the reasons", () => {
    const state = play([
      ...unhappy, { type: "toggle", reason: "attitude" }, { type: "toggle", reason: "fee" }, { type: "toggle", reason: "attitude" },
      { type: "send", now: NOW + 12_000 },
    ]);
    assert.deepEqual(state.outbox[0].body, { level: "dissatisfied", reasons: ["fee"], pressed_at: "2026-11-20T02:42:02.000Z" });
  });

  test("of somebody who walks away counts all the same", () => {
    const state = play([...unhappy, { type: "tick", now: NOW + 2000 + REASONS_MS }]);
    assert.deepEqual(state.outbox.map((each) => each.body.level), ["dissatisfied"]);
  });

  test("can be taken back before it is sent", () => {
    const state = play([...unhappy, { type: "back" }, press("satisfied", 4000)]);
    assert.deepEqual(state.outbox.map((each) => each.body.level), ["satisfied"]);
  });

  test("goes to its own session when the next one ends meanwhile", () => {
    const next = { ...rating, session: "s2", number: "A013" };
    const state = play([...unhappy, { type: "event", event: { type: "rating.opened", data: next } }]);
    assert.deepEqual(state.outbox.map((each) => each.session), ["s1"]);
    assert.equal(state.rating?.session, "s2");
    assert.equal(state.unhappy, null);
  });
});

describe("what the tablet does not know", () => {
  test("it says since when, in the idle state", () => {
    const state = play([{ type: "status", status: "unknown", since: NOW }]);
    assert.match(page(state), /Mất kết nối từ 09:42/);
  });

  test("a session rated by the panel thanks and closes", () => {
    const state = play([opened, { type: "event", event: { type: "rating.given", data: { counter: 3, session: "s1" } } }]);
    assert.match(page(state), /Cảm ơn/);
    assert.deepEqual(state.outbox, []);
  });

  test("after a return, a session that is over is not offered", () => {
    const state = play([opened, { type: "snapshot", snapshot: { rating: [] } }]);
    assert.equal(state.rating, null);
  });

  test("a tablet without a counter asks which one it stands at", () => {
    assert.match(page(play([], initial(0))), /đặt ở quầy nào\? Quầy 3 Quầy 4/);
  });
});

describe("an office that asks about single things", () => {
  const asking = { ...office, rating: { ...office.rating, criteria: ["speed", "attitude"] } };
  const asked = (/** @type {any[]} */ ...events) => {
    const begun = reduce(initial(3), { type: "office", office: asking });
    return events.reduce((now, event, i) => reduce(now, { now: NOW, key: `key-${i}`, ...event }), begun);
  };

  test("asks after the face, and sends both as one rating", () => {
    const state = asked(opened, press("satisfied"));
    assert.deepEqual(state.outbox, []);
    assert.match(page(state), /Tốc độ giải quyết .*Thái độ phục vụ/);
    const mark = { type: "mark", criterion: "speed", level: "dissatisfied" };
    const sent = [mark, { type: "send" }].reduce((now, event) => reduce(now, { now: NOW + 4000, key: "k", ...event }), state);
    assert.deepEqual(sent.outbox.map((/** @type {any} */ each) => [each.body.level, each.body.criteria]), [["satisfied", { speed: "dissatisfied" }]]);
  });

  test("takes silence as no answer to them, and the face as given", () => {
    const state = asked(opened, press("very_satisfied"), { type: "tick", now: NOW + 2000 + REASONS_MS });
    assert.deepEqual(state.outbox.map((/** @type {any} */ each) => [each.body.level, "criteria" in each.body]), [["very_satisfied", false]]);
  });

  test("is heard by a tablet that stood open while the office began to ask", () => {
    const said = { ...opened, event: { ...opened.event, data: { ...rating, criteria: ["guidance"] } } };
    assert.match(page(play([said, press("satisfied")])), /Hướng dẫn/);
    assert.equal(play([opened, press("satisfied")]).outbox.length, 1);
  });

  test("lets a second touch take a level back", () => {
    const mark = { type: "mark", criterion: "speed", level: "satisfied" };
    assert.deepEqual(asked(opened, press("satisfied"), mark, mark).detail?.criteria, {});
  });

  test("asks for the reasons first", () => {
    const state = asked(opened, press("dissatisfied"), { type: "toggle", reason: "fee" }, { type: "send" });
    assert.deepEqual(state.detail?.reasons, ["fee"]);
    assert.equal(state.unhappy, null);
  });
});
