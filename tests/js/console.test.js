import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { actionOf, allowed, cap, inTheWay, KEYS, options, request } from "../../server/web/static/pages/console/actions.js";
import { initial, reduce } from "../../server/web/static/pages/console/reduce.js";
import { absent, held, inHand, pickedProcedure, shownLine, transferTargets, waiting } from "../../server/web/static/pages/console/select.js";
import { view } from "../../server/web/static/pages/console/view.js";
import { markup, words } from "./markup.js";

const NOW = Date.parse("2026-11-20T09:42:00+07:00");
const handlers = { act() {}, hover() {}, edit() {}, close() {}, submit() {}, pick() {}, signOut() {} };

/** @param {string} number @param {object} [more] */
const ticket = (number, more = {}) => ({
  id: `id-${number}`, number, service: number[0], service_name: number[0] === "A" ? "Hộ tịch" : "Chứng thực",
  state: "waiting", priority: null, language: "vi", issued_at: "2026-11-20T09:18:00+07:00", called_at: null, counter: null,
  call_count: 0, arrived_at: "2026-11-20T09:18:00+07:00", state_since: "2026-11-20T09:18:00+07:00", note: null,
  held_until: null, for_counter: null, for_officer: null, returned: false, officer: null, ...more,
});

const NGOC = { id: "u1", name: "Nguyễn Thị Minh Ngọc", photo: null };
/** @param {number} number @param {object} [more] */
const counter = (number, more = {}) => ({
  number, name: `Quầy ${number}`, state: "closed", services: ["A", "B"], officer: null, reason: null, ...more,
});
const mine = counter(3, { state: "open", officer: NGOC });

const office = {
  code: "demo", name: "Phường Khương Đình", timezone: "Asia/Ho_Chi_Minh",
  services: [
    { code: "A", name: "Hộ tịch", target_s: 600, papers: [{ vi: "Giấy chứng sinh", en: "Birth certificate" }] },
    { code: "B", name: "Chứng thực", target_s: 300, papers: [] },
    { code: "C", name: "Đất đai – Môi trường", target_s: 900, papers: [] },
  ],
};

/** A desk at counter 3 with the given tickets. @param {any[]} tickets @param {any[]} [counters] */
function desk(tickets, counters = [mine, counter(4)]) {
  const inState = (/** @type {string} */ state) => tickets.filter((each) => each.state === state);
  const in_hand = tickets.filter((each) => ["called", "serving"].includes(each.state));
  return play(initial, [
    { type: "me", user: NGOC, counter: 3 },
    { type: "office", office },
    { type: "status", status: "live", since: null },
    { type: "snapshot", snapshot: { counters, line: inState("waiting"), held: inState("held"), no_show: inState("no_show"), in_hand } },
  ]);
}

/** @param {any} state @param {any[]} events @returns {import("../../server/web/static/pages/console/reduce.js").State} */
const play = (state, events) => events.reduce(reduce, state);

const called = ticket("A012", { state: "called", counter: 3, called_at: "2026-11-20T09:41:00+07:00", call_count: 1, officer: "u1" });
const serving = { ...called, state: "serving", state_since: "2026-11-20T09:37:23+07:00" };

describe("the line of a desk", () => {
  test("holds those whom this counter serves, by arrival", () => {
    const state = desk([
      ticket("A014", { arrived_at: "2026-11-20T09:25:00+07:00" }), ticket("B009", { arrived_at: "2026-11-20T09:21:00+07:00" }),
      ticket("C001"), ticket("A020", { for_counter: 4 }), ticket("C002", { for_officer: "u1" }),
    ]);
    assert.deepEqual(waiting(state).map((each) => each.number), ["C002", "B009", "A014"]);
  });

  test("stands still under the mouse: who left is marked, who came stands last", () => {
    let state = desk([ticket("A013"), ticket("A014", { arrived_at: "2026-11-20T09:20:00+07:00" })]);
    state = play(state, [
      { type: "hover", on: true, ids: waiting(state).map((each) => each.id) },
      { type: "event", event: { type: "ticket.called", data: { ticket: ticket("A013", { state: "called", counter: 4 }), counter: counter(4) } } },
      { type: "event", event: { type: "ticket.transferred", data: { ticket: ticket("A001", { arrived_at: "2026-11-20T08:00:00+07:00" }), counter: null } } },
    ]);
    assert.deepEqual(shownLine(state).map((row) => row.ticket?.number ?? "gone"), ["gone", "A014", "A001"]);
    state = reduce(state, { type: "hover", on: false });
    assert.deepEqual(shownLine(state).map((row) => row.ticket?.number), ["A001", "A014"]);
  });

  test("held numbers are the officer's own first, then by the promised time", () => {
    const state = desk([
      ticket("A001", { state: "held", officer: "u9", held_until: "2026-11-20T09:00:00+07:00" }),
      ticket("A002", { state: "held", officer: "u1", held_until: "2026-11-20T11:00:00+07:00" }),
      ticket("A003", { state: "held", officer: "u1", held_until: "2026-11-20T10:00:00+07:00" }),
      ticket("C009", { state: "held", officer: "u9" }),
    ]);
    assert.deepEqual(held(state).map((each) => each.number), ["A003", "A002", "A001"]);
  });
});

