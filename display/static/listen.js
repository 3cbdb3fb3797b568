/** Listening to what the hall hears: one call, every counter, or every digit. */
import { pageConfig } from "motcua/api";
import { _ } from "motcua/i18n";

const config = pageConfig();
const form = /** @type {HTMLFormElement} */ (document.getElementById("choice"));
const audio = /** @type {HTMLAudioElement} */ (document.getElementById("voice"));
const now = /** @type {HTMLElement} */ (document.getElementById("now"));
const stop = /** @type {HTMLButtonElement} */ (document.getElementById("stop"));
const counterButtons = /** @type {HTMLButtonElement[]} */ ([...document.querySelectorAll("[data-counter]")]);
const counters = counterButtons.map((button) => Number(button.dataset.counter));

/** @typedef {{number: string, counter: number}} Item */
/** @type {Item[]} */
let queue = [];

function chosen() {
  const data = new FormData(form);
  const text = (/** @type {string} */ name) => String(data.get(name) ?? "");
  return { prefix: text("prefix"), number: text("prefix") + text("digits"), language: text("language"), recall: data.has("recall") };
}

/** @param {Item} item */
function address({ number, counter }) {
  const { language, recall } = chosen();
  const query = new URLSearchParams({ v: config.edition, ...(recall ? { recall: "1" } : {}) });
  return `/display/${encodeURIComponent(config.office)}/speech/${encodeURIComponent(number)}/${counter}.${language}.wav?${query}`;
}

/** @param {Item[]} items */
function listen(items) {
  queue = items;
  playNext();
}

function playNext() {
  const item = queue.shift();
  stop.disabled = !item;
  if (!item) {
    now.textContent = "";
    return;
  }
  now.textContent = _("Đang đọc %(number)s, quầy %(counter)s", item);
  audio.src = address(item);
  audio.play().catch(failed);
}

function failed() {
  queue = [];
  stop.disabled = true;
  now.textContent = _("Không phát được âm thanh này.");
}

function everyDigit() {
  const { prefix } = chosen();
  return Array.from({ length: 10 }, (_unused, digit) => ({ number: prefix + String(digit).repeat(3), counter: counters[0] }));
}

/** Every number from one to another, at the first counter. */
function everyNumber() {
  const { prefix } = chosen();
  const data = new FormData(form);
  const [from, to] = [Number(data.get("from")), Number(data.get("to"))];
  return Array.from({ length: Math.max(0, to - from + 1) }, (_unused, at) => ({ number: prefix + String(from + at).padStart(3, "0"), counter: counters[0] }));
}

/** What each button plays. @type {{[name: string]: () => Item[]}} */
const SERIES = {
  numbers: everyDigit,
  range: everyNumber,
  counters: () => counters.map((counter) => ({ number: chosen().number, counter })),
};

audio.onended = playNext;
stop.onclick = () => {
  queue = [];
  audio.pause();
  stop.disabled = true;
  now.textContent = "";
};
form.onsubmit = (/** @type {Event} */ event) => event.preventDefault();
form.addEventListener("click", (event) => {
  const every = /** @type {HTMLElement} */ (event.target).dataset.all;
  if (!every || !form.reportValidity()) return;
  listen(SERIES[every]());
});
for (const button of counterButtons) {
  button.onclick = () => form.reportValidity() && listen([{ number: chosen().number, counter: Number(button.dataset.counter) }]);
}
