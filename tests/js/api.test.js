import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError, createApi, newKey } from "motcua/api";

/** @typedef {{path: string, method: string, headers: {[name: string]: string}, body: string}} Sent */

/**
 * A server that gives the answers in order; a function answers for itself.
 * @param {any[]} answers
 */
function server(...answers) {
  /** @type {Sent[]} */
  const sent = [];
  /** @type {number[]} */
  const slept = [];
  const fetch = async (/** @type {any} */ path, /** @type {any} */ init) => {
    sent.push({ path, ...init });
    const next = answers.shift();
    return typeof next === "function" ? next(init) : next;
  };
  const api = createApi({
    fetch: /** @type {any} */ (fetch), csrf: () => "token", language: () => "en", timeout: 20,
    sleep: async (ms) => void slept.push(ms), pauses: [400, 1200],
  });
  return { api, sent, slept };
}

/** @param {number} status @param {any} [body] */
const reply = (status, body) => new Response(status === 204 ? null : JSON.stringify(body), { status });
const unreachable = () => Promise.reject(new TypeError("Failed to fetch"));
const silent = (/** @type {any} */ init) =>
  new Promise((_resolve, reject) => init.signal.addEventListener("abort", () => reject(new DOMException("", "AbortError"))));

test("a read asks in the page's language and carries no key", async () => {
  const { api, sent } = server(reply(200, { number: "A012" }));
  assert.deepEqual(await api.get("/api/v1/x"), { number: "A012" });
  assert.equal(sent[0].headers["Accept-Language"], "en");
  assert.equal("Idempotency-Key" in sent[0].headers, false);
});

test("nobody waiting is an answer, not an error", async () => {
  const { api } = server(reply(204));
  assert.equal(await api.post("/next"), null);
});

test("a command is repeated with the same key until it is answered", async () => {
  const { api, sent, slept } = server(unreachable, reply(503, {}), reply(200, { ok: true }));
  assert.deepEqual(await api.post("/next", { a: 1 }, { key: "press-1" }), { ok: true });
  assert.deepEqual(sent.map((each) => each.headers["Idempotency-Key"]), ["press-1", "press-1", "press-1"]);
  assert.deepEqual(slept, [400, 1200]);
  assert.equal(sent[0].headers["X-CSRFToken"], "token");
});

test("two presses have two keys", async () => {
  const { api, sent } = server(reply(200, {}), reply(200, {}));
  await api.post("/next");
  await api.post("/next");
  assert.notEqual(sent[0].headers["Idempotency-Key"], sent[1].headers["Idempotency-Key"]);
  assert.match(newKey(), /^[0-9a-f]{32}$/);
});

test("a refusal is not repeated and keeps the server's code and words", async () => {
  const { api, sent } = server(reply(409, { code: "counter_busy", title: "Busy", detail: "Counter 3 serves A012." }));
  await assert.rejects(api.post("/next"), (error) => {
    assert.ok(error instanceof ApiError);
    assert.deepEqual([error.code, error.status, error.message, error.unsure], ["counter_busy", 409, "Counter 3 serves A012.", false]);
    return true;
  });
  assert.equal(sent.length, 1);
});

test("a page that is not JSON is still an error with a code", async () => {
  const { api } = server(new Response("<h1>Bad gateway</h1>", { status: 500 }));
  await assert.rejects(api.post("/next"), { code: "http_500" });
});

test("a server that stays silent is given up, and the caller knows that it does not know", async () => {
  const { api, sent } = server(silent, silent, silent);
  await assert.rejects(api.post("/next"), (error) => error instanceof ApiError && error.code === "timeout" && error.unsure);
  assert.equal(sent.length, 3);
});
