/**
 * A live view of one office. `step` is the whole protocol as a pure function of state and input; `connectLive` gives
 * it a socket and a clock. What the page shows is the truth, or says since when it is not known to be.
 *
 * @typedef {{office: string, version: number, type: string, at: string, data: any}} LiveEvent
 * @typedef {"connecting" | "live" | "unknown"} Status
 *
 * @typedef {object} State
 * @property {Status} status
 * @property {boolean} connected
 * @property {number | null} version      newest version that was applied, null before the first snapshot
 * @property {number} heardAt             when anything was last heard (the clock's ms)
 * @property {number} redialAt            when the socket was last opened again for its silence
 * @property {number | null} unknownSince the last moment that was known, while status is "unknown"
 * @property {LiveEvent[]} early          events that came before an earlier one, by version
 * @property {number | null} gapAt        when the gap before them was first seen
 * @property {number | null} joinAt       when the join that is under way was sent
 * @property {number} behind              heartbeats in a row that named a version below ours
 * @property {string | null} day          the office's day that was told, "2026-11-20"
 *
 * @typedef {{type: "connected"} | {type: "disconnected"} | {type: "tick"} | {type: "ask"}
 *   | {type: "joined", version: number, snapshot: any, missed?: LiveEvent[]} | {type: "refused"}
 *   | {type: "event", event: LiveEvent} | {type: "heartbeat", version: number, day?: string | null}} Input
 *
 * @typedef {{do: "join", since: number | null} | {do: "reconnect"} | {do: "event", event: LiveEvent}
 *   | {do: "snapshot", snapshot: any, version: number, missed: LiveEvent[], unknownSince: number | null}
 *   | {do: "status", status: Status, since: number | null}} Effect
 */
import { io as socketIo } from "socket.io-client";

export const SILENCE_MS = 9000;
export const REORDER_MS = 300;
export const JOIN_MS = 4000;
const BEHIND_LIMIT = 3;
const CUT_OFF_MS = 500;

/** @param {number} at @returns {State} */
export function initial(at) {
  return {
    status: "connecting", connected: false, version: null, heardAt: at, redialAt: at, unknownSince: null,
    early: [], gapAt: null, joinAt: null, behind: 0, day: null,
  };
}

/**
 * @param {State} state
 * @param {Input} input
 * @param {number} at  the clock's time, in ms
 * @returns {{state: State, effects: Effect[]}}
 */
export function step(state, input, at) {
  switch (input.type) {
    case "connected":
      return join({ ...state, connected: true, heardAt: at }, at, []);
    case "disconnected":
      return lose({ ...state, connected: false, joinAt: null, early: [], gapAt: null }, []);
    case "joined":
      return joined(state, input, at);
    case "refused":
      // Keeps `joinAt`: the next try is made after JOIN_MS, not at once and for ever.
      return lose(state, []);
    case "ask":
      return state.connected && state.joinAt === null ? join(state, at, []) : { state, effects: [] };
    case "event":
      return receive({ ...state, heardAt: at }, input.event, at);
    case "heartbeat":
      return heartbeat({ ...state, heardAt: at }, input, at);
    default:
      return tick(state, at);
  }
}

/** @param {State} state @param {number} at @param {Effect[]} effects */
function join(state, at, effects) {
  const asked = { ...state, joinAt: at, gapAt: null };
  return { state: asked, effects: [...effects, /** @type {Effect} */ ({ do: "join", since: state.version })] };
}

/** @param {State} state @param {Effect[]} effects */
function lose(state, effects) {
  if (state.status === "unknown") return { state, effects };
  const lost = { ...state, status: /** @type {Status} */ ("unknown"), unknownSince: state.heardAt };
  return { state: lost, effects: [...effects, status(lost)] };
}

/** @param {State} state @returns {Effect} */
function status(state) {
  return { do: "status", status: state.status, since: state.unknownSince };
}

/**
 * @param {State} state
 * @param {{version: number, snapshot: any, missed?: LiveEvent[]}} answer
 * @param {number} at
 */
