import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { fold, rank, search } from "../../kiosk/static/search.js";

/** @param {string} code @param {string} vi @param {string} en @param {any[]} [procedures] @returns {any} */
const service = (code, vi, en, procedures) => ({ code, names: { vi, en }, procedures });

const HALL = [
  service("A", "Hộ tịch", "Civil status", [
    { code: "1.001193", names: { vi: "Đăng ký khai sinh", en: "Birth registration" } },
    { code: "1.000894", names: { vi: "Đăng ký kết hôn", en: "Marriage registration" } },
  ]),
  service("B", "Chứng thực", "Certification"),
  service("C", "Đất đai – Môi trường", "Land and environment"),
  service("D", "Đăng ký hộ kinh doanh", "Household business"),
];

/** @param {string} query */
const found = (query) => search(HALL, query).map(({ service: { code }, procedure }) => (procedure ? `${code}:${procedure.code}` : code));

describe("letters are forgiving", () => {
  for (const [text, folded] of [["Hộ tịch", "ho tich"], ["ĐẤT ĐAI – Môi trường", "dat dai moi truong"], ["Hộ", "ho"], ["  1.001193 ", "1 001193"], ["–", ""]]) {
    test(`${text} is looked for as "${folded}"`, () => assert.equal(fold(text), folded));
  }

  test("a text in decomposed Unicode is the same text", () => {
    assert.equal(fold("Hộ tịch".normalize("NFD")), fold("Hộ tịch".normalize("NFC")));
  });
});

describe("what is found", () => {
  test("without diacritics", () => assert.deepEqual(found("ho tich"), ["A"]));
  test("with them", () => assert.deepEqual(found("hộ tịch"), ["A"]));
  test("in English as well", () => assert.deepEqual(found("land"), ["C"]));
  test("by a word further in, after what begins with it", () => assert.deepEqual(found("ho"), ["A", "D", "A:1.000894"]));
  test("by the beginnings of words in any order", () => assert.deepEqual(found("doanh kinh"), ["D"]));
  test("by a procedure, and it says which", () => assert.deepEqual(found("khai sinh"), ["A:1.001193"]));
  test("every procedure that answers, not only a field's first: who types on is not led astray", () => {
    assert.deepEqual(search([service("A", "Hộ tịch", "", [
      { code: "1", names: { vi: "Đăng ký khai sinh" } }, { code: "2", names: { vi: "Đăng ký kết hôn" } }, { code: "3", names: { vi: "Đăng ký khai tử" } },
    ])], "khai").map(({ procedure }) => procedure?.code), ["1", "3"]);
  });
  test("by a procedure's code", () => assert.deepEqual(found("1.000894"), ["A:1.000894"]));
  test("the field's own name before its procedures", () => assert.deepEqual(found("dang ky"), ["D", "A:1.001193", "A:1.000894"]));
  test("nothing for a middle of a word", () => assert.deepEqual(found("ich"), []));
  test("nothing for nothing", () => assert.deepEqual(found(" "), []));
});

test("a beginning is worth more than an inner word, that more than scattered ones", () => {
  assert.deepEqual(["ho tich", "tich", "tich ho", "x"].map((query) => rank("Hộ tịch", query)), [3, 2, 1, 0]);
});
