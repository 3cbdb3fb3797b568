"""The kiosk's time: the server's where it is known, carried on by a counter that nobody can set."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

DRIFT = 1e-4
"""How far a PC's oscillator may be off; cheap ones stay within half of it."""


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
        self._doubt_s = float("inf")

    def __call__(self) -> datetime:
        with self._guard:
            return self._base + timedelta(seconds=self._elapsed() - self._base_at)

    def set_by(self, server: datetime, round_trip_s: float) -> None:
        """The server's time, right half a round trip ago to within that half. A slow answer tells less than a quick
        one did a while ago, and following it would set numbers of one kiosk before each other; so the better of the
        two stays, unless they cannot both be true: then the server's clock was set, and counts."""
        told, doubt_s = server + timedelta(seconds=round_trip_s / 2), round_trip_s / 2
        with self._guard:
            since = self._elapsed() - self._base_at
            own, own_doubt_s = self._base + timedelta(seconds=since), self._doubt_s + since * DRIFT
            if doubt_s > own_doubt_s and abs((told - own).total_seconds()) <= doubt_s + own_doubt_s:
                return
            self._base, self._base_at, self._doubt_s = told, self._elapsed(), doubt_s
