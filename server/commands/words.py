"""What commands say, in the language of whoever reads this terminal."""

from __future__ import annotations

import click

from server.domain.errors import MotcuaError
from server.services import texts
from server.terminal import language


def say(text: str, **values: object) -> str:
    """A text in that language; the Vietnamese is what stands in the source."""
    return texts.text(language(), text, values)


def refused(error: MotcuaError) -> click.ClickException:
    """A refusal of the house as this terminal shows it."""
    return click.ClickException(texts.error_text(language(), error))
