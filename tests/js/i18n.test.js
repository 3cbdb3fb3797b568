import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { _, _n, addCatalogue, language, setLanguage } from "motcua/i18n";

addCatalogue("en", { "Còn %(n)s người": ["One person left", "%(n)s people left"], "Gọi lại": "Recall", "Trống": "" });
afterEach(() => setLanguage("vi"));

test("Vietnamese is the text itself", () => {
  assert.equal(language(), "vi");
  assert.equal(_n("Còn %(n)s người", 1), "Còn 1 người");
  assert.equal(_("Quầy %(counter)s", { counter: 3 }), "Quầy 3");
});

test("English has its plural", async () => {
  assert.equal(await setLanguage("en"), true);
  assert.equal(_("Gọi lại"), "Recall");
  assert.deepEqual([0, 1, 2].map((n) => _n("Còn %(n)s người", n)), ["0 people left", "One person left", "2 people left"]);
});

test("a text without English is shown in Vietnamese, never empty", async () => {
  await setLanguage("en");
  assert.equal(_("Trống"), "Trống");
  assert.equal(_n("%(n)s số", 2), "2 số");
});

test("a value that is missing stays visible", () => {
  assert.equal(_("Quầy %(counter)s", {}), "Quầy %(counter)s");
});

test("a language whose texts cannot be had is not switched to", async (t) => {
  t.mock.method(globalThis, "fetch", async () => new Response("", { status: 503 }));
  t.mock.method(console, "warn", () => {});
  assert.equal(await setLanguage("fr"), false);
  assert.equal(language(), "vi");
});
