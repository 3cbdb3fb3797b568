/**
 * The one form engine: a form is a description of its fields and a plain value. Pure: `formView` makes markup, and a
 * change comes back as a path and a new value for `setAt`. Faults are shown at the field that they name.
 *
 * @typedef {(string | number)[]} Path
 * @typedef {[string, string]} Option     value and what a person reads
 * @typedef {object} Field
 * @property {string} key
 * @property {"text" | "area" | "number" | "password" | "date" | "select" | "check" | "checks" | "names" | "windows" | "words" | "list" | "group"} type
 * @property {string} label
 * @property {string} [hint]
 * @property {boolean} [required]
 * @property {boolean} [fixed]            shown, not to be changed
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [scale]             what is stored is what is shown times this (minutes kept as seconds)
 * @property {RegExp} [pattern]          what is typed, or each of its words, must look like this
 * @property {string} [wrong]             what is said of what does not look so
 * @property {any} [fallback]             what holds while nothing is set; never stored by itself
 * @property {Option[]} [options]
 * @property {Field[]} [fields]           of a group, or of each item of a list
 * @property {(item: any, index: number) => string} [title]  what an item of a list is called
 * @property {() => any} [make]           a new item
 * @property {string} [add]               what the button for a new item says
 *
 * @typedef {{[path: string]: string}} Faults   by path, "services.0.prefix"
 * @typedef {{value: any, faults: Faults, readonly?: boolean, change: (path: Path, value: any) => void}} Form
 */
import { html, nothing } from "lit-html";

import { _ } from "motcua/i18n";

const WINDOW = /^\s*(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})\s*$/;

/** The value at a path, undefined where there is none. @param {any} value @param {Path} path @returns {any} */
export const getAt = (value, path) => path.reduce((at, key) => at?.[key], value);

/**
 * A copy with another value at a path; what is empty is taken out of objects, so that a default holds again.
 * @param {any} value @param {Path} path @param {any} next @returns {any}
 */
export function setAt(value, path, next) {
  if (!path.length) return next;
  const [key, ...rest] = path;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  const inner = setAt(copy[key] ?? (typeof rest[0] === "number" ? [] : {}), rest, next);
  if (inner === undefined && Array.isArray(copy)) copy.splice(Number(key), 1);
  else if (inner === undefined) delete copy[key];
  else copy[key] = inner;
  return copy;
}

/** Opening windows as people write them: "07:30–11:30, 13:30–17:00". @param {any} windows @returns {string} */
export function windowsText(windows) {
  if (!Array.isArray(windows)) return windows ?? "";
  return windows.map(([from, to]) => `${from}–${to}`).join(", ");
}

/** What was typed, as windows; the text itself when it is none yet. @param {string} text @returns {string[][] | string} */
export function parseWindows(text) {
  const parts = text.split(/[,;]/).filter((part) => part.trim());
  const found = parts.map((part) => WINDOW.exec(part));
  if (found.some((match) => !match)) return text;
  return found.map((match) => {
    const [, fromHour, fromMinute, toHour, toMinute] = /** @type {RegExpExecArray} */ (match);
    return [`${fromHour.padStart(2, "0")}:${fromMinute}`, `${toHour.padStart(2, "0")}:${toMinute}`];
  });
}

/** Several of them in one field, as people write addresses: parted by commas or blanks. @param {string} text @returns {string[]} */
export const parseWords = (text) => [...new Set(text.split(/[\s,;]+/).filter(Boolean))];

/**
 * What can be seen to be wrong before anything is sent.
 * @param {Field[]} fields @param {any} value @param {Path} [at] @returns {Faults}
 */
export function faultsOf(fields, value, at = []) {
  /** @type {Faults} */
  const faults = {};
  for (const field of fields) {
    const path = [...at, field.key];
    const found = getAt(value, path);
    if (field.type === "group") Object.assign(faults, faultsOf(field.fields ?? [], value, path));
    else if (field.type === "list") {
      (found ?? []).forEach((/** @type {any} */ _item, /** @type {number} */ i) => Object.assign(faults, faultsOf(field.fields ?? [], value, [...path, i])));
    } else {
      const fault = faultOf(field, found);
      if (fault) faults[path.join(".")] = fault;
    }
  }
  return faults;
}

