import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { differs, fromDraft, placed, rebase, steps, toDraft, wardTemplate } from "../../server/web/static/pages/admin/draft.js";
import { initial, reduce } from "../../server/web/static/pages/admin/reduce.js";
import { fields, previewAddress, SECTIONS } from "../../server/web/static/pages/admin/sections.js";
import { view } from "../../server/web/static/pages/admin/view.js";
import { faultsOf } from "../../server/web/static/js/form.js";
import { actorText } from "../../server/web/static/pages/admin/audit.js";
import { paperAddress } from "../../server/web/static/pages/admin/paper.js";
import { actionsOf, datesText, movesText, officeFields, officeRequest } from "../../server/web/static/pages/admin/tree.js";
import { summary } from "../../server/web/static/pages/admin/tryout.js";
import { markup, words } from "./markup.js";

const office = {
  code: "demo", names: { vi: "Phường Khương Đình" }, timezone: "Asia/Ho_Chi_Minh", hotline: "1900 0000",
  calendar: { weekly: { 0: [["07:30", "11:30"]] }, exceptions: { "2027-02-06": [], "2026-08-22": [["07:30", "11:30"]] }, sources: { "2027-02-06": "TB 12" } },
  services: [{ code: "A", names: { vi: "Hộ tịch" }, prefix: "A" }], counters: [{ number: 1, names: { vi: "Quầy 1" }, services: ["A"] }],
};
const handlers = /** @type {any} */ (new Proxy({}, { get: () => () => {} }));
const admin = { name: "Quản trị viên", roles: ["admin"] };

/** @param {any[]} events @returns {import("../../server/web/static/pages/admin/reduce.js").State} */
const play = (...events) => [{ type: "me", me: admin, office: "demo" }, { type: "config", config: { office, config_version: 7 } }, ...events].reduce(reduce, initial);

describe("the draft", () => {
  test("what comes in goes out", () => assert.deepEqual(fromDraft(toDraft(office)), { ...office, calendar: office.calendar }));
  test("days are a list in their order", () => assert.deepEqual(toDraft(office).days.map((/** @type {any} */ day) => day.date), ["2026-08-22", "2027-02-06"]));
  test("opening a section changes nothing", () => assert.equal(differs(toDraft(office), toDraft(structuredClone(office))), false));
  test("a scale that was chosen is a number", () => assert.equal(fromDraft({ ...toDraft(office), rating_scale: "5" }).rating_scale, 5));
  test("a day without a date is not sent", () => assert.deepEqual(Object.keys(fromDraft({ ...toDraft(office), days: [{ date: "", windows: [] }] }).calendar.exceptions), []));
});

describe("cards and bookings", () => {
  const list = { name: "lich.csv" };
  const told = { taken: false, bookings: 3, days: [{ day: "2026-11-21", bookings: 3 }], wrong: [] };
  const at = (/** @type {any} */ more) => view(play({ type: "section", section: "entry" }, { type: "known", what: { bookings: more } }), handlers);

  test("bookings are on or off, with their minutes kept", () => {
    assert.equal(fromDraft(toDraft(office)).bookings, undefined);
    const on = reduce(play(), { type: "edit", path: ["booked"], value: true });
    assert.deepEqual(fromDraft(on.draft).bookings, {});
    const taken = { ...office, bookings: { early_min: 15, late_min: 30 } };
    assert.deepEqual(fromDraft(toDraft(taken)), taken);
    assert.equal(fromDraft({ ...toDraft(taken), booked: false }).bookings, undefined);
  });

  test("a list says its faults by line, or its days and then what became of it", () => {
    const wrong = [{ line: 4, field: "code", reason: "Mã này có hai lần." }];
    assert.match(words(at({ file: list, told: { ...told, wrong } })), /1 lỗi, chưa nhập gì.* 4 Mã Mã này có hai lần\./s);
    assert.match(words(at({ file: list, told })), /3 lịch hẹn, không có lỗi.*21\/11\/2026 3.*Nhập 3 lịch hẹn/s);
    assert.match(words(at({ file: list, told: { ...told, taken: true, counts: { new: 2, changed: 0, same: 1, used: 0 } } })), /Đã nhập lich\.csv: 2 lịch hẹn mới/);
  });

  test("whoever may not take one in is not asked for one", () => {
    const state = play({ type: "me", me: { ...admin, roles: ["officer"] }, office: "demo" }, { type: "section", section: "entry" });
    assert.doesNotMatch(words(view(state, handlers)), /Nhập danh sách/);
  });
});

