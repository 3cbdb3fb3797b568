"""Announcements of an office's calls: the sentence, the sound, and where it is kept."""
from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from display.speech import clips as recorded
from display.speech.announcement import RECIPE
from display.speech.phrase import TemplateError, Wording
from display.speech.polish import Polished
from display.speech.store import DEFAULT_BYTES, Store
from display.speech.studio import Studio, worker_command
from display.speech.words import LANGUAGES, Language

log = structlog.get_logger(__name__)

MAX_AGE_S = 180
"""An announcement that would come later than this would call somebody who has long been served."""
LISTENED_S = 24 * 3600
"""A hall that has not listened for so long has no loudspeaker any more."""


@dataclass(frozen=True)
class Hall:
    """What the voice and the board's shell need to know of an office."""

    code: str
    name: str
    counters: Mapping[int, Mapping[str, str]]  # names by language
    prefixes: tuple[str, ...] = ()  # of its ticket numbers, for the page where a person listens
    languages: tuple[Language, ...] = ("vi",)  # each call is said in these; one of them: in the ticket's own
    wording: Wording = field(default_factory=Wording)
    clips: Mapping[str, Mapping[str, Path]] = field(default_factory=dict)  # by language, by the words they say
    quiet: tuple[tuple[str, str], ...] = ()  # windows of each day in which nothing is spoken
    max_age_s: int = MAX_AGE_S

    def said(self, language: str) -> Language:
        """The language in which a call for a ticket of any language is spoken: its own where there are words for it,
        else the first that this office speaks."""
        return next((known for known in LANGUAGES if known == language), self.languages[0])


def hall(description: Mapping[str, Any]) -> Hall:
    """A hall from an office's plain description.

    `voice` in it is set by an administrator: {languages?, style?, invite?: {vi?, en?}, recall?: {vi?, en?}, quiet?,
    max_age_s?}. What of it cannot be spoken is left out with a warning: a wrong template must not silence the office.
    `clips` in it: {language: {words: path}}; a clip's file name changes when its sound does.
    """
    voice = description.get("voice") or {}
    try:
        wording = Wording(voice.get("invite") or {}, voice.get("recall") or {}, voice.get("style") or "digits")
    except TemplateError as error:
        log.warning("speech.wording", office=description["code"], error=str(error))
        wording = Wording()
    asked = voice.get("languages") or ()
    languages = tuple(language for language in LANGUAGES if language in asked)
    return Hall(
        code=description["code"],
        name=description["name"],
        counters={counter["number"]: counter["names"] for counter in description["counters"]},
        prefixes=tuple(description.get("prefixes") or ()),
        languages=languages or ("vi",),
        wording=wording,
        clips=description.get("clips") or {},
        quiet=tuple((window[0], window[1]) for window in voice.get("quiet") or ()),
        max_age_s=int(voice.get("max_age_s") or MAX_AGE_S),
    )


class _Unspoken(Exception):
    """Only the chime could be made: worth playing, not worth keeping."""

    def __init__(self, wav: bytes) -> None:
        self.wav = wav


class Announcer:
    """Finished announcements, from the store or newly made. Shared by every request."""

    def __init__(self, store: Store, studio: Studio) -> None:
        self._store = store
        self._studio = studio
        self._asked: dict[str, float] = {}

    def wav(self, hall: Hall, number: str, counter: int, language: Language, *, recall: bool = False) -> bytes:
        """The announcement of one call. Raises SpeechUnavailable, ValueError for what is not a ticket number,
        KeyError for a counter that the office does not have."""
        sentence = hall.wording.sentence(number, counter, hall.counters[counter], language, recall=recall)

        parts = recorded.pieces(sentence, hall.clips.get(language, {}))

        def make() -> bytes:
            recording = self._studio.record(sentence, language, parts)
            if recording.voice == "none":
                raise _Unspoken(recording.wav)
            return recording.wav

        try:
            return self._store.get(_digest(RECIPE, parts or [], language, sentence), make)
        except _Unspoken as unspoken:
            return unspoken.wav

    def asked(self, hall: Hall) -> None:
        """Somebody listens in this hall."""
        self._asked[hall.code] = time.monotonic()

    def is_asked(self, hall: Hall) -> bool:
        """Whether anybody has asked for a sound of this hall lately: where nobody listens none is made ahead."""
        return time.monotonic() - self._asked.get(hall.code, -math.inf) < LISTENED_S

    def edition(self, hall: Hall) -> str:
        """Changes when an announcement of the same call would sound different: part of its address, so that
        browsers may keep the sound for ever."""
        names = sorted((number, sorted(names.items())) for number, names in hall.counters.items())
        wording = (sorted(hall.wording.invite.items()), sorted(hall.wording.recall.items()), hall.wording.style)
        clips = [(language, sorted((said, path.name) for said, path in held.items()))
                 for language, held in sorted(hall.clips.items())]  # fmt: skip
        return _digest(RECIPE, clips, names, wording)[:12]

    def polish(self, wav: bytes) -> Polished:
        """A recording ready to be joined, made in the worker's process. Raises polish.Refused, SpeechUnavailable."""
        return self._studio.polish(wav)

    def close(self) -> None:
        self._studio.close()


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def announcer(cache: Path, most_bytes: int = DEFAULT_BYTES) -> Announcer:
    """The announcer as an installation runs it: `cache` for finished sounds."""
    return Announcer(Store(cache, most_bytes), Studio(worker_command()))
