/**
 * The kiosk's screens as markup: a pure function of the state. `act` is told of touches; the time of a touch is added
 * by whoever wires it.
 *
 * @typedef {import("./state.js").State} State
 * @typedef {(touch: {[name: string]: unknown, type: string}) => void} Act
 */
import { html, nothing } from "lit-html";

import { _, _n } from "motcua/i18n";
import { browse, papersOf } from "./choose.js";
import { typing } from "./typing.js";
import { codeScreen, settingsScreen, staffDoor, touchTest } from "./staff.js";
import { closed, issuing, late, priorityQuestion, refusal, ticketScreen } from "./result.js";
import { clock, day, named, opening, stopReason, until } from "./say.js";
import { idleLeft, printerTrouble } from "./state.js";

/** @param {State} state @param {Act} act */
export function view(state, act) {
  const left = idleLeft(state);
  if (state.screen === "touches") return html`${touchTest(state, act, left !== null)} ${left === null ? nothing : stillThere(left, act)}`;
  const screen = state.office ? screens[state.screen](state, act) : waitingForServer(state);
  return html`
    <div class="kiosk" data-screen=${state.screen} ?data-large=${state.large} ?data-low=${state.low} ?inert=${left !== null}>
      <div class="top">
        ${header(state)} ${banner(state)}
        <section class="heading" aria-label=${_("Máy lấy số")}>${screen.heading}</section>
      </div>
      <main class="bottom">
        <div class="body" ?data-paged=${screen.paged}>${screen.body}</div>
        <div class="below" ?data-bare=${!screen.actions && WITHOUT_FOOTER.has(state.screen)}>
          ${screen.actions ? html`<div class="actions">${screen.actions}</div>` : nothing} ${footer(state, act)}
        </div>
      </main>
    </div>
    ${left === null ? nothing : stillThere(left, act)}
  `;
}

/** @type {{[screen: string]: (state: State, act: Act) => {heading: unknown, body: unknown, actions?: unknown, paged?: boolean}}} */
const screens = {
  home: browse, search: typing, priority: priorityQuestion, papers: papersOf, closed, late, issuing, ticket: ticketScreen,
  refused: refusal, staff: codeScreen, settings: settingsScreen,
};

/** @param {State} state */
function header(state) {
  const { office, wall } = state;
  if (!office) return html`<header class="header"><p class="header__name">Motcua</p></header>`;
  const now = wall ? [day(wall, office.timezone), clock(wall, office.timezone), until(office, wall)] : [];
  return html`
    <header class="header">
      <p class="header__name">${named(office.names)}</p>
      <p class="header__now tnum">${now.filter(Boolean).join(" · ")}</p>
    </header>
  `;
}

/** What a citizen should know before touching anything. @param {State} state */
function banner(state) {
  if (state.screen !== "home" || !state.office) return nothing;
  return html`${offlineLine(state.office)} ${warning(state, state.office)}`;
}

/** Honest, and nothing to worry about: the number counts as any other. @param {import("./state.js").Office} office */
function offlineLine({ offline_since: since, timezone }) {
  if (!since) return nothing;
  return html`<p class="notice notice--calm" role="status">
    ${_("Máy đang hoạt động ngoại tuyến từ %(time)s. Ông/bà vẫn lấy số như thường.", { time: clock(Date.parse(since), timezone) })}
  </p>`;
}

/** @param {State} state @param {import("./state.js").Office} office */
function warning(state, { hours, timezone, services, kiosk }) {
  if (kiosk?.stopped) {
    return html`<p class="notice" role="status">
      <strong>${_("Máy này tạm ngừng phát số: %(why)s.", { why: stopReason(kiosk.stopped.reason) })}</strong>
      ${_("Mời ông/bà sang máy khác hoặc hỏi cán bộ hướng dẫn")}.
    </p>`;
  }
  if (!hours.open && services.every((service) => !service.open)) {
    const next = opening(hours.next_open, state.wall, timezone);
    return html`<p class="notice" role="status"><strong>${_("Hiện ngoài giờ lấy số.")}</strong> ${next}</p>`;
  }
  if (state.unreachable) {
    return html`<p class="notice" role="status">
      <strong>${_("Máy đang mất kết nối.")}</strong> ${_("Nếu không lấy được số, mời ông/bà gặp cán bộ hướng dẫn.")}
    </p>`;
  }
  const trouble = printerTrouble(state);
  if (!trouble) return nothing;
  return html`<p class="notice" role="status">
    <strong>${troubleWords(trouble)}</strong> ${_("Ông/bà vẫn lấy được số: số hiện trên màn hình để chụp lại.")}
  </p>`;
}

