/**
 * Playlists as a form edits them, and back; and what each kind of item asks. Pure.
 *
 * @typedef {import("motcua/form").Field} Field
 * @typedef {import("motcua/form").Option} Option
 * @typedef {{digest: string, type: string, name: string, size: number, width: number, height: number, seconds: number | null, url: string, used: boolean}} Media
 * @typedef {{zones: string[], services: any[], media: Media[]}} Known   what an item may be about
 */
import { plain } from "motcua/form";
import { _ } from "motcua/i18n";

export const KINDS = /** @type {const} */ (["picture", "video", "notice", "papers", "waits", "figures", "ticker"]);

/** @param {string} kind */
export function kindName(kind) {
  /** @type {{[kind: string]: string}} */
  const names = {
    picture: _("Ảnh"), video: _("Video"), notice: _("Thông báo"), papers: _("Giấy tờ, lệ phí của thủ tục"),
    waits: _("Thời gian chờ lúc này"), figures: _("Hài lòng, đúng hạn tháng này"), ticker: _("Dòng chữ dưới màn hình"),
  };
  return names[kind] ?? kind;
}

/** @param {any[]} lists @returns {any} */
export function toDraft(lists) {
  return { lists: lists.map((list) => ({ ...list, schedule: { ...list.schedule, weekdays: (list.schedule.weekdays ?? []).map(String) } })) };
}

/** @param {any} draft @returns {any[]} */
export function fromDraft(draft) {
  return plain(draft).lists.map((/** @type {any} */ list) => ({
    ...list, zone: list.zone || null,
    schedule: { ...list.schedule, weekdays: (list.schedule?.weekdays ?? []).map(Number).sort() },
    items: list.items.map(itemToSend),
  }));
}

/** One choice of service and procedure is two codes. @param {any} item */
function itemToSend({ about, ...item }) {
  if (item.kind !== "papers") return item;
  const [service, procedure] = (about ?? aboutOf(item)).split("/");
  return { ...item, service, procedure: procedure || null };
}

/** @param {any} item */
export const aboutOf = (item) => (item.service ? `${item.service}/${item.procedure ?? ""}` : "");

/** A new playlist, and a new item of a kind. */
export const newList = () => ({ name: "", active: true, schedule: { weekdays: [] }, items: [], fresh: true });

/** @param {string} kind @param {Known} known */
export function newItem(kind, known) {
  const file = known.media.find((media) => media.type.startsWith(kind === "video" ? "video/" : "image/"))?.digest;
  const service = known.services[0]?.code;
  switch (kind) {
    case "picture": return { kind, media: file, seconds: 12 };
    case "video": return { kind, media: file };
    case "notice": return { kind, text: { vi: "" }, seconds: 12 };
    case "papers": return { kind, service, seconds: 20 };
    case "ticker": return { kind, text: { vi: "" } };
    default: return { kind, seconds: 12 };
  }
}

/** Somebody moves an item up or down; at the ends nothing happens. @param {any[]} items @param {number} at @param {number} by */
export function moved(items, at, by) {
  const to = at + by;
  if (to < 0 || to >= items.length) return items;
  const copy = [...items];
  [copy[at], copy[to]] = [copy[to], copy[at]];
  return copy;
}

/** What a playlist asks beside its items. @param {Known} known @returns {Field[]} */
export function listFields(known) {
  const days = [_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ nhật")];
  return [
    { key: "name", type: "text", label: _("Tên danh sách"), required: true },
    { key: "zone", type: "select", label: _("Khu vực"), options: known.zones.map((zone) => [zone, zone]), hint: _("Để trống là mọi màn hình.") },
    { key: "active", type: "check", label: _("Đang phát"), fallback: true },
    {
      key: "schedule", type: "group", label: _("Khi nào"), hint: _("Để trống là luôn luôn."),
      fields: [
        { key: "first", type: "date", label: _("Từ ngày") }, { key: "last", type: "date", label: _("Đến hết ngày") },
        { key: "weekdays", type: "checks", label: _("Các thứ"), options: days.map((name, day) => [String(day), name]) },
        { key: "hours", type: "windows", label: _("Trong các giờ"), hint: _("Viết như 07:30–11:30, 13:30–17:00.") },
      ],
    },
  ];
}

/** What an item asks, by its kind. @param {any} item @param {Known} known @returns {Field[]} */
export function itemFields(item, known) {
  /** @type {Field} */
  const seconds = { key: "seconds", type: "number", label: _("Hiện trong (giây)"), required: true, min: 3, max: 300 };
  switch (item.kind) {
    case "picture": return [fileField("image/", known), seconds];
    case "video": return [fileField("video/", known)];
    case "notice": return [{ key: "text", type: "names", label: _("Nội dung"), required: true }, seconds];
    case "papers": return [{ key: "about", type: "select", label: _("Của thủ tục"), required: true, options: subjects(known.services) }, seconds];
    case "ticker": return [{ key: "text", type: "names", label: _("Nội dung"), required: true }];
    default: return [seconds];
  }
}

/** @param {string} type @param {Known} known @returns {Field} */
function fileField(type, known) {
  const options = known.media.filter((media) => media.type.startsWith(type));
  return { key: "media", type: "select", label: _("Tệp"), required: true, options: options.map((media) => [media.digest, media.name]) };
}

/** Every service, and every procedure of each. @param {any[]} services @returns {Option[]} */
function subjects(services) {
  return services.flatMap((service) => [
    /** @type {Option} */ ([`${service.code}/`, service.names.vi]),
    ...service.procedures.map((/** @type {any} */ procedure) => /** @type {Option} */ ([`${service.code}/${procedure.code}`, `${service.names.vi} · ${procedure.names.vi}`])),
  ]);
}

/** How an item reads in the list. @param {any} item @param {Known} known */
export function itemTitle(item, known) {
  const file = known.media.find((media) => media.digest === item.media);
  const subject = subjects(known.services).find(([key]) => key === (item.about ?? aboutOf(item)))?.[1];
  const what = item.media ? file?.name ?? _("thiếu tệp") : item.kind === "papers" ? subject : item.text?.vi;
  return [kindName(item.kind), what, item.seconds ? _("%(s)s giây", { s: item.seconds }) : ""].filter(Boolean).join(" · ");
}
