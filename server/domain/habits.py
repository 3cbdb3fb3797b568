"""What an office is used to: how long its services really take, by field and hour, learnt from its last weeks.

Pure: the rows are read elsewhere. A figure that rests on few services is drawn towards the wider one behind it: the
hour towards the field's whole day, that towards the office's setting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt

SETTING_WEIGHT = 5
"""Services that the office's own setting counts as."""
DAY_WEIGHT = 12
"""Services that a field's whole day counts as beside those of one hour."""
VARIATION = 0.6
"""Standard deviation of a service time by its mean, where too little is known."""
VARIATION_KNOWN = 30
LONGEST_TRUST = 60


@dataclass(frozen=True, slots=True)
class Past:
    """Services of one field in one local hour: how many, their seconds, and the squares of those."""

    count: int = 0
    total_s: float = 0.0
    squares: float = 0.0

    def plus(self, other: Past) -> Past:
        return Past(self.count + other.count, self.total_s + other.total_s, self.squares + other.squares)

    @property
    def mean_s(self) -> float:
        return self.total_s / self.count if self.count else 0.0

    @property
    def variation(self) -> float:
        if self.count < VARIATION_KNOWN or not self.total_s:
            return VARIATION
        return sqrt(max(self.squares / self.count - self.mean_s**2, 0.0)) / self.mean_s


NOTHING = Past()


@dataclass(frozen=True, slots=True)
class Habits:
    """The last weeks of one office.

    services: by field and local hour. priorities_an_hour: people with priority who take a number of a field, by field
    and hour, on one day. change_s: seconds between one person leaving a busy counter and the next one's service.
    """

    services: Mapping[tuple[str, int], Past] = field(default_factory=dict)
    priorities_an_hour: Mapping[tuple[str, int], float] = field(default_factory=dict)
    change_s: float = 0.0
    days: Mapping[str, Past] = field(init=False)
    """By field, all hours together: asked for at every number taken."""

    def __post_init__(self) -> None:
        days: dict[str, Past] = {}
        for (code, _hour), past in self.services.items():
            days[code] = days.get(code, Past()).plus(past)
        object.__setattr__(self, "days", days)

    def expected(self, service: str, hour: int | None, setting_s: float) -> tuple[float, Past]:
        """(seconds that a service of this hour takes, the field's whole past)"""
        whole = self.days.get(service, NOTHING)
        day = _drawn(setting_s, SETTING_WEIGHT, whole)
        if hour is None:
            return day, whole
        return _drawn(day, DAY_WEIGHT, self.services.get((service, hour), NOTHING)), whole


NO_HABITS = Habits()


def _drawn(towards: float, weight: float, past: Past) -> float:
    trust = min(past.count, LONGEST_TRUST)
    return (towards * weight + past.mean_s * trust) / (weight + trust)
