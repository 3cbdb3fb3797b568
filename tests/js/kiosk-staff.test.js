import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { guidance } from "../../kiosk/static/guide.js";
import { kiosk, office } from "./kiosk-hall.js";

const SETTINGS = { low: false, language: null, sound: true };
const STATUS = {
  version: "1", online: true, offline_since: null, undelivered: 0, refused: 0, numbers_left: { A: 20 }, settings: SETTINGS,
  stopped: null,
};

/** @param {any} [here] */
function hall(here = {}) {
  return { ...office(), kiosk: { printer: null, staff: { code_set: true, prints: true }, settings: SETTINGS, stopped: null, ...here } };
}

/** A kiosk whose settings are open since the third second. */
function opened() {
  return kiosk(hall()).at(1, { type: "staff_open" }).at(2, { type: "staff_digit", digit: "1" }).at(2.5, { type: "staff_ask", path: "open" })
    .news({ type: "staff_told", path: "open", answer: { grant: "g", status: STATUS }, at: 3000 });
}

describe("the door", () => {
  test("is on a kiosk with a runtime only, and on its first screen", () => {
    assert.equal(kiosk(office()).at(1, { type: "staff_open" }).state.screen, "home");
    const papers = kiosk(hall()).at(1, { type: "show", screen: "priority" }).at(2, { type: "staff_open" });
    assert.equal(papers.state.screen, "priority");
    assert.equal(kiosk(hall()).at(1, { type: "staff_open" }).state.screen, "staff");
  });

  test("the code is sent once, and forgotten as it is sent", () => {
    const asked = kiosk(hall()).at(1, { type: "staff_open" }).at(2, { type: "staff_digit", digit: "7" }).at(2.1, { type: "staff_digit", digit: "7" })
      .at(2.2, { type: "staff_digit", digit: "delete" }).at(2.3, { type: "staff_digit", digit: "x" }).at(3, { type: "staff_ask", path: "open" });
    assert.deepEqual(asked.state.staff?.asked, { path: "open", body: { code: "7" } });
    assert.equal(asked.state.staff?.digits, "");
    const first = asked.state.staff?.asked;
    assert.equal(asked.at(4, { type: "staff_digit", digit: "8" }).at(5, { type: "staff_ask", path: "open" }).state.staff?.asked, first);
  });

  test("while the kiosk waits after wrong codes, none is sent", () => {
    const slowed = kiosk(hall()).at(1, { type: "staff_open" })
      .news({ type: "staff_refused", code: "staff_code_wrong", text: "Mã chưa đúng.", wait_s: 30, at: 2000 })
      .at(3, { type: "staff_digit", digit: "1" }).at(4, { type: "staff_ask", path: "open" });
    assert.equal(slowed.state.staff?.asked, null);
    assert.equal(slowed.at(32.1, { type: "staff_ask", path: "open" }).state.staff?.asked?.path, "open");
  });
});

describe("behind it", () => {
  test("a kiosk that is left alone goes back to its first screen, and the grant with it", () => {
    const left = opened().until(70);
    assert.equal(left.state.screen, "home");
    assert.equal(left.state.staff, null);
  });

  test("what the kiosk tells meanwhile keeps nobody in", () => {
    const watched = opened();
    for (let second = 6; second < 64; second += 3) {
      watched.until(second).news({ type: "staff_told", path: "status", answer: { status: STATUS }, at: second * 1000 });
    }
    assert.equal(watched.state.screen, "home");
  });

  test("an answer to somebody who has left opens nothing", () => {
    const gone = kiosk(hall()).at(1, { type: "staff_open" }).at(2, { type: "back" });
    assert.equal(gone.news({ type: "staff_told", path: "open", answer: { grant: "g", status: STATUS }, at: 2100 }).state.screen, "home");
  });

  test("a grant that has ended asks for the code again and shows nothing on", () => {
    const ended = opened().news({ type: "staff_refused", code: "staff_code_again", text: "Đã hết giờ.", at: 9000 });
    assert.equal(ended.state.screen, "staff");
    assert.deepEqual([ended.state.staff?.grant, ended.state.staff?.status], [null, null]);
  });

  test("the screen is good when every cell was reached, each counted once", () => {
    const tested = opened().at(4, { type: "staff_touches" });
    for (let cell = 0; cell < 24; cell += 1) tested.at(5 + cell, { type: "staff_cell", cell }).at(5.5 + cell, { type: "staff_cell", cell });
    assert.equal(tested.state.staff?.touched.length, 24);
    assert.equal(tested.at(40, { type: "staff_cells_done" }).state.screen, "settings");
  });
});

describe("what staff have set", () => {
  test("is what the next citizen finds, and no surprise to the one who stands there", () => {
    const set = hall({ settings: { low: true, language: "en", sound: false } });
    const free = kiosk(hall()).news({ type: "office", office: set });
    assert.deepEqual([free.state.low, free.state.language, free.state.sound], [true, "en", false]);
    const busy = kiosk(hall()).at(1, { type: "show", screen: "priority" }).news({ type: "office", office: set });
    assert.deepEqual([busy.state.low, busy.state.language], [false, "vi"]);
    const next = busy.at(2, { type: "restart" });
    assert.deepEqual([next.state.low, next.state.language], [true, "en"]);
  });

  test("a stopped kiosk takes no number", () => {
    const stopped = hall({ stopped: { reason: "paper", since: "2026-11-20T09:30:00+07:00" } });
    stopped.services = stopped.services.map((each) => ({ ...each, open: false, closed_reason: "kiosk_stopped" }));
    const touched = kiosk(stopped).at(1, { type: "service", code: "A", key: "k" });
    assert.equal(touched.state.screen, "closed");
    assert.match(guidance(touched.state), /Máy này tạm ngừng phát số/);
  });
});
