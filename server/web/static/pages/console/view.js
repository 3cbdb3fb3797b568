/** The desk as markup. Pure: the same state and time give the same page. @typedef {import("./reduce.js").State} State */
import { html, nothing } from "lit-html";

import { _, _n, language } from "motcua/i18n";
import { keyedRows } from "motcua/rows";
import { clockTime, minutesSince, named, priorityName, stopwatch } from "motcua/words";

import { allowed, cap, DIALOGS } from "./actions.js";
import { dialogView } from "./dialogs.js";
import { reasonSentences } from "./reasons.js";
import { absent, held, inHand, longWaitMin, myCounter, pickedProcedure, proceduresOf, shownLine, upNext, waiting } from "./select.js";

/**
 * @typedef {object} Handlers
 * @property {(action: string, id?: string) => void} act
 * @property {(on: boolean) => void} hover
 * @property {(change: object) => void} edit
 * @property {() => void} close
 * @property {(event: Event) => void} submit
 * @property {(ticket: string, code: string) => void} pick
 * @property {() => void} signOut
 */

/** @param {State} state @param {number} now @param {Handlers} on */
export function view(state, now, on) {
  if (!state.joined || !state.office) return opening(state);
  return html`
    ${topbar(state, now, on)} ${strip(state, now)}
    ${state.counter === null ? chooseCounter(state, on) : desk(state, now, on)} ${dialogView(state, now, on)}
  `;
}

/** @param {State} state */
function opening(state) {
  const lost = state.live.status === "unknown";
  return html`<main class="console-opening loading">
    <p role="status">${state.message?.text ?? (lost ? _("Không kết nối được với máy chủ. Đang thử lại…") : _("Đang mở bàn làm việc…"))}</p>
  </main>`;
}

/** @param {State} state @param {number} now @param {Handlers} on */
function topbar(state, now, on) {
  const counter = myCounter(state);
  return html`<header class="topbar">
    ${counter ? html`<strong class="topbar__counter">${named(counter)}</strong>
      <span class="topbar__state">${counterState(counter)}</span>` : nothing}
    <span class="topbar__who">${state.me?.name}${counter ? html` · ${servicesOf(state, counter)}` : nothing}</span>
    <span class="topbar__end tnum">
      ${_("Đã phục vụ %(n)s", { n: state.served })} ·
      ${state.live.status === "live" ? _("kết nối tốt") : _("mất kết nối")} · ${clockTime(now, state.office?.timezone)}
    </span>
    <span class="topbar__links">
      <a href="?lang=${language() === "vi" ? "en" : "vi"}">${language() === "vi" ? "English" : "Tiếng Việt"}</a>
      <button class="topbar__out" @click=${on.signOut}>${_("Đăng xuất")}</button>
    </span>
  </header>`;
}

/** @param {State} state @param {import("./reduce.js").Counter} counter */
function servicesOf(state, counter) {
  return counter.services.map((code) => (state.services[code] ? named(state.services[code]) : code)).join(", ");
}

/** @param {import("./reduce.js").Counter} counter */
function counterState(counter) {
  if (counter.state === "open") return html`● ${_("Đang mở")}`;
  return html`❚❚ ${counter.reason ? _("Tạm dừng: %(reason)s", { reason: counter.reason }) : _("Tạm dừng")}`;
}

/** One line that is always there, so that what it says pushes nothing. @param {State} state @param {number} now */
function strip(state, now) {
  if (state.live.status === "unknown") {
    const ticket = inHand(state);
    const at = clockTime(state.live.since, state.office?.timezone);
    return html`<p class="banner banner--bad console-strip" role="alert">
      ${_("Mất kết nối từ %(time)s. Các phím tạm khóa cho đến khi có kết nối.", { time: at })}
      ${ticket ? _("Số %(number)s vẫn ở quầy này.", { number: ticket.number }) : nothing}
    </p>`;
  }
  if (!state.message) return html`<p class="console-strip muted" role="status">${hint(state, now)}</p>`;
  return html`<p class="banner banner--${state.message.kind} console-strip" role="status">${state.message.text}</p>`;
}

