import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { boardModel } from "../../display/static/model.js";
import { readOptions } from "../../display/static/options.js";
import { advance, broken, due, ended, idle, isDue, REST_MS, RETRY_MS, showable } from "../../display/static/playlist.js";
import { initial, takeSnapshot, takeStatus } from "../../display/static/reduce.js";
import { CALL_ON_WALL_MS, isCalling } from "../../display/static/select.js";
import { createShelf, inMemory } from "../../display/static/shelf.js";
import { call, NINE, snapshot } from "./display-hall.js";

/** @typedef {import("../../display/static/playlist.js").Item} Item */
const ZONE = "Asia/Ho_Chi_Minh";
/** @param {string} when in the office */
const at = (when) => Date.parse(`${when}:00+07:00`);
/** @param {string} kind @param {number} seconds @param {object} [more] @returns {Item} */
const item = (kind, seconds, more = {}) => /** @type {Item} */ ({ kind, seconds, ...more });
/** @param {Item[]} items @param {object} [more] */
const list = (items, more = {}) => ({ position: 0, zone: null, schedule: {}, items, ...more });
const here = { now: NINE, timeZone: ZONE, zone: null };

describe("a schedule", () => {
  // Friday 20 November 2026.
  for (const [schedule, when, holds] of /** @type {[object, string, boolean][]} */ ([
    [{}, "2026-11-20T03:00", true],
    [{ first: "2026-11-21" }, "2026-11-20T23:59", false],
    [{ first: "2026-11-21" }, "2026-11-21T00:00", true],
    [{ last: "2026-11-20" }, "2026-11-20T23:59", true],
    [{ last: "2026-11-20" }, "2026-11-21T00:00", false],
    [{ weekdays: [4] }, "2026-11-20T09:00", true],
    [{ weekdays: [4] }, "2026-11-22T09:00", false],
    [{ weekdays: [6] }, "2026-11-22T09:00", true],
    [{ hours: [["07:30", "11:30"], ["13:30", "17:00"]] }, "2026-11-20T11:29", true],
    [{ hours: [["07:30", "11:30"], ["13:30", "17:00"]] }, "2026-11-20T11:30", false],
    [{ weekdays: [4], hours: [["07:30", "11:30"]], first: "2026-11-01", last: "2026-11-30" }, "2026-11-20T08:00", true],
  ])) {
    test(`${JSON.stringify(schedule)} at ${when}: ${holds}`, () => assert.equal(isDue(schedule, at(when), ZONE), holds));
  }
  test("goes by the office's clock", () => assert.equal(isDue({ hours: [["09:00", "10:00"]] }, at("2026-11-20T09:30"), "Europe/Paris"), false));
});

