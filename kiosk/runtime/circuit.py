"""Whether the server counts as there. Pure: every input carries its time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

NEEDED = 2
"""Answers in a row after a failure, so that a server that comes and goes does not flap the kiosk with it."""

UNNOTICED = timedelta(seconds=3)
"""One slow answer is nobody's business: the page and staff are told of longer outages."""


@dataclass(frozen=True, slots=True)
class Circuit:
    """online: touches go to the server. since: from when it has been silent. While the circuit is not online no touch
    waits for the server; a background probe finds out when it is back."""

    online: bool = False
    since: datetime | None = None
    good: int = NEEDED - 1
    until: datetime | None = None

    def failed(self, now: datetime) -> Circuit:
        return replace(self, online=False, since=self.since or now, good=0)

    def answered(self, now: datetime) -> Circuit:
        if self.online:
            return self
        good = self.good + 1
        return Circuit(True, None, good, now) if good >= NEEDED else replace(self, good=good)

    def offline_since(self, now: datetime) -> datetime | None:
        """Since when the kiosk is alone, as far as anybody should notice."""
        return self.since if self.since and now - self.since >= UNNOTICED else None
