/**
 * A tablet at a counter: one session is rated at most once, within its window; a press is never lost and never
 * moves to another session. Pure.
 *
 * @typedef {{session: string, counter: number, number: string, service?: string, until: string, levels: string[], criteria?: string[],
 *   officer: {name: string, photo: string | null} | null}} Rating
 * @typedef {{key: string, session: string,
 *   body: {level: string, reasons: string[], pressed_at: string, criteria?: {[name: string]: string}}}} Press
 * @typedef {{level: string, at: number, reasons: string[], criteria?: {[name: string]: string}}} Choice
 *
 * @typedef {object} State
 * @property {number} counter
 * @property {any} office               name, counters, services and rating window
 * @property {{status: string, since: number | null}} live
 * @property {Rating | null} rating     the session that may be rated now
 * @property {number} openedAt          when its faces came up
 * @property {{level: string, at: number, until: number, reasons: string[]} | null} unhappy  asked for reasons
 * @property {(Choice & {until: number}) | null} detail  asked for single criteria, where the office wants them
 * @property {number | null} thanksUntil
 * @property {string[]} settled         sessions rated or over, newest first
 * @property {Press[]} outbox           presses that the server has not confirmed, oldest first
 */

export const SETTLING_MS = 400;
export const REASONS_MS = 20000;
export const THANKS_MS = 4000;
const SETTLED_KEPT = 20;
const UNHAPPY = new Set(["dissatisfied", "very_dissatisfied"]);

/** @param {number} counter @param {Press[]} [outbox] @returns {State} */
export function initial(counter, outbox = []) {
  return {
    counter, office: null, live: { status: "connecting", since: null }, rating: null, openedAt: 0, unhappy: null, detail: null,
    thanksUntil: null, settled: outbox.map((press) => press.session), outbox,
  };
}

/** @param {State} state @param {any} event @returns {State} */
export function reduce(state, event) {
  switch (event.type) {
    case "office":
      return { ...state, office: event.office };
    case "status":
      return { ...state, live: { status: event.status, since: event.since } };
    case "snapshot":
      return shown(state, event.snapshot.rating ?? [], event.now, event.key);
    case "event":
      return happened(state, event);
    case "press":
      return pressed(state, event);
    case "toggle":
      return state.unhappy ? { ...state, unhappy: toggled(state.unhappy, event.reason, event.now) } : state;
    case "back":
      return { ...state, unhappy: null, detail: null };
    case "mark":
      return state.detail ? { ...state, detail: marked(state.detail, event.criterion, event.level, event.now) } : state;
    case "send":
      if (state.detail) return queued(state, state.detail, event.now, event.key);
      return state.unhappy ? chosen(state, state.unhappy, event.now, event.key) : state;
    case "delivered":
      return { ...state, outbox: state.outbox.filter((press) => press.key !== event.key) };
    case "tick":
      return ticked(state, event.now, event.key);
    default:
      return state;
  }
}

/** A snapshot is the truth about which session is open. @param {State} state @param {Rating[]} open @param {number} now @param {string} key */
function shown(state, open, now, key) {
  const mine = open.find((rating) => rating.counter === state.counter);
  if (mine) return opened(state, mine, now, key);
  // Gone from the server's list: rated elsewhere or over. A choice that was made here is still delivered.
  return state.rating ? finished(state, now, key) : state;
}

/** @param {State} state @param {{event: {type: string, data: any}, now: number, key: string}} message @returns {State} */
function happened(state, { event, now, key }) {
  if (event.data?.counter !== state.counter) return state;
  if (event.type === "rating.opened") return opened(state, event.data, now, key);
  if (event.type !== "rating.given" || event.data.session !== state.rating?.session) return state;
  return { ...settle(state), thanksUntil: now + THANKS_MS };
}

