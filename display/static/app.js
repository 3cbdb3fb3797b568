/** The board's wiring: what comes live goes to the state, from there to the screen and to the loudspeaker. */
import { render } from "lit-html";
import { pageConfig } from "motcua/api";
import { language } from "motcua/i18n";
import { connectLive } from "motcua/live";

import { createAnnouncer } from "./announcer.js";
import { shapeOf } from "./layout.js";
import { boardModel } from "./model.js";
import { readOptions } from "./options.js";
import { rulesOf } from "./quiet.js";
import { initial, isStale, takeEvent, takeSnapshot, takeStatus, unheardCalls } from "./reduce.js";
import { concerns } from "./select.js";
import { sign } from "./sign.js";
import { addressesOf, createSpeaker } from "./speaker.js";
import { board } from "./view.js";

const GONE = new Set(["ticket.serving", "ticket.completed", "ticket.no_show", "ticket.held", "ticket.transferred",
  "ticket.cancelled", "ticket.requeued", "ticket.expired"]);

/** After these a call may sound different, or not at all. */
const SOUNDS_DIFFERENT = new Set(["office.changed", "voice.changed"]);

const config = pageConfig();
const options = readOptions(location.search);
const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const audio = /** @type {HTMLAudioElement} */ (document.getElementById("voice"));
let voice = config.voice;
let state = initial();
let drawing = false;

const live = connectLive({ office: config.office, topics: ["board"], onSnapshot, onEvent, onStatus });
const announcer = createAnnouncer({
  speaker: createSpeaker(audio, (call) => addressesOf(config.office, voice, call)),
  now: live.serverNow, mute: options.mute, onChange: draw,
});

/** @param {any} snapshot */
function onSnapshot(snapshot) {
  const now = live.serverNow();
  if (state.office !== null) renewVoice();
  const unheard = unheardCalls(state, snapshot.calls).filter((call) => !isStale(call, now));
  state = takeSnapshot(state, snapshot, now);
  unheard.forEach(announce);
  draw();
}

/** @param {{type: string, data: any}} event */
function onEvent(event) {
  state = takeEvent(state, event);
  if (SOUNDS_DIFFERENT.has(event.type)) renewVoice();
  if (event.data?.call) announce(event.data.call);
  else if (GONE.has(event.type)) announcer.feed({ type: "gone", ticketId: event.data.ticket.id });
  draw();
}

/** @param {import("./reduce.js").State["status"]} status @param {number | null} since */
function onStatus(status, since) {
  state = takeStatus(state, status, since);
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

/** Quiet hours begin and end by the office's clock. */
function follow() {
  const timezone = state.office?.timezone;
  if (timezone) announcer.feed({ type: "rules", rules: rulesOf(voice, live.serverNow(), timezone) });
}

/** Once a frame, however many events came in it. */
function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    const now = live.serverNow();
    const shape = shapeOf(innerWidth, innerHeight);
    const model = boardModel(state, { options, shape, now, speech: announcer.state(), language: language() });
    const frame = { now, language: language(), shape, onEnable: () => announcer.feed({ type: "enable" }) };
    render(options.layout === "main" ? board(model, frame) : sign(model, frame, options, state), root);
  });
}

document.documentElement.dataset.theme = options.theme;
addEventListener("resize", draw);
setInterval(() => {
  follow();
  announcer.feed({ type: "tick" });
  draw();
}, 500);
draw();
