"""Recorded clips of a human voice: a directory of WAV files, each named by the words it says.

`vi/xin mời số thứ tự.wav`, `vi/a.wav`, `vi/không.wav`, `vi/quầy số.wav`, `vi/hai mươi mốt.wav` …
A sentence is put together from as few clips as can be. If one word is missing, the whole sentence is left
to the next provider: two voices in one sentence are harder to follow than either.
"""
from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from display.speech import sound
from display.speech.sound import Sound
from display.speech.words import Language

LONGEST_CLIP_S = 15.0
LONGEST_CLIP_BYTES = 6_000_000
PAUSE_AT_COMMA_S = 0.16
_WORD = re.compile(r"[^\W_]+|[,.;:!?–-]")
Words = tuple[str, ...]


def spoken_words(sentence: str) -> list[str]:
    """Lower-case words, composed Unicode; a mark of punctuation becomes ","."""
    found = _WORD.findall(unicodedata.normalize("NFC", sentence).lower())
    return ["," if not word[0].isalnum() else word for word in found]


def cover(words: Sequence[str], known: set[Words]) -> list[Words] | None:
    """The fewest known phrases that say exactly these words, commas kept apart; None if that cannot be."""
    longest = max(map(len, known), default=0)
    best: list[list[Words] | None] = [[]] + [None] * len(words)
    for end in range(1, len(words) + 1):
        for start in range(max(0, end - max(longest, 1)), end):
            before, piece = best[start], tuple(words[start:end])
            if before is None or (piece != (",",) and piece not in known):
                continue
            held = best[end]
            if held is None or len(before) + 1 < len(held):
                best[end] = [*before, piece]
    return best[-1]


class Clips:
    """The clips of one directory, one sub-directory a language."""

    def __init__(self, directory: Path, rate: int) -> None:
        self._directory = directory
        self._rate = rate

    def say(self, sentence: str, language: Language) -> Sound | None:
        """The sentence in the recorded voice, or None when a word of it was not recorded."""
        files = self._files(language)
        pieces = cover(spoken_words(sentence), set(files))
        while pieces and pieces[-1] == (",",):
            pieces.pop()
        if not pieces:
            return None
        pause = sound.silence(PAUSE_AT_COMMA_S, self._rate)
        return sound.join(pause if piece == (",",) else self._clip(files[piece]) for piece in pieces)

    def missing(self, sentence: str, language: Language) -> list[str]:
        """The words of a sentence that no clip says, for the person who records them."""
        known = {word for phrase in self._files(language) for word in phrase}
        words = (word for word in spoken_words(sentence) if word != "," and word not in known)
        return list(dict.fromkeys(words))

    def any(self) -> bool:
        return next(self._directory.glob("*/*.wav"), None) is not None

    def fingerprint(self) -> str:
        """Changes when a clip is added, replaced or removed."""
        marks = [
            f"{path.relative_to(self._directory)}|{path.stat().st_size}|{path.stat().st_mtime_ns}"
            for path in sorted(self._directory.glob("*/*.wav"))
        ]
        return hashlib.sha256("\n".join(marks).encode()).hexdigest()[:12]

    def _files(self, language: Language) -> dict[Words, Path]:
        found = {tuple(spoken_words(path.stem)): path for path in sorted((self._directory / language).glob("*.wav"))}
        return {words: path for words, path in found.items() if words and "," not in words}

    def _clip(self, path: Path) -> Sound:
        if path.stat().st_size > LONGEST_CLIP_BYTES:
            raise sound.SoundError(f"{path.name} is larger than {LONGEST_CLIP_BYTES} bytes")
        try:
            clip = sound.read_wav(path.read_bytes(), self._rate, LONGEST_CLIP_S)
        except sound.SoundError as error:
            raise sound.SoundError(f"{path.name}: {error}") from error
        # Each recording to one level, else a sentence of many clips swells and fades.
        return sound.normalise(sound.trim(clip))