/** What is usually next. @param {State} state @param {number} now */
function hint(state, now) {
  const ticket = inHand(state);
  if (ticket?.state === "called") return _("Người dân đến quầy: bấm S. Không ai đến: bấm V.");
  if (ticket) return _("Xong việc: Enter, hoặc Space để gọi luôn số tiếp theo.");
  const line = state.counter === null ? [] : waiting(state);
  if (!line.length) return nothing;
  return _("%(n)s người đang chờ, lâu nhất %(minutes)s phút.", { n: line.length, minutes: minutesSince(line[0].arrived_at, now) });
}

/** @param {State} state @param {Handlers} on */
function chooseCounter(state, on) {
  const usable = state.live.status === "live" && !state.busy;
  return html`<main class="console-choose">
    <h1>${_("Anh/chị ngồi quầy nào hôm nay?")}</h1>
    <p class="muted">${_("Bấm số của quầy, hoặc chọn dưới đây.")}</p>
    <div class="console-choose__grid">
      ${Object.values(state.counters).map((counter) => {
        const taken = counter.state !== "closed";
        return html`<button class="tile" ?disabled=${taken || !usable} @click=${() => on.act("sit", String(counter.number))}>
          <span class="row"><span class="key">${counter.number}</span><strong>${named(counter)}</strong></span>
          <span class="muted small">${servicesOf(state, counter)}</span>
          <span class="small">${!taken ? _("Còn trống") : counter.officer ? _("Đang có %(name)s", { name: counter.officer.name }) : _("Đang mở")}</span>
        </button>`;
      })}
    </div>
  </main>`;
}

/** @param {State} state @param {number} now @param {Handlers} on */
function desk(state, now, on) {
  return html`<main class="desk">
    <div class="desk__main">${inHandCard(state, now)} ${actions(state, on)} ${details(state, on)}</div>
    <aside class="desk__side" tabindex="0" aria-label=${_("Hàng chờ")}>${line(state, now, on)} ${heldList(state, now, on)} ${absentList(state, now, on)}</aside>
  </main>`;
}

/** @param {State} state @param {number} now */
function inHandCard(state, now) {
  const ticket = inHand(state);
  if (!ticket) return emptyHand(state);
  const service = state.services[ticket.service];
  const since = ticket.state === "serving" ? ticket.state_since : ticket.called_at ?? ticket.state_since;
  const spent = now - Date.parse(since);
  const target = service?.target_s ?? 0;
  const over = ticket.state === "serving" && target > 0 && spent > target * 1000;
  return html`<section class="card in-hand" aria-label=${_("Số đang ở quầy")}>
    <p class="number number--hero" aria-live="polite">${ticket.number}</p>
    <div class="in-hand__about">
      <h1>${service ? named(service) : ticket.service_name}</h1>
      <p class="muted">${issuedText(state, ticket)}</p>
      <p class="row in-hand__marks">
        ${ticket.priority ? html`<span class="badge badge--warn">${_("Ưu tiên: %(group)s", { group: priorityName(ticket.priority) })}</span>` : nothing}
        ${ticket.state !== "called" ? nothing : ticket.heard ? html`<span class="badge badge--done" data-heard>✓ ${_("Đã phát loa")}</span>` : nothing}
        ${ticket.language === "en" ? html`<span class="badge badge--info">${_("Nói tiếng Anh")}</span>` : nothing}
        ${ticket.note ? html`<span class="badge">${ticket.note}</span>` : nothing}
      </p>
    </div>
    <div class="in-hand__time">
      <p class="number in-hand__timer ${over ? "in-hand__timer--over" : ""}">${stopwatch(spent)}</p>
      <p class="muted small">${timeNote(ticket, target, over)}</p>
    </div>
  </section>`;
}

