/**
 * Reads a screen aloud, with a voice that comes from wherever this page is served: a browser on a kiosk has none of
 * its own. Whatever is new cuts off what was being said.
 */

/** @param {() => HTMLAudioElement} [make] */
export function createReader(make = () => new Audio()) {
  /** @type {HTMLAudioElement | null} */
  let playing = null;
  let said = "";

  function stop() {
    playing?.pause();
    playing = null;
    said = "";
  }

  return {
    stop,
    /** @param {string} text @param {string} language */
    read(text, language) {
      const asked = `${language} ${text}`;
      if (asked === said) return;
      stop();
      if (!text) return;
      said = asked;
      playing = make();
      playing.src = `/kiosk/speech.wav?${new URLSearchParams({ lang: language, text })}`;
      // Without a voice the screen is still there to be read by somebody else.
      playing.play().catch(() => undefined);
    },
  };
}
