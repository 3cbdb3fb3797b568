"""Staying connected, as an explicit machine: time, chance and the transport are handed in."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from enum import Enum
from typing import Protocol

from hardware.agent.client import Unauthorized, Unreachable

log = logging.getLogger(__name__)

SILENCE_S = 9.0
"""The server's heartbeat comes every 4 s; two missed ones and the line is dead, whatever the socket says."""

FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 30.0
UNAUTHORIZED_WAIT_S = 60.0


class State(Enum):
    OFFLINE = "offline"
    ONLINE = "online"
    UNAUTHORIZED = "unauthorized"


class Transport(Protocol):
    def connect(self) -> None:
        """Connect and join; raises Unreachable or Unauthorized."""

    def repair(self) -> None:
        """Ask again for what was missed, if anything was; raises what `connect` does."""

    def disconnect(self) -> None: ...

    @property
    def connected(self) -> bool: ...


class Connection:
    """``step`` does what is due and says how long nothing will be."""

    def __init__(
        self,
        transport: Transport,
        now: Callable[[], float],
        on_online: Callable[[], None],
        on_offline: Callable[[], None] = lambda: None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._transport, self._now, self._chance = transport, now, chance
        self._on_online, self._on_offline = on_online, on_offline
        self.state = State.OFFLINE
        self._failures = 0
        self._next_try = 0.0
        self._last_heard = 0.0

    def heard(self) -> None:
        """Anything came from the server."""
        self._last_heard = self._now()

    def step(self) -> float:
        now = self._now()
        if self.state is State.ONLINE:
            why = self._trouble(now)
            if not why:
                return 0.5
            self._drop(why)
        if now < self._next_try:
            return self._next_try - now
        return self._try()

    def _trouble(self, now: float) -> str:
        if not self._transport.connected:
            return "closed"
        if now - self._last_heard >= SILENCE_S:
            return "silence"
        try:
            self._transport.repair()
        except (Unauthorized, Unreachable) as error:
            return f"not told what was missed: {error}"
        return ""

    def _try(self) -> float:
        try:
            self._transport.connect()
        except Unauthorized:
            return self._failed(State.UNAUTHORIZED, "token refused", UNAUTHORIZED_WAIT_S)
        except Unreachable as error:
            return self._failed(State.OFFLINE, str(error), self._back_off())
        self._failures = 0
        self.heard()
        self.state = State.ONLINE
        log.info("connected")
        self._on_online()
        return 0.5

    def _failed(self, state: State, why: str, wait: float) -> float:
        self._transport.disconnect()  # a half-open connection must not linger
        if self._failures == 0 or state is not self.state:
            log.info("not connected: %s; trying again by itself", why)
        else:
            log.debug("not connected: %s", why)
        self.state = state
        self._failures += 1
        self._next_try = self._now() + wait
        return wait

    def _drop(self, why: str) -> None:
        self._transport.disconnect()
        log.info("connection lost: %s", why)
        self.state = State.OFFLINE
        # A server that restarts is met by all its agents at once: spread the first try too.
        self._next_try = self._now() + FIRST_WAIT_S * self._chance()
        self._on_offline()

    def _back_off(self) -> float:
        ceiling = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(self._failures, 10))
        return float(ceiling * (0.5 + 0.5 * self._chance()))
