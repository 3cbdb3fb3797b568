/**
 * What staff see at the kiosk: a code, and behind it the settings of this machine.
 *
 * @typedef {import("./state.js").State} State
 * @typedef {import("./view.js").Act} Act
 * @typedef {import("./staffing.js").Staff} Staff
 * @typedef {import("./staffing.js").Status} Status
 */
import { html, nothing } from "lit-html";

import { _, _n } from "motcua/i18n";
import { clock, stopReason } from "./say.js";
import { shape } from "./layout.js";
import { CELLS } from "./staffing.js";

const REASONS = ["paper", "printer", "cleaning", "repair", "other"];

/** Small and in its place, on a kiosk that has a runtime of its own. @param {State} state @param {Act} act */
export function staffDoor(state, act) {
  if (!state.office?.kiosk?.staff) return nothing;
  return html`<button class="button button--touch staff-door" aria-label=${_("Dành cho nhân viên")} @click=${() => act({ type: "staff_open" })}>
    <span aria-hidden="true">⋯</span>
  </button>`;
}

/** @param {State} state @param {Act} act */
export function codeScreen(state, act) {
  const { staff } = state;
  if (!staff) return { heading: nothing, body: nothing };
  if (!state.office?.kiosk?.staff?.code_set) return unset();
  const wait = Math.max(0, Math.ceil((staff.waitsUntil - state.now) / 1000));
  const typed = _n("Đã gõ %(n)s chữ số", staff.digits.length);
  return {
    heading: html`<div class="heading__words">
      <h1 tabindex="-1">${_("Mã nhân viên")}</h1>
      <p class="query"><span class="visually-hidden" role="status">${typed}</span><span aria-hidden="true">${"●".repeat(staff.digits.length)}</span><span class="caret" aria-hidden="true"></span></p>
      <p class=${staff.said || wait ? "staff-said" : "muted"} role="status">${wait ? _n("Mã chưa đúng. Thử lại sau %(n)s giây.", wait) : staff.said?.text ?? _("Do người quản trị đặt cho máy này")}</p>
    </div>`,
    body: html`<div class="pad" role="group" aria-label=${_("Bàn phím số")}>
      ${[..."123456789"].map((digit) => key(digit, act))}
      <button class="button pad__key" aria-label=${_("Xóa chữ cuối")} @click=${() => act({ type: "staff_digit", digit: "delete" })}>⌫</button>
      ${key("0", act)}
      <button class="button button--main pad__key" ?disabled=${!staff.digits || wait > 0 || staff.asked !== null} @click=${() => act({ type: "staff_ask", path: "open" })}>${_("Mở")}</button>
    </div>`,
  };
}

/** @param {string} digit @param {Act} act */
function key(digit, act) {
  return html`<button class="button pad__key tnum" @click=${() => act({ type: "staff_digit", digit })}>${digit}</button>`;
}

/** No code, no way in: not even one that everybody knows. */
function unset() {
  return {
    heading: html`<h1 tabindex="-1">${_("Máy này chưa có mã nhân viên")}</h1>`,
    body: html`<div class="message">
      <p>${_("Người quản trị đặt mã ở trang Quản trị → Thiết bị → máy lấy số này → Sửa. Khi máy kết nối được với máy chủ, mã dùng được sau vài giây.")}</p>
    </div>`,
  };
}

/** @param {State} state @param {Act} act */
export function settingsScreen(state, act) {
  const { staff } = state;
  if (!staff?.status) return { heading: nothing, body: nothing };
  const stopping = staff.part === "stop";
  return {
    heading: html`<div class="heading__words">
      <h1 tabindex="-1">${stopping ? _("Vì sao ngừng phát số tại máy này?") : _("Cài đặt máy này")}</h1>
      ${stopping ? nothing : facts(state, staff.status)}
      <p class="staff-said" role="status">${words(staff)}</p>
    </div>`,
    body: html`<div class="settings">${stopping ? reasons(act) : tiles(state, staff, staff.status, act)}</div>`,
  };
}

/** @param {State} state @param {Status} status */
function facts(state, status) {
  const since = status.offline_since ? clock(Date.parse(status.offline_since), state.office?.timezone ?? "UTC") : "";
  const server = status.online ? _("kết nối tốt") : since ? _("mất kết nối từ %(time)s", { time: since }) : _("mất kết nối");
  return html`<dl class="staff-facts">
    <div><dt>${_("Phiên bản")}</dt><dd class="tnum">${status.version}</dd></div>
    <div><dt>${_("Máy chủ")}</dt><dd>${server}</dd></div>
    <div><dt>${_("Chưa gửi về")}</dt><dd class="tnum">${_n("%(n)s số", status.undelivered)}</dd></div>
    ${status.refused ? html`<div><dt>${_("Máy chủ không nhận")}</dt><dd class="tnum">${_n("%(n)s số", status.refused)}</dd></div>` : nothing}
    <div><dt>${_("Số dự phòng hôm nay")}</dt><dd class="tnum">${inStore(status.numbers_left)}</dd></div>
  </dl>`;
}