function joined(state, answer, at) {
  /** @type {Effect[]} */
  const effects = [{
    do: "snapshot", snapshot: answer.snapshot, version: answer.version, missed: answer.missed ?? [],
    unknownSince: state.unknownSince,
  }];
  const known = /** @type {State} */ ({
    ...state, status: "live", version: answer.version, heardAt: at, unknownSince: null,
    early: state.early.filter((event) => event.version > answer.version), gapAt: null, joinAt: null, behind: 0,
    day: answer.snapshot?.day ?? null,
  });
  const drained = drain(known, at, effects);
  if (state.status !== "live") drained.effects.push(status(drained.state));
  return drained;
}

/** @param {State} state @param {LiveEvent} event @param {number} at */
function receive(state, event, at) {
  const known = state.version !== null && event.version <= state.version;
  if (known || state.early.some((other) => other.version === event.version)) return { state, effects: [] };
  const early = [...state.early, event].sort((a, b) => a.version - b.version);
  if (state.version === null) return { state: { ...state, early }, effects: [] };
  return drain({ ...state, early }, at, []);
}

/** Hand on the events that follow without a gap. @param {State} state @param {number} at @param {Effect[]} effects */
function drain(state, at, effects) {
  const early = [...state.early];
  let version = /** @type {number} */ (state.version);
  while (early.length && early[0].version === version + 1) {
    const event = /** @type {LiveEvent} */ (early.shift());
    version = event.version;
    effects.push({ do: "event", event });
  }
  const moved = version !== state.version;
  const gapAt = early.length ? (moved ? at : state.gapAt ?? at) : null;
  return { state: { ...state, version, early, gapAt }, effects };
}

/** @param {State} state @param {{version: number, day?: string | null}} beat @param {number} at */
function heartbeat(state, { version, day }, at) {
  if (state.version === null) return { state, effects: [] };
  if (version > state.version) return { state: { ...state, gapAt: state.gapAt ?? at, behind: 0 }, effects: [] };
  if (version === state.version) {
    const calm = { ...state, gapAt: null, behind: 0 };
    // At midnight nothing happens, so no event says that yesterday's line is over: whoever stood open over night asks.
    return day && state.day && day > state.day ? join({ ...calm, day }, at, []) : { state: calm, effects: [] };
  }
  // One late heartbeat is a race; a server that stays below us was restored from a backup: start again.
  const behind = state.behind + 1;
  if (behind < BEHIND_LIMIT) return { state: { ...state, behind }, effects: [] };
  return join({ ...state, version: null, early: [], behind: 0 }, at, []);
}

/** @param {State} state @param {number} at */
function tick(state, at) {
  if (at - Math.max(state.heardAt, state.redialAt) >= SILENCE_MS) {
    // A socket that is open and silent is dead: the network was cut without a word.
    const lost = lose({ ...state, redialAt: at, joinAt: null }, []);
    return { state: lost.state, effects: [...lost.effects, /** @type {Effect} */ ({ do: "reconnect" })] };
  }
  const asking = state.joinAt !== null;
  const tired = asking && at - Number(state.joinAt) >= JOIN_MS;
  const torn = !asking && state.gapAt !== null && at - state.gapAt >= REORDER_MS;
  return state.connected && (tired || torn) ? join(state, at, []) : { state, effects: [] };
}

/**
 * @typedef {object} LiveOptions
 * @property {string} office
 * @property {string[]} topics
 * @property {(snapshot: any, about: {version: number, missed: LiveEvent[], unknownSince: number | null}) => void} onSnapshot
 * @property {(event: LiveEvent) => void} onEvent
 * @property {(status: Status, since: number | null) => void} [onStatus]  `since` in ms of the server's clock
 * @property {(error: {code: string, detail: string}) => void} [onRefused]
 * @property {(namespace: string, options: object) => any} [io]
 * @property {{now: () => number, every: (ms: number, task: () => void) => () => void}} [clock]
 */

/**
 * Join an office and keep joined until `close()`.
 * @param {LiveOptions} options
 */
