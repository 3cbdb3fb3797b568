/**
 * The call in a pocket: two tones, three times, with vibration. Made with WebAudio, so nothing has to be fetched when
 * it matters; `unlock` must be called from a touch, which is what browsers ask for.
 */

const RING = [[880, 0], [660, 0.35]];
const LENGTH_S = 0.3;
const EVERY_S = 1.5;
const TIMES = 3;
const VIBRATION = [600, 200, 600, 500, 600, 200, 600, 500, 600, 200, 600];

/** @param {{context?: () => any, vibrate?: (pattern: number[]) => void, stayAwake?: () => Promise<any>}} [machine] */
export function createAlarm(machine = {}) {
  const { context = newContext, vibrate = vibrateHere, stayAwake = keepScreenOn } = machine;
  /** @type {any} */
  let audio = null;
  /** @type {any} */
  let awake = null;
  /** @type {any[]} */
  let playing = [];

  /** @param {number} times */
  function play(times) {
    hush();
    for (let i = 0; audio && i < times; i += 1) {
      for (const [pitch, after] of RING) playing.push(tone(audio, pitch, audio.currentTime + i * EVERY_S + after));
    }
  }

  function hush() {
    for (const each of playing) each.stop();
    playing = [];
  }

  return {
    /** Allow sound, and let the citizen hear what it will be. The screen stays on where the browser can do it. */
    async unlock() {
      audio ??= context();
      await audio?.resume();
      play(1);
      vibrate([200]);
      await this.watch();
    },
    /** A screen lock is given back when the page is hidden, so it is taken again when it is seen. */
    async watch() {
      if (audio) awake = await stayAwake().catch(() => null);
    },
    ring() {
      // A page that slept has its sound suspended.
      audio?.resume();
      play(TIMES);
      vibrate(VIBRATION);
    },
    quiet() {
      hush();
      vibrate([]);
    },
    off() {
      this.quiet();
      audio?.close();
      audio = null;
      awake?.release();
      awake = null;
    },
  };
}

/** @param {any} audio @param {number} pitch @param {number} at */
function tone(audio, pitch, at) {
  const source = audio.createOscillator();
  const volume = audio.createGain();
  source.frequency.value = pitch;
  // Without a soft edge a tone clicks.
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(0.8, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + LENGTH_S);
  source.connect(volume).connect(audio.destination);
  source.start(at);
  source.stop(at + LENGTH_S);
  return source;
}

function newContext() {
  const Context = window.AudioContext ?? /** @type {any} */ (window).webkitAudioContext;
  return Context ? new Context() : null;
}

/** @param {number[]} pattern */
function vibrateHere(pattern) {
  // A page that nobody has touched may not vibrate; asking all the same is an error in its log.
  if (navigator.userActivation?.hasBeenActive !== false) navigator.vibrate?.(pattern);
}

async function keepScreenOn() {
  return navigator.wakeLock?.request("screen");
}