/** @param {import("./reduce.js").Ticket} ticket @param {number} target @param {boolean} over */
function timeNote(ticket, target, over) {
  if (ticket.state === "called") return _n("đã gọi %(n)s lần", ticket.call_count);
  if (!target) return _("đang phục vụ");
  const minutes = Math.round(target / 60);
  return over ? _n("quá mục tiêu %(n)s phút", minutes) : _n("mục tiêu %(n)s phút", minutes);
}

/** @param {State} state @param {import("./reduce.js").Ticket} ticket */
function issuedText(state, ticket) {
  const called = Date.parse(ticket.called_at ?? ticket.state_since);
  return _("Lấy số %(time)s · chờ %(minutes)s phút", {
    time: clockTime(ticket.issued_at, state.office?.timezone),
    minutes: minutesSince(ticket.arrived_at, called),
  });
}

/** @param {State} state */
function emptyHand(state) {
  const counter = myCounter(state);
  const count = waiting(state).length;
  const text = counter?.state === "paused" ? _("Quầy đang tạm dừng") : count ? _("Sẵn sàng gọi số tiếp theo") : _("Không có ai chờ");
  const advice = counter?.state === "paused"
    ? _("Bấm O để mở lại.")
    : count ? _("Bấm Space để gọi.") : _("Số mới sẽ hiện ở cột bên phải ngay khi có người lấy.");
  return html`<section class="card in-hand in-hand--empty" aria-label=${_("Số đang ở quầy")}>
    <div><h1>${text}</h1><p class="muted">${advice}</p></div>
  </section>`;
}

/** @param {State} state @param {Handlers} on */
function actions(state, on) {
  const serving = inHand(state)?.state === "serving";
  const paused = myCounter(state)?.state === "paused";
  /** @type {[string, string][]} */
  const main = [
    ["start", _("Bắt đầu")], ["recall", _("Gọi lại")], ["absent", _("Vắng mặt")],
    ["finish", _("Kết thúc")], ["hold", _("Tạm giữ")], ["transfer", _("Chuyển")],
  ];
  /** @type {[string, string][]} */
  const other = [
    ["goon", _("Còn việc khác")], ["requeue", _("Vắng quay lại")], ["call", _("Gọi ngoài thứ tự")],
    paused ? ["open", _("Mở lại quầy")] : ["pause", _("Tạm dừng")], ["priority", _("Sửa ưu tiên")], ["handover", _("Bàn giao")],
    ["close", _("Đóng quầy")], ["small", _("Cửa sổ nhỏ")], ["help", _("Trợ giúp")],
  ];
  return html`<section class="actions" aria-label=${_("Thao tác")}>
    ${button(state, on, "next", serving ? _("Kết thúc và gọi tiếp") : _("Gọi số tiếp theo"), "button--main actions__next")}
    <div class="actions__grid">${main.map(([action, label]) => button(state, on, action, label, action === "start" ? "actions__start" : ""))}</div>
    <div class="actions__other">${other.map(([action, label]) => button(state, on, action, label, "button--quiet"))}</div>
  </section>`;
}

/** @param {State} state @param {Handlers} on @param {string} action @param {string} label @param {string} [style] */
function button(state, on, action, label, style = "") {
  return html`<button
    class="button ${style}"
    data-action=${action}
    aria-keyshortcuts=${cap(action)}
    aria-haspopup=${DIALOGS.has(action) ? "dialog" : nothing}
    ?disabled=${!allowed(state, action)}
    @click=${() => on.act(action)}
  ><span>${label}</span> <span class="key" aria-hidden="true">${cap(action)}</span></button>`;
}

const inWords = (/** @type {any} */ names) => names[language()] || names.vi;

