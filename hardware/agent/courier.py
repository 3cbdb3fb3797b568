"""Brings presses from the outbox to the server, in order, until each has an answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from hardware.agent.client import PRESS_TIMEOUT_S, Refused, Unauthorized, Unreachable
from hardware.agent.outbox import Outbox, Stored

log = logging.getLogger(__name__)

COMMAND_LIFE = timedelta(seconds=5)
"""A call that comes late calls somebody whom the officer no longer expects: better press again."""

TICKET_ACTIONS = {
    "recall": "recall",
    "start": "start",
    "finish": "finish",
    "no_show": "no-show",
    "transfer": "transfer",
}


class Server(Protocol):
    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        key: str | None = None,
        timeout: tuple[float, float] = PRESS_TIMEOUT_S,
    ) -> Any: ...


class NotPossible(Exception):
    """The press asks for something that cannot be asked of the server (no ticket in hand, no such field)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Surroundings:
    """What the courier asks the agent while it works."""

    office: Callable[[], str | None]
    ticket_at: Callable[[int], str | None]
    called: Callable[[int, Mapping[str, Any] | None], None]
    """The server's answer to a command: the ticket now at the counter."""
    service_of: Callable[[str, str], str | None]
    """(device id, digits) → the field that these digits mean on that keypad."""
    refused: Callable[[Stored, str, str, str], None]
    """(press, state, code, detail): show it to the office."""
    delivered: Callable[[Stored], None] = lambda _press: None


class Courier:
    def __init__(self, outbox: Outbox, server: Server, around: Surroundings, clock: Callable[[], datetime]) -> None:
        self._outbox, self._server, self._around, self._clock = outbox, server, around, clock

    def round(self) -> bool:
        """One round over the outbox; False when the server could not be reached and some must wait."""
        blocked: set[int | None] = set()
        fresh: set[int | None] = set()
        for press in self._outbox.pending():
            if press.counter in blocked and press.action == "rate":
                continue  # what a counter pressed goes in order; stale commands are still sorted out below
            if self._is_stale(press):
                self._settle(press, "stale", "stale")
                continue
            if press.counter in blocked:
                continue
            try:
                self._deliver(press, after_another=press.counter in fresh)
                fresh.add(press.counter)
            except (Unreachable, Unauthorized) as error:
                log.debug("press %s waits: %s", press.key, error)
                blocked.add(press.counter)
        return not blocked

    def _is_stale(self, press: Stored) -> bool:
        return press.action != "rate" and self._clock() - press.pressed_at > COMMAND_LIFE

    def _deliver(self, press: Stored, *, after_another: bool) -> None:
        try:
            path, body = self._request(press, after_another)
            answer = self._server.ask("POST", path, body, press.key, PRESS_TIMEOUT_S)
        except Refused as refusal:
            self._settle(press, "refused", refusal.code, refusal.detail)
        except NotPossible as impossible:
            self._settle(press, "refused", impossible.code)
        else:
            self._outbox.settle(press.id, "delivered")
            self._around.delivered(press)
            if press.action != "rate" and press.counter is not None:
                self._around.called(press.counter, answer if isinstance(answer, dict) else None)

    def _request(self, press: Stored, after_another: bool) -> tuple[str, dict[str, Any]]:
        office = self._around.office()
        if office is None:
            raise Unreachable("office not known yet")
        if press.counter is None:
            raise NotPossible("device_without_counter")
        counter = f"/offices/{office}/counters/{press.counter}"
        if press.action == "rate":
            return f"{counter}/rating", {"level": press.value, "pressed_at": press.pressed_at.isoformat()}
        if press.action == "next":
            # One key for the officer: what is in hand is finished in the same breath.
            return f"{counter}/next", {"finish_current": True}
        # The ticket is the one in hand when the key went down, unless an earlier key has changed it since.
        ticket = self._around.ticket_at(press.counter) if after_another or press.ticket is None else press.ticket
        if ticket is None:
            raise NotPossible("no_ticket_at_counter")
        return f"/tickets/{ticket}/{TICKET_ACTIONS[press.action]}", self._arguments(press)

    def _arguments(self, press: Stored) -> dict[str, Any]:
        if press.action != "transfer":
            return {}
        service = self._around.service_of(press.device, press.value or "")
        if service is None:
            raise NotPossible("unknown_service_digits")
        return {"service": service}

    def _settle(self, press: Stored, state: str, code: str, detail: str = "") -> None:
        self._outbox.settle(press.id, state, code, detail)
        log.warning("%s press of %s %s: %s", press.action, press.device, state, code)
        self._around.refused(press, state, code, detail)
