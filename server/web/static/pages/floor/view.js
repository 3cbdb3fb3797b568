/** The hall as markup. Pure. @typedef {import("./reduce.js").State} State */
import { html, nothing } from "lit-html";

import { _, _n, language } from "motcua/i18n";
import { keyedRows } from "motcua/rows";
import { clockTime, minutesSince, minutesText, named, priorityName, stopwatch } from "motcua/words";

import { actionName, allowed, counterActions, ticketActions } from "./actions.js";
import { dialogView } from "./dialogs.js";
import { absent, atCounter, exceeded, figures, found, held, isHead, isHelper, lines, papers, troubled } from "./select.js";
import { deviceKind, deviceTrouble, exceededText, paperTrouble, ticketState, waitText } from "./words.js";

/**
 * @typedef {object} Handlers
 * @property {(kind: string, id?: string | null, value?: any) => void} ask
 * @property {(value: any) => void} edit
 * @property {() => void} close
 * @property {(event: Event) => void} submit
 * @property {(text: string) => void} filter
 * @property {() => void} signOut
 */

const SHOWN = 80;

/** @param {State} state @param {number} now @param {Handlers} on */
export function view(state, now, on) {
  if (!state.joined || !state.office) {
    const lost = state.live.status === "unknown" ? _("Không kết nối được với máy chủ. Đang thử lại…") : _("Đang tải…");
    return html`<main class="floor-opening loading"><p role="status">${state.message?.text ?? lost}</p></main>`;
  }
  return html`${topbar(state, now, on)} ${strip(state)}
    <main class="floor">
      <h1 class="visually-hidden">${_("Toàn cảnh phòng chờ")}</h1>
      ${figuresBar(state, now, on)}
      <section class="floor__counters" tabindex="0" aria-labelledby="counters">
        <h2 id="counters">${_("Quầy")}</h2>
        <ul class="floor__grid">${keyedRows(Object.values(state.counters), (counter) => counter.number, (counter) => counterCard(state, counter, now, on))}</ul>
      </section>
      <section class="floor__lines" tabindex="0" aria-labelledby="lines">${linesTable(state, now, on)} ${people(state, now, on)}</section>
      <aside class="floor__side stack" tabindex="0" aria-label=${_("Cần để ý")}>
        ${exceededCard(state, now)} ${devices(state)} ${papersCard(state, on)} ${noticeCard(state, on)}
        ${shortList(state, now, on, _("Tạm giữ"), held(state))} ${shortList(state, now, on, _("Vắng mặt"), absent(state))}
      </aside>
    </main>
    ${dialogView(state, on)}`;
}

/** @param {State} state @param {number} now @param {Handlers} on */
function topbar(state, now, on) {
  const live = state.live.status === "live";
  return html`<header class="topbar">
    <strong>${named(state.office)}</strong>
    <span class="topbar__end tnum">${live ? _("kết nối tốt") : _("mất kết nối")} · ${clockTime(now, state.office.timezone)}</span>
    <span class="topbar__links">
      <span>${state.me?.name}</span>
      <a href="/">${_("Về trang đầu")}</a>
      <a href="?lang=${language() === "vi" ? "en" : "vi"}">${language() === "vi" ? "English" : "Tiếng Việt"}</a>
      <button class="topbar__out" @click=${on.signOut}>${_("Đăng xuất")}</button>
    </span>
  </header>`;
}

/** One line that is always there, so that what it says pushes nothing. @param {State} state */
function strip(state) {
  if (state.live.status === "unknown") {
    const at = clockTime(state.live.since, state.office.timezone);
    return html`<p class="banner banner--bad floor-strip" role="alert">${_("Mất kết nối: những gì bên dưới là của lúc %(time)s.", { time: at })}</p>`;
  }
  if (state.issued) return issuedStrip(state.issued);
  if (state.message && !state.dialog) return html`<p class="banner banner--${state.message.kind} floor-strip" role="status">${state.message.text}</p>`;
  return html`<p class="floor-strip muted" role="status">${_("Cập nhật trực tiếp. Chọn một số hoặc một quầy để thao tác.")}</p>`;
}

