import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { addCatalogue, setLanguage } from "motcua/i18n";
import { entries, fit, isCrowded, pageOf } from "../../kiosk/static/layout.js";
import { closedWords, minutes, opening, until, waitingLine } from "../../kiosk/static/say.js";
import { view } from "../../kiosk/static/view.js";
import { kiosk, manyServices, office, service, ticket } from "./kiosk-hall.js";
import { markup, words } from "./markup.js";

const MORNING = Date.parse("2026-11-20T09:42:00+07:00");
const ZONE = "Asia/Ho_Chi_Minh";
const nothing = () => {};
const A = { type: "service", code: "A", key: "k1" };

/** @param {import("../../kiosk/static/state.js").State} state */
const read = (state) => words(view({ ...state, wall: MORNING }, nothing));

describe("times and counts in words", () => {
  for (const [wait, text] of /** @type {[any, string][]} */ ([
    [{ low: 1200, high: 2100 }, "20–35 phút"], [{ low: 300, high: 300 }, "5 phút"], [{ low: 0, high: 300 }, "tối đa 5 phút"],
    [{ low: 0, high: 30 }, "dưới 1 phút"], [null, ""],
  ])) {
    test(`${JSON.stringify(wait)} is "${text}"`, () => assert.equal(minutes(wait), text));
  }

  test("today it is a time, another day it has its name", () => {
    assert.equal(opening("2026-11-20T13:30:00+07:00", MORNING, ZONE), "Mở lại lúc 13:30");
    assert.equal(opening("2026-11-23T07:30:00+07:00", MORNING, ZONE), "Mở lại lúc 07:30, Thứ Hai 23/11");
    assert.equal(opening(null, MORNING, ZONE), "");
  });

  test("the office's zone counts, not this machine's", () => {
    assert.equal(opening("2026-11-20T17:30:00Z", MORNING, ZONE), "Mở lại lúc 00:30, Thứ Bảy 21/11");
  });

  test("until when numbers are given now", () => {
    assert.equal(until(office(), MORNING), "Lấy số đến 11:30");
    assert.equal(until(office(), Date.parse("2026-11-20T12:00:00+07:00")), "");
    assert.equal(until({ ...office(), hours: { open: true, today: [["00:00", "24:00"]] } }, MORNING), "");
  });

  test("how many wait, and what nobody knows is said to be unknown", () => {
    const busy = service("A", "Hộ tịch", { waiting: 14, expected_wait_s: { low: 1200, high: 2100 } });
    assert.equal(waitingLine(busy, true), "14 người chờ · 20\u2060–\u206035\u00a0phút");
    assert.equal(waitingLine({ ...busy, expected_wait_s: null }, true), "14 người chờ");
    assert.equal(waitingLine(service("A", "Hộ tịch"), true), "Không có người chờ");
    assert.equal(waitingLine(busy, false), "Chưa rõ số người chờ");
  });

  test("why a field is closed, and when it opens", () => {
    const limit = service("A", "Hộ tịch", { open: false, closed_reason: "daily_limit", opens_at: null });
    assert.equal(closedWords(limit, MORNING, ZONE).reason, "Đã phát hết số của hôm nay");
    assert.equal(closedWords(limit, MORNING, ZONE).next, "Mời ông/bà quay lại ngày làm việc sau");
  });
});

describe("tiles", () => {
  const crowded = kiosk(office(manyServices()));

  test("six fields stand on one screen of every shape", () => {
    const six = kiosk(office([..."ABCDEF"].map((code) => service(code, code))));
    for (const [width, height] of [[1080, 1920], [1920, 1080], [1366, 768]]) {
      const { state } = six.news({ type: "viewport", width, height });
      const { columns, rows } = fit(state, 6);
      assert.ok(columns * rows >= 6, `${width}×${height}`);
      assert.equal(isCrowded(state), false);
    }
  });

  test("seventy fields come in groups; a group of one is that field", () => {
    const kinds = entries(crowded.state).map((entry) => entry.kind);
    assert.deepEqual(kinds, [...Array(8).fill("group"), "service"]);
  });

  test("two touches lead to a number among seventy", () => {
    const [group] = entries(crowded.state);
    assert.equal(group.kind, "group");
    const open = kiosk(office(manyServices())).at(1, { type: "group", key: group.kind === "group" ? group.key : "" });
    assert.equal(entries(open.state).length, 9);
    assert.equal(open.at(2, { type: "service", code: "S0", key: "k" }).state.screen, "issuing");
  });

  test("every field is on exactly one page", () => {
    const all = Array.from({ length: 20 }, (_, i) => i);
    const seen = [0, 1, 2].flatMap((page) => pageOf({ ...crowded.state, page }, all, 8).shown);
    assert.deepEqual(seen, all);
    assert.equal(pageOf({ ...crowded.state, page: 9 }, all, 8).page, 2);
  });
});

