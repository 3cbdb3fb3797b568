"""A year's public holidays as a proposal for an office's calendar: looked over by a person before it counts.

Source: the PyPI package `holidays` (`holidays.Vietnam`). It does not know every swapped day, which is why the
calendar's own exceptions stand above it and each carries its source.
"""

from __future__ import annotations

from datetime import date, timedelta
from importlib.metadata import version
from typing import Any

import holidays

from server.domain.calendar import Calendar
from server.services.ports import Json

CULTURE_DAY = (11, 24)
"""Counted by the package from 2026; whether it is a day off is the administrator's switch."""


def proposal(calendar: Calendar, year: int, *, culture_day: bool) -> Json:
    """Days off, and the Saturdays worked in exchange with the windows of the weekday that they stand for."""
    known = holidays.country_holidays("VN", years=year, language="vi")
    source = f"holidays {version('holidays')}"
    days: list[Json] = [
        {"date": day.isoformat(), "name": name, "windows": [], "source": f"{name} ({source})"}
        for day, name in sorted(known.items())
        if culture_day or (day.month, day.day) != CULTURE_DAY
    ]
    for worked in sorted(day for day in known.weekend_workdays if day.year == year):
        days.append({"date": worked.isoformat(), "name": "", "windows": _friday(calendar, worked), "source": source})
    for day in days:
        at = date.fromisoformat(str(day["date"]))
        day["set"] = at in calendar.exceptions
    return {"year": year, "source": source, "culture_day": culture_day, "days": sorted(days, key=lambda d: d["date"])}


def _friday(calendar: Calendar, worked: date) -> list[list[Any]]:
    """The windows of the working day before: a worked Saturday opens like a Friday."""
    windows = calendar.windows(worked - timedelta(days=(worked.weekday() - 4) % 7))
    return [[f"{a:%H:%M}", "24:00" if b == b.max else f"{b:%H:%M}"] for a, b in windows]
