/**
 * The loudspeaker of a board: one audio element, one sound at a time.
 *
 * @typedef {import("./reduce.js").Call} Call
 */
const RETRY_MS = 1500;

/**
 * Where the announcements of a call are: in every language that the office speaks, or in the ticket's own.
 * @param {string} office @param {{edition: string, languages: string[]}} voice @param {Call} call
 */
export function addressesOf(office, voice, call) {
  const languages = voice.languages.length > 1 ? voice.languages : [call.language || voice.languages[0]];
  const query = new URLSearchParams({ v: voice.edition, ...(call.recall ? { recall: "1" } : {}) });
  const path = `/display/${encodeURIComponent(office)}/speech/${encodeURIComponent(call.number)}/${call.counter}`;
  return languages.map((language) => `${path}.${language}.wav?${query}`);
}

/**
 * @param {HTMLAudioElement} audio
 * @param {(call: Call) => string[]} addresses
 */
export function createSpeaker(audio, addresses) {
  let turn = 0;

  /** @param {string} address @returns {Promise<void>} */
  function playOne(address) {
    return new Promise((resolve, reject) => {
      audio.onended = () => resolve();
      audio.onerror = () => reject(new Error(`no sound from ${address}`));
      audio.src = address;
      audio.play().catch(reject);
    });
  }

  /** Once more after a moment: the voice may be starting. @param {string} address @param {number} mine */
  async function playOrRetry(address, mine) {
    try {
      await playOne(address);
    } catch (error) {
      if (/** @type {Error} */ (error).name === "NotAllowedError") throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      if (mine === turn) await playOne(address);
    }
  }

  return {
    /** @param {Call} call */
    async play(call) {
      turn += 1;
      const mine = turn;
      for (const address of addresses(call)) if (mine === turn) await playOrRetry(address, mine);
    },
    /** @param {Call} call */
    prepare(call) {
      // The sound is then in the browser's cache; play() says what went wrong if it is not.
      for (const address of addresses(call)) fetch(address).catch(() => undefined);
    },
    stop() {
      turn += 1;
      audio.onended = null;
      audio.onerror = null;
      audio.pause();
      audio.removeAttribute("src");
    },
  };
}
