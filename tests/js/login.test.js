import assert from "node:assert/strict";
import { test } from "node:test";

import { view } from "../../server/web/static/pages/login/view.js";
import { words } from "./markup.js";

const state = { busy: false, error: null, second: false, pending: false, ended: false, elsewhere: [] };
const page = (/** @type {object} */ more) => words(view({ ...state, ...more }, { submit() {} }));

test("whoever was at work learns why they must sign in again, and that nothing is lost", () => {
  assert.match(page({ ended: true }), /Phiên đăng nhập đã hết.*số đang ở quầy và những gì đã lưu vẫn giữ nguyên/);
  assert.doesNotMatch(page({}), /Phiên đăng nhập/);
});
