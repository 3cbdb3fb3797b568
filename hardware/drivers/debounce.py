"""A contact that bounces is one press; a button that chatters is broken and is cut off until it rests."""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import datetime, timedelta
from enum import Enum


class Verdict(Enum):
    TAKE = "take"
    BOUNCE = "bounce"
    CUT_OFF = "cut_off"


class Debounce:
    """One device. A person cannot press ``limit`` times within ``window``, a wet contact can."""

    def __init__(
        self,
        gap: timedelta = timedelta(milliseconds=250),
        limit: int = 8,
        window: timedelta = timedelta(seconds=10),
        rest: timedelta = timedelta(seconds=10),
    ) -> None:
        self._gap, self._limit, self._window, self._rest = gap, limit, window, rest
        self._presses: dict[str, deque[datetime]] = defaultdict(deque)
        self._cut_off: set[str] = set()

    @property
    def chattering(self) -> bool:
        return bool(self._cut_off)

    def press(self, button: str, at: datetime) -> Verdict:
        presses = self._presses[button]
        last = presses[-1] if presses else None
        while presses and at - presses[0] > self._window:
            presses.popleft()
        presses.append(at)
        if button in self._cut_off:
            if last is None or at - last < self._rest:
                return Verdict.CUT_OFF
            self._cut_off.discard(button)
        if len(presses) > self._limit:
            self._cut_off.add(button)
            return Verdict.CUT_OFF
        if last is not None and abs(at - last) < self._gap:
            return Verdict.BOUNCE
        return Verdict.TAKE

    def rested(self, now: datetime) -> bool:
        """Let go of buttons that have been quiet; True when this ended the last cut-off."""
        before = bool(self._cut_off)
        for button in list(self._cut_off):
            if now - self._presses[button][-1] >= self._rest:
                self._cut_off.discard(button)
                self._presses[button].clear()
        return before and not self._cut_off
