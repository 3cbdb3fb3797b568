import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { allowed, fields, request, ticketActions } from "../../server/web/static/pages/floor/actions.js";
import { initial, reduce } from "../../server/web/static/pages/floor/reduce.js";
import { exceeded, figures, found, lines, troubled } from "../../server/web/static/pages/floor/select.js";
import { view } from "../../server/web/static/pages/floor/view.js";
import { deviceTrouble, planCounters, planText, waitText } from "../../server/web/static/pages/floor/words.js";
import { markup, words } from "./markup.js";

const NOW = Date.parse("2026-11-20T09:42:00+07:00");
const handlers = /** @type {any} */ (new Proxy({}, { get: () => () => {} }));
const NGOC = { id: "u1", name: "Nguyễn Thị Minh Ngọc", photo: null };

/** @param {string} number @param {object} [more] */
const ticket = (number, more = {}) => ({
  id: `id-${number}`, number, service: number[0], service_name: "", state: "waiting", priority: null, language: "vi",
  issued_at: "2026-11-20T09:18:00+07:00", called_at: null, counter: null, call_count: 0, arrived_at: "2026-11-20T09:18:00+07:00",
  state_since: "2026-11-20T09:18:00+07:00", note: null, held_until: null, for_counter: null, for_officer: null, returned: false, officer: null, ...more,
});
/** @param {number} number @param {object} [more] */
const counter = (number, more = {}) => ({
  number, name: `Quầy ${number}`, state: "closed", services: ["A"], officer: null, reason: null, since: null, ticket: null, ticket_id: null, ...more,
});
const office = { code: "demo", name: "Phường Khương Đình", timezone: "Asia/Ho_Chi_Minh", services: [{ code: "A", name: "Hộ tịch", target_s: 600 }, { code: "B", name: "Chứng thực", target_s: 300 }] };

/** @param {any} parts @param {any[]} events @returns {import("../../server/web/static/pages/floor/reduce.js").State} */
function hall({ roles = ["head"], line = [], held = [], no_show = [], in_hand = [], counters = [counter(1)], devices = [], papers = [], waiting = [] }, ...events) {
  return [
    { type: "me", user: { id: "h", name: "Bùi Thị Hồng Nhung", roles } }, { type: "office", office },
    { type: "status", status: "live", since: null },
    { type: "snapshot", snapshot: { line, held, no_show, in_hand, counters, devices, papers, waiting, notice: null } }, ...events,
  ].reduce(reduce, initial);
}

describe("what a head sees", () => {
  const serving = ticket("A001", { state: "serving", counter: 1, state_since: "2026-11-20T09:20:00+07:00" });
  const state = hall({
    line: [ticket("A012", { arrived_at: "2026-11-20T09:02:00+07:00" }), ticket("B003")], in_hand: [serving],
    counters: [counter(1, { state: "open", officer: NGOC, since: "2026-11-20T07:31:00+07:00", ticket: "A001", ticket_id: "id-A001" }), counter(2)],
    waiting: [{ service: "A", count: 1, expected_wait_s: { low: 300, high: 900 } }],
  });

  test("the hall in four figures", () => assert.deepEqual(figures(state, NOW), { waiting: 2, longest: 40, open: 1, counters: 2, over: 3 }));
  test("each line says whether somebody waits too long or nobody serves it", () => {
    assert.deepEqual(lines(state, NOW).map(({ service, count, longest, late, unserved }) => [service.code, count, longest, late, unserved]), [["A", 1, 40, true, false], ["B", 1, 24, false, true]]);
  });
  test("a line whose field gives no numbers any more counts until the last of it has gone", () => {
    const state = hall({ line: [ticket("F001", { service_name: "Trả kết quả" }), ticket("A012")] });
    assert.equal(figures(state, NOW).waiting, 2);
    assert.deepEqual(exceeded(state, NOW).map((each) => [each.kind, each.service.code, each.count]), [["unserved", "A", 1], ["unserved", "F", 1]]);
    const page = words(view(state, NOW, handlers));
    for (const text of ["Trả kết quả", "không nhận nữa"]) assert.ok(page.includes(text), text);
    assert.equal(markup(view(state, NOW, handlers)).match(/floor__plan/g)?.length, 2, "more counters are asked about for those that give numbers");
  });
  test("who sits where since when, with whom and for how long, in words too", () => {
    const page = words(view(state, NOW, handlers));
    for (const text of ["Nguyễn Thị Minh Ngọc", "từ 07:31", "A001", "22:00", "▲ quá mục tiêu", "5–15 phút", "▲ không có quầy mở", "chưa có người ngồi"]) assert.ok(page.includes(text), text);
  });
  test("an open counter whose officer's account was locked says what to do", () => {
    const page = (/** @type {object} */ more) => words(view(hall({ counters: [counter(1, more)] }), NOW, handlers));
    assert.match(page({ state: "open" }), /tài khoản đã khoá, hãy đổi người/);
    assert.match(page({ state: "closed" }), /chưa có người ngồi/);
  });
  test("a lost connection says of when the picture is", () => {
    assert.match(words(view(reduce(state, { type: "status", status: "unknown", since: NOW }), NOW, handlers)), /những gì bên dưới là của lúc 09:42/);
  });
  test("what happens changes the picture", () => {
    const after = reduce(state, { type: "event", event: { type: "ticket.called", data: { ticket: ticket("A012", { state: "called", counter: 2 }), counter: counter(2, { state: "open", ticket_id: "id-A012" }), waiting: [{ service: "A", count: 0, expected_wait_s: null }] } } });
    assert.deepEqual(figures(after, NOW).waiting, 1);
    assert.equal(after.counters[2].state, "open");
    assert.equal(after.lines.A.count, 0);
  });
});

