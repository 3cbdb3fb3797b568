"""A recording as it came from a microphone, made ready to be joined: without its silence, and at the one loudness."""
from __future__ import annotations

import math
from dataclasses import dataclass

from display.speech import sound
from display.speech.announcement import RATE
from display.speech.clips import LONGEST_CLIP_S
from display.speech.sound import Sound, SoundError

SHORTEST_S = 0.12
FAINTEST_LUFS = -48.0
"""Speech below this would be raised together with the noise of its room."""
_FRAME_S = 0.01
_FULL = 0.999
_MOST_CLIPPED = 0.004


class Refused(ValueError):
    """A recording that would spoil the calls. `code` says why, in the words of the API."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Polished:
    wav: bytes
    seconds: float
    lufs: float


def polish(data: bytes) -> Polished:
    """A PCM WAV, trimmed and at the target loudness. Raises Refused."""
    if not data:
        raise Refused("recording_empty")
    try:
        whole = sound.read_wav(data, RATE, LONGEST_CLIP_S)
    except SoundError as error:
        raise Refused("recording_too_long" if "longer" in str(error) else "recording_not_wav") from error
    said = trimmed(whole)
    _require_speech(whole, said)
    level = sound.normalise(said)
    return Polished(sound.write_wav(level), round(level.seconds, 3), round(level.lufs(), 1))


def _require_speech(whole: Sound, said: Sound) -> None:
    if not said.samples or said.lufs() < FAINTEST_LUFS:
        raise Refused("recording_silent")
    if said.seconds < SHORTEST_S:
        raise Refused("recording_too_short")
    if sum(abs(sample) >= _FULL for sample in whole.samples) > _MOST_CLIPPED * len(said.samples):
        raise Refused("recording_clipped")


def trimmed(whole: Sound) -> Sound:
    """Without what is before and after the words. An office is never silent, so silence is what stays near the
    quietest tenth of the recording, and not what is below a fixed level."""
    step = round(_FRAME_S * whole.rate)
    levels = [_rms(whole, at, step) for at in range(0, len(whole.samples) - step + 1, step)]
    if not levels:
        return sound.trim(whole)
    noise, peak = sorted(levels)[len(levels) // 10], max(levels)
    quiet = max(sound.QUIET, min(noise * 10 ** (8 / 20), peak * 10 ** (-22 / 20)))
    loud = [index for index, level in enumerate(levels) if level > quiet]
    if not loud:
        return Sound(whole.samples[:0], whole.rate)
    first, last = max(0, (loud[0] - 1) * step), min(len(whole.samples), (loud[-1] + 2) * step)
    return Sound(whole.samples[first:last], whole.rate)


def _rms(whole: Sound, at: int, step: int) -> float:
    return math.sqrt(sum(sample * sample for sample in whole.samples[at : at + step]) / step)
