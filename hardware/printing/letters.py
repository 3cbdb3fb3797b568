"""The 178 letters of Vietnamese: what a font must hold before it may print a name."""

from __future__ import annotations

import unicodedata

CONSONANTS = "bcdđghklmnpqrstvx"
VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
"""No mark, huyền, sắc, ngã, hỏi, nặng."""


def _letters() -> str:
    small = CONSONANTS + "".join(unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES)
    return small + small.upper()


VIETNAMESE = _letters()
"""89 small letters, then the same 89 as capitals."""
