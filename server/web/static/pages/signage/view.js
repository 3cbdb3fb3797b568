/** The signage page as markup. Pure. @typedef {import("./reduce.js").State} State */
import { html, nothing } from "lit-html";

import { formView } from "motcua/form";
import { _, _n, language } from "motcua/i18n";

import { aboutOf, itemFields, itemTitle, KINDS, kindName, listFields } from "./draft.js";
import { isChanged } from "./reduce.js";

/**
 * @typedef {object} Handlers
 * @property {(event: any) => void} dispatch
 * @property {(event: Event) => void} files
 * @property {(media: any) => void} discard
 * @property {() => void} save
 * @property {(event: KeyboardEvent, list: number, at: number) => void} keys
 */

/** @param {State} state @param {string} office @param {Handlers} on */
export function view(state, office, on) {
  if (!state.draft) return html`<main class="signs signs--opening"><p role="status">${state.message?.text ?? _("Đang tải…")}</p></main>`;
  return html`<header class="topbar"><strong>${_("Màn hình tuyên truyền")}</strong>
      <span class="topbar__end row small"><a href="/admin?office=${office}">${_("Quản trị")}</a> <a href="/display?office=${office}">${_("Bảng gọi số")}</a>
        <a href="?office=${office}&lang=${language() === "vi" ? "en" : "vi"}">${language() === "vi" ? "English" : "Tiếng Việt"}</a></span></header>
    <main class="signs stack">
      <h1>${_("Màn hình tuyên truyền")}</h1>
      <p>${_("Giữa hai lượt gọi số, bảng hiện lần lượt những mục dưới đây. Có số được gọi thì bảng gọi số ngay; các số vừa gọi luôn còn trên màn hình.")}</p>
      ${state.message ? html`<p class="banner banner--${state.message.kind}" role=${state.message.kind === "bad" ? "alert" : "status"}>${state.message.text}</p>` : nothing}
      ${library(state, on)}
      <h2>${_("Danh sách phát")}</h2>
      ${state.draft.lists.map((/** @type {any} */ list, /** @type {number} */ at) => listView(state, office, list, at, on))}
      <p><button class="button" data-do="add-list" @click=${() => on.dispatch({ type: "add-list" })}>+ ${_("Thêm danh sách")}</button></p>
    </main>
    ${isChanged(state) ? saveBar(state, on) : nothing}`;
}

/** @param {State} state @param {Handlers} on */
function library(state, on) {
  return html`<section class="card stack"><h2>${_("Ảnh và video")}</h2>
    <p class="small muted">${_("PNG, JPEG, WebP đến 20 MB; MP4, WebM đến 200 MB và 10 phút. Máy chủ xem nội dung tệp, ghi lại ảnh và bỏ mọi thông tin kèm theo.")}</p>
    <p><label class="button signs__file">${_("Gửi tệp lên")}<input class="visually-hidden" type="file" multiple accept="image/png,image/jpeg,image/webp,video/mp4,video/webm" @change=${on.files} /></label></p>
    <ul class="signs__uploads">${state.uploads.map((each) => html`<li class=${each.fault ? "field-error" : "muted"} data-upload=${each.name}>
      <span role=${each.fault ? "alert" : "status"}>${each.name}: ${each.fault ?? _("đang gửi…")}</span></li>`)}</ul>
    <ul class="signs__files">${state.media.map((media) => html`<li class="signs__thumb" data-media=${media.name}>
      ${media.type.startsWith("image/") ? html`<img loading="lazy" alt="" src=${media.url}>` : html`<video preload="metadata" muted src=${media.url}></video>`}
      <span class="signs__name">${media.name}</span>
      <span class="small muted tnum">${media.width}×${media.height}${media.seconds ? ` · ${_("%(s)s giây", { s: Math.round(media.seconds) })}` : ""} · ${size(media.size)}</span>
      ${media.used ? html`<span class="badge badge--done">${_("đang dùng")}</span>`
        : html`<button class="button" data-do="discard" ?disabled=${state.busy} @click=${() => on.discard(media)}>${_("Xoá")}<span class="visually-hidden"> ${media.name}</span></button>`}</li>`)}</ul>
  </section>`;
}

/** @param {number} bytes */
const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