/** @param {any} issued */
function issuedStrip(issued) {
  const print = issued.print.state === "none" ? _("không có máy in, hãy đọc số cho người dân") : _("đang in phiếu");
  return html`<p class="banner banner--done floor-strip" role="status">
    <span>${_("Đã phát số")} <strong class="number">${issued.number}</strong> · ${issued.service_name}</span>
    <span>${_n("%(n)s người phía trước", issued.people_ahead)}${issued.expected_wait_s ? html` · ${_("chờ %(wait)s", { wait: waitText(issued.expected_wait_s) })}` : nothing} · ${print}</span>
  </p>`;
}

/** @param {State} state @param {number} now @param {Handlers} on */
function figuresBar(state, now, on) {
  const { waiting, longest, open, counters, over } = figures(state, now);
  const figure = (/** @type {any} */ value, /** @type {string} */ label, /** @type {boolean} */ bad = false) =>
    html`<div class="figure ${bad ? "figure--bad" : ""}"><dt>${label}</dt><dd class="number">${bad ? "▲ " : ""}${value}</dd></div>`;
  return html`<div class="floor__figures">
    <dl>
      ${figure(waiting, _("đang chờ"))} ${figure(minutesText(longest), _("chờ lâu nhất"))}
      ${figure(`${open}/${counters}`, _("quầy mở"))} ${figure(over, _("vượt ngưỡng"), over > 0)}
    </dl>
    <div class="row">
      ${allowed(state, "issue") ? html`<button class="button button--main" data-ask="issue" aria-keyshortcuts="N" @click=${() => on.ask("issue")}>${_("Phát số giúp người dân")} <span class="key" aria-hidden="true">N</span></button>` : nothing}
      <button class="button" data-ask="plan" aria-keyshortcuts="M" @click=${() => on.ask("plan", null, { counters: 1 })}>${_("Nếu mở thêm quầy?")} <span class="key" aria-hidden="true">M</span></button>
    </div>
  </div>`;
}

/** @param {State} state @param {import("./reduce.js").Counter} counter @param {number} now @param {Handlers} on */
function counterCard(state, counter, now, on) {
  const { ticket, spent, over } = atCounter(state, counter, now);
  const words = { open: `● ${_("Đang mở")}`, paused: `❚❚ ${_("Tạm dừng")}`, closed: _("Đóng") };
  return html`<li class="counter counter--${counter.state}" data-counter=${counter.number}>
    <div class="row spread"><h3>${named(counter)}</h3><span class="badge ${counter.state === "open" ? "badge--done" : counter.state === "paused" ? "badge--warn" : ""}">${words[counter.state]}</span></div>
    <div class="counter__about"><p class="counter__who">${counter.officer?.name ?? nobody(counter)}</p>
    <p class="muted small">${counter.since ? _("từ %(time)s", { time: clockTime(counter.since, state.office.timezone) }) : nothing}${counter.reason ? html` · ${counter.reason}` : nothing}
      ${counter.services.map((code) => html`<span class="badge badge--plain" title=${state.services[code] ? named(state.services[code]) : code}>${code}</span> `)}</p>
      ${isHead(state) ? html`<button class="button counter__do" ?disabled=${!allowed(state, "close")}
        @click=${() => on.ask("counter", String(counter.number), { action: counterActions(counter)[0] })}>${_("Điều chỉnh")}<span class="visually-hidden"> ${named(counter)}</span></button>` : nothing}</div>
    <p class="counter__now">${ticket ? html`<span class="number">${ticket.number}</span>
      <span class=${over ? "counter__over" : ""}>${ticketState(ticket.state)} <span class="tnum">${stopwatch(spent)}</span>${over ? html` · ▲ ${_("quá mục tiêu")}` : nothing}</span>` : html`<span class="muted">–</span>`}
      ${nextAt(state, counter)}</p>
  </li>`;
}

/** An account that was locked while its officer sat there leaves the counter open. @param {import("./reduce.js").Counter} counter */
const nobody = ({ state }) => (state === "closed" ? html`<span class="muted">${_("chưa có người ngồi")}</span>`
  : html`<span class="floor__late">▲ ${_("tài khoản đã khoá, hãy đổi người")}</span>`);

/** Whom the counter would call now. @param {State} state @param {import("./reduce.js").Counter} counter */
function nextAt(state, counter) {
  const next = counter.state === "open" ? state.outlook[counter.number] : null;
  const waits = next?.ticket_id && state.tickets[next.ticket_id]?.state === "waiting";
  return waits ? html`<span class="muted small counter__next">${_("kế tiếp %(number)s", { number: next?.number ?? "" })}</span>` : nothing;
}

