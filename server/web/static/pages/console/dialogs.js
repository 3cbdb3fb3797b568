/** What the desk asks before a command. Pure markup. @typedef {import("./reduce.js").State} State @typedef {import("./view.js").Handlers} Handlers */
import { html, nothing } from "lit-html";

import { _, _n } from "motcua/i18n";
import { clockTime, minutesSince, named, priorityName } from "motcua/words";

import { cap, GROUPS, KEYS, NONE, options, request } from "./actions.js";
import { freeOfficers, inHand, takenHere, transferTargets } from "./select.js";

const HOLD_MINUTES = [10, 15, 30, 60];

/** @param {State} state @param {number} now @param {Handlers} on */
export function dialogView(state, now, on) {
  const dialog = state.dialog;
  if (!dialog) return nothing;
  const { heading, confirm, body } = content(state, now, on);
  const sendable = dialog.kind === "help" || request(state, dialog.kind, { dialog, now }) !== null;
  return html`<dialog class="dialog ${dialog.kind === "help" ? "dialog--keys" : ""}" aria-labelledby="dialog-heading" @cancel=${on.close} @close=${on.close}>
    <form class="stack" method="dialog" @submit=${on.submit}>
      <h2 id="dialog-heading">${heading}</h2>
      ${body}
      ${state.message?.kind === "bad" ? html`<p class="field-error" role="alert">${state.message.text}</p>` : nothing}
      <div class="dialog__actions">
        ${dialog.kind === "help" ? nothing : html`<button class="button button--quiet" type="button" @click=${on.close}>${_("Thôi")} <span class="key">Esc</span></button>`}
        <button class="button button--main" ?disabled=${!sendable || state.busy !== null}>${confirm} <span class="key">Enter</span></button>
      </div>
    </form>
  </dialog>`;
}

/** @param {State} state @param {number} now @param {Handlers} on */
function content(state, now, on) {
  const number = inHand(state)?.number ?? "";
  switch (state.dialog?.kind) {
    case "hold":
      return { heading: _("Tạm giữ số %(number)s", { number }), confirm: _("Tạm giữ"), body: html`
        ${noteChoices(state, on)} ${note(state, on, _("Lý do"))} ${holdMinutes(state, now, on)}` };
    case "transfer":
      return { heading: _("Chuyển số %(number)s", { number }), confirm: _("Chuyển"), body: transferBody(state, on) };
    case "goon":
      return { heading: _("Số %(number)s xong việc này, còn việc khác", { number }), confirm: _("Làm tiếp"), body: goOnBody(state, on) };
    case "priority":
      return { heading: _("Ưu tiên của số %(number)s", { number }), confirm: _("Ghi lại"), body: priorityBody(state, on) };
    case "handover":
      return { heading: _("Bàn giao quầy cho ai?"), confirm: _("Bàn giao"), body: handOverBody(state, on) };
    case "pause":
      return { heading: _("Tạm dừng quầy"), confirm: _("Tạm dừng"), body: html`${noteChoices(state, on)} ${note(state, on, _("Lý do"))}` };
    case "close":
      return { heading: _("Đóng quầy và rời chỗ?"), confirm: _("Đóng quầy"), body: html`<p>${_("Người đang chờ vẫn giữ số và sẽ được quầy khác gọi.")}</p>` };
    case "requeue":
      return { heading: _("Ai đã quay lại?"), confirm: _("Cho quay lại hàng"), body: html`${ticketChoices(state, now, on)}
        <p class="muted">${_("Người quay lại giữ nguyên số, được gọi sau vài người nữa.")}</p>` };
    case "call":
      return { heading: _("Gọi ngoài thứ tự"), confirm: _("Gọi"), body: html`${ticketChoices(state, now, on)}
        ${note(state, on, _("Lý do (bắt buộc, được ghi lại)"), true)}` };
    default:
      return { heading: _("Phím tắt"), confirm: _("Đã rõ"), body: help(state) };
  }
}

/** @param {State} state @param {Handlers} on */
function noteChoices(state, on) {
  return html`<div class="choices" role="group" aria-label=${_("Lý do thường gặp")}>
    ${options(state).values.map((text, i) => choice(i, state.dialog?.note === text, () => on.edit({ note: text }), html`<span>${text}</span>`))}
  </div>`;
}