describe("what happens in the hall", () => {
  test("a call brings the number to the counter, with its reason", () => {
    const reason = { rule: "priority_turn", passed_over: ["B009"], ratio: 2, after: ["A010", "A011"] };
    const state = reduce(desk([ticket("A012")]), { type: "event", event: { type: "ticket.called", data: { ticket: called, counter: mine, reason } } });
    assert.equal(inHand(state)?.number, "A012");
    assert.deepEqual(waiting(state), []);
    const page = words(view(state, NOW, handlers));
    assert.match(page, /Vì sao A012 được gọi/);
    assert.match(page, /cứ 2 số thường thì gọi một số ưu tiên \(vừa gọi A010, A011\)/);
    assert.match(page, /Đến trước và chưa được gọi: B009/);
  });

  test("each service that ends here counts, also several of one visit; what ends elsewhere does not", () => {
    const done = (/** @type {any} */ at) => [
      { type: "event", event: { type: "ticket.completed", data: { ticket: { ...called, state: "completed" }, counter: at } } },
      { type: "event", event: { type: "rating.opened", data: { counter: at.number, session: "s" } } },
    ];
    const state = play(desk([serving]), [...done(mine), ...done(counter(4))]);
    assert.equal(state.served, 1);
    assert.equal(inHand(state), null);
  });

  test("a head who closes the counter sends the officer back to choosing", () => {
    const state = reduce(desk([]), { type: "event", event: { type: "counter.closed", data: { counter: counter(3) } } });
    assert.equal(state.counter, null);
    assert.match(words(view(state, NOW, handlers)), /ngồi quầy nào hôm nay/);
  });

  test("what was refused at a counter is not said any more once it was left, such as over night", () => {
    const refused = play(desk([called]), [{ type: "refused", text: "Quầy 3 đang có số A012." }]);
    assert.equal(play(refused, [{ type: "snapshot", snapshot: { counters: [counter(3)], line: [], held: [], no_show: [], in_hand: [] } }]).message, null);
    assert.notEqual(play(refused, [{ type: "snapshot", snapshot: { counters: [mine], line: [], held: [], no_show: [], in_hand: [] } }]).message, null);
  });

  test("a counter taken elsewhere by the same officer is found again after a reload", () => {
    const state = play(initial, [
      { type: "me", user: NGOC, counter: null },
      { type: "snapshot", snapshot: { counters: [mine], line: [], held: [], no_show: [], in_hand: [serving] } },
    ]);
    assert.equal(state.counter, 3);
    assert.equal(inHand(state)?.number, "A012");
  });
});

