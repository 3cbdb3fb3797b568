"""The words of a ticket, as a job carries them: checked, and normalised to NFC before anything measures them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from .interface import PrintingError

Pair = tuple[str, str]
_PAIRS = ("ahead", "wait", "hotline")


class ContentError(PrintingError):
    """A job whose content cannot become a ticket; nothing is printed of it."""

    code = "bad_content"


@dataclass(frozen=True)
class TicketContent:
    """Every text in the citizen's language; what is empty takes no room on the paper."""

    number: str
    office_name: str = ""
    heading: str = ""
    priority: str = ""
    service: str = ""
    counters: str = ""
    ahead: Pair | None = None
    wait: Pair | None = None
    date: str = ""
    time: str = ""
    papers: str = ""
    qr: str = ""
    qr_hint: str = ""
    hotline: Pair | None = None
    footer: str = ""
    reprint: str = ""

    @classmethod
    def from_job(cls, content: Mapping[str, Any]) -> TicketContent:
        """Takes the fields it knows; a newer server may send more."""
        taken: dict[str, Any] = {}
        for field in fields(cls):
            value = content.get(field.name)
            if value is None:
                continue
            taken[field.name] = _pair(field.name, value) if field.name in _PAIRS else _text(field.name, value)
        if not taken.get("number"):
            raise ContentError("number: is missing")
        return cls(**taken)


def _text(name: str, value: Any) -> str:
    """One line of printable NFC text: a stray newline or control character must not reach a printer."""
    if not isinstance(value, str):
        raise ContentError(f"{name}: is no text")
    kept = (
        char for char in unicodedata.normalize("NFC", value) if char.isspace() or unicodedata.category(char)[0] != "C"
    )
    return " ".join("".join(kept).split())


def _pair(name: str, value: Any) -> Pair:
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise ContentError(f"{name}: is no pair of label and value")
    return _text(name, value[0]), _text(name, value[1])