describe("what is due", () => {
  test("is of the whole office or of this zone, in order, tickers apart", () => {
    const lists = [list([item("waits", 5), item("ticker", 0, { text: { vi: "t" } })]), list([item("notice", 5)], { position: 1, zone: "A" }), list([item("figures", 5)], { position: 2, zone: "B" })];
    const found = due(lists, { ...here, zone: "A" });
    assert.deepEqual(found.items.map((each) => each.kind), ["waits", "notice"]);
    assert.deepEqual(found.tickers.map((each) => each.text?.vi), ["t"]);
    assert.equal(new Set(found.items.map((each) => each.key)).size, 2);
  });
  test("long lists of papers come on several pages, none lost", () => {
    const papers = Array.from({ length: 14 }, (_unused, n) => ({ vi: `Giấy tờ thứ ${n}` }));
    const pages = due([list([item("papers", 10, { papers, names: { vi: "Chứng thực" }, fee: { vi: "Không" }, time_limit: { vi: "Trong ngày" } })])], here).items;
    assert.deepEqual(pages.map((page) => [page.page, page.pages, page.papers?.length]), [[1, 4, 4], [2, 4, 4], [3, 4, 4], [4, 4, 2]]);
    assert.deepEqual(pages.flatMap((page) => page.papers), papers);
    assert.deepEqual(pages.map((page) => [page.fee?.vi, page.time_limit?.vi]), [[undefined, undefined], [undefined, undefined], [undefined, undefined], ["Không", "Trong ngày"]]);
  });
  test("a long notice comes on several pages, in both languages", () => {
    const text = { vi: "Bộ phận Một cửa nghỉ lễ từ ngày 2/9 đến hết ngày 3/9. ".repeat(4).trim(), en: "Closed on 2 September" };
    const pages = due([list([item("notice", 10, { text })])], here).items;
    assert.ok(pages.length > 1);
    assert.equal(pages.map((page) => page.text?.vi).join(" "), text.vi);
    assert.deepEqual(pages.map((page) => page.text?.en), pages.map(() => text.en));
    assert.equal(new Set(pages.map((page) => page.key)).size, pages.length);
  });
  test("only what this screen has and knows is shown", () => {
    const means = { live: false, files: new Set(["d"]), hasFigures: false };
    assert.deepEqual(
      [item("picture", 1, { digest: "d" }), item("video", 1, { digest: "e" }), item("waits", 1), item("figures", 1), item("notice", 1)].map((each) => showable(each, means)),
      [true, false, false, false, true],
    );
  });
});

describe("the playlist", () => {
  const items = due([list([item("notice", 10), item("waits", 5), item("video", 20, { digest: "v" })])], here).items;
  const keys = items.map((each) => each.key);
  const quiet = { items, interrupted: false };
  const calling = { items, interrupted: true };
  const first = advance(idle, quiet, NINE);

  test("shows one item after another, and begins again", () => {
    let play = first;
    /** @type {(string | null)[]} */
    const seen = [];
    for (let now = NINE; now < NINE + 40_000; now += 500) {
      play = advance(play, quiet, now);
      if (seen.at(-1) !== play.key) seen.push(play.key);
    }
    assert.deepEqual(seen, [...keys, keys[0]]);
  });
  test("a call interrupts, and what was on goes on for the rest of its time", () => {
    let play = advance(first, calling, NINE + 4000);
    assert.equal(play.paused, true);
    play = advance(play, calling, NINE + 60_000);
    play = advance(play, quiet, NINE + 60_500);
    assert.deepEqual([play.key, play.paused, play.spent], [keys[0], false, 4000]);
    assert.equal(advance(play, quiet, NINE + 66_400).key, keys[0]);
    assert.equal(advance(play, quiet, NINE + 66_600).key, keys[1]);
  });
  test("after a call nobody has less than a few seconds to read", () => {
    const late = advance(advance(first, calling, NINE + 9900), quiet, NINE + 30_000);
    assert.equal(late.spent, 10_000 - REST_MS);
  });
  test("a film ends by itself, or is left when it hangs", () => {
    const film = { ...idle, key: keys[2], startedAt: NINE };
    assert.equal(advance(ended(film, keys[2]), quiet, NINE + 3000).key, keys[0]);
    assert.equal(advance(ended(film, keys[0]), quiet, NINE + 3000).key, keys[2], "another film's end ends nothing");
    assert.equal(advance(film, quiet, NINE + 22_500).key, keys[0]);
  });
  test("what cannot be shown is skipped, and tried again later", () => {
    let play = advance(broken(first, keys[0], NINE), quiet, NINE);
    assert.equal(play.key, keys[1]);
    play = advance({ ...play, key: keys[2], startedAt: NINE + 30_000, spent: 0 }, quiet, NINE + 53_000);
    assert.equal(play.key, keys[1]);
    play = advance({ ...play, key: keys[2], startedAt: NINE + RETRY_MS, spent: 0 }, quiet, NINE + RETRY_MS + 23_000);
    assert.equal(play.key, keys[0]);
  });
  test("an item that is taken away makes room at once, and nothing is left of an empty list", () => {
    assert.equal(advance(first, { items: items.slice(1), interrupted: false }, NINE + 1000).key, keys[1]);
    assert.equal(advance(first, { items: [], interrupted: false }, NINE).key, null);
  });
});

