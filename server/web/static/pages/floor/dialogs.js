/** What the floor asks before a command. Pure. @typedef {import("./reduce.js").State} State @typedef {import("./view.js").Handlers} Handlers */
import { html, nothing } from "lit-html";

import { formView, setAt } from "motcua/form";
import { _ } from "motcua/i18n";
import { named } from "motcua/words";

import { actionName, counterActions, fields, request, ticketActions } from "./actions.js";
import { planCounters, planText, ticketState } from "./words.js";

/** @param {State} state @param {Handlers} on */
export function dialogView(state, on) {
  const dialog = state.dialog;
  if (!dialog) return nothing;
  const { heading, confirm, actions } = content(state);
  /** @type {import("motcua/form").Form} */
  const form = { value: dialog.value, faults: {}, change: (path, value) => on.edit(setAt(dialog.value, path, value)) };
  return html`<dialog class="dialog" aria-labelledby="dialog-heading" @cancel=${on.close} @close=${on.close}>
    <form class="stack" method="dialog" novalidate @submit=${on.submit}>
      <h2 id="dialog-heading">${heading}</h2>
      ${actions.length ? html`<div class="row" role="group" aria-label=${_("Việc cần làm")}>${actions.map((action) => html`
        <button type="button" class="choice floor-choice" data-do=${action} aria-pressed=${dialog.value.action === action ? "true" : "false"}
          @click=${() => on.edit({ ...dialog.value, action })}>${actionName(action)}</button>`)}</div>` : nothing}
      ${formView(fields(state), form)}
      ${dialog.value.action === "requeue" ? html`<p class="muted">${_("Người quay lại giữ nguyên số, được gọi sau vài người nữa.")}</p>` : nothing}
      ${dialog.value.action === "close" ? html`<p class="muted">${_("Người đang chờ vẫn giữ số. Cán bộ có thể mở quầy khác ngay sau đó.")}</p>` : nothing}
      ${dialog.value.action === "assign" ? html`<p class="muted">${_("Quầy mà cán bộ rời đi được đóng. Không chuyển được khi đang phục vụ người dân.")}</p>` : nothing}
      ${dialog.value.action === "stop" ? html`<p class="muted">${_("Chỉ trong hôm nay. Ai đã có số vẫn được phục vụ.")}</p>` : nothing}
      ${dialog.value.action === "release" ? html`<p class="muted">${_("Đang ngừng: %(why)s", { why: state.services[dialog.id ?? ""]?.stopped_why ?? "" })}</p>` : nothing}
      ${state.plan ? html`<div class="banner banner--done" role="status"><strong>${planText(state)}</strong> <span>${planCounters(state)}</span></div>` : nothing}
      ${state.message?.kind === "bad" ? html`<p class="field-error" role="alert">${state.message.text}</p>` : nothing}
      <div class="dialog__actions">
        <button class="button button--quiet" type="button" @click=${on.close}>${dialog.kind === "plan" ? _("Đóng") : _("Thôi")} <span class="key" aria-hidden="true">Esc</span></button>
        <button class="button button--main" ?disabled=${!request(state) || state.busy !== null}>${confirm}</button>
      </div>
    </form>
  </dialog>`;
}

/** @param {State} state @returns {{heading: string, confirm: string, actions: string[]}} */
function content(state) {
  const dialog = /** @type {import("./reduce.js").Dialog} */ (state.dialog);
  switch (dialog.kind) {
    case "issue": return { heading: _("Phát số giúp người dân"), confirm: _("Phát số"), actions: [] };
    case "notice": return { heading: _("Thông báo trên bảng"), confirm: _("Hiện thông báo"), actions: [] };
    case "plan": return { heading: _("Nếu mở thêm quầy?"), confirm: _("Tính"), actions: [] };
    case "counter": {
      const counter = state.counters[Number(dialog.id)];
      const heading = counter?.officer ? `${named(counter)} · ${counter.officer.name}` : counter ? named(counter) : "";
      return { heading, confirm: actionName(dialog.value.action), actions: counterActions(counter) };
    }
    case "service": {
      const service = state.services[dialog.id ?? ""];
      return { heading: service ? named(service) : "", confirm: actionName(dialog.value.action), actions: [] };
    }
    default: {
      const ticket = state.tickets[dialog.id ?? ""];
      const heading = ticket ? _("Số %(number)s · %(state)s", { number: ticket.number, state: ticketState(ticket.state) }) : "";
      return { heading, confirm: actionName(dialog.value.action), actions: ticket ? ticketActions(state, ticket) : [] };
    }
  }
}
