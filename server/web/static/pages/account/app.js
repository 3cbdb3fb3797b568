/** One's own account: asks, shows, and sends what was filled in. */
import { render } from "lit-html";

import { api, ApiError, pageConfig, setCsrf } from "motcua/api";
import { _ } from "motcua/i18n";
import { signOut } from "motcua/staff";

import { initial, reduce } from "./reduce.js";
import { view } from "./view.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
let state = initial();

/** @param {import("./reduce.js").Event} event */
function dispatch(event) {
  state = reduce(state, event);
  render(view(state, handlers), root);
}

/** @param {unknown} error */
function refused(error) {
  if (error instanceof ApiError && error.code === "not_signed_in") {
    location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
  } else dispatch({ type: "refused", text: error instanceof Error ? error.message : String(error) });
}

/** @param {string} what @param {() => Promise<string | undefined>} act  returns what to say when it is done */
async function run(what, act) {
  dispatch({ type: "busy", what });
  try {
    dispatch({ type: "done", text: await act() });
  } catch (error) {
    refused(error);
  }
}

/** @param {SubmitEvent} event */
function filled(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  return { form, data: new FormData(form) };
}

async function load() {
  const [{ user }, { sign_ins: signIns }, { tokens, scopes }] = await Promise.all([
    api.get("/api/v1/me"), api.get("/api/v1/me/sign-ins"), api.get("/api/v1/me/tokens"),
  ]);
  dispatch({ type: "known", what: { me: user, signIns, tokens, scopes: user.must_secure ? [] : scopes } });
}

const handlers = {
  /** @param {SubmitEvent} event */
  password(event) {
    const { form, data } = filled(event);
    return run("password", async () => {
      await api.post("/api/v1/me/password", { current: data.get("current"), new: data.get("new") });
      form.reset();
      await load();
      return _("Đã đổi mật khẩu.");
    });
  },
  begin: () => run("begin", async () => {
    const begun = await api.post("/api/v1/me/second-factor");
    dispatch({ type: "known", what: { begun: { qr: begun.qr_svg, secret: begun.secret }, codes: null } });
    return undefined;
  }),
  /** @param {SubmitEvent} event */
  confirm(event) {
    const code = String(filled(event).data.get("code")).replace(/\s/g, "");
    return run("confirm", async () => {
      const { recovery_codes: codes } = await api.post("/api/v1/me/second-factor/confirm", { code });
      dispatch({ type: "known", what: { begun: null, codes } });
      await load();
      return undefined;
    });
  },
  end: (/** @type {string} */ id) => run("end", async () => {
    await api.remove(`/api/v1/me/sign-ins/${id}`);
    await load();
    return _("Đã kết thúc.");
  }),
  /** @param {SubmitEvent} event */
  make(event) {
    const { form, data } = filled(event);
    return run("make", async () => {
      const wanted = { name: data.get("name"), days: Number(data.get("days")), scopes: data.getAll("scope") };
      const { token } = await api.post("/api/v1/me/tokens", wanted);
      dispatch({ type: "known", what: { made: token } });
      form.reset();
      await load();
      return undefined;
    });
  },
  revoke: (/** @type {string} */ id) => run("revoke", async () => {
    await api.remove(`/api/v1/me/tokens/${id}`);
    dispatch({ type: "known", what: { made: null } });
    await load();
    return _("Đã thu hồi.");
  }),
  signOut: () => run("out", async () => {
    await signOut();
    return undefined;
  }),
};

async function start() {
  const me = await api.get("/api/v1/me");
  if (!me.user) return location.assign(`/login?next=${encodeURIComponent(pageConfig().next ?? "/account")}`);
  setCsrf(me.csrf_token);
  return load();
}

dispatch({ type: "known", what: {} });
start().catch(refused);
