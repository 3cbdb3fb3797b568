"""A day's work at a counter by the use cases themselves, quick enough for property tests."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

from server.db.unit_of_work import SqlUnitOfWork
from server.domain.feedback import Press
from server.domain.line import Request
from server.domain.words import Dissatisfaction, Level, Priority
from server.services import issuing, rating, serving
from server.services.access import Actor
from server.services.serving import Wish
from server.services.vault import Vault
from tests.offices import FixedClock

OFFICE = "demo"
_keys = count(1)


def roles(uow: SqlUnitOfWork, username: str) -> Actor:
    """A member of staff as the server would know them after signing in."""
    from server.services.staff import active_person

    person = uow.first("staff", username=username)
    assert person is not None
    found = active_person(uow, person["id"], person["epoch"])
    assert found is not None
    return found


@dataclass
class Day:
    uow: SqlUnitOfWork
    clock: FixedClock

    def __post_init__(self) -> None:
        self.kiosk = Actor("device", "kiosk", "kiosk-1", device="kiosk", office=OFFICE)
        self.panel = Actor("device", "panel", "tablet", device="panel", office=OFFICE)
        self.head = roles(self.uow, "head")
        self.officers = {n: roles(self.uow, f"officer{n}") for n in range(1, 6)}

    def take(self, service: str = "A", priority: Priority | None = None) -> str:
        asked = issuing.Asked(self.kiosk, "http://office", f"k{next(_keys)}")
        return str(issuing.issue(self.uow, OFFICE, Request(service, priority), asked)["id"])

    def open(self, counter: int) -> None:
        with self.uow.command(OFFICE) as tx:
            serving.open_counter(tx, self.officers[counter], counter)

    def pause(self, counter: int) -> None:
        with self.uow.command(OFFICE) as tx:
            serving.pause_counter(tx, self.officers[counter], counter, "nghỉ")

    def next(self, counter: int) -> dict[str, Any] | None:
        with self.uow.command(OFFICE) as tx:
            return serving.call_next(tx, self.officers[counter], counter)

    def do(self, verb: str, ticket: str, **wish: Any) -> None:
        with self.uow.command(OFFICE) as tx:
            serving.command_ticket(tx, self.head, verb, ticket, Wish(**wish))

    def rate(self, counter: int, level: Level, *reasons: Dissatisfaction) -> None:
        with self.uow.command(OFFICE) as tx:
            press, vault = Press(level, reasons), Vault("for tests")
            rating.rate_at_counter(tx, vault, self.panel, counter, press, f"r{next(_keys)}", None)

    def serve(self, counter: int, *, wait: float = 60, seconds: float = 300, service: str = "A") -> str:
        """One citizen from the number to the end of the service."""
        ticket = self.take(service)
        self.clock.pass_time(seconds=wait)
        called = self.next(counter)
        assert called is not None and called["id"] == ticket
        self.do("start", ticket)
        self.clock.pass_time(seconds=seconds)
        self.do("finish", ticket)
        return ticket
