/**
 * The kiosk's wiring: touches, clocks, the API and the live view in; the state's screen out.
 *
 * @typedef {import("./reduce.js").Input} Input
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").Request} Request
 */
import { io as socketIo } from "socket.io-client";

import { ApiError, createApi, newKey, pageConfig } from "motcua/api";
import { preload } from "motcua/i18n";
import { connectLive } from "motcua/live";
import { guidance } from "./guide.js";
import { createReader } from "./reader.js";
import { reduce } from "./reduce.js";
import { keyReader, listens } from "./scan.js";
import { initial } from "./state.js";
import { show } from "./screen.js";
import { createStaffDesk } from "./staffdesk.js";

const TICK_MS = 250;
const RELOAD_MS = 60_000;
const RETRY_MS = 5_000;
const SETTLE_MS = 2_000;
const PRINT_ASK_MS = 1_500;
const SCAN_PAUSE_MS = 300;
// A shell that the server no longer accepts: only a new one helps, once nobody is using this one.
const STALE = new Set(["not_signed_in", "csrf_failed"]);

const config = pageConfig();
const office = `/api/v1/offices/${encodeURIComponent(config.office)}`;
const api = createApi({ timeout: 5000, pauses: [300, 1000] });
const reader = createReader();
const root = /** @type {HTMLElement} */ (document.getElementById("app"));
let state = initial(config, performance.now());
let stale = false;
const staff = createStaffDesk(dispatch, { now: () => performance.now(), changed: () => planLoad(0), reload: () => location.reload() });

/** @param {Input} input */
function dispatch(input) {
  const before = state;
  state = reduce(state, input);
  if (state === before) return;
  if (state.screen === "issuing" && state.request && state.request !== before.request) send(state.request);
  staff.follow(state, before);
  if (before.ticket !== state.ticket && state.ticket?.print.state === "queued") watchPrint(state.ticket.id);
  if (stale && state.screen === "home" && before.screen !== "home") location.reload();
  draw(before);
}

/** @param {State} before */
async function draw(before) {
  await show(root, state, before, touch);
  if (state.aloud && spokenAnew(before)) reader.read(guidance(state), state.language);
  if (!state.aloud && before.aloud) reader.stop();
  const moved = state.screen !== before.screen || state.group !== before.group || state.procedure !== before.procedure;
  const asked = document.querySelector(".ask h2");
  // The heading takes the focus, so that a screen reader begins there and no key stays lit under a finger.
  if (asked && !asked.contains(document.activeElement) && !asked.parentElement?.contains(document.activeElement)) focus(asked);
  else if (moved) focus(document.querySelector("h1"));
}

/** What stays on the screen is not read again while its counts change. @param {State} before */
function spokenAnew(before) {
  return !before.aloud || ["screen", "group", "page", "purpose", "procedure", "language", "ticket"].some((name) =>
    state[/** @type {keyof State} */ (name)] !== before[/** @type {keyof State} */ (name)]);
}

/** @param {Element | null} element */
function focus(element) {
  if (element instanceof HTMLElement) element.focus({ preventScroll: true });
}

/** @param {{[name: string]: unknown, type: string}} what */
function touch(what) {
  dispatch(/** @type {Input} */ ({ ...what, key: newKeyFor(what), at: performance.now() }));
}

/** Each touch that asks for a number is one press with one key. @param {{[name: string]: unknown, type: string}} what */
function newKeyFor(what) {
  return what.type === "service" || what.type === "take" || what.type === "skip" ? newKey() : what.key;
}

/** @param {Request} request */
async function send({ key, service, language, ...rest }) {
  const { procedure, priority, card, booking } = rest;
  const wished = Object.entries({ procedure, priority, card, booking }).filter(([, value]) => value);
  const body = { service, language, ...Object.fromEntries(wished) };
  try {
    const ticket = await api.post(`${office}/tickets`, body, { key });
    dispatch({ type: "issued", key, ticket, at: performance.now() });
  } catch (error) {
    const problem = error instanceof ApiError ? error : new ApiError("page", String(error));
    stale ||= STALE.has(problem.code);
    dispatch({
      type: "refused", key, code: problem.code, text: problem.message, unsure: problem.unsure, ...heldNumber(problem),
      at: performance.now(),
    });
    loadOffice();
  }
}

