"""The dates a report prints: the period it covers and the day its figures were taken."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from server.domain.reports.vocabulary import plain

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_NUMERAL = r"(?P<n>[1-4]|iv|iii|ii|i)"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_QUARTER = re.compile(rf"^(?:quy|quarter|q)_?{_NUMERAL}_(?:nam_)?{_YEAR}$|^(?P<year2>(?:19|20)\d\d)_?q(?P<n2>[1-4])$")
_HALF = re.compile(
    rf"^(?:6_thang|nua|half|h)_?(?P<n>dau|cuoi|first|second|1|2)(?:_nam)?_{_YEAR}$|^(?P<year2>(?:19|20)\d\d)_?h(?P<n2>[12])$"
)
_MONTH = re.compile(rf"^(?:thang_|month_)?(?P<n>\d\d?)_{_YEAR}$|^(?P<year2>(?:19|20)\d\d)_(?P<n2>\d\d)$")
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


def parse_date(text: str) -> date | None:
    """`2026-11-20` or `20/11/2026`; None when it is neither or there is no such day."""
    text = text.strip()
    if match := re.match(r"^(\d{4})-(\d\d)-(\d\d)(?:T.*)?$", text):
        year, month, day = match.groups()
    elif match := re.match(r"^(\d\d?)[/.-](\d\d?)[/.-](\d{4})$", text):
        day, month, year = match.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def parse_period(text: str) -> Period | None:
    """Two dates, "Quý I/2026", "2026-Q1", "6 tháng đầu năm 2020", "tháng 3/2026" or "2026"; else None."""
    days = [day for part in re.findall(r"\d{4}-\d\d-\d\d|\d\d?[/.]\d\d?[/.]\d{4}", text) if (day := parse_date(part))]
    if len(days) == 2:
        return Period(days[0], days[1])
    word = plain(text)
    for pattern, months in ((_QUARTER, 3), (_HALF, 6), (_MONTH, 1)):
        if match := pattern.match(word):
            return _part(int(match["year"] or match["year2"]), _ordinal(match["n"] or match["n2"]), months)
    if match := _WHOLE_YEAR.match(word):
        return _part(int(match["year"]), 1, 12)
    return None


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


def _part(year: int, ordinal: int, months: int) -> Period | None:
    """The `ordinal`th stretch of `months` in the year; None when the year has not that many."""
    if not 1 <= ordinal <= 12 // months:
        return None
    first = date(year, (ordinal - 1) * months + 1, 1)
    end_month = ordinal * months
    last = date(year + end_month // 12, end_month % 12 + 1, 1) - timedelta(days=1)
    return Period(first, last)
