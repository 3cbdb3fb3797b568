"""Waiting for PostgreSQL under gevent.

psycopg makes a poll object and gevent new watchers for every step of every statement, also where the socket is ready
already; a number spent more on that than in the database. Here a connection asks the kernel first, without waiting,
and keeps its two watchers for when it must wait.
"""

from __future__ import annotations

import select
import sys
from typing import Any, TypeVar

from psycopg.abc import PQGen

from server.db.exchange import Exchanging

Answer = TypeVar("Answer")

READ, WRITE = 1, 2
"""psycopg's words for what a step waits for and gets; gevent's watchers use the same bits."""


def under_gevent() -> bool:
    monkey = sys.modules.get("gevent.monkey")
    return monkey is not None and monkey.is_module_patched("select")


class HubConnection(Exchanging):
    """A connection whose waiting goes on in gevent's hub, so that others work meanwhile."""

    _poll: Any = None
    _asked = 0
    """What the poll object is set to wait for."""

    def wait(self, gen: PQGen[Answer], interval: float = 0.0, timeout: float | None = None) -> Answer:
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        if self._poll is None:
            self._prepare()
        try:
            wanted = next(gen)
            while True:
                wanted = gen.send(self._ready(wanted))
        except StopIteration as end:
            answer: Answer = end.value
            return answer

    def _prepare(self) -> None:
        from gevent import get_hub, monkey

        self._hub = get_hub()
        self._poll = monkey.get_original("select", "poll")()
        self._file = self.fileno()
        self._watchers = {events: self._hub.loop.io(self._file, events) for events in (READ, WRITE, READ | WRITE)}

    def _ready(self, wanted: int) -> int:
        """What the socket is ready for, of what is wanted."""
        if wanted != self._asked:
            mask = (select.POLLIN if wanted & READ else 0) | (select.POLLOUT if wanted & WRITE else 0)
            self._poll.register(self._file, mask)
            self._asked = wanted
        while not (found := self._poll.poll(0)):
            self._hub.wait(self._watchers[wanted])
        events = found[0][1]
        ready = (READ if events & select.POLLIN else 0) | (WRITE if events & select.POLLOUT else 0)
        # Hung up or broken: the step that reads or writes finds out how.
        return ready or wanted
