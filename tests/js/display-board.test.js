import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

import { barParts, BOX, callBox, callShape, CAP_HEIGHT, division, FIGURES_PX, LINE_PX, MM_PER_PX, NAME_PX, NUMBER_PX, PAGE_MS, pageAt, paginate, panel, ROW_GAP_PX, SHAPES } from "../../display/static/layout.js";
import { linesOf, partsOf, wrap } from "../../display/static/letters.js";
import { boardModel } from "../../display/static/model.js";
import { readOptions } from "../../display/static/options.js";
import { initial, takeEvent, takeSnapshot, takeStatus } from "../../display/static/reduce.js";
import { linesNow, sign } from "../../display/static/sign.js";
import { clockTime } from "../../display/static/time.js";
import { board } from "../../display/static/view.js";
import { call, counter, NINE, snapshot } from "./display-hall.js";
import { markup, words } from "./markup.js";

const css = readFileSync(new URL("../../display/static/board.css", import.meta.url), "utf8");
const silent = { current: null, queue: [], status: "idle", failing: false };

/** @param {any} state @param {object} [more] @returns {any} */
function modelOf(state, more = {}) {
  return boardModel(state, { options: readOptions(""), shape: "wide", now: NINE, speech: silent, language: "vi", ...more });
}

/** @param {any} state @param {object} [more] */
function drawn(state, more = {}) {
  const frame = { now: NINE, language: "vi", shape: /** @type {const} */ ("wide"), box: BOX.wide, onEnable() {}, ...more };
  return board(modelOf(state, more), frame);
}

const opened = takeSnapshot(initial(), snapshot(), NINE);