/** What is beyond the office's own limits, in words that say what to do. @param {State} state @param {number} now */
function exceededCard(state, now) {
  const all = exceeded(state, now);
  return html`<section class="card floor__card" data-card="exceeded"><h2>${_("Vượt ngưỡng")} <span class="muted tnum">${all.length}</span></h2>
    ${all.length ? html`<ul class="floor__exceeded">${all.map((each) => html`<li><span class="floor__late">▲</span> <span>${exceededText(each)}</span></li>`)}</ul>`
      : html`<p class="muted">${_("Không có gì vượt ngưỡng.")}</p>`}
  </section>`;
}

/** @param {State} state @param {number} now @param {Handlers} on */
function linesTable(state, now, on) {
  return html`<h2 id="lines">${_("Hàng chờ theo lĩnh vực")}</h2>
    <table class="table" aria-labelledby="lines">
      <thead><tr><th scope="col">${_("Lĩnh vực")}</th><th scope="col" class="amount">${_("Chờ")}</th><th scope="col" class="amount">${_("Lâu nhất")}</th><th scope="col">${_("Lấy số bây giờ")}</th><th scope="col" class="amount">${_("Quầy mở")}</th>${isHead(state) ? html`<th scope="col">${_("Phát số")}</th>` : nothing}</tr></thead>
      <tbody>${lines(state, now).map((line) => html`<tr data-line=${line.service.code}>
        <th scope="row"><span class="badge badge--series">${line.service.code}</span> ${named(line.service)}</th>
        <td class="amount">${line.count}</td>
        <td class="amount ${line.late ? "floor__late" : ""}">${line.count ? html`${line.late ? "▲ " : ""}${line.longest}′` : "–"}</td>
        <td class=${line.unserved ? "floor__late" : ""}>${line.unserved ? "▲ " : ""}${waitText(line.wait, line.service.help)}</td>
        <td class="amount">${line.service.gone ? line.open : html`<button class="button button--quiet floor__plan" aria-label=${_("%(open)s quầy mở. Nếu mở thêm quầy cho %(service)s?", { open: line.open, service: named(line.service) })}
          @click=${() => on.ask("plan", null, { service: line.service.code, counters: 1 })}>${line.open} <span aria-hidden="true">＋?</span></button>`}</td>
        ${isHead(state) ? stopCell(state, line.service, on) : nothing}
      </tr>`)}</tbody>
    </table>`;
}

/** @param {State} state @param {any} service @param {Handlers} on */
function stopCell(state, service, on) {
  if (service.gone) return html`<td class="floor__gone muted">${_("không nhận nữa")}</td>`;
  const stopped = service.closed_reason === "stopped";
  const action = stopped ? "release" : "stop";
  return html`<td><button class="button button--quiet floor__stop" data-do=${action} ?disabled=${!allowed(state, "service")}
    @click=${() => on.ask("service", service.code, { action })}>${stopped ? html`▲ ${_("đã ngừng")}` : service.open === false ? _("ngoài giờ") : _("đang phát")}<span class="visually-hidden">: ${named(service)}. ${actionName(action)}</span></button></td>`;
}

/** @param {State} state @param {number} now @param {Handlers} on */
function people(state, now, on) {
  const rows = found(state);
  return html`<div class="row spread floor__find"><h2 id="people">${state.filter ? _("Tìm thấy") : _("Đang chờ")} <span class="muted tnum">${_n("%(n)s số", rows.length)}</span></h2>
      <label class="row"><span>${_("Tìm số")} <span class="key" aria-hidden="true">/</span></span>
        <input class="input floor__search" id="search" type="search" autocomplete="off" .value=${state.filter} @input=${(/** @type {any} */ event) => on.filter(event.target.value)} /></label></div>
    ${rows.length ? nothing : html`<p class="muted">${state.filter ? _("Không có số nào như vậy trong phòng chờ.") : _("Không có ai chờ.")}</p>`}
    <ol class="floor__people" aria-labelledby="people">${keyedRows(rows.slice(0, SHOWN), (ticket) => ticket.id, (ticket) => ticketRow(state, ticket, now, on))}</ol>
    ${rows.length > SHOWN ? html`<p class="muted">${_n("và %(n)s số nữa: hãy tìm theo số", rows.length - SHOWN)}</p>` : nothing}`;
}

