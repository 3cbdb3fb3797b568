/** Today's ratings, asked again whenever a session ends or is rated. */
import { render } from "lit-html";

import { api, ApiError, pageConfig } from "motcua/api";
import { connectLive } from "motcua/live";
import { signIn } from "motcua/staff";

import { view } from "./view.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const { office } = pageConfig();
const path = `/api/v1/offices/${encodeURIComponent(office)}`;
const PAUSE_MS = 1000;
/** @type {import("./view.js").State} */
let state = { office: null, today: null, at: null, lost: false, error: null };
let waiting = false;

/** @param {Partial<import("./view.js").State>} change */
function show(change) {
  state = { ...state, ...change };
  render(view(state), root);
}

/** Many ratings at once are one question. */
function askSoon() {
  if (waiting) return;
  waiting = true;
  setTimeout(() => {
    waiting = false;
    ask().catch(refused);
  }, PAUSE_MS);
}

async function ask() {
  const today = await api.get(`${path}/ratings/today`);
  show({ today, at: Date.now(), lost: false, error: null });
}

/** @param {unknown} error */
function refused(error) {
  if (error instanceof ApiError && error.code === "not_signed_in") signIn({ ended: true });
  else show({ lost: true, error: error instanceof Error ? error.message : String(error) });
}

async function start() {
  try {
    // A tablet's cookie is not a person's.
    if (!(await api.get("/api/v1/me")).user) return signIn();
    show({ office: await api.get(path) });
    await ask();
  } catch (error) {
    refused(error);
    if (error instanceof ApiError && error.unsure) setTimeout(start, 3000);
    return;
  }
  connectLive({
    office,
    topics: ["board"],
    onSnapshot: askSoon,
    onEvent: (event) => event.type.startsWith("rating.") && askSoon(),
    onStatus: (status) => show({ lost: status === "unknown" }),
  });
}

show({});
start();