describe("sizes that six metres ask for", () => {
  test("the called number is at least 100 mm high, everything else that is read 30 mm", () => {
    assert.ok(NUMBER_PX * CAP_HEIGHT * MM_PER_PX >= 100);
    for (const size of [NAME_PX, FIGURES_PX]) assert.ok(size * CAP_HEIGHT * MM_PER_PX >= 29.8);
    assert.match(css, new RegExp(`--number: calc\\(${NUMBER_PX} [^]*--words: calc\\(${NAME_PX} [^]*--row: calc\\(${LINE_PX} `));
  });

  test("the style sheet names no colour of its own", () => {
    assert.equal(css.match(/#[0-9a-f]{3,8}\b|rgb|hsl/i), null);
  });
});

describe("what fits", () => {
  const rows = (/** @type {number} */ n, lines = 1) => Array.from({ length: n }, (_, i) => ({ id: i, lines }));
  const row = LINE_PX + ROW_GAP_PX;

  test("names take the lines that their words need", () => {
    assert.equal(linesOf("Hộ tịch", 500, NAME_PX), 1);
    assert.equal(linesOf("", 500, NAME_PX), 1);
    assert.deepEqual(wrap("Bảo trợ xã hội – Người có công", 500, NAME_PX), ["Bảo trợ xã", "hội – Người", "có công"]);
  });

  test("a text that is too long is read part by part, none of it lost", () => {
    const text = "Bộ phận Một cửa nghỉ lễ từ ngày 2/9 đến hết ngày 3/9, làm việc lại từ sáng ngày 4/9";
    const parts = partsOf(text, 1000, NAME_PX, 2);
    assert.equal(parts.join(" "), text);
    assert.ok(parts.length > 1);
    for (const part of parts) assert.ok(linesOf(part, 1000, NAME_PX) <= 2);
    assert.deepEqual(barParts("Nghỉ trưa", "wide"), ["Nghỉ trưa"]);
  });

  test("each item is on exactly one page, in order", () => {
    for (const count of [1, 5, 12, 67, 70]) {
      const pages = paginate(rows(count), 6 * row);
      assert.deepEqual(pages.flat().map((item) => item.id), rows(count).map((item) => item.id));
      for (const page of pages) assert.ok(page.length <= 6);
    }
  });

  test("one item that is too tall still has its page", () => {
    assert.equal(paginate(rows(1, 9), row).length, 1);
  });

  test("a small office sees counters and lines together, a ward one after the other", () => {
    const side = (/** @type {number} */ counters, /** @type {string[]} */ fields) => panel(
      Array.from({ length: counters }, (_, i) => ({ ...counter(i + 1), value: "A012" })), fields.map((name) => ({ name, value: "4" })), "wide", SHAPES.wide.panelHeight);
    assert.deepEqual(side(3, ["Hộ tịch", "Chứng thực"]).map((page) => [page.counters?.length, page.waiting?.length]), [[3, 2]]);
    const ward = ["Hộ tịch", "Chứng thực", "Đất đai – Môi trường", "Bảo trợ xã hội – Người có công", "Trả kết quả"];
    assert.deepEqual(side(5, ward).map((page) => [page.counters?.length, page.waiting?.length]), [[5, undefined], [undefined, 5]]);
  });

  for (const shape of /** @type {const} */ (["wide", "tall"])) {
    test(`67 counters and 70 fields are all shown in turn, none beyond the panel (${shape})`, () => {
      const counters = Array.from({ length: 67 }, (_, i) => ({ ...counter(i + 1), value: "A012" }));
      const fields = Array.from({ length: 70 }, (_, i) => ({ name: `Lĩnh vực ${i} – Người có công với cách mạng`, value: "12" }));
      const height = division(shape, { bar: 124, calls: 600, listed: 2, wanted: 2 }).panel;
      const pages = panel(counters, fields, shape, height);
      assert.equal(pages.flatMap((page) => page.counters ?? []).length, 67);
      assert.equal(pages.flatMap((page) => page.waiting ?? []).length, 70);
      const tall = (/** @type {any} */ page) => row + [...(page.counters ?? []), ...(page.waiting ?? [])].reduce((sum, item) => sum + item.lines * LINE_PX + ROW_GAP_PX, 0);
      assert.ok(Math.max(...pages.map(tall)) <= height);
    });
  }

  test("words give way to number and counter, never that it is a recall", () => {
    const long = { number: "A012", counter_name: "Trả kết quả hồ sơ đất đai", service_name: "Bảo trợ xã hội – Người có công với cách mạng", form: "stacked", breaks: false, recall: false };
    const given = (/** @type {number} */ room, recall = false) => {
      const { label, service, height } = callBox({ ...long, recall }, 1100, room);
      return [label, service, height <= room];
    };
    assert.deepEqual(given(924), [true, true, true]);
    assert.deepEqual(given(800), [true, false, true]);
    assert.deepEqual(given(600), [false, false, true]);
    assert.deepEqual(given(650, true), [true, false, true]);
  });

  test("pages turn with the clock", () => {
    assert.deepEqual([0, PAGE_MS - 1, PAGE_MS, 3 * PAGE_MS].map((at) => pageAt(3, at)), [0, 0, 1, 0]);
    assert.equal(pageAt(1, 5 * PAGE_MS), 0);
  });

  test("a long number or a long counter name changes the layout, not the size", () => {
    assert.equal(callShape("A012", "Quầy 12", "wide"), "side");
    assert.equal(callShape("ĐB105", "Quầy 12", "wide"), "stacked");
    assert.equal(callShape("A012", "Trả kết quả 2", "wide"), "stacked");
    assert.equal(callShape("A012", "Quầy 12", "tall"), "stacked");
  });
});

describe("what the board shows", () => {
  test("the last call, its counter and field, the calls before it, counters, lines, clock and office", () => {
    const text = words(drawn(opened));
    for (const part of ["Phường Khương Đình", "09:00", "Mời số A012", "Quầy 2", "Hộ tịch", "Vừa gọi B008 Quầy 1", "Đang chờ"]) {
      assert.ok(text.includes(part), `${part} in: ${text}`);
    }
    assert.ok(!text.includes("Gọi lần"));
  });

  test("nothing called yet, and nothing known yet", () => {
    assert.match(words(drawn({ ...opened, calls: [] })), /Chưa gọi số nào/);
    assert.match(words(drawn(initial())), /Đang kết nối…/);
    assert.doesNotMatch(words(drawn({ ...opened, calls: [] }, { speech: { ...silent, status: "muted" } })), /loa/);
  });

  test("a hall at rest says when it opens again, not whom it called last", () => {
    const hours = { today: [["07:30", "11:30"], ["13:30", "17:00"]], next: "2026-11-23T07:30:00+07:00" };
    const shut = snapshot().counters.map((each) => ({ ...each, state: /** @type {const} */ ("closed"), ticket: null }));
    const at = (/** @type {string} */ time, /** @type {object} */ more = {}) => {
      const now = Date.parse(`2026-11-20T${time}:00+07:00`);
      return words(drawn(takeSnapshot(initial(), { ...snapshot(), hours, counters: shut, ...more }, now), { now }));
    };
    assert.match(at("07:05", { calls: [] }), /Ngoài giờ tiếp nhận Mở lại lúc 07:30 /);
    assert.match(at("11:45"), /Ngoài giờ tiếp nhận Mở lại lúc 13:30 /);
    assert.match(at("18:20"), /Ngoài giờ tiếp nhận Mở lại lúc 07:30, Thứ Hai 23\/11 /);
    assert.doesNotMatch(at("18:20"), /A012/);
    assert.match(at("18:20", { hours: { ...hours, next: null } }), /Ngoài giờ tiếp nhận/);
    // Open, or somebody still at a counter, or nothing known of hours: the hall is at work.
    for (const page of [at("14:00"), at("18:20", { counters: snapshot().counters }), at("18:20", { hours: undefined })]) {
      assert.match(page, /A012/);
      assert.doesNotMatch(page, /Ngoài giờ/);
    }
    const speaking = { ...silent, current: snapshot().calls[0] };
    const late = Date.parse("2026-11-20T17:01:00+07:00");
    assert.match(words(drawn(takeSnapshot(initial(), { ...snapshot(), hours, counters: shut }, late), { now: late, speech: speaking })), /A012/);
  });

  test("where nobody waits and nobody is served the counters are said, no zero for each field", () => {
    const counters = Array.from({ length: 7 }, (_, i) => counter(i + 1, { state: "closed" }));
    const waiting = Array.from({ length: 7 }, (_, i) => ({ service: `S${i}`, name: `Lĩnh vực ${i}`, count: 0 }));
    const idle = takeSnapshot(initial(), { ...snapshot(), calls: [], counters, waiting }, NINE);
    const pages = [0, 1, 2, 3].map((turn) => words(drawn(idle, { now: NINE + turn * PAGE_MS })));
    assert.match(pages.join(" "), /Quầy 7 đóng/);
    for (const page of pages) assert.doesNotMatch(page, /Đang chờ|Lĩnh vực/);
  });

  test("a recall is visibly a recall", () => {
    const again = takeEvent(opened, { type: "ticket.recalled", data: { call: call("B008", 1, { count: 2 }) } });
    assert.match(words(drawn(again)), /Mời lại số Gọi lần 2 B008/);
    assert.match(markup(drawn(again)), /data-recall=yes/);
    const later = takeEvent(again, { type: "ticket.called", data: { call: call("A013", 2, { at: NINE + 60_000 }) } });
    assert.match(words(drawn(later, { now: NINE + 60_000 })), /Vừa gọi B008 Quầy 1 lần 2/);
  });

  test("two calls of one instant are both large, or in order where they do not fit", () => {
    const both = [call("A013", 2), call("C001", 1)];
    const numbers = (/** @type {any} */ calls) => modelOf({ ...opened, calls }).focused.map((/** @type {any} */ c) => c.number);
    assert.deepEqual(numbers(both), ["A013", "C001"]);
    assert.deepEqual(numbers([call("ĐB1013", 2), call("C001", 1)]), ["ĐB1013"]);
    assert.match(words(drawn({ ...opened, calls: [call("ĐB1013", 2), call("C001", 1)] })), /Vừa gọi C001/);
  });

  test("a burst of calls is shown in full, page by page", () => {
    const calls = Array.from({ length: 20 }, (_, i) => call(`A${String(i).padStart(3, "0")}`, i + 1));
    const seen = new Set();
    for (let at = 0; at < 6 * PAGE_MS; at += PAGE_MS) {
      // The clock of the test moves, the calls stay fresh: each was made at that moment.
      const now = NINE + at;
      const fresh = calls.map((made) => ({ ...made, called_at: new Date(now).toISOString() }));
      const model = modelOf({ ...opened, calls: fresh }, { now });
      [...model.focused, ...model.strip.calls].forEach((/** @type {any} */ shown) => seen.add(shown.number));
    }
    assert.equal(seen.size, 20);
  });

  test("a lost connection says since when, keeps the clock, and takes the bar of the notice", () => {
    const lost = takeStatus({ ...opened, notice: { vi: "Nghỉ trưa" } }, "unknown", NINE - 120_000);
    const text = words(drawn(lost, { now: NINE + 60_000 }));
    assert.match(text, /Mất kết nối từ 08:58/);
    assert.match(text, /09:01/);
    assert.doesNotMatch(text, /Nghỉ trưa/);
  });

  test("missed calls are listed under their own title", () => {
    const away = takeStatus(opened, "unknown", NINE);
    const missed = call("A013", 2, { at: NINE + 1000 });
    const back = takeStatus(takeSnapshot(away, { ...snapshot(), calls: [missed, ...snapshot().calls] }, NINE + 60_000), "live", null);
    assert.match(words(drawn(back, { now: NINE + 60_000 })), /Đã gọi khi mất kết nối A013 Quầy 2/);
  });

  test("a paused, a closed and a free counter are told apart without colour", () => {
    const counters = [counter(1, { state: "paused" }), counter(2, { state: "closed" }), counter(3)];
    assert.match(words(drawn({ ...opened, counters })), /Quầy 1 tạm dừng Quầy 2 đóng Quầy 3 – đang trống/);
  });

  test("a hall that does not fit drops closed and idle counters, and lines without people", () => {
    const counters = Array.from({ length: 20 }, (_, i) => counter(i + 1, { state: i < 8 ? "open" : "closed", ticket: i < 4 ? `A00${i}` : null }));
    const waiting = Array.from({ length: 6 }, (_, i) => ({ service: `S${i}`, name: `Lĩnh vực ${i}`, count: i }));
    const pages = [0, 1].map((page) => /** @type {any} */ (modelOf({ ...opened, counters, waiting }, { now: NINE + page * PAGE_MS }).side));
    const listed = pages.flatMap((page) => [...(page.counters ?? []).map((/** @type {any} */ c) => c.number), ...(page.waiting ?? []).map((/** @type {any} */ l) => l.service)]);
    assert.deepEqual(new Set(listed), new Set([1, 2, 3, 4, "S1", "S2", "S3", "S4", "S5"]));
  });

  test("a short page is as tall as the others", () => {
    const counters = Array.from({ length: 67 }, (_, i) => counter(i + 1, { ticket: `A${i}` }));
    const heights = new Set();
    for (let page = 0; page < 12; page += 1) {
      const side = /** @type {any} */ (modelOf({ ...opened, counters }, { now: NINE + page * PAGE_MS }).side);
      heights.add(side.missing + [...(side.counters ?? []), ...(side.waiting ?? [])].length);
    }
    assert.deepEqual([...heights], [8]);
  });

  test("sound that waits for a touch, is muted or fails is said", () => {
    assert.match(words(drawn(opened, { speech: { ...silent, status: "blocked" } })), /Âm thanh đang tắt — chạm để bật/);
    assert.match(words(drawn(opened, { speech: { ...silent, status: "muted" } })), /Tắt tiếng/);
    assert.match(words(drawn(opened, { speech: { ...silent, failing: true } })), /Loa đang lỗi/);
  });

  test("English names where the office has them", () => {
    const counters = [counter(2, { names: { vi: "Quầy 2", en: "Counter 2" } })];
    const waiting = [{ service: "A", name: "Hộ tịch", names: { vi: "Hộ tịch", en: "Civil status" }, count: 1 }];
    const [shown] = modelOf({ ...opened, counters, waiting }, { language: "en" }).focused;
    assert.deepEqual([shown.counter_name, shown.service_name], ["Counter 2", "Civil status"]);
  });

  test("the clock is the office's, whatever the screen's zone", () => {
    assert.equal(clockTime(Date.parse("2026-11-20T17:05:00Z"), "Asia/Ho_Chi_Minh"), "00:05");
  });
});

describe("smaller layouts", () => {
  const frame = { now: NINE, language: "vi", shape: /** @type {const} */ ("wide"), box: BOX.wide, onEnable() {} };
  const signOf = (/** @type {string} */ search, state = opened) =>
    words(sign(modelOf(state, { options: readOptions(search) }), frame, readOptions(search), state));

  test("a sign shows its counter's number and fields, or that it is paused", () => {
    assert.match(signOf("?counter=2"), /Quầy 2 .*A012 Hộ tịch$/);
    const paused = { ...opened, counters: [counter(2, { state: "paused" })] };
    assert.match(signOf("?counter=2", paused), /Quầy 2 Tạm dừng/);
    assert.match(signOf("?counter=9"), /Đơn vị không có quầy 9/);
  });

  test("a sign names who sits there, and nobody once the counter is closed", () => {
    const options = readOptions("?counter=2");
    const named = (/** @type {any} */ state) =>
      words(sign(modelOf(state, { options }), frame, options, state, { name: "Trần Thị Bích Hạnh", photo: null }));
    assert.match(named(opened), /A012 Trần Thị Bích Hạnh Hộ tịch$/);
    assert.doesNotMatch(named({ ...opened, counters: [counter(2, { state: "closed" })] }), /Trần/);
  });

  test("the overview turns pages of lines at full size", () => {
    const waiting = Array.from({ length: 14 }, (_, i) => ({ service: `S${i}`, name: `Lĩnh vực ${i}`, count: i }));
    const seen = [0, 1, 2].flatMap((page) => linesNow(waiting, { ...frame, now: page * PAGE_MS }).map((line) => line.service));
    assert.deepEqual(seen, waiting.map((line) => line.service));
    assert.match(signOf("?layout=queue"), /Hộ tịch .*4/);
  });
});
