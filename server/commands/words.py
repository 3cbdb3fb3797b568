"""What commands say, in the language of whoever reads this terminal."""

from __future__ import annotations

import os
from collections.abc import Mapping

import click

from server.domain.errors import MotcuaError
from server.services import texts


def language(environ: Mapping[str, str] = os.environ) -> str:
    """English where the system's language is English, else Vietnamese: as the agent's commands choose."""
    spoken = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return "en" if spoken.lower().startswith("en") else "vi"


def say(text: str, **values: object) -> str:
    """A text in that language; the Vietnamese is what stands in the source."""
    return texts.text(language(), text, values)


def refused(error: MotcuaError) -> click.ClickException:
    """A refusal of the house as this terminal shows it."""
    return click.ClickException(texts.error_text(language(), error))
