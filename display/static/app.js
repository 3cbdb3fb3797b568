/** The board's wiring: what comes live goes to the state, from there to the screen and to the loudspeaker. */
import { render } from "lit-html";
import { api, ApiError, createApi, pageConfig, setCsrf } from "motcua/api";
import { language } from "motcua/i18n";
import { connectLive } from "motcua/live";

import { createAnnouncer } from "./announcer.js";
import { createIntermission } from "./intermission.js";
import { BOX, FULL_BOX, shapeOf } from "./layout.js";
import { keepPage, recall, remember } from "./memory.js";
import { boardModel } from "./model.js";
import { LAYOUTS, readOptions } from "./options.js";
import { rulesOf } from "./quiet.js";
import { createReporter } from "./report.js";
import { initial, isStale, takeEvent, takeSnapshot, takeStatus, takeWaits, unheardCalls, withBetween } from "./reduce.js";
import { concerns, inScope, isCalling } from "./select.js";
import { sign } from "./sign.js";
import { addressesOf, createSpeaker } from "./speaker.js";
import { board } from "./view.js";

const GONE = new Set(["ticket.serving", "ticket.completed", "ticket.no_show", "ticket.held", "ticket.transferred",
  "ticket.cancelled", "ticket.requeued", "ticket.expired"]);

/** After these a call may sound different, or not at all. */
const SOUNDS_DIFFERENT = new Set(["office.changed", "voice.changed"]);

/** After these something else may be due between calls. */
const LOOKS_DIFFERENT = new Set(["office.changed", "signage.changed"]);

const config = pageConfig();
const asScreen = createApi({ also: { "X-Motcua-Screen": "board" }, pauses: [] });
const path = `/api/v1/offices/${encodeURIComponent(config.office)}/boards`;
const RELOOK_MS = 1000;
/** A wait changes with every counter and with the hour; events tell of it only where somebody comes or goes. */
const WAITS_MS = 30_000;
/** A page that was loaded from this screen's own disk, and has heard nothing in so long, says that it does not know. */
const HELLO_MS = 3000;
let options = readOptions(location.search, config);
const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const audio = /** @type {HTMLAudioElement} */ (document.getElementById("voice"));
let voice = config.voice;
let state = recall(localStorage, config.office, initial(), Date.now());
/** Until the first snapshot: since when what is shown, which was known before this page was loaded, is not known. */
let before = state.since;
let isFirst = true;
let drawing = false;
/** Who sits at the counter below this sign. @type {import("./sign.js").Officer | null} */
let officer = null;

const asked = new URLSearchParams(location.search).get("signage");
const intermission = createIntermission({ office: config.office, preview: asked === null ? null : Number(asked), onChange: draw });
const live = connectLive({ office: config.office, topics: ["board"], onSnapshot, onEvent, onStatus });
let announcer = newAnnouncer();
const reporter = createReporter({ send: report, self: aboutMyself, now: live.serverNow });

function newAnnouncer() {
  return createAnnouncer({
    speaker: createSpeaker(audio, (call) => addressesOf(config.office, voice, call)),
    now: live.serverNow, mute: options.mute, onChange: draw,
    onTold: ({ call, outcome }) => outcome === "spoken" && reporter.spoken(call),
  });
}

/** @param {any} snapshot @param {{missed: {type: string, data: any}[]}} about */
function onSnapshot(snapshot, { missed }) {
  const now = live.serverNow();
  if (state.office !== null) renewVoice();
  // The office may have been changed after this page was made, and before anybody could tell it.
  if (isFirst) lookAgain();
  isFirst = false;
  before = null;
  intermission.renew();
  const between = missed.filter((event) => event.data?.call);
  const unheard = unheardCalls(state, withBetween(snapshot.calls, between)).filter((call) => !isStale(call, now));
  state = takeSnapshot(state, snapshot, now, between);
  unheard.forEach(announce);
  // What was called and is over by now needs no voice any more.
  missed.forEach(leave);
  if (missed.some((event) => event.type === "office.changed")) lookAgain();
  lookWhoSits();
  keep();
  draw();
}

/** What this screen shows, for when its page is loaded anew. */
function keep() {
  remember(localStorage, config.office, state, live.serverNow());
}

/** @param {{type: string, data: any}} event */
function onEvent(event) {
  state = takeEvent(state, event);
  if (SOUNDS_DIFFERENT.has(event.type)) renewVoice();
  if (LOOKS_DIFFERENT.has(event.type)) intermission.renew();
  if (event.data?.call) announce(event.data.call);
  leave(event);
  if (event.data?.counter?.number === options.counter && event.type.startsWith("counter.")) lookWhoSits();
  if (event.type === "call.heard") reporter.known(event.data.heard);
  if (event.type === "office.changed") setTimeout(setUpAnew, RELOOK_MS * Math.random());
  keep();
  draw();
}

/** @param {{type: string, data: any}} event */
function leave(event) {
  if (GONE.has(event.type)) announcer.feed({ type: "gone", ticketId: event.data.ticket.id });
}

