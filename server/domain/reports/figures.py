"""Numbers as Vietnamese reports print them: `1.523`, `99,35%`, "khoảng 41.730", and "—" for a rate over 0."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction

DASH = "—"
DASHES = frozenset({"—", "–", "-", "--"})
# A printed percentage is rounded to two decimals, so it may be half of the last place away from the exact rate.
RATE_TOLERANCE = Fraction(5, 1000)

_ABOUT = re.compile(
    r"^(?:khoảng|gần|hơn|trên|ước|xấp xỉ|about|approx\.?|approximately|nearly|over|more than|~|≈)\s*", re.I
)
# What is counted may stand behind it; "5 rưỡi" and "5 trong 8" are no counts.
_UNITS = (
    r"hồ sơ|hs|tthc|thủ tục|(?:lượt|phiếu|ý kiến)(?: đánh giá| khảo sát)?|người|công dân|phút|giờ|giây"
    r"|dossiers?|ratings?"
)
_NUMBER = re.compile(
    rf"^(?P<sign>[-+−]?)(?P<digits>\d[\d.,\s]*?)(?P<percent>\s*%)?(?:\s+(?:{_UNITS}|minutes?))?\.?$", re.I
)
_GROUPED = re.compile(r"^[1-9]\d{0,2}(?P<mark>[.,\s])\d{3}(?:(?P=mark)\d{3})*$")
_PLAIN = re.compile(r"^(\d+)(?:[.,](\d+))?$")
_GROUPED_DECIMAL = re.compile(r"^([1-9]\d{0,2}(?:[.\s]\d{3})+),(\d+)$")
# Nobody prints a longer one, and what is longer is no figure.
LONGEST = 60


class Kind(Enum):
    """What a figure says, which decides how its dots and commas are read. A measure (minutes, an average, a place in
    a ranking) is in no sum."""

    COUNT = "count"
    PERCENT = "percent"
    MEASURE = "measure"


class Unreadable(ValueError):
    """A printed figure that cannot be read as what its name says it is. `code` is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Reading:
    """A printed figure's value; `value` is None for a dash, `slack` is how far an approximate value may be off."""

    value: Fraction | None
    slack: Fraction = Fraction(0)


def read(printed: str, kind: Kind, *, approximate: bool = False) -> Reading:
    """Read one printed figure.

    Raises Unreadable: `not_a_number`, `not_whole` (a count with decimals), `negative`, `dash_for_count`
    (a count of nothing is printed 0; only a rate over 0 is printed "—").
    """
    text = unicodedata.normalize("NFC", printed.strip()[: LONGEST + 1]).replace("\xa0", " ").replace("\u202f", " ")
    if len(text) > LONGEST:
        raise Unreadable("not_a_number")
    if text in DASHES:
        if kind is Kind.COUNT:
            raise Unreadable("dash_for_count")
        return Reading(None)
    bare = _ABOUT.sub("", text)
    approximate = approximate or bare != text
    digits = _digits(bare, kind)
    value = Fraction(digits)
    return Reading(value, _slack(digits) if approximate else Fraction(0))


def _digits(text: str, kind: Kind) -> Decimal:
    match = _NUMBER.match(text)
    if match is None:
        raise Unreadable("not_a_number")
    value = _grouped_or_decimal(match["digits"].strip(), kind)
    if match["sign"] in ("-", "−") and value != 0:
        raise Unreadable("negative")
    if kind is Kind.COUNT and (match["percent"] or value != value.to_integral_value()):
        raise Unreadable("not_whole")
    return value


def _grouped_or_decimal(text: str, kind: Kind) -> Decimal:
    """A dot or comma before three digits groups thousands in a count, which has no decimals; in a percentage, which
    has no thousands, it can only be the decimal point."""
    if kind is Kind.COUNT and _GROUPED.match(text):
        return Decimal(re.sub(r"[.,\s]", "", text))
    if match := _PLAIN.match(text):
        return Decimal(f"{match[1]}.{match[2]}") if match[2] else Decimal(match[1])
    if match := _GROUPED_DECIMAL.match(text):
        return Decimal(re.sub(r"[.\s]", "", match[1]) + "." + match[2])
    raise Unreadable("not_a_number")


def _slack(value: Decimal) -> Fraction:
    """One unit of the last digit that says something: 41.730 may be off by 10, 98,5% by 0,1.

    A whole unit, not half of one, since "hơn 98,5%" means anything up to 98,6%.
    """
    exponent = value.normalize().as_tuple().exponent if value else 0
    return Fraction(10) ** int(exponent)


def places(printed: str) -> int:
    """How many decimals a printed percentage shows."""
    match = re.search(r"[.,](\d+)\s*%?$", printed.strip()[:LONGEST])
    return len(match[1]) if match else 0


def rate(part: Fraction | int, whole: Fraction | int) -> Fraction | None:
    """`part` of `whole` in percent, exact; None over 0."""
    return Fraction(part) * 100 / Fraction(whole) if whole else None


def rounded(value: Fraction) -> Decimal:
    """To two decimals, halves away from zero, as the return prescribes."""
    hundredths, rest = divmod(abs(value.numerator) * 100, value.denominator)
    result = Decimal(hundredths + (2 * rest >= value.denominator)).scaleb(-2)
    return -result if value < 0 else result


def format_count(value: int | Fraction) -> str:
    """`1523` → `1.523`."""
    return f"{int(value):,}".replace(",", ".")


def format_percent(value: Fraction | None) -> str:
    """`99.345` → `99,35%`; a rate over 0 → `—`."""
    return DASH if value is None else f"{rounded(value)}%".replace(".", ",")
