"""Number boards that only listen: four bytes ``ID hi lo sum``, and ASCII ``$NNN,CC&``."""

from __future__ import annotations

import re


def four_bytes(board: int, number: int) -> bytes:
    """``05 03 E7 EF``: board 5 shows 999."""
    if not 0 <= board <= 0xFF or not 0 <= number <= 0xFFFF:
        raise ValueError("board 0..255, number 0..65535")
    head = bytes([board, number >> 8, number & 0xFF])
    return head + bytes([sum(head) & 0xFF])


def read_four_bytes(data: bytes) -> tuple[int, int] | None:
    """Board and number, or None when the sum is wrong."""
    if len(data) != 4 or sum(data[:3]) & 0xFF != data[3]:
        return None
    return data[0], data[1] << 8 | data[2]


def ascii_call(number: int, counter: int) -> bytes:
    """``$001,02&``: number 1 at counter 2."""
    if not 0 <= number <= 9999 or not 0 <= counter <= 99:
        raise ValueError("number 0..9999, counter 0..99")
    return b"$%03d,%02d&" % (number, counter)


def read_ascii_call(data: bytes) -> tuple[int, int] | None:
    match = re.fullmatch(rb"\$([0-9]{3,4}),([0-9]{2})&", data)
    return (int(match[1]), int(match[2])) if match else None


def digits_of(number: str) -> int:
    """What a board of digits can show of "A012": 12."""
    digits = re.sub(r"[^0-9]", "", number)[-4:]
    return int(digits) if digits else 0
