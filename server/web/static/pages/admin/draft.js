/**
 * The office's description as a form edits it, and back: dated exceptions become a list. And what happens when somebody
 * else has saved meanwhile. Pure.
 */
import { plain } from "motcua/form";
import { _ } from "motcua/i18n";

/** @param {any} office @returns {any} */
export function toDraft(office) {
  const { exceptions = {}, sources = {}, ...rest } = office.calendar ?? {};
  const days = Object.keys(exceptions).sort().map((date) => ({ date, windows: exceptions[date], source: sources[date] ?? "" }));
  return { ...office, calendar: undefined, weekly: rest.weekly ?? {}, days, booked: Boolean(office.bookings), ...boardsWith(office, String) };
}

/** @param {any} draft @returns {any} */
export function fromDraft(draft) {
  const { weekly, days, booked, bookings, ...office } = plain(draft);
  const dated = days.filter((/** @type {any} */ day) => day.date);
  const calendar = {
    weekly,
    exceptions: Object.fromEntries(dated.map((/** @type {any} */ day) => [day.date, day.windows ?? []])),
    sources: Object.fromEntries(dated.filter((/** @type {any} */ day) => day.source).map((/** @type {any} */ day) => [day.date, day.source])),
  };
  const scale = office.rating_scale === undefined ? {} : { rating_scale: Number(office.rating_scale) };
  // How early and late is kept while nobody takes bookings only as long as the page is open.
  return prune({ ...office, ...scale, ...(booked ? { bookings: bookings ?? {} } : {}), calendar, ...boardsWith(office, Number) });
}

/** Forms choose among texts, counters are numbers. @param {any} office @param {(number: any) => any} as */
function boardsWith({ boards }, as) {
  return boards ? { boards: boards.map((/** @type {any} */ board) => (board.counters ? { ...board, counters: board.counters.map(as) } : board)) } : {};
}

/** Texts and hours that mean "none of its own" where nothing of them is filled in. */
const OWN = ["names", "group", "fee", "time_limit", "heading", "qr_hint", "footer", "calendar", "weekly"];

/** Without what is empty. @param {any} value @returns {any} */
function prune(value) {
  if (Array.isArray(value)) return value.map(prune);
  if (!value || typeof value !== "object") return value;
  const kept = Object.entries(value).map(([key, each]) => [key, prune(each)]);
  return Object.fromEntries(kept.filter(([key, each]) => each !== undefined && !(OWN.includes(key) && Object.keys(each).length === 0)));
}

/** @param {any} a @param {any} b */
const same = (a, b) => JSON.stringify(prune(plain(a))) === JSON.stringify(prune(plain(b)));

/** Whether a draft says something else than what is saved. @param {any} saved @param {any} draft */
export const differs = (saved, draft) => !same(saved, draft);

/**
 * Our changes on top of what somebody else has saved: by part, and ours where both changed the same one.
 * @param {any} base what we had read @param {any} mine @param {any} theirs
 * @returns {{draft: any, clashes: string[]}}
 */
export function rebase(base, mine, theirs) {
  const clashes = [];
  /** @type {any} */
  const draft = {};
  for (const part of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    const changed = !same(base[part], mine[part]);
    if (changed && !same(base[part], theirs[part]) && !same(mine[part], theirs[part])) clashes.push(part);
    draft[part] = changed ? mine[part] : theirs[part];
  }
  return { draft, clashes };
}

/**
 * The server's faults at the fields of the draft; what belongs to no field is said above the form.
 * @param {{path: string, line: number | null, reason: string, kind: string}[]} places @param {any} draft
 * @returns {{faults: {[path: string]: string}, others: string[]}}
 */
export function placed(places, draft) {
  /** @type {{[path: string]: string}} */
  const faults = {};
  const others = [];
  for (const place of places) {
    const path = place.path.replace(/^calendar\.weekly\.(\d).*/, "weekly.$1").replace(/^calendar\.(?:exceptions|sources)\.([\d-]+).*/, (_all, date) => dayPath(draft, date))
      .replace(/^(reports\.\d+\.mail)\.\d+$/, "$1");
    if (path) faults[path] = place.reason;
    else others.push(place.reason);
  }
  return { faults, others };
}

/** @param {any} draft @param {string} date */
const dayPath = (draft, date) => `days.${draft.days.findIndex((/** @type {any} */ day) => day.date === date)}.windows`;

/** The five steps from nothing to a working office, and whether each is done. @param {any} state */
export function steps(state) {
  const { draft, staff, devices } = state;
  const officers = staff.filter((/** @type {any} */ person) => person.active && person.roles.includes("officer"));
  return [
    { id: "calendar", name: _("Tên đơn vị, giờ phát số và ngày nghỉ"), done: Object.keys(draft.weekly).length > 0 },
    { id: "services", name: _("Lĩnh vực tiếp nhận"), done: draft.services.length >= 2 },
    { id: "counters", name: _("Quầy và lĩnh vực mỗi quầy nhận"), done: draft.counters.length >= 2 },
    { id: "people", name: _("Cán bộ, mỗi người một tài khoản"), done: officers.length > 0 },
    { id: "devices", name: _("Máy lấy số, máy in, bảng đánh giá: thêm và ghép mã"), done: devices.some((/** @type {any} */ each) => each.pairing === "paired") },
  ];
}

/** What most wards receive, to begin with: five counters, each with a main field. */
export function wardTemplate() {
  const field = (/** @type {string} */ code, /** @type {string} */ vi, /** @type {string} */ en, /** @type {number} */ minutes) =>
    ({ code, prefix: code, names: { vi, en }, service_s: minutes * 60, target_s: (minutes + 2) * 60 });
  return {
    services: [
      field("A", "Hộ tịch", "Civil status", 9), field("B", "Chứng thực", "Certified copies and signatures", 5),
      field("C", "Đất đai – Môi trường", "Land and environment", 13), field("D", "Đăng ký hộ kinh doanh", "Household business registration", 10),
      field("E", "Bảo trợ xã hội – Người có công", "Social protection and persons of merit", 11), field("F", "Trả kết quả", "Collecting results", 3),
      // At no counter: whoever does not know where to go is met by a helper and sent on.
      { ...field("H", "Cần trợ giúp", "Help", 3), help: true },
    ],
    counters: [["A", "B"], ["B", "A"], ["C", "D"], ["D", "E", "C"], ["F", "E"]].map((services, i) => ({ number: i + 1, services })),
  };
}
