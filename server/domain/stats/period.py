"""Periods and the blocks they are added up from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

ONE_DAY = timedelta(days=1)


class Unit(StrEnum):
    """Stretches of the calendar that a report may be split by."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


class Grain(StrEnum):
    """Sizes of the blocks that are kept."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """A day, month or year by its first day; with `through` a month or year that still runs, up to that day."""

    start: date
    grain: Grain
    through: date | None = None

    @property
    def last(self) -> date:
        if self.grain is Grain.DAY:
            return self.start
        months = 12 if self.grain is Grain.YEAR else 1
        return self.through or first_after(self.start, months) - ONE_DAY

    def parts(self) -> list[Block]:
        """The blocks it is the sum of: a year's months, a month's days; a day is counted from its rows."""
        if self.grain is Grain.YEAR:
            months = [Block(date(self.start.year, month, 1), Grain.MONTH) for month in range(1, self.last.month + 1)]
            if months[-1].last > self.last:
                months[-1] = replace(months[-1], through=self.last)
            return months
        if self.grain is Grain.MONTH:
            return [Block(day, Grain.DAY) for day in days(self.start, self.last)]
        return []


@dataclass(frozen=True, slots=True)
class Bucket:
    """One unit of a split period: its name, and the days of it that lie in the period."""

    key: str
    first: date
    last: date


def first_after(month: date, months: int) -> date:
    """The first of the month, so many months on."""
    index = month.year * 12 + month.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += ONE_DAY


def key_of(day: date, unit: Unit) -> str:
    """What the unit around a day is called: 2026-11-20, 2026-W47, 2026-11, 2026-Q4, 2026-H2, 2026."""
    match unit:
        case Unit.DAY:
            return day.isoformat()
        case Unit.WEEK:
            year, week, _ = day.isocalendar()
            return f"{year}-W{week:02d}"
        case Unit.MONTH:
            return f"{day.year}-{day.month:02d}"
        case Unit.QUARTER:
            return f"{day.year}-Q{(day.month + 2) // 3}"
        case Unit.HALF_YEAR:
            return f"{day.year}-H{(day.month + 5) // 6}"
        case _:
            return str(day.year)


def end_of(day: date, unit: Unit) -> date:
    """The last day of the unit around a day."""
    if unit is Unit.DAY:
        return day
    if unit is Unit.WEEK:
        return day + timedelta(days=6 - day.weekday())
    months = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.HALF_YEAR: 6, Unit.YEAR: 12}[unit]
    first_month = (day.month - 1) // months * months + 1
    return first_after(date(day.year, first_month, 1), months) - ONE_DAY


def split(first: date, last: date, unit: Unit) -> Iterator[Bucket]:
    """The units of a period in order, the first and last cut to it."""
    day = first
    while day <= last:
        end = min(end_of(day, unit), last)
        yield Bucket(key_of(day, unit), day, end)
        day = end + ONE_DAY


def cover(first: date, last: date, today: date) -> Iterator[Block]:
    """The fewest years, months and days that make up a period. The running year or month is one block up to
    yesterday, where the period goes on until then; today is a day."""
    day = first
    while day <= last:
        block = _largest(day, last, today - ONE_DAY)
        yield block
        day = block.last + ONE_DAY


def _largest(day: date, last: date, yesterday: date) -> Block:
    for grain in (Grain.YEAR, Grain.MONTH):
        block = Block(day, grain)
        if day.day != 1 or (grain is Grain.YEAR and day.month != 1):
            continue
        if block.last <= min(last, yesterday):
            return block
        if day < yesterday <= last:
            return replace(block, through=yesterday)
    return Block(day, Grain.DAY)
