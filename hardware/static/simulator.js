// The simulator's page: asks for the state now and then, draws what changed, sends what is pressed.

const POLL_MS = 400;
const texts = JSON.parse(document.getElementById("texts").textContent);

/** @param {string} key @param {Record<string, unknown>} [values] */
function say(key, values = {}) {
  return (texts[key] ?? key).replace(/%\((\w+)\)s/g, (_all, name) => String(values[name] ?? ""));
}

/** An element; attributes that start with "on" are listeners. */
function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.flat().filter((child) => child != null && child !== false));
  return made;
}

async function send(path, body = {}) {
  await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Motcua-Simulator": "1" },
    body: JSON.stringify(body),
  });
  await refresh();
}

const button = (key, label, press, more = {}) => el("button", { type: "button", "data-key": key, onclick: press, ...more }, label);

// ---- what a device looks like ----------------------------------------------------------------------------------

const MOUTHS = {
  very_satisfied: "M14 27 q10 14 20 0 z",
  satisfied: "M15 29 q9 8 18 0",
  neutral: "M16 31 h16",
  dissatisfied: "M15 33 q9 -8 18 0",
  very_dissatisfied: "M14 35 q10 -14 20 0 z",
};
const MOODS = { very_satisfied: "good", satisfied: "fair", neutral: "fair", dissatisfied: "poor", very_dissatisfied: "poor" };

function face(level) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 48 48");
  svg.setAttribute("aria-hidden", "true");
  const part = (tag, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    svg.append(made);
  };
  part("circle", { cx: 24, cy: 24, r: 21 });
  part("circle", { cx: 17, cy: 18, r: 2.8, class: "eye" });
  part("circle", { cx: 31, cy: 18, r: 2.8, class: "eye" });
  part("path", { d: MOUTHS[level] });
  return svg;
}

const BODIES = {
  panel: (device) =>
    el("div", { class: "faces" }, device.levels.map((level, at) =>
      button(`${device.id}-${level}`, "", () => send(`/devices/${device.id}/press`, { button: at + 1 }), { class: MOODS[level] }))
      .map((made, at) => (made.append(face(device.levels[at]), say(device.levels[at])), made))),

  keypad: (device) => {
    const digits = el("input", { class: "digits", inputmode: "numeric", pattern: "[0-9]{0,4}", maxlength: 4, "data-key": `${device.id}-digits` });
    const press = (action) => button(`${device.id}-${action}`, say(action), () => {
      const number = digits.value;
      digits.value = "";
      send(`/devices/${device.id}/key`, { action, digits: number });
    }, { class: action === "next" ? "main" : null });
    return el("div", { class: "keys" },
      ["next", "recall", "start", "finish", "no_show", "transfer"].map(press),
      el("label", {}, say("digits"), digits));
  },

  led: (device) => {
    const [number, , mode] = device.shown;
    if (!number || mode === "OFF") return el("div", { class: "led off" }, say("led_empty"));
    return el("div", { class: mode === "CALL" ? "led call" : "led", role: "status" }, number);
  },

  scanner: (device) => {
    const text = el("input", { "aria-label": say("scan_text"), placeholder: say("scan_text"), maxlength: 60, "data-key": `${device.id}-text` });
    return el("div", {}, text, " ", button(`${device.id}-scan`, say("scan"), () => send(`/devices/${device.id}/scan`, { text: text.value })));
  },
};

/** What it has said, newest first, to be listened to. */
function speakerCard(device) {
  const sounds = [...device.sounds].reverse();
  return el("article", { class: "card", "data-device": device.name }, head(device, say("speaker")),
    sounds.map((number) => el("audio", { controls: true, preload: "none", src: `/sounds/${device.id}/${number}.wav`, "data-sound": number })),
    !sounds.length && el("p", { class: "empty" }, say("no_sounds")));
}

function head(entry, title) {
  return [
    el("header", {}, el("h3", {}, title), el("span", { class: "name" }, entry.name),
      el("span", { class: `state ${entry.state}` }, say(`state_${entry.state}`))),
    entry.detail.message && el("p", { class: "message" }, entry.detail.message),
  ];
}

function deviceCard(device) {
  const at = `/devices/${device.id}`;
  const title = [say(device.kind), device.counter && say("counter", { n: device.counter })].filter(Boolean).join(" · ");
  return el("article", { class: "card", "data-device": device.name },
    head(device, title),
    BODIES[device.kind]?.(device),
    el("div", { class: "faults" },
      button(`${device.id}-plug`, say(device.plugged ? "pull" : "plug"), () => send(`${at}/plug`, { plugged: !device.plugged })),
      button(`${device.id}-noise`, say("noise"), () => send(`${at}/noise`, { percent: device.noise ? 0 : 3 }), { "aria-pressed": String(device.noise > 0) }),
      device.kind === "panel" && button(`${device.id}-chatter`, say("chatter"), () => send(`${at}/chatter`)),
      device.open_line && button(`${device.id}-restart`, say("restart"), () => send(`${at}/restart`)),
      device.waiting > 0 && el("span", { class: "waiting" }, say("waiting", { n: device.waiting }))));
}

// ---- the printer and its paper ---------------------------------------------------------------------------------

function choice(printer, knob, values, label) {
  const now = printer.knobs[knob];
  return [el("span", {}, say(knob)), el("span", { class: "choice" }, values.map((value) =>
    button(`${printer.id}-${knob}-${value}`, label(value), () => send(`/printers/${printer.id}/knobs`, { [knob]: value }), { "aria-pressed": String(value === now) })))];
}

function toggle(printer, knob, label) {
  const now = printer.knobs[knob];
  return button(`${printer.id}-${knob}`, say(label), () => send(`/printers/${printer.id}/knobs`, { [knob]: !now }), { "aria-pressed": String(now) });
}

