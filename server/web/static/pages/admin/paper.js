/** The paper beside the form that changes it, drawn by what draws the paper. Pure. @typedef {import("./reduce.js").State} State @typedef {import("./view.js").Handlers} Handlers */
import { html } from "lit-html";

import { plain } from "motcua/form";
import { _ } from "motcua/i18n";

/** @typedef {{paper: "58" | "80", language: "vi" | "en", service: string, priority: boolean}} Sample */

/** Where the picture of the draft's paper is. @param {State} state */
export function paperAddress({ office, draft, sample }) {
  const { heading, qr_hint, footer, show } = plain(draft.ticket ?? {});
  const named = (/** @type {any} */ names) => (names?.vi ? names : undefined);
  const ticket = { heading: named(heading), qr_hint: named(qr_hint), footer: named(footer), show };
  const words = { ticket: JSON.stringify(ticket), paper: sample.paper, language: sample.language, service: sample.service, priority: sample.priority ? "1" : "" };
  return `/api/v1/offices/${encodeURIComponent(office)}/ticket/preview?${new URLSearchParams(words)}`;
}

/** @param {State} state @param {Handlers} on */
export function paperView(state, on) {
  const { sample } = state;
  const pick = (/** @type {keyof Sample} */ key, /** @type {string} */ label, /** @type {[string, string][]} */ options) => html`<label class="field"><span>${label}</span>
    <select class="input" @change=${(/** @type {any} */ event) => on.sample({ [key]: event.target.value })}>
      ${options.map(([value, text]) => html`<option value=${value} ?selected=${sample[key] === value}>${text}</option>`)}</select></label>`;
  return html`<section class="card stack" aria-labelledby="paper"><h2 id="paper">${_("Xem trước phiếu")}</h2>
    <div class="row admin__sample">
      ${pick("paper", _("Khổ giấy"), [["80", "80 mm"], ["58", "58 mm"]])} ${pick("language", _("Ngôn ngữ"), [["vi", "Tiếng Việt"], ["en", "English"]])}
      ${pick("service", _("Lĩnh vực"), [["", "–"], ...state.saved.services.map((/** @type {any} */ each) => /** @type {[string, string]} */ ([each.code, `${each.code} · ${each.names.vi}`]))])}
      <label class="form-check"><input type="checkbox" .checked=${sample.priority} @change=${(/** @type {any} */ event) => on.sample({ priority: event.target.checked })} /> <span>${_("có ưu tiên")}</span></label>
    </div>
    <p><img class="admin__paper" src=${paperAddress(state)} alt=${_("Phiếu số khi in ra, khổ %(mm)s mm", { mm: sample.paper })} /></p>
    <p class="muted small">${_("Vẽ bằng chính phần mềm in phiếu: từng chấm như trên giấy.")}</p>
  </section>`;
}