/** @param {"paper" | "cover" | "printer"} trouble */
function troubleWords(trouble) {
  if (trouble === "paper") return _("Máy in đã hết giấy.");
  return trouble === "cover" ? _("Nắp máy in đang mở.") : _("Máy in chưa sẵn sàng.");
}

/** Screens that bring their own keys, or none. */
const WITHOUT_FOOTER = new Set(["issuing", "ticket", "search", "settings"]);

/** The same place on every other screen. @param {State} state @param {Act} act */
function footer(state, act) {
  if (!state.office || WITHOUT_FOOTER.has(state.screen)) return nothing;
  const result = state.screen === "refused";
  const start = state.screen === "home" && state.purpose === "take" && state.group === null;
  return html`
    <nav class="footer" aria-label=${_("Tùy chọn màn hình")}>
      ${start || result ? nothing : html`<button class="button button--touch" @click=${() => act({ type: "back" })}>
        <span class="arrow" aria-hidden="true">‹</span>${_("Trở lại")}
      </button>`}
      ${result ? nothing : html`<button class="button button--touch" lang=${nextLanguage(state)} @click=${() => act({ type: "language" })}>
        ${languageName(nextLanguage(state))}
      </button>`}
      <button class="button button--touch" aria-pressed=${state.large} @click=${() => act({ type: "large" })}>
        ${state.large ? _("Chữ thường") : _("Chữ lớn")}
      </button>
      <button class="button button--touch" aria-pressed=${state.low} @click=${() => act({ type: "low" })}>
        ${state.low ? _("Màn hình cao") : _("Màn hình thấp")}
      </button>
      ${aloudKey(state, act)} ${start ? staffDoor(state, act) : nothing}
    </nav>
  `;
}

/** Reads this screen, and each one after it. @param {State} state @param {Act} act */
export function aloudKey(state, act) {
  if (!state.sound || state.staff) return nothing;
  return html`<button class="button button--touch" aria-pressed=${state.aloud} @click=${() => act({ type: "aloud" })}>
    ${state.aloud ? _("Tắt đọc") : _("Đọc to")}
  </button>`;
}

/** A language as its own speakers write it. @param {string} code */
function languageName(code) {
  const name = new Intl.DisplayNames([code], { type: "language" }).of(code) ?? code;
  return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
}

/** @param {State} state */
function nextLanguage(state) {
  return state.languages[(state.languages.indexOf(state.language) + 1) % state.languages.length];
}

/** @param {number} left @param {Act} act */
function stillThere(left, act) {
  return html`
    <div class="veil">
      <div class="ask" role="alertdialog" aria-modal="true" aria-labelledby="still-there" aria-describedby="going-back">
        <h2 id="still-there" tabindex="-1">${_("Ông/bà còn cần thêm thời gian không?")}</h2>
        <p id="going-back">${_n("Máy về màn hình đầu sau %(n)s giây.", left)}</p>
        <button class="button button--touch button--main" @click=${() => act({ type: "more_time" })}>
          ${_("Tôi cần thêm thời gian")}
        </button>
        <button class="button button--touch" @click=${() => act({ type: "restart" })}>${_("Về màn hình đầu")}</button>
      </div>
    </div>
  `;
}

/** @param {State} state @returns {{heading: unknown, body: unknown, actions?: unknown, paged?: boolean}} */
function waitingForServer(state) {
  if (!state.unreachable) return { heading: nothing, body: html`<p class="loading message">${_("Đang tải…")}</p>` };
  return {
    heading: html`<h1 tabindex="-1">${_("Máy chưa kết nối được")}</h1>`,
    body: html`<p class="message">
      ${_("Máy đang tự kết nối lại. Trong lúc chờ, mời ông/bà lấy số ở bàn hướng dẫn.")}
    </p>`,
  };
}
