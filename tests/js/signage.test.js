import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { fromDraft, itemFields, itemTitle, moved, newItem, toDraft } from "../../server/web/static/pages/signage/draft.js";
import { initial, isChanged, reduce } from "../../server/web/static/pages/signage/reduce.js";

const DIGEST = "a".repeat(64);
const known = {
  zones: ["Khu A"], services: [{ code: "A", names: { vi: "Hộ tịch" }, procedures: [{ code: "1.001", names: { vi: "Khai sinh" } }] }],
  media: [{ digest: DIGEST, type: "image/png", name: "áp phích.png", size: 1, width: 1, height: 1, seconds: null, url: "/x", used: false }],
};
const lists = [{
  name: "Một", zone: "Khu A", active: true, schedule: { weekdays: [0, 4], hours: [["07:30", "11:30"]] },
  items: [{ kind: "picture", media: DIGEST, seconds: 12 }, { kind: "papers", service: "A", procedure: "1.001", seconds: 20 }, { kind: "waits", seconds: 12 }],
}];

describe("a playlist as a form", () => {
  test("comes back as it was", () => assert.deepEqual(fromDraft(toDraft(lists)), lists));
  test("one choice of a service or its procedure becomes two codes", () => {
    const draft = toDraft([{ name: "x", schedule: {}, items: [{ kind: "papers", about: "A/", seconds: 20 }, { kind: "papers", about: "A/1.001", seconds: 20 }] }]);
    assert.deepEqual(fromDraft(draft)[0].items.map((/** @type {any} */ item) => [item.service, item.procedure, item.about]), [["A", null, undefined], ["A", "1.001", undefined]]);
    assert.deepEqual(itemFields({ kind: "papers" }, known)[0].options, [["A/", "Hộ tịch"], ["A/1.001", "Hộ tịch · Khai sinh"]]);
  });
  test("every kind has its fields, and a new item something to begin with", () => {
    assert.deepEqual(itemFields(newItem("video", known), known).map((field) => field.key), ["media"]);
    assert.deepEqual(newItem("picture", known), { kind: "picture", media: DIGEST, seconds: 12 });
    assert.match(itemTitle(lists[0].items[0], known), /Ảnh · áp phích.png · 12/);
    assert.match(itemTitle({ kind: "picture", media: "gone" }, known), /thiếu tệp/);
  });
  test("an item moves up and down, and at the ends it stays", () => {
    assert.deepEqual([moved([1, 2, 3], 0, 1), moved([1, 2, 3], 2, -1), moved([1, 2, 3], 0, -1), moved([1, 2, 3], 2, 1)], [[2, 1, 3], [1, 3, 2], [1, 2, 3], [1, 2, 3]]);
  });
});

describe("the page", () => {
  const opened = reduce({ ...initial, ...known }, { type: "settings", view: { edition: "e", lists, media: known.media } });

  test("knows whether something is not saved", () => {
    assert.equal(isChanged(opened), false);
    const moved = reduce(opened, { type: "move", list: 0, at: 0, by: 1 });
    assert.equal(isChanged(moved), true);
    assert.equal(isChanged(reduce(moved, { type: "undo" })), false);
  });
  test("adds and removes lists and items", () => {
    let state = reduce(opened, { type: "add-list" });
    state = reduce(state, { type: "add-item", list: 1, kind: "waits" });
    assert.deepEqual(state.draft.lists[1].items, [{ kind: "waits", seconds: 12 }]);
    state = reduce(state, { type: "remove", path: ["lists", 0, "items", 1] });
    assert.deepEqual(state.draft.lists[0].items.map((/** @type {any} */ item) => item.kind), ["picture", "waits"]);
    assert.equal(reduce(state, { type: "remove", path: ["lists", 0] }).draft.lists.length, 1);
  });
  test("tells of each file what became of it", () => {
    let state = reduce(reduce(opened, { type: "uploading", name: "a.svg" }), { type: "uploading", name: "b.png" });
    state = reduce(reduce(state, { type: "uploaded", name: "a.svg", fault: "SVG" }), { type: "uploaded", name: "b.png" });
    assert.deepEqual(state.uploads, [{ name: "a.svg", fault: "SVG" }]);
  });
});