describe("somebody else saved first", () => {
  const base = toDraft(office);
  test("their other parts come in under ours", () => {
    const { draft, clashes } = rebase(base, { ...base, hotline: "1900 1111" }, { ...base, names: { vi: "Phường mới" } });
    assert.deepEqual([draft.hotline, draft.names.vi, clashes], ["1900 1111", "Phường mới", []]);
  });
  test("where both changed the same part, ours stands and it is said", () => {
    const { draft, clashes } = rebase(base, { ...base, hotline: "1" }, { ...base, hotline: "2" });
    assert.deepEqual([draft.hotline, clashes], ["1", ["hotline"]]);
  });
  test("the next save names their version", () => {
    const theirs = { ...office, names: { vi: "Phường mới" } };
    const state = play({ type: "edit", path: ["hotline"], value: "1" }, { type: "changed-elsewhere", config: { office: theirs, config_version: 8 }, text: () => "ghép" });
    assert.deepEqual([state.version, state.draft.hotline, state.draft.names.vi], [8, "1", "Phường mới"]);
    assert.match(words(view(state, handlers)), /Có thay đổi chưa lưu/);
  });
});

describe("faults", () => {
  test("of the server stand at the draft's own fields", () => {
    const places = ["calendar.weekly.0", "calendar.exceptions.2027-02-06", "services.0.prefix", ""].map((path) => ({ path, line: null, reason: "x", kind: "value_error" }));
    const { faults, others } = placed(places, toDraft(office));
    assert.deepEqual([Object.keys(faults), others], [["weekly.0", "days.1.windows", "services.0.prefix"], ["x"]]);
  });
  test("of one address stand at the field of all of them, of a report that goes nowhere at the report", () => {
    const reports = [{ name: "thang", period: "month", mail: ["a@x.vn"] }];
    const places = [["reports.0.mail.0", "string_pattern_mismatch"], ["reports.0", "goes_nowhere"]].map(([path, kind]) => ({ path, line: null, reason: kind, kind }));
    const state = play({ type: "section", section: "reports" }, { type: "edit", path: ["reports"], value: reports }, { type: "faults", text: "Chưa lưu", places });
    assert.deepEqual(Object.keys(state.faults), ["reports.0.mail", "reports.0"]);
    assert.match(words(view(state, handlers)), /goes_nowhere/);
  });
  test("go once their field is touched", () => {
    const state = play({ type: "faults", text: "Chưa lưu", places: [{ path: "services.0.prefix", line: null, reason: "x", kind: "value_error" }] }, { type: "edit", path: ["services", 0, "prefix"], value: "B" });
    assert.deepEqual(state.faults, {});
  });
});

describe("holidays", () => {
  test("fill what says nothing yet, and leave what the office has set", () => {
    const days = [{ date: "2027-02-06", windows: [["08:00", "09:00"]], source: "gói" }, { date: "2027-01-01", windows: [], source: "gói" }];
    const state = play({ type: "holidays-taken", days });
    assert.deepEqual(state.draft.days.map((/** @type {any} */ day) => [day.date, day.source]), [["2026-08-22", ""], ["2027-01-01", "gói"], ["2027-02-06", "TB 12"]]);
  });
});

describe("the first run", () => {
  const empty = { draft: { ...toDraft(office), weekly: {} }, staff: [], devices: [] };
  test("has five steps, none done", () => assert.deepEqual(steps(empty).map((step) => step.done), [false, false, false, false, false]));
  test("the ward's model makes an office of five counters that has no fault", () => {
    const state = play({ type: "template" });
    assert.equal(state.draft.counters.length, 5);
    for (const section of SECTIONS.filter((each) => each.form)) assert.deepEqual(faultsOf(fields(section.id, state.draft), state.draft), {}, section.id);
    const known = new Set(wardTemplate().services.map((service) => service.code));
    assert.ok(wardTemplate().counters.every((counter) => counter.services.every((code) => known.has(code))));
  });
});

