"""Five offices with two months behind them, what comes late to them, and their figures straight from the rows."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from server.db import tables as t
from server.db.facts import read_facts
from server.db.running import in_ms
from server.db.unit_of_work import SqlUnitOfWork
from server.domain.calendar import end_of_day
from server.domain.stats.facts import Cells, DayFacts, count_day
from server.domain.stats.period import Block, days
from server.domain.stats.tally import add
from server.domain.words import Role
from server.services.access import Actor
from server.services.offices import put_office
from server.services.report_cut import Cut, Rows
from server.services.report_offices import OfficeBasis, office_of
from server.services.staff import put_staff
from tests.offices import OFFICE
from tests.reports.replay import Past

CODES = ("o1", "o2", "o3", "o4", "o5")
FIRST = date(2026, 9, 28)


def found_city(uow: SqlUnitOfWork, every: int = 5, served: int = 40) -> None:
    """Each office was open on every fifth (or other) day, and served so many on all of them together."""
    for n, code in enumerate(CODES):
        put_office(uow, OFFICE | {"code": code}, Actor("tests"))
        with uow.command(code) as tx:
            put_staff(tx, f"{code}-officer", "Cán bộ", [Role.OFFICER], None)
        some = [FIRST + timedelta(days=d) for d in range(n % 2, 50, every)]
        levels = {"satisfied": served // 4, "dissatisfied": 2}
        Past(uow, code, seed=n).live(some, served, levels, absent=3, left=2, reason="fee")


def counted(uow: SqlUnitOfWork, office: OfficeBasis, first: date, last: date) -> dict[date, Cells]:
    """Each day of an office straight from its rows."""
    now = in_ms(uow.now())
    with uow.engine.connect() as connection:
        facts = read_facts(connection, office.id, first, last)
    ends = {day: min(in_ms(end_of_day(day, office.basis.zone)), now) for day in days(first, last)}
    return {day: count_day(facts.get(day, DayFacts()), office.basis, end) for day, end in ends.items()}


def recounted(
    uow: SqlUnitOfWork, offices: Sequence[OfficeBasis], blocks: Sequence[Block], cut: Cut
) -> dict[Block, Rows]:
    found: dict[Block, Rows] = {}
    for block in blocks:
        rows = found[block] = {}
        for office in offices:
            for cells in counted(uow, office, block.start, block.last).values():
                for cell, tally in cells.items():
                    add(rows.setdefault(cut.key(office, cell), {}), tally)
    return found


# --- what comes late --------------------------------------------------------------------------------------------------


def touch(uow: SqlUnitOfWork, r: random.Random, today: date) -> None:
    """One of the things that come after a day is over."""
    kind = r.choice(["priority", "service", "day", "rating", "target", "number"])
    with uow.engine.connect() as connection:

        def some(table: sa.Table) -> Any:
            return r.choice(connection.execute(sa.select(table).where(table.c.day < today)).mappings().all())

        ticket, span, session = some(t.ticket), some(t.ticket_interval), some(t.service_session)
        rated = connection.execute(sa.select(t.rating.c.session_id)).scalars().all()
    code = next(c for c in CODES if office_of(uow, c).id == session["office_id"])
    if kind == "target":
        new_target(uow, code, r.randrange(100, 900))
        return
    with uow.office_lock(code) as connection:
        if kind == "priority":
            set_priority(connection, ticket["id"], "disabled")
        elif kind == "service":
            connection.execute(t.ticket_interval.update().where(t.ticket_interval.c.id == span["id"])
                               .values(service=r.choice("ABC")))  # fmt: skip
        elif kind == "day":
            connection.execute(t.service_session.update().where(t.service_session.c.id == session["id"])
                               .values(day=FIRST + timedelta(days=r.randrange(45))))  # fmt: skip
        elif kind == "rating" and session["id"] not in rated:
            _rate(uow, connection, session)
        elif kind == "number":
            _deliver(r, connection, ticket, span)


def new_target(uow: SqlUnitOfWork, code: str, seconds: int) -> None:
    with uow.command(code) as tx:
        where = {"office_id": tx.hall.config.id, "code": "A"}
        settings = tx.rows("service", **where)[0]["settings"] | {"target_s": seconds}
        tx.change("service", where, {"settings": settings})
        tx.reconfigure()


def set_priority(connection: sa.Connection, ticket: str, priority: str) -> None:
    connection.execute(t.ticket.update().where(t.ticket.c.id == ticket).values(priority=priority))


def _rate(uow: SqlUnitOfWork, connection: sa.Connection, session: Mapping[str, Any]) -> None:
    known = {n: session[n] for n in ("office_id", "day", "service", "counter", "officer")}
    connection.execute(t.rating.insert(), known | {
        "session_id": session["id"], "scale": 3, "level": "dissatisfied", "reasons": [], "channel": "phone",
        "pressed_at": uow.now(), "received_at": uow.now(), "idempotency_key": f"x{session['id']}"})  # fmt: skip


def _deliver(r: random.Random, connection: sa.Connection, ticket: Mapping[str, Any], span: Mapping[str, Any]) -> None:
    """A number as a kiosk brings it that was cut off until its day was over."""
    late = {"id": f"late{r.random()}"[:32], "seq": r.randrange(500, 10**6), "idempotency_key": None}
    connection.execute(t.ticket.insert(), dict(ticket) | late | {"track_token": late["id"]})
    new = {n: span[n] for n in ("office_id", "day", "service", "from_at", "to_at")}
    new |= {"office_id": ticket["office_id"], "day": ticket["day"]}
    connection.execute(t.ticket_interval.insert(), new | {"ticket_id": late["id"], "version": 0, "state": "expired"})
