/** The log as people read it: who did what, in words, in the office's own time. Pure. @typedef {import("./reduce.js").State} State */
import { html, nothing } from "lit-html";

import { _ } from "motcua/i18n";

/** What each entry of the log means. @type {{[action: string]: () => string}} */
const ACTIONS = {
  "audit.alter_refused": () => _("Định sửa nhật ký, bị từ chối"),
  "booking.import": () => _("Nhập danh sách lịch hẹn"),
  "comment.view": () => _("Xem ý kiến người dân"),
  "counter.assign": () => _("Xếp cán bộ vào quầy"),
  "counter.close": () => _("Đóng quầy của người khác"),
  "counter.hand_over": () => _("Bàn giao quầy"),
  "counter.open": () => _("Mở quầy thay người khác"),
  "counter.pause": () => _("Tạm dừng quầy của người khác"),
  "database.backup": () => _("Sao lưu toàn bộ dữ liệu"),
  "database.move": () => _("Chuyển sang cơ sở dữ liệu khác"),
  "database.restore": () => _("Khôi phục từ bản sao lưu"),
  "database.restored": () => _("Dữ liệu là của một bản sao lưu"),
  "delivery.refused": () => _("Số phát khi mất mạng bị từ chối"),
  "delivery.time_corrected": () => _("Sửa giờ của số phát khi mất mạng"),
  "device.change": () => _("Sửa thiết bị"),
  "device.create": () => _("Thêm thiết bị"),
  "device.offer_pairing": () => _("Cấp mã ghép thiết bị"),
  "device.paired": () => _("Thiết bị đã ghép"),
  "device.revoke": () => _("Thu hồi thiết bị"),
  "inspection.export": () => _("Xuất hồ sơ thanh tra một ngày"),
  "lease.recovered": () => _("Khôi phục dải số của máy lấy số"),
  "media.add": () => _("Thêm tệp tuyên truyền"),
  "media.remove": () => _("Bỏ tệp tuyên truyền"),
  "notice.post": () => _("Thông báo trên bảng"),
  "office.dates": () => _("Đặt ngày hiệu lực của đơn vị"),
  "office.export": () => _("Xuất tệp cấu hình"),
  "office.merge": () => _("Sáp nhập đơn vị"),
  "office.merge_off": () => _("Huỷ kế hoạch sáp nhập đơn vị"),
  "office.place": () => _("Chuyển đơn vị trong cây"),
  "office.put": () => _("Sửa cấu hình"),
  "privacy.erase": () => _("Xoá một số điện thoại"),
  "privacy.find": () => _("Tìm một số điện thoại"),
  "privacy.retention": () => _("Quên dữ liệu đến hạn"),
  "rating.alter_refused": () => _("Định sửa đánh giá, bị từ chối"),
  "rating.refused": () => _("Đánh giá lần hai, bị từ chối"),
  "ratings.check": () => _("Soát đánh giá bất thường"),
  "service.release": () => _("Cho phát số lại"),
  "service.stop": () => _("Ngừng phát số"),
  "signage.put": () => _("Sửa danh sách tuyên truyền"),
  "staff.password": () => _("Đổi mật khẩu"),
  "staff.photo": () => _("Đổi ảnh cán bộ"),
  "staff.put": () => _("Thêm hoặc sửa người dùng"),
  "staff.recovery_code": () => _("Đăng nhập bằng mã khôi phục"),
  "staff.second_factor_off": () => _("Tắt xác thực hai lớp"),
  "staff.second_factor_on": () => _("Bật xác thực hai lớp"),
  "staff.sign_in": () => _("Đăng nhập"),
  "staff.sign_in_refused": () => _("Đăng nhập không được"),
  "staff.sign_out": () => _("Đăng xuất"),
  "staff.view": () => _("Xem danh sách người dùng"),
  "stats.export": () => _("Xuất báo cáo"),
  "stats.import": () => _("Nhập số liệu cũ"),
  "stats.send": () => _("Gửi báo cáo định kỳ"),
  "stats.trace": () => _("Xem các số đứng sau một số liệu"),
  "ticket.call_by_hand": () => _("Gọi ngoài thứ tự"),
  "ticket.cancel": () => _("Huỷ số"),
  "device.staff_code": () => _("Đặt mã nhân viên cho máy lấy số"),
  "device.staff_code_removed": () => _("Bỏ mã nhân viên của máy lấy số"),
  "kiosk.opened": () => _("Mở cài đặt tại máy lấy số"),
  "kiosk.refused": () => _("Nhập sai mã nhân viên tại máy lấy số"),
  "kiosk.stopped": () => _("Ngừng phát số tại máy lấy số"),
  "kiosk.released": () => _("Phát số trở lại tại máy lấy số"),
  "kiosk.settings": () => _("Đổi cài đặt tại máy lấy số"),
  "kiosk.test_print": () => _("In phiếu thử tại máy lấy số"),
  "kiosk.reloaded": () => _("Tải lại trang của máy lấy số"),
  "ticket.correct": () => _("Sửa ưu tiên của số"),
  "ticket.replaced": () => _("Số được thay bằng số khác"),
  "ticket.reprint": () => _("In lại phiếu"),
  "token.make": () => _("Tạo mã truy cập"),
  "token.revoke": () => _("Thu hồi mã truy cập"),
  "voice.record": () => _("Thu giọng đọc"),
  "voice.remove": () => _("Bỏ giọng đã thu"),
};