/** @param {State} state @param {string} office @param {any} list @param {number} at @param {Handlers} on */
function listView(state, office, list, at, on) {
  const form = { value: state.draft, faults: state.faults, change: (/** @type {any} */ path, /** @type {any} */ value) => on.dispatch({ type: "edit", path, value }) };
  const path = ["lists", at];
  const saved = !isChanged(state);
  return html`<details class="card form-item stack" ?open=${list.fresh === true || state.draft.lists.length === 1 || state.preview === at} data-list=${list.name}>
    <summary>${list.name || _("Danh sách mới")} · ${_n("%(n)s mục", list.items.length)}${list.zone ? ` · ${list.zone}` : ""}
      ${list.active === false ? html`<span class="badge badge--warn">${_("đang tắt")}</span>` : nothing}</summary>
    <div class="form-grid">${formView(listFields(state), form, path)}</div>
    <h3>${_("Các mục, theo thứ tự")}</h3>
    <ol class="signs__items">${list.items.map((/** @type {any} */ item, /** @type {number} */ i) => itemView(state, list, item, at, i, form, on))}</ol>
    <p class="row" role="group" aria-label=${_("Thêm mục")}>${KINDS.map((kind) => html`<button class="button" data-add=${kind} ?disabled=${missing(kind, state)}
      @click=${() => on.dispatch({ type: "add-item", list: at, kind })}>+ ${kindName(kind)}</button>`)}</p>
    <p class="row"><button class="button" data-do="preview" ?disabled=${!saved} aria-pressed=${state.preview === at} @click=${() => on.dispatch({ type: "preview", list: at })}>${_("Xem thử")}</button>
      <button class="button" data-do="remove-list" @click=${() => on.dispatch({ type: "remove", path })}>${_("Bỏ danh sách này")}</button>
      ${saved ? nothing : html`<span class="small muted">${_("Lưu rồi mới xem thử được.")}</span>`}</p>
    ${state.preview === at && saved ? html`<iframe class="signs__preview" title=${_("Xem thử %(name)s", { name: list.name })} src="/display?office=${office}&mute&signage=${at}&v=${state.edition}"></iframe>` : nothing}
  </details>`;
}

/** @param {string} kind @param {State} state */
function missing(kind, state) {
  const type = { picture: "image/", video: "video/" }[kind];
  return type !== undefined && !state.media.some((media) => media.type.startsWith(type));
}

/** @param {State} state @param {any} list @param {any} item @param {number} at @param {number} i @param {any} form @param {Handlers} on */
function itemView(state, list, item, at, i, form, on) {
  const title = itemTitle(item, state);
  const whose = html`<span class="visually-hidden"> ${title}</span>`;
  const value = item.kind === "papers" && !item.about ? { ...item, about: aboutOf(item) } : item;
  // The form reads the item with its one choice; what is changed goes to the same path.
  const shown = { ...form, value: { lists: state.draft.lists.map((/** @type {any} */ each, /** @type {number} */ n) => (n === at ? { ...each, items: list.items.map((/** @type {any} */ other, /** @type {number} */ m) => (m === i ? value : other)) } : each)) } };
  const move = (/** @type {number} */ by) => on.dispatch({ type: "move", list: at, at: i, by });
  return html`<li class="signs__item stack" data-item=${item.kind} @keydown=${(/** @type {KeyboardEvent} */ event) => on.keys(event, at, i)}>
    <p class="strong">${title}</p>
    <div class="form-grid">${formView(itemFields(item, state), shown, ["lists", at, "items", i])}</div>
    <p class="row"><button class="button" data-do="up" ?disabled=${i === 0} @click=${() => move(-1)}>↑ ${_("Lên")}${whose}</button>
      <button class="button" data-do="down" ?disabled=${i === list.items.length - 1} @click=${() => move(1)}>↓ ${_("Xuống")}${whose}</button>
      <button class="button" data-do="drop" @click=${() => on.dispatch({ type: "remove", path: ["lists", at, "items", i] })}>${_("Bỏ")}${whose}</button>
      <span class="small muted">${_("Alt+↑, Alt+↓ để chuyển chỗ")}</span></p></li>`;
}

/** @param {State} state @param {Handlers} on */
function saveBar(state, on) {
  return html`<div class="unsaved" role="region" aria-label=${_("Thay đổi chưa lưu")}>
    <strong>${_("Có thay đổi chưa lưu.")}</strong>
    <span class="row"><button class="button" @click=${() => on.dispatch({ type: "undo" })}>${_("Bỏ thay đổi")}</button>
      <button class="button button--main" data-do="save" ?disabled=${state.busy} @click=${on.save}>${_("Lưu")}</button></span></div>`;
}
