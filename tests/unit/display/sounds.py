"""Sounds for tests: tones and clips whose loudness, length and silence are known."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping
from pathlib import Path

from display.speech.polish import polish
from display.speech.sound import Sound, join, silence, write_wav

RATE = 22050


def tone(seconds: float, level: float = 0.5, pitch: float = 440.0, rate: int = RATE) -> Sound:
    count = round(seconds * rate)
    return Sound(array("d", (level * math.sin(2 * math.pi * pitch * i / rate) for i in range(count))), rate)


def with_silence(sound: Sound, before: float, after: float) -> Sound:
    return join([silence(before, sound.rate), sound, silence(after, sound.rate)])


def record(directory: Path, words: dict[str, Sound]) -> None:
    """A set of recorded clips, each with the silence that people leave at both ends."""
    directory.mkdir(parents=True, exist_ok=True)
    for said, clip in words.items():
        (directory / f"{said}.wav").write_bytes(write_wav(with_silence(clip, 0.3, 0.4)))


def clips_in(directory: Path) -> dict[str, Path]:
    """Clips by the words in their file names."""
    return {path.stem: path for path in sorted(directory.glob("*.wav"))}


def recorded(directory: Path, words: Mapping[str, Sound]) -> dict[str, Path]:
    """Clips as an office has them: recorded with silence around the words, then polished."""
    directory.mkdir(parents=True, exist_ok=True)
    for said, clip in words.items():
        made = polish(write_wav(with_silence(clip, 0.3, 0.4)))
        (directory / f"{said}.wav").write_bytes(made.wav)
    return clips_in(directory)


def longest_silence(sound: Sound, below: float = 0.003) -> float:
    """The longest stretch, in seconds, in which nothing is louder than `below`."""
    longest = run = 0
    for sample in sound.samples:
        run = run + 1 if abs(sample) < below else 0
        longest = max(longest, run)
    return longest / sound.rate
