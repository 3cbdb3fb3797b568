import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { faultsOf, formView, getAt, parseWindows, parseWords, plain, setAt, windowsText } from "../../server/web/static/js/form.js";
import { markup, words } from "./markup.js";

/** @type {import("../../server/web/static/js/form.js").Field[]} */
const fields = [
  { key: "names", type: "names", label: "Tên", required: true },
  { key: "limit", type: "number", label: "Nhiều nhất", min: 1, max: 9 },
  { key: "minutes", type: "number", label: "Phút", scale: 60, min: 1, max: 10 },
  { key: "hours", type: "windows", label: "Giờ" },
  { key: "items", type: "list", label: "Mục", add: "Thêm", make: () => ({}), title: (item) => item.code, fields: [{ key: "code", type: "text", label: "Mã", required: true }] },
];

describe("a value and its paths", () => {
  test("a change leaves everything else as it was", () => {
    const before = { a: { b: [1, 2] }, c: 3 };
    const after = setAt(before, ["a", "b", 1], 9);
    assert.deepEqual(after, { a: { b: [1, 9] }, c: 3 });
    assert.deepEqual(before, { a: { b: [1, 2] }, c: 3 });
  });
  test("what is emptied goes, so that a default holds again", () => assert.deepEqual(setAt({ a: 1, b: 2 }, ["a"], undefined), { b: 2 }));
  test("an item that is taken out leaves no hole", () => assert.deepEqual(setAt({ a: [1, 2, 3] }, ["a", 1], undefined), { a: [1, 3] }));
  test("a path is made where there was none", () => assert.deepEqual(setAt({}, ["texts", "voice", "style"], "number"), { texts: { voice: { style: "number" } } }));
  test("nothing is found where nothing is", () => assert.equal(getAt({}, ["a", 0, "b"]), undefined));
  test("the engine's own marks are not sent", () => assert.deepEqual(plain({ items: [{ code: "A", fresh: true }] }), { items: [{ code: "A" }] }));
});

describe("opening windows", () => {
  /** @type {[string, any][]} */
  const cases = [
    ["07:30–11:30, 13:30–17:00", [["07:30", "11:30"], ["13:30", "17:00"]]],
    ["7:30-11:30", [["07:30", "11:30"]]],
    ["", []],
    ["cả ngày", "cả ngày"],
    ["07:30", "07:30"],
  ];
  for (const [text, windows] of cases) test(`“${text}”`, () => assert.deepEqual(parseWindows(text), windows));
  test("come back as they are read", () => assert.equal(windowsText([["07:30", "11:30"], ["13:30", "17:00"]]), "07:30–11:30, 13:30–17:00"));
});

describe("several in one field", () => {
  const fields = /** @type {any[]} */ ([{ key: "mail", type: "words", label: "Thư", pattern: /@/, wrong: "không phải địa chỉ" }]);
  test("are parted as people part them, each once", () => assert.deepEqual(parseWords(" a@x.vn, b@x.vn;c@x.vn a@x.vn\n"), ["a@x.vn", "b@x.vn", "c@x.vn"]));
  test("the one that is wrong is named", () => assert.deepEqual(faultsOf(fields, { mail: ["a@x.vn", "b"] }), { mail: "b: không phải địa chỉ" }));
  test("none is nothing wrong", () => assert.deepEqual(faultsOf(fields, {}), {}));
});

describe("faults before sending", () => {
  /** @type {[string, any, string[]][]} */
  const cases = [
    ["nothing wrong", { names: { vi: "Hộ tịch" }, limit: 9, minutes: 600 }, []],
    ["no name", { names: { en: "Civil status" } }, ["names"]],
    ["too many", { names: { vi: "a" }, limit: 10 }, ["limit"]],
    ["not a number", { names: { vi: "a" }, limit: "nhiều" }, ["limit"]],
    ["the limit is of what is shown, not of what is stored", { names: { vi: "a" }, minutes: 601 }, ["minutes"]],
    ["hours that cannot be read", { names: { vi: "a" }, hours: "sáng" }, ["hours"]],
    ["an item in a list", { names: { vi: "a" }, items: [{ code: "A" }, {}] }, ["items.1.code"]],
  ];
  for (const [name, value, wrong] of cases) test(name, () => assert.deepEqual(Object.keys(faultsOf(fields, value)), wrong));
});

describe("the form", () => {
  /** @type {[any, any][]} */
  const changes = [];
  const form = { value: { names: { vi: "Hộ tịch" }, minutes: 540, items: [{ code: "A" }, { code: "B" }] }, faults: {}, change: (/** @type {any} */ path, /** @type {any} */ value) => changes.push([path, value]) };

  test("shows minutes where seconds are stored", () => assert.match(markup(formView(fields, form)), /value=9\b/));
  test("names each item and its buttons", () => assert.match(words(formView(fields, form)), /Bỏ A .*Bỏ B/));
  test("a fault stands at its field and opens its item", () => {
    const page = markup(formView(fields, { ...form, faults: { "items.1.code": "không đúng dạng" } }));
    assert.match(page, /id="f-items-1-code-fault">không đúng dạng/);
    assert.match(words(page), /B có lỗi/);
  });
  test("who only reads gets no buttons", () => assert.doesNotMatch(words(formView(fields, { ...form, readonly: true })), /Thêm|Bỏ/));
});
