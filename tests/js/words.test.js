import assert from "node:assert/strict";
import { test } from "node:test";

import { clockTime, fold, initials, minutesSince, stopwatch } from "motcua/words";
import { totals, view } from "../../server/web/static/pages/today/view.js";
import { words } from "./markup.js";

test("times of day are the office's, wherever the screen's clock thinks it is", () => {
  assert.equal(clockTime("2026-11-20T02:42:00Z"), "09:42");
  assert.equal(clockTime("2026-11-20T17:05:00Z", "Asia/Ho_Chi_Minh"), "00:05");
  assert.equal(clockTime(null), "");
});

test("a stopwatch shows hours only when there are any", () => {
  assert.deepEqual([0, 59_999, 277_000, 3_725_000, -5].map(stopwatch), ["00:00", "00:59", "04:37", "1:02:05", "00:00"]);
});

test("minutes are whole and never negative", () => {
  const at = Date.parse("2026-11-20T09:00:00+07:00");
  assert.deepEqual([-1, 59_999, 60_000].map((ms) => minutesSince("2026-11-20T09:00:00+07:00", at + ms)), [0, 0, 1]);
});

test("a Vietnamese name is known by its last two words", () => {
  assert.deepEqual(["Nguyễn Thị Minh Ngọc", "  Ánh  ", "Đỗ ông"].map(initials), ["MN", "Á", "ĐÔ"]);
});

test("a search needs no marks", () => {
  assert.equal(fold(" Đất đai – Môi trường "), "dat dai – moi truong");
});

test("today's table keeps the silent ones apart and adds up", () => {
  const officers = [
    { id: "1", name: "Nguyễn Thị Minh Ngọc", sessions: 5, counts: { very_satisfied: 1, satisfied: 2, dissatisfied: 1, none: 1 } },
    { id: "2", name: "Trần Quốc Khánh", sessions: 3, counts: { very_satisfied: 0, satisfied: 0, dissatisfied: 0, none: 3 } },
  ];
  assert.deepEqual(totals(officers), { very_satisfied: 1, satisfied: 2, dissatisfied: 1, none: 4 });
  const state = { office: { name: "Khương Đình" }, today: { day: "2026-11-20", officers }, at: 0, lost: false, error: null };
  const page = words(view(state));
  assert.match(page, /Nguyễn Thị Minh Ngọc 5 1 2 1 1 Trần Quốc Khánh 3 0 0 0 3 Cộng 8 1 2 1 4/);
  assert.match(page, /Khương Đình · 20\/11\/2026/);
});
