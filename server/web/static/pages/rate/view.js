/** The tablet as markup. Pure. @typedef {import("./reduce.js").State} State */
import { html, nothing } from "lit-html";

import { _, language } from "motcua/i18n";
import { clockTime, criterionName, dissatisfactionName, initials, levelName, named, REASONS } from "motcua/words";

import { face } from "./faces.js";
import { criteriaOf, SETTLING_MS } from "./reduce.js";

/**
 * @typedef {object} Handlers
 * @property {(level: string) => void} press
 * @property {(reason: string) => void} toggle
 * @property {(criterion: string, level: string) => void} mark
 * @property {() => void} back
 * @property {() => void} send
 * @property {() => void} speak   the other language
 */

/** @param {State} state @param {number} now @param {Handlers} on */
export function view(state, now, on) {
  if (!state.office) return html`<main class="rate rate--idle loading"><p role="status">${_("Đang kết nối…")}</p></main>`;
  const counter = state.office.counters.find((/** @type {any} */ each) => each.number === state.counter);
  if (!counter) return chooser(state);
  if (state.detail) return criteria(state, now, on);
  if (state.unhappy) return reasons(state, now, on);
  if (state.rating) return faces(state, counter, now, on);
  if (state.thanksUntil !== null) return thanks();
  return idle(state, counter, now);
}

/** @param {State} state */
function chooser(state) {
  return html`<main class="rate rate--chooser">
    <h1>${_("Máy này đặt ở quầy nào?")}</h1>
    <ul class="rate__counters">
      ${state.office.counters.map((/** @type {any} */ counter) => html`<li>
        <a class="tile" href="?office=${state.office.code}&counter=${counter.number}"><strong>${named(counter)}</strong></a>
      </li>`)}
    </ul>
  </main>`;
}

/** @param {State} state @param {any} counter @param {number} now */
function idle(state, counter, now) {
  const lost = state.live.status === "unknown";
  return html`<main class="rate rate--idle">
    <p class="rate__office">${named(state.office)}</p>
    <h1 class="rate__counter">${named(counter)}</h1>
    <p class="rate__invite">${_("Sau khi được phục vụ, mời ông/bà đánh giá tại đây.")}</p>
    <p class="rate__lost ${lost ? "" : "rate__lost--none"}" role="status">
      ${lost ? _("Mất kết nối từ %(time)s. Đang kết nối lại…", { time: clockTime(state.live.since, state.office.timezone) }) : nothing}
    </p>
    <p class="rate__clock tnum">${clockTime(now, state.office.timezone)}</p>
  </main>`;
}

/** @param {State} state @param {any} counter @param {number} now @param {Handlers} on */
function faces(state, counter, now, on) {
  const rating = /** @type {import("./reduce.js").Rating} */ (state.rating);
  return html`<main class="rate">
    ${officer(state, rating, counter)}
    <h1 class="rate__question">${_("Ông/bà có hài lòng với lần phục vụ này không?")}</h1>
    <div class="rate__faces rate__faces--${rating.levels.length}">
      ${rating.levels.map((level) => html`<button class="rate__face rate__face--${level}" data-level=${level}
        ?disabled=${now - state.openedAt < SETTLING_MS} @click=${() => on.press(level)}>
        ${face(level)}<span>${levelName(level)}</span>
      </button>`)}
    </div>
    <footer class="rate__foot">
      <p class="muted">${_("Đánh giá không ghi tên người dân. Có thể bỏ qua.")}</p>
      ${speakButton(on)} ${remaining(state, rating, now)}
    </footer>
  </main>`;
}

/** @param {State} state @param {import("./reduce.js").Rating} rating @param {any} counter */
function officer(state, rating, counter) {
  const service = state.office.services.find((/** @type {any} */ each) => each.code === rating.service);
  const where = [named(counter), service ? named(service) : null, _("số %(number)s", { number: rating.number })];
  return html`<header class="rate__officer">
    ${rating.officer ? portrait(rating.officer) : nothing}
    <div>
      ${rating.officer ? html`<p class="rate__name">${rating.officer.name}</p>` : nothing}
      <p class="muted rate__where">${where.filter(Boolean).join(" · ")}</p>
    </div>
  </header>`;
}