describe("commands", () => {
  test("every key is shown on the page", () => {
    const page = markup(view(reduce(desk([called]), { type: "ask", kind: "help" }), NOW, handlers));
    for (const action of Object.keys(KEYS)) assert.ok(page.includes(`>${cap(action)}</span>`), action);
  });

  test("keys do not depend on Caps Lock", () => assert.deepEqual(["r", "R", " ", "Enter", "x"].map(actionOf), ["recall", "recall", "next", "finish", null]));

  /** @type {[string, any[], string[]][]} */
  const cases = [
    ["nobody anywhere", [], ["next", "pause", "close", "small", "help"]],
    ["people wait", [ticket("A013")], ["next", "call", "pause", "close", "small", "help"]],
    ["a number is called", [called], ["recall", "start", "finish", "absent", "hold", "transfer", "goon", "priority", "pause", "small", "help"]],
    ["somebody is served", [serving], ["next", "finish", "hold", "transfer", "goon", "priority", "pause", "small", "help"]],
    ["somebody was absent", [ticket("A003", { state: "no_show" })], ["next", "requeue", "pause", "close", "small", "help"]],
  ];
  for (const [when, tickets, possible] of cases) {
    test(`when ${when}`, () => {
      const state = desk(tickets);
      assert.deepEqual(Object.keys(KEYS).filter((action) => allowed(state, action)).sort(), [...possible].sort());
    });
  }

  test("nothing can be commanded while the connection is lost, or a command is under way", () => {
    for (const event of [{ type: "status", status: "unknown", since: NOW }, { type: "sent", action: "recall" }]) {
      const state = reduce(desk([called]), event);
      assert.deepEqual(Object.keys(KEYS).filter((action) => allowed(state, action)), ["small", "help"]);
    }
  });

  /** @type {[string, any, string, string | null][]} */
  const silent = [
    ["closing with somebody there", desk([serving]), "close", "Số A012 còn ở quầy: xong số này rồi mới đóng quầy."],
    ["calling back whom one serves", desk([serving]), "recall", "Số A012 đã được phục vụ, không gọi lại nữa."],
    ["another while one is there", desk([serving, ticket("A013")]), "call", "Số A012 còn ở quầy: xong số này rồi mới gọi số khác."],
    ["a held one while one is there", desk([called, ticket("A013", { state: "held" })]), "resume", "Số A012 còn ở quầy: xong số này rồi mới gọi số khác."],
    ["ending without anybody", desk([]), "finish", "Chưa có số nào ở quầy."],
    ["out of an empty line", desk([]), "call", "Không có ai chờ."],
    ["nobody is absent", desk([]), "requeue", "Không có ai vắng mặt."],
    ["calling in a pause", desk([ticket("A013")], [{ ...mine, state: "paused" }]), "next", "Quầy đang tạm dừng. Bấm O để mở lại."],
    ["the page says it already", desk([called]), "next", null],
    ["what can be done", desk([called]), "start", null],
    ["a lost connection says itself", play(desk([serving]), [{ type: "status", status: "unknown", since: NOW }]), "close", null],
  ];
  for (const [when, state, action, said] of silent) test(`a key that does nothing says why: ${when}`, () => assert.equal(inTheWay(state, action), said));

  test("Space ends the service in hand and calls the next in one request", () => {
    assert.deepEqual(request(desk([serving]), "next", { now: NOW }), { path: "/api/v1/offices/demo/counters/3/next", body: { finish_current: true } });
    assert.deepEqual(request(desk([]), "next", { now: NOW })?.body, { finish_current: false });
  });

  test("what follows in the same visit is done here where this counter takes it, unless the officer says otherwise", () => {
    let state = play(desk([serving]), [{ type: "ask", kind: "goon" }]);
    assert.deepEqual(options(state).values, ["B", "C"]);
    assert.equal(request(state, "goon", { dialog: state.dialog, now: NOW }), null);
    const wanted = (/** @type {object} */ change) => {
      state = reduce(state, { type: "edit", change });
      return request(state, "goon", { dialog: state.dialog, now: NOW });
    };
    assert.deepEqual(wanted({ choice: "B" }), { path: "/api/v1/tickets/id-A012/go-on", body: { service: "B", here: true } });
    assert.deepEqual(wanted({ here: false })?.body, { service: "B", here: false });
    assert.deepEqual(wanted({ choice: "C", here: true, note: "trích lục" })?.body, { service: "C", here: false, note: "trích lục" });
  });

  test("a counter is handed to a colleague who sits nowhere", () => {
    const people = [NGOC, { id: "u2", name: "Trần Quốc Khánh" }, { id: "u4", name: "Phạm Đức Thịnh" }];
    const seated = { ...desk([serving], [mine, counter(4, { state: "paused", officer: people[2] })]), officers: people };
    assert.ok(allowed(seated, "handover"));
    const state = play(seated, [{ type: "ask", kind: "handover" }]);
    assert.deepEqual(options(state), { field: "choice", values: ["u2"] });
    const chosen = reduce(state, { type: "edit", change: { choice: "u2", note: "hết ca" } });
    assert.deepEqual(request(chosen, "handover", { dialog: chosen.dialog, now: NOW }), { path: "/api/v1/offices/demo/counters/3/hand-over", body: { officer: "u2", note: "hết ca" } });
    assert.match(words(view(chosen, NOW, handlers)), /Số A012 ở lại quầy/);
    assert.equal(allowed({ ...seated, officers: [NGOC] }, "handover"), false);
  });

  test("whom Space would call is shown with the reason, and no longer once that number has left", () => {
    const outlook = { ticket_id: "id-A013", reason: { rule: "waited_too_long", passed_over: [], guard_min: 45 } };
    const state = reduce(desk([ticket("A013")]), { type: "outlook", outlook });
    assert.match(words(view(state, NOW, handlers)), /Kế tiếp: A013 .*Đã chờ quá 45 phút/);
    const gone = reduce(state, { type: "event", event: { type: "ticket.called", data: { ticket: ticket("A013", { state: "called", counter: 4 }), counter: counter(4) } } });
    assert.doesNotMatch(words(view(gone, NOW, handlers)), /Kế tiếp/);
  });

  test("the papers are those of the procedure that was picked, for this person only", () => {
    const birth = { code: "1.001193", names: { vi: "Đăng ký khai sinh" }, papers: [{ vi: "Giấy chứng sinh bản chính" }], fee: { vi: "Không thu" }, time_limit: null };
    let state = reduce(desk([serving]), { type: "catalogue", services: [{ code: "A", procedures: [birth] }] });
    assert.ok(allowed(state, "papers"));
    assert.match(words(view(state, NOW, handlers)), /Giấy chứng sinh/);
    const chosen = reduce(desk([{ ...serving, procedure: birth.code }]), { type: "catalogue", services: [{ code: "A", procedures: [birth] }] });
    assert.equal(pickedProcedure(chosen)?.code, birth.code, "as chosen at the kiosk");
    assert.equal(pickedProcedure(reduce(chosen, { type: "picked", ticket: "id-A012", code: "" })), null, "until somebody says otherwise");
    state = reduce(state, { type: "picked", ticket: "id-A012", code: birth.code });
    assert.match(words(view(state, NOW, handlers)), /Giấy chứng sinh bản chính Lệ phí: Không thu/);
    const other = { ...serving, id: "id-A099", number: "A099" };
    const after = play(state, [
      { type: "event", event: { type: "ticket.completed", data: { ticket: { ...serving, state: "completed" }, counter: mine } } },
      { type: "event", event: { type: "ticket.serving", data: { ticket: other, counter: mine } } },
    ]);
    assert.doesNotMatch(words(view(after, NOW, handlers)), /bản chính/);
  });

  test("a hold says why and until when", () => {
    const state = play(desk([serving]), [{ type: "ask", kind: "hold" }, { type: "edit", change: { note: " bổ sung bản sao ", minutes: 30 } }]);
    assert.deepEqual(request(state, "hold", { dialog: state.dialog, now: NOW }), {
      path: "/api/v1/tickets/id-A012/hold", body: { note: "bổ sung bản sao", until: "2026-11-20T03:12:00.000Z" },
    });
  });

  test("a transfer needs a destination", () => {
    let state = reduce(desk([serving]), { type: "ask", kind: "transfer" });
    assert.equal(request(state, "transfer", { dialog: state.dialog, now: NOW }), null);
    assert.deepEqual(options(state), { field: "choice", values: ["B", "C"] });
    state = reduce(state, { type: "edit", change: { choice: "C", note: "xem bản đồ" } });
    assert.deepEqual(request(state, "transfer", { dialog: state.dialog, now: NOW })?.body, { service: "C", note: "xem bản đồ" });
  });

  test("a field is found without its marks", () => {
    const state = play(desk([serving]), [{ type: "ask", kind: "transfer" }, { type: "edit", change: { filter: "dat dai" } }]);
    assert.deepEqual(options(state).values, ["C"]);
  });

  test("people at other open counters can be sent to", () => {
    const khanh = { id: "u2", name: "Trần Quốc Khánh", photo: null };
    const targets = transferTargets(desk([serving], [mine, counter(4, { state: "open", officer: khanh }), counter(5)]));
    assert.deepEqual(targets.counters.map((each) => each.number), [4]);
    assert.deepEqual(targets.officers, [khanh]);
  });

  test("a call out of order needs its reason", () => {
    let state = play(desk([ticket("A013")]), [{ type: "ask", kind: "call" }, { type: "edit", change: { choice: "id-A013" } }]);
    assert.equal(request(state, "call", { dialog: state.dialog, now: NOW }), null);
    state = reduce(state, { type: "edit", change: { note: "sắp hết giờ tàu" } });
    assert.deepEqual(request(state, "call", { dialog: state.dialog, now: NOW })?.body, { counter: 3, reason: "sắp hết giờ tàu" });
  });
});

