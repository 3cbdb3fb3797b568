/**
 * What is read aloud of a screen, to whoever cannot read it: where one is, what there is, and what to touch. A pure
 * function of the state, like the screen itself.
 *
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").Service} Service
 */
import { _, _n } from "motcua/i18n";
import { entries, fit, groupNames, pageOf } from "./layout.js";
import { scanPromise, scanTask, scanTitle } from "./scan.js";
import { closedWords, counters, lateWords, minutes, named, priorityName } from "./say.js";
import { paper, serviceOf } from "./state.js";

/** Sentences of the screen; "" where there is nothing to say yet. @param {State} state @returns {string} */
export function guidance(state) {
  if (!state.office) return "";
  return screens[state.screen](state).filter(Boolean).map(sentence).join(" ");
}

/** @type {{[screen: string]: (state: State) => string[]}} */
const screens = {
  home, search, priority, papers, closed, late, scan, issuing: () => [], ticket, refused, staff: () => [], settings: () => [],
  touches: () => [],
};

/** @param {string} words */
function sentence(words) {
  return /[.?!]$/.test(words) ? words : `${words}.`;
}

/** @param {State} state */
function home(state) {
  const all = entries(state);
  const { columns, rows } = fit(state, all.length);
  const { shown, page, pages } = pageOf(state, all, columns * rows);
  const names = shown.map((entry) => named(entry.kind === "service" ? entry.service.names : entry.names));
  return [
    state.group === null ? "" : named(groupNames(state)),
    state.purpose === "papers" ? _("Chạm vào lĩnh vực để xem giấy tờ") : _("Chạm một lần để lấy số thứ tự"),
    _("Trên màn hình có: %(list)s", { list: names.join("; ") }),
    pages > 1 ? _("Trang %(page)s trong %(pages)s", { page: page + 1, pages }) : "",
    state.purpose === "take" ? _("Ở phía dưới có: %(list)s", { list: below(state).join("; ") }) : "",
  ];
}

/** @param {State} state */
function below(state) {
  const help = state.office?.services.some((service) => service.help);
  return [_("Tôi thuộc diện ưu tiên"), _("Cần mang giấy tờ gì?"), ...(help ? [_("Tôi cần trợ giúp")] : [])];
}

function search() {
  return [_("Tìm lĩnh vực, thủ tục"), _("Gõ không cần dấu, ví dụ: ho tich")];
}

/** @param {State} state */
function priority({ office }) {
  const groups = (office?.priorities ?? []).map(priorityName);
  return [_("Ông/bà thuộc trường hợp nào?"), [...groups, _("Không thuộc trường hợp nào")].join("; ")];
}

/** @param {State} state */
function papers(state) {
  const service = serviceOf(state, state.service);
  const procedures = service?.procedures ?? [];
  const chosen = procedures.find((each) => each.code === state.procedure);
  if (procedures.length && !chosen) {
    return [named(service?.names), _("Chọn thủ tục ông/bà cần làm"), procedures.map((each) => named(each.names)).join("; ")];
  }
  const list = ((chosen ?? service)?.papers ?? []).map((each) => named(each)).join("; ");
  return [
    named((chosen ?? service)?.names), list && _("Giấy tờ cần mang theo: %(list)s", { list }),
    chosen?.fee ? `${_("Lệ phí")}: ${named(chosen.fee)}` : "",
    chosen?.time_limit ? `${_("Thời hạn giải quyết")}: ${named(chosen.time_limit)}` : "",
    service?.open ? _("Chạm “Đủ giấy tờ, lấy số” ở phía dưới để lấy số") : "",
  ];
}

/** @param {State} state */
function closed(state) {
  const service = serviceOf(state, state.service);
  if (!service || !state.office) return [];
  const { reason, next } = closedWords(service, state.wall, state.office.timezone);
  return [named(service.names), reason, next];
}

/** @param {State} state */
function late(state) {
  const service = serviceOf(state, state.service);
  if (!service || !state.office) return [];
  const { reason, next } = lateWords(service, state.wall, state.office.timezone);
  return [named(service.names), _("Hôm nay có thể không kịp."), reason, next, _("Chạm “Vẫn lấy số” hoặc “Để hôm khác” ở phía dưới")];
}

/** @param {State} state */
function scan(state) {
  const skip = state.office?.card === "optional" ? _("Không có thẻ, chạm “Lấy số không cần thẻ” ở phía dưới") : "";
  return [named(serviceOf(state, state.service)?.names), scanTitle(state), scanTask(), state.unread ?? "", skip, scanPromise()];
}

/** @param {State} state */
function ticket(state) {
  const { ticket: given, office } = state;
  if (!given || !office) return [];
  if (serviceOf(state, given.service)?.help) {
    return [_("Số của ông/bà là %(number)s", { number: [...given.number].join(" ") }), _("Mời ông/bà ngồi đợi. Cán bộ hướng dẫn sẽ đến gặp.")];
  }
  const wait = minutes(given.expected_wait_s);
  return [
    // Letter by letter and figure by figure, as it is called.
    _("Số của ông/bà là %(number)s", { number: [...given.number].join(" ") }),
    given.people_ahead === null ? "" : _n("Trước ông/bà có %(n)s người", given.people_ahead),
    wait ? _("Chờ khoảng %(wait)s", { wait }) : "",
    given.counters.length ? _("Khi được gọi, mời ông/bà đến %(counters)s", { counters: counters(office, given.counters) }) : "",
    ["printing", "printed"].includes(paper(state)) ? _("Mời ông/bà lấy phiếu") : _("Phiếu không in được; số vẫn được giữ"),
  ];
}

/** @param {State} state */
function refused({ problem }) {
  const held = problem?.number ? _("Ông/bà đã có số %(number)s", { number: [...problem.number].join(" ") }) : _("Chưa lấy được số");
  return [held, problem?.text ?? "", _("Mời ông/bà hỏi cán bộ hướng dẫn")];
}
