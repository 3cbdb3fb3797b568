/** Makes this browser one of the office's screens: the code from administration is traded for a token, once. */
import { html, nothing, render } from "lit-html";

import { api, ApiError, pageConfig } from "motcua/api";
import { _ } from "motcua/i18n";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
/** @type {{busy: boolean, error: string | null}} */
let state = { busy: false, error: null };

/** Where a screen of a kind has its page. @param {{office: string, device: {kind: string, counter: number | null}}} paired */
function pageOf({ office, device }) {
  const place = `office=${encodeURIComponent(office)}`;
  if (device.kind === "panel") return `/rate?${place}${device.counter ? `&counter=${device.counter}` : ""}`;
  return device.kind === "kiosk" ? `/kiosk?${place}` : `/display?${place}`;
}

/** @param {Partial<typeof state>} change */
function show(change) {
  state = { ...state, ...change };
  render(html`<main class="login"><form class="card stack" @submit=${submit}>
    <h1>${_("Ghép màn hình này")}</h1>
    <p>${_("Gõ mã 8 số mà trang quản trị đang hiện. Mã dùng được một lần, trong 15 phút.")}</p>
    <div class="field"><label for="code">${_("Mã ghép")}</label>
      <input class="input number" id="code" name="code" inputmode="numeric" autocomplete="off" maxlength="9" required .value=${pageConfig().code} /></div>
    ${state.error ? html`<p class="field-error" role="alert">${state.error}</p>` : nothing}
    <button class="button button--main" autofocus ?disabled=${state.busy}>${_("Ghép")}</button>
  </form></main>`, root);
}

/** @param {SubmitEvent} event */
async function submit(event) {
  event.preventDefault();
  const typed = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("code"));
  show({ busy: true, error: null });
  try {
    const paired = await api.post("/api/v1/devices/pair", { code: typed.replace(/\D/g, ""), keep: true }, { attempts: 1 });
    location.assign(pageOf(paired));
  } catch (error) {
    show({ busy: false, error: error instanceof ApiError ? error.message : String(error) });
  }
}

show({});
root.querySelector("button")?.focus();
