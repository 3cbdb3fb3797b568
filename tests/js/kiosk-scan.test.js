import assert from "node:assert/strict";
import { test } from "node:test";

import { keyReader } from "../../kiosk/static/scan.js";
import { kiosk, office } from "./kiosk-hall.js";

/** @param {string} card @param {object} [more] */
const asking = (card, more = {}) => kiosk(/** @type {any} */ ({ ...office(), card, bookings: { early_min: 30, late_min: 30 }, ...more }));
const CARD = { type: "scanned", scan: { kind: "card", card: "m1" }, key: "s1", at: 3000 };
const BOOKED = { type: "scanned", scan: { kind: "booking", booking: "h1", service: "B" }, key: "s2", at: 3000 };
const touchA = { type: "service", code: "A", key: "k1" };

test("where no card is asked for, one touch is a number as before", () => {
  assert.equal(asking("off").at(1, touchA).state.screen, "issuing");
  assert.equal(asking("required", { kiosk: { printer: null, scanner: "none" } }).at(1, touchA).state.screen, "issuing");
});

test("a card is asked for after the field, and goes with the request", () => {
  const here = asking("required").at(1, touchA);
  assert.equal(here.state.screen, "scan");
  const { request } = here.news(CARD).state;
  assert.deepEqual([request?.service, request?.card, request?.key], ["A", "m1", "s1"]);
});

test("where it is optional the step is passed with one touch", () => {
  const here = asking("optional").at(1, touchA).at(2, { type: "skip", key: "k2" });
  assert.equal(here.state.request?.key, "k2");
  assert.equal(here.state.request?.card, undefined);
});

test("a booking is a touch of its own, from the first screen", () => {
  const { request } = asking("off").news(BOOKED).state;
  assert.deepEqual([request?.service, request?.booking], ["B", "h1"]);
});

test("a card on the first screen is no wish, and one while a number is shown is nobody's", () => {
  assert.equal(asking("optional").news(CARD).state.screen, "home");
  const busy = asking("off").at(1, touchA);
  assert.equal(busy.news(BOOKED).state.request?.key, "k1");
});

test("what cannot be read is said where the card lies; a booking that does not fit is told on its own", () => {
  const here = asking("optional").at(1, touchA);
  assert.equal(here.news({ type: "unread", code: "scan_unreadable", text: "again", at: 2000 }).state.unread, "again");
  here.news({ type: "unread", code: "booking_used", text: "used", number: "B001", at: 2000 });
  assert.equal(here.state.screen, "refused");
  assert.equal(here.state.problem?.number, "B001");
});

test("the next citizen finds nothing of it", () => {
  const here = asking("optional").at(1, touchA).news(CARD).news({ type: "refused", key: "s1", code: "one_number_a_day", text: "", unsure: false, number: "A001", at: 4000 });
  here.at(6, { type: "restart" });
  assert.deepEqual([here.state.request, here.state.problem, here.state.unread], [null, null, null]);
});

test("a scanner types faster than a person, and no card is typed by hand", () => {
  /** @type {string[]} */
  const read = [];
  const key = keyReader((text) => read.push(text));
  [..."dat-lich-1", "Enter"].forEach((each, i) => key({ key: each, at: i * 10 }));
  [..."dat-lich-2", "Enter"].forEach((each, i) => key({ key: each, at: 1000 + i * 200 }));
  assert.deepEqual(read, ["dat-lich-1"]);
});
