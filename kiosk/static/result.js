/**
 * The priority question, and what comes of a touch: the number and its paper, or in plain words why there is none.
 *
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").Ticket} Ticket
 * @typedef {import("./state.js").Office} Office
 * @typedef {import("./view.js").Act} Act
 */
import { html, nothing } from "lit-html";

import { _, _n } from "motcua/i18n";
import { closedWords, counters, lateWords, minutes, named, priorityMark, priorityName } from "./say.js";
import { paper, resultLeft, serviceOf } from "./state.js";

const SLOW_MS = 4000;

/** @param {State} state @param {Act} act */
export function priorityQuestion(state, act) {
  return {
    heading: html`<div class="heading__words">
      <h1 tabindex="-1">${_("Ông/bà thuộc trường hợp nào?")}</h1>
      <p class="muted">${_("Cán bộ ở quầy có thể hỏi giấy tờ để đối chiếu")}</p>
    </div>`,
    body: html`<div class="lines lines--priority">
      ${(state.office?.priorities ?? []).map((group) => html`
        <button class="tile tile--warn line" @click=${() => act({ type: "priority", group })}>
          <span class="tile__name">${priorityName(group)}</span>
        </button>`)}
      <button class="tile line" @click=${() => act({ type: "priority", group: null })}>
        <span class="tile__name">${_("Không thuộc trường hợp nào")}</span>
      </button>
    </div>`,
  };
}

/** @param {State} state @param {Act} act */
export function closed(state, act) {
  const service = serviceOf(state, state.service);
  if (!service || !state.office) return { heading: nothing, body: nothing };
  const { reason, next } = closedWords(service, state.wall, state.office.timezone);
  return {
    heading: html`<div class="heading__words">
      <h1 tabindex="-1">${named(service.names)}</h1>
    </div>`,
    body: html`<div class="message"><p class="message__main">${reason}.</p><p>${next}.</p></div>`,
    actions: html`
      <button class="tile tile--info action" @click=${() => act({ type: "show", screen: "fields" })}>${_("Cần mang giấy tờ gì?")}</button>
    `,
  };
}

/** The line is longer than what is left of the day: told before a number is taken, which is still possible.
 * @param {State} state @param {Act} act */
export function late(state, act) {
  const service = serviceOf(state, state.service);
  if (!service || !state.office) return { heading: nothing, body: nothing };
  const { reason, next } = lateWords(service, state.wall, state.office.timezone);
  return {
    heading: html`<div class="heading__words"><h1 tabindex="-1">${named(service.names)}</h1></div>`,
    body: html`<div class="message"><p class="message__main">${_("Hôm nay có thể không kịp.")}</p><p>${reason}</p><p>${next}</p></div>`,
    actions: html`
      <button class="button button--touch action" @click=${() => act({ type: "take", code: service.code, sure: true })}>${_("Vẫn lấy số")}</button>
      <button class="button button--touch button--main action" @click=${() => act({ type: "restart" })}>${_("Để hôm khác")}</button>
    `,
  };
}

/** @param {State} state */
export function issuing(state) {
  const service = serviceOf(state, state.service);
  const slow = state.request !== null && state.now - state.request.at >= SLOW_MS;
  return {
    heading: html`<div class="heading__words"><h1 tabindex="-1">${named(service?.names)}</h1></div>`,
    body: html`<div class="message loading" role="status">
      <p class="message__main">${_("Đang lấy số…")}</p>
      ${slow ? html`<p>${_("Máy chủ trả lời chậm. Xin ông/bà chờ thêm một chút, không cần chạm lại.")}</p>` : nothing}
    </div>`,
  };
}

/** @param {State} state @param {Act} act */
export function ticketScreen(state, act) {
  const { ticket, office } = state;
  if (!ticket || !office) return { heading: nothing, body: nothing };
  const spoken = _("Số của ông/bà: %(number)s", { number: ticket.number });
  return {
    heading: html`<div class="heading__words">
      <h1 tabindex="-1" class="visually-hidden">${spoken}</h1>
      <p class="result__lead" aria-hidden="true">${_("Số của ông/bà")}</p>
      <p class="number result__number" data-length=${ticket.number.length} aria-hidden="true">${ticket.number}</p>
      <p class="result__service">${named(serviceOf(state, ticket.service)?.names)}</p>
      ${ticket.priority ? html`<p class="badge badge--warn">${priorityMark(ticket.priority)}</p>` : nothing}
    </div>`,
    body: html`<div class="result">${serviceOf(state, ticket.service)?.help ? comes() : facts(ticket, office)} ${paperState(state, ticket)}</div>`,
    actions: html`
      ${ending(state, act, _("Xong"))}
      <button class="button button--touch action" @click=${() => act({ type: "more_time" })}>${_("Giữ màn hình này lâu hơn")}</button>
      ${state.sound ? html`<button class="button button--touch action" aria-pressed=${state.aloud} @click=${() => act({ type: "aloud" })}>${state.aloud ? _("Tắt đọc") : _("Đọc to")}</button>` : nothing}
    `,
  };
}