/** @param {Field} field @param {any} value @returns {string | null} */
function faultOf(field, value) {
  if (field.type === "names") return field.required && !value?.vi ? _("Cần tên tiếng Việt.") : null;
  if (value === undefined || value === null || value === "") return field.required ? _("Cần điền mục này.") : null;
  if (field.type === "windows" && typeof value === "string") return _("Viết như 07:30–11:30, 13:30–17:00.");
  if (field.pattern) return unlike(field, field.type === "words" ? value : [value]);
  if (field.type !== "number") return null;
  const shown = Number(value) / (field.scale ?? 1);
  const [low, high] = [field.min ?? -Infinity, field.max ?? Infinity];
  return shown >= low && shown <= high ? null : _("Từ %(low)s đến %(high)s.", { low, high });
}

/** The first that does not look as it should, by name. @param {Field} field @param {string[]} values */
function unlike(field, values) {
  const found = values.find((each) => !field.pattern?.test(each));
  return found === undefined ? null : `${found}: ${field.wrong}`;
}

/** @param {Field[]} fields @param {Form} form @param {Path} [at] @returns {any} */
export function formView(fields, form, at = []) {
  return fields.map((field) => fieldView(field, form, [...at, field.key]));
}

/** @param {Field} field @param {Form} form @param {Path} path @returns {any} */
function fieldView(field, form, path) {
  if (field.type === "group") {
    return html`<fieldset class="form-group stack"><legend class="field-name">${field.label}</legend>
      ${field.hint ? html`<p class="field-hint">${field.hint}</p>` : nothing} <div class="form-grid">${formView(field.fields ?? [], form, path)}</div></fieldset>`;
  }
  if (field.type === "list") return listView(field, form, path);
  if (field.type === "names") return namesView(field, form, path);
  if (field.type === "check") return checkView(field, form, path);
  if (field.type === "checks") return checksView(field, form, path);
  return wrapped(field, form, path, (about) => inputView(field, form, path, about));
}

/** @param {Path} path */
const idOf = (path) => `f-${path.join("-")}`;

/**
 * Label, hint and fault around one control.
 * @param {Field} field @param {Form} form @param {Path} path
 * @param {(about: {id: string, fault: string | undefined, describedBy: any}) => any} control
 */
function wrapped(field, form, path, control) {
  const id = idOf(path);
  const fault = form.faults[path.join(".")];
  const describedBy = [field.hint ? `${id}-hint` : "", fault ? `${id}-fault` : ""].filter(Boolean).join(" ") || nothing;
  return html`<div class="field">
    <label for=${id}>${field.label}${field.required ? html` <span class="muted" aria-hidden="true">*</span>` : nothing}</label>
    ${control({ id, fault, describedBy })}
    ${field.hint ? html`<p class="field-hint" id="${id}-hint">${field.hint}</p>` : nothing}
    ${fault ? html`<p class="field-error" id="${id}-fault">${fault}</p>` : nothing}
  </div>`;
}

/** @param {Field} field @param {Form} form @param {Path} path @param {{id: string, fault: string | undefined, describedBy: any}} about */
function inputView(field, form, path, about) {
  const locked = Boolean(form.readonly || field.fixed);
  const value = getAt(form.value, path);
  const invalid = about.fault ? "true" : nothing;
  const change = (/** @type {any} */ event) => form.change(path, valueOf(field, event.target.value));
  if (field.type === "select") {
    return html`<select class="input" id=${about.id} ?disabled=${locked} aria-invalid=${invalid} aria-describedby=${about.describedBy} @change=${change}>
      ${field.required && value !== undefined ? nothing : html`<option value="" ?selected=${value === undefined || value === null}>${field.required ? _("Chọn…") : "–"}</option>`}
      ${(field.options ?? []).map(([key, text]) => html`<option value=${key} ?selected=${String(value ?? field.fallback ?? "") === key}>${text}</option>`)}
    </select>`;
  }
  if (field.type === "area") {
    return html`<textarea class="input" id=${about.id} rows="3" ?readonly=${locked} aria-invalid=${invalid}
      aria-describedby=${about.describedBy} .value=${value ?? ""} @input=${change}></textarea>`;
  }
  // Windows and words are rewritten as they will be kept, which must not happen under somebody's fingers.
  const rewritten = field.type === "windows" || field.type === "words";
  return html`<input class="input" id=${about.id} type=${inputType(field)} inputmode=${field.type === "number" ? "numeric" : nothing}
    autocomplete=${field.type === "password" ? "new-password" : "off"} placeholder=${field.fallback ?? nothing} ?readonly=${locked}
    aria-invalid=${invalid} aria-describedby=${about.describedBy} .value=${shown(field, value)}
    @input=${rewritten ? nothing : change} @change=${change} />`;
}

