/** A small hall for the board's tests, at nine in the morning. */
export const NINE = Date.parse("2026-11-20T09:00:00+07:00");

/**
 * @param {string} number @param {number} counter
 * @param {{at?: number, count?: number, name?: string, language?: string}} [more]
 */
export function call(number, counter, { at = NINE, count = 1, name = `Quầy ${counter}`, language = "vi" } = {}) {
  return {
    ticket_id: `t-${number}`, number, counter, counter_name: name, service: number[0], service_name: "Hộ tịch",
    call_count: count, called_at: new Date(at).toISOString(), language, recall: count > 1,
  };
}

/** @param {number} number @param {object} [more] @returns {import("../../display/static/reduce.js").Counter} */
export function counter(number, more = {}) {
  return { number, name: `Quầy ${number}`, zone: null, state: "open", ticket: null, ticket_state: null, services: ["A"], ...more };
}

export function snapshot() {
  return {
    office: { code: "demo", name: "Phường Khương Đình", timezone: "Asia/Ho_Chi_Minh" },
    version: 7,
    calls: [call("A012", 2, { at: NINE - 20_000 }), call("B008", 1, { at: NINE - 60_000 })],
    counters: [counter(1, { ticket: "B008", services: ["B"] }), counter(2, { ticket: "A012" })],
    waiting: [{ service: "A", name: "Hộ tịch", count: 4 }, { service: "B", name: "Chứng thực", count: 6 }],
    notice: null,
  };
}
