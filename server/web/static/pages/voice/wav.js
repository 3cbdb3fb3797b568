/** Sound as numbers: the level of a moment, and a recording as a WAV file. Pure. */

/** What the calls are made of; the server keeps no finer one. */
export const RATE = 22_050;
/** The meter's lower end, in dB below full scale. */
export const FLOOR_DB = -60;
/** Speech that peaks between these is right. */
export const GOOD_DB = { low: -24, high: -3 };

/** The highest peak, in dB below full scale. @param {ArrayLike<number>} samples */
export function peakDb(samples) {
  let peak = 0;
  for (let at = 0; at < samples.length; at += 1) peak = Math.max(peak, Math.abs(samples[at]));
  return peak > 0 ? Math.max(FLOOR_DB, 20 * Math.log10(peak)) : FLOOR_DB;
}

/** How a level is told: too faint to be raised without its room's noise, right, or about to break. @param {number} db */
export function judged(db) {
  if (db > GOOD_DB.high) return "loud";
  return db < GOOD_DB.low ? "faint" : "good";
}

/** Several tracks as one. @param {Float32Array[]} tracks */
export function mixed(tracks) {
  if (tracks.length === 1) return tracks[0];
  return tracks[0].map((_sample, at) => tracks.reduce((sum, track) => sum + track[at], 0) / tracks.length);
}

/** A 16-bit PCM WAV file of one track. @param {Float32Array} samples @param {number} rate */
export function encodeWav(samples, rate) {
  const bytes = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  const text = (/** @type {number} */ at, /** @type {string} */ word) => [...word].forEach((letter, i) => bytes.setUint8(at + i, letter.charCodeAt(0)));
  text(0, "RIFF");
  bytes.setUint32(4, 36 + 2 * samples.length, true);
  text(8, "WAVEfmt ");
  bytes.setUint32(16, 16, true);
  bytes.setUint16(20, 1, true);
  bytes.setUint16(22, 1, true);
  bytes.setUint32(24, rate, true);
  bytes.setUint32(28, 2 * rate, true);
  bytes.setUint16(32, 2, true);
  bytes.setUint16(34, 16, true);
  text(36, "data");
  bytes.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, at) => bytes.setInt16(44 + 2 * at, Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), true));
  return bytes.buffer;
}
