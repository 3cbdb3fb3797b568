"""The command line in the language of whoever reads this terminal: what our commands tell of themselves, and the words
that click puts around it. On the standard library and click alone: an agent's PC has no more."""

from __future__ import annotations

import copy
import gettext
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import click

from server.domain.errors import N_

LOCALE = Path(__file__).parent / "locale"
CLICK = "click"
"""The catalogue of click's own words, from English: the one catalogue here whose msgid is not Vietnamese."""
OPTIONS, COMMAND = N_("[TUỲ CHỌN]"), N_("LỆNH [THAM SỐ]...")

Kind = TypeVar("Kind", bound=click.Command)
Say = Callable[[str], str]


def language(environ: Mapping[str, str] = os.environ) -> str:
    """English where the system's language is English, else Vietnamese: as the agent's commands choose."""
    spoken = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return "en" if spoken.lower().startswith("en") else "vi"


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Click's own words in that language. Click asks gettext, and gettext asks the system, where it would find English
    for `C.UTF-8`: LANGUAGE is what goes before that, and only for texts."""
    domain, spoken = gettext.textdomain(), os.environ.get("LANGUAGE")
    gettext.bindtextdomain(CLICK, str(LOCALE))
    gettext.textdomain(CLICK)
    os.environ["LANGUAGE"] = language
    try:
        yield
    finally:
        gettext.textdomain(domain)
        os.environ.pop("LANGUAGE")
        if spoken is not None:
            os.environ["LANGUAGE"] = spoken


def told(command: Kind, language: str) -> Kind:
    """The same command with its help, and all below it, in that language. Each speaks from the catalogue of the room
    that it comes from, so that no room needs to know how the others translate."""
    said = _catalogue(getattr(command.callback, "__module__", __name__), language)
    ours = _catalogue(__name__, language)
    found = copy.copy(command)
    found.help = command.help and said(command.help)
    found.options_metavar = ours(OPTIONS)
    found.params = [_parameter(parameter, said) for parameter in command.params]
    if isinstance(found, click.Group):
        found.subcommand_metavar = ours(COMMAND)
        found.commands = {name: told(below, language) for name, below in found.commands.items()}
    return found


def _parameter(parameter: click.Parameter, said: Say) -> click.Parameter:
    if not isinstance(parameter, click.Option):
        return parameter
    found = copy.copy(parameter)
    found.help = parameter.help and said(parameter.help)
    found.prompt = parameter.prompt and said(parameter.prompt)
    return found


def _catalogue(module: str, language: str) -> Say:
    """How the room of this module says a text; Vietnamese is what stands in the source, and needs no catalogue."""
    room = Path(str(sys.modules[module.partition(".")[0]].__file__)).parent
    return gettext.translation("messages", room / "locale", [language], fallback=True).gettext
