/**
 * One's own account as state and events. Pure.
 *
 * @typedef {{id: string, method: string, address: string | null, began_at: string, current: boolean}} SignIn
 * @typedef {{id: string, name: string, scopes: string[], created_at: string, expires_at: string, used_at: string | null}} Token
 * @typedef {object} State
 * @property {any} me                       who is signed in, null until it is known
 * @property {SignIn[]} signIns
 * @property {Token[]} tokens
 * @property {string[]} scopes              what may be handed to a program
 * @property {{qr: string, secret: string} | null} begun   a second factor that waits for its first code
 * @property {string[] | null} codes        recovery codes, shown once
 * @property {string | null} made           a new token, shown once
 * @property {string | null} busy           what is being done
 * @property {{good: boolean, text: string} | null} message
 *
 * @typedef {{type: "known", what: Partial<State>} | {type: "busy", what: string} | {type: "done", text?: string}
 *   | {type: "refused", text: string}} Event
 */

/** @returns {State} */
export const initial = () => ({
  me: null, signIns: [], tokens: [], scopes: [], begun: null, codes: null, made: null, busy: null, message: null,
});

/** @param {State} state @param {Event} event @returns {State} */
export function reduce(state, event) {
  switch (event.type) {
    case "known":
      return { ...state, ...event.what };
    case "busy":
      return { ...state, busy: event.what, message: null };
    case "done":
      return { ...state, busy: null, message: event.text ? { good: true, text: event.text } : null };
    default:
      return { ...state, busy: null, message: { good: false, text: event.text } };
  }
}
