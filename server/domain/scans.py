"""What a text under a kiosk's scanner is: an identity card, or the code of a booking. Pure; nothing is kept.

Of a card only the personal number is looked at, and only to make its mark of the day (`mark_of`). A mark is a keyed
hash: whoever lacks that day's key cannot find the number by trying all of them, and the key is thrown away at night.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field

from server.domain.errors import N_ as _
from server.domain.errors import Invalid

TEXT_MAX = 1000
CARD_FIELDS = 7
PERSONAL_NUMBER = re.compile(r"[0-9]{12}|[0-9]{9}")
BOOKING = re.compile(r"(?:(?:https?://[^\s/]+)?/(?:b|booking)/)?([A-Za-z0-9_-]{8,64})/?")


class ScanUnreadable(Invalid):
    code, text = (
        "scan_unreadable",
        _("Máy chưa đọc được mã. Mời ông/bà đặt lại thẻ hoặc mã, mặt có mã QR hướng vào máy."),
    )


@dataclass(frozen=True, slots=True)
class Card:
    """In memory only; it shows in no repr, so that no log line can hold it by accident."""

    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class BookingCode:
    code: str


def read_scan(text: str) -> Card | BookingCode:
    """Raises ScanUnreadable for anything else. A bare number is no card: nobody is to type one."""
    text = text.strip()
    fields = [part.strip() for part in text.split("|")]
    if len(fields) >= CARD_FIELDS and PERSONAL_NUMBER.fullmatch(fields[0]) and fields[2]:
        return Card(fields[0])
    booking = BOOKING.fullmatch(text)
    # What is all digits may be somebody's number: it is not looked up anywhere.
    if booking and not booking[1].isdigit():
        return BookingCode(booking[1])
    raise ScanUnreadable()


def mark_of(key: bytes, number: str) -> str:
    """The mark of a personal number under an office's key of one day."""
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()


def code_hash(code: str) -> str:
    """How a booking's code is kept, by the server and by kiosks: whoever reads the list cannot use it."""
    return hashlib.sha256(code.encode()).hexdigest()