/** @param {Field} field */
const inputType = (field) => (field.type === "password" || field.type === "date" ? field.type : "text");

/** @param {Field} field @param {any} value */
function shown(field, value) {
  if (field.type === "windows") return windowsText(value);
  if (field.type === "words") return (value ?? []).join(", ");
  if (field.type === "number" && typeof value === "number") return String(value / (field.scale ?? 1));
  return value ?? "";
}

/** What was typed as what is stored: an empty field is nothing. @param {Field} field @param {string} text */
function valueOf(field, text) {
  if (field.type === "windows") return text.trim() ? parseWindows(text) : [];
  if (!text.trim()) return undefined;
  if (field.type === "words") return parseWords(text);
  if (field.type !== "number") return field.type === "area" || field.type === "password" ? text : text.trim();
  const number = Number(text.replace(",", "."));
  return Number.isFinite(number) ? Math.round(number * (field.scale ?? 1)) : text;
}

/** @param {Field} field @param {Form} form @param {Path} path */
function namesView(field, form, path) {
  const language = (/** @type {string} */ key, /** @type {string} */ label) =>
    fieldView({ key, type: "text", label, required: field.required && key === "vi" }, form, [...path, key]);
  const fault = form.faults[path.join(".")];
  return html`<fieldset class="form-pair"><legend class="visually-hidden">${field.label}</legend>
    ${language("vi", _("%(label)s (tiếng Việt)", { label: field.label }))} ${language("en", _("%(label)s (tiếng Anh)", { label: field.label }))}
    ${field.hint ? html`<p class="field-hint">${field.hint}</p>` : nothing}
    ${fault ? html`<p class="field-error">${fault}</p>` : nothing}
  </fieldset>`;
}

/** @param {Field} field @param {Form} form @param {Path} path */
function checkView(field, form, path) {
  const on = getAt(form.value, path) ?? field.fallback ?? false;
  return html`<div class="field"><label class="form-check"><input type="checkbox" .checked=${on} ?disabled=${form.readonly || field.fixed}
    @change=${(/** @type {any} */ event) => form.change(path, event.target.checked)} /> <span>${field.label}</span></label>
    ${field.hint ? html`<p class="field-hint">${field.hint}</p>` : nothing}</div>`;
}

/** Several of a set, in the order in which they were taken. @param {Field} field @param {Form} form @param {Path} path */
function checksView(field, form, path) {
  /** @type {string[]} */
  const held = getAt(form.value, path) ?? field.fallback ?? [];
  const flip = (/** @type {string} */ key, /** @type {boolean} */ on) => form.change(path, on ? [...held, key] : held.filter((each) => each !== key));
  const fault = form.faults[path.join(".")];
  return html`<fieldset class="field"><legend class="field-name">${field.label}</legend>
    <div class="form-checks">${(field.options ?? []).map(([key, text]) => html`<label class="form-check">
      <input type="checkbox" value=${key} .checked=${held.includes(key)} ?disabled=${form.readonly}
        @change=${(/** @type {any} */ event) => flip(key, event.target.checked)} /> <span>${text}</span></label>`)}</div>
    ${field.hint ? html`<p class="field-hint">${field.hint}</p>` : nothing}
    ${fault ? html`<p class="field-error">${fault}</p>` : nothing}
  </fieldset>`;
}

