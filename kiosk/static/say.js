/**
 * Times, counts and reasons in the citizen's words. Everything takes the server's time and the office's zone: a
 * kiosk's own clock may be wrong.
 *
 * @typedef {import("./state.js").Names} Names
 * @typedef {import("./state.js").Service} Service
 * @typedef {import("./state.js").Office} Office
 * @typedef {import("./state.js").Wait} Wait
 */
import { _, _n, language } from "motcua/i18n";

/** @param {Names | null | undefined} names */
export function named(names) {
  return names?.[/** @type {"vi" | "en"} */ (language())] || names?.vi || "";
}

/** @param {number} wall @param {string} zone */
function parts(wall, zone) {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
    weekday: "short", hourCycle: "h23",
  });
  return Object.fromEntries(format.formatToParts(wall).map(({ type, value }) => [type, value]));
}

/** @param {string} short */
function weekday(short) {
  return {
    Mon: _("Thứ Hai"), Tue: _("Thứ Ba"), Wed: _("Thứ Tư"), Thu: _("Thứ Năm"), Fri: _("Thứ Sáu"), Sat: _("Thứ Bảy"),
    Sun: _("Chủ Nhật"),
  }[short] ?? "";
}

/** "09:42" @param {number} wall @param {string} zone */
export function clock(wall, zone) {
  const { hour, minute } = parts(wall, zone);
  return `${hour}:${minute}`;
}

/** "Thứ Sáu 20/11/2026" @param {number} wall @param {string} zone */
export function day(wall, zone) {
  const { weekday: short, day: date, month, year } = parts(wall, zone);
  return `${weekday(short)} ${date}/${month}/${year}`;
}

/**
 * Until when numbers are given in the window that is open now; nothing where that is all day.
 * @param {Office} office
 * @param {number} wall
 */
export function until(office, wall) {
  const now = clock(wall, office.timezone);
  const window = office.hours.today.find(([from, to]) => from <= now && now < to);
  return window && window[1] !== "24:00" ? _("Lấy số đến %(time)s", { time: window[1] }) : "";
}

/**
 * When it is possible again: the time today, else the day with it.
 * @param {string | null | undefined} at  RFC 3339
 * @param {number} wall
 * @param {string} zone
 */
export function opening(at, wall, zone) {
  if (!at) return "";
  const then = Date.parse(at);
  const time = clock(then, zone);
  if (day(then, zone) === day(wall, zone)) return _("Mở lại lúc %(time)s", { time });
  const { weekday: short, day: date, month } = parts(then, zone);
  return _("Mở lại lúc %(time)s, %(day)s", { time, day: `${weekday(short)} ${date}/${month}` });
}

/** @param {number} count */
export function people(count) {
  return count === 0 ? _("Không có người chờ") : _n("%(n)s người chờ", count);
}

/**
 * A wait as a range of whole minutes; "" when nobody can say.
 * @param {Wait | null | undefined} wait
 */
export function minutes(wait) {
  if (!wait) return "";
  const [low, high] = [Math.floor(wait.low / 60), Math.floor(wait.high / 60)];
  if (high < 1) return _("dưới 1 phút");
  if (low === 0) return _n("tối đa %(n)s phút", high);
  return low === high ? _n("%(n)s phút", high) : _("%(low)s–%(high)s phút", { low, high });
}

/**
 * A tile's second line.
 * @param {Service} service
 * @param {boolean} known
 */
export function waitingLine(service, known) {
  if (!known) return _("Chưa rõ số người chờ");
  const wait = service.waiting > 0 ? minutes(service.expected_wait_s) : "";
  // Breaks between the two, never inside a range: no-break spaces, and word joiners around the dash.
  const whole = wait.replaceAll(" ", "\u00a0").replace("–", "\u2060–\u2060");
  return whole ? `${people(service.waiting)} · ${whole}` : people(service.waiting);
}

/**
 * Why a field gives no numbers now, and when it will.
 * @param {Service} service
 * @param {number} wall
 * @param {string} zone
 * @returns {{reason: string, next: string}}
 */
export function closedWords(service, wall, zone) {
  const next = opening(service.opens_at, wall, zone);
  if (service.closed_reason === "daily_limit") {
    return { reason: _("Đã phát hết số của hôm nay"), next: next || _("Mời ông/bà quay lại ngày làm việc sau") };
  }
  if (service.closed_reason === "stopped") {
    const why = service.stopped_why ? _("Tạm ngừng phát số: %(why)s", { why: service.stopped_why }) : _("Tạm ngừng phát số");
    return { reason: why, next: next || _("Mời ông/bà hỏi cán bộ hướng dẫn") };
  }
  if (service.closed_reason === "kiosk_stopped") {
    return { reason: _("Máy này tạm ngừng phát số"), next: _("Mời ông/bà sang máy khác hoặc hỏi cán bộ hướng dẫn") };
  }
  return { reason: _("Hiện không phát số"), next: next || _("Mời ông/bà hỏi cán bộ hướng dẫn") };
}

/**
 * Why a number may be of no use today, and when to come instead.
 * @param {Service} service
 * @param {number} wall
 * @param {string} zone
 * @returns {{reason: string, next: string}}
 */
export function lateWords(service, wall, zone) {
  const wait = minutes(service.expected_wait_s);
  const reason = _("%(people)s, dự kiến chờ %(wait)s: lâu hơn giờ làm việc còn lại.", { people: people(service.waiting), wait });
  return { reason, next: opening(service.next_day, wall, zone) };
}

/**
 * The same in the room of a tile: when, where that is known.
 * @param {Service} service
 * @param {number} wall
 * @param {string} zone
 */
export function closedLine(service, wall, zone) {
  const soon = service.closed_reason !== "daily_limit" && !service.closed_reason?.endsWith("stopped") && opening(service.opens_at, wall, zone);
  return soon || closedWords(service, wall, zone).reason;
}

/** Why staff let a kiosk give no numbers. @param {string} reason */
export function stopReason(reason) {
  return {
    paper: _("Hết giấy"), printer: _("Máy in hỏng"), cleaning: _("Vệ sinh, bảo trì"), repair: _("Chờ sửa chữa"),
    other: _("Lý do khác"),
  }[reason] ?? reason;
}

/** @param {string} group */
export function priorityName(group) {
  return {
    elderly: _("Người cao tuổi"), disabled: _("Người khuyết tật"), pregnant: _("Phụ nữ mang thai"),
    with_infant: _("Người có con nhỏ đi cùng"), meritorious: _("Người có công với cách mạng"),
  }[group] ?? group;
}

/** What stands on the ticket. @param {string} group */
export function priorityMark(group) {
  return _("Ưu tiên: %(group)s", { group: priorityName(group) });
}

/**
 * "Quầy 2 hoặc Quầy 3"
 * @param {Office} office
 * @param {number[]} numbers
 */
export function counters(office, numbers) {
  const names = numbers.map((number) => {
    const own = office.counters.find((counter) => counter.number === number)?.names;
    return named(own) || _("Quầy %(number)s", { number });
  });
  if (names.length < 2) return names.join("");
  const last = names[names.length - 1];
  return _("%(first)s hoặc %(last)s", { first: names.slice(0, -1).join(", "), last });
}
