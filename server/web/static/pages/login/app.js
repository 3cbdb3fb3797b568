import { render } from "lit-html";

import { api, ApiError, pageConfig } from "motcua/api";
import { _ } from "motcua/i18n";

import { view } from "./view.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const config = pageConfig();
const asked = new URLSearchParams(location.search).get("refused");
const pending = asked === "second_factor_required";
const next = encodeURIComponent(config.next);
/** @type {import("./view.js").State} */
let state = {
  busy: false, error: refusalText(asked), second: pending, pending, ended: new URLSearchParams(location.search).has("ended"),
  elsewhere: config.sign_on.map((/** @type {any} */ one) => ({ title: one.title, href: `/sign-on/${one.name}?next=${next}` })),
};

/** Why a sign-on elsewhere did not lead in. @param {string | null} code */
function refusalText(code) {
  if (!code || code === "second_factor_required") return null;
  if (code === "sign_on_unavailable") return _("Nơi đăng nhập chung chưa trả lời. Xin thử lại, hoặc dùng mật khẩu.");
  return _("Nơi đăng nhập chung không xác nhận được, hoặc tài khoản chưa được mở ở đây.");
}

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
    const { user } = state.pending
      ? await api.post("/api/v1/session/code", { code: String(code).trim() }, { attempts: 1 })
      : await api.post("/api/v1/session", { username, password, ...(code ? { code } : {}) }, { attempts: 1 });
    // Until there is a second factor, where one is asked for, the account is all there is.
    location.assign(user.must_secure ? "/account" : config.next);
  } catch (error) {
    const wantsCode = error instanceof ApiError && ["second_factor_required", "wrong_second_factor"].includes(error.code);
    show({ busy: false, second: state.second || wantsCode, error: error instanceof ApiError ? error.message : String(error) });
    const field = /** @type {HTMLInputElement} */ (form.elements.namedItem(wantsCode || state.pending ? "code" : "password"));
    field.select();
    field.focus();
  }
}

show({});
