import { render } from "lit-html";

import { api, ApiError, pageConfig } from "motcua/api";

import { view } from "./view.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const config = pageConfig();
/** @type {import("./view.js").State} */
let state = { busy: false, error: null, second: false };

/** @param {Partial<import("./view.js").State>} change */
function show(change) {
  state = { ...state, ...change };
  render(view(state, { submit }), root);
}

/** @param {SubmitEvent} event */
async function submit(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  const { username, password, code } = Object.fromEntries(new FormData(form));
  show({ busy: true, error: null });
  try {
    const { user } = await api.post("/api/v1/session", { username, password, ...(code ? { code } : {}) }, { attempts: 1 });
    // Until there is a second factor, where one is asked for, the account is all there is.
    location.assign(user.must_secure ? "/account" : config.next);
  } catch (error) {
    const asked = error instanceof ApiError && ["second_factor_required", "wrong_second_factor"].includes(error.code);
    show({ busy: false, second: state.second || asked, error: error instanceof ApiError ? error.message : String(error) });
    const field = /** @type {HTMLInputElement} */ (form.elements.namedItem(asked ? "code" : "password"));
    field.select();
    field.focus();
  }
}

show({});
