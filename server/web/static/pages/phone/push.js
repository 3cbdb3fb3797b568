/**
 * Web push for one number: asked for by a touch, kept by the browser, ended by another touch. Loaded only when it is
 * wanted or was wanted before, so that the first view stays small.
 */
import { api } from "motcua/api";
import { language } from "motcua/i18n";

const WORKER = "/t/worker.js";

/** Whether this browser can be woken at all: that needs https and a browser that has it. */
export const canWake = () => isSecureContext && "serviceWorker" in navigator && "PushManager" in window;

/** @param {string} token */
const scopeOf = (token) => `/t/${token}`;

/** @param {string} token @returns {Promise<PushSubscription | null>} */
async function current(token) {
  const worker = await navigator.serviceWorker.getRegistration(scopeOf(token));
  return (await worker?.pushManager.getSubscription()) ?? null;
}

/** @param {string} token */
export async function isOn(token) {
  return canWake() && Notification.permission === "granted" && (await current(token)) !== null;
}

/** True when the phone will be woken; false when the citizen or the browser says no. @param {string} token */
export async function turnOn(token) {
  if ((await Notification.requestPermission()) !== "granted") return false;
  const path = `/api/v1/track/${encodeURIComponent(token)}/push`;
  const { key } = await api.get(path);
  const worker = await navigator.serviceWorker.register(WORKER, { scope: scopeOf(token) });
  await activated(worker);
  const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { endpoint, keys } = /** @type {any} */ (subscription.toJSON());
  await api.post(path, { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth }, language: language() });
  return true;
}

/** @param {string} token */
export async function turnOff(token) {
  const subscription = await current(token);
  if (!subscription) return;
  await api.post(`/api/v1/track/${encodeURIComponent(token)}/push/end`, { endpoint: subscription.endpoint });
  await subscription.unsubscribe();
}

/** A worker that is still being installed cannot subscribe. @param {ServiceWorkerRegistration} worker */
function activated(worker) {
  const starting = worker.installing ?? worker.waiting;
  if (!starting || worker.active) return Promise.resolve();
  return new Promise((resolve) => starting.addEventListener("statechange", () => starting.state === "activated" && resolve(undefined)));
}