describe("screens", () => {
  test("the start: the office, the time, the fields, and what can be touched besides", () => {
    const text = read(kiosk().state);
    for (const part of ["Phường Khương Đình", "Thứ Sáu 20/11/2026 · 09:42 · Lấy số đến 11:30", "Chọn lĩnh vực", "Hộ tịch",
      "Tôi thuộc diện ưu tiên", "Cần mang giấy tờ gì?", "English", "Chữ lớn", "Màn hình thấp"]) {
      assert.ok(text.includes(part), part);
    }
    assert.ok(!text.includes("Tìm lĩnh vực"), "two fields need no search");
  });

  test("the question of priority lists the groups in plain words", () => {
    const text = read(kiosk().at(1, { type: "show", screen: "priority" }).state);
    for (const part of ["Ông/bà thuộc trường hợp nào?", "Người cao tuổi", "Người khuyết tật", "Phụ nữ mang thai",
      "Người có con nhỏ đi cùng", "Người có công với cách mạng", "Không thuộc trường hợp nào"]) {
      assert.ok(text.includes(part), part);
    }
  });

  test("the number: how many are before, how long, and where to go", () => {
    const text = read(kiosk().at(1, A).news({ type: "issued", key: "k1", ticket: ticket("printed"), at: 1500 }).state);
    for (const part of ["A012", "5 người", "20–35 phút", "Quầy 2 hoặc Quầy 3", "Mời ông/bà lấy phiếu", "Tự đóng sau 12 giây"]) {
      assert.ok(text.includes(part), part);
    }
  });

  test("without paper: the code, fetched from where the page came from", () => {
    const { state } = kiosk().at(1, A).news({ type: "issued", key: "k1", ticket: ticket("not_sent"), at: 1500 });
    assert.match(markup(view(state, nothing)), /src="?\/t\/abc\/qr\.svg/);
    assert.match(read(state), /Không in được phiếu.*Số vẫn được giữ/);
  });

  test("what is wrong is said before the first touch", () => {
    const printer = { ...office(), kiosk: { printer: { state: "error", detail: { paper: "out" } } } };
    assert.match(read(kiosk(printer).state), /Máy in đã hết giấy\. Ông\/bà vẫn lấy được số/);
    assert.match(read(kiosk().news({ type: "unreachable" }).state), /Máy đang mất kết nối/);
    const night = office([service("A", "Hộ tịch", { open: false, closed_reason: "hours", opens_at: "2026-11-23T07:30:00+07:00" })]);
    night.hours = { open: false, today: [], next_open: "2026-11-23T07:30:00+07:00" };
    assert.match(read(kiosk(night).state), /Hiện ngoài giờ lấy số\. Mở lại lúc 07:30, Thứ Hai 23\/11/);
  });

  test("a server that does not answer: what is safe, and what to do", () => {
    const { state } = kiosk().at(1, A)
      .news({ type: "refused", key: "k1", code: "timeout", text: "Máy chủ chưa trả lời.", unsure: true, at: 9000 });
    assert.match(read(state), /Máy chủ chưa trả lời\..*không làm ông\/bà bị lấy hai số.*Thử lại/);
  });

  test("papers of a procedure, with fee and time limit, lead to the number", () => {
    const birth = { code: "1.001193", names: { vi: "Đăng ký khai sinh" }, papers: [{ vi: "Giấy chứng sinh" }], fee: { vi: "Không thu" }, time_limit: { vi: "Trong ngày" } };
    const { state } = kiosk(office([service("A", "Hộ tịch", { procedures: [birth] })])).at(1, { type: "show", screen: "fields" })
      .at(2, A).at(3, { type: "procedure", code: "1.001193" });
    assert.match(read(state), /Đăng ký khai sinh.*Giấy chứng sinh.*Không thu.*Trong ngày.*1\.001193.*Đủ giấy tờ, lấy số/);
  });

  test("somebody who does not move is asked, and the rest of the screen lies still", () => {
    const { state } = kiosk().at(1, { type: "show", screen: "priority" }).until(50);
    assert.match(read(state), /Ông\/bà còn cần thêm thời gian không\? Máy về màn hình đầu sau 11 giây\./);
    assert.match(markup(view(state, nothing)), /\?inert=true/);
  });

  test("all of it speaks the citizen's language", async () => {
    addCatalogue("en", { "Chọn lĩnh vực": "Choose a field", "%(n)s người chờ": ["%(n)s person waiting", "%(n)s people waiting"] });
    await setLanguage("en");
    try {
      const { state } = kiosk(office([service("A", "Hộ tịch", { waiting: 1 })])).at(1, { type: "language" });
      assert.match(read(state), /Khương Đình Ward.*Choose a field.*Field A 1 person waiting.*Tiếng Việt/);
    } finally {
      await setLanguage("vi");
    }
  });
});
