"""The kiosk's time: the server's where it is known, carried on by a counter that nobody can set."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def wall_clock() -> datetime:
    return datetime.now(UTC)


class TrueClock:
    """A PC's clock may jump, and a dead battery sets it back years; elapsed time does not jump. Without the server the
    clock starts from the PC's, but never before the newest moment that the store remembers."""

    def __init__(
        self,
        wall: Callable[[], datetime] = wall_clock,
        elapsed: Callable[[], float] = time.monotonic,
        not_before: datetime | None = None,
    ) -> None:
        self._elapsed = elapsed
        self._guard = threading.Lock()
        now = wall()
        self._base = max(now, not_before) if not_before else now
        self._base_at = elapsed()

    def __call__(self) -> datetime:
        with self._guard:
            return self._base + timedelta(seconds=self._elapsed() - self._base_at)

    def set_by(self, server: datetime, round_trip_s: float) -> None:
        """Take the server's time, which was right half a round trip ago."""
        with self._guard:
            self._base = server + timedelta(seconds=round_trip_s / 2)
            self._base_at = self._elapsed()
