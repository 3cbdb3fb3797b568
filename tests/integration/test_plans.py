"""How many rows a reading of the day touches when PostgreSQL knows nothing of that day, as every morning until its
statistics are renewed. A plan made for one row must not go through the day once for each of its rows."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from server.app import Server
from server.db import tables as t
from server.db.engine import make_engine
from server.db.exchange import Exchanging, Statement
from server.db.unit_of_work import SqlUnitOfWork
from server.services.views import describe
from tests.integration.conftest import People
from tests.offices import FixedClock, Silent

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("database_url", ["postgres"], indirect=True)]
NUMBERS = 60
TOUCHED_MAX = 10 * NUMBERS
"""A ticket has up to four intervals and events; the square of the numbers is six times as much."""


@pytest.fixture
def day_unknown(server: Server, people: People, clock: FixedClock, engine: sa.Engine) -> Server:
    """A day on which so many were served, of which there are no statistics."""
    with engine.begin() as connection:
        for table in t.metadata.tables:
            connection.execute(sa.text(f'ALTER TABLE "{table}" SET (autovacuum_enabled = off)'))
    kiosk, officers = people.as_device("kiosk"), [people.as_staff(f"officer{n}") for n in range(1, 6)]
    for n, officer in enumerate(officers, 1):
        assert officer.post(f"/offices/demo/counters/{n}/open").status_code == 200
    for n in range(NUMBERS):
        assert kiosk.post("/offices/demo/tickets", {"service": "ABCDEF"[n % 6]}).status_code == 201
        clock.pass_time(seconds=20)
        path = f"/offices/demo/counters/{n % 5 + 1}/next"
        assert officers[n % 5].post(path, {"finish_current": True}).status_code in (200, 204)
    return server


def touched(plan: dict[str, Any]) -> int:
    """The most rows that any step of a plan went through, over all its rounds."""
    rows = sum(plan.get(name, 0) for name in ("Actual Rows", "Rows Removed by Join Filter", "Rows Removed by Filter"))
    return max([rows * plan["Actual Loops"], *(touched(part) for part in plan.get("Plans", ()))])


def test_a_hall_is_read_without_going_through_the_day_for_each_session(
    day_unknown: Server, database_url: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Statement] = []
    exchange = Exchanging.exchange
    monkeypatch.setattr(
        Exchanging, "exchange", lambda self, statements: asked.extend(statements) or exchange(self, statements)
    )
    engine = make_engine(database_url)
    hall = SqlUnitOfWork(engine, clock, describe, Silent()).hall("demo")
    assert sum(hall.issued.values()) == NUMBERS and len(hall.sessions) == 5 and len(asked) == 8
    with Exchanging.connect(database_url, prepare_threshold=None) as connection:
        for text, values in asked:
            answer = exchange(connection, [(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {text}", values)])[-1]
            assert touched(connection.rows(answer)[0][0][0]["Plan"]) <= TOUCHED_MAX, text
    engine.dispose()
