/** Sections that are not only a form: people, devices, files, the log, one's own account. Pure. @typedef {import("./reduce.js").State} State @typedef {import("./view.js").Handlers} Handlers */
import { html, nothing } from "lit-html";

import { formView, setAt, windowsText } from "motcua/form";
import { _, _n } from "motcua/i18n";

import { initials } from "motcua/words";

import { dateText, kindOptions, previewAddress, roleOptions } from "./sections.js";

const AROUND = 2;
/** @param {State} state */
const mayWrite = (state) => state.me?.roles.includes("admin") ?? false;
/** @param {[string, string][]} options @param {string} key */
const nameOf = (options, key) => options.find(([each]) => each === key)?.[1] ?? key;

/** @param {State} state @param {Handlers} on */
export function peopleView(state, on) {
  return html`${mayWrite(state) ? html`<p><button class="button" data-do="add-person" @click=${() => on.ask("person", null)}>+ ${_("Thêm người")}</button></p>` : nothing}
    <table class="table"><thead><tr><th scope="col">${_("Họ và tên")}</th><th scope="col">${_("Tên đăng nhập")}</th><th scope="col">${_("Vai trò")}</th><th scope="col">${_("Trạng thái")}</th><th scope="col"><span class="visually-hidden">${_("Thao tác")}</span></th></tr></thead>
    <tbody>${state.staff.map((person) => html`<tr data-person=${person.username}>
      <th scope="row"><span class="row admin__person">${person.photo ? html`<img class="admin__face" src=${person.photo} alt="" width="40" height="40" />` : html`<span class="admin__face" aria-hidden="true">${initials(person.name)}</span>`} ${person.name}</span></th><td>${person.username}</td><td>${person.roles.map((/** @type {string} */ role) => nameOf(roleOptions(), role)).join(", ") || "–"}</td>
      <td>${person.active ? html`<span class="badge badge--done">${_("hoạt động")}</span>` : html`<span class="badge badge--bad">${_("đã khoá")}</span>`}
        ${person.second_factor ? html`<span class="badge badge--info">${_("hai lớp")}</span>` : nothing}</td>
      <td class="amount">${mayWrite(state) ? html`<button class="button" @click=${() => on.ask("person", person)}>${_("Sửa")}<span class="visually-hidden"> ${person.name}</span></button>` : nothing}</td></tr>`)}</tbody></table>`;
}

/** The photograph that citizens see at the counter and on the rating screen. @param {State} state @param {Handlers} on */
export function photoView(state, on) {
  const person = state.staff.find((each) => each.id === state.dialog?.id);
  if (!person) return nothing;
  return html`<div class="row admin__photo">
    ${person.photo ? html`<img class="admin__face admin__face--large" src=${person.photo} alt=${_("Ảnh của %(name)s", { name: person.name })} width="96" height="96" />` : nothing}
    <label class="field"><span>${_("Ảnh chân dung")}</span>
      <input class="input" type="file" accept="image/jpeg,image/png,image/webp" @change=${on.photoChosen} />
      <span class="field-hint">${_("JPEG, PNG hoặc WebP, đến 8 MB. Ảnh được cắt vuông và bỏ mọi thông tin máy ảnh ghi kèm.")}</span></label>
    ${person.photo ? html`<button type="button" class="button" data-do="remove-photo" @click=${on.removePhoto}>${_("Bỏ ảnh")}</button>` : nothing}
  </div>`;
}