/** Which number stands in the way, where one does. @param {ApiError} error @returns {{number?: string, counter?: number}} */
function heldNumber({ problem }) {
  const { number, counter } = /** @type {{number?: string, counter?: number}} */ (problem);
  return { number, counter };
}

/** @param {() => Promise<any>} ask */
async function scanning(ask) {
  try {
    const scan = await ask();
    if (scan) dispatch({ type: "scanned", scan, key: newKey(), at: performance.now() });
    return true;
  } catch (error) {
    if (!(error instanceof ApiError) || error.unsure) return false;
    dispatch({ type: "unread", code: error.code, text: error.message, ...heldNumber(error), at: performance.now() });
    return true;
  }
}

/** Where the kiosk's own program has the scanner it is asked for scans, while a scan would be taken. */
async function waitForScans() {
  const asked = state.office?.kiosk?.scanner === "door" && listens(state);
  const answered = asked && (await scanning(() => api.get(`${office}/scan?wait=3`, { attempts: 1 })));
  setTimeout(waitForScans, answered ? 0 : SCAN_PAUSE_MS);
}

const typed = keyReader((text) => {
  const byKeys = state.office?.kiosk?.scanner === undefined;
  if (byKeys && listens(state)) scanning(() => api.post(`${office}/scan`, { text }, { attempts: 1 }));
});

/** The live message tells of the print; where that is cut, asking does. @param {string} id */
function watchPrint(id) {
  const timer = setInterval(async () => {
    if (state.ticket?.id !== id || state.ticket.print.state !== "queued") return clearInterval(timer);
    const told = await api.get(`/api/v1/tickets/${encodeURIComponent(id)}`, { attempts: 1 }).catch(() => null);
    if (told?.print) notePrint({ ticket_id: id, ...told.print });
  }, PRINT_ASK_MS);
}

/** @param {{ticket_id: string, state: string, detail?: string | null}} print */
function notePrint({ ticket_id, state: now, detail }) {
  dispatch({ type: "print", ticket_id, state: now, detail, at: performance.now() });
}

/** @type {number | undefined} */
let planned;
let due = Infinity;

/** Read the office again within a while; many reasons for it are one read. @param {number} ms */
function planLoad(ms) {
  if (performance.now() + ms >= due) return;
  due = performance.now() + ms;
  clearTimeout(planned);
  planned = window.setTimeout(loadOffice, ms);
}

async function loadOffice() {
  clearTimeout(planned);
  due = Infinity;
  try {
    const now = await api.get(office, { attempts: 1 });
    dispatch({ type: "office", office: now });
    if (now.config_version !== state.catalogue?.version) loadProcedures().catch(() => planLoad(RETRY_MS));
    planLoad(RELOAD_MS);
  } catch {
    dispatch({ type: "unreachable" });
    planLoad(RETRY_MS);
  }
}

async function loadProcedures() {
  const { config_version: version, services } = await api.get(`${office}/procedures`, { attempts: 1 });
  dispatch({ type: "procedures", version, services });
}

const live = connectLive({
  office: config.office,
  topics: ["kiosk"],
  // The state of a print is a passing message, not an event of the office, so it has no version.
  io: (namespace, options) => socketIo(namespace, options).on("print", notePrint),
  onSnapshot: (snapshot) => {
    dispatch({ type: "waiting", waiting: snapshot.waiting });
    planLoad(0);
  },
  onEvent: (event) => {
    if (event.data?.waiting) dispatch({ type: "waiting", waiting: event.data.waiting });
    planLoad(event.type === "device.status" ? 0 : SETTLE_MS);
  },
  onStatus: (status) => {
    dispatch({ type: "known", known: status === "live" });
    // Whoever serves this page knows first whether the server is there.
    planLoad(0);
  },
});

// A page that is drawn with sizes of its own needs no zoom, and a held finger no menu.
document.addEventListener("keydown", (event) => staff.key(event, state));
document.addEventListener("contextmenu", (event) => event.preventDefault());
document.addEventListener("keydown", ({ key, timeStamp }) => typed({ key, at: timeStamp }));
window.addEventListener("resize", () => dispatch({ type: "viewport", width: innerWidth, height: innerHeight }));
dispatch({ type: "viewport", width: innerWidth, height: innerHeight });
setInterval(() => dispatch({ type: "tick", at: performance.now(), wall: live.serverNow() }), TICK_MS);
draw({ ...state, language: "" });
loadOffice();
waitForScans();
for (const language of config.languages) preload(language).catch(() => planLoad(RETRY_MS));
