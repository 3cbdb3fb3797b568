/** Wiring of the desk: keys, requests and the live view around the pure parts. */
import { render } from "lit-html";

import { api, ApiError, newKey } from "motcua/api";
import { _ } from "motcua/i18n";
import { connectLive } from "motcua/live";
import { named } from "motcua/words";
import { command, signIn, signOut, startUntilAnswered, whoIsHere } from "motcua/staff";

import { actionOf, allowed, DIALOGS, inTheWay, options, request } from "./actions.js";
import { initial, reduce } from "./reduce.js";
import { openSmall } from "./small.js";
import { held, inHand, waiting } from "./select.js";
import { view } from "./view.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const OUTLOOK_MS = 700;
const OUTLOOK_AGAIN_MS = 60_000;
let state = initial;
let askingNext = false;
/** @type {ReturnType<typeof connectLive> | null} */
let live = null;
/** @type {Set<string>} */
const askedWhy = new Set();

const now = () => live?.serverNow() ?? Date.now();

/** @param {any} event */
function dispatch(event) {
  state = reduce(state, event);
  show();
  askWhy();
}

function show() {
  render(view(state, now(), { act, hover, edit, close, submit, pick, signOut }), root);
  const dialog = root.querySelector("dialog");
  if (dialog && !dialog.open) openModal(dialog);
}

/** @param {HTMLDialogElement} dialog */
function openModal(dialog) {
  dialog.showModal();
  // Digits choose until somebody types: so the first focus is a choice, not the text.
  const first = dialog.querySelector(".choice, .button--main");
  if (first instanceof HTMLElement) first.focus();
  dialog.scrollTop = 0; // read from its heading on, wherever the focus is
}

// --- commands --------------------------------------------------------------------------------------------------------

/** @param {string} action @param {string} [id] */
function act(action, id) {
  if (action === "sit") {
    if (state.live.status === "live" && !state.busy && state.counter === null) send("sit", { id });
  } else if (action === "small") {
    openSmall(root, pressed);
  } else if (!allowed(state, action)) {
    const text = inTheWay(state, action);
    if (text) dispatch({ type: "said", message: { kind: "warn", text } });
  } else if (action === "papers") {
    root.querySelector("select")?.focus();
  } else if (DIALOGS.has(action)) {
    dispatch({ type: "ask", kind: action, choice: id ?? null });
  } else {
    send(action, { id });
  }
}

/**
 * One press, one key: whatever happens to the network, the command is carried out once.
 * @param {string} action
 * @param {{dialog?: import("./reduce.js").Dialog | null, id?: string}} [context]
 */
async function send(action, context = {}) {
  const wanted = request(state, action, { ...context, now: now() });
  if (!wanted) return;
  dispatch({ type: "sent", action });
  try {
    const answer = await command(wanted, newKey());
    dispatch({ type: "answered", answer, message: messageAfter(action, answer) });
  } catch (error) {
    await refused(action, error);
  }
}

/** @param {string} action @param {any} answer */
function messageAfter(action, answer) {
  if (action === "next" && answer === null) return { kind: "done", text: _("Không còn ai chờ quầy này.") };
  if (action === "goon") return { kind: "done", text: goneOn(answer) };
  if (action === "handover") return { kind: "done", text: _("Đã bàn giao %(counter)s cho %(name)s.", { counter: answer.name, name: answer.officer.name }) };
  if (action === "priority") return { kind: "done", text: _("Đã ghi lại diện ưu tiên của số %(number)s.", { number: answer.number }) };
  if (action === "requeue") return { kind: "done", text: _("Số %(number)s đã quay lại hàng.", { number: answer.number }) };
  if (action === "transfer") return { kind: "done", text: _("Đã chuyển số %(number)s.", { number: answer.number }) };
  return null;
}

/** @param {any} answer */
const goneOn = (answer) => (answer.state === "serving"
  ? _("Số %(number)s làm tiếp: %(service)s.", { number: answer.number, service: answer.service_name })
  : _("Số %(number)s đã vào hàng %(service)s, giữ giờ đến.", { number: answer.number, service: answer.service_name }));

