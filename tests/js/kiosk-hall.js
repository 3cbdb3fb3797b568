/** A hall to test the kiosk with, and a kiosk that is touched at given seconds. */
import { reduce } from "../../kiosk/static/reduce.js";
import { initial } from "../../kiosk/static/state.js";

/** @typedef {import("../../kiosk/static/state.js").Service} Service */

/** @param {string} code @param {string} vi @param {Partial<Service>} [more] @returns {Service} */
export function service(code, vi, more = {}) {
  return {
    code, names: { vi, en: `Field ${code}` }, group: null, open: true, waiting: 0, expected_wait_s: null, counters: [1],
    papers: [{ vi: "Căn cước", en: "Identity card" }], ...more,
  };
}

/** @param {Service[]} [services] @returns {import("../../kiosk/static/state.js").Office} */
export function office(services = [service("A", "Hộ tịch"), service("B", "Chứng thực")]) {
  return {
    code: "demo", names: { vi: "Phường Khương Đình", en: "Khương Đình Ward" }, timezone: "Asia/Ho_Chi_Minh", services,
    counters: [1, 2, 3].map((number) => ({ number, names: { vi: `Quầy ${number}`, en: `Counter ${number}` } })),
    hours: { open: true, today: [["07:30", "11:30"], ["13:30", "16:30"]] },
    priorities: ["elderly", "disabled", "pregnant", "with_infant", "meritorious"],
  };
}

/** Seventy fields in eight groups and one on its own. */
export function manyServices() {
  return Array.from({ length: 70 }, (_, i) => service(`S${i}`, `Lĩnh vực ${i}`, {
    group: i < 69 ? { vi: `Nhóm ${i % 8}`, en: `Group ${i % 8}` } : { vi: "Riêng", en: "Alone" },
  }));
}

/** @param {string} [state] @returns {import("../../kiosk/static/state.js").Ticket} */
export function ticket(state = "queued") {
  return {
    id: "t1", number: "A012", service: "A", priority: null, people_ahead: 5, expected_wait_s: { low: 1200, high: 2100 },
    counters: [2, 3], track_url: "https://queue.example/t/abc", print: { state },
  };
}

/** @param {import("../../kiosk/static/state.js").Office} [hall] */
export function kiosk(hall = office()) {
  let state = reduce(initial({ lang: "vi" }), { type: "office", office: hall });
  state = reduce(state, { type: "known", known: true });
  return {
    get state() {
      return state;
    },
    /** @param {any} input */
    news(input) {
      state = reduce(state, input);
      return this;
    },
    /** Touch at a second of this kiosk's life. @param {number} second @param {any} touch */
    at(second, touch) {
      state = reduce(state, { ...touch, at: second * 1000 });
      return this;
    },
    /** Let the clock run to a second, tick by tick. @param {number} second */
    until(second) {
      for (let at = state.now + 250; at <= second * 1000; at += 250) state = reduce(state, { type: "tick", at, wall: at });
      return this;
    },
  };
}