/** @param {State} state @param {import("./reduce.js").Ticket} ticket @param {number} now @param {Handlers} on */
function ticketRow(state, ticket, now, on) {
  const service = state.services[ticket.service];
  const actions = ticketActions(state, ticket);
  const minutes = minutesSince(ticket.state === "waiting" ? ticket.arrived_at : ticket.state_since, now);
  const about = [ticket.state === "waiting" ? null : ticketState(ticket.state), ticket.priority ? priorityName(ticket.priority) : null, ticket.note].filter(Boolean).join(" · ");
  const body = html`<span class="number">${ticket.number}</span><span class="person__about">${service ? named(service) : ticket.service_name}${about ? html`<span class="person__mark">${about}</span>` : nothing}</span>
    <span class="tnum person__wait">${minutesText(minutes)}</span>`;
  if (!actions.length) return html`<li class="person">${body}</li>`;
  return html`<li><button class="person person--button" ?disabled=${!allowed(state, "ticket")} @click=${() => on.ask("ticket", ticket.id, { action: actions[0], priority: ticket.priority ?? undefined })}>${body}</button></li>`;
}

/** @param {State} state @param {number} now @param {Handlers} on @param {string} heading @param {import("./reduce.js").Ticket[]} tickets */
function shortList(state, now, on, heading, tickets) {
  return html`<section class="card floor__card"><h2>${heading} <span class="muted tnum">${tickets.length}</span></h2>
    <ol>${keyedRows(tickets, (ticket) => ticket.id, (ticket) => ticketRow(state, ticket, now, on))}</ol></section>`;
}

/** @param {State} state */
function devices(state) {
  const wrong = troubled(state);
  const total = Object.values(state.devices).filter((device) => device.reports).length;
  return html`<section class="card floor__card"><h2>${_("Thiết bị")}</h2>
    ${wrong.length ? html`<ul class="floor__devices">${wrong.map((device) => html`<li data-device=${device.name}>
        <span class="badge ${device.state === "error" ? "badge--bad" : "badge--warn"}">▲ ${deviceKind(device.kind)}</span>
        <span>${device.counter ? html`${_("Quầy %(n)s", { n: device.counter })} · ` : nothing}${device.name}: ${deviceTrouble(device, state.office.timezone)}</span></li>`)}</ul>`
      : html`<p class="muted">${_n("%(n)s thiết bị đều tốt.", total)}</p>`}
  </section>`;
}

/** @param {State} state @param {Handlers} on */
function papersCard(state, on) {
  const open = papers(state);
  if (!open.length) return nothing;
  return html`<section class="card floor__card" id="papers"><h2>${_("Phiếu chưa chắc đã in")} <span class="muted tnum">${open.length}</span></h2>
    <ul class="floor__devices">${keyedRows(open, (paper) => paper.ticket_id, (paper) => html`<li>
        <span class="badge ${paper.state === "not_sent" ? "badge--bad" : "badge--warn"} tnum">▲ ${paper.number}</span>
        <span>${paperTrouble(paper)} <span class="muted tnum">${clockTime(Date.parse(paper.at), state.office.timezone)}</span></span>
        ${isHelper(state) && paper.state !== "queued" ? html`<button class="button" data-print=${paper.number} ?disabled=${!allowed(state, "ticket")} @click=${() => on.ask("ticket", paper.ticket_id, { action: "print" })}>${_("In lại phiếu")}<span class="visually-hidden"> ${paper.number}</span></button>` : nothing}</li>`)}</ul>
  </section>`;
}

/** @param {State} state @param {Handlers} on */
function noticeCard(state, on) {
  return html`<section class="card floor__card"><div class="row spread"><h2>${_("Thông báo trên bảng")}</h2>
      ${isHead(state) ? html`<button class="button" data-ask="notice" ?disabled=${!allowed(state, "notice")} @click=${() => on.ask("notice", null, { ...state.notice })}>${state.notice ? _("Sửa") : _("Viết")}<span class="visually-hidden"> ${_("thông báo")}</span></button>` : nothing}</div>
    <p class=${state.notice ? "" : "muted"}>${state.notice?.[/** @type {"vi"} */ (language())] || state.notice?.vi || _("Không có thông báo.")}</p>
  </section>`;
}