/** @param {State} state @param {Rating} rating @param {number} now @param {string} key @returns {State} */
function opened(state, rating, now, key) {
  if (state.settled.includes(rating.session) || Date.parse(rating.until) <= now) return state;
  if (state.rating?.session === rating.session) return { ...state, rating };
  const free = state.rating ? finished(state, now, key) : state;
  return { ...free, rating, openedAt: now, unhappy: null, detail: null, thanksUntil: null };
}

/** The window is over: what was chosen counts, what was not is no rating. @param {State} state @param {number} now @param {string} key */
function finished(state, now, key) {
  const choice = state.detail ?? state.unhappy;
  return choice ? queued(state, choice, now, key) : settle(state);
}

/** @param {State} state @returns {State} */
function settle(state) {
  const settled = state.rating ? [state.rating.session, ...state.settled].slice(0, SETTLED_KEPT) : state.settled;
  return { ...state, rating: null, unhappy: null, detail: null, settled };
}

/** @param {State} state @param {{level: string, now: number, key: string}} press @returns {State} */
function pressed(state, { level, now, key }) {
  const { rating } = state;
  // A finger that was already on its way when the faces came up did not choose one.
  if (!rating || state.unhappy || state.detail || now - state.openedAt < SETTLING_MS || now > Date.parse(rating.until)) return state;
  if (UNHAPPY.has(level)) return { ...state, unhappy: { level, at: now, until: now + REASONS_MS, reasons: [] } };
  return chosen(state, { level, at: now, reasons: [] }, now, key);
}

/** The single things that are asked about: as the session says, so that a tablet which stands open follows the office. @param {State} state @returns {string[]} */
export const criteriaOf = (state) => state.rating?.criteria ?? state.office?.rating?.criteria ?? [];

/** A choice that stands: on to the single criteria where the office asks for them, else it is sent. @param {State} state @param {Choice} choice @param {number} now @param {string} key @returns {State} */
function chosen(state, choice, now, key) {
  if (!criteriaOf(state).length) return queued(state, choice, now, key);
  const { level, at, reasons } = choice;
  return { ...state, unhappy: null, detail: { level, at, reasons, criteria: {}, until: now + REASONS_MS } };
}

/** @param {NonNullable<State["detail"]>} detail @param {string} criterion @param {string} level @param {number} now */
function marked(detail, criterion, level, now) {
  const { [criterion]: had, ...others } = detail.criteria ?? {};
  return { ...detail, criteria: had === level ? others : { ...others, [criterion]: level }, until: now + REASONS_MS };
}

/**
 * @param {{level: string, at: number, until: number, reasons: string[]}} unhappy
 * @param {string} reason
 * @param {number} now
 */
function toggled(unhappy, reason, now) {
  const had = unhappy.reasons.includes(reason);
  const reasons = had ? unhappy.reasons.filter((each) => each !== reason) : [...unhappy.reasons, reason];
  return { ...unhappy, reasons, until: now + REASONS_MS };
}

/**
 * @param {State} state
 * @param {Choice} choice
 * @param {number} now
 * @param {string} key
 * @returns {State}
 */
function queued(state, choice, now, key) {
  if (!state.rating) return state;
  const criteria = Object.keys(choice.criteria ?? {}).length ? { criteria: choice.criteria } : {};
  const body = { level: choice.level, reasons: choice.reasons, pressed_at: new Date(choice.at).toISOString(), ...criteria };
  const press = { key, session: state.rating.session, body };
  return { ...settle(state), outbox: [...state.outbox, press], thanksUntil: now + THANKS_MS };
}

/** @param {State} state @param {number} now @param {string} key @returns {State} */
function ticked(state, now, key) {
  const choice = state.detail ?? state.unhappy;
  if (choice) return now >= choice.until ? queued(state, choice, now, key) : state;
  if (state.rating) return now >= Date.parse(state.rating.until) ? settle(state) : state;
  return state.thanksUntil !== null && now >= state.thanksUntil ? { ...state, thanksUntil: null } : state;
}
