/** The public vocabulary in the page's language, and times as people read them. */
import { _, _n, language } from "./i18n.js";

/** @type {{[code: string]: () => string}} */
const PRIORITIES = {
  elderly: () => _("Người cao tuổi"),
  disabled: () => _("Người khuyết tật"),
  pregnant: () => _("Phụ nữ mang thai"),
  with_infant: () => _("Có con nhỏ đi cùng"),
  meritorious: () => _("Người có công"),
};

/** @type {{[code: string]: () => string}} */
const LEVELS = {
  very_satisfied: () => _("Rất hài lòng"),
  satisfied: () => _("Hài lòng"),
  neutral: () => _("Bình thường"),
  dissatisfied: () => _("Không hài lòng"),
  very_dissatisfied: () => _("Rất không hài lòng"),
  none: () => _("Không đánh giá"),
};

/** @type {{[code: string]: () => string}} */
const DISSATISFACTIONS = {
  processing_time: () => _("Thời gian giải quyết lâu"),
  attitude: () => _("Thái độ phục vụ"),
  repeated_visits: () => _("Phải đi lại nhiều lần"),
  unclear_guidance: () => _("Hướng dẫn chưa rõ"),
  extra_papers: () => _("Yêu cầu thêm giấy tờ"),
  facilities: () => _("Cơ sở vật chất"),
  fee: () => _("Phí, lệ phí"),
  other: () => _("Lý do khác"),
};

const CRITERIA = {
  speed: () => _("Tốc độ giải quyết"),
  attitude: () => _("Thái độ phục vụ"),
  guidance: () => _("Hướng dẫn"),
  facilities: () => _("Cơ sở vật chất"),
};

export const CRITERIA_NAMES = Object.keys(CRITERIA);

export const REASONS = Object.keys(DISSATISFACTIONS);

/** @param {string} code */
export const priorityName = (code) => PRIORITIES[code]?.() ?? code;
/** @param {string} code */
export const levelName = (code) => LEVELS[code]?.() ?? code;
/** @param {string} code */
export const criterionName = (code) => CRITERIA[/** @type {keyof typeof CRITERIA} */ (code)]?.() ?? code;
/** @param {string} code */
export const dissatisfactionName = (code) => DISSATISFACTIONS[code]?.() ?? code;

/**
 * A name that an office has set, in the page's language.
 * @param {{name: string, names?: {[language: string]: string}}} thing
 */
export const named = (thing) => thing.names?.[language()] || thing.name;

/**
 * Time of day at the office: "09:42".
 * @param {string | number | null | undefined} at  RFC 3339, or ms
 * @param {string} [timezone]
 */
export function clockTime(at, timezone = "Asia/Ho_Chi_Minh") {
  if (at === null || at === undefined) return "";
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: timezone }).format(new Date(at));
}

/** Whole minutes since a time, never below zero. @param {string} from @param {number} now */
export const minutesSince = (from, now) => Math.max(0, Math.floor((now - Date.parse(from)) / 60000));

/** @param {number} minutes */
export const minutesText = (minutes) => _n("%(n)s phút", minutes);

/** A running time: "04:37", "1:02:05". @param {number} ms */
export function stopwatch(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, i) => (i || !parts[0] ? String(part).padStart(2, "0") : String(part))).join(":");
}

/** Initials of a Vietnamese name: the middle and the given name. @param {string} name */
export function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  return words.slice(-2).map((word) => word[0].toLocaleUpperCase("vi")).join("");
}

/** A text without marks and case, to search by: "Đất đai" → "dat dai". @param {string} text */
export const fold = (text) =>
  text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase().trim();