describe("the page", () => {
  test("shows every section and edits with one engine", () => {
    for (const { id } of SECTIONS) {
      const page = words(view(play({ type: "section", section: id }), handlers));
      assert.ok(page.length > 200, id);
    }
  });
  test("an auditor looks and changes nothing", () => {
    for (const { id } of SECTIONS.filter((each) => each.id !== "account")) {
      const state = play({ type: "me", me: { name: "Thanh tra", roles: ["auditor"] }, office: "demo" }, { type: "section", section: id });
      const page = markup(view(state, handlers));
      assert.match(words(page), /Chỉ xem/, id);
      assert.doesNotMatch(page, /data-do=/, id);
    }
  });
  test("an auditor has nothing to save", () => {
    const state = play({ type: "me", me: { name: "Thanh tra", roles: ["auditor"] }, office: "demo" }, { type: "edit", path: ["hotline"], value: "1" });
    assert.doesNotMatch(words(view(state, handlers)), /Có thay đổi chưa lưu/);
  });
  test("a pairing code is shown large, in two halves", () => {
    assert.match(words(view(play({ type: "known", what: { code: { name: "bang-4", code: "34352063", until: "" } } }), handlers)), /Mã ghép cho bang-4 3435 2063/);
  });
  test("a faulty file shows its line and those around it", () => {
    const file = { text: "code: demo\nnames: {vi: P}\nprefix: abc\n", faults: [{ path: "prefix", line: 3, reason: "không đúng dạng", kind: "string_pattern_mismatch" }] };
    const page = view(play({ type: "section", section: "file" }, { type: "known", what: { file } }), handlers);
    assert.match(words(page), /Dòng 3 · prefix : không đúng dạng/);
    assert.match(markup(page), /▶ +3 {2}prefix: abc/);
  });
  test("a log that was altered is said loudly", () => {
    const audit = { intact: false, first_broken: 12, rows: [] };
    assert.match(markup(view(play({ type: "section", section: "audit" }, { type: "known", what: { audit } }), handlers)), /role=alert>▲ Nhật ký đã bị sửa, từ dòng 12/);
  });
});

describe("rules with dates", () => {
  const rules = [{ since: "2026-01-01", days: { comments: 365 }, source: "QĐ 12" }];
  test("go out as they came in, and a new one begins empty", () => {
    const state = play({ type: "config", config: { office: { ...office, retention: rules }, config_version: 8 } }, { type: "section", section: "retention" });
    assert.deepEqual(fromDraft(state.draft).retention, rules);
    const page = words(view(state, handlers));
    assert.match(page, /Từ 01\/01\/2026 · QĐ 12/);
    const [list] = fields("retention", state.draft);
    assert.deepEqual(faultsOf([list], { retention: [list.make?.()] }), { "retention.0.since": "Cần điền mục này." });
  });
  test("a day too few is seen before it is sent", () => {
    assert.deepEqual(faultsOf(fields("retention", {}), { retention: [{ since: "2026-01-01", days: { notes: 0 } }] }), { "retention.0.days.notes": "Từ 1 đến 3660." });
  });
  test("of whom a second factor is asked stands with the office", () => {
    const field = fields("office", {}).find((each) => each.key === "second_factor");
    assert.deepEqual(field?.options?.map(([key]) => key), ["optional", "administrators", "everybody"]);
  });
});

describe("the log", () => {
  test("says who did what in words, in the office's time", () => {
    const row = { id: 1, at: "2026-11-20T02:00:00.000+00:00", actor: "staff:Lan", action: "office.put", subject: null, why: null, address: "10.0.0.2", detail: { changed: ["hotline", "services.A"] } };
    const audit = { intact: true, first_broken: null, rows: [row] };
    const page = words(view(play({ type: "section", section: "audit" }, { type: "known", what: { audit } }), handlers));
    assert.match(page, /9:00:00.*20\/11\/2026|20\/11\/2026.*9:00:00|09:00:00.*20\/11\/26/);
    assert.match(page, /Lan 10\.0\.0\.2 Sửa cấu hình office\.put changed: hotline, services\.A/);
  });
  test("names whoever is no person", () => {
    assert.deepEqual(["command line:backup", "device:kiosk-1", "server", "anonymous"].map(actorText), ["Lệnh trên máy chủ: backup", "Thiết bị kiosk-1", "Máy chủ", "Chưa đăng nhập"]);
  });
});

describe("board layouts", () => {
  const boards = [{ code: "khu-b", name: "Khu B", layout: "zone", zone: "B", counters: [1], theme: "paper" }, { code: "quay", name: "Quầy", layout: "sign" }];

  test("come in and go out, counters as numbers", () => {
    const draft = toDraft({ ...office, boards });
    assert.deepEqual(draft.boards[0].counters, ["1"]);
    assert.deepEqual(fromDraft(draft).boards, boards);
  });

  test("offer the zones and counters of the draft", () => {
    const draft = toDraft({ ...office, counters: [{ number: 4, zone: "B", services: [] }, { number: 5, zone: "B", services: [] }] });
    const list = /** @type {any[]} */ (fields("boards", draft)[0].fields);
    assert.deepEqual(list.find((field) => field.key === "zone").options, [["B", "B"]]);
    assert.deepEqual(list.find((field) => field.key === "counters").options, [["4", "Quầy 4"], ["5", "Quầy 5"]]);
  });

  test("are seen as they would be, saved or not, and without a sound", () => {
    assert.equal(previewAddress("demo", boards[0]), "/display?office=demo&mute=1&layout=zone&theme=paper&counters=1&zone=B");
    assert.equal(previewAddress("demo", boards[1]), "/display?office=demo&mute=1&layout=sign&theme=night&counter=1");
    const state = play({ type: "config", config: { office: { ...office, boards }, config_version: 8 } }, { type: "section", section: "boards" });
    const page = markup(view(state, handlers));
    assert.equal((page.match(/<iframe/g) ?? []).length, 4);
    assert.match(page, /layout=zone/);
  });
});

