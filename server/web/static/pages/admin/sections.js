/**
 * What an administrator can set, as descriptions of forms: the one form engine shows them all. Pure.
 * @typedef {import("motcua/form").Field} Field
 * @typedef {import("motcua/form").Option} Option
 */
import { _ } from "motcua/i18n";
import { CRITERIA_NAMES, criterionName } from "motcua/words";

/** Sections in the order of the menu; `form` says that it edits the office's description. */
export const SECTIONS = [
  { id: "guide", name: () => _("Bắt đầu") },
  { id: "office", name: () => _("Đơn vị"), form: true },
  { id: "calendar", name: () => _("Giờ và ngày nghỉ"), form: true },
  { id: "services", name: () => _("Lĩnh vực"), form: true },
  { id: "counters", name: () => _("Quầy"), form: true },
  { id: "policy", name: () => _("Thứ tự gọi"), form: true },
  { id: "entry", name: () => _("Thẻ và lịch hẹn"), form: true },
  { id: "ticket", name: () => _("Phiếu số"), form: true },
  { id: "texts", name: () => _("Lời gọi số"), form: true },
  { id: "boards", name: () => _("Bảng gọi số"), form: true },
  { id: "reports", name: () => _("Báo cáo gửi định kỳ"), form: true },
  { id: "tree", name: () => _("Cây đơn vị") },
  { id: "people", name: () => _("Người dùng") },
  { id: "devices", name: () => _("Thiết bị") },
  { id: "file", name: () => _("Nhập, xuất tệp") },
  { id: "audit", name: () => _("Nhật ký") },
  { id: "retention", name: () => _("Lưu giữ dữ liệu"), form: true },
  { id: "account", name: () => _("Tài khoản của tôi") },
];

