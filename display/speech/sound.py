"""Mono sound: reading and writing WAV, trimming silence, joining, one loudness for all, a peak limiter."""
from __future__ import annotations

import io
import math
import sys
import wave
from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from display.speech import loudness

TARGET_LUFS = -16.0
CEILING = 10 ** (-1 / 20)  # -1 dBFS, so that a cheap amplifier's converter never clips
QUIET = 10 ** (-50 / 20)  # below -50 dB of full scale is silence at the ends of speech
_KEEP_S = 0.01  # kept before the first and after the last sound: soft consonants start quietly
_FADE_S = 0.003
_LOOK_S = 0.005


class SoundError(ValueError):
    """A sound that cannot be used; the text says why."""


@dataclass(frozen=True)
class Sound:
    """Samples as floats, full scale ±1.0."""

    samples: array[float]
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate

    @property
    def peak(self) -> float:
        return max(map(abs, self.samples), default=0.0)

    def lufs(self) -> float:
        return loudness.integrated(self.samples, self.rate)


def from_pcm(pcm: bytes, rate: int) -> Sound:
    """Signed 16-bit little-endian mono samples."""
    whole = array("h", pcm)
    if sys.byteorder == "big":
        whole.byteswap()
    return Sound(array("d", (sample / 32768 for sample in whole)), rate)


def to_pcm(sound: Sound) -> bytes:
    whole = array("h", (max(-32768, min(32767, round(sample * 32768))) for sample in sound.samples))
    if sys.byteorder == "big":
        whole.byteswap()
    return whole.tobytes()


def read_wav(data: bytes, rate: int, longest_s: float) -> Sound:
    """A 16-bit PCM WAV, mixed to mono and brought to `rate`."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            width, channels, own_rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            if not (8000 <= own_rate <= 192_000 and 1 <= channels <= 8):
                raise SoundError(f"{channels} channels at {own_rate} Hz")
            if file.getnframes() > longest_s * own_rate:
                raise SoundError(f"longer than {longest_s:g} s")
            pcm = file.readframes(file.getnframes())
            if len(pcm) < file.getnframes() * width * channels:
                raise SoundError("cut off before its end")
    except (wave.Error, EOFError) as error:
        raise SoundError(f"not a PCM WAV file: {error}") from error
    if width != 2:
        raise SoundError(f"{8 * width} bits a sample; 16 are needed")
    sound = from_pcm(pcm[: len(pcm) // 2 * 2], own_rate)
    if channels > 1:
        tracks = [sound.samples[track::channels] for track in range(channels)]
        sound = Sound(array("d", (sum(frame) / channels for frame in zip(*tracks, strict=False))), own_rate)
    return resample(sound, rate)


def write_wav(sound: Sound) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sound.rate)
        file.writeframes(to_pcm(sound))
    return out.getvalue()


def resample(sound: Sound, rate: int) -> Sound:
    """Linear interpolation: plain, and enough for speech whose rate is near ours."""
    if sound.rate == rate or not sound.samples:
        return Sound(sound.samples, rate)
    ratio, last = sound.rate / rate, len(sound.samples) - 1
    result = array("d")
    for index in range(int(len(sound.samples) / ratio)):
        left, part = divmod(index * ratio, 1.0)
        at = int(left)
        result.append(sound.samples[at] * (1 - part) + sound.samples[min(at + 1, last)] * part)
    return Sound(result, rate)


def silence(seconds: float, rate: int) -> Sound:
    return Sound(array("d", bytes(8 * round(seconds * rate))), rate)


def trim(sound: Sound) -> Sound:
    """Without the silence at both ends, which in a joined sentence would sound like stumbling."""
    loud = [index for index, sample in enumerate(sound.samples) if abs(sample) > QUIET]
    if not loud:
        return Sound(array("d"), sound.rate)
    keep = round(_KEEP_S * sound.rate)
    return Sound(sound.samples[max(0, loud[0] - keep) : loud[-1] + 1 + keep], sound.rate)


def join(sounds: Iterable[Sound]) -> Sound:
    """One after another, with neither gap nor overlap; ends are faded for 3 ms so that no join clicks."""
    parts = list(sounds)
    rates = {part.rate for part in parts}
    if len(rates) != 1:
        raise SoundError(f"sounds of different rates: {sorted(rates)}")
    result = array("d")
    for part in parts:
        result.extend(_faded(part).samples)
    return Sound(result, rates.pop())


def _faded(sound: Sound) -> Sound:
    length = min(round(_FADE_S * sound.rate), len(sound.samples) // 2)
    samples = array("d", sound.samples)
    for index in range(length):
        samples[index] *= index / length
        samples[-1 - index] *= index / length
    return Sound(samples, sound.rate)


def normalise(sound: Sound, target: float = TARGET_LUFS) -> Sound:
    """At the target loudness and under the ceiling. Limiting takes loudness away, so it is measured again."""
    loud = sound.lufs()
    if loud == loudness.SILENCE:
        return sound
    gain, result = 1.0, sound
    for _ in range(3):
        gain *= 10 ** ((target - loud) / 20)
        result = limit(Sound(array("d", (sample * gain for sample in sound.samples)), sound.rate))
        loud = result.lufs()
        if abs(target - loud) < 0.3:
            break
    return result


def limit(sound: Sound) -> Sound:
    """No sample above the ceiling: gain goes down ahead of a peak and comes back after it, in short ramps."""
    step = round(_LOOK_S * sound.rate)
    samples = sound.samples
    peaks = [max(map(abs, samples[at : at + step])) for at in range(0, len(samples), step)]
    if max(peaks, default=0.0) <= CEILING:
        return sound
    need = [min(1.0, CEILING / peak) if peak else 1.0 for peak in peaks]
    # A corner between two blocks takes the lower need of both, so the ramp inside a block never exceeds its need.
    corners = [min(need[max(0, at - 1)], need[min(at, len(need) - 1)]) for at in range(len(need) + 1)]
    result = array("d")
    for block, at in enumerate(range(0, len(samples), step)):
        here, slope = corners[block], (corners[block + 1] - corners[block]) / step
        result.extend(sample * (here + slope * index) for index, sample in enumerate(samples[at : at + step]))
    return Sound(result, sound.rate)


def chime(rate: int) -> Sound:
    """Two falling tones, a major third apart, that ring out: heard in a noisy hall, not startling."""
    tones = [(0.0, 659.26), (0.38, 523.25)]
    total = round(1.25 * rate)
    samples = array("d", bytes(8 * total))
    for start, pitch in tones:
        first = round(start * rate)
        for index in range(total - first):
            t = index / rate
            attack = min(1.0, t / 0.006)
            wave_form = math.sin(2 * math.pi * pitch * t) + 0.25 * math.sin(4 * math.pi * pitch * t) * math.exp(-6 * t)
            samples[first + index] += 0.5 * attack * math.exp(-4.2 * t) * wave_form
    return Sound(samples, rate)