/** @param {string} action */
export const actionText = (action) => ACTIONS[action]?.() ?? action;

/** Who did it: "staff:Lan" is Lan. @param {string} actor */
export function actorText(actor) {
  const [kind, ...name] = actor.split(":");
  const who = name.join(":");
  if (kind === "staff") return who;
  if (kind === "command line") return who ? _("Lệnh trên máy chủ: %(name)s", { name: who }) : _("Lệnh trên máy chủ");
  if (kind === "server") return _("Máy chủ");
  if (kind === "anonymous") return _("Chưa đăng nhập");
  return who ? _("Thiết bị %(name)s", { name: who }) : actor;
}

/** What else is known of it, a name and a value each. @param {any} detail @returns {string} */
export function detailText(detail) {
  const plain = (/** @type {any} */ value) => (Array.isArray(value) ? value.join(", ") : value !== null && typeof value === "object" ? detailText(value) : String(value ?? "–"));
  return Object.entries(detail ?? {}).map(([name, value]) => `${name}: ${plain(value)}`).join(" · ");
}

/** @param {State} state */
export function auditView(state) {
  if (!state.audit) return html`<p class="loading">${_("Đang tải…")}</p>`;
  const { intact, first_broken: broken, rows } = state.audit;
  const timeZone = state.saved?.timezone;
  const at = (/** @type {string} */ moment) => new Date(moment).toLocaleString("vi-VN", { timeZone, dateStyle: "short", timeStyle: "medium" });
  return html`<p class="banner ${intact ? "banner--done" : "banner--bad"}" role=${intact ? "status" : "alert"}>${intact ? `✓ ${_("Nhật ký nguyên vẹn: mỗi dòng khớp với dấu niêm của dòng trước.")}` : `▲ ${_("Nhật ký đã bị sửa, từ dòng %(id)s.", { id: broken ?? "" })}`}</p>
    <table class="table audit"><thead><tr><th scope="col">${_("Lúc")}</th><th scope="col">${_("Ai")}</th><th scope="col">${_("Việc")}</th><th scope="col">${_("Đối tượng, lý do")}</th></tr></thead>
    <tbody>${rows.map((row) => html`<tr data-action=${row.action}><td class="tnum audit__at">${at(row.at)}</td>
      <td>${actorText(row.actor)}${row.address ? html` <span class="muted small">${row.address}</span>` : nothing}</td>
      <td><strong>${actionText(row.action)}</strong> <code class="muted small">${row.action}</code></td>
      <td class="audit__about">${[row.subject, row.why].filter(Boolean).join(" · ")}${row.detail ? html` <span class="muted small">${detailText(row.detail)}</span>` : nothing}</td></tr>`)}</tbody></table>`;
}
