"""Texts in a given language, outside any request: for paper, voice and stored answers."""

from __future__ import annotations

import gettext as _gettext
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

LOCALE = Path(__file__).parents[1] / "locale"


def languages_in(directory: Path) -> tuple[str, ...]:
    """Vietnamese, English, and every further language whose compiled catalogue lies there."""
    further = {file.parts[-3] for file in directory.glob("*/LC_MESSAGES/messages.mo")} - {"vi", "en"}
    return ("vi", "en", *sorted(further))


LANGUAGES = languages_in(LOCALE)
"""Languages a citizen may choose. A further one is only a catalogue away; what it lacks is said in Vietnamese."""


@cache
def _catalogue(language: str) -> _gettext.NullTranslations:
    return _gettext.translation("messages", LOCALE, languages=[language], fallback=True)


def text(language: str, msgid: str, values: Mapping[str, Any] | None = None) -> str:
    """The text in a language; Vietnamese is what stands in the source."""
    found = msgid if language == "vi" else _catalogue(language).gettext(msgid)
    return found % values if values else found