describe("devices in trouble", () => {
  const device = (/** @type {string} */ kind, /** @type {string} */ state, detail = {}, reports = true) => ({ id: kind, kind, name: kind, counter: null, state, detail, reports });
  test("a printer without paper says what to do", () => {
    assert.match(words(view(hall({ devices: [device("printer", "error", { paper: "out" })] }), NOW, handlers)), /Máy in printer: hết giấy: thay cuộn mới/);
  });
  test("a screen that tells nobody its state is no trouble", () => assert.deepEqual(troubled(hall({ devices: [device("kiosk", "offline", {}, false)] })), []));
  test("what stands behind a station that is away is one trouble", () => {
    const all = hall({ devices: [device("agent", "offline"), device("printer", "offline", { agent: "offline" }), device("led", "offline")] });
    assert.deepEqual(troubled(all).map((each) => each.kind), ["agent", "led"], "what was pulled out elsewhere is still said");
  });
  test("a new state comes live", () => {
    const state = hall({ devices: [device("printer", "ok")] }, { type: "event", event: { type: "device.status", data: { device: device("printer", "warning", { paper: "near_end" }) } } });
    assert.match(words(view(state, NOW, handlers)), /sắp hết giấy/);
  });
});

describe("papers that may not be there", () => {
  const paper = (state = "unknown", copy = 1, number = "A012") => ({ ticket_id: `id-${number}`, number, copy, state, detail: null, at: "2026-11-20T08:50:00+00:00" });
  const told = (/** @type {any} */ state, /** @type {any} */ news) => reduce(state, { type: "event", event: { type: "paper.status", data: { paper: news } } });
  const line = [ticket("A012")];
  const text = (/** @type {any} */ state) => words(view(state, NOW, handlers));

  test("staff read what became of it, and may print it again", () => {
    const state = told(hall({ roles: ["helper"], line }), paper());
    assert.match(text(state), /A012 không rõ đã ra giấy chưa: xem khay giấy, thiếu thì in lại/);
    assert.match(markup(view(state, NOW, handlers)), /data-print=A012/);
    assert.doesNotMatch(markup(view(told(hall({ roles: ["officer"], line }), paper()), NOW, handlers)), /data-print/);
  });
  test("those of before come with the picture", () => {
    assert.match(text(hall({ line, papers: [paper("not_sent")] })), /không ra giấy/);
  });
  test("a copy that came out mends it, and the word of an older copy no more spoils it", () => {
    const again = told(told(hall({ line }), paper()), paper("queued", 2));
    assert.match(text(again), /đang in lại/);
    assert.equal(told(again, paper("unknown", 1)).papers["id-A012"].copy, 2);
    assert.doesNotMatch(text(told(again, paper("printed", 2))), /Phiếu chưa chắc đã in/);
  });
  test("nobody looks for the paper of somebody who has left", () => {
    assert.doesNotMatch(text(told(hall({ line: [] }), paper())), /Phiếu chưa chắc đã in/);
  });
});

