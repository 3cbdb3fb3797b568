"""When an office gives numbers: opening windows by weekday, with dated exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

Windows = tuple[tuple[time, time], ...]
"""Opening windows of one day, [from, to), in order. `time.max` as an end means until midnight."""

ALL_DAY: Windows = ((time.min, time.max),)
LOOK_AHEAD_DAYS = 60
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """weekly: windows by weekday (Monday = 0). exceptions: windows of single dates, () for a day off.

    An office that sets no hours at all is open all day: a number must never be refused by an empty table.
    """

    weekly: Mapping[int, Windows] = field(default_factory=dict)
    exceptions: Mapping[date, Windows] = field(default_factory=dict)

    def windows(self, day: date) -> Windows:
        if day in self.exceptions:
            return self.exceptions[day]
        return self.weekly.get(day.weekday(), ()) if self.weekly else ALL_DAY

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday when the office opens, and the days set by date; a session on Saturday morning is none."""
        return bool(self.windows(day)) and (day in self.exceptions or day.weekday() < SATURDAY)

    def next_working_day(self, day: date) -> date:
        """The first one after `day`; of an office that opens on weekends alone, the next day on which it opens."""
        after = [day + timedelta(days=n) for n in range(1, LOOK_AHEAD_DAYS + 1)]
        working = next(filter(self.is_working_day, after), None)
        return working or next((day for day in after if self.windows(day)), after[0])

    def is_open(self, local: datetime) -> bool:
        """Whether numbers are given at this local moment."""
        now = local.time()
        return any(
            start <= now < end or (start <= now and end == time.max) for start, end in self.windows(local.date())
        )

    def next_opening(self, local: datetime) -> datetime | None:
        """The next local moment from which numbers are given; None within the next 60 days."""
        for offset in range(LOOK_AHEAD_DAYS):
            day = local.date() + timedelta(days=offset)
            for start, _ in self.windows(day):
                opening = datetime.combine(day, start, local.tzinfo)
                if opening > local:
                    return opening
        return None

    def next_day(self, local: datetime) -> datetime | None:
        """The first opening after today, for whom today is no use any more."""
        return self.next_opening(datetime.combine(local.date(), time.max, local.tzinfo))

    def remaining(self, local: datetime) -> timedelta:
        """How long numbers are still given today: what is left of this window and those after it."""
        now, day = local.time(), local.date()
        spans = [(max(start, now), end) for start, end in self.windows(day) if end > now]
        return sum((datetime.combine(day, end) - datetime.combine(day, start) for start, end in spans), timedelta())

    def closing(self, local: datetime) -> datetime | None:
        """The end of today's last window, None on a day off."""
        windows = self.windows(local.date())
        return datetime.combine(local.date(), windows[-1][1], local.tzinfo) if windows else None


def local_day(at: datetime, zone: tzinfo) -> date:
    """The office's own date at an instant: the day a number belongs to."""
    return at.astimezone(zone).date()


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """Midnight at the end of a local day."""
    return datetime.combine(day + timedelta(days=1), time.min, zone)