/** No counter calls a number for help. */
function comes() {
  return html`<p class="message message__main">${_("Mời ông/bà ngồi đợi. Cán bộ hướng dẫn sẽ đến gặp.")}</p>`;
}

/** @param {Ticket} ticket @param {Office} office */
function facts(ticket, office) {
  const wait = minutes(ticket.expected_wait_s);
  const ahead = ticket.people_ahead === 0 ? _("không có ai") : _n("%(n)s người", ticket.people_ahead ?? 0);
  return html`<dl class="result__facts">
    ${ticket.people_ahead === null ? nothing : html`<div><dt>${_("Trước ông/bà")}</dt><dd class="tnum">${ahead}</dd></div>`}
    ${wait ? html`<div><dt>${_("Chờ khoảng")}</dt><dd class="tnum">${wait}</dd></div>` : nothing}
    ${ticket.counters.length ? html`<div><dt>${_("Khi được gọi, mời đến")}</dt><dd>${counters(office, ticket.counters)}</dd></div>` : nothing}
  </dl>`;
}

/** @param {State} state @param {Ticket} ticket */
function paperState(state, ticket) {
  const now = paper(state);
  if (now === "printing") return html`<p class="paper paper--printing" role="status">${_("Đang in phiếu…")}</p>`;
  if (now === "printed") return html`<p class="paper paper--printed" role="status">${_("Mời ông/bà lấy phiếu")}</p>`;
  const meaning = _("Mã QR để theo dõi số %(number)s", { number: ticket.number });
  return html`
    <div class="paper paper--screen" role="status">
      <div class="paper__words">
        <p class="paper__main">${noPaper(now)}</p>
        <p>${_("Số vẫn được giữ. Mời ông/bà chụp màn hình này, hoặc quét mã để theo dõi trên điện thoại.")}</p>
      </div>
      <img class="paper__code" src=${codePath(ticket)} alt=${meaning}>
    </div>
  `;
}

/** @param {"none" | "failed" | "unsure"} now */
function noPaper(now) {
  if (now === "none") return _("Máy này không in phiếu");
  return now === "failed" ? _("Không in được phiếu") : _("Nếu phiếu chưa ra");
}

/** From wherever this page is served: the server's own address may not be reachable. @param {Ticket} ticket */
function codePath(ticket) {
  return `${new URL(ticket.track_url, "http://kiosk.invalid").pathname}/qr.svg`;
}

/** @param {State} state @param {Act} act */
export function refusal(state, act) {
  const { problem } = state;
  const service = serviceOf(state, state.service);
  return {
    heading: html`<div class="heading__words"><h1 tabindex="-1">${problem?.number ? _("Ông/bà đã có số %(number)s", { number: problem.number }) : _("Chưa lấy được số")}</h1>
      <p class="muted">${named(service?.names)}</p></div>`,
    body: html`<div class="message" role="alert">
      <p class="message__main">${problem?.text}</p>
      <p>${advice(state)}</p>
    </div>`,
    actions: html`
      ${problem?.unsure ? html`<button class="button button--touch button--main action" @click=${() => act({ type: "retry" })}>${_("Thử lại")}</button>` : nothing}
      ${ending(state, act, _("Về màn hình đầu"))}
    `,
  };
}

/** @param {State} state */
function advice({ problem, office }) {
  if (problem?.counter && office) return _("Mời ông/bà đến %(counters)s.", { counters: counters(office, [problem.counter]) });
  if (problem?.number) return _("Số đó vẫn có hiệu lực. Mất phiếu hoặc cần giúp, mời ông/bà hỏi cán bộ hướng dẫn.");
  if (problem?.code.startsWith("booking_")) return _("Cần giúp, mời ông/bà hỏi cán bộ hướng dẫn.");
  if (problem?.unsure) return _("Chạm “Thử lại” không làm ông/bà bị lấy hai số.");
  if (["not_signed_in", "forbidden", "csrf_failed"].includes(problem?.code ?? "")) {
    return _("Máy này cần nhân viên kỹ thuật. Mời ông/bà lấy số ở bàn hướng dẫn.");
  }
  return _("Mời ông/bà chọn lĩnh vực khác hoặc hỏi cán bộ hướng dẫn.");
}

/** The way back, with the seconds that are left. @param {State} state @param {Act} act @param {string} word */
function ending(state, act, word) {
  return html`<button class="button button--touch action" @click=${() => act({ type: "restart" })}>
    ${word} <span class="action__line">${_n("Tự đóng sau %(n)s giây", resultLeft(state) ?? 0)}</span>
  </button>`;
}
