/** Wiring of the phone: the server's answers and events in, the citizen's wishes out, the call made loud. */
import { render } from "lit-html";

import { api, ApiError, pageConfig } from "motcua/api";

import { createAlarm } from "./alarm.js";
import { initial, reduce } from "./reduce.js";
import { isOver } from "./schedule.js";
import { titleOf, view } from "./view.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const { token, ticket: first } = pageConfig();
const path = `/api/v1/track/${encodeURIComponent(token)}`;
const alarm = createAlarm();
const AGAIN_MS = 500;
const PAINT_MS = 1000;
/** How far the server's clock is ahead: a phone's own may be wrong. */
let ahead = Date.parse(first.at) - Date.now();
let state = initial(first, now());
/** @type {{close(): void} | null} */
let live = null;
let dialling = false;
let timer = 0;
let asking = false;

function now() {
  return Date.now() + ahead;
}

/** @param {any} input */
function dispatch(input) {
  const before = state;
  state = reduce(state, { now: now(), chance: Math.random(), ...input });
  if (state.rings !== before.rings && state.sound) alarm.ring();
  if (before.ticket.state === "called" && state.ticket.state !== "called") alarm.quiet();
  if (state.askAt !== before.askAt) plan();
  if (isOver(state.ticket)) hangUp();
  show();
}

const on = {
  sound: (/** @type {boolean} */ wanted) => {
    if (wanted) alarm.unlock();
    else alarm.off();
    dispatch({ type: "sound", on: wanted });
  },
  wake: async (/** @type {boolean} */ wanted) => {
    dispatch({ type: "wake", wake: "asked" });
    try {
      const push = await import("./push.js");
      if (!wanted) await push.turnOff(token);
      dispatch({ type: "wake", wake: !wanted ? "off" : (await push.turnOn(token)) ? "on" : "denied" });
    } catch {
      // A browser without a push service, or a server that is away: the page rings as before.
      dispatch({ type: "wake", wake: wanted ? "denied" : "on" });
    }
  },
  askLeave: () => dispatch({ type: "leave" }),
  stay: () => dispatch({ type: "stay" }),
  leave: () => wish("leave_sent", `${path}/leave`, {}, () => dispatch({ type: "ask" })),
  choose: (/** @type {string} */ level) => dispatch({ type: "choose", level }),
  reason: (/** @type {string} */ reason) => dispatch({ type: "reason", reason }),
  mark: (/** @type {string} */ criterion, /** @type {string} */ level) => dispatch({ type: "mark", criterion, level }),
  comment: (/** @type {string} */ text) => dispatch({ type: "comment", text }),
  rate: () => {
    const { level, reasons, comment, criteria } = /** @type {NonNullable<typeof state.choice>} */ (state.choice);
    const body = { level, reasons, comment: comment.trim() || null, criteria };
    wish("rating_sent", `${path}/rating`, body, () => dispatch({ type: "rated" }));
  },
};

/** @param {string} sent @param {string} address @param {unknown} body @param {() => void} done */
async function wish(sent, address, body, done) {
  dispatch({ type: sent });
  try {
    await api.post(address, body);
    done();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    dispatch({ type: "refused", text: error.message });
    // What was refused, or perhaps done all the same, shows in the ticket.
    dispatch({ type: "ask" });
  }
}

function show() {
  document.title = titleOf(state.ticket);
  render(view(state, on), root);
}

function plan() {
  clearTimeout(timer);
  if (state.askAt !== null) timer = window.setTimeout(ask, Math.max(0, state.askAt - now()));
}

async function ask() {
  if (asking) {
    timer = window.setTimeout(ask, AGAIN_MS);
    return;
  }
  asking = true;
  dispatch({ type: "asking" });
  try {
    const ticket = await api.get(path, { attempts: 1 });
    ahead = Date.parse(ticket.at) - Date.now();
    asking = false;
    dispatch({ type: "answer", ticket });
  } catch {
    asking = false;
    dispatch({ type: "no_answer" });
  }
}

/** The live connection comes after the first paint: number and place do not wait for its script. */
async function dial() {
  if (live || dialling || isOver(state.ticket)) return;
  dialling = true;
  try {
    const { connectLive } = await import("motcua/live");
    live = connectLive({
      office: state.ticket.office.code,
      topics: ["track"],
      onSnapshot: ({ day }, { version }) => dispatch({ type: "snapshot", version, day }),
      onEvent: (event) => dispatch({ type: "event", event }),
      onStatus: (status, since) => dispatch({ type: "status", status, since }),
    });
  } catch {
    // Without the script of the sockets the page asks from time to time.
    dispatch({ type: "no_answer" });
  } finally {
    dialling = false;
  }
}

function hangUp() {
  live?.close();
  live = null;
}

/** A phone that was in a pocket may have missed everything. */
function seen() {
  if (document.visibilityState !== "visible" || isOver(state.ticket)) return;
  if (state.sound) alarm.watch();
  dispatch({ type: "ask" });
}

const dark = matchMedia("(prefers-color-scheme: dark)");
dark.addEventListener("change", () => (document.documentElement.dataset.theme = dark.matches ? "night" : "paper"));
document.addEventListener("visibilitychange", seen);
window.addEventListener("pageshow", (event) => event.persisted && seen());
window.addEventListener("online", seen);

/** What was chosen on an earlier visit. It comes after the first view, as the live connection does. */
async function lookForWaking() {
  if (!(isSecureContext && "serviceWorker" in navigator && "PushManager" in window) || isOver(state.ticket)) return;
  const known = await navigator.serviceWorker.getRegistration(location.pathname);
  const on = known ? await (await import("./push.js")).isOn(token) : false;
  dispatch({ type: "wake", wake: on ? "on" : Notification.permission === "denied" ? "denied" : "off" });
}

/** After the first paint; a page that nobody looks at, or a browser that does not tell, has a second. */
const painted = new Promise((done) => {
  setTimeout(done, PAINT_MS);
  if (!PerformanceObserver.supportedEntryTypes.includes("paint")) return;
  const watching = new PerformanceObserver((seen) => {
    if (seen.getEntriesByName("first-contentful-paint").length > 0) done(watching.disconnect());
  });
  watching.observe({ type: "paint", buffered: true });
});

root.replaceChildren();
show();
painted.then(dial);
painted.then(lookForWaking).catch(() => undefined);
