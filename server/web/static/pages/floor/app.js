/** Wiring of the floor: keys, requests and the live view around the pure parts. */
import { render } from "lit-html";

import { api, ApiError, newKey } from "motcua/api";
import { _ } from "motcua/i18n";
import { connectLive } from "motcua/live";
import { command, signIn, signOut, startUntilAnswered, whoIsHere } from "motcua/staff";
import { named } from "motcua/words";

import { actionName, allowed, request } from "./actions.js";
import { initial, reduce } from "./reduce.js";
import { view } from "./view.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const SETTLE_MS = 500;
const OUTLOOK_MS = 1000;
let state = initial;
/** @type {ReturnType<typeof connectLive> | null} */
let live = null;
let asking = false;
let askingNext = false;

/** @param {any} event */
function dispatch(event) {
  state = reduce(state, event);
  show();
}

function show() {
  render(view(state, live?.serverNow() ?? Date.now(), { ask, edit, close, submit, filter, signOut }), root);
  const dialog = root.querySelector("dialog");
  if (dialog && !dialog.open) {
    dialog.showModal();
    /** @type {HTMLElement | null} */ (dialog.querySelector("select, input, textarea, .choice"))?.focus();
  }
}

/** @param {string} kind @param {string | null} [id] @param {any} [value] */
function ask(kind, id = null, value = {}) {
  if (allowed(state, kind === "counter" ? "close" : kind)) dispatch({ type: "ask", kind, id, value });
}

/** @param {any} value */
const edit = (value) => dispatch({ type: "edit", value });
const close = () => state.dialog && dispatch({ type: "close" });
/** @param {string} text */
const filter = (text) => dispatch({ type: "filter", text });

/** @param {Event} event */
async function submit(event) {
  event.preventDefault();
  const wanted = request(state);
  const dialog = state.dialog;
  if (!wanted || !dialog || state.busy) return;
  dispatch({ type: "sent", kind: dialog.kind });
  try {
    const answer = wanted.method === "get" ? await api.get(wanted.path) : await command(wanted, newKey());
    if (dialog.kind === "plan") return dispatch({ type: "planned", plan: answer });
    dispatch({ type: "answered", text: said(dialog, answer), issued: dialog.kind === "issue" ? answer : null });
  } catch (error) {
    refused(error);
  }
}

/** @param {import("./reduce.js").Dialog} dialog @param {any} answer */
function said(dialog, answer) {
  if (dialog.kind === "notice") return answer.notice ? _("Thông báo đang hiện trên các bảng.") : _("Đã gỡ thông báo.");
  const what = actionName(dialog.value.action);
  if (dialog.kind === "service") return _("%(what)s: %(service)s. Xong.", { what, service: named(state.services[dialog.id ?? ""]) });
  if (dialog.kind === "counter") return _("%(what)s: %(counter)s. Xong.", { what, counter: named(answer) });
  return answer.number ? _("%(what)s: %(number)s. Xong.", { what, number: answer.number }) : _("%(what)s: xong.", { what });
}

/** @param {unknown} error */
function refused(error) {
  if (!(error instanceof ApiError)) throw error;
  if (error.code === "not_signed_in") return signIn({ ended: true });
  return dispatch({ type: "refused", text: error.message });
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (state.dialog) return sendByEnter(event);
  if (event.target instanceof HTMLElement && event.target.matches("input, select, textarea")) return;
  const search = document.getElementById("search");
  const action = { n: () => ask("issue"), m: () => ask("plan", null, { counters: 1 }), "/": () => search?.focus() }[event.key.toLowerCase()];
  if (!action) return;
  event.preventDefault();
  action();
}

/** A browser would open a list on Enter; here Enter gives the number, whichever field has the focus. @param {KeyboardEvent} event */
function sendByEnter(event) {
  if (event.key !== "Enter" || !(event.target instanceof HTMLSelectElement)) return;
  event.preventDefault();
  event.target.form?.requestSubmit();
}

/** A counter that opens or closes changes every wait: ask once for several of them. */
function askWaitsSoon() {
  if (asking) return;
  asking = true;
  setTimeout(async () => {
    asking = false;
    try {
      dispatch({ type: "lines", lines: (await api.get(`/api/v1/offices/${encodeURIComponent(state.office.code)}/board`)).waiting });
    } catch {
      // The connection's own state says so, and the next snapshot brings the waits.
    }
  }, SETTLE_MS);
}

/** The office was set up anew, or a field was stopped: what is asked meanwhile stays open. */
async function loadOffice() {
  const office = await api.get(`/api/v1/offices/${encodeURIComponent(state.office.code)}`);
  dispatch({ type: "office", office });
  dispatch({ type: "snapshot", snapshot: await api.get(`/api/v1/offices/${encodeURIComponent(office.code)}/floor`) });
}

/** Whom each counter would call next changes with every event: asked for once for several of them. */
function askNextSoon() {
  if (askingNext) return;
  askingNext = true;
  setTimeout(async () => {
    askingNext = false;
    const answer = await api.get(`/api/v1/offices/${encodeURIComponent(state.office.code)}/next`, { attempts: 1 }).catch(() => null);
    if (answer) dispatch({ type: "outlook", counters: answer.counters });
  }, OUTLOOK_MS);
}

/** @param {any} event */
function happened(event) {
  dispatch({ type: "event", event });
  if (event.type.startsWith("counter.")) askWaitsSoon();
  if (event.type === "office.changed") loadOffice().catch(() => {});
  askNextSoon();
}

async function start() {
  const me = await whoIsHere();
  if (!me) return;
  const code = me.office;
  dispatch({ type: "me", user: { ...me.user, roles: me.user.offices[code] ?? [] } });
  dispatch({ type: "office", office: await api.get(`/api/v1/offices/${encodeURIComponent(code)}`) });
  live = connectLive({
    office: code,
    topics: ["floor"],
    onSnapshot: (snapshot) => {
      dispatch({ type: "snapshot", snapshot });
      askNextSoon();
    },
    onEvent: happened,
    onStatus: (status, since) => dispatch({ type: "status", status, since }),
    onRefused: (error) => (error.code === "not_signed_in" ? signIn({ ended: true }) : dispatch({ type: "refused", text: error.detail })),
  });
}

document.addEventListener("keydown", pressed);
setInterval(show, 1000);
show();
startUntilAnswered(start, (text) => dispatch({ type: "refused", text }));
