"""Who speaks when on a shared line: the host asks each device in turn and notices who stopped answering."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ANSWER_TIMEOUT_S = 0.15
"""A whole line of 120 bytes at 9600 Bd takes 125 ms; real answers are a third of that."""

SILENT_INTERVAL_S = 2.0
"""A dead device is asked this seldom, so that it does not slow the others down."""

MISSES_UNTIL_OFFLINE = 3


@dataclass
class _Station:
    due: float = 0.0
    misses: int = 0
    online: bool | None = None  # None: not known yet


class PollingMaster:
    """Chooses whom to ask next; pure, time is an argument (seconds, monotonic)."""

    def __init__(self, interval: float, answer_timeout: float = ANSWER_TIMEOUT_S) -> None:
        self._interval = interval
        self._timeout = answer_timeout
        self._stations: dict[int, _Station] = {}
        self._waiting_for: int | None = None
        self._deadline = 0.0

    def add(self, address: int) -> None:
        self._stations.setdefault(address, _Station())

    @property
    def idle(self) -> bool:
        """Nobody owes an answer: the line is free."""
        return self._waiting_for is None

    def expect(self, address: int, now: float) -> None:
        """Something was sent that this device must answer."""
        self._waiting_for = address
        self._deadline = now + self._timeout

    def next_poll(self, now: float) -> int | None:
        """The device to ask now, or None: an answer is awaited, or nobody is due."""
        if self._waiting_for is not None:
            return None
        due = [(station.due, address) for address, station in self._stations.items() if station.due <= now]
        if not due:
            return None
        _, address = min(due)
        station = self._stations[address]
        station.due = now + (SILENT_INTERVAL_S if station.online is False else self._interval)
        self.expect(address, now)
        return address

    def is_online(self, address: int) -> bool:
        return self._stations[address].online is True

    def heard(self, address: int) -> bool:
        """A frame came from this device; True when it was not online before."""
        station = self._stations.get(address)
        if station is None:
            return False
        if self._waiting_for == address:
            self._waiting_for = None
        appeared, station.online, station.misses = station.online is not True, True, 0
        return appeared

    def lapsed(self, now: float) -> Iterable[int]:
        """Let an overdue answer lapse; the devices that went offline by it."""
        if self._waiting_for is None or now < self._deadline:
            return []
        address, self._waiting_for = self._waiting_for, None
        station = self._stations[address]
        station.misses += 1
        if station.misses < MISSES_UNTIL_OFFLINE or station.online is False:
            return []
        station.online = False
        return [address]

    def lost(self) -> list[int]:
        """The line itself is gone: forget what is awaited; the devices this took offline."""
        self._waiting_for = None
        gone = [address for address, station in self._stations.items() if station.online is not False]
        for station in self._stations.values():
            station.online, station.misses, station.due = False, 0, 0.0
        return gone
