"""Two kiosks at one instant, each by a process of its own: one card, or one booking, is one number."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from server.commands.demo_office import OFFICE
from server.db.engine import opened
from server.db.unit_of_work import SqlUnitOfWork
from server.domain.bookings import BookingUsed
from server.domain.cards import OneNumberADay
from server.domain.line import Request
from server.domain.scans import code_hash
from server.domain.words import Role
from server.services import bookings, issuing
from server.services.access import Actor
from server.services.offices import put_office
from server.services.views import describe
from tests.offices import FixedClock, Silent

ROUNDS = 12
ADMIN = Actor("staff", roles={"demo": frozenset({Role.ADMIN})})


@pytest.fixture
def processes(database_url: str, clock: FixedClock) -> Iterator[list[SqlUnitOfWork]]:
    """Two programs that share nothing but the database."""
    with ExitStack() as stack:
        engines = [stack.enter_context(opened(database_url)) for _ in range(2)]
        yield [SqlUnitOfWork(engine, clock, describe, Silent()) for engine in engines]


def meet(processes: list[SqlUnitOfWork], kiosk: str, name: str, **shown: str) -> list[str]:
    """What each of the two is told: its number, or the code of the refusal and the number that stands in the way."""
    together = threading.Barrier(len(processes))

    def touch(place: int) -> str:
        actor = Actor("device", kiosk, device="kiosk", office="demo")
        asked = issuing.Asked(actor, "https://motcua.example", f"{name}-{place}", **shown)
        together.wait(timeout=20)
        try:
            return str(issuing.issue(processes[place], "demo", Request("A"), asked)["number"])
        except (OneNumberADay, BookingUsed) as refusal:
            return f"{refusal.code} {refusal.values['number']}"

    with ThreadPoolExecutor(len(processes)) as pool:
        return sorted(pool.map(touch, range(len(processes))))


@pytest.mark.parametrize("shown", ["card", "booking"])
def test_two_kiosks_at_one_instant_give_one_number(processes: list[SqlUnitOfWork], shown: str) -> None:
    first = processes[0]
    settings = OFFICE["settings"] | {"card": "optional", "bookings": {"early_min": 600, "late_min": 600}}
    put_office(first, OFFICE | {"settings": settings}, ADMIN)
    codes = [f"dat-lich-{n:02}" for n in range(ROUNDS)]
    now = first.now().astimezone(first.hall("demo").config.zone)
    rows = [["A", f"{now:%Y-%m-%d}", f"{now:%H:%M}", code] for code in codes]
    bookings.take_in(first, ADMIN, "demo", [["service", "day", "time", "code"], *rows])
    kiosk = first.rows("device", kind="kiosk")[0]["id"]
    refusal = "one_number_a_day" if shown == "card" else "booking_used"
    for n, code in enumerate(codes, 1):
        told = meet(processes, kiosk, code, **{shown: code_hash(code)})
        assert told == [f"A{n:03}", f"{refusal} A{n:03}"]
    assert len(first.rows("ticket")) == ROUNDS
