"""What the use cases need from the outside world. `server.db` and `server.live` implement it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from server.domain.hall import Hall
from server.domain.happenings import Happening
from server.domain.leases import Numbering
from server.domain.ticket import Ticket

Json = dict[str, Any]
Clock = Callable[[], datetime]


class Repeated(Exception):
    """A command came again with the idempotency key of an earlier one; nothing was done this time."""


@dataclass(frozen=True, slots=True)
class Event:
    """One fact as it travels. `staff` is what signed-in staff get instead of `data`, where that is more."""

    office: str
    version: int
    type: str
    at: datetime
    data: Json
    staff: Json | None = None

    def public(self) -> Json:
        return self._wire(self.data)

    def full(self) -> Json:
        return self._wire(self.staff if self.staff is not None else self.data)

    def _wire(self, data: Json) -> Json:
        return {
            "office": self.office,
            "version": self.version,
            "type": self.type,
            "at": self.at.isoformat(timespec="milliseconds"),
            "data": data,
        }


class Transaction(Protocol):
    """One command in one office: the hall is a working copy, written down when the block ends well."""

    hall: Hall
    now: datetime

    def record(self, *facts: Happening | None) -> None: ...
    def next_seq(self, prefix: str, numbers: Numbering) -> int: ...
    def told(self, ticket_id: str, idempotency_key: str | None, told: Json) -> None: ...
    def add(self, table: str, row: Mapping[str, Any]) -> None: ...
    def change(self, table: str, key: Mapping[str, Any], values: Mapping[str, Any]) -> None: ...
    def remove(self, table: str, key: Mapping[str, Any]) -> None: ...
    def rows(self, table: str, **where: Any) -> list[Json]: ...
    def ticket(self, ticket_id: str) -> Ticket | None: ...
    def remember(self, key: str, request: str, body: Json | None) -> None: ...
    def attempt(self, actor: str, action: str, **facts: Any) -> None: ...
    def audit(self, actor: str, action: str, **facts: Any) -> None: ...
    def hand_over(self, agent: str, job: Json) -> None: ...
    def tell(self, message: str, data: Json) -> None: ...
    def reconfigure(self) -> None: ...


class UnitOfWork(Protocol):
    """Commands lock their office; readings see the last committed state."""

    def now(self) -> datetime: ...
    def create_office(self, row: Mapping[str, Any]) -> None: ...
    def command(self, office: str) -> AbstractContextManager[Transaction]: ...
    def hall(self, office: str, *, at_least: int | None = None) -> Hall: ...
    def rows(self, table: str, **where: Any) -> list[Json]: ...
    def first(self, table: str, **where: Any) -> Json | None: ...
    def ticket(self, **where: Any) -> tuple[str, Ticket, Json] | None: ...
    def events(self, office: str, since: int, limit: int) -> list[Event]: ...
    def device_states(self) -> list[tuple[str, str, str, int]]: ...


class Publisher(Protocol):
    """Takes events in the order of their versions, right after their commit.

    hand_over: a job to the agent that owns the device. tell: a passing message to an office's kiosks.
    """

    def publish(self, events: Iterable[Event]) -> None: ...
    def hand_over(self, agent: str, job: Json) -> None: ...
    def tell(self, office: str, message: str, data: Json) -> None: ...
