/**
 * Keeps the board's page on the screen's own disk: a box that restarts while the server is away shows the board, which
 * then says since when it does not know. The server's answer comes first; what is kept stands in when there is none.
 * A browser has this where the page came by https (or from the machine itself).
 */
const keeper = /** @type {any} */ (self);
const SHELF = "motcua-board";
const BOARD = "/display";
const PARTS = ["/static/", "/display/static/", "/i18n/"];
/** A line that swallows everything is as good as none after this. */
const WAIT_MS = 4000;

keeper.addEventListener("install", () => keeper.skipWaiting());
keeper.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(keeper.clients.claim()));

keeper.addEventListener("fetch", (/** @type {any} */ event) => {
  if (isKept(event.request)) event.respondWith(answer(event.request));
});

/** The first page of a screen was loaded before its worker lived: it names what it is made of. */
keeper.addEventListener("message", (/** @type {any} */ event) => event.waitUntil(keepOnly(event.data.parts)));

/** @param {Request} request */
function isKept(request) {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return false;
  return request.mode === "navigate" ? pathname === BOARD : PARTS.some((part) => pathname.startsWith(part));
}

/** @param {Request} request */
async function answer(request) {
  const shelf = await caches.open(SHELF);
  const fresh = await Promise.race([fetch(request), late()]).catch(() => null);
  if (fresh?.ok) await shelf.put(request.url, fresh.clone());
  // 5xx: a proxy that stands before a server which is away.
  if (fresh && fresh.status < 500) return fresh;
  return (await shelf.match(request.url, { ignoreVary: true })) ?? fresh ?? Response.error();
}

/** @returns {Promise<null>} */
function late() {
  return new Promise((resolve) => setTimeout(() => resolve(null), WAIT_MS));
}

/** @param {string[]} parts */
async function keepOnly(parts) {
  const shelf = await caches.open(SHELF);
  const wanted = new Set(parts);
  for (const request of await shelf.keys()) if (!wanted.has(request.url)) await shelf.delete(request);
  for (const part of wanted) if (!(await shelf.match(part, { ignoreVary: true }))) await shelf.add(part);
}
