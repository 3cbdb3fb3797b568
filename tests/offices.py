"""The branch office that the tests' stories happen in: the demo's services, counters, people and devices."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from server.commands.demo_office import DEVICES, OFFICE, PEOPLE
from server.db.unit_of_work import SqlUnitOfWork
from server.domain.words import Role
from server.services.access import Actor
from server.services.devices import put_device
from server.services.offices import put_office
from server.services.staff import put_staff

PASSWORD = "một cửa 2026"
TOKENS = {kind: f"a-token-of-the-tests-{kind}" for kind in ("agent", "kiosk", "panel", "keypad", "board")}
MORNING = datetime(2026, 11, 20, 9, 0, tzinfo=UTC) - timedelta(hours=7)
"""Friday 20 November 2026, 09:00 in the office."""


@dataclass
class FixedClock:
    """A clock that moves only when the story says so."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, **duration: float) -> datetime:
        self.now += timedelta(**duration)
        return self.now


@dataclass
class Silent:
    """A publisher that keeps what it was given."""

    events: list[Any] = field(default_factory=list)
    jobs: list[Any] = field(default_factory=list)
    told: list[Any] = field(default_factory=list)

    def publish(self, events: Any) -> None:
        self.events += events

    def hand_over(self, agent: str, job: Any) -> None:
        self.jobs.append((agent, job))

    def tell(self, office: str, message: str, data: Any) -> None:
        self.told.append((office, message, data))


def furnish(uow: SqlUnitOfWork, office: dict[str, Any] = OFFICE, *, people: bool = True) -> None:
    """Make the office with its people (all with `PASSWORD`) and its devices (with `TOKENS`)."""
    put_office(uow, office, Actor("tests"))
    with uow.command(office["code"]) as tx:
        for username, name, role in PEOPLE if people else ():
            put_staff(tx, username, name, [Role(role)], PASSWORD)
        agent = put_device(tx, "agent", "demo-agent", token=TOKENS["agent"])
        owned = {d["name"]: put_device(tx, agent=agent, **d) for d in DEVICES}
        put_device(tx, "kiosk", "kiosk-1", printer=owned["kiosk-printer"], token=TOKENS["kiosk"])
        put_device(tx, "panel", "tablet", token=TOKENS["panel"])
        put_device(tx, "keypad", "keypads", token=TOKENS["keypad"])
        put_device(tx, "board", "board-1", token=TOKENS["board"])


def bearer(kind: str) -> dict[str, str]:
    """Headers of one of the office's devices."""
    return {"Authorization": f"Bearer {TOKENS[kind]}"}