/** @param {number} index @param {boolean} chosen @param {() => void} choose @param {unknown} body */
function choice(index, chosen, choose, body) {
  return html`<button type="button" class="choice" aria-pressed=${chosen ? "true" : "false"} @click=${choose}>
    ${index < 9 ? html`<span class="key" aria-hidden="true">${index + 1}</span>` : nothing} ${body}
  </button>`;
}

/** @param {State} state @param {Handlers} on @param {string} label @param {boolean} [required] */
function note(state, on, label, required = false) {
  return html`<label class="field"><span>${label}</span>
    <input class="input" name="note" maxlength="200" autocomplete="off" .value=${state.dialog?.note ?? ""} ?required=${required}
      @input=${(/** @type {any} */ event) => on.edit({ note: event.target.value })} />
  </label>`;
}

/** @param {State} state @param {number} now @param {Handlers} on */
function holdMinutes(state, now, on) {
  const at = (/** @type {number} */ minutes) => clockTime(now + minutes * 60000, state.office?.timezone);
  return html`<label class="field"><span>${_("Hẹn quay lại")}</span>
    <select class="input" @change=${(/** @type {any} */ event) => on.edit({ minutes: Number(event.target.value) || null })}>
      <option value="" ?selected=${!state.dialog?.minutes}>${_("Không hẹn giờ")}</option>
      ${HOLD_MINUTES.map((minutes) => html`<option value=${minutes} ?selected=${state.dialog?.minutes === minutes}>
        ${_("sau %(minutes)s phút (%(time)s)", { minutes, time: at(minutes) })}</option>`)}
    </select>
  </label>`;
}

/** @param {State} state @param {Handlers} on */
function transferBody(state, on) {
  const { services, counters, officers } = transferTargets(state);
  const shown = options(state).values;
  return html`
    ${services.length > 9 ? html`<label class="field"><span>${_("Tìm lĩnh vực")}</span>
      <input class="input" .value=${state.dialog?.filter ?? ""} @input=${(/** @type {any} */ event) => on.edit({ filter: event.target.value, choice: null })} /></label>` : nothing}
    <div class="choices choices--scroll" role="group" aria-label=${_("Lĩnh vực")}>
      ${shown.map((code, i) => choice(i, state.dialog?.choice === code, () => on.edit({ choice: state.dialog?.choice === code ? null : code }),
        html`<span class="badge badge--series">${code}</span><span>${named(state.services[code])}</span>`))}
    </div>
    <div class="dialog__pair">
      ${select(_("Đến quầy"), counters.map((each) => [String(each.number), named(each)]), state.dialog?.counter, (value) => on.edit({ counter: Number(value) || null, officer: null }))}
      ${select(_("Hoặc đến cán bộ"), officers.map((each) => [each.id, each.name]), state.dialog?.officer, (value) => on.edit({ officer: value || null, counter: null }))}
    </div>
    ${note(state, on, _("Ghi chú cho người nhận"))}
  `;
}

/** @param {State} state @param {Handlers} on */
function goOnBody(state, on) {
  const chosen = state.dialog?.choice ?? null;
  const here = takenHere(state, chosen);
  return html`
    <div class="choices choices--scroll" role="group" aria-label=${_("Lĩnh vực tiếp theo")}>
      ${options(state).values.map((code, i) => choice(i, chosen === code, () => on.edit({ choice: code }),
        html`<span class="badge badge--series">${code}</span><span>${named(state.services[code])}</span>
          ${takenHere(state, code) ? html`<span class="choice__end muted">${_("quầy này nhận")}</span>` : nothing}`))}
    </div>
    <label class="form-check"><input type="checkbox" name="here" .checked=${here && (state.dialog?.here ?? true)} ?disabled=${!here}
      @change=${(/** @type {any} */ event) => on.edit({ here: event.target.checked })} /> <span>${_("Làm luôn tại quầy này")}</span></label>
    <p class="muted">${_("Việc vừa xong được tính một lượt và mở đánh giá. Số và giờ đến giữ nguyên.")}</p>
    ${note(state, on, _("Ghi chú cho người nhận"))}
  `;
}