describe("calls and what is shown between them", () => {
  const nothingSaid = { current: null, queue: [], status: "idle", failing: false };
  const wall = readOptions("");
  const shown = /** @type {any} */ ({ item: { kind: "notice", key: "k", seconds: 9, text: { vi: "Nghỉ lễ" } }, tickers: [{ vi: "chạy chữ" }] });
  /** @param {object} more */
  const context = (more) => /** @type {any} */ ({ options: wall, shape: "wide", now: NINE, speech: nothingSaid, language: "vi", ...more });
  const state = takeStatus(takeSnapshot(initial(), snapshot(), NINE), "live", null);

  test("a call owns the wall while it is said, waits to be said, or is new", () => {
    const old = call("A001", 1, { at: NINE - CALL_ON_WALL_MS });
    assert.equal(isCalling([old], nothingSaid, NINE), false);
    assert.equal(isCalling([old], nothingSaid, NINE - 1), true);
    assert.equal(isCalling([old], { current: old, queue: [] }, NINE), true);
    assert.equal(isCalling([old], { current: null, queue: [old] }, NINE), true);
  });
  test("between calls the last calls stay on the screen, the newest first", () => {
    const model = boardModel(state, context({ shown }));
    assert.equal(model.between, true);
    assert.deepEqual(model.strip.calls.map((each) => each.number), ["A012"], "the ticker takes a line");
    assert.deepEqual(boardModel(state, context({})).focused.map((each) => each.number), ["A012"]);
  });
  test("the ticker gives way to a notice and to what is more pressing", () => {
    const bar = (/** @type {any} */ now) => boardModel(now, context({ shown })).bar.kind;
    assert.equal(bar(state), "ticker");
    assert.equal(bar({ ...state, notice: { vi: "Nghỉ sớm" } }), "notice");
    assert.equal(bar(takeStatus(state, "unknown", NINE)), "lost");
    assert.equal(boardModel(state, context({})).bar.kind, "none");
  });
});

describe("the shelf of files", () => {
  /** @param {ReturnType<typeof inMemory>} drawer */
  function shelf(drawer, gone = false) {
    /** @type {string[]} */
    const fetched = [];
    const made = createShelf({
      open: async () => drawer, link: (blob) => `blob:${blob.size}`, unlink: (url) => fetched.push(`-${url}`), onChange: () => undefined,
      fetch: async (url) => {
        if (gone) throw new Error("cut");
        fetched.push(url);
        return new Blob(["x".repeat(url.length)]);
      },
    });
    return { fetched, made };
  }
  const files = [{ digest: "a", url: "/a" }, { digest: "b", url: "/bb" }];

  test("fetches what is missing, once, and another morning nothing", async () => {
    const drawer = inMemory();
    const today = shelf(drawer);
    assert.equal(await today.made.want(files), 0);
    await today.made.want(files);
    assert.deepEqual([today.fetched, [...today.made.has()], today.made.urlOf("b")], [["/a", "/bb"], ["a", "b"], "blob:3"]);
    const tomorrow = shelf(drawer, true);
    assert.equal(await tomorrow.made.want(files), 0, "with the line cut");
    assert.deepEqual([...tomorrow.made.has()], ["a", "b"]);
  });
  test("gives back what is no longer wanted", async () => {
    const drawer = inMemory();
    const { made, fetched } = shelf(drawer);
    await made.want(files);
    await made.want(files.slice(1));
    assert.deepEqual([await drawer.keys(), fetched.at(-1), [...made.has()]], [["b"], "-blob:2", ["b"]]);
  });
  test("says how many are missing", async () => assert.equal(await shelf(inMemory(), true).made.want(files), 2));
});
