"""Recorded clips of a human voice: WAV files, each under the words that it says.

A sentence is put together from as few clips as can be: "xin mời số thứ tự", "a", "không", "quầy số", "ba". If one word
is missing, the whole sentence is left to the next provider: two voices in one sentence are harder to follow than
either.
"""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from display.speech import sound
from display.speech.sound import Sound
from display.speech.words import Language

LONGEST_CLIP_S = 15.0
LONGEST_CLIP_BYTES = 6_000_000
PAUSE_AT_COMMA_S = 0.16
PAUSE = ","
_WORD = re.compile(r"[^\W_]+|[,.;:!?–-]")
Words = tuple[str, ...]


def spoken_words(sentence: str) -> list[str]:
    """Lower-case words, composed Unicode; a mark of punctuation becomes ","."""
    found = _WORD.findall(unicodedata.normalize("NFC", sentence).lower())
    return [PAUSE if not word[0].isalnum() else word for word in found]


def cover(words: Sequence[str], known: set[Words]) -> list[Words] | None:
    """The fewest known phrases that say exactly these words, commas kept apart; None if that cannot be."""
    longest = max(map(len, known), default=0)
    best: list[list[Words] | None] = [[]] + [None] * len(words)
    for end in range(1, len(words) + 1):
        for start in range(max(0, end - max(longest, 1)), end):
            before, piece = best[start], tuple(words[start:end])
            if before is None or (piece != (PAUSE,) and piece not in known):
                continue
            held = best[end]
            if held is None or len(before) + 1 < len(held):
                best[end] = [*before, piece]
    return best[-1]


def pieces(sentence: str, clips: Mapping[str, Path]) -> list[str] | None:
    """A sentence as files, one after another, and "," for a short pause; None when a word of it was not recorded."""
    files = {tuple(spoken_words(said)): str(path) for said, path in clips.items()}
    parts = cover(spoken_words(sentence), set(files))
    while parts and parts[-1] == (PAUSE,):
        parts.pop()
    return [PAUSE if part == (PAUSE,) else files[part] for part in parts] if parts else None


def missing(sentence: str, clips: Mapping[str, Path]) -> list[str]:
    """The words of a sentence that no clip says, for the person who records them."""
    known = {word for said in clips for word in spoken_words(said)}
    return list(dict.fromkeys(word for word in spoken_words(sentence) if word != PAUSE and word not in known))


class Clips:
    """A provider that says the one sentence whose pieces it was given."""

    def __init__(self, parts: Sequence[str], rate: int) -> None:
        self._parts = parts
        self._rate = rate

    def say(self, sentence: str, language: Language) -> Sound:
        """The joined pieces. Raises SoundError, or OSError for a file that is gone."""
        pause = sound.silence(PAUSE_AT_COMMA_S, self._rate)
        return sound.join(pause if part == PAUSE else self._clip(Path(part)) for part in self._parts)

    def _clip(self, path: Path) -> Sound:
        if path.stat().st_size > LONGEST_CLIP_BYTES:
            raise sound.SoundError(f"{path.name} is larger than {LONGEST_CLIP_BYTES} bytes")
        try:
            return sound.read_wav(path.read_bytes(), self._rate, LONGEST_CLIP_S)
        except sound.SoundError as error:
            raise sound.SoundError(f"{path.name}: {error}") from error