/** What to check: of the procedure that was picked, else of the field. @param {State} state @param {import("./reduce.js").Ticket} ticket @param {Handlers} on */
function papersOf(state, ticket, on) {
  const procedures = proceduresOf(state);
  const picked = pickedProcedure(state);
  const papers = picked?.papers.length ? picked.papers : state.services[ticket.service]?.papers ?? [];
  const facts = [picked?.fee ? _("Lệ phí: %(fee)s", { fee: inWords(picked.fee) }) : "", picked?.time_limit ? _("Thời hạn: %(time)s", { time: inWords(picked.time_limit) }) : ""].filter(Boolean);
  return html`${procedures.length ? html`<label class="row details__procedure"><strong>${_("Thủ tục")} <span class="key" aria-hidden="true">${cap("papers")}</span></strong>
      <select class="input" id="procedure" @change=${(/** @type {any} */ event) => on.pick(ticket.id, event.target.value)}>
        <option value="">${_("chưa chọn")}</option>
        ${procedures.map((each) => html`<option value=${each.code} ?selected=${each.code === picked?.code}>${inWords(each.names)}</option>`)}</select></label>` : nothing}
    ${papers.length ? html`<h2>${_("Giấy tờ cần kiểm tra")}</h2>
      <ul>${papers.map((paper) => html`<li>${inWords(paper)}</li>`)}</ul>` : nothing}
    ${facts.length ? html`<p>${facts.join(" · ")}</p>` : nothing}`;
}

/** @param {State} state @param {Handlers} on */
function details(state, on) {
  const ticket = inHand(state);
  const reason = ticket ? state.reasons[ticket.id] : null;
  return html`<section class="card details" tabindex="0" aria-label=${_("Về số đang ở quầy")}>
    ${ticket && reason ? html`<h2>${_("Vì sao %(number)s được gọi", { number: ticket.number })}</h2>
      <ul>${reasonSentences(reason).map((sentence) => html`<li>${sentence}</li>`)}</ul>` : nothing}
    ${ticket ? papersOf(state, ticket, on) : nothing}
    ${nextUp(state)}
    ${ticket || upNext(state) ? nothing : html`<p class="muted">${_("Lý do được gọi và giấy tờ cần kiểm tra sẽ hiện ở đây.")}</p>`}
  </section>`;
}

/** Whom Space would call, so that an officer can prepare. @param {State} state */
function nextUp(state) {
  const ticket = upNext(state);
  if (!ticket) return nothing;
  return html`<h2>${_("Kế tiếp: %(number)s", { number: ticket.number })} <span class="muted">${serviceName(state, ticket)}</span></h2>
    ${state.outlook?.reason ? html`<p class="details__next">${reasonSentences(state.outlook.reason)[0]}</p>` : nothing}`;
}

/** @param {State} state @param {number} now @param {Handlers} on */
function line(state, now, on) {
  const rows = shownLine(state);
  const next = upNext(state)?.id;
  const count = waiting(state).length;
  return html`<section class="list" aria-labelledby="line" @pointerenter=${() => on.hover(true)} @pointerleave=${() => on.hover(false)}>
    <h2 class="list__head"><span id="line">${_("Đang chờ")}</span><span class="muted tnum">${_n("%(n)s số", count)}</span></h2>
    ${rows.length ? nothing : html`<p class="muted list__empty">${_("Không có ai chờ.")}</p>`}
    <ol class="list__rows">
      ${keyedRows(rows, (row) => row.id, ({ id, ticket }) => ticket
        ? html`<li class="list__row">
            <span class="number">${ticket.number}</span>
            <span>${serviceName(state, ticket)}${id === next ? html` <span class="badge badge--info">${_("kế tiếp")}</span>` : nothing}${marks(ticket)}</span>
            ${wait(state, ticket, now)}
          </li>`
        : html`<li class="list__row list__row--gone muted" data-id=${id}>${_("đã rời hàng")}</li>`)}
    </ol>
  </section>`;
}

