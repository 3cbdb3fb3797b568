"""The dates a report prints: the period it covers and the day its figures were taken."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from server.domain.reports.vocabulary import plain

_LONGEST = 400

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_NUMERAL = r"(?P<n>[1-4]|iv|iii|ii|i)"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_QUARTER = re.compile(rf"^(?:quy|quarter|q)_?{_NUMERAL}_(?:nam_)?{_YEAR}$|^(?P<year2>(?:19|20)\d\d)_?q(?P<n2>[1-4])$")
_HALF = re.compile(
    rf"^(?:6_thang|nua|half|h)_?(?P<n>dau|cuoi|first|second|1|2)(?:_nam)?_{_YEAR}$|^(?P<year2>(?:19|20)\d\d)_?h(?P<n2>[12])$"
)
_MONTH = re.compile(rf"^(?:thang_|month_)?(?P<n>\d\d?)_{_YEAR}$|^(?P<year2>(?:19|20)\d\d)_(?P<n2>\d\d)$")
_FIRST_MONTHS = re.compile(rf"^(?P<n>\d\d?)_thang_(?:dau_)?(?:nam_)?{_YEAR}$")
_WHOLE_YEAR = re.compile(rf"^(?:nam_|year_)?{_YEAR}$")


@dataclass(frozen=True)
class Period:
    """First and last day, both inside."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{self.first.isoformat()} – {self.last.isoformat()}"


_DAY = r"\d{4}[-/]\d\d?[-/]\d\d?|\d\d?[/.-]\d\d?[/.-]\d{4}\b"
_IN_WORDS = re.compile(r"(?:ngày\s+)?(\d\d?)\s+tháng\s+(\d\d?)\s+năm\s+(\d{4})", re.I)


def parse_date(text: str) -> date | None:
    """`2026-11-20`, `20/11/2026` or "ngày 20 tháng 11 năm 2026", with or without a time; None when it is none of these
    or there is no such day."""
    text = re.sub(r"^ngày\s+(?=\d)", "", unicodedata.normalize("NFC", text[:_LONGEST]).strip(), flags=re.I)
    text = re.sub(r"(?<=\d)[T ]\d\d?:\d\d.*$", "", text)
    if match := re.match(r"^(\d{4})[-/](\d\d?)[-/](\d\d?)$", text):
        year, month, day = match.groups()
    elif match := re.match(r"^(\d\d?)[/.-](\d\d?)[/.-](\d{4})$", text) or _IN_WORDS.fullmatch(text):
        day, month, year = match.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def parse_period(text: str) -> Period | None:
    """Two dates, "Quý I/2026", "2026-Q1", "6 tháng đầu năm 2020", "tháng 3/2026" or "2026"; else None."""
    text = unicodedata.normalize("NFC", text[:_LONGEST])
    days = [day for part in re.findall(_DAY, text) if (day := parse_date(part))]
    if len(days) == 2:
        return Period(days[0], days[1])
    word = plain(text)
    for pattern, months in ((_QUARTER, 3), (_HALF, 6), (_MONTH, 1)):
        if match := pattern.match(word):
            return _part(int(match["year"] or match["year2"]), _ordinal(match["n"] or match["n2"]), months)
    if match := _FIRST_MONTHS.match(word):
        return _first_months(int(match["year"]), int(match["n"]))
    if match := _WHOLE_YEAR.match(word):
        return _part(int(match["year"]), 1, 12)
    return None


_AS_OF = re.compile(
    r"(?:tính|số liệu|cập nhật|chốt|lấy)[^;\n]{0,40}?đến\s+(?:hết\s+)?(?:ngày\s+)?"
    rf"({_DAY}|{_IN_WORDS.pattern})",
    re.I,
)
_FROM_TO = re.compile(rf"từ\s+(?:ngày\s+)?({_DAY})\s*(?:đến|[-–])\s*(?:hết\s+)?(?:ngày\s+)?({_DAY})", re.I)
_NAMED = re.compile(
    r"quý\s+(?:iv|i{1,3}|[1-4])\s*(?:[/-]|năm)?\s*\d{4}|\d\d?\s+tháng\s+(?:đầu|cuối)\s+năm\s+\d{4}"
    r"|\d\d?\s+tháng\s+năm\s+\d{4}|(?<!\d )tháng\s+\d\d?\s*(?:/|năm)\s*\d{4}",
    re.I,
)


def dates_in(text: str) -> dict[str, str]:
    """What a title says of its period and of the day its figures were taken; nothing where it names two periods, and
    never the date of a document that it quotes."""
    text = unicodedata.normalize("NFC", text[:_LONGEST])
    found: dict[str, str] = {}
    if match := _FROM_TO.search(text):
        found["period"] = f"{match[1]} – {match[2]}"
    elif len(names := set(_NAMED.findall(re.sub(r"ngày\s+\d\d?\s+tháng", "", text)))) == 1:
        found["period"] = names.pop()
    if match := _AS_OF.search(text):
        found["as_of"] = match[1]
    return found


def period_of(
    year: int, *, half: int | None = None, quarter: int | None = None, month: int | None = None
) -> Period | None:
    """The calendar period that separately printed numbers name."""
    if month:
        return _part(year, month, 1)
    if quarter:
        return _part(year, quarter, 3)
    return _part(year, half, 6) if half else _part(year, 1, 12)


def _ordinal(text: str) -> int:
    return {"dau": 1, "first": 1, "cuoi": 2, "second": 2}.get(text) or _ROMAN.get(text) or int(text)


def _first_months(year: int, months: int) -> Period | None:
    """"9 tháng đầu năm"."""
    whole = [part for month in (1, months) if (part := _part(year, month, 1))]
    return Period(whole[0].first, whole[-1].last) if len(whole) == 2 else None


def _part(year: int, ordinal: int, months: int) -> Period | None:
    """The `ordinal`th stretch of `months` in the year; None when the year has not that many."""
    if not 1 <= ordinal <= 12 // months:
        return None
    first = date(year, (ordinal - 1) * months + 1, 1)
    end_month = ordinal * months
    last = date(year + end_month // 12, end_month % 12 + 1, 1) - timedelta(days=1)
    return Period(first, last)