export function connectLive(options) {
  const { office, topics, io = socketIo, clock = browserClock } = options;
  let state = initial(clock.now());
  let ahead = 0;
  /** @type {string | undefined} */
  let timezone;

  const socket = io("/live", {
    // One transport: polling needs sticky sessions, and a probe of both doubles the time to come back.
    transports: ["websocket"],
    reconnectionDelay: 300, reconnectionDelayMax: 1000, timeout: 2000, forceNew: true,
  });

  /** @param {Input} input */
  function feed(input) {
    const next = step(state, input, clock.now());
    state = next.state;
    next.effects.forEach(perform);
  }

  /** @param {Effect} effect */
  function perform(effect) {
    if (effect.do === "join") return askToJoin(effect.since);
    if (effect.do === "reconnect") return reconnect();
    if (effect.do === "event") return options.onEvent(effect.event);
    if (effect.do === "status") return options.onStatus?.(effect.status, onServerClock(effect.since));
    const { version, missed, unknownSince } = effect;
    return options.onSnapshot(effect.snapshot, { version, missed, unknownSince: onServerClock(unknownSince) });
  }

  let asked = 0;
  /** @param {number | null} since */
  function askToJoin(since) {
    asked += 1;
    const mine = asked;
    const message = since === null ? { office, topics } : { office, topics, since };
    socket.emit("join", message, (/** @type {any} */ answer) => {
      // An answer to a join that was given up would take us back in time.
      if (mine !== asked) return;
      if (answer?.error) {
        feed({ type: "refused" });
        options.onRefused?.(answer.error);
      } else {
        noteServerTime(answer.snapshot?.at);
        timezone = answer.snapshot?.office?.timezone;
        feed({ type: "joined", ...answer });
      }
    });
  }

  function reconnect() {
    asked += 1;
    socket.disconnect().connect();
  }

  /** @param {number | null} at */
  function onServerClock(at) {
    return at === null ? null : at + ahead;
  }

  /** @param {string | undefined} at */
  function noteServerTime(at) {
    if (at) ahead = Date.parse(at) - clock.now();
  }

  socket.on("connect", () => feed({ type: "connected" }));
  socket.on("disconnect", (/** @type {string} */ reason) => {
    feed({ type: "disconnected" });
    // Cut off by the server, because the sign-in behind it has ended or changed: come back as what we are now.
    if (reason === "io server disconnect") setTimeout(reconnect, CUT_OFF_MS);
  });
  socket.on("event", (/** @type {LiveEvent} */ event) => event.office === office && feed({ type: "event", event }));
  socket.on("heartbeat", (/** @type {{office: string, version: number, at?: string}} */ beat) => {
    if (beat.office !== office) return;
    noteServerTime(beat.at);
    feed({ type: "heartbeat", version: beat.version, day: beat.at && timezone ? dayIn(timezone, beat.at) : null });
  });
  const stopTicking = clock.every(100, () => feed({ type: "tick" }));
  // A machine that woke up or got its cable back need not wait for the next try.
  const wake = () => {
    if (state.status === "unknown") reconnect();
  };
  globalThis.addEventListener?.("online", wake);

  return {
    /** The server's time now, in ms: a tablet's own clock may be wrong. */
    serverNow: () => clock.now() + ahead,
    state: () => state,
    /** Ask for the whole truth again: what an event does not tell has changed, such as names. */
    refresh: () => feed({ type: "ask" }),
    close() {
      stopTicking();
      globalThis.removeEventListener?.("online", wake);
      socket.disconnect();
    },
  };
}

/** @param {string} timeZone @param {string} at @returns {string} */
const dayIn = (timeZone, at) => new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" }).format(Date.parse(at));

const browserClock = {
  // Steady: setting the machine's clock neither hides a silence nor makes one.
  now: () => performance.timeOrigin + performance.now(),
  /** @param {number} ms @param {() => void} task */
  every(ms, task) {
    const timer = setInterval(task, ms);
    return () => clearInterval(timer);
  },
};