/** @param {import("./reduce.js").State["status"]} status @param {number | null} since */
function onStatus(status, since) {
  state = takeStatus(state, status, status === "unknown" ? before ?? since : since);
  draw();
}

/** What changed while this board could not hear comes with the next snapshot; until then it speaks as it did. */
function renewVoice() {
  fetch(`/display/${encodeURIComponent(config.office)}/voice.json`, { cache: "no-cache" })
    .then((answer) => (answer.ok ? answer.json() : voice))
    .then((told) => {
      voice = told;
    })
    .catch(() => undefined);
}

/** @param {import("./reduce.js").Call} call */
function announce(call) {
  follow();
  if (concerns(state, options, call)) announcer.feed({ type: "call", call });
}

/** Fields and counters may be others, or be called otherwise; the layouts as well. */
function setUpAnew() {
  live.refresh();
  lookAgain();
}

/** The office was set up anew: this screen may show something else from now on. */
async function lookAgain() {
  try {
    const known = await asScreen.get(path);
    Object.assign(config, known);
  } catch {
    return; // it keeps what it shows; the next change, or a reload, asks again
  }
  const former = options;
  options = readOptions(location.search, config);
  document.documentElement.dataset.theme = options.theme;
  if (options.mute !== former.mute) {
    createSpeaker(audio, () => []).stop();
    announcer = newAnnouncer();
  }
  lookWhoSits();
  draw();
}

/** The public board names nobody, so a sign asks; only a paired screen is told. */
async function lookWhoSits() {
  if (options.layout !== "sign" || !config.mine) return;
  const counter = options.counter;
  try {
    const told = await asScreen.get(`/api/v1/offices/${encodeURIComponent(config.office)}/counters/${counter}/officer`);
    if (counter === options.counter) officer = told.officer;
  } catch {
    officer = null; // rather nobody's name than that of somebody who has left
  }
  draw();
}

/** @returns {import("./report.js").Self} */
function aboutMyself() {
  const speech = announcer.state();
  const silent = options.mute && !LAYOUTS[options.layout].speaks;
  const sound = silent ? "none" : speech.status === "muted" || speech.status === "blocked" ? speech.status
    : speech.failing ? "failing" : "on";
  const visible = document.visibilityState === "visible";
  return { version: live.state().version ?? 0, sound, visible, layout: options.code || options.layout };
}

/** @param {object} said */
async function report(said) {
  try {
    return await asScreen.post(`${path}/report`, said);
  } catch (error) {
    // Somebody signed in or out in this browser: the page's token belongs to the session that was.
    if (error instanceof ApiError && error.code === "csrf_failed") setCsrf((await api.get("/api/v1/me")).csrf_token);
    throw error;
  }
}

/** Quiet hours begin and end by the office's clock. */
function follow() {
  const timezone = state.office?.timezone;
  if (timezone) announcer.feed({ type: "rules", rules: rulesOf(voice, live.serverNow(), timezone) });
}

/** What the playlists show now; a call of this screen interrupts it. @param {number} now @param {import("./layout.js").Box} box */
function between(now, box) {
  const scene = inScope(state, options);
  return intermission.shown({
    now, box, timeZone: state.office?.timezone ?? "Asia/Ho_Chi_Minh", zone: options.zone, live: state.status === "live",
    interrupted: isCalling(scene.calls, announcer.state(), now),
  });
}

/** The waits of this moment, while this screen shows any. */
function lookAtWaits() {
  const shown = document.querySelector("[data-testid=queue-line], .signage--waits");
  if (!shown || state.status !== "live") return;
  api.get(`/api/v1/offices/${encodeURIComponent(config.office)}/board`, { attempts: 1 }).then((told) => {
    state = takeWaits(state, told);
    draw();
  }).catch(() => undefined);
}

/** Once a frame, however many events came in it. */
function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    const now = live.serverNow();
    const shape = shapeOf(innerWidth, innerHeight);
    const isWall = options.layout !== "sign" && options.layout !== "queue";
    const box = (options.layout === "signage" ? FULL_BOX : BOX)[shape];
    const shown = isWall ? between(now, box) : undefined;
    const model = boardModel(state, { options, shape, now, speech: announcer.state(), language: language(), shown });
    const frame = { now, language: language(), shape, box, onEnable: () => announcer.feed({ type: "enable" }), shown };
    render(isWall ? board(model, frame) : sign(model, frame, options, state, officer), root);
  });
}

document.documentElement.dataset.theme = options.theme;
setTimeout(() => before !== null && onStatus("unknown", before), HELLO_MS);
setInterval(lookAtWaits, WAITS_MS);
addEventListener("load", keepPage);
addEventListener("resize", draw);
addEventListener("visibilitychange", () => config.mine && reporter.hurry());
setInterval(() => {
  follow();
  announcer.feed({ type: "tick" });
  // Only a paired screen is somebody to the server.
  if (config.mine) reporter.tick();
  draw();
}, 500);
draw();