/** All together, and the field that will be the first without. @param {{[service: string]: number}} left */
function inStore(left) {
  const [least, ...others] = Object.entries(left).sort(([, a], [, b]) => a - b);
  if (!least) return _n("%(n)s số", 0);
  const total = others.reduce((sum, [, count]) => sum + count, least[1]);
  return `${_n("%(n)s số", total)} · ${_("ít nhất: %(service)s còn %(count)s", { service: least[0], count: least[1] })}`;
}

/** @param {Staff} staff */
function words(staff) {
  if (staff.asked?.path === "test-print") return _("Đang in phiếu thử…");
  if (staff.said) return staff.said.text;
  if (!staff.test) return "";
  if (staff.test === "printed") return _("Phiếu thử đã in xong. Hãy xem các dấu có rõ không.");
  return staff.test === "not_sent" ? _("Phiếu thử không in được: xem giấy, nắp và dây của máy in.") : _("Không rõ phiếu thử đã in chưa: xem khay giấy.");
}

/** @param {State} state @param {Staff} staff @param {Status} status @param {Act} act */
function tiles(state, staff, { settings, stopped }, act) {
  const set = (/** @type {{[name: string]: unknown}} */ wanted) => () => act({ type: "staff_ask", path: "settings", body: { settings: wanted } });
  const now = settings.language ?? state.defaultLanguage;
  const next = state.languages[(state.languages.indexOf(now) + 1) % state.languages.length];
  return html`
    ${tile(_("Bố cục"), settings.low ? _("Thấp, cho người ngồi xe lăn") : _("Bình thường"), set({ low: !settings.low }))}
    ${tile(_("Ngôn ngữ ban đầu"), nameOf(now), set({ language: next }))}
    ${tile(_("Tiếng đọc màn hình"), settings.sound ? _("Bật") : _("Tắt"), set({ sound: !settings.sound }))}
    ${tile(_("Thử màn hình"), _("Chạm đủ mọi chỗ"), () => act({ type: "staff_touches" }))}
    ${state.office?.kiosk?.staff?.prints ? tile(_("In phiếu thử"), _("Xem giấy và dấu chữ"), () => act({ type: "staff_ask", path: "test-print" }), staff.asked !== null) : nothing}
    ${tile(_("Tải lại trang"), _("Khi màn hình hiện lạ"), () => act({ type: "staff_ask", path: "reload" }))}
    ${stopped
      ? tile(_("Phát số trở lại"), _("Đang ngừng: %(why)s", { why: stopReason(stopped.reason) }), () => act({ type: "staff_ask", path: "release" }))
      : tile(_("Ngừng phát số tại máy này"), _("Cán bộ ở sảnh sẽ thấy lý do"), () => act({ type: "staff_part", part: "stop" }))}
    <button class="tile tile--info settings__tile" @click=${() => act({ type: "back" })}><span class="tile__name">${_("Xong")}</span></button>
  `;
}

/** @param {string} name @param {string} value @param {() => void} touch @param {boolean} [waits] */
function tile(name, value, touch, waits = false) {
  return html`<button class="tile settings__tile" ?disabled=${waits} @click=${touch}>
    <span class="tile__name">${name}</span><span class="tile__line">${value}</span>
  </button>`;
}

/** @param {string} code */
function nameOf(code) {
  const name = new Intl.DisplayNames([code], { type: "language" }).of(code) ?? code;
  return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
}

/** @param {Act} act */
function reasons(act) {
  return html`${REASONS.map((reason) => html`<button class="tile tile--warn settings__tile" @click=${() => act({ type: "staff_ask", path: "stop", body: { reason } })}>
      <span class="tile__name">${stopReason(reason)}</span>
    </button>`)}
    <button class="tile settings__tile" @click=${() => act({ type: "staff_part", part: "main" })}><span class="tile__name">${_("Không ngừng nữa")}</span></button>`;
}

/** The whole screen in cells, each to be touched once: where a finger does nothing, the cell stays as it is. @param {State} state @param {Act} act @param {boolean} inert */
export function touchTest(state, act, inert) {
  const touched = state.staff?.touched ?? [];
  const left = CELLS - touched.length;
  const said = left ? _n("Còn %(n)s ô. Chạm từng ô; chạm vào đây để thôi.", left) : _("Màn hình tốt ở mọi chỗ. Chạm vào đây để về.");
  const cells = Array.from({ length: CELLS }, (_each, number) => html`<button class="tile cell" aria-pressed=${touched.includes(number)}
    aria-label=${_("Ô %(n)s", { n: number + 1 })} @click=${() => act({ type: "staff_cell", cell: number })}><span aria-hidden="true">${touched.includes(number) ? "✓" : ""}</span></button>`);
  return html`<main class="kiosk cells" data-screen="touches" data-shape=${shape(state)} ?inert=${inert}>
    <h1 tabindex="-1" class="visually-hidden">${_("Thử màn hình")}</h1>
    ${cells.slice(0, CELLS / 2)}
    <button class="tile tile--info cells__end" @click=${() => act({ type: "staff_cells_done" })}><span class="tile__name" role="status">${said}</span></button>
    ${cells.slice(CELLS / 2)}
  </main>`;
}