describe("answers", () => {
  test("an answer moves the desk before its event comes, an old one repeated does not move it back", () => {
    const newer = { ...called, state: "serving", state_since: "2026-11-20T09:41:30+07:00" };
    let state = play(desk([called]), [{ type: "sent", action: "start" }, { type: "answered", answer: newer }]);
    assert.equal(inHand(state)?.state, "serving");
    state = reduce(state, { type: "answered", answer: called });
    assert.equal(inHand(state)?.state, "serving");
  });

  test("a repeated answer cannot bring back a number that has left", () => {
    const state = reduce(desk([]), { type: "answered", answer: { ...called, state: "completed" } });
    assert.equal(inHand(state), null);
  });

  test("sitting down at a counter opens the desk", () => {
    const choosing = desk([], [counter(3), counter(4)]);
    assert.equal(choosing.counter, null);
    assert.equal(reduce(choosing, { type: "answered", answer: mine }).counter, 3);
  });

  test("a refusal is said, and what was typed is kept", () => {
    const state = play(desk([called]), [
      { type: "ask", kind: "hold" }, { type: "edit", change: { note: "chờ phí" } }, { type: "sent", action: "hold" },
      { type: "refused", text: "Số A012 đang ở trạng thái khác." },
    ]);
    assert.equal(state.busy, null);
    assert.equal(state.dialog?.note, "chờ phí");
    assert.match(words(view(state, NOW, handlers)), /Số A012 đang ở trạng thái khác\./);
  });
});

