/**
 * The way to the kiosk's runtime for staff: sends what was asked, keeps the shown state of the kiosk fresh while it is
 * looked at, and gives the grant back when they leave.
 *
 * @typedef {import("./state.js").State} State
 * @typedef {import("./staffing.js").Asked} Asked
 * @typedef {import("./staffing.js").StaffInput} StaffInput
 */
import { ApiError, createApi } from "motcua/api";

const STATUS_MS = 3_000;
/** A printer that says nothing is waited for this long by the runtime. */
const PATIENT_MS = 75_000;
const ROOT = "/kiosk/staff";
/** What everybody at the kiosk sees is another thing after these. */
const CHANGING = new Set(["settings", "stop", "release", "leave"]);

/**
 * @param {(input: StaffInput) => void} dispatch
 * @param {{now: () => number, changed: () => void, reload: () => void}} page
 */
export function createStaffDesk(dispatch, { now, changed, reload }) {
  const api = createApi({ timeout: PATIENT_MS, pauses: [] });
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let watching;

  /** @param {Asked} asked @param {string | null} grant */
  async function send({ path, body }, grant) {
    try {
      const answer = await api.post(`${ROOT}/${path}`, { ...body, ...(grant ? { grant } : {}) });
      dispatch({ type: "staff_told", path, answer, at: now() });
      if (path === "reload") reload();
    } catch (error) {
      const problem = error instanceof ApiError ? error : new ApiError("page", String(error));
      const wait = Number(problem.problem.wait_s ?? 0);
      dispatch({ type: "staff_refused", code: problem.code, text: problem.message, wait_s: wait, at: now() });
    } finally {
      if (CHANGING.has(path)) changed();
    }
  }

  /** @param {string} grant */
  function leave(grant) {
    clearInterval(watching);
    // The grant ends by itself, too.
    api.post(`${ROOT}/leave`, { grant }).catch(() => undefined).finally(changed);
  }

  return {
    /** @param {State} state @param {State} before */
    follow(state, before) {
      const [is, was] = [state.staff, before.staff];
      if (is?.asked && is.asked !== was?.asked) send(is.asked, is.grant);
      const grant = is?.grant ?? null;
      if (grant && !was?.grant) watching = setInterval(() => send({ path: "status", body: {} }, grant), STATUS_MS);
      if (was?.grant && !grant) leave(was.grant);
    },
    /** Digits on a keyboard that is plugged in. @param {KeyboardEvent} event @param {State} state */
    key(event, state) {
      if (state.screen !== "staff" || event.ctrlKey || event.altKey || event.metaKey) return;
      if (/^\d$/.test(event.key)) dispatch({ type: "staff_digit", digit: event.key, at: now() });
      if (event.key === "Backspace") dispatch({ type: "staff_digit", digit: "delete", at: now() });
    },
  };
}
