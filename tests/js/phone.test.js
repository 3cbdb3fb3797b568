import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";

import { createAlarm } from "../../server/web/static/pages/phone/alarm.js";
import { initial, reduce } from "../../server/web/static/pages/phone/reduce.js";
import { afterChange, afterFailure, isOver, poll } from "../../server/web/static/pages/phone/schedule.js";
import { titleOf, view } from "../../server/web/static/pages/phone/view.js";
import { addCatalogue, setLanguage } from "motcua/i18n";
import { markup, words } from "./markup.js";

/** @typedef {import("../../server/web/static/pages/phone/reduce.js").State} State */

const NOW = Date.parse("2026-11-20T09:42:00+07:00");
const CALLED_AT = "2026-11-20T09:42:00.000+07:00";
const handlers = { sound() {}, wake() {}, askLeave() {}, stay() {}, leave() {}, choose() {}, mark() {}, reason() {}, comment() {}, rate() {} };
const place = { number: 3, name: "Quầy 3", names: { vi: "Quầy 3", en: "Counter 3" } };
const ticket = {
  version: 10, number: "A012", service: "A", service_name: "Hộ tịch", service_names: { vi: "Hộ tịch", en: "Civil status" },
  state: "waiting", over: false, day: "2026-11-20", people_ahead: 5, expected_wait_s: { low: 1200, high: 2100 },
  places: [{ number: 2, name: "Quầy 2" }, place], place: null, last_call: { number: "A006", place }, papers: [{ vi: "Tờ khai", en: "Form" }],
  call_count: 0, called_at: null, office: { code: "demo", name: "Phường", timezone: "Asia/Ho_Chi_Minh" },
  rating: { open: false, given: false },
};

/** @param {any[]} inputs @param {State} [state] @returns {State} */
const play = (inputs, state = initial(ticket, NOW)) =>
  inputs.reduce((now, input) => reduce(now, { now: NOW, chance: 0.5, ...input }), state);
const page = (/** @type {State} */ state) => words(view(state, handlers));
const with_ = (/** @type {any} */ more) => initial({ ...ticket, ...more }, NOW);

test("what to bring is that of the procedure that was chosen, and says so", () => {
  const chosen = page(with_({ procedure: { code: "1.001193", names: { vi: "Đăng ký khai sinh" } } }));
  assert.match(chosen, /Xin chuẩn bị sẵn Đăng ký khai sinh Tờ khai/);
  assert.match(page(with_({})), /Xin chuẩn bị sẵn Tờ khai/);
});

const live = { type: "snapshot", version: 10 };
/** @param {any} [more] @param {number} [version] */
const called = (more = {}, version = 11) => ({
  type: "event",
  event: {
    type: "ticket.called", version,
    data: { ticket: { number: "A012", service: "A", state: "called", counter: 3, call_count: 1, called_at: CALLED_AT, ...more }, counter: place },
  },
});
const other = (/** @type {string} */ service, version = 11) => ({
  type: "event",
  event: { type: "ticket.called", version, data: { ticket: { number: "B001", service }, waiting: [{ service, count: 4 }] } },
});

describe("who waits", () => {
  test("sees how many are ahead, the wait as a range, and where", () => {
    assert.match(page(with_({})), /A012 Hộ tịch Còn 5 người trước ông\/bà Chờ khoảng 20–35 phút Nơi phục vụ Quầy 2, Quầy 3 Vừa gọi A006 → Quầy 3/);
  });

  test("and is next", () => assert.match(page(with_({ people_ahead: 0 })), /Ông\/bà là người tiếp theo/));

  test("is promised nothing where no counter is open", () => {
    const shown = page(with_({ expected_wait_s: null }));
    assert.match(shown, /Chưa có quầy nào nhận lĩnh vực này/);
    assert.doesNotMatch(shown, /Chờ khoảng/);
  });
});

