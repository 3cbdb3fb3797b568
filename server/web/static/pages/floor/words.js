/** What the floor says about waits, devices and plans. Pure. */
import { _, _n } from "motcua/i18n";
import { clockTime, named } from "motcua/words";

/** "20–35 phút". @param {import("./reduce.js").Wait | null} wait @param {boolean} [help]  a line that helpers go to, not counters */
export function waitText(wait, help = false) {
  if (help) return _("tổ hỗ trợ đón");
  if (!wait) return _("không có quầy mở");
  const [low, high] = [Math.floor(wait.low / 60), Math.ceil(wait.high / 60)];
  return low === high ? _n("%(n)s phút", low) : _("%(low)s–%(high)s phút", { low, high });
}

/** @param {string} kind */
export function deviceKind(kind) {
  /** @type {{[kind: string]: string}} */
  const names = {
    agent: _("Máy trạm thiết bị"), kiosk: _("Máy lấy số"), panel: _("Bảng đánh giá"), keypad: _("Bàn phím gọi số"),
    board: _("Bảng gọi số"), printer: _("Máy in"), led: _("Bảng LED"), scanner: _("Máy quét"),
  };
  return names[kind] ?? kind;
}

/** What is wrong with a device, and what to do. @param {import("./reduce.js").Device} device @param {string} [timezone] */
export function deviceTrouble({ kind, state, detail }, timezone) {
  if (kind === "kiosk") return kioskTrouble(state, detail ?? {}, timezone);
  if (kind === "board") return boardTrouble(state, detail ?? {});
  if (kind === "agent" && state === "offline") return _("mất kết nối: máy in, bảng đánh giá, bảng LED sau nó không dùng được");
  if (detail?.paper === "out") return _("hết giấy: thay cuộn mới");
  if (detail?.cover === "open") return _("nắp đang mở: đóng lại");
  if (detail?.cutter === "error") return _("kẹt dao cắt: tắt, gỡ giấy, bật lại");
  if (state === "offline") return _("mất kết nối: kiểm tra nguồn và dây");
  if (detail?.paper === "near_end") return _("sắp hết giấy");
  return detail?.message || (state === "error" ? _("có lỗi") : _("cần kiểm tra"));
}

/**
 * A kiosk that is alone goes on giving numbers, of which nobody here knows yet.
 * @param {string} state @param {{[name: string]: any}} detail @param {string} [timezone]
 */
function kioskTrouble(state, detail, timezone) {
  const time = detail.offline_since ? clockTime(Date.parse(detail.offline_since), timezone) : "";
  const alone = state === "offline" && (time ? _("mất kết nối từ %(time)s, vẫn tự phát số", { time }) : _("mất kết nối: kiểm tra nguồn và dây"));
  const held = detail.undelivered ? _n("%(n)s số chưa gửi về", detail.undelivered) : "";
  const refused = detail.refused ? _n("%(n)s số không nhận được: phát lại cho người dân", detail.refused) : "";
  const stopped = detail.stopped ? _("nhân viên đã cho ngừng phát số tại máy: %(why)s", { why: stopReason(detail.stopped.reason) }) : "";
  return [alone, stopped, held, refused].filter(Boolean).join(" · ") || _("cần kiểm tra");
}

/** @param {string} reason */
function stopReason(reason) {
  /** @type {{[reason: string]: string}} */
  const names = { paper: _("hết giấy"), printer: _("máy in hỏng"), cleaning: _("vệ sinh, bảo trì"), repair: _("chờ sửa chữa") };
  return names[reason] ?? _("lý do khác");
}

/** Why nobody sees or hears a board. @param {string} state @param {{[name: string]: any}} detail */
function boardTrouble(state, detail) {
  if (state === "offline") return _("không còn báo về: màn hình tắt, máy ngủ hoặc đứt mạng");
  if (detail.visible === false) return _("trang bị che hoặc màn hình tắt: mở lại trang cho đầy màn hình");
  if (detail.sound === "blocked") return _("chưa được phép phát tiếng: chạm một lần vào màn hình");
  if (detail.sound === "muted") return _("đang tắt tiếng");
  return _("loa không phát được: kiểm tra loa và dây");
}

/** What became of a paper, and what to do. @param {import("./reduce.js").Paper} paper */
export function paperTrouble({ state, copy }) {
  if (state === "queued") return _("đang in lại…");
  if (state === "unknown") return _("không rõ đã ra giấy chưa: xem khay giấy, thiếu thì in lại");
  return copy > 1 ? _("in lại chưa được: xem máy in") : _("không ra giấy: in lại hoặc đọc số cho người dân");
}

/** What is beyond its limit. @param {{kind: string, service: any, counter: any, count: number, minutes: number}} each */
export function exceededText({ kind, service, counter, count, minutes }) {
  const name = service ? named(service) : "";
  if (kind === "help") return _n("%(service)s: %(n)s người đợi tổ hỗ trợ đến gặp", count, { service: name });
  if (kind === "unserved") return _n("%(service)s: %(n)s người chờ mà không quầy nào mở", count, { service: name });
  if (kind === "late") return _n("%(service)s: có người chờ %(n)s phút", minutes, { service: name });
  return _n("%(counter)s: phục vụ %(n)s phút, quá mục tiêu", minutes, { counter: named(counter) });
}

/** The answer to "what if", as a head would say it. @param {import("./reduce.js").State} state */
export function planText(state) {
  const plan = state.plan;
  if (!plan) return "";
  const service = state.services[plan.service] ? named(state.services[plan.service]) : plan.service;
  if (!plan.then_s) return _("Không tính được cho %(service)s.", { service });
  const more = _n("Thêm %(n)s quầy cho %(service)s", plan.counters, { service });
  if (!plan.now_s) return _("%(more)s: người lấy số bây giờ chờ %(then)s (hiện không quầy nào mở).", { more, then: waitText(plan.then_s) });
  const [now, then] = [middle(plan.now_s), middle(plan.then_s)];
  if (now === then) return _("%(more)s: thời gian chờ vẫn khoảng %(now)s phút.", { more, now });
  return _("%(more)s: chờ khoảng %(now)s phút còn %(then)s phút.", { more, now, then });
}

/** @param {import("./reduce.js").Wait} wait */
const middle = (wait) => Math.round((wait.low + wait.high) / 120);

/** Which counters a plan means. @param {import("./reduce.js").State} state */
export function planCounters(state) {
  const plan = state.plan;
  if (!plan) return "";
  const names = plan.opened.map((number) => (state.counters[number] ? named(state.counters[number]) : String(number)));
  const parts = [
    names.length ? _("mở %(counters)s", { counters: names.join(", ") }) : "",
    plan.dedicated ? _n("thêm %(n)s quầy chỉ nhận lĩnh vực này", plan.dedicated) : "",
  ];
  return parts.filter(Boolean).join("; ");
}

/** @param {string} state */
export function ticketState(state) {
  /** @type {{[state: string]: string}} */
  const names = {
    waiting: _("đang chờ"), called: _("đang gọi"), serving: _("đang phục vụ"), held: _("tạm giữ"), no_show: _("vắng mặt"),
  };
  return names[state] ?? state;
}