/** @param {State} state @param {import("./reduce.js").Ticket} ticket */
const serviceName = (state, ticket) => (state.services[ticket.service] ? named(state.services[ticket.service]) : ticket.service_name);

/** @param {import("./reduce.js").Ticket} ticket */
function marks(ticket) {
  const texts = [
    ticket.priority ? priorityName(ticket.priority) : null,
    ticket.returned ? _("quay lại sau vắng mặt") : null,
    ticket.for_counter || ticket.for_officer ? _("chuyển đến quầy này") : null,
    ticket.note,
  ].filter(Boolean);
  return texts.length ? html`<span class="list__mark ${ticket.priority ? "list__mark--priority" : ""}">${texts.join(" · ")}</span>` : nothing;
}

/** @param {State} state @param {import("./reduce.js").Ticket} ticket @param {number} now */
function wait(state, ticket, now) {
  const minutes = minutesSince(ticket.arrived_at, now);
  const long = minutes >= longWaitMin(state);
  const label = long ? _n("chờ lâu: %(n)s phút", minutes) : _n("chờ %(n)s phút", minutes);
  return html`<span class="number list__wait ${long ? "list__wait--long" : ""}" aria-label=${label}>${long ? "▲ " : ""}${minutes}′</span>`;
}

/** @param {State} state @param {number} now @param {Handlers} on */
function heldList(state, now, on) {
  const tickets = held(state);
  return html`<section class="list" aria-labelledby="held">
    <h2 class="list__head"><span id="held">${_("Đang tạm giữ")}</span><span class="muted tnum">${_n("%(n)s số", tickets.length)}</span></h2>
    <ol class="list__rows">
      ${keyedRows(tickets, (ticket) => ticket.id, (ticket, index) => html`<li class="list__row">
        <span class="number">${ticket.number}</span>
        <span>${ticket.note || serviceName(state, ticket)}${dueMark(state, ticket, now)}</span>
        <button class="button list__do" ?disabled=${!allowed(state, "resume")} @click=${() => on.act("resume", ticket.id)}>
          <span>${_("Gọi")}<span class="visually-hidden"> ${ticket.number}</span></span> ${index < 9 ? html`<span class="key" aria-hidden="true">${index + 1}</span>` : nothing}
        </button>
      </li>`)}
    </ol>
  </section>`;
}

/** @param {State} state @param {import("./reduce.js").Ticket} ticket @param {number} now */
function dueMark(state, ticket, now) {
  if (!ticket.held_until) return nothing;
  const late = Date.parse(ticket.held_until) <= now;
  const time = clockTime(ticket.held_until, state.office?.timezone);
  return html`<span class="list__mark ${late ? "list__mark--priority" : ""}">
    ${late ? _("đã đến hẹn %(time)s", { time }) : _("hẹn %(time)s", { time })}</span>`;
}

/** @param {State} state @param {number} now @param {Handlers} on */
function absentList(state, now, on) {
  const tickets = absent(state);
  if (!tickets.length) return nothing;
  return html`<section class="list" aria-labelledby="absent">
    <h2 class="list__head"><span id="absent">${_("Vắng mặt")}</span><span class="muted tnum">${_n("%(n)s số", tickets.length)}</span></h2>
    <ol class="list__rows">
      ${keyedRows(tickets.slice(0, 5), (ticket) => ticket.id, (ticket) => html`<li class="list__row">
        <span class="number">${ticket.number}</span>
        <span>${serviceName(state, ticket)}<span class="list__mark">${_n("vắng từ %(n)s phút trước", minutesSince(ticket.state_since, now))}</span></span>
        <button class="button list__do" ?disabled=${!allowed(state, "requeue")} @click=${() => on.act("requeue", ticket.id)}>
          <span>${_("Quay lại")}<span class="visually-hidden"> ${ticket.number}</span></span></button>
      </li>`)}
    </ol>
  </section>`;
}
