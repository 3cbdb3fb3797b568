"""Numbers that name a person, and how a text is kept without them. Nobody needs one to queue."""

from __future__ import annotations

import re

PHONE = re.compile(r"(?<![\d+])(?:\+?84|0)(?:[ .-]?\d){9,10}(?!\d)")
"""Vietnamese telephone numbers as people write them: 0912 345 678, +84-912-345-678, 024.3825.1234."""
CITIZEN = re.compile(r"(?<!\d)\d{12}(?!\d)|(?<!\d)\d{9}(?!\d)")
"""Citizen identity numbers (12 digits) and the identity cards before them (9)."""
KEPT = 3
"""Digits that stay, so that whoever wrote it knows which number was meant."""


def masked(text: str) -> str:
    """The text without telephone and identity numbers: "gọi lại •••678"."""
    return CITIZEN.sub(_hide, PHONE.sub(_hide, text))


def _hide(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found.group())
    return f"•••{digits[-KEPT:]}"


def telephone(text: str) -> str:
    """The digits of a number as it is dialled inside the country; ValueError when it is none."""
    digits = re.sub(r"[ .()-]", "", text.strip())
    if digits.startswith(("+84", "84")) and len(digits) > 10:
        digits = "0" + digits.removeprefix("+").removeprefix("84")
    if not re.fullmatch(r"0\d{9,10}", digits):
        raise ValueError(text)
    return digits


def mentions(text: str, number: str) -> bool:
    """Whether a text has this telephone number, however it is written."""
    return any(_same(found.group(), number) for found in PHONE.finditer(text))


def without(text: str, number: str) -> str:
    """The text with this telephone number taken out."""
    return PHONE.sub(lambda found: "•••" if _same(found.group(), number) else found.group(), text)


def _same(found: str, number: str) -> bool:
    try:
        return telephone(found) == number
    except ValueError:
        return False
