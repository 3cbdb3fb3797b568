"""The voice that reads the kiosk's screens aloud, wherever the page is served: by the server, or by the runtime when
there is none. A worker of its own, so that no screen that is being read holds up the hall's calls."""

from __future__ import annotations

import hashlib
from pathlib import Path

from display.speech.store import Store
from display.speech.studio import Studio, worker_command
from display.speech.words import LANGUAGES, Language

TEXT_MAX = 1200
KEPT_BYTES = 50_000_000
RECIPE = 1


class Reader:
    """Texts as sound, made once and kept."""

    def __init__(self, cache: Path, studio: Studio | None = None) -> None:
        self._store = Store(cache, KEPT_BYTES)
        # A long screen takes longer than a call; few are read at once.
        self._studio = studio or Studio(worker_command(), timeout_s=10, most_waiting=8)

    def wav(self, text: str, language: str) -> bytes:
        """A language that has no voice is read with the first one's. Raises SpeechUnavailable."""
        spoken: Language = language if language in LANGUAGES else LANGUAGES[0]
        key = hashlib.sha256(repr((RECIPE, spoken, text)).encode()).hexdigest()
        return self._store.get(key, lambda: self._studio.read(text, spoken).wav)
