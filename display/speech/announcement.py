"""One announcement as one sound: chime, the sentence, a pause, the sentence again, all at one loudness."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, Protocol

from display.speech import sound
from display.speech.sound import Sound
from display.speech.words import Language

RATE = 22050
TIMES_SAID = 2
PAUSE_S = 0.6
AFTER_CHIME_S = 0.15
LONGEST_S = 30.0
# Part of every cache key: raise it when the sound of an announcement changes.
RECIPE = 1

Voice = Literal["recorded", "synthetic", "none"]


class Provider(Protocol):
    """Says a sentence, or None when it cannot say this one."""

    def say(self, sentence: str, language: Language) -> Sound | None: ...


@dataclass(frozen=True)
class Announcement:
    sound: Sound
    voice: Voice


class TooLong(ValueError):
    """The announcement would hold up the queue of calls."""


@cache
def _chime() -> Sound:
    return sound.normalise(sound.chime(RATE))


def compose(sentence: str, language: Language, providers: Sequence[tuple[Voice, Provider]]) -> Announcement:
    """From the first provider that can say the sentence; from none, the chime alone still calls eyes to the board."""
    for voice, provider in providers:
        said = provider.say(sentence, language)
        if said is not None:
            return Announcement(_arrange(said), voice)
    return Announcement(_chime(), "none")


def read_out(sentence: str, language: Language, providers: Sequence[tuple[Voice, Provider]]) -> Announcement:
    """The words alone, once: for whoever listens to a screen."""
    for voice, provider in providers:
        said = provider.say(sentence, language)
        if said is not None:
            return Announcement(sound.normalise(sound.trim(sound.resample(said, RATE))), voice)
    return Announcement(sound.silence(AFTER_CHIME_S, RATE), "none")


def _arrange(said: Sound) -> Sound:
    phrase = sound.normalise(sound.trim(sound.resample(said, RATE)))
    parts = [_chime(), sound.silence(AFTER_CHIME_S, RATE)]
    for time in range(TIMES_SAID):
        parts += [sound.silence(PAUSE_S, RATE), phrase] if time else [phrase]
    whole = sound.join(parts)
    if whole.seconds > LONGEST_S:
        raise TooLong(f"{whole.seconds:.0f} s; at most {LONGEST_S:.0f} s")
    return whole