/** @param {State} state @param {Handlers} on */
export function devicesView(state, on) {
  const pairings = { paired: _("đã ghép"), none: _("chưa ghép"), revoked: _("đã thu hồi") };
  const states = { ok: _("tốt"), warning: _("cần xem"), error: _("lỗi"), offline: _("không liên lạc") };
  return html`${mayWrite(state) ? html`<p><button class="button" data-do="add-device" @click=${() => on.ask("device", null)}>+ ${_("Thêm thiết bị")}</button></p>` : nothing}
    <p class="muted">${_("Máy lấy số, bảng đánh giá và máy trạm được ghép bằng mã một lần. Máy in, bảng LED, bàn phím nối vào máy trạm nên không cần mã.")}</p>
    <table class="table"><thead><tr><th scope="col">${_("Thiết bị")}</th><th scope="col">${_("Loại")}</th><th scope="col">${_("Quầy")}</th><th scope="col">${_("Trạng thái")}</th><th scope="col"><span class="visually-hidden">${_("Thao tác")}</span></th></tr></thead>
    <tbody>${state.devices.map((device) => html`<tr data-device=${device.name}>
      <th scope="row">${device.name}</th><td>${nameOf(kindOptions(), device.kind)}</td><td>${device.counter ?? "–"}</td>
      <td>${device.agent ? nothing : html`<span class="badge ${device.pairing === "paired" ? "badge--done" : "badge--warn"}">${pairings[/** @type {"paired"} */ (device.pairing)]}</span>`}
        ${device.reports ? html`<span class="badge ${device.state === "ok" ? "badge--done" : "badge--warn"}">${states[/** @type {"ok"} */ (device.state)]}</span>` : nothing}
        ${device.code_until ? html`<span class="badge badge--info">${_("đang chờ gõ mã")}</span>` : nothing}</td>
      <td><span class="row admin__do">${mayWrite(state) ? deviceButtons(device, on) : nothing}</span></td></tr>`)}</tbody></table>`;
}

/** @param {any} device @param {Handlers} on */
function deviceButtons(device, on) {
  const whose = html`<span class="visually-hidden"> ${device.name}</span>`;
  return html`<button class="button" @click=${() => on.ask("device", device)}>${_("Sửa")}${whose}</button>
    ${device.agent ? nothing : html`<button class="button" data-do="pair" @click=${() => on.pair(device)}>${device.pairing === "paired" ? _("Ghép lại") : _("Mã ghép")}${whose}</button>`}
    ${device.pairing === "paired" ? html`<button class="button" data-do="revoke" @click=${() => on.revoke(device)}>${_("Thu hồi")}${whose}</button>` : nothing}`;
}

/** @param {State} state @param {Handlers} on */
export function holidaysView(state, on) {
  const proposal = state.holidays;
  const year = proposal?.year ?? new Date().getFullYear();
  const culture = proposal?.culture_day ?? false;
  const fresh = proposal?.days.filter((/** @type {any} */ day) => !state.draft.days.some((/** @type {any} */ each) => each.date === day.date)) ?? [];
  return html`<section class="card stack" aria-labelledby="holidays"><h2 id="holidays">${_("Lấy ngày nghỉ lễ của một năm")}</h2>
    <p class="muted">${_("Danh sách gợi ý từ gói holidays; hãy so với thông báo của cơ quan rồi mới đưa vào lịch. Ngày đã có trong lịch được giữ nguyên.")}</p>
    <div class="row"><label class="row"><span>${_("Năm")}</span><input class="input admin__year" id="holiday-year" inputmode="numeric" .value=${String(year)} @change=${(/** @type {any} */ event) => on.propose(Number(event.target.value), culture)} /></label>
      <label class="form-check"><input type="checkbox" .checked=${culture} @change=${(/** @type {any} */ event) => on.propose(year, event.target.checked)} /><span>${_("Tính ngày 24/11 là ngày nghỉ")}</span></label>
      <button class="button" data-do="propose" @click=${() => on.propose(year, culture)}>${_("Xem trước")}</button></div>
    ${proposal ? html`<table class="table"><thead><tr><th scope="col">${_("Ngày")}</th><th scope="col">${_("Lý do")}</th><th scope="col">${_("Giờ phát số")}</th><th scope="col">${_("Trong lịch")}</th></tr></thead>
      <tbody>${proposal.days.map((/** @type {any} */ day) => html`<tr><th scope="row">${dateText(day.date)}</th><td>${day.name || _("ngày làm bù")}</td>
        <td>${day.windows.length ? windowsText(day.windows) : _("nghỉ")}</td><td>${fresh.includes(day) ? _("sẽ thêm") : _("đã có")}</td></tr>`)}</tbody></table>
      <button class="button" data-do="take-holidays" ?disabled=${!fresh.length} @click=${on.takeHolidays}>${_n("Đưa %(n)s ngày vào lịch", fresh.length)}</button>` : nothing}
  </section>`;
}