/** @param {{name: string, photo: string | null}} person */
function portrait(person) {
  return person.photo
    ? html`<img class="rate__photo" src=${person.photo} alt="" />`
    : html`<span class="rate__photo rate__initials" aria-hidden="true">${initials(person.name)}</span>`;
}

/** @param {Handlers} on */
function speakButton(on) {
  const other = language() === "vi" ? "en" : "vi";
  return html`<button class="button rate__speak" lang=${other} @click=${on.speak}>${other === "en" ? "English" : "Tiếng Việt"}</button>`;
}

/** @param {State} state @param {import("./reduce.js").Rating} rating @param {number} now */
function remaining(state, rating, now) {
  const left = Math.max(0, Date.parse(rating.until) - now);
  const share = Math.min(1, left / (state.office.rating.window_s * 1000));
  return html`<div class="progress rate__left" role="timer" aria-label=${_("Còn %(n)s giây", { n: Math.ceil(left / 1000) })}>
    <div class="progress__done" .style=${`width: ${share * 100}%`}></div>
  </div>`;
}

/** @param {State} state @param {number} now @param {Handlers} on */
function reasons(state, now, on) {
  const unhappy = /** @type {NonNullable<State["unhappy"]>} */ (state.unhappy);
  return html`<main class="rate">
    <h1 class="rate__question">${_("Rất tiếc! Ông/bà chưa hài lòng về điều gì?")}</h1>
    <p class="muted rate__hint">${_("Có thể chọn nhiều điều, hoặc gửi luôn.")}</p>
    <div class="rate__reasons">
      ${REASONS.map((reason) => html`<button class="choice rate__reason" aria-pressed=${unhappy.reasons.includes(reason) ? "true" : "false"}
        data-reason=${reason} @click=${() => on.toggle(reason)}>
        <span class="rate__tick" aria-hidden="true">${unhappy.reasons.includes(reason) ? "✓" : ""}</span>${dissatisfactionName(reason)}
      </button>`)}
    </div>
    ${foot(unhappy.until, now, on)}
  </main>`;
}

/** Each thing the office asks about with the same levels; all of it may be left out. @param {State} state @param {number} now @param {Handlers} on */
function criteria(state, now, on) {
  const detail = /** @type {NonNullable<State["detail"]>} */ (state.detail);
  const levels = state.rating?.levels ?? [];
  return html`<main class="rate">
    <h1 class="rate__question">${_("Ông/bà thấy từng mặt thế nào?")}</h1>
    <p class="muted rate__hint">${_("Chọn mặt nào cũng được, hoặc gửi luôn.")}</p>
    <div class="rate__criteria">
      ${criteriaOf(state).map((name) => html`<div class="rate__criterion" role="group" aria-label=${criterionName(name)}>
        <p class="rate__what">${criterionName(name)}</p>
        ${levels.map((level) => html`<button class="choice rate__mark rate__face--${level}" data-criterion=${name} data-level=${level}
          aria-label=${`${criterionName(name)}: ${levelName(level)}`} aria-pressed=${detail.criteria?.[name] === level ? "true" : "false"}
          @click=${() => on.mark(name, level)}>${face(level)}<span>${levelName(level)}</span></button>`)}
      </div>`)}
    </div>
    ${foot(detail.until, now, on)}
  </main>`;
}

/** @param {number} until @param {number} now @param {Handlers} on */
function foot(until, now, on) {
  return html`<footer class="rate__foot">
    <button class="button button--touch" @click=${on.back}>${_("Chọn lại")}</button>
    <p class="muted tnum rate__auto">${_("Tự gửi sau %(n)s giây", { n: Math.max(0, Math.ceil((until - now) / 1000)) })}</p>
    <button class="button button--main button--touch" @click=${on.send}>${_("Gửi đánh giá")}</button>
  </footer>`;
}

function thanks() {
  return html`<main class="rate rate--idle">
    <svg viewBox="0 0 100 100" class="rate__done" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="8" stroke-linecap="round" stroke-linejoin="round">
      <circle cx="50" cy="50" r="45" /><path d="M29 52l14 14 28-31" />
    </svg>
    <h1 class="rate__question">${_("Cảm ơn ông/bà đã đánh giá")}</h1>
    <p class="rate__invite">${_("Ý kiến của ông/bà giúp chúng tôi phục vụ tốt hơn.")}</p>
  </main>`;
}