/** @param {string} action @param {unknown} error */
async function refused(action, error) {
  if (!(error instanceof ApiError)) throw error;
  if (error.code === "not_signed_in") return signIn({ ended: true });
  const text = error.unsure
    ? _("Chưa rõ máy chủ đã nhận lệnh hay chưa. Khi có kết nối, hãy xem số đang ở quầy rồi mới bấm lại.")
    : error.message;
  dispatch({ type: "refused", text });
  if (action === "absent" && error.code === "too_few_calls") await recallInstead(error.problem);
}

/** Absent before the calls that the office asks for: call once more. @param {{[field: string]: unknown}} problem */
async function recallInstead(problem) {
  if (!allowed(state, "recall")) return;
  const [calls, needed] = [Number(problem.calls) + 1, Number(problem.needed)];
  await send("recall");
  if (state.message) return;
  const text = calls < needed
    ? _("Đã gọi lại: lần %(calls)s trên %(needed)s.", { calls, needed })
    : _("Đã gọi đủ %(needed)s lần. Bấm V lần nữa để báo vắng.", { needed });
  dispatch({ type: "said", message: { kind: "done", text } });
}

// --- asking ----------------------------------------------------------------------------------------------------------

/** @param {boolean} on */
const hover = (on) => dispatch({ type: "hover", on, ids: waiting(state).map((ticket) => ticket.id) });
/** @param {string} ticket @param {string} code */
function pick(ticket, code) {
  dispatch({ type: "picked", ticket, code });
  // After the mouse the keys are the desk's again; whoever chooses by arrows goes on until Enter.
  const list = root.querySelector("#procedure");
  if (list instanceof HTMLElement && !list.matches(":focus-visible")) list.blur();
}

/** Enter and Escape leave the list of procedures: the next Enter must not end somebody's visit by mistake. @param {KeyboardEvent} event */
function leaveList(event) {
  if (!["Enter", "Escape"].includes(event.key) || !(event.target instanceof HTMLElement) || !event.target.matches("#procedure")) return;
  event.preventDefault();
  event.target.blur();
}

/** @param {object} change */
const edit = (change) => dispatch({ type: "edit", change });
const close = () => state.dialog && dispatch({ type: "close" });

/** @param {Event} event */
function submit(event) {
  event.preventDefault();
  const dialog = state.dialog;
  if (!dialog || dialog.kind === "help") close();
  else if (allowed(state, dialog.kind)) send(dialog.kind, { dialog });
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  // A key that is held down is one press.
  if (event.repeat && !isTyping(event.target)) return event.preventDefault();
  if (isTyping(event.target)) return leaveList(event);
  const digit = /^[1-9]$/.test(event.key) ? Number(event.key) : 0;
  if (state.dialog) return digit ? take(event, digit - 1) : confirmByEnter(event);
  if (digit) return digitOnDesk(digit);
  const action = actionOf(event.key);
  if (!action || ownsKey(event)) return;
  event.preventDefault();
  act(action);
}

/** @param {KeyboardEvent} event @param {number} index */
function take(event, index) {
  const { field, values } = options(state);
  if (values[index] === undefined) return;
  event.preventDefault();
  edit({ [field]: values[index] });
  // What remains is the reason that must be given.
  const missing = root.querySelector("dialog input:required:invalid");
  if (missing instanceof HTMLElement) missing.focus();
}

/** Enter on a choice means "this, go": it is already chosen or is chosen now. @param {KeyboardEvent} event */
function confirmByEnter(event) {
  if (event.key !== "Enter" || !(event.target instanceof HTMLElement) || !event.target.closest(".choice")) return;
  event.preventDefault();
  const chosen = root.querySelector('.choice[aria-pressed="true"]');
  if (!chosen) event.target.click();
  root.querySelector("dialog form")?.dispatchEvent(new Event("submit", { cancelable: true }));
}

/** @param {number} digit */
function digitOnDesk(digit) {
  if (state.counter === null) {
    const counter = state.counters[digit];
    if (counter?.state === "closed") act("sit", String(digit));
    else if (counter?.officer) dispatch({ type: "said", message: { kind: "warn", text: _("%(counter)s: đang có %(name)s.", { counter: named(counter), name: counter.officer.name }) } });
  } else {
    const ticket = held(state)[digit - 1];
    if (ticket) act("resume", ticket.id);
  }
}

