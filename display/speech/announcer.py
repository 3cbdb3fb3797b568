"""Announcements of an office's calls: the sentence, the sound, and where it is kept."""
from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from display.speech.announcement import RECIPE
from display.speech.clips import Clips
from display.speech.phrase import TemplateError, Wording
from display.speech.store import DEFAULT_BYTES, Store
from display.speech.studio import Studio, worker_command
from display.speech.words import LANGUAGES, Language

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Hall:
    """What the voice and the board's shell need to know of an office."""

    code: str
    name: str
    counters: Mapping[int, Mapping[str, str]]  # names by language
    prefixes: tuple[str, ...] = ()  # of its ticket numbers, for the page where a person listens
    languages: tuple[Language, ...] = ("vi",)  # each call is said in these; one of them: in the ticket's own
    wording: Wording = field(default_factory=Wording)


def hall(description: Mapping[str, Any]) -> Hall:
    """A hall from an office's plain description.

    `voice` in it is set by an administrator: {languages?, style?, invite?: {vi?, en?}, recall?: {vi?, en?}}. What
    of it cannot be spoken is left out with a warning: a wrong template must not silence the office.
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
    )


class _Unspoken(Exception):
    """Only the chime could be made: worth playing, not worth keeping."""

    def __init__(self, wav: bytes) -> None:
        self.wav = wav


class Announcer:
    """Finished announcements, from the store or newly made. Shared by every request."""

    def __init__(self, store: Store, studio: Studio, clips: Path | None = None) -> None:
        self._store = store
        self._studio = studio
        self._clips = Clips(clips, 1) if clips else None

    def wav(self, hall: Hall, number: str, counter: int, language: Language, *, recall: bool = False) -> bytes:
        """The announcement of one call. Raises SpeechUnavailable, ValueError for what is not a ticket number,
        KeyError for a counter that the office does not have."""
        sentence = hall.wording.sentence(number, counter, hall.counters[counter], language, recall=recall)

        def make() -> bytes:
            recording = self._studio.record(sentence, language)
            if recording.voice == "none":
                raise _Unspoken(recording.wav)
            return recording.wav

        try:
            return self._store.get(self._key(sentence, language), make)
        except _Unspoken as unspoken:
            return unspoken.wav

    def edition(self, hall: Hall) -> str:
        """Changes when an announcement of the same call would sound different: part of its address, so that
        browsers may keep the sound for ever."""
        names = sorted((number, sorted(names.items())) for number, names in hall.counters.items())
        wording = (sorted(hall.wording.invite.items()), sorted(hall.wording.recall.items()), hall.wording.style)
        return _digest(RECIPE, self._voice_mark(), names, wording)[:12]

    def unrecorded(self, sentence: str, language: Language) -> list[str]:
        """Words of a sentence without a recorded clip; empty where the office records no voice at all."""
        return self._clips.missing(sentence, language) if self._clips and self._clips.any() else []

    @property
    def records(self) -> bool:
        """Whether any human voice was recorded here."""
        return self._clips is not None and self._clips.any()

    def close(self) -> None:
        self._studio.close()

    def _key(self, sentence: str, language: Language) -> str:
        return _digest(RECIPE, self._voice_mark(), language, sentence)

    def _voice_mark(self) -> str:
        return self._clips.fingerprint() if self._clips else ""


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def announcer(cache: Path, clips: Path | None = None, most_bytes: int = DEFAULT_BYTES) -> Announcer:
    """The announcer as an installation runs it: `cache` for finished sounds, `clips` with recorded ones if any."""
    return Announcer(Store(cache, most_bytes), Studio(worker_command(clips)), clips)


