"""Reports: what a month of one office costs after one year and after ten, and a year of a whole city.

The history is written as its roll-ups, made by the product's own counting from a day's single tickets: that is what
a report reads, and ten million tickets beside them would only fill the disk. Today's tickets are real rows, and what
it costs to count a day of rows into a roll-up is measured by itself.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bench.results import Measure
from bench.stage import DATABASES, database, progress
from server.commands.demo_office import OFFICE
from server.db import tables as t
from server.db.engine import make_engine
from server.db.migrate import upgrade
from server.db.packing import dump
from server.db.reporting import KEPT, SqlFigures
from server.db.running import fingerprint
from server.db.unit_of_work import SqlUnitOfWork
from server.domain.errors import ReportBeingPrepared
from server.domain.stats.facts import (
    Basis,
    Cells,
    DayFacts,
    DeskSpan,
    RatingFacts,
    SessionFacts,
    Span,
    TicketFacts,
    count_day,
)
from server.domain.stats.period import Block, Grain, cover, days
from server.domain.stats.slices import SLICES, cut, merge
from server.domain.tree import Period
from server.domain.words import Role
from server.services.access import Actor
from server.services.offices import put_office
from server.services.report_offices import below, office_of
from server.services.reporting import Query, ask
from server.services.views import describe
from tests.offices import Silent
from tests.reports.replay import Past

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
CITY, OFFICES = "city", 600
A_DAY = 46
"""Tickets an office and day: ten million in 600 offices and a year."""
TEMPLATES = 60
TARGET_MS = ("at most", 1000.0)


def measure(quick: bool) -> Iterator[Measure]:
    """All parts on both databases; `MOTCUA_BENCH_REPORTS=sqlite:600` or `postgres:month` chooses one of them."""
    chosen = os.environ.get("MOTCUA_BENCH_REPORTS", "")
    runs = 3 if quick else 15
    for kind in DATABASES:
        for offices in (OFFICES // 10, OFFICES)[: 1 if quick and not chosen else 2]:
            if chosen in ("", f"{kind}:{offices}"):
                with database(kind) as url:
                    yield from _city(url, kind, offices, A_DAY, runs)
        if chosen in ("", f"{kind}:month"):
            with database(kind) as url:
                yield from _one_office(url, kind, runs)


def _city(url: str, kind: str, offices: int, a_day: int, runs: int) -> Iterator[Measure]:
    """A year of the whole city, over and running, as its head reads it."""
    uow = _unit_of_work(url)
    _found(uow, CITY)
    for n in range(offices):
        _found(uow, f"o{n:03d}", parent=CITY)
        progress(f"{kind}: offices", n / offices)
    every = [office for office, _ in below(uow, CITY, Period(TODAY, TODAY))][1:]
    past = _Templates(a_day, every[0].basis)
    yesterday = TODAY - timedelta(days=1)
    over = Block(date(2025, 1, 1), Grain.YEAR)
    blocks = [over, *over.parts(), *cover(date(2026, 1, 1), yesterday, TODAY)]
    _write(uow, {office.id: blocks for office in every}, past, fingerprint(every[0].basis))
    # Of single days the whole alone: it is what weeks of a city are added up from.
    single = [Block(day, Grain.DAY) for day in days(over.start, over.last)]
    _write(uow, {office.id: single for office in every}, past, fingerprint(every[0].basis), ("whole",))
    for n, office in enumerate(every):
        _some_staff(uow, office.code)
        Past(uow, office.code, seed=n).live([TODAY], a_day, {"satisfied": a_day // 2})
        progress(f"{kind}: today's rows", (n + 1) / offices)
    tickets = offices * a_day * 365
    reader = Actor("bench", roles={CITY: frozenset({Role.HEAD})})
    given = {"database": kind, "offices": offices, "tickets": tickets}
    figures = SqlFigures(uow)
    yield Measure.of("city_today_first_ms", _times(lambda: ask(uow, SqlFigures(uow), reader, _asked(TODAY, TODAY))
                     .total["issued"], min(runs, 5)), "ms", **given)  # fmt: skip
    for what, query in REPORTS.items():
        before = time.perf_counter()
        _prepare(uow, figures, reader, query)
        yield Measure.of("city_prepare_ms", [(time.perf_counter() - before) * 1000], "ms", **given, report=what)
        taken = _times(lambda query=query: ask(uow, figures, reader, query).total["issued"], runs)
        row = Measure.of("city_report_ms", taken, "ms", **given, report=what)
        row.target = TARGET_MS
        yield row
    with uow.office_lock(every[0].code) as connection:
        connection.execute(t.rollup.update().where(t.rollup.c.office_id == every[0].id).values(claim="late"))
    query = REPORTS["a year by month"]
    late = _times(lambda: ask(uow, figures, reader, query).total["issued"], 1)
    yield Measure.of("city_report_ms", late, "ms", **given, report="a year by month, after a late delivery")
    uow.engine.dispose()


def _asked(first: date, last: date, *by: str) -> Query:
    return Query(CITY, first, last, by, {}, True)


LAST_YEAR = (date(2025, 1, 1), date(2025, 12, 31))
REPORTS = {
    "a year that is over": _asked(*LAST_YEAR),
    "a year by service": _asked(*LAST_YEAR, "service"),
    "a year by field": _asked(*LAST_YEAR, "field"),
    "a year by office": _asked(*LAST_YEAR, "office"),
    "a year by hour": _asked(*LAST_YEAR, "hour"),
    "a year by month": _asked(*LAST_YEAR, "month"),
    "a year by month and service": _asked(*LAST_YEAR, "month", "service"),
    "a year by week": _asked(*LAST_YEAR, "week"),
    "this year until now": _asked(date(2026, 1, 1), TODAY),
    "this year until now by service": _asked(date(2026, 1, 1), TODAY, "service"),
}


def _prepare(uow: SqlUnitOfWork, figures: SqlFigures, reader: Actor, query: Query) -> None:
    """What the night does: asked until it is there."""
    while True:
        try:
            ask(uow, figures, reader, query)
        except ReportBeingPrepared:
            continue
        return


def _one_office(url: str, kind: str, runs: int) -> Iterator[Measure]:
    """The same month after one year and after ten, and counting a day of rows."""
    uow = _unit_of_work(url)
    _found(uow, "demo")
    office = office_of(uow, "demo")
    past = _Templates(A_DAY, office.basis)
    reader = Actor("bench", roles={"demo": frozenset({Role.HEAD})})
    for years in (1, 10):
        first = date(TODAY.year - years, 1, 1)
        months = [Block(date(y, m, 1), Grain.MONTH) for y in range(first.year, TODAY.year) for m in range(1, 13)]
        single = [Block(day, Grain.DAY) for block in months for day in days(block.start, block.last)]
        with uow.office_lock("demo") as connection:
            connection.execute(t.rollup.delete().where(t.rollup.c.office_id == office.id))
        _write(uow, {office.id: [*months, *single]}, past, fingerprint(office.basis))
        query = Query("demo", date(2025, 10, 1), date(2025, 10, 31), ("day",))
        taken = _times(lambda query=query: ask(uow, SqlFigures(uow), reader, query).total["issued"], runs * 4)
        yield Measure.of("month_report_ms", taken, "ms", database=kind, years=years, report="a month by day")
    day = TODAY - timedelta(days=1)
    _some_staff(uow)
    Past(uow).live([day], A_DAY * 20, {"satisfied": A_DAY * 10})
    taken = []
    for _ in range(runs):
        with uow.office_lock("demo") as connection:
            connection.execute(t.rollup.delete().where(t.rollup.c.start == day, t.rollup.c.office_id == office.id))
        taken += _times(lambda: SqlFigures(uow).figures([office], [Block(day, Grain.DAY)], "whole"), 1)
    yield Measure.of("rollup_day_ms", taken, "ms", database=kind, tickets=A_DAY * 20)
    uow.engine.dispose()


def _times(work: Callable[[], object], runs: int) -> list[float]:
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        if not work():
            raise RuntimeError("the report is empty")
        taken.append((time.perf_counter() - began) * 1000)
    return taken


# --- the past -----------------------------------------------------------------------------------------------------


def _unit_of_work(url: str) -> SqlUnitOfWork:
    uow = SqlUnitOfWork(make_engine(url), lambda: NOW, describe, Silent())
    upgrade(uow.engine)
    return uow


def _found(uow: SqlUnitOfWork, code: str, parent: str | None = None) -> None:
    put_office(uow, OFFICE | {"code": code}, Actor("bench"))
    if parent:
        above = uow.first("office", code=parent)
        assert above is not None
        with uow.command(code) as tx:
            tx.change("office", {"code": code}, {"parent_id": above["id"]})
            tx.reconfigure()
    with uow.command(code) as tx:
        # The day on which the history begins: a report asks for nothing before it.
        tx.add(
            "counter_interval", {"day": date(2016, 1, 1), "counter": 1, "state": "open", "from_at": NOW, "to_at": NOW}
        )


def _some_staff(uow: SqlUnitOfWork, code: str = "demo") -> None:
    from server.services.staff import put_staff

    with uow.command(code) as tx:
        put_staff(tx, f"{code}-officer1", "Officer", [Role.OFFICER], None)


@dataclass
class _Templates:
    """Days as the product counts them, from single tickets; offices and dates take them in turn."""

    a_day: int
    basis: Basis

    def __post_init__(self) -> None:
        self._random = random.Random(self.a_day)
        self._days = [self._day() for _ in range(TEMPLATES)]
        self._kept: dict[tuple[Grain, date, int], Mapping[str, bytes]] = {}

    def of(self, block: Block, turn: int) -> Mapping[str, bytes]:
        """The block's rows, ready to be written."""
        key = (block.grain, block.last, (turn + block.start.toordinal()) % TEMPLATES)
        if key not in self._kept:
            length = (block.last - block.start).days + 1
            cells = merge(self._days[(key[2] * 7 + n) % TEMPLATES] for n in range(length))
            self._kept[key] = {name: dump(cut(cells, name)) for name in KEPT[block.grain]}
        return self._kept[key]

    def _day(self) -> Cells:
        r, start = self._random, 1_795_132_800_000
        tickets, sessions = [], []
        for n in range(self.a_day):
            arrived = start + r.randrange(9 * 3600) * 1000
            called = arrived + int(r.gammavariate(1.6, 420)) * 1000
            ended = called + 60_000 + int(r.gammavariate(2.2, 220)) * 1000
            service, counter, officer = r.choice("ABCDEF"), r.randrange(1, 6), f"officer{r.randrange(1, 6)}"
            spans = (
                Span("waiting", arrived, called, service),
                Span("serving", called, ended, service, counter, officer),
                Span("completed", ended, ended, service, counter, officer),
            )
            tickets.append(TicketFacts(str(n), f"A{n}", r.choice([None, None, "elderly"]), arrived, spans, (0, 900)))
            level = r.choice([None, "satisfied", "very_satisfied", "dissatisfied"])
            rating = RatingFacts(3, level) if level else None
            sessions.append(SessionFacts(str(n), service, counter, officer, called, ended, rating))
        desks = tuple(DeskSpan(c, f"officer{c}", "open", start, start + 8 * 3_600_000) for c in range(1, 6))
        return count_day(DayFacts(tuple(tickets), tuple(sessions), desks), self.basis, start + 36_000_000)


def _write(uow: SqlUnitOfWork, blocks: Mapping[str, list[Block]], past: _Templates, basis: str,
           names: tuple[str, ...] = SLICES) -> None:  # fmt: skip
    for turn, (office, wanted) in enumerate(blocks.items()):
        rows = [
            {"office_id": office, "grain": b.grain, "start": b.start, "slice": name, "basis": basis, "claim": "bench",
             "through": b.last, "data": data}
            for b in wanted for name, data in past.of(b, turn).items() if name in names
        ]  # fmt: skip
        with uow.engine.connect().execution_options(motcua_write=True) as connection, connection.begin():
            connection.execute(t.rollup.insert(), rows)
        progress("history", (turn + 1) / len(blocks))
    progress("", 1)
