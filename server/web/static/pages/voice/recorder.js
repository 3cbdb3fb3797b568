/** The microphone: records until it is told to stop, and says how loud it is meanwhile. */
import { encodeWav, mixed, peakDb, RATE } from "./wav.js";

const LEVEL_MS = 50;
/** Longer than any phrase; somebody forgot to stop. */
const LONGEST_MS = 14_000;

/** Why the microphone cannot be had. */
export class NoMicrophone extends Error {
  /** @param {"refused" | "none" | "insecure"} why */
  constructor(why) {
    super(why);
    this.why = why;
  }
}

/**
 * Starts to record.
 * @param {(db: number) => void} onLevel @param {() => void} onTooLong
 * @returns {Promise<{stop: () => Promise<Blob>}>} what was recorded, as the browser encodes it
 */
export async function startRecording(onLevel, onTooLong) {
  const stream = await openMicrophone();
  const context = new AudioContext();
  const ear = new AnalyserNode(context, { fftSize: 2048 });
  context.createMediaStreamSource(stream).connect(ear);
  const samples = new Float32Array(ear.fftSize);
  const recorder = new MediaRecorder(stream, { audioBitsPerSecond: 256_000 });
  /** @type {Blob[]} */
  const parts = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  const ended = new Promise((resolve) => {
    recorder.onstop = resolve;
  });
  const meter = setInterval(() => {
    ear.getFloatTimeDomainData(samples);
    onLevel(peakDb(samples));
  }, LEVEL_MS);
  const limit = setTimeout(onTooLong, LONGEST_MS);
  recorder.start();
  return {
    async stop() {
      clearInterval(meter);
      clearTimeout(limit);
      recorder.stop();
      await ended;
      stream.getTracks().forEach((track) => track.stop());
      await context.close();
      return new Blob(parts, { type: recorder.mimeType });
    },
  };
}

async function openMicrophone() {
  if (!navigator.mediaDevices?.getUserMedia) throw new NoMicrophone("insecure");
  try {
    // Raw sound: what a browser does for telephone calls makes phrases swell and fade when they are joined.
    return await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
  } catch (error) {
    throw new NoMicrophone(/** @type {Error} */ (error).name === "NotFoundError" ? "none" : "refused");
  }
}

/** Any sound that this browser can play, as a WAV file of one track. @param {Blob} sound */
export async function asWav(sound) {
  // Decoding brings it to the context's rate, with the browser's own filter.
  const decoded = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(await sound.arrayBuffer());
  const tracks = Array.from({ length: decoded.numberOfChannels }, (_unused, track) => decoded.getChannelData(track));
  return new Blob([encodeWav(mixed(tracks), RATE)], { type: "audio/wav" });
}