describe("a call", () => {
  test("is shown by its event, before the server is asked, and rings once", () => {
    const state = play([live, called()]);
    assert.match(page(state), /Mời ông\/bà đến Quầy 3 Gọi lần 1, lúc 09:42/);
    assert.equal(state.rings, 1);
    assert.equal(play([called()], state).rings, 1);
    assert.equal(titleOf(state.ticket), "● A012 → Quầy 3");
  });

  test("rings again when it is a recall", () => {
    const state = play([live, called(), called({ call_count: 2 }, 12)]);
    assert.equal(state.rings, 2);
    assert.match(page(state), /Gọi lần 2/);
  });

  test("that came while the phone slept rings at the next answer", () => {
    const answer = { ...ticket, version: 14, state: "called", place, call_count: 1, called_at: CALLED_AT };
    assert.equal(play([{ type: "answer", ticket: answer }]).rings, 1);
  });

  test("that was there when the page was opened is seen, not rung", () => {
    assert.equal(play([live], with_({ state: "called", place, call_count: 1, called_at: CALLED_AT })).rings, 0);
  });

  test("of another person is not ours", () => assert.equal(play([live, other("A")]).rings, 0));
});

describe("asking the server", () => {
  test("is for events of this line only", () => {
    assert.equal(play([live, other("B")]).askAt, null);
    assert.notEqual(play([live, other("A")]).askAt, null);
    const counter = (/** @type {string} */ service) => ({ type: "event", event: { type: "counter.opened", version: 11, data: { counter: { services: [service] } } } });
    assert.equal(play([live, counter("B")]).askAt, null);
    assert.notEqual(play([live, counter("A")]).askAt, null);
  });

  test("is spread by how far back one is, and several changes are one question", () => {
    const at = (/** @type {number} */ people_ahead) => afterChange({ ...ticket, people_ahead }, 0.999);
    assert.ok(at(0) <= 1000 && at(10) > 3000 && at(500) <= 12_200);
    const state = play([live, { ...other("A"), chance: 0.1 }, { ...other("A", 12), chance: 0.9 }]);
    assert.equal(state.askAt, NOW + 200 + 0.1 * 2000);
  });

  test("five hundred phones of one line never ask more than a hundred times in a second", () => {
    const seconds = new Map();
    for (let i = 0; i < 500; i += 1) {
      const second = Math.floor(afterChange({ ...ticket, people_ahead: i }, (i * 0.618034) % 1) / 1000);
      seconds.set(second, (seconds.get(second) ?? 0) + 1);
    }
    assert.ok(Math.max(...seconds.values()) <= 100, JSON.stringify([...seconds]));
  });

  test("is not needed when the first snapshot says what the page already shows", () => {
    assert.equal(play([live]).askAt, null);
    assert.notEqual(play([{ type: "snapshot", version: 12 }]).askAt, null);
    assert.equal(play([{ ...live, day: "2026-11-20" }]).askAt, null);
    assert.notEqual(play([{ ...live, day: "2026-11-21" }]).askAt, null, "the same version, but the number's day is over");
  });

  test("an answer that an event has overtaken is asked for again, not shown", () => {
    const state = play([live, called({}, 15), { type: "asking" }, { type: "answer", ticket: { ...ticket, version: 13 } }]);
    assert.equal(state.ticket.state, "called");
    assert.notEqual(state.askAt, null);
  });

  test("a server that was restored from a backup is believed", () => {
    const state = play([{ type: "snapshot", version: 4 }, { type: "answer", ticket: { ...ticket, version: 4, people_ahead: 9 } }]);
    assert.equal(state.ticket.people_ahead, 9);
  });

  test("goes on from time to time where live events do not come through, sooner near the front", () => {
    const state = play([{ type: "status", status: "unknown", since: NOW }, { type: "asking" }, { type: "answer", ticket: { ...ticket, version: 12 } }]);
    assert.equal(state.known, true);
    assert.ok(state.askAt);
    assert.ok(poll({ ...ticket, people_ahead: 2 }, 0.5) < poll({ ...ticket, people_ahead: 20 }, 0.5));
  });

  test("backs off, to a minute and a quarter at the most", () => {
    assert.deepEqual([1, 2, 3, 10].map((n) => afterFailure(n, 0.5)), [4000, 8000, 16_000, 60_000]);
  });

  test("ends when nothing more will happen", () => {
    for (const state of ["completed", "cancelled", "expired"]) assert.equal(isOver({ ...ticket, state }), true);
    const answer = { ...ticket, version: 12, state: "cancelled" };
    assert.equal(play([{ type: "status", status: "unknown", since: NOW }, { type: "asking" }, { type: "answer", ticket: answer }]).askAt, null);
  });
});

