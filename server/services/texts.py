"""Texts in a given language, outside any request: for paper, voice and stored answers."""

from __future__ import annotations

import gettext as _gettext
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from server.domain.errors import MotcuaError
from server.domain.office import named
from server.domain.words import STATE_NAMES, TicketState

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


def error_text(language: str, error: MotcuaError) -> str:
    """What a refusal says to a reader of that language."""
    values = error_values(language, error)
    states = {name: text(language, STATE_NAMES[v]) for name, v in values.items() if isinstance(v, TicketState)}
    return text(language, error.text, values | states)


def error_values(language: str, error: MotcuaError) -> dict[str, Any]:
    """Its values, names by language in that one."""
    told = error.told(partial(text, language))
    return {name: named(v, language) if isinstance(v, Mapping) else v for name, v in told.items()}