describe("who may do what", () => {
  /** @type {[string, string[]][]} */
  const cases = [["auditor", ["plan"]], ["officer", ["plan"]], ["helper", ["issue", "ticket", "plan"]], ["head", ["issue", "ticket", "notice", "close", "plan"]]];
  for (const [role, kinds] of cases) {
    test(role, () => assert.deepEqual(["issue", "ticket", "notice", "close", "plan"].filter((kind) => allowed(hall({ roles: [role] }), kind)), kinds));
  }
  test("an auditor's page has nothing to press on tickets and counters", () => {
    const page = markup(view(hall({ roles: ["auditor"], line: [ticket("A001")], counters: [counter(1, { state: "open", officer: NGOC })] }), NOW, handlers));
    assert.doesNotMatch(page, /person--button|counter__do|data-ask="issue"|data-ask="notice"/);
  });
  test("nothing is commanded while the connection is lost", () => {
    assert.equal(allowed(hall({}, { type: "status", status: "unknown", since: NOW }), "issue"), false);
  });
  /** @type {[string, string[]][]} */
  const states = [["waiting", ["correct", "transfer", "print", "cancel"]], ["held", ["requeue", "correct", "transfer", "print", "cancel"]], ["no_show", ["requeue", "print", "cancel"]], ["serving", ["correct", "print", "cancel"]]];
  for (const [state, actions] of states) test(`a number that is ${state}`, () => assert.deepEqual(ticketActions(hall({}), ticket("A001", { state })), actions));
});

describe("requests", () => {
  /** @param {string} kind @param {any} value @param {string | null} [id] */
  const asked = (kind, value, id = null) => request(hall({ line: [ticket("A001")], counters: [counter(1, { state: "open" })] }, { type: "ask", kind, id, value }));
  /** @type {[string, any, any][]} */
  const cases = [
    ["a number for somebody", asked("issue", { service: "A", priority: "elderly" }), { method: "post", path: "/api/v1/offices/demo/tickets", body: { service: "A", language: "vi", priority: "elderly" } }],
    ["a number without a field", asked("issue", {}), null],
    ["a priority taken away", asked("ticket", { action: "correct" }, "id-A001"), { method: "post", path: "/api/v1/tickets/id-A001/correct", body: { priority: null } }],
    ["another field", asked("ticket", { action: "transfer", service: "B" }, "id-A001"), { method: "post", path: "/api/v1/tickets/id-A001/transfer", body: { service: "B" } }],
    ["a cancel without a reason", asked("ticket", { action: "cancel", note: " " }, "id-A001"), null],
    ["closing a counter", asked("counter", { action: "close" }, "1"), { method: "post", path: "/api/v1/offices/demo/counters/1/close", body: {} }],
    ["taking the notice away", asked("notice", { vi: " " }), { method: "post", path: "/api/v1/offices/demo/notice", body: { vi: null, en: null } }],
    ["a plan", asked("plan", { service: "A", counters: 2 }), { method: "get", path: "/api/v1/offices/demo/what-if?service=A&counters=2", body: null }],
    ["a plan of no counters", asked("plan", { service: "A", counters: 0 }), null],
  ];
  for (const [name, found_, wanted] of cases) test(name, () => assert.deepEqual(found_, wanted));
  test("every question has a form", () => {
    for (const kind of ["issue", "notice", "plan"]) assert.ok(fields(hall({}, { type: "ask", kind })).length > 0, kind);
  });
});

describe("the what-if", () => {
  const plan = { service: "A", counters: 2, people_ahead: 8, now_s: { low: 1800, high: 3000 }, then_s: { low: 600, high: 1200 }, opened: [2], dedicated: 1 };
  const state = hall({ counters: [counter(1), counter(2)] }, { type: "ask", kind: "plan", value: { service: "A", counters: 2 } }, { type: "planned", plan });
  test("is said as a head would say it", () => assert.equal(planText(state), "Thêm 2 quầy cho Hộ tịch: chờ khoảng 40 phút còn 15 phút."));
  test("names the counters it means", () => assert.equal(planCounters(state), "mở Quầy 2; thêm 1 quầy chỉ nhận lĩnh vực này"));
  test("is gone once something else is asked", () => assert.equal(reduce(state, { type: "edit", value: { service: "B", counters: 2 } }).plan, null));
  test("a line that nobody serves has no wait to fall from", () => assert.match(planText({ ...state, plan: { ...plan, now_s: null } }), /hiện không quầy nào mở/));
  test("a wait is a range of minutes", () => assert.deepEqual([waitText({ low: 1200, high: 2100 }), waitText({ low: 60, high: 60 }), waitText(null)], ["20–35 phút", "1 phút", "không có quầy mở"]));
});

