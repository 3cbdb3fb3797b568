/**
 * The signage page as state: what is saved, the draft over it, the files, and what is being sent. Pure.
 *
 * @typedef {object} State
 * @property {string} edition
 * @property {any} saved          null until it is known
 * @property {any} draft
 * @property {import("./draft.js").Media[]} media
 * @property {string[]} zones
 * @property {any[]} services
 * @property {import("motcua/form").Faults} faults
 * @property {{name: string, fault: string | null}[]} uploads
 * @property {number | null} preview   position of the playlist that is looked at
 * @property {boolean} busy
 * @property {{kind: "done" | "bad", text: string} | null} message
 */
import { getAt, setAt } from "motcua/form";

import { moved, newItem, newList, toDraft } from "./draft.js";

/** @type {State} */
export const initial = {
  edition: "", saved: null, draft: null, media: [], zones: [], services: [], faults: {}, uploads: [], preview: null,
  busy: false, message: null,
};

/** @param {State} state @param {any} event @returns {State} */
export function reduce(state, event) {
  switch (event.type) {
    case "known":
      return { ...state, ...event.what };
    case "settings": {
      const saved = toDraft(event.view.lists);
      return { ...state, edition: event.view.edition, media: event.view.media, saved, draft: saved, faults: {} };
    }
    case "media":
      return { ...state, media: event.media };
    case "edit":
      return edited(state, setAt(state.draft, event.path, event.value));
    case "add-list":
      return edited(state, setAt(state.draft, ["lists", state.draft.lists.length], newList()));
    case "add-item": {
      const path = ["lists", event.list, "items"];
      return edited(state, setAt(state.draft, [...path, getAt(state.draft, path).length], newItem(event.kind, state)));
    }
    case "move": {
      const path = ["lists", event.list, "items"];
      return edited(state, setAt(state.draft, path, moved(getAt(state.draft, path), event.at, event.by)));
    }
    case "remove":
      return edited(state, setAt(state.draft, event.path, undefined));
    case "undo":
      return { ...state, draft: state.saved, faults: {}, message: null };
    case "sending":
      return { ...state, busy: true, message: null };
    case "uploading":
      return { ...state, uploads: [...state.uploads.filter((each) => each.name !== event.name), { name: event.name, fault: null }], message: null };
    case "uploaded":
      return { ...state, uploads: state.uploads.flatMap((each) => (each.name !== event.name ? [each] : event.fault ? [{ ...each, fault: event.fault }] : [])) };
    case "preview":
      return { ...state, preview: state.preview === event.list ? null : event.list };
    case "done":
      return { ...state, busy: false, message: event.text ? { kind: "done", text: event.text } : null };
    case "refused":
      return { ...state, busy: false, faults: event.faults ?? state.faults, message: { kind: "bad", text: event.text } };
    default:
      return state;
  }
}

/** @param {State} state @param {any} draft @returns {State} */
const edited = (state, draft) => ({ ...state, draft, faults: {}, message: null });

/** @param {State} state */
export const isChanged = (state) => JSON.stringify(state.draft) !== JSON.stringify(state.saved);