/** Each layout with the hall as it is now, on a screen that lies and on one that stands. @param {State} state */
export function boardsView(state) {
  const boards = state.draft.boards ?? [];
  if (!boards.length) return html`<p class="muted">${_("Chưa có kiểu bảng nào: mọi màn hình hiện cả phòng chờ.")}</p>`;
  return html`<section class="stack" aria-labelledby="previews"><h2 id="previews">${_("Xem thử bảng")}</h2>
    ${boards.map((/** @type {any} */ board) => {
      const address = previewAddress(state.office, board);
      return html`<figure class="card stack admin__preview" data-board=${board.code}><figcaption class="row spread"><strong>${board.name}</strong>
          <a href=${address} target="_blank" rel="noopener">${_("Mở toàn màn hình")}<span class="visually-hidden">: ${board.name}</span></a></figcaption>
        <span class="row"><iframe class="admin__wide" loading="lazy" src=${address} title=${_("%(name)s, màn hình ngang", { name: board.name })}></iframe>
        <iframe class="admin__tall" loading="lazy" src=${address} title=${_("%(name)s, màn hình dọc", { name: board.name })}></iframe></span></figure>`;
    })}</section>`;
}

/** @param {State} state @param {Handlers} on */
export function fileView(state, on) {
  const file = state.file ?? { text: "", faults: [], changes: null };
  return html`<section class="card stack"><h2>${_("Xuất")}</h2><p>${_("Toàn bộ cấu hình của đơn vị trong một tệp đọc được: sao lưu, đem sang máy khác, gửi nhờ xem.")}</p>
      <p><a class="button" download="${state.office}.yaml" href="/api/v1/offices/${state.office}/config?format=yaml">${_("Tải tệp về")}</a></p></section>
    ${mayWrite(state) ? html`<section class="card stack"><h2>${_("Nhập")}</h2><p>${_("Thay cả cấu hình bằng tệp này. Có một lỗi thì không thay đổi gì.")}</p>
      <label class="field"><span>${_("Chọn tệp")}</span><input class="input" type="file" accept=".yaml,.yml,.json" @change=${on.fileChosen} /></label>
      <label class="field"><span>${_("Hoặc dán nội dung")}</span><textarea class="input admin__file" id="file-text" rows="10" spellcheck="false" .value=${file.text} @input=${(/** @type {any} */ event) => on.fileText(event.target.value)}></textarea></label>
      ${file.faults.length ? html`<div role="alert"><h3>${_n("%(n)s lỗi, chưa thay đổi gì", file.faults.length)}</h3><ol class="admin__faults">${file.faults.map((fault) => faultView(fault, file.text))}</ol></div>` : nothing}
      ${file.changes ? changesView(file.changes) : nothing}
      <div class="row"><button class="button" data-do="try-file" ?disabled=${!file.text.trim() || state.busy !== null} @click=${on.tryFile}>${_("Kiểm tra, chưa thay đổi")}</button>
        <button class="button button--main" data-do="put-file" ?disabled=${!file.text.trim() || state.busy !== null} @click=${on.putFile}>${_("Nhập tệp")}</button></div></section>` : nothing}`;
}

const MOST_CHANGES = 200;

