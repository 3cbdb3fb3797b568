"""What is said for a ticket number and for a counter, as words, in Vietnamese and English.

The words are written here, not left to a synthesiser, so that a recorded voice, every synthesiser and
the tests say the same thing.
"""
from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

Language = Literal["vi", "en"]
Style = Literal["digits", "number"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")

_VI_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
# D and G are both "dê" to a northern ear, so G takes its other common name, "gờ".
_VI_LETTERS = {
    "A": "a", "B": "bê", "C": "xê", "D": "dê", "Đ": "đê", "E": "e", "F": "ép", "G": "gờ", "H": "hát", "I": "i",
    "J": "gi", "K": "ca", "L": "e lờ", "M": "em mờ", "N": "en nờ", "O": "o", "P": "pê", "Q": "quy", "R": "e rờ",
    "S": "ét sì", "T": "tê", "U": "u", "V": "vê", "W": "vê kép", "X": "ích xì", "Y": "i dài", "Z": "dét",
}
_EN_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)
_EN_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_TICKET = re.compile(r"([A-ZĐ]{0,2})([0-9]{1,6})")
_LABEL = re.compile(r"(?=.*[0-9])(?:[a-zđ]|[0-9]{1,6}(?![0-9]))+")
_VI_PLACES = ("quầy", "bàn", "phòng", "cửa", "ô", "khu", "tầng", "bộ phận", "sảnh")
_EN_PLACES = ("counter", "desk", "window", "room", "booth")


def vietnamese(number: int) -> str:
    """A whole number from 0 to 999,999 as Vietnamese says it: mười lăm, hai mươi mốt, một trăm linh năm."""
    if not 0 <= number < 1_000_000:
        raise ValueError(f"{number} is outside 0 … 999,999")
    thousands, rest = divmod(number, 1000)
    if not thousands:
        return _vi_under_thousand(rest, leading=True)
    said = f"{_vi_under_thousand(thousands, leading=True)} nghìn"
    return f"{said} {_vi_under_thousand(rest, leading=False)}" if rest else said


def _vi_under_thousand(number: int, *, leading: bool) -> str:
    """`leading`: nothing was said before, so an empty hundred is not spoken."""
    hundreds, rest = divmod(number, 100)
    if not hundreds and leading:
        return _vi_under_hundred(rest)
    said = f"{_VI_DIGITS[hundreds]} trăm"
    if not rest:
        return said
    return f"{said} linh {_VI_DIGITS[rest]}" if rest < 10 else f"{said} {_vi_under_hundred(rest)}"


def _vi_under_hundred(number: int) -> str:
    tens, unit = divmod(number, 10)
    if not tens:
        return _VI_DIGITS[unit]
    said = "mười" if tens == 1 else f"{_VI_DIGITS[tens]} mươi"
    return f"{said} {_vi_unit_after_tens(unit, tens)}" if unit else said


def _vi_unit_after_tens(unit: int, tens: int) -> str:
    if unit == 5:
        return "lăm"
    if tens > 1 and unit in (1, 4):
        return "mốt" if unit == 1 else "tư"
    return _VI_DIGITS[unit]


def english(number: int) -> str:
    """A whole number from 0 to 999,999 in English: one hundred and five."""
    if not 0 <= number < 1_000_000:
        raise ValueError(f"{number} is outside 0 … 999,999")
    thousands, rest = divmod(number, 1000)
    if not thousands:
        return _en_under_thousand(rest)
    said = f"{_en_under_thousand(thousands)} thousand"
    if not rest:
        return said
    return f"{said} and {_en_under_thousand(rest)}" if rest < 100 else f"{said} {_en_under_thousand(rest)}"


def _en_under_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _en_under_hundred(rest)
    said = f"{_EN_SMALL[hundreds]} hundred"
    return f"{said} and {_en_under_hundred(rest)}" if rest else said


def _en_under_hundred(number: int) -> str:
    if number < 20:
        return _EN_SMALL[number]
    tens, unit = divmod(number, 10)
    return f"{_EN_TENS[tens]} {_EN_SMALL[unit]}" if unit else _EN_TENS[tens]


def whole(number: int, language: Language) -> str:
    """A whole number in either language."""
    return vietnamese(number) if language == "vi" else english(number)


def digit(character: str, language: Language) -> str:
    """One digit as a word."""
    return (_VI_DIGITS if language == "vi" else _EN_SMALL)[int(character)]


def letter(character: str, language: Language) -> str:
    """One capital letter by its name."""
    if language == "vi":
        return _VI_LETTERS[character]
    return "D" if character == "Đ" else character


def ticket(number: str, language: Language, style: Style = "digits") -> str:
    """A ticket number as words: "A012" is "a không một hai", or "a mười hai" when read as a number.

    Raises ValueError for what is not a ticket number.
    """
    match = _TICKET.fullmatch(number)
    if not match:
        raise ValueError(f"{number!r} is not a ticket number")
    letters, digits = match.groups()
    said = [letter(character, language) for character in letters]
    if style == "number":
        said.append(whole(int(digits), language))
    else:
        said += [digit(character, language) for character in digits]
    return " ".join(said)


def counter(number: int, names: Mapping[str, str], language: Language) -> str:
    """A counter as words: "Quầy 15" is "quầy số mười lăm", "Trả kết quả 2" is "quầy trả kết quả số hai".

    A counter without a name in this language is called by its number: a Vietnamese name would be noise to
    who needs English.
    """
    place, places, mark = ("quầy", _VI_PLACES, "số") if language == "vi" else ("counter", _EN_PLACES, "")
    said = (" ".join(names.get(language, "").split()) or f"{place} {number}").lower()
    if not said.startswith(tuple(f"{known} " for known in places)):
        said = f"{place} {said}"
    tokens: list[str] = []
    for token in said.split():
        if mark and token[0].isdigit() and tokens[-1] != mark:
            tokens.append(mark)
        tokens.append(_label(token, language) if _LABEL.fullmatch(token) else token)
    return " ".join(tokens)


def _label(token: str, language: Language) -> str:
    """A mark such as 2, 12a or b1: figures as a number, letters by name."""
    runs = re.findall(r"[0-9]+|[a-zđ]", token)
    return " ".join(whole(int(run), language) if run.isdecimal() else letter(run.upper(), language) for run in runs)
