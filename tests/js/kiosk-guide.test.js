import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { guidance } from "../../kiosk/static/guide.js";
import { createReader } from "../../kiosk/static/reader.js";
import { kiosk, manyServices, office, service, ticket } from "./kiosk-hall.js";

const A = { type: "service", code: "A", key: "k1" };
const late = service("A", "Hộ tịch", {
  late: true, waiting: 28, expected_wait_s: { low: 5400, high: 7200 }, next_day: "2026-11-23T07:30:00+07:00",
});

describe("what is read aloud", () => {
  test("the start: what to do, the fields, and what is below", () => {
    const said = guidance(kiosk().state);
    assert.match(said, /Chạm một lần để lấy số thứ tự\. Trên màn hình có: Hộ tịch; Chứng thực\./);
    assert.match(said, /Tôi thuộc diện ưu tiên/);
  });

  test("only what this page of the screen shows", () => {
    const said = guidance(kiosk(office(manyServices())).state);
    assert.match(said, /Nhóm 0; Nhóm 1/);
    assert.match(said, /Trang 1 trong 2/);
  });

  test("the number, figure by figure, and where to go", () => {
    const { state } = kiosk().at(1, A).news({ type: "issued", key: "k1", ticket: ticket("printed"), at: 1500 });
    assert.match(guidance(state), /Số của ông\/bà là A 0 1 2\. Trước ông\/bà có 5 người\./);
    assert.match(guidance(state), /Quầy 2 hoặc Quầy 3\. Mời ông\/bà lấy phiếu\./);
  });

  test("a number given without the server does not guess who is ahead", () => {
    const alone = { ...ticket("printed"), people_ahead: null, expected_wait_s: null };
    const { state } = kiosk().at(1, A).news({ type: "issued", key: "k1", ticket: alone, at: 1500 });
    assert.doesNotMatch(guidance(state), /null|người/);
  });

  test("every screen says something", () => {
    const hall = office([late, service("B", "Chứng thực", { open: false, closed_reason: "daily_limit" })]);
    const ways = [
      [{ type: "show", screen: "search" }], [{ type: "show", screen: "priority" }], [{ type: "show", screen: "fields" }, A],
      [A], [{ ...A, code: "B" }],
    ];
    for (const way of ways) {
      const at = way.reduce((machine, input, i) => machine.at(i + 1, input), kiosk(hall));
      assert.ok(guidance(at.state).length > 20, at.state.screen);
    }
  });
});

describe("a line longer than the day", () => {
  test("is told before a number is taken, which is still possible", () => {
    const hall = kiosk(office([late])).at(1, A);
    assert.equal(hall.state.screen, "late");
    assert.equal(hall.state.request, null);
    assert.match(guidance(hall.state), /Hôm nay có thể không kịp\..*07:30, Thứ Hai 23\/11/);
    assert.equal(hall.at(2, { type: "take", code: "A", key: "k2", sure: true }).state.screen, "issuing");
  });

  test("and left by the way back", () => assert.equal(kiosk(office([late])).at(1, A).at(2, { type: "back" }).state.screen, "home"));
});

describe("reading aloud", () => {
  test("stays on from screen to screen and goes with its citizen", () => {
    const hall = kiosk().at(1, { type: "aloud" }).at(2, { type: "show", screen: "priority" });
    assert.equal(hall.state.aloud, true);
    assert.equal(hall.until(150).state.aloud, false);
  });

  test("cuts off what was being said, and says nothing twice", () => {
    /** @type {string[]} */
    const heard = [];
    const audio = () => ({ src: "", play() { heard.push(decodeURIComponent(this.src.split("text=")[1])); return Promise.resolve(); }, pause() { heard.push("pause"); } });
    const reader = createReader(/** @type {any} */ (audio));
    reader.read("một", "vi");
    reader.read("một", "vi");
    reader.read("hai", "vi");
    reader.stop();
    assert.deepEqual(heard, ["một", "pause", "hai", "pause"]);
  });
});
