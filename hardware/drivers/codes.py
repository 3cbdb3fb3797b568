"""What a scanned text is: a booking, a dossier code or an identity card (CCCD). Pure; nothing is kept."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

BOOKING = re.compile(r"(?:https?://[^\s/]+)?/(?:b|booking|t)/([A-Za-z0-9_-]{8,64})/?")
BARE_BOOKING = re.compile(r"(?=.*[A-Za-z_-])[A-Za-z0-9_-]{8,64}")
"""A booking's code alone. What is all digits may be somebody's number, and is none."""

PERSONAL_NUMBER = re.compile(r"[0-9]{12}|[0-9]{9}")
"""Twelve digits; nine on cards from before."""

DOSSIER = re.compile(r"[0-9A-Z]{2,3}(?:\.[0-9A-Z]{2,3}){1,4}-\d{6}-\d{4}")
MAX_SCAN = 1000


@dataclass(frozen=True)
class Booking:
    code: str


@dataclass(frozen=True)
class Dossier:
    code: str


@dataclass(frozen=True)
class IdentityCard:
    """In memory only. No field shows in a repr, so no log line can hold one by accident."""

    number: str = field(repr=False)
    old_number: str = field(repr=False)
    name: str = field(repr=False)
    birth: date = field(repr=False)
    sex: str = field(repr=False)
    address: str = field(repr=False)
    issued: date = field(repr=False)


@dataclass(frozen=True)
class Unreadable:
    """A text that is none of these; the text itself is dropped, since it may be somebody's."""

    why: str


Scan = Booking | Dossier | IdentityCard | Unreadable


def parse_scan(text: str, *, identity_cards: bool) -> Scan:
    text = unicodedata.normalize("NFC", text).strip()
    if not text or len(text) > MAX_SCAN:
        return Unreadable("empty" if not text else "too_long")
    booking = BOOKING.fullmatch(text)
    if booking:
        return Booking(booking[1])
    if BARE_BOOKING.fullmatch(text):
        return Booking(text)
    if DOSSIER.fullmatch(text.upper()):
        return Dossier(text.upper())
    if "|" in text:
        return parse_identity_card(text) if identity_cards else Unreadable("identity_cards_off")
    return Unreadable("unknown")


def parse_identity_card(text: str) -> Scan:
    """``number|old number|name|birth|sex|address|issued``, more fields on newer cards; dates ddMMyyyy or dd/MM/yyyy."""
    fields = [each.strip() for each in text.split("|")]
    if len(fields) < 7:
        return Unreadable("identity_card")
    number, old, name, birth, sex, address, issued = fields[:7]
    born, given = _date(birth), _date(issued)
    if not PERSONAL_NUMBER.fullmatch(number) or not name or born is None or given is None:
        return Unreadable("identity_card")
    return IdentityCard(number, old, name, born, sex, address, given)


def _date(text: str) -> date | None:
    match = re.fullmatch(r"([0-9]{2})/?([0-9]{2})/?([0-9]{4})", text)
    if match is None:
        return None
    try:
        return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None