/** @param {Field} field @param {Form} form @param {Path} path */
function listView(field, form, path) {
  /** @type {any[]} */
  const items = getAt(form.value, path) ?? [];
  const fault = form.faults[path.join(".")];
  const title = (/** @type {any} */ item, /** @type {number} */ i) => field.title?.(item, i) || `${i + 1}`;
  return html`<section class="form-list" aria-label=${field.label}>
    ${path.length > 1 ? html`<p class="strong">${field.label}</p>` : nothing}
    ${field.hint ? html`<p class="field-hint">${field.hint}</p>` : nothing}
    ${fault ? html`<p class="field-error">${fault}</p>` : nothing}
    ${items.map((item, i) => {
      const here = [...path, i];
      const own = form.faults[here.join(".")];
      const wrong = own || Object.keys(form.faults).some((at) => at.startsWith(`${here.join(".")}.`));
      return html`<details class="form-item" ?open=${Boolean(wrong) || item.fresh === true}>
        <summary>${title(item, i)}${wrong ? html` <span class="badge badge--bad">${_("có lỗi")}</span>` : nothing}</summary>
        ${own ? html`<p class="field-error" role="alert">${own}</p>` : nothing}
        <div class="form-grid">
          ${formView(field.fields ?? [], form, here)}
          ${form.readonly ? nothing : itemButtons(items, i, path, form, title(item, i))}
        </div>
      </details>`;
    })}
    ${form.readonly || !field.make ? nothing : html`<button type="button" class="button" @click=${() => form.change(path, [...items, { ...field.make?.(), fresh: true }])}>
      + ${field.add}</button>`}
  </section>`;
}

/** @param {any[]} items @param {number} i @param {Path} path @param {Form} form @param {string} title */
function itemButtons(items, i, path, form, title) {
  const move = (/** @type {any} */ event, /** @type {-1 | 1} */ step) => {
    const moved = [...items];
    [moved[i], moved[i + step]] = [moved[i + step], moved[i]];
    panelsMove(event.currentTarget, step, () => form.change(path, moved));
  };
  return html`<div class="row">
    <button type="button" class="button" data-move="-1" ?disabled=${i === 0} @click=${(/** @type {any} */ event) => move(event, -1)}>↑ ${_("Lên")}<span class="visually-hidden"> ${title}</span></button>
    <button type="button" class="button" data-move="1" ?disabled=${i === items.length - 1} @click=${(/** @type {any} */ event) => move(event, 1)}>↓ ${_("Xuống")}<span class="visually-hidden"> ${title}</span></button>
    <button type="button" class="button" @click=${(/** @type {any} */ event) => panelsClose(event.currentTarget, () => form.change([...path, i], undefined))}>${_("Bỏ")}<span class="visually-hidden"> ${title}</span></button>
  </div>`;
}

/**
 * Panels stay where they are in the page while their contents move: what is open, and the focus, has to move along.
 * @param {HTMLElement} button @param {-1 | 1} step @param {() => void} change
 */
function panelsMove(button, step, change) {
  const from = /** @type {HTMLDetailsElement} */ (button.closest("details"));
  const to = /** @type {HTMLDetailsElement} */ (step < 0 ? from.previousElementSibling : from.nextElementSibling);
  change();
  [from.open, to.open] = [to.open, from.open];
  const again = /** @type {HTMLElement | null} */ (to.querySelector(`:scope > * > .row > [data-move="${step}"]:enabled`) ?? to.querySelector("summary"));
  again?.focus();
}

/** One is taken out: those after it come up, open or not as they were. @param {HTMLElement} button @param {() => void} change */
function panelsClose(button, change) {
  const gone = /** @type {HTMLDetailsElement} */ (button.closest("details"));
  const after = [];
  for (let each = gone.nextElementSibling; each instanceof HTMLDetailsElement; each = each.nextElementSibling) after.push(each.open);
  change();
  let here = /** @type {Element | null} */ (gone);
  for (const open of after) {
    if (here instanceof HTMLDetailsElement) here.open = open;
    here = here?.nextElementSibling ?? null;
  }
}

/** A value without the engine's own marks, as it is sent. @param {any} value @returns {any} */
export function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== "fresh").map(([key, each]) => [key, plain(each)]));
}
