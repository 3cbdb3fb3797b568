/** The recording page as markup. Pure. @typedef {import("./reduce.js").State} State @typedef {import("./reduce.js").Phrase} Phrase */
import { html, nothing } from "lit-html";

import { _, _n, language } from "motcua/i18n";

import { busy, inHand, keyOf } from "./reduce.js";
import { FLOOR_DB, judged } from "./wav.js";

/**
 * @typedef {object} Handlers
 * @property {(key: string) => void} choose
 * @property {() => void} record    starts, and stops
 * @property {(phrase: Phrase) => void} play
 * @property {(phrase: Phrase) => void} remove
 * @property {(event: Event) => void} file
 */

/** @param {State} state @param {string} office @param {Handlers} on */
export function view(state, office, on) {
  if (!state.phrases) return html`<main class="voice voice--opening"><p role="status">${state.message?.text ?? _("Đang tải…")}</p></main>`;
  return html`<header class="topbar"><strong>${_("Thu giọng đọc")}</strong>
      <span class="topbar__end row small"><a href="/admin?office=${office}#texts">${_("Quản trị")}</a>
        <a href="/display/${office}/listen">${_("Nghe thử loa")}</a>
        <a href="?office=${office}&lang=${language() === "vi" ? "en" : "vi"}">${language() === "vi" ? "English" : "Tiếng Việt"}</a></span></header>
    <main class="voice">
      <h1>${_("Thu giọng đọc")}</h1>
      <p>${_("Đọc từng câu dưới đây. Máy chủ cắt khoảng lặng, đưa về một độ to và ghép thành lời gọi số. Thiếu câu nào thì lời gọi có câu đó vẫn dùng giọng máy.")}</p>
      ${progress(state)}
      ${state.message ? html`<p class="banner banner--${state.message.kind}" role=${state.message.kind === "bad" ? "alert" : "status"}>${state.message.text}</p>` : nothing}
      ${booth(state, on)}
      ${groups(state.phrases).map(([name, phrases]) => html`<section class="stack"><h2>${name}</h2>
        <ul class="voice__list">${phrases.map((phrase) => row(phrase, state, on))}</ul></section>`)}
    </main>`;
}

/** @param {State} state */
function progress(state) {
  return html`<p class="voice__progress"><progress max=${state.needed} .value=${state.done} aria-label=${_("Đã thu")}></progress>
    <strong data-testid="progress">${_("%(done)s trên %(needed)s câu", { done: state.done, needed: state.needed })}</strong>
    ${state.done === state.needed ? html`<span class="badge badge--done">✓ ${_("đủ, mọi lời gọi dùng giọng này")}</span>` : nothing}</p>`;
}

/** Where one reads: the phrase large, the meter, one button. @param {State} state @param {Handlers} on */
function booth(state, on) {
  const phrase = inHand(state);
  const recording = state.phase === "recording";
  return html`<section class="voice__booth card stack" aria-label=${_("Thu câu này")}>
    <p class="voice__phrase" lang=${phrase?.language ?? "vi"} data-testid="phrase">${phrase?.text ?? "–"}</p>
    ${meter(state)}
    <div class="row">
      <button class="button button--main voice__record" data-do="record" aria-pressed=${recording} ?disabled=${!phrase || state.phase === "starting" || state.phase === "sending"}
        @click=${on.record}>${recording ? _("Dừng") : _("Thu")} <span class="key" aria-hidden="true">${_("phím cách")}</span></button>
      <label class="button voice__file">${_("Chọn tệp âm thanh")}<input class="visually-hidden" type="file" accept="audio/*" ?disabled=${!phrase || busy(state)} @change=${on.file} /></label>
    </div>
    <p class="small muted" role="status" data-testid="phase">${phaseText(state)}</p>
  </section>`;
}

/** @param {State} state */
function meter(state) {
  const share = Math.round(100 * (1 - state.level / FLOOR_DB));
  const kind = state.phase === "recording" ? judged(state.level) : "none";
  return html`<div class="level" role="meter" aria-label=${_("Độ to")} aria-valuemin=${FLOOR_DB} aria-valuemax="0" aria-valuenow=${Math.round(state.level)}
    aria-valuetext=${_("%(db)s dB", { db: Math.round(state.level) })} data-testid="level" data-level=${kind}><span class="level__bar" .style=${`width: ${share}%`}></span></div>`;
}

/** @param {State} state */
function phaseText(state) {
  if (state.microphone === "insecure") return _("Trình duyệt chỉ cho dùng micrô ở địa chỉ https hoặc trên chính máy chủ. Ở đây xin chọn tệp âm thanh.");
  if (state.microphone === "refused") return _("Trình duyệt chưa cho dùng micrô. Xin bấm cho phép ở thanh địa chỉ, rồi thu lại.");
  if (state.microphone === "none") return _("Máy này không có micrô. Xin cắm micrô, hoặc chọn tệp âm thanh.");
  if (state.phase === "recording") return judged(state.level) === "loud" ? _("To quá, xin đọc xa micrô hơn.") : _("Đang thu. Đọc xong thì bấm Dừng.");
  if (state.phase === "sending") return _("Đang gửi…");
  return _("Bấm Thu, đọc đều và rõ như đọc cho cả phòng nghe.");
}

/** @param {Phrase} phrase @param {State} state @param {Handlers} on */
function row(phrase, state, on) {
  const key = keyOf(phrase);
  const chosen = key === state.chosen;
  const held = phrase.recorded;
  return html`<li class="voice__row" data-phrase=${phrase.text} data-recorded=${held ? "yes" : "no"}>
    <button class="voice__text" lang=${phrase.language} aria-current=${chosen ? "true" : nothing} ?disabled=${busy(state) || phrase.group === "unused"} @click=${() => on.choose(key)}>${phrase.text}</button>
    <span class="voice__state">${held ? html`<span class="badge badge--done">✓ ${_("đã thu")}</span> <span class="small muted tnum">${_("%(s)s giây", { s: held.seconds.toFixed(1) })}</span>`
      : phrase.needed ? html`<span class="badge badge--warn">${_("chưa thu")}</span>` : html`<span class="badge">${_("không bắt buộc")}</span>`}</span>
    <span class="row">${held ? html`<button class="button" data-do="play" ?disabled=${busy(state)} @click=${() => on.play(phrase)}>${state.playing === key ? _("Đang phát") : _("Nghe")}<span class="visually-hidden"> ${phrase.text}</span></button>
      <button class="button" data-do="remove" ?disabled=${busy(state)} @click=${() => on.remove(phrase)}>${_("Xoá")}<span class="visually-hidden"> ${phrase.text}</span></button>` : nothing}</span>
  </li>`;
}

/** @param {Phrase[]} phrases @returns {[string, Phrase[]][]} */
function groups(phrases) {
  /** @type {{[group: string]: string}} */
  const names = { sentence: _("Câu mời"), letter: _("Chữ đầu"), number: _("Chữ số"), counter: _("Quầy"), whole: _("Số quầy đọc liền"), unused: _("Không còn dùng") };
  const languages = [...new Set(phrases.map((phrase) => phrase.language))];
  return languages.flatMap((each) => Object.entries(names).map(([group, name]) => {
    const found = phrases.filter((phrase) => phrase.language === each && phrase.group === group);
    const title = languages.length > 1 ? `${each === "vi" ? "Tiếng Việt" : "English"} · ${name}` : name;
    return /** @type {[string, Phrase[]]} */ ([`${title} · ${_n("%(n)s câu", found.length)}`, found]);
  })).filter(([, found]) => found.length > 0);
}