const DAYS = () => [_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ nhật")];
const WINDOWS_HINT = () => _("Viết như 07:30–11:30, 13:30–17:00. Để trống là nghỉ.");

/** @returns {Field[]} */
function weekly() {
  return DAYS().map((label, day) => ({ key: String(day), type: "windows", label }));
}

/** The fields of a section, for the draft that it edits. @param {string} section @param {any} draft @returns {Field[]} */
export function fields(section, draft) {
  const known = SECTIONS_FIELDS[section];
  return known ? known(draft) : [];
}

/** @type {{[section: string]: (draft: any) => Field[]}} */
const SECTIONS_FIELDS = { office, calendar, services, counters, policy, entry, texts, boards, ticket, retention, reports };

/** @returns {Field[]} */
function office() {
  return [
    { key: "code", type: "text", label: _("Mã đơn vị"), fixed: true },
    { key: "names", type: "names", label: _("Tên đơn vị"), required: true },
    { key: "hotline", type: "text", label: _("Đường dây nóng"), hint: _("In trên phiếu và hiện ở máy lấy số.") },
    { key: "timezone", type: "text", label: _("Múi giờ"), fallback: "Asia/Ho_Chi_Minh" },
    { key: "rating_scale", type: "select", label: _("Thang đánh giá"), fallback: "3", options: [["3", _("3 mức")], ["5", _("5 mức")]] },
    {
      key: "rating_criteria", type: "checks", label: _("Đánh giá thêm từng mặt"), hint: _("Để trống thì chỉ hỏi một câu."),
      options: CRITERIA_NAMES.map((name) => [name, criterionName(name)]),
    },
    { key: "rating_window_s", type: "number", label: _("Thời gian mở đánh giá (giây)"), fallback: 30, min: 5, max: 600 },
    {
      key: "second_factor", type: "select", label: _("Xác thực hai lớp khi đăng nhập"), fallback: "optional",
      options: [["optional", _("ai muốn thì bật")], ["administrators", _("bắt buộc với quản trị")], ["everybody", _("bắt buộc với mọi người")]],
      hint: _("Ai bị yêu cầu mà chưa bật thì lần tới chỉ mở được trang Tài khoản, cho đến khi bật xong."),
    },
  ];
}

/** @returns {Field[]} */
function calendar() {
  return [
    { key: "weekly", type: "group", label: _("Giờ phát số trong tuần"), hint: WINDOWS_HINT(), fields: weekly() },
    {
      key: "days", type: "list", label: _("Ngày đặc biệt"), add: _("Thêm ngày"), make: () => ({ date: "", windows: [], source: "" }),
      hint: _("Ngày nghỉ, ngày làm bù. Mỗi ngày ghi căn cứ. Đứng trên giờ trong tuần."),
      title: (day) => [dateText(day.date), day.windows?.length ? _("mở") : _("nghỉ"), day.source].filter(Boolean).join(" · "),
      fields: [
        { key: "date", type: "date", label: _("Ngày"), required: true },
        { key: "windows", type: "windows", label: _("Giờ phát số"), hint: WINDOWS_HINT() },
        { key: "source", type: "text", label: _("Căn cứ"), hint: _("Ví dụ: số và ngày của thông báo.") },
      ],
    },
  ];
}

/** @returns {Field[]} */
function services() {
  return [{
    key: "services", type: "list", label: _("Lĩnh vực"), add: _("Thêm lĩnh vực"), make: () => ({ code: "", names: { vi: "" } }),
    title: (service) => [service.code, service.names?.vi, service.active === false ? _("đang ngừng") : ""].filter(Boolean).join(" · "),
    fields: [
      { key: "code", type: "text", label: _("Mã"), required: true, hint: _("Không đổi sau khi đã phát số.") },
      { key: "names", type: "names", label: _("Tên"), required: true },
      { key: "prefix", type: "text", label: _("Chữ trước số"), hint: _("Một hoặc hai chữ in: A → A001.") },
      { key: "first", type: "number", label: _("Số đầu tiên"), fallback: 1, min: 1, max: 9999 },
      { key: "digits", type: "number", label: _("Số chữ số"), fallback: 3, min: 2, max: 4 },
      { key: "daily_limit", type: "number", label: _("Nhiều nhất mỗi ngày"), min: 1, max: 9999, hint: _("Để trống là không giới hạn.") },
      { key: "service_s", type: "number", label: _("Phục vụ một người (phút)"), scale: 60, fallback: 8, min: 0.5, max: 240, hint: _("Dùng để ước thời gian chờ khi trong ngày chưa có đủ lượt.") },
      { key: "target_s", type: "number", label: _("Mục tiêu phục vụ (phút)"), scale: 60, fallback: 10, min: 0.5, max: 480 },
      papers(),
      procedures(),
      { key: "group", type: "names", label: _("Nhóm ở máy lấy số") },
      {
        key: "calendar", type: "group", label: _("Giờ riêng của lĩnh vực"), hint: _("Chỉ điền khi khác giờ của đơn vị, ví dụ có thêm sáng thứ Bảy: khi đó điền đủ cả tuần."),
        fields: [{ key: "weekly", type: "group", label: _("Trong tuần"), hint: WINDOWS_HINT(), fields: weekly() }],
      },
      { key: "active", type: "check", label: _("Đang nhận"), fallback: true },
      { key: "help", type: "check", label: _("Hàng chờ trợ giúp"), hint: _("Máy lấy số có nút riêng “Tôi cần trợ giúp”. Tổ hỗ trợ đón, rồi chuyển số sang lĩnh vực đúng.") },
    ],
  }];
}

/** What people come for in a field: they read it at the kiosk before they wait. @returns {Field} */
function procedures() {
  return {
    key: "procedures", type: "list", label: _("Thủ tục"), add: _("Thêm thủ tục"), make: () => ({ code: "", names: { vi: "" } }),
    hint: _("Người dân xem giấy tờ, lệ phí và thời hạn trước khi lấy số."),
    title: (procedure) => [procedure.code, procedure.names?.vi].filter(Boolean).join(" · "),
    fields: [
      { key: "code", type: "text", label: _("Mã thủ tục"), required: true },
      { key: "names", type: "names", label: _("Tên"), required: true },
      papers(),
      { key: "fee", type: "names", label: _("Lệ phí"), hint: _("Ví dụ: 8.000 đồng mỗi bản.") },
      { key: "time_limit", type: "names", label: _("Thời hạn giải quyết") },
    ],
  };
}

/** @returns {Field} */
function papers() {
  return {
    key: "papers", type: "list", label: _("Giấy tờ cần mang"), add: _("Thêm giấy tờ"), make: () => ({ vi: "" }), title: (paper) => paper.vi,
    fields: [{ key: "vi", type: "text", label: _("Tiếng Việt"), required: true }, { key: "en", type: "text", label: _("Tiếng Anh") }],
  };
}

/** @param {any} draft @returns {Field[]} */
function counters(draft) {
  /** @type {Option[]} */
  const options = (draft.services ?? []).map((/** @type {any} */ service) => [service.code, `${service.code} · ${service.names?.vi ?? ""}`]);
  return [{
    key: "counters", type: "list", label: _("Quầy"), add: _("Thêm quầy"),
    make: () => ({ number: 1 + Math.max(0, ...(draft.counters ?? []).map((/** @type {any} */ each) => Number(each.number) || 0)), services: [] }),
    title: (counter) => [counter.names?.vi || _("Quầy %(n)s", { n: counter.number }), (counter.services ?? []).join(", ")].filter(Boolean).join(" · "),
    fields: [
      { key: "number", type: "number", label: _("Số quầy"), required: true, min: 1, max: 9999 },
      { key: "names", type: "names", label: _("Tên riêng") },
      { key: "services", type: "checks", label: _("Nhận lĩnh vực"), options, hint: _("Theo thứ tự chọn: lĩnh vực chọn trước là chính.") },
      { key: "zone", type: "text", label: _("Khu vực") },
    ],
  }];
}

/** @returns {Field[]} */
function policy() {
  return [{
    key: "policy", type: "group", label: _("Thứ tự gọi"),
    fields: [
      { key: "mode", type: "select", label: _("Người ưu tiên"), fallback: "interleaved", options: [["interleaved", _("xen kẽ với người thường")], ["strict", _("luôn gọi trước")]] },
      { key: "ratio", type: "number", label: _("Sau mấy người thường gọi một người ưu tiên"), fallback: 2, min: 1, max: 20 },
      { key: "guard_s", type: "number", label: _("Không ai bị vượt khi đã chờ quá (phút)"), scale: 60, fallback: 45, min: 5, max: 360 },
      { key: "service_order", type: "select", label: _("Quầy nhận nhiều lĩnh vực"), fallback: "arrival", options: [["arrival", _("ai đến trước gọi trước")], ["listed", _("hết lĩnh vực đầu mới đến lĩnh vực sau")]] },
      { key: "calls_before_no_show", type: "number", label: _("Gọi mấy lần trước khi báo vắng"), fallback: 3, min: 1, max: 9 },
      { key: "return_after", type: "number", label: _("Người vắng quay lại chờ thêm mấy người"), fallback: 2, min: 0, max: 20 },
      { key: "alert_wait_s", type: "number", label: _("Báo động khi có người chờ quá (phút)"), scale: 60, fallback: 30, min: 1, max: 360, hint: _("Đánh dấu ở bàn làm việc và ở trang toàn cảnh.") },
    ],
  }];
}

/** What people may be asked for at the kiosk's scanner. @returns {Field[]} */
function entry() {
  const minutes = (/** @type {string} */ key, /** @type {string} */ label) => (/** @type {Field} */ ({ key, type: "number", label, fallback: 30, min: 0, max: 600 }));
  return [
    {
      key: "card", type: "select", label: _("Căn cước ở máy lấy số"), fallback: "off",
      options: [["off", _("không hỏi")], ["optional", _("có thẻ thì quét, không thì thôi")], ["required", _("phải quét mới có số")]],
      hint: _("Để mỗi người chỉ lấy một số mỗi lĩnh vực trong ngày. Số trên thẻ không được lưu: chỉ một dấu không tìm ngược được, bỏ khi hết ngày. Máy lấy số phải có máy quét."),
    },
    { key: "booked", type: "check", label: _("Nhận lịch hẹn đặt trước"), hint: _("Người đã đặt lịch đưa mã QR vào máy quét và có số theo giờ hẹn.") },
    {
      key: "bookings", type: "group", label: _("Nhận số theo lịch hẹn"),
      fields: [minutes("early_min", _("Sớm nhất trước giờ hẹn (phút)")), minutes("late_min", _("Muộn nhất sau giờ hẹn (phút)"))],
    },
  ];
}

/** @returns {Field[]} */
function ticket() {
  return [{
    key: "ticket", type: "group", label: _("Lời và phần in trên phiếu"), hint: _("Để trống là dùng lời có sẵn. Tên đơn vị, số, lĩnh vực, ngày giờ và dấu ưu tiên luôn được in."),
    fields: [
      { key: "heading", type: "names", label: _("Dòng trên số") },
      { key: "qr_hint", type: "names", label: _("Lời cạnh mã QR") },
      { key: "footer", type: "names", label: _("Dòng cuối phiếu") },
      {
        key: "show", type: "checks", label: _("In thêm"), fallback: ["counters", "ahead", "wait", "papers", "qr", "hotline"],
        options: [
          ["counters", _("quầy")], ["ahead", _("số người phía trước")], ["wait", _("thời gian chờ")], ["papers", _("giấy tờ cần mang")],
          ["qr", _("mã QR theo dõi")], ["hotline", _("đường dây nóng")],
        ],
      },
    ],
  }];
}

/** Kinds of what is kept about people (`server.domain.retention`). @returns {[string, string, number][]} kind, name, days where nothing is set */
export const KINDS = () => [
  ["comments", _("Ý kiến người dân viết kèm đánh giá"), 365], ["notes", _("Ghi chú của cán bộ về số"), 90],
  ["messages", _("Tin gửi màn hình và thiết bị"), 31], ["sign_ins", _("Lần đăng nhập, địa chỉ"), 365],
];

/** @returns {Field[]} */
function retention() {
  return [{
    key: "retention", type: "list", label: _("Quy định lưu giữ"), add: _("Thêm quy định"), make: () => ({ days: {} }),
    hint: _("Quy định có hiệu lực từ ngày ghi, với những gì phát sinh từ ngày đó; những gì cũ hơn theo quy định trước. Để trống là theo mức có sẵn."),
    title: (rule) => [_("Từ %(day)s", { day: dateText(rule.since) }), rule.source].filter(Boolean).join(" · "),
    fields: [
      { key: "since", type: "date", label: _("Có hiệu lực từ ngày"), required: true },
      { key: "days", type: "group", label: _("Số ngày lưu giữ"), fields: KINDS().map(([key, label, fallback]) => ({ key, type: "number", label, fallback, min: 1, max: 3660 })) },
      { key: "source", type: "text", label: _("Căn cứ"), hint: _("Ví dụ: số và ngày của quyết định.") },
    ],
  }];
}

const CODE = () => ({ pattern: /^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/, wrong: _("chỉ gồm chữ không dấu, số và . _ -") });
const MAILBOX = () => ({ pattern: /^[^@\s,;<>"]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/, wrong: _("không phải địa chỉ thư điện tử") });

/** Reports that go out by themselves once their period is over. @returns {Field[]} */
function reports() {
  return [{
    key: "reports", type: "list", label: _("Báo cáo gửi định kỳ"), add: _("Thêm báo cáo"), make: () => ({ period: "month" }),
    hint: _("Gửi khi kỳ đã hết. Gửi hỏng thì máy chủ tự gửi lại, thưa dần."),
    title: (report) => [report.name, periodOptions().find(([each]) => each === report.period)?.[1], ...(report.folder ? [`${report.folder}/`] : []), ...(report.mail ?? [])].filter(Boolean).join(" · "),
    fields: [
      { key: "name", type: "text", label: _("Tên"), required: true, ...CODE(), hint: _("Chữ không dấu và số, ví dụ: thang.") },
      { key: "period", type: "select", label: _("Kỳ báo cáo"), required: true, options: periodOptions() },
      { key: "by", type: "select", label: _("Chia theo"), fallback: "service", options: partOptions() },
      { key: "scope", type: "select", label: _("Phạm vi"), fallback: "office", options: [["office", _("đơn vị này")], ["tree", _("đơn vị này và các đơn vị bên dưới")]] },
      { key: "formats", type: "checks", label: _("Dạng tệp"), fallback: ["xlsx"], options: [["xlsx", "XLSX (Excel)"], ["csv", "CSV"], ["pdf", _("PDF để ký")]] },
      { key: "language", type: "select", label: _("Ngôn ngữ"), fallback: "vi", options: [["vi", "Tiếng Việt"], ["en", "English"]] },
      { key: "folder", type: "text", label: _("Vào thư mục"), ...CODE(), hint: _("Tên một thư mục trong var/reports của máy chủ.") },
      { key: "mail", type: "words", label: _("Gửi đến hộp thư"), ...MAILBOX(), hint: _("Nhiều địa chỉ cách nhau bằng dấu phẩy. Cần ít nhất một thư mục hoặc một hộp thư.") },
    ],
  }];
}

/** @returns {Option[]} */
const periodOptions = () => [["day", _("ngày")], ["week", _("tuần")], ["month", _("tháng")], ["quarter", _("quý")], ["half_year", _("nửa năm")], ["year", _("năm")]];

/** @returns {Option[]} */
const partOptions = () => [
  ["service", _("lĩnh vực")], ["field", _("nhóm lĩnh vực")], ["counter", _("quầy")], ["officer", _("cán bộ")], ["priority", _("nhóm ưu tiên")],
  ["hour", _("giờ")], ["day", _("ngày")], ["week", _("tuần")], ["month", _("tháng")], ["office", _("đơn vị")],
];

/** @returns {Field[]} */
function texts() {
  const template = (/** @type {string} */ key, /** @type {string} */ label) => (/** @type {Field} */ ({
    key, type: "group", label,
    fields: [{ key: "vi", type: "text", label: _("Tiếng Việt") }, { key: "en", type: "text", label: _("Tiếng Anh") }],
  }));
  return [{
    key: "texts", type: "group", label: _("Lời gọi số"), hint: _("{number} là số, {counter} là quầy. Để trống là dùng câu có sẵn."),
    fields: [{
      key: "voice", type: "group", label: _("Loa đọc"),
      fields: [
        { key: "languages", type: "checks", label: _("Đọc bằng"), options: [["vi", "Tiếng Việt"], ["en", "English"]] },
        { key: "style", type: "select", label: _("Cách đọc số"), fallback: "digits", options: [["digits", _("từng chữ số: không không một")], ["number", _("cả số: một")]] },
        template("invite", _("Câu mời")), template("recall", _("Câu gọi lại")),
        { key: "quiet", type: "windows", label: _("Giờ yên lặng"), hint: _("Trong những giờ này loa không đọc, bảng vẫn hiện số. Viết như 11:30–13:30.") },
        { key: "max_age_s", type: "number", label: _("Bỏ lời gọi đã chờ quá (giây)"), fallback: 180, min: 30, max: 900 },
      ],
    }],
  }];
}

/** What the hall's screens show. @param {any} draft @returns {Field[]} */
function boards(draft) {
  const zones = [...new Set((draft.counters ?? []).map((/** @type {any} */ counter) => counter.zone).filter(Boolean))];
  return [{
    key: "boards", type: "list", label: _("Kiểu bảng"), add: _("Thêm kiểu bảng"),
    make: () => ({ code: `bang-${(draft.boards ?? []).length + 1}`, name: _("Bảng mới"), layout: "main" }),
    hint: _("Ghép màn hình ở mục Thiết bị rồi chọn kiểu bảng cho nó. Màn hình không ghép mở theo địa chỉ /display?board=mã."),
    title: (board) => [board.name, layoutOptions().find(([each]) => each === board.layout)?.[1]].filter(Boolean).join(" · "),
    fields: [
      { key: "code", type: "text", label: _("Mã"), required: true, hint: _("Chữ không dấu và số, ví dụ: sanh-1.") },
      { key: "name", type: "text", label: _("Tên"), required: true },
      { key: "layout", type: "select", label: _("Kiểu"), fallback: "main", options: layoutOptions() },
      { key: "zone", type: "select", label: _("Khu vực"), options: zones.map((zone) => [zone, zone]) },
      { key: "counters", type: "checks", label: _("Chỉ các quầy"), options: counterOptions(draft), hint: _("Không chọn là mọi quầy của khu vực.") },
      { key: "services", type: "checks", label: _("Chỉ các lĩnh vực"), options: serviceOptions(draft) },
      { key: "theme", type: "select", label: _("Nền"), fallback: "night", options: [["night", _("tối")], ["paper", _("sáng")]] },
      { key: "voice", type: "select", label: _("Loa"), options: [["speaks", _("đọc số")], ["silent", _("im lặng")]], hint: _("Để trống: bảng phòng chờ và bảng khu vực đọc số, bảng khác thì không.") },
    ],
  }];
}

/** @returns {Option[]} */
function layoutOptions() {
  return [["main", _("cả phòng chờ")], ["zone", _("một khu vực")], ["sign", _("trên một quầy")], ["queue", _("ai đang chờ gì")],
    ["signage", _("tuyên truyền, có lời gọi thì nhường")]];
}

/** @param {any} draft @returns {Option[]} */
const counterOptions = (draft) => (draft.counters ?? []).map((/** @type {any} */ each) => [String(each.number), each.names?.vi || _("Quầy %(n)s", { n: each.number })]);

/** @param {any} draft @returns {Option[]} */
const serviceOptions = (draft) => (draft.services ?? []).map((/** @type {any} */ each) => [each.code, `${each.code} · ${each.names?.vi ?? ""}`]);

/** Where a layout can be seen as it is now, saved or not. @param {string} office @param {any} board */
export function previewAddress(office, board) {
  const asked = new URLSearchParams({ office, mute: "1", layout: board.layout ?? "main", theme: board.theme ?? "night" });
  const counters = board.counters ?? [];
  if (board.layout === "sign") asked.set("counter", counters[0] ?? "1");
  else if (counters.length) asked.set("counters", counters.join(","));
  if (board.zone) asked.set("zone", board.zone);
  if (board.services?.length) asked.set("services", board.services.join(","));
  return `/display?${asked}`;
}

/** @returns {Field[]} */
export function personFields(/** @type {boolean} */ known) {
  return [
    { key: "username", type: "text", label: _("Tên đăng nhập"), required: true, fixed: known, hint: _("Chữ thường không dấu và số.") },
    { key: "name", type: "text", label: _("Họ và tên"), required: true, hint: _("Hiện trên bảng đánh giá và bàn làm việc.") },
    { key: "roles", type: "checks", label: _("Vai trò"), options: roleOptions() },
    { key: "password", type: "password", label: known ? _("Đặt mật khẩu mới") : _("Mật khẩu"), required: !known, hint: _("Ít nhất 8 ký tự. Đặt mật khẩu mới sẽ đăng xuất người đó ở mọi nơi.") },
    { key: "active", type: "check", label: _("Tài khoản hoạt động"), fallback: true },
  ];
}

/** @returns {Option[]} */
export function roleOptions() {
  return [["officer", _("Cán bộ tại quầy")], ["helper", _("Tổ hỗ trợ")], ["head", _("Lãnh đạo")], ["admin", _("Quản trị")], ["auditor", _("Thanh tra")]];
}

/** @param {any} draft @param {any[]} devices @param {boolean} known @param {string} [own] @returns {Field[]} */
export function deviceFields(draft, devices, known, own) {
  /** @returns {Option[]} */
  const ofKind = (/** @type {string} */ kind) => devices.filter((each) => each.kind === kind && each.id !== own).map((each) => [each.id, each.name]);
  const kiosk = devices.find((each) => each.id === own && each.kind === "kiosk");
  return [
    { key: "kind", type: "select", label: _("Loại"), required: true, fixed: known, options: kindOptions() },
    { key: "name", type: "text", label: _("Tên"), required: true, hint: _("Như ghi trên nhãn dán, ví dụ: may-in-1.") },
    { key: "counter", type: "select", label: _("Ở quầy"), options: counterOptions(draft) },
    { key: "agent", type: "select", label: _("Nối vào máy trạm"), options: ofKind("agent") },
    { key: "printer", type: "select", label: _("Máy in bên cạnh"), options: ofKind("printer"), hint: _("Chỉ cho máy lấy số.") },
    {
      key: "settings", type: "group", label: _("Bảng gọi số"),
      fields: [{ key: "layout", type: "select", label: _("Kiểu bảng"), options: (draft.boards ?? []).map((/** @type {any} */ each) => [each.code, each.name]), hint: _("Chỉ cho bảng gọi số.") }],
    },
    ...(kiosk ? staffCodeFields(kiosk) : []),
  ];
}

/** What opens the settings on the kiosk's own screen. @param {any} kiosk @returns {Field[]} */
function staffCodeFields(kiosk) {
  const hint = kiosk.staff_code ? _("Đã có mã. Để trống: giữ mã đang dùng.") : _("Chưa có mã: phần cài đặt ở máy không mở được.");
  return [
    { key: "staff_code", type: "password", label: _("Mã nhân viên tại máy"), hint: `${_("6–12 chữ số, mở phần cài đặt trên màn hình của máy.")} ${hint}` },
    ...(kiosk.staff_code ? [/** @type {Field} */ ({ key: "no_staff_code", type: "check", label: _("Bỏ mã nhân viên") })] : []),
  ];
}

/** @returns {Option[]} */
export function kindOptions() {
  return [
    ["kiosk", _("Máy lấy số")], ["panel", _("Bảng đánh giá")], ["agent", _("Máy trạm thiết bị")], ["printer", _("Máy in")],
    ["keypad", _("Bàn phím gọi số")], ["led", _("Bảng LED")], ["board", _("Bảng gọi số")], ["scanner", _("Máy quét")],
    ["speaker", _("Loa hội trường")],
  ];
}

/** @param {string | undefined} date */
export function dateText(date) {
  const [year, month, day] = (date ?? "").split("-");
  return day ? `${day}/${month}/${year}` : _("ngày mới");
}