describe("a lost connection", () => {
  const lost = { type: "status", status: "unknown", since: NOW - 60_000 };

  test("says since when, and what is safe", () => {
    const state = play([{ ...live, now: NOW - 60_000 }, lost], initial(ticket, NOW - 90_000));
    assert.match(page(state), /Mất kết nối từ 09:41\..*Số của ông\/bà vẫn được giữ/);
  });

  test("is over with an answer, though the live one is still away", () => {
    assert.doesNotMatch(page(play([live, lost, { type: "answer", ticket }])), /Mất kết nối/);
  });

  test("of a server that cannot answer while events still come counts from now", () => {
    const state = play([live, { type: "no_answer", now: NOW + 600_000 }]);
    assert.match(page(state), /Mất kết nối từ 09:52/);
  });

  test("keeps its first moment through many failures", () => {
    const state = play([live, lost, { type: "no_answer", now: NOW + 60_000 }, { type: "no_answer", now: NOW + 120_000 }]);
    assert.equal(state.knownAt, NOW);
  });
});

describe("leaving the line", () => {
  test("asks first, and staying is nothing", () => {
    const asked = play([{ type: "leave" }]);
    assert.match(page(asked), /Trả lại số A012\? Ông\/bà sẽ mất chỗ/);
    assert.doesNotMatch(page(play([{ type: "stay" }], asked)), /Trả lại số/);
  });

  test("is not offered once the number is called", () => {
    const state = play([{ type: "leave" }, called()]);
    assert.doesNotMatch(page(state), /rời hàng/);
    assert.equal(state.leaving, "no");
  });

  test("that is refused says why", () => {
    assert.match(page(play([{ type: "leave" }, { type: "leave_sent" }, { type: "refused", text: "Số đã được gọi." }])), /Số đã được gọi\./);
  });
});

describe("every state says what it is and what to do", () => {
  for (const [state, more, said] of /** @type {[string, any, RegExp][]} */ ([
    ["serving", { place }, /đang được phục vụ Quầy 3/],
    ["held", {}, /đang được giữ lại.*không cần lấy số mới/],
    ["no_show", {}, /chưa gặp ông\/bà.*đến bàn hướng dẫn/],
    ["no_show", { over: true }, /hết hiệu lực/],
    ["completed", {}, /Đã phục vụ xong/],
    ["cancelled", {}, /đã được huỷ.*lấy số mới/],
    ["expired", {}, /hết hiệu lực.*trong ngày 20\/11\/2026/],
    ["a_later_state", {}, /hết hiệu lực/],
  ])) {
    test(`${state} ${JSON.stringify(more)}`, () => assert.match(page(with_({ state, ...more })), said));
  }
});

describe("after the service", () => {
  const asked = {
    open: true, given: false, levels: ["very_satisfied", "satisfied", "dissatisfied"], until_day: "2026-11-23", place,
    officer: { name: "Nguyễn Thị Minh Ngọc", photo: null },
  };
  const done = with_({ state: "completed", rating: asked });

  test("the officer and the faces of the office's scale are there, and until when", () => {
    assert.match(page(done), /Nguyễn Thị Minh Ngọc Quầy 3 .*Rất hài lòng .*Hài lòng .*Không hài lòng .*hết ngày 23\/11\/2026/);
    const five = with_({ state: "completed", rating: { ...asked, levels: [...asked.levels, "neutral", "very_dissatisfied"] } });
    assert.equal((markup(view(five, handlers)).match(/data-level=/g) ?? []).length, 5);
  });

  test("a face can be changed before it is sent; reasons are asked for dissatisfaction only", () => {
    const unhappy = play([{ type: "choose", level: "dissatisfied" }, { type: "reason", reason: "fee" }, { type: "comment", text: "chờ lâu" }], done);
    assert.match(page(unhappy), /Ông\/bà chưa hài lòng về điều gì\?.*Gửi đánh giá/);
    assert.deepEqual(unhappy.choice, { level: "dissatisfied", reasons: ["fee"], comment: "chờ lâu", criteria: {} });
    const changed = play([{ type: "choose", level: "satisfied" }], unhappy);
    assert.deepEqual(changed.choice, { level: "satisfied", reasons: [], comment: "chờ lâu", criteria: {} });
    assert.doesNotMatch(page(changed), /chưa hài lòng về điều gì/);
    assert.deepEqual(play([{ type: "reason", reason: "fee" }], unhappy).choice?.reasons, []);
  });

  test("is sent once, then thanked for", () => {
    const sent = play([{ type: "choose", level: "satisfied" }, { type: "rating_sent" }], done);
    assert.match(markup(view(sent, handlers)), /\?disabled=true/);
    assert.match(page(play([{ type: "rated" }], sent)), /Cảm ơn ông\/bà đã đánh giá/);
  });

  test("a rating that was refused keeps what was written", () => {
    const state = play([{ type: "choose", level: "satisfied" }, { type: "comment", text: "tốt" }, { type: "rating_sent" }, { type: "refused", text: "Máy chủ chưa trả lời." }], done);
    assert.match(page(state), /Máy chủ chưa trả lời\./);
    assert.deepEqual([state.sending, state.choice?.comment], [false, "tốt"]);
  });

  test("too late, nothing is asked", () => {
    assert.doesNotMatch(page(with_({ state: "completed", rating: { open: false, given: false } })), /hài lòng/);
  });
});

