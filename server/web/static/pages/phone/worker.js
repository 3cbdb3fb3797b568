/** Wakes a phone at its call, also when no page is open. It shows what came and opens the number at a touch. */
const worker = /** @type {any} */ (self);

worker.addEventListener("push", (/** @type {any} */ event) => {
  const { title, body, tag } = event.data.json();
  const about = { body, tag, renotify: true, requireInteraction: true, vibrate: [600, 200, 600, 500, 600, 200, 600] };
  event.waitUntil(worker.registration.showNotification(title, about));
});

worker.addEventListener("notificationclick", (/** @type {any} */ event) => {
  event.notification.close();
  event.waitUntil(openNumber());
});

async function openNumber() {
  const pages = await worker.clients.matchAll({ type: "window" });
  return pages.length ? pages[0].focus() : worker.clients.openWindow(worker.registration.scope);
}
