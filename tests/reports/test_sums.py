"""Sums of many offices are the sums of their rows, whatever is changed, delivered late or moved meanwhile."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from server.db import sums
from server.db import tables as t
from server.db.facts import read_facts
from server.db.reporting import SqlFigures, _ms
from server.domain.calendar import end_of_day, local_day
from server.domain.stats.facts import DayFacts, count_day
from server.domain.stats.period import Unit, cover, days, split
from server.domain.stats.tally import add
from server.domain.words import Role
from server.services.access import Actor
from server.services.offices import put_office
from server.services.report_cut import Cut
from server.services.report_offices import office_of
from server.services.staff import put_staff
from tests.offices import OFFICE
from tests.reports.replay import Past

CODES = ("o1", "o2", "o3", "o4", "o5")
FIRST = date(2026, 9, 28)
CUTS = [Cut(()), Cut(("service",)), Cut(("field",)), Cut(("office",)), Cut(("hour", "priority"))]
UNITS = [Unit.WEEK, Unit.MONTH, Unit.YEAR, Unit.DAY]


@pytest.fixture
def city(uow, monkeypatch):
    """Five offices with two months behind them, small enough to be added up in groups of one or two."""
    monkeypatch.setattr(sums, "FEW", 1)
    monkeypatch.setattr(sums, "GROUP", 1)
    for n, code in enumerate(CODES):
        put_office(uow, OFFICE | {"code": code}, Actor("tests"))
        with uow.command(code) as tx:
            put_staff(tx, f"{code}-officer", "Cán bộ", [Role.OFFICER], None)
        some = [FIRST + timedelta(days=d) for d in range(n % 2, 50, 5)]
        Past(uow, code, seed=n).live(some, 40, {"satisfied": 11, "dissatisfied": 2}, absent=3, left=2, reason="fee")
    return lambda: [office_of(uow, code) for code in CODES]


def recounted(uow, offices, blocks, cut):
    """Straight from the rows."""
    found, now = {}, _ms(uow.now())
    for block in blocks:
        rows = found[block] = {}
        for office in offices:
            with uow.engine.connect() as connection:
                facts = read_facts(connection, office.id, block.start, block.last)
            for day in days(block.start, block.last):
                end = min(_ms(end_of_day(day, office.basis.zone)), now)
                for cell, tally in count_day(facts.get(day, DayFacts()), office.basis, end).items():
                    add(rows.setdefault(cut.key(office, cell), {}), tally)
    return found


def asked(today, unit):
    return [b for bucket in split(FIRST, today, unit) for b in cover(bucket.first, bucket.last, today)]


def touch(uow, r, today) -> None:
    """One of the things that come after a day is over."""
    kind = r.choice(["priority", "service", "day", "rating", "target", "number"])
    with uow.engine.connect() as connection:
        def some(table):
            return r.choice(connection.execute(sa.select(table).where(table.c.day < today)).mappings().all())
        ticket, span, session = some(t.ticket), some(t.ticket_interval), some(t.service_session)
        rated = connection.execute(sa.select(t.rating.c.session_id)).scalars().all()
    code = next(c for c in CODES if office_of(uow, c).id == session["office_id"])
    with uow.office_lock(code) as connection:
        if kind == "priority":
            connection.execute(t.ticket.update().where(t.ticket.c.id == ticket["id"]).values(priority="disabled"))
        elif kind == "service":
            connection.execute(t.ticket_interval.update().where(t.ticket_interval.c.id == span["id"])
                               .values(service=r.choice("ABC")))  # fmt: skip
        elif kind == "day":
            connection.execute(t.service_session.update().where(t.service_session.c.id == session["id"])
                               .values(day=FIRST + timedelta(days=r.randrange(45))))  # fmt: skip
        elif kind == "rating" and session["id"] not in rated:
            known = {n: session[n] for n in ("office_id", "day", "service", "counter", "officer")}
            connection.execute(t.rating.insert(), known | {
                "session_id": session["id"], "scale": 3, "level": "dissatisfied", "reasons": [], "channel": "phone",
                "pressed_at": uow.now(), "received_at": uow.now(), "idempotency_key": f"x{session['id']}"})  # fmt: skip
        elif kind == "number":
            late = {"id": f"late{r.random()}"[:32], "seq": r.randrange(500, 10**6), "idempotency_key": None}
            connection.execute(t.ticket.insert(), dict(ticket) | late | {"track_token": late["id"]})
            new = {n: span[n] for n in ("office_id", "day", "service", "from_at", "to_at")}
            new |= {"office_id": ticket["office_id"], "day": ticket["day"]}
            connection.execute(t.ticket_interval.insert(), new | {
                "ticket_id": late["id"], "version": 0, "state": "expired"})  # fmt: skip
    if kind == "target":
        with uow.command(code) as tx:
            where = {"office_id": tx.hall.config.id, "code": "A"}
            settings = tx.rows("service", **where)[0]["settings"] | {"target_s": r.randrange(100, 900)}
            tx.change("service", where, {"settings": settings})
            tx.reconfigure()


@pytest.mark.parametrize("seed", range(3))
def test_sums_are_what_the_rows_say_after_anything(uow, city, figures, clock, seed) -> None:
    r = random.Random(seed)
    for _ in range(8):
        offices = city()
        today = local_day(clock.now, offices[0].basis.zone)
        for _ in range(r.randrange(3)):
            touch(uow, r, today)
        some = r.sample(city(), r.choice([2, 4, 5]))
        cut, blocks = r.choice(CUTS), asked(today, r.choice(UNITS))
        reader = r.choice([figures, SqlFigures(uow)])
        assert reader.sums(some, blocks, cut) == recounted(uow, some, blocks, cut)
        if r.random() < 0.3:
            clock.pass_time(days=r.choice([1, 1, 12]))


def test_a_city_that_is_kept_reads_no_office_and_after_a_late_rating_one_group(uow, city, clock, monkeypatch) -> None:
    figures, offices = SqlFigures(uow), city()
    today = local_day(clock.now, offices[0].basis.zone)
    blocks = [b for b in asked(today, Unit.WEEK) if b.last < today]
    before = figures.sums(offices, blocks, Cut(()))
    read = []
    plain = sums.OfficeSums._plain

    def watched(self, some, blocks, *rest):
        read.extend(office.code for office in some if blocks)
        return plain(self, some, blocks, *rest)

    monkeypatch.setattr(sums.OfficeSums, "_plain", watched)
    assert SqlFigures(uow).sums(offices, blocks, Cut(())) == before
    assert read == []
    with uow.office_lock("o3") as connection:
        first = connection.execute(sa.select(t.ticket).where(t.ticket.c.office_id == offices[2].id)).mappings().first()
        connection.execute(t.ticket.update().where(t.ticket.c.id == first["id"]).values(priority="meritorious"))
    assert SqlFigures(uow).sums(offices, blocks, Cut(())) == before
    assert "o3" in read and len(set(read)) < len(CODES)