describe("the loudspeaker", () => {
  const heard = (/** @type {object} */ call) => ({ type: "event", event: { type: "call.heard", data: { heard: { ticket_id: "id-A012", call_count: 1, ...call } } } });
  const ticks = (/** @type {any} */ state) => /Đã phát loa/.test(words(markup(view(state, NOW, handlers))));

  test("ticks the number in hand when a board has spoken it", () => {
    const state = desk([called]);
    assert.equal(ticks(state), false);
    assert.equal(ticks(reduce(state, heard({}))), true);
    assert.equal(ticks(reduce(state, heard({ ticket_id: "id-A099" }))), false);
  });

  test("does not tick a recall for the call before it, nor a number that has come", () => {
    assert.equal(ticks(reduce(desk([{ ...called, call_count: 2 }]), heard({}))), false);
    assert.equal(ticks(reduce(desk([serving]), heard({}))), false);
  });

  test("is known of a desk that was opened later", () => {
    assert.equal(ticks(desk([{ ...called, heard: true }])), true);
  });
});

describe("the page", () => {
  test("shows the number in hand, its time against the target, and the papers", () => {
    const page = words(view(desk([{ ...serving, priority: "elderly" }]), NOW, handlers));
    for (const text of ["A012", "04:37", "mục tiêu 10 phút", "Ưu tiên: Người cao tuổi", "Giấy chứng sinh", "Lấy số 09:18 · chờ 23 phút"]) {
      assert.ok(page.includes(text), text);
    }
  });

  test("says when the target is passed, in words too", () => {
    assert.match(words(view(desk([serving]), NOW + 600_000, handlers)), /quá mục tiêu 10 phút/);
  });

  test("keeps the number in hand when the connection is lost, and says since when", () => {
    const state = reduce(desk([serving]), { type: "status", status: "unknown", since: NOW - 60_000 });
    assert.match(words(view(state, NOW, handlers)), /Mất kết nối từ 09:41\..*Số A012 vẫn ở quầy này\./);
  });

  test("marks a wait of half an hour with more than colour", () => {
    const page = words(view(desk([ticket("A007", { arrived_at: "2026-11-20T08:59:00+07:00" })]), NOW, handlers));
    assert.match(page, /▲ 43′/);
  });

  test("shows who is absent and lets them come back", () => {
    const state = desk([ticket("A003", { state: "no_show", state_since: "2026-11-20T09:30:00+07:00" })]);
    assert.deepEqual(absent(state).map((each) => each.number), ["A003"]);
    assert.match(words(view(state, NOW, handlers)), /vắng từ 12 phút trước Quay lại/);
  });
});
