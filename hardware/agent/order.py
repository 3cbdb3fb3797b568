"""Events in the order of their versions. The socket's library hands each message to a thread of its own, so they may
come in any order, and the older number must not be the last one that a board is shown."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

Event = Mapping[str, Any]
KEPT_MAX = 500
"""Events kept while one before them is missing; the snapshot that is asked for brings the rest."""


class InOrder:
    """Hands events on one at a time, each once. `now`: a monotonic clock in seconds."""

    def __init__(self, handle: Callable[[Event], None], now: Callable[[], float]) -> None:
        self._handle, self._now = handle, now
        self._lock = threading.RLock()
        self._version: int | None = None
        self._newest = -1
        self._waiting: dict[int, Event] = {}
        self._missing_since: float | None = None

    def forget(self) -> None:
        """A new connection: nothing is known until its snapshot, and versions may have gone back with a backup."""
        with self._lock:
            self._version, self._newest, self._waiting, self._missing_since = None, -1, {}, None

    def snapshot(self, version: int, take: Callable[[], None]) -> None:
        """`take` the picture as of a version, unless events have gone beyond it meanwhile."""
        with self._lock:
            if self._version is None or version >= self._version:
                self._version = version
                take()
            self._hand_on()

    def put(self, event: Event) -> None:
        with self._lock:
            version = int(event["version"])
            if len(self._waiting) < KEPT_MAX:
                self._waiting[version] = event
            self._newest = max(self._newest, version)
            self._hand_on()

    def stands_at(self, version: int) -> None:
        """A heartbeat: so many versions there are."""
        with self._lock:
            self._newest = max(self._newest, version)
            self._hand_on()

    @property
    def missing_s(self) -> float:
        """Since how many seconds an event is missing; 0 when none is."""
        with self._lock:
            return 0.0 if self._missing_since is None else self._now() - self._missing_since

    def _hand_on(self) -> None:
        if self._version is None:
            return
        while (event := self._waiting.pop(self._version + 1, None)) is not None:
            self._version += 1
            self._handle(event)
        for old in [version for version in self._waiting if version <= self._version]:
            del self._waiting[old]
        if self._newest <= self._version:
            self._missing_since = None
        elif self._missing_since is None:
            self._missing_since = self._now()
