"""Words for people: the Vietnamese text is the key, English comes from the catalogue of this room."""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from pathlib import Path

LOCALE_DIR = Path(__file__).parent / "locale"
LANGUAGES = ("vi", "en")

_current: gettext.NullTranslations = gettext.NullTranslations()


def catalogue(language: str) -> gettext.NullTranslations:
    """The catalogue of a language; Vietnamese, the language of the keys, needs none."""
    if language == "vi":
        return gettext.NullTranslations()
    return gettext.translation("messages", LOCALE_DIR, languages=[language], fallback=True)


def use(language: str) -> None:
    """Choose the language of this process, once, at start."""
    global _current
    _current = catalogue(language)


def language_of(environ: Mapping[str, str] = os.environ) -> str:
    """What the person at this terminal reads: English if the system says so, else Vietnamese."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(variable, "")
        if value:
            return "en" if value.lower().startswith("en") else "vi"
    return "vi"


def _(message: str, **values: object) -> str:
    text = _current.gettext(message)
    return text % values if values else text


def N_(message: str) -> str:
    """Marks a text for the catalogue that is translated where it is said."""
    return message