function printerCard(printer) {
  const at = `/printers/${printer.id}`;
  const bytes = el("input", { type: "number", min: 1, max: 1000000, value: 2000, "aria-label": say("vanish"), "data-key": `${printer.id}-bytes` });
  const armed = printer.knobs.vanish_after;
  return el("article", { class: "card", "data-device": printer.name },
    head(printer, say("printer")),
    el("div", { class: "knobs" },
      choice(printer, "paper", ["ok", "near_end", "out"], (value) => say(`paper_${value}`)),
      choice(printer, "cover", ["closed", "open"], (value) => say(`cover_${value}`)),
      choice(printer, "cutter", ["ok", "error"], (value) => say(`cutter_${value}`)),
      choice(printer, "baud", [0, 115200, 19200, 9600], (value) => (value ? `${value} Bd` : say("baud_0"))),
      el("span", {}, say("vanish")),
      el("span", { class: "choice" }, bytes, button(`${printer.id}-vanish`, say("vanish_do"),
        () => send(`${at}/knobs`, { vanish_after: bytes.valueAsNumber || 1 })), armed != null && el("span", {}, say("vanish_set", { n: armed })))),
    el("div", { class: "faults" },
      toggle(printer, "stalled", "stalled"), toggle(printer, "garble_answers", "garble"), toggle(printer, "mute", "mute"),
      button(`${printer.id}-power`, say("power"), () => send(`${at}/power`)),
      button(`${printer.id}-heal`, say("heal"), () => send(`${at}/heal`))));
}

function tray(printer) {
  const at = `/printers/${printer.id}`;
  return el("div", { class: "card" },
    el("div", { class: "tray", tabindex: 0, role: "group", "aria-label": say("paper") },
      printer.hanging > 0 && el("figure", {},
        el("figcaption", {}, say("hanging"), " ", button(`${printer.id}-tear`, say("tear"), () => send(`${at}/tear`))),
        el("img", { src: `/paper/${printer.id}/hanging.png?${printer.hanging}`, alt: say("hanging") })),
      printer.sheets.map((sheet) => el("figure", {},
        el("figcaption", {}, say("sheet", { n: sheet.number, time: clock(sheet.at) })),
        el("img", { src: `/paper/${printer.id}/${sheet.number}.png`, width: sheet.width, height: sheet.height, alt: say("sheet", { n: sheet.number, time: clock(sheet.at) }) }))),
      !printer.sheets.length && !printer.hanging && el("p", { class: "empty" }, say("no_paper"))));
}

function pressLine(press) {
  const what = press.action === "rate" ? say(press.value) : [say(press.action), press.value].filter(Boolean).join(" ");
  return el("li", {}, el("time", { datetime: press.at }, clock(press.at)), el("span", {}, say("counter", { n: press.counter ?? "–" })),
    el("span", {}, what), el("span", { class: press.state }, [say(press.state), press.detail || press.code].filter(Boolean).join(": ")));
}

/** In the office's own time, as on its paper, wherever the browser is. */
let timezone = "Asia/Ho_Chi_Minh";
const clock = (iso) => new Date(iso).toLocaleTimeString(document.documentElement.lang, { hour12: false, timeZone: timezone });

// ---- drawing only what changed ---------------------------------------------------------------------------------

const drawn = new Map();

/** Draw a list into a place, keeping elements whose data did not change, so that focus and scrolling stay. */
function draw(place, entries, keyOf, make, empty) {
  const wanted = entries.map((entry) => {
    const key = `${place.id}/${keyOf(entry)}`;
    const data = JSON.stringify(entry);
    if (drawn.get(key)?.data !== data) drawn.set(key, { data, node: make(entry) });
    return drawn.get(key);
  });
  const nodes = wanted.length ? wanted.map((each) => each.node) : [el("p", { class: "empty" }, empty)];
  const same = nodes.length === place.children.length && nodes.every((node, at) => node === place.children[at]);
  if (same || (!wanted.length && place.textContent === empty)) return;
  const held = document.activeElement?.getAttribute("data-key");
  const typed = Object.fromEntries([...place.querySelectorAll("input")].map((input) => [input.dataset.key, input.value]));
  place.replaceChildren(...nodes);
  for (const input of place.querySelectorAll("input")) if (input.dataset.key in typed) input.value = typed[input.dataset.key];
  if (held && !document.activeElement?.getAttribute("data-key")) {
    /** @type {HTMLElement | null} */ (document.querySelector(`[data-key="${CSS.escape(held)}"]`))?.focus();
  }
}

const place = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

function show(state) {
  const connection = place("connection");
  connection.className = `state ${state.connection}`;
  if (connection.textContent !== say(state.connection)) connection.textContent = say(state.connection);
  place("office").textContent = state.office;
  timezone = state.timezone || timezone;
  draw(place("paper"), state.printers.map(({ id, hanging, sheets }) => ({ id, hanging, sheets })), (printer) => printer.id, tray, say("no_devices"));
  const others = state.printers.map(({ sheets, hanging, ...printer }) => printer);
  draw(place("devices"), [...others, ...state.devices], (entry) => entry.id, (entry) => entry.kind === "printer" ? printerCard(entry) : entry.kind === "speaker" ? speakerCard(entry) : deviceCard(entry), say("no_devices"));
  draw(place("presses"), state.presses, (press) => press.id, pressLine, say("no_presses"));
}

async function refresh() {
  try {
    show(await (await fetch("/state.json")).json());
  } catch {
    place("connection").className = "state gone";
    place("connection").textContent = say("gone");
  }
}

async function keepShowing() {
  await refresh();
  setTimeout(keepShowing, POLL_MS);
}

keepShowing();