describe("in English", () => {
  afterEach(() => setLanguage("vi"));

  test("names and counts are English", async () => {
    addCatalogue("en", { "Còn %(n)s người trước ông/bà": ["One person before you", "%(n)s people before you"] });
    await setLanguage("en");
    assert.match(page(with_({ people_ahead: 1 })), /Civil status One person before you/);
    assert.match(page(with_({})), /5 people before you.*Form/);
  });
});

describe("the alarm", () => {
  function machine() {
    /** @type {{starts: number[], stopped: number, vibrations: number[][], awake: number}} */
    const seen = { starts: [], stopped: 0, vibrations: [], awake: 0 };
    const node = () => ({ connect: (/** @type {any} */ next) => next });
    const context = () => ({
      currentTime: 100, destination: {}, resume: async () => {}, close() {},
      createOscillator: () => ({
        ...node(), frequency: { value: 0 }, start: (/** @type {number} */ at) => seen.starts.push(at),
        stop: (/** @type {number | undefined} */ at) => (seen.stopped += Number(at === undefined)),
      }),
      createGain: () => ({ ...node(), gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} } }),
    });
    const alarm = createAlarm({ context, vibrate: (pattern) => seen.vibrations.push(pattern), stayAwake: async () => void (seen.awake += 1) });
    return { alarm, seen };
  }

  test("is heard once when it is allowed, three times when it rings, and stops", async () => {
    const { alarm, seen } = machine();
    await alarm.unlock();
    assert.deepEqual([seen.starts.length, seen.awake], [2, 1]);
    alarm.ring();
    assert.deepEqual(seen.starts.slice(2), [100, 100.35, 101.5, 101.85, 103, 103.35]);
    alarm.quiet();
    assert.equal(seen.stopped, 8);
    assert.deepEqual(seen.vibrations.at(-1), []);
  });

  test("vibrates where there is no sound at all", async () => {
    /** @type {number[][]} */
    const vibrations = [];
    const alarm = createAlarm({ context: () => null, vibrate: (pattern) => vibrations.push(pattern), stayAwake: async () => null });
    await alarm.unlock();
    alarm.ring();
    assert.equal(vibrations.length, 2);
  });
});

describe("waking the phone", () => {
  const text = (/** @type {string} */ wake) => page(play([{ type: "wake", wake }]));

  test("is offered only where the browser can do it", () => {
    assert.doesNotMatch(page(play([])), /đóng trang/);
    assert.match(text("off"), /Báo cho tôi cả khi đóng trang/);
  });

  test("says that it is on, and how to end it", () => assert.match(text("on"), /Sẽ có thông báo khi gọi số, cả khi đã đóng trang\. Thôi thông báo/));
  test("says what to do when the browser refuses", () => assert.match(text("denied"), /Trình duyệt không cho gửi thông báo\. Xin để trang này mở\./));
});
