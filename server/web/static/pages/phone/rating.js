/** After the service: faces, reasons, and one rating until the end of the next working day. Pure. */
import { html, nothing } from "lit-html";

import { _ } from "motcua/i18n";
import { criterionName, dissatisfactionName, initials, levelName, named, REASONS } from "motcua/words";

import { face } from "../rate/faces.js";
import { UNHAPPY } from "./reduce.js";

const COMMENT_MAX = 1000;

/**
 * @param {import("./reduce.js").State} state
 * @param {import("./view.js").Handlers} on
 */
export function rating(state, on) {
  const { rating: asked } = state.ticket;
  if (asked.given) {
    return html`<section class="card phone__rating" role="status"><h2>${_("Cảm ơn ông/bà đã đánh giá")}</h2>
      <p>${_("Ý kiến của ông/bà giúp chúng tôi phục vụ tốt hơn.")}</p></section>`;
  }
  if (!asked.open) return nothing;
  return html`<section class="card phone__rating" aria-labelledby="rating">
    ${asked.officer ? officer(asked.officer, asked.place) : nothing}
    <h2 id="rating">${_("Ông/bà có hài lòng với lần phục vụ này không?")}</h2>
    <div class="phone__faces phone__faces--${asked.levels?.length ?? 3}">
      ${asked.levels?.map((level) => html`<button type="button" class="phone__face phone__face--${level}" data-level=${level}
        aria-pressed=${state.choice?.level === level ? "true" : "false"} @click=${() => on.choose(level)}>
        ${face(level)}<span>${levelName(level)}</span>
      </button>`)}
    </div>
    ${state.choice ? more(state, state.choice, on) : nothing}
    <p class="phone__hint">${_("Đánh giá không ghi tên người dân, gửi một lần, đến hết ngày %(day)s.", { day: dayText(asked.until_day ?? "") })}</p>
  </section>`;
}

/** @param {{name: string, photo: string | null}} person @param {import("./reduce.js").Place | undefined} place */
function officer(person, place) {
  return html`<div class="phone__officer">
    ${person.photo
      ? html`<img class="phone__photo" src=${person.photo} alt="" />`
      : html`<span class="phone__photo phone__initials" aria-hidden="true">${initials(person.name)}</span>`}
    <div><p class="strong">${person.name}</p>${place ? html`<p class="muted">${named(place)}</p>` : nothing}</div>
  </div>`;
}

/**
 * @param {import("./reduce.js").State} state
 * @param {NonNullable<import("./reduce.js").State["choice"]>} choice
 * @param {import("./view.js").Handlers} on
 */
function more(state, choice, on) {
  return html`${UNHAPPY.has(choice.level) ? reasons(choice, on) : nothing}
    ${state.ticket.rating.criteria?.length ? criteria(state.ticket.rating, choice, on) : nothing}
    <label class="field"><span>${_("Ý kiến khác (không bắt buộc)")}</span>
      <textarea class="input phone__comment" rows="3" maxlength=${COMMENT_MAX} .value=${choice.comment}
        @input=${(/** @type {any} */ event) => on.comment(event.target.value)}></textarea></label>
    <button type="button" class="button button--main phone__wide" ?disabled=${state.sending} @click=${on.rate}>
      ${state.sending ? _("Đang gửi…") : _("Gửi đánh giá")}</button>`;
}

/**
 * @param {import("./reduce.js").Ticket["rating"]} asked
 * @param {NonNullable<import("./reduce.js").State["choice"]>} choice
 * @param {import("./view.js").Handlers} on
 */
function criteria(asked, choice, on) {
  return html`${asked.criteria?.map((name) => html`<fieldset class="phone__criterion"><legend class="field-name">${criterionName(name)}</legend>
    ${asked.levels?.map((level) => html`<button type="button" class="choice" data-criterion=${name} data-level=${level}
      aria-label=${`${criterionName(name)}: ${levelName(level)}`} aria-pressed=${choice.criteria[name] === level ? "true" : "false"}
      @click=${() => on.mark(name, level)}>${face(level)}</button>`)}
  </fieldset>`)}`;
}

/** @param {NonNullable<import("./reduce.js").State["choice"]>} choice @param {import("./view.js").Handlers} on */
function reasons(choice, on) {
  return html`<fieldset class="phone__reasons"><legend class="field-name">${_("Ông/bà chưa hài lòng về điều gì?")}</legend>
    ${REASONS.map((reason) => html`<button type="button" class="choice" data-reason=${reason}
      aria-pressed=${choice.reasons.includes(reason) ? "true" : "false"} @click=${() => on.reason(reason)}>
      <span class="phone__tick" aria-hidden="true">${choice.reasons.includes(reason) ? "✓" : ""}</span>${dissatisfactionName(reason)}
    </button>`)}
  </fieldset>`;
}

/** A day as people write it: "2026-11-20" → "20/11/2026". @param {string} day */
export const dayText = (day) => day.split("-").reverse().join("/");