/** @param {EventTarget | null} target */
const isTyping = (target) => target instanceof HTMLElement && target.matches("input, select, textarea");

/** Somebody who moves by Tab expects Enter and Space to press what has the focus. @param {KeyboardEvent} event */
function ownsKey(event) {
  const pressable = event.target instanceof HTMLElement && event.target.matches("button, a");
  return pressable && (event.key === "Enter" || event.key === " ");
}

// --- what is known ---------------------------------------------------------------------------------------------------

/** A page that was opened with a number already in hand has to ask why it was called. */
async function askWhy() {
  const ticket = inHand(state);
  if (!ticket || state.reasons[ticket.id] || askedWhy.has(ticket.id)) return;
  askedWhy.add(ticket.id);
  try {
    const { reason } = await api.get(`/api/v1/tickets/${encodeURIComponent(ticket.id)}`);
    if (reason) dispatch({ type: "reason", id: ticket.id, reason });
  } catch {
    askedWhy.delete(ticket.id); // told with the next event, or asked again then
  }
}

/** Who would be next changes with every event, and with time: asked for once for several of them. */
function askNextSoon() {
  if (askingNext || state.counter === null) return;
  askingNext = true;
  setTimeout(async () => {
    askingNext = false;
    if (state.counter === null) return;
    const at = `/api/v1/offices/${encodeURIComponent(state.office?.code ?? "")}/next?counter=${state.counter}`;
    const answer = await api.get(at, { attempts: 1 }).catch(() => null);
    dispatch({ type: "outlook", outlook: answer?.counters[0] ?? null });
  }, OUTLOOK_MS);
}

/** The office was set up anew: fields, counters and people may be others. */
async function loadOffice() {
  const office = await api.get(`/api/v1/offices/${encodeURIComponent(state.office?.code ?? "")}`);
  dispatch({ type: "office", office });
  await loadCatalogue(office.code);
  dispatch({ type: "snapshot", snapshot: await api.get(`/api/v1/offices/${encodeURIComponent(office.code)}/floor`) });
}

/** @param {string} code */
async function loadCatalogue(code) {
  const { services } = await api.get(`/api/v1/offices/${encodeURIComponent(code)}/procedures`);
  dispatch({ type: "catalogue", services });
}

/** @param {any} event */
function happened(event) {
  const seat = state.counter;
  dispatch({ type: "event", event });
  if (event.type === "office.changed") loadOffice().catch(() => {});
  if (seat !== null && state.counter === null && !state.busy) {
    dispatch({ type: "said", message: { kind: "warn", text: _("Quầy này vừa được đóng hoặc giao cho người khác.") } });
  }
  askNextSoon();
}

async function countServed() {
  const { officers } = await api.get(`/api/v1/offices/${encodeURIComponent(state.office?.code ?? "")}/ratings/today`);
  const mine = officers.find((/** @type {any} */ officer) => officer.id === state.me?.id);
  dispatch({ type: "served", count: mine?.sessions ?? 0 });
}

async function start() {
  const me = await whoIsHere();
  if (!me) return;
  const code = me.office;
  dispatch({ type: "me", user: me.user, counter: me.counter });
  dispatch({ type: "office", office: await api.get(`/api/v1/offices/${encodeURIComponent(code)}`) });
  loadCatalogue(code).catch(() => {}); // read again when the office changes; the desk works without it
  live = connectLive({
    office: code,
    topics: ["console"],
    onSnapshot: (snapshot) => {
      dispatch({ type: "snapshot", snapshot });
      countServed().catch(() => {});
      askNextSoon();
    },
    onEvent: happened,
    onStatus: (status, since) => dispatch({ type: "status", status, since }),
    onRefused: (error) => (error.code === "not_signed_in" ? signIn({ ended: true }) : dispatch({ type: "refused", text: error.detail })),
  });
}

document.addEventListener("keydown", pressed);
// After a click the keyboard is the desk's again: Space must not press the button that the mouse left.
root.addEventListener("click", (event) => {
  if (event.detail > 0 && event.target instanceof HTMLElement) event.target.closest("button")?.blur();
});
setInterval(show, 1000);
setInterval(askNextSoon, OUTLOOK_AGAIN_MS);
show();
startUntilAnswered(start, (text) => dispatch({ type: "refused", text }));
