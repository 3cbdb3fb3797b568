/** Wiring of the signage page: files up, playlists to and fro. */
import { render } from "lit-html";

import { api, ApiError, pageConfig } from "motcua/api";
import { faultsOf } from "motcua/form";
import { _ } from "motcua/i18n";
import { signIn, whoIsHere } from "motcua/staff";

import { fromDraft, itemFields, listFields, aboutOf } from "./draft.js";
import { initial, isChanged, reduce } from "./reduce.js";
import { view } from "./view.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const office = new URLSearchParams(location.search).get("office") ?? pageConfig().office;
const base = `/api/v1/offices/${encodeURIComponent(office)}`;
let state = initial;

/** @param {any} event */
function dispatch(event) {
  state = reduce(state, event);
  render(view(state, office, handlers), root);
}

/** @param {unknown} error */
function refused(error) {
  if (!(error instanceof ApiError)) throw error;
  if (error.code === "not_signed_in") return signIn({ ended: true });
  return dispatch({ type: "refused", text: error.message });
}

/** @param {Event} event */
async function files(event) {
  const input = /** @type {HTMLInputElement} */ (event.target);
  const chosen = [...(input.files ?? [])];
  input.value = "";
  for (const file of chosen) await upload(file);
}

/** @param {File} file */
async function upload(file) {
  dispatch({ type: "uploading", name: file.name });
  try {
    await api.upload("POST", `${base}/media?name=${encodeURIComponent(file.name)}`, file);
    dispatch({ type: "media", media: (await api.get(`${base}/signage/settings`)).media });
    dispatch({ type: "uploaded", name: file.name });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    dispatch({ type: "uploaded", name: file.name, fault: error.message });
  }
}

function faults() {
  /** @type {{[path: string]: string}} */
  const found = {};
  state.draft.lists.forEach((/** @type {any} */ list, /** @type {number} */ at) => {
    Object.assign(found, faultsOf(listFields(state), state.draft, ["lists", at]));
    list.items.forEach((/** @type {any} */ item, /** @type {number} */ i) => {
      const path = ["lists", at, "items", i];
      const asked = item.kind === "papers" && (item.about ?? aboutOf(item)) ? itemFields(item, state).filter((field) => field.key !== "about") : itemFields(item, state);
      Object.assign(found, faultsOf(asked, state.draft, path));
    });
  });
  return found;
}

async function save() {
  const wrong = faults();
  if (Object.keys(wrong).length) return dispatch({ type: "refused", faults: wrong, text: _("Chưa lưu: có chỗ cần sửa.") });
  dispatch({ type: "sending" });
  try {
    const settings = await api.put(`${base}/signage`, { edition: state.edition, lists: fromDraft(state.draft) });
    dispatch({ type: "settings", view: settings });
    dispatch({ type: "done", text: _("Đã lưu. Các bảng đổi trong vài giây.") });
  } catch (error) {
    refused(error);
  }
}

/** Alt and an arrow move an item; the focus goes along. @param {KeyboardEvent} event @param {number} list @param {number} at */
function keys(event, list, at) {
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!event.altKey || by === undefined) return;
  event.preventDefault();
  const holder = /** @type {HTMLElement} */ (event.currentTarget).parentElement;
  dispatch({ type: "move", list, at, by });
  /** @type {HTMLElement | null | undefined} */ (holder?.children[at + by]?.querySelector("button:not([disabled])"))?.focus();
}

const handlers = {
  dispatch, files, save, keys,
  discard: (/** @type {any} */ media) => api.remove(`${base}/media/${media.digest}`)
    .then(async () => dispatch({ type: "media", media: (await api.get(`${base}/signage/settings`)).media }))
    .catch(refused),
};

async function start() {
  if (!(await whoIsHere())) return;
  const [described, catalogue, settings] = await Promise.all([api.get(base), api.get(`${base}/procedures`), api.get(`${base}/signage/settings`)]);
  const zones = [...new Set(described.counters.map((/** @type {any} */ counter) => counter.zone).filter(Boolean))];
  dispatch({ type: "known", what: { zones, services: catalogue.services } });
  dispatch({ type: "settings", view: settings });
}

addEventListener("beforeunload", (event) => {
  if (state.draft && isChanged(state)) event.preventDefault();
});
dispatch({ type: "opened" });
start().catch(refused);