describe("finding a number", () => {
  const state = hall({ line: [ticket("A012"), ticket("B012")], no_show: [ticket("A003", { state: "no_show" })] });
  test("the list is who waits", () => assert.deepEqual(found(state).map((each) => each.number), ["A012", "B012"]));
  test("a search finds whoever is in the hall", () => assert.deepEqual(found(reduce(state, { type: "filter", text: "a0" })).map((each) => each.number), ["A003", "A012"]));
  test("a dialog about somebody who has left closes", () => {
    const open = reduce(state, { type: "ask", kind: "ticket", id: "id-A012", value: { action: "correct" } });
    assert.equal(reduce(open, { type: "event", event: { type: "ticket.cancelled", data: { ticket: ticket("A012", { state: "cancelled" }) } } }).dialog, null);
  });
});

describe("what a head steers", () => {
  const people = [NGOC, { id: "u2", name: "Trần Quốc Khánh", photo: null }];
  const counters = [counter(1, { state: "open", officer: NGOC }), counter(2)];
  const state = { ...hall({ counters }), officers: people };

  test("a free counter is given an officer, wherever that officer sits", () => {
    const asked = [{ type: "ask", kind: "counter", id: "2", value: { action: "assign" } }].reduce(reduce, state);
    assert.deepEqual(fields(asked)[0].options, [["u1", "Nguyễn Thị Minh Ngọc (đang ở quầy 1)"], ["u2", "Trần Quốc Khánh"]]);
    assert.equal(request(asked), null);
    const chosen = reduce(asked, { type: "edit", value: { action: "assign", officer: "u1" } });
    assert.deepEqual(request(chosen), { method: "post", path: "/api/v1/offices/demo/counters/2/assign", body: { officer: "u1" } });
  });

  test("an open counter changes hands only to somebody who is free", () => {
    const asked = [{ type: "ask", kind: "counter", id: "1", value: { action: "handover" } }].reduce(reduce, state);
    assert.deepEqual(fields(asked)[0].options, [["u2", "Trần Quốc Khánh"]]);
  });

  test("a field is stopped with a reason and gives numbers again", () => {
    const asked = [{ type: "ask", kind: "service", id: "A", value: { action: "stop" } }].reduce(reduce, state);
    assert.equal(request(asked), null, "a reason is needed");
    const said = reduce(asked, { type: "edit", value: { action: "stop", reason: "mất điện" } });
    assert.deepEqual(request(said), { method: "post", path: "/api/v1/offices/demo/services/A/stop", body: { reason: "mất điện" } });
    const again = reduce(state, { type: "ask", kind: "service", id: "A", value: { action: "release" } });
    assert.equal(request(again)?.path, "/api/v1/offices/demo/services/A/release");
    assert.equal(request({ ...said, me: { id: "x", name: "x", roles: ["helper"] } }), null, "a helper steers nothing");
  });

  test("the office's own limit says when a wait is too long", () => {
    const line = [ticket("A012", { arrived_at: "2026-11-20T09:30:00+07:00" })];
    const open = [counter(1, { state: "open", officer: NGOC })];
    assert.deepEqual(exceeded(hall({ line, counters: open }), NOW), []);
    const strict = reduce(hall({ line, counters: open }), { type: "office", office: { ...office, policy: { alert_wait_s: 600 } } });
    assert.deepEqual(exceeded(strict, NOW).map(({ kind, minutes }) => [kind, minutes]), [["late", 12]]);
    assert.match(words(view(strict, NOW, handlers)), /Hộ tịch: có người chờ 12 phút/);
  });
});

describe("a kiosk that is alone", () => {
  const since = "2026-11-20T02:31:00Z";
  const trouble = (/** @type {string} */ state, /** @type {any} */ detail) => deviceTrouble(/** @type {any} */ ({ kind: "kiosk", state, detail }), "Asia/Ho_Chi_Minh");

  test("since when, and that it goes on", () => assert.match(trouble("offline", { offline_since: since }), /mất kết nối từ 09:31.*vẫn tự phát số/));
  test("how many numbers wait undelivered", () => assert.match(trouble("warning", { undelivered: 12 }), /^12 số chưa gửi về$/));
  test("a number that was refused aloud", () => assert.match(trouble("warning", { refused: 1 }), /1 số không nhận được/));
});
