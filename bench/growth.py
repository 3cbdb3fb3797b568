"""What a number and a call cost when the database has grown: today must not pay for the years before it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median

import sqlalchemy as sa

from bench.results import Measure
from bench.stage import COUNTERS, database, progress, set_up, unit_of_work
from server.db import tables as t
from server.db.engine import opened
from server.db.unit_of_work import SqlUnitOfWork
from server.domain.line import Request
from server.services import serving
from server.services.access import Actor
from server.services.issuing import Asked, issue
from tests.servers import Motcua

SIZES = (0, 1_000_000, 10_000_000)
QUICK_SIZES = (0, 50_000)
A_DAY = 1_500
ROUNDS = 150
TARGET = ("at most", 1.2)
START_TARGET = ("at most", 3.0)

OLD_TICKETS = """
INSERT INTO ticket (id, office_id, day, series, seq, number, service, state, language, channel, issued_at, arrived_at,
    state_since, call_count, return_after, returned_version, track_token)
WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :last)
SELECT 'old' || i, :office, date(:until, '-' || (i / :a_day + 1) || ' days'), 'A', i % :a_day, 'A' || i % :a_day, 'A',
    'completed', 'vi', 'kiosk', 0, 0, 0, 1, 0, 0, 'old' || i FROM n
"""
OLD_INTERVALS = """
INSERT INTO ticket_interval (ticket_id, office_id, day, version, state, from_at, to_at, service)
SELECT id, office_id, day, 0, 'completed', 0, 0, 'A' FROM ticket WHERE id LIKE 'old%' AND rowid > :after
"""


def measure(quick: bool) -> Iterator[Measure]:
    with database("sqlite") as url:
        set_up(url)
        base: dict[str, float] = {}
        for before, tickets in zip((0, *SIZES), QUICK_SIZES if quick else SIZES, strict=False):
            _grow(url, before, tickets)
            progress(f"{tickets} tickets", 0.5)
            costs = _costs(url)
            for name, values in costs.items():
                yield Measure.of(name, values, "ms", tickets=tickets)
                cost = median(values)
                ratio = cost / base.setdefault(name, cost)
                if tickets:
                    yield Measure(f"{name} grown", ratio, "×", len(values), given={"tickets": tickets}, target=TARGET)
            began = time.perf_counter()
            with Motcua(url):
                seconds = time.perf_counter() - began
            yield Measure("start_grown_s", seconds, "s", given={"tickets": tickets}, target=START_TARGET)


def _grow(url: str, before: int, after: int) -> None:
    if after == before:
        return
    with opened(url) as engine, engine.connect().execution_options(motcua_write=True) as connection, connection.begin():
        office = connection.execute(sa.select(t.office.c.id)).scalar_one()
        rowid = connection.execute(sa.text("SELECT coalesce(max(rowid), 0) FROM ticket")).scalar()
        row = {"first": before, "last": after, "office": office, "until": datetime.now(UTC).date() - timedelta(days=1)}
        connection.execute(sa.text(OLD_TICKETS), row | {"a_day": A_DAY, "until": str(row["until"])})
        connection.execute(sa.text(OLD_INTERVALS), {"after": rowid})


def _costs(url: str) -> dict[str, list[float]]:
    """ms a use case, without HTTP, which does not change with the database."""
    uow = unit_of_work(url)
    kiosk, keypad = (Actor("device", device=kind, office="bench") for kind in ("kiosk", "keypad"))
    seen: dict[str, list[float]] = {"issue_cost_ms": [], "call_cost_ms": []}
    for n in range(ROUNDS):
        key = f"{time.time_ns()}"
        began = time.perf_counter()
        issue(uow, "bench", Request("ABCDEF"[n % 6]), Asked(kiosk, "http://127.0.0.1", key))
        issued = time.perf_counter()
        _call(uow, keypad, 1 + n % COUNTERS)
        seen["issue_cost_ms"].append((issued - began) * 1000)
        seen["call_cost_ms"].append((time.perf_counter() - issued) * 1000)
    uow.engine.dispose()
    return seen


def _call(uow: SqlUnitOfWork, keypad: Actor, counter: int) -> None:
    with uow.command("bench") as tx:
        serving.call_next(tx, keypad, counter, finish_current=True)