/** What the file would change. @param {{path: string, before: any, after: any}[]} changes */
function changesView(changes) {
  if (!changes.length) return html`<p class="banner banner--done" role="status">${_("Tệp đúng và giống hệt cấu hình đang dùng.")}</p>`;
  const text = (/** @type {any} */ value) => (value === undefined || value === null ? "–" : typeof value === "object" ? JSON.stringify(value) : String(value));
  return html`<div role="status"><h3>${_n("Tệp đúng; %(n)s chỗ sẽ thay đổi", changes.length)}</h3>
    <table class="table admin__changes"><thead><tr><th scope="col">${_("Mục")}</th><th scope="col">${_("Đang là")}</th><th scope="col">${_("Sẽ là")}</th></tr></thead>
    <tbody>${changes.slice(0, MOST_CHANGES).map((each) => html`<tr><th scope="row"><code>${each.path}</code></th><td>${text(each.before)}</td><td>${text(each.after)}</td></tr>`)}</tbody></table></div>`;
}

/** A fault with its line and those around it. @param {any} fault @param {string} text */
function faultView(fault, text) {
  const lines = text.split("\n");
  const at = fault.line ?? 0;
  const from = Math.max(1, at - AROUND);
  const shown = at ? lines.slice(from - 1, at + AROUND).map((line, i) => `${from + i === at ? "▶" : " "} ${String(from + i).padStart(4)}  ${line}`).join("\n") : "";
  return html`<li><p><strong>${at ? _("Dòng %(line)s", { line: at }) : _("Cả tệp")}</strong>${fault.path ? html` · <code>${fault.path}</code>` : nothing}: ${fault.reason}</p>${shown ? html`<pre class="admin__lines">${shown}</pre>` : nothing}</li>`;
}

/** @param {State} state @param {Handlers} on */
export function accountView(state, on) {
  const { step, qr, secret, codes, value } = state.account;
  const form = { value, faults: {}, change: (/** @type {any} */ path, /** @type {any} */ next) => on.account({ value: setAt(value, path, next) }) };
  return html`<section class="card stack"><h2>${_("Đổi mật khẩu")}</h2>
      ${formView([{ key: "current", type: "password", label: _("Mật khẩu hiện tại") }, { key: "new", type: "password", label: _("Mật khẩu mới"), hint: _("Ít nhất 8 ký tự. Các nơi khác đang đăng nhập sẽ bị đăng xuất.") }], form)}
      <button class="button" data-do="password" ?disabled=${!value.current || !value.new} @click=${() => on.accountDo("password")}>${_("Đổi mật khẩu")}</button></section>
    <section class="card stack"><h2>${_("Xác thực hai lớp")}</h2>
      ${step === "none" ? html`<p>${_("Khi đăng nhập cần thêm mã 6 số từ điện thoại. Nên bật cho tài khoản quản trị.")}</p><button class="button" data-do="begin" @click=${() => on.accountDo("begin")}>${_("Bắt đầu cài đặt")}</button>` : nothing}
      ${step === "begun" ? html`<p>${_("Quét mã bằng ứng dụng xác thực trên điện thoại, rồi gõ mã 6 số mà ứng dụng hiện.")}</p>
        <img class="admin__qr" alt=${_("Mã QR để cài đặt xác thực hai lớp")} src="data:image/svg+xml;utf8,${encodeURIComponent(qr ?? "")}" />
        <p>${_("Không quét được thì gõ khoá này:")} <code>${secret}</code></p>
        ${formView([{ key: "code", type: "text", label: _("Mã 6 số") }], form)}
        <button class="button button--main" data-do="confirm" ?disabled=${!value.code} @click=${() => on.accountDo("confirm")}>${_("Bật xác thực hai lớp")}</button>` : nothing}
      ${step === "on" ? html`<p class="banner banner--done" role="status">${_("Đã bật. In hoặc chép lại các mã khôi phục: mỗi mã dùng một lần khi mất điện thoại, và không hiện lại nữa.")}</p>
        <ul class="admin__codes">${(codes ?? []).map((code) => html`<li class="number">${code}</li>`)}</ul>` : nothing}
    </section>`;
}
