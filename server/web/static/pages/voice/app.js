/** Wiring of the recording page: the microphone, the server, the keyboard. */
import { render } from "lit-html";

import { api, ApiError, pageConfig } from "motcua/api";
import { _ } from "motcua/i18n";
import { signIn, whoIsHere } from "motcua/staff";

import { asWav, NoMicrophone, startRecording } from "./recorder.js";
import { inHand, initial, keyOf, reduce } from "./reduce.js";
import { view } from "./view.js";

/** @typedef {import("./reduce.js").Phrase} Phrase */

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const audio = new Audio();
const office = new URLSearchParams(location.search).get("office") ?? pageConfig().office;
const base = `/api/v1/offices/${encodeURIComponent(office)}/voice`;
let state = initial;
/** @type {{stop: () => Promise<Blob>} | null} */
let recording = null;

/** @param {any} event */
function dispatch(event) {
  state = reduce(state, event);
  render(view(state, office, handlers), root);
}

/** @param {Phrase} phrase */
const addressOf = (phrase) => `${base}/${phrase.language}?phrase=${encodeURIComponent(phrase.text)}`;

/** @param {unknown} error */
function refused(error) {
  if (error instanceof NoMicrophone) return dispatch({ type: "microphone", state: error.why });
  if (error instanceof ApiError && error.code === "not_signed_in") return signIn({ ended: true });
  if (error instanceof ApiError) return dispatch({ type: "refused", text: error.message });
  if (error instanceof DOMException) return dispatch({ type: "refused", text: _("Trình duyệt không đọc được âm thanh này.") });
  throw error;
}

async function record() {
  if (state.phase === "recording") return stop();
  if (state.phase !== "idle" || !inHand(state)) return;
  audio.pause();
  dispatch({ type: "starting" });
  try {
    recording = await startRecording((db) => dispatch({ type: "level", db }), stop);
    dispatch({ type: "recording" });
  } catch (error) {
    refused(error);
  }
}

async function stop() {
  const made = recording;
  recording = null;
  if (!made) return;
  dispatch({ type: "sending" });
  await send(async () => made.stop());
}

/** @param {() => Promise<Blob>} make */
async function send(make) {
  const phrase = inHand(state);
  if (!phrase) return;
  try {
    await api.upload("PUT", addressOf(phrase), await asWav(await make()));
    dispatch({ type: "kept", view: await api.get(base), text: _("Đã thu “%(phrase)s”.", { phrase: phrase.text }) });
  } catch (error) {
    refused(error);
  }
}

/** @param {Phrase} phrase */
async function play(phrase) {
  dispatch({ type: "playing", key: keyOf(phrase) });
  audio.src = `${addressOf(phrase)}&v=${phrase.recorded?.digest}`;
  audio.onended = () => dispatch({ type: "playing", key: null });
  await audio.play().catch(() => dispatch({ type: "refused", text: _("Không phát được âm thanh này.") }));
}

const handlers = {
  choose: (/** @type {string} */ key) => dispatch({ type: "choose", key }),
  record, play,
  remove: (/** @type {Phrase} */ phrase) => api.remove(addressOf(phrase)).then(async () => {
    dispatch({ type: "list", view: await api.get(base) });
    dispatch({ type: "said", text: _("Đã xoá “%(phrase)s”.", { phrase: phrase.text }) });
  }).catch(refused),
  file: (/** @type {Event} */ event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const chosen = input.files?.[0];
    input.value = "";
    if (!chosen) return;
    dispatch({ type: "sending" });
    send(async () => chosen);
  },
};

addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  // A focused button keeps its own space bar.
  if (event.key !== " " || event.repeat || target.closest("button, input, a")) return;
  event.preventDefault();
  record();
});

async function start() {
  if (!(await whoIsHere())) return;
  dispatch({ type: "list", view: await api.get(base) });
}

dispatch({ type: "opened" });
start().catch(refused);
