"""What an office is used to is read from its own last weeks, alike on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from server.db import tables as t
from server.db.unit_of_work import SqlUnitOfWork
from server.domain.estimate import service_s
from server.services.ids import new_id
from server.services.views import describe
from tests.offices import FixedClock, Silent


def serve(uow: SqlUnitOfWork, day: datetime, services: list[tuple[int, int]], *, priority: bool = False) -> None:
    """Sessions of field A at counter 1, each (minute of the day after 08:00 Hà Nội, seconds)."""
    office = uow.first("office", code="demo")
    assert office is not None
    with uow.engine.begin() as connection:
        for n, (minute, seconds) in enumerate(services, 1):
            ticket, began = new_id(), day + timedelta(minutes=minute)
            connection.execute(
                t.ticket.insert().values(
                    id=ticket, office_id=office["id"], day=day.date(), series="A", seq=n, number=f"A{n:03}",
                    service="A", state="completed", priority="elderly" if priority else None, language="vi",
                    channel="kiosk", issued_at=began, arrived_at=began, state_since=began, call_count=1,
                    return_after=0, returned_version=0, track_token=ticket,
                )
            )  # fmt: skip
            connection.execute(
                t.service_session.insert().values(
                    id=new_id(), office_id=office["id"], day=day.date(), ticket_id=ticket, number=f"A{n:03}",
                    service="A", counter=1, started_at=began, ended_at=began + timedelta(seconds=seconds),
                    rating_until=began,
                )
            )  # fmt: skip


def test_services_of_the_last_weeks_are_known_by_field_and_hour(uow: SqlUnitOfWork, clock: FixedClock) -> None:
    eight = datetime(2026, 11, 19, 1, 0, tzinfo=UTC)
    serve(uow, eight, [(0, 200), (4, 300), (70, 600)], priority=True)
    serve(uow, eight - timedelta(days=40), [(0, 9000)])
    # A server that starts after that; the one that furnished the office had read its past already.
    habits = SqlUnitOfWork(uow.engine, clock, describe, Silent()).hall("demo").habits
    assert {cell: (past.count, past.total_s) for cell, past in habits.services.items()} == {
        ("A", 8): (2, 500.0),
        ("A", 9): (1, 600.0),
    }
    assert habits.services["A", 8].squares == 200.0**2 + 300.0**2
    assert habits.change_s == 40.0, "the second one sat down 40 s after the first had gone; the third's pause is none"
    assert habits.priorities_an_hour == {("A", 8): 2.0, ("A", 9): 1.0}


def test_the_office_learns_overnight_and_not_during_the_day(uow: SqlUnitOfWork, clock: FixedClock) -> None:
    setting = service_s(hall := uow.hall("demo"), "A", hall.hour)
    assert setting == 540.0
    serve(uow, clock.now - timedelta(hours=1), [(n * 10, 200) for n in range(40)])
    assert uow.hall("demo").habits.services == {}
    clock.pass_time(days=1)
    assert service_s(hall := uow.hall("demo"), "A", hall.hour) < 300
