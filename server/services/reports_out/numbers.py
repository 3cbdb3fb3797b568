"""Figures as people read them: 1.523 · 99,35% · 6:13 · — in Vietnamese, 1,523 · 99.35% · 6:13 · — in English."""

from __future__ import annotations

from enum import Enum
from fractions import Fraction

from server.domain.reports.figures import DASH, format_count, format_percent


class Kind(Enum):
    """What a column holds, which decides how it is printed and what a workbook stores."""

    TEXT = "text"
    COUNT = "count"
    PERCENT = "percent"
    SECONDS = "seconds"
    HOURS = "hours"


Value = str | int | float | None


def shown(kind: Kind, value: Value, language: str = "vi") -> str:
    """One figure in words. None is a rate over 0, or a time of nobody: "—"."""
    if value is None:
        return DASH
    if kind is Kind.TEXT or isinstance(value, str):
        return str(value)
    if kind is Kind.SECONDS:
        return clock(round(value))
    if kind is Kind.HOURS:
        return _localised(f"{value / 3600:,.1f}", language)
    if kind is Kind.PERCENT:
        printed = format_percent(Fraction(str(value)))
        return printed if language == "vi" else printed.replace(",", ".")
    return format_count(int(value)) if language == "vi" else f"{int(value):,}"


def clock(seconds: int) -> str:
    """Minutes and seconds, with hours when there are any: 6:13, 1:05:00."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _localised(number: str, language: str) -> str:
    return number.translate(str.maketrans(",.", ".,")) if language == "vi" else number
