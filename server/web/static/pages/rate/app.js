/** Wiring of the tablet: live sessions in, presses out, in order and until they are confirmed. */
import { render } from "lit-html";

import { api, ApiError, newKey, pageConfig } from "motcua/api";
import { language, preload, setLanguage } from "motcua/i18n";
import { connectLive } from "motcua/live";

import { initial, reduce } from "./reduce.js";
import { view } from "./view.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const { office, counter } = pageConfig();
const path = `/api/v1/offices/${encodeURIComponent(office)}`;
const shelf = `motcua.rate.${office}.${counter}`;
const usual = language();
const RETRY_MS = 3000;
/** Refusals that will not change: not understood, no such counter, rated already or not this session's time. */
const FINAL = new Set([400, 404, 409, 422]);

let state = initial(counter ?? 0, stored());
/** @type {ReturnType<typeof connectLive> | null} */
let live = null;
let delivering = false;

const now = () => live?.serverNow() ?? Date.now();

/** @param {any} event */
function dispatch(event) {
  const before = state;
  state = reduce(state, { now: now(), key: newKey(), ...event });
  if (state.outbox !== before.outbox) localStorage.setItem(shelf, JSON.stringify(state.outbox));
  if (before.rating && !state.rating && language() !== usual) setLanguage(usual).then(show);
  show();
  deliver();
}

function show() {
  const on = {
    press: (/** @type {string} */ level) => dispatch({ type: "press", level }),
    toggle: (/** @type {string} */ reason) => dispatch({ type: "toggle", reason }),
    mark: (/** @type {string} */ criterion, /** @type {string} */ level) => dispatch({ type: "mark", criterion, level }),
    back: () => dispatch({ type: "back" }),
    send: () => dispatch({ type: "send" }),
    speak: () => setLanguage(language() === "vi" ? "en" : "vi").then(show),
  };
  render(view(state, now(), on), root);
}

/** A press outlives a reload and a cut network: it carries its own time and key. */
function stored() {
  try {
    return JSON.parse(localStorage.getItem(shelf) ?? "[]");
  } catch {
    return [];
  }
}

async function deliver() {
  if (delivering || !state.outbox.length) return;
  delivering = true;
  const [press] = state.outbox;
  try {
    await api.post(`${path}/counters/${counter}/rating`, press.body, { key: press.key });
    settle(press.key);
  } catch (error) {
    if (error instanceof ApiError && FINAL.has(error.status)) settle(press.key);
    // A page whose session has ended gets a new one by loading again; the press is on the shelf.
    else if (error instanceof ApiError && error.code === "csrf_failed") setTimeout(() => location.reload(), RETRY_MS);
    else setTimeout(resume, RETRY_MS);
  }
}

/** @param {string} key */
function settle(key) {
  delivering = false;
  dispatch({ type: "delivered", key });
}

function resume() {
  delivering = false;
  deliver();
}

async function start() {
  try {
    dispatch({ type: "office", office: await api.get(path) });
  } catch {
    setTimeout(start, RETRY_MS);
    return;
  }
  if (!state.office.counters.some((/** @type {any} */ each) => each.number === state.counter)) return;
  live = connectLive({
    office,
    topics: ["rate"],
    onSnapshot: (snapshot) => dispatch({ type: "snapshot", snapshot }),
    onEvent: (event) => dispatch({ type: "event", event }),
    onStatus: (status, since) => dispatch({ type: "status", status, since }),
  });
  setInterval(() => dispatch({ type: "tick" }), 200);
}

document.addEventListener("contextmenu", (event) => event.preventDefault());
show();
preload("en").catch(() => {});
start();