/** @param {State} state @param {Handlers} on */
function handOverBody(state, on) {
  const number = inHand(state)?.number;
  return html`
    <div class="choices choices--scroll" role="group" aria-label=${_("Cán bộ chưa ngồi quầy nào")}>
      ${freeOfficers(state).map((officer, i) => choice(i, state.dialog?.choice === officer.id, () => on.edit({ choice: officer.id }), html`<span>${officer.name}</span>`))}
    </div>
    ${number ? html`<p class="muted">${_("Số %(number)s ở lại quầy và do người nhận phục vụ tiếp.", { number })}</p>` : nothing}
    ${note(state, on, _("Lý do (được ghi lại)"))}
  `;
}

/** What staff have seen counts, not what was touched at the kiosk. @param {State} state @param {Handlers} on */
function priorityBody(state, on) {
  return html`
    <div class="choices" role="group" aria-label=${_("Diện ưu tiên")}>
      ${[...GROUPS, NONE].map((group, i) => choice(i, state.dialog?.choice === group, () => on.edit({ choice: group }), html`<span>${group === NONE ? _("Không ưu tiên") : priorityName(group)}</span>`))}
    </div>
    ${note(state, on, _("Lý do (được ghi lại)"))}
  `;
}

/** @param {string} label @param {string[][]} entries @param {string | number | null | undefined} value @param {(value: string) => void} change */
function select(label, entries, value, change) {
  return html`<label class="field"><span>${label}</span>
    <select class="input" @change=${(/** @type {any} */ event) => change(event.target.value)}>
      <option value="" ?selected=${!value}>${_("Bất kỳ")}</option>
      ${entries.map(([key, text]) => html`<option value=${key} ?selected=${String(value ?? "") === key}>${text}</option>`)}
    </select>
  </label>`;
}

/** @param {State} state @param {number} now @param {Handlers} on */
function ticketChoices(state, now, on) {
  return html`<div class="choices choices--scroll" role="group" aria-label=${_("Số")}>
    ${options(state).values.map((id, i) => {
      const ticket = state.tickets[id];
      return choice(i, state.dialog?.choice === id, () => on.edit({ choice: id }), html`
        <span class="number">${ticket.number}</span>
        <span>${ticket.service_name}${ticket.priority ? html` · ${priorityName(ticket.priority)}` : nothing}</span>
        <span class="choice__end muted">${_n("%(n)s phút", minutesSince(ticket.arrived_at, now))}</span>`);
    })}
  </div>`;
}

/** @param {State} state */
function help(state) {
  /** @type {[string, string][]} */
  const rows = [
    ["next", _("Gọi số tiếp theo; khi đang phục vụ: kết thúc rồi gọi tiếp")],
    ["start", _("Người dân đã đến: bắt đầu phục vụ")],
    ["recall", _("Gọi lại số vừa gọi")],
    ["finish", _("Kết thúc; màn hình đánh giá mở %(n)s giây", { n: state.office?.rating?.window_s ?? 30 })],
    ["absent", _("Không ai đến: gọi lại cho đủ số lần, sau đó báo vắng")],
    ["hold", _("Tạm giữ, ví dụ chờ bổ sung bản sao")],
    ["goon", _("Xong việc này, làm tiếp việc khác của cùng người dân")],
    ["transfer", _("Chuyển sang lĩnh vực, quầy hoặc cán bộ khác; giữ số và giờ đến")],
    ["requeue", _("Người vắng đã quay lại")],
    ["call", _("Gọi ngoài thứ tự, có ghi lý do")],
    ["pause", _("Tạm dừng quầy")],
    ["open", _("Mở lại quầy sau khi tạm dừng")],
    ["papers", _("Chọn thủ tục để xem giấy tờ, lệ phí, thời hạn")],
    ["priority", _("Sửa diện ưu tiên sau khi xem giấy tờ (được ghi lại)")],
    ["handover", _("Bàn giao quầy và người đang phục vụ cho đồng nghiệp")],
    ["close", _("Đóng quầy")],
    ["small", _("Cửa sổ nhỏ, nằm trên các chương trình khác")],
  ];
  return html`<dl class="help">
    ${rows.filter(([action]) => action in KEYS).map(([action, text]) => html`<dt><span class="key">${cap(action)}</span></dt><dd>${text}</dd>`)}
    <dt><span class="key">1</span>–<span class="key">9</span></dt><dd>${_("Gọi lại số đang tạm giữ; trong hộp thoại: chọn dòng")}</dd>
  </dl>`;
}