describe("the tree of offices", () => {
  const office = (/** @type {string} */ code, /** @type {object} */ more = {}) => ({ code, name: `Phường ${code}`, depth: 0, parent: null, valid_from: null, valid_to: null, merged_into: null, merger_planned: false, moves: [], ...more });
  const tree = [office("demo"), office("khu-1", { depth: 1, parent: "demo", valid_from: "2026-11-20" }), office("khu-2", { depth: 1, parent: "demo", valid_to: "2026-11-19", merged_into: "khu-1" })];

  test("what may be done with each, and what has ended is only told", () => {
    assert.deepEqual(tree.map((each) => actionsOf(each, "demo")), [["dates"], ["dates", "place", "merge"], []]);
    assert.deepEqual(actionsOf({ ...tree[2], merger_planned: true }, "demo"), ["unmerge"], "what has not come can be called off");
    assert.deepEqual(tree.map((each) => datesText(each, "2026-11-20")), ["không giới hạn", "20/11/2026 – …", "đã sáp nhập vào khu-1 từ sau 19/11/2026"]);
  });

  test("what is planned is said before it comes", () => {
    assert.equal(datesText(tree[2], "2026-11-19"), "sẽ sáp nhập vào khu-1 từ sau 19/11/2026");
    const moved = office("khu-3", { moves: [{ since: "2026-11-23", parent: "khu-1" }, { since: "2027-01-01", parent: null }] });
    assert.deepEqual(movesText(moved, tree), ["từ 23/11/2026 dưới Phường khu-1", "từ 01/01/2027 đứng riêng"]);
  });

  test("is not empty while it is being loaded", () => {
    const page = words(view(play({ type: "section", section: "tree" }), handlers));
    assert.match(page, /Cây đơn vị Đang tải…/);
    const there = play({ type: "section", section: "tree" }, { type: "known", what: { tree, treeDay: "2026-11-20" } });
    assert.match(words(view(there, handlers)), /Phường khu-1 khu-1 20\/11\/2026 – …/);
  });

  test("nothing is merged into itself nor into what has ended", () => {
    const state = { ...initial, tree };
    assert.deepEqual(officeFields(state, "merge", "khu-1")[0].options, [["demo", "Phường demo"]]);
  });

  test("each answer is one request", () => {
    assert.deepEqual(officeRequest("merge", "khu-1", "demo", { into: "demo", on: "2027-01-01" }), { method: "post", path: "/api/v1/offices/khu-1/merge", body: { into: "demo", on: "2027-01-01" } });
    assert.deepEqual(officeRequest("place", "khu-1", "demo", { since: "2027-01-01" }).body, { parent: null, since: "2027-01-01" });
    assert.deepEqual(officeRequest("dates", "khu-1", "demo", { valid_from: "2027-01-01" }).body, { valid_from: "2027-01-01", valid_to: null });
    assert.deepEqual(officeRequest("unmerge", "khu-1", "demo", {}), { method: "delete", path: "/api/v1/offices/khu-1/merge" });
    assert.equal(officeRequest("below", "", "demo", { code: "x", name: "X" }).path, "/api/v1/offices/demo/below");
  });
});

describe("tried before it is done", () => {
  test("an order of calls says whom it helps, in one sentence", () => {
    assert.equal(summary({ day: "2026-11-20", people: 40, groups: [], called_earlier: 6, called_later: 9 }), "Ngày 20/11/2026, 40 người: 6 người được gọi sớm hơn, 9 người muộn hơn.");
    assert.match(summary({ day: "2026-11-20", people: 1, groups: [], called_earlier: 0, called_later: 0 }), /không ai được gọi sớm hơn/);
  });

  test("the preview asks for the draft's paper, without what is left empty", () => {
    const draft = { ticket: { heading: { vi: "PHIẾU SỐ" }, footer: {}, show: ["qr"] } };
    const asked = new URL(paperAddress({ ...initial, office: "demo", draft, sample: { paper: "58", language: "en", service: "A", priority: true } }), "http://x");
    assert.deepEqual(JSON.parse(asked.searchParams.get("ticket") ?? ""), { heading: { vi: "PHIẾU SỐ" }, show: ["qr"] });
    assert.deepEqual(["paper", "language", "service", "priority"].map((key) => asked.searchParams.get(key)), ["58", "en", "A", "1"]);
  });
});
