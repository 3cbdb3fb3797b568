"""Offices merge, move, are restored and hear late of days long over; two processes read and write. After every step
every report is what its rows say on their own."""

from __future__ import annotations

import os
import random
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from server.db import dump, migrate, sums
from server.db.engine import make_engine
from server.db.reporting import SqlFigures
from server.db.unit_of_work import SqlUnitOfWork
from server.domain.calendar import local_day
from server.domain.errors import Conflict, Invalid, ReportBeingPrepared
from server.domain.line import Request
from server.domain.stats.facts import DIMENSIONS, Cell, Cells
from server.domain.stats.period import Unit, key_of
from server.domain.stats.tally import Tally, add
from server.domain.words import LIVE, Priority, Role
from server.services import tree
from server.services.access import Actor
from server.services.issuing import Asked, issue
from server.services.past_records import PastFile, take_in
from server.services.places import place
from server.services.report_cut import FIELD, OFFICE, field_of
from server.services.report_offices import OfficeBasis, office_of
from server.services.reporting import WEEKDAY, Query, ask
from server.services.restores import note_restored
from server.services.serving import Wish, command_ticket
from server.services.views import describe
from tests.offices import FixedClock, Silent
from tests.reports.city import CODES, counted, found_city, touch

EXAMPLES = int(os.environ.get("MOTCUA_TEST_EXAMPLES", "2"))
STEPS = 7
BOSS = Actor("staff", "boss", "boss", {code: frozenset({Role.HEAD, Role.ADMIN}) for code in CODES})
UNDER = {"o2": "o1", "o3": "o1", "o4": "o2"}
ROOTS = ("o1", "o2")
SPLITS: tuple[tuple[str, ...], ...] = (
    (), *((str(unit),) for unit in Unit), *((name,) for name in (*DIMENSIONS, WEEKDAY, FIELD, OFFICE)),
    (OFFICE, "month"), ("service", "hour"), ("officer", "week"),
)  # fmt: skip
OLDEST = date(2025, 12, 1)
OLD_DAYS = (date(2025, 12, 30), date(2026, 1, 1), date(2026, 9, 30), date(2026, 10, 15))

codes = st.sampled_from(CODES)


class Process(NamedTuple):
    """What one process of the server has for itself."""

    uow: SqlUnitOfWork
    figures: SqlFigures


class World:
    """Databases for one example after the other, with a clock for all."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.serial, self.engines = folder, count(1), []  # type: ignore[var-annotated]
        self.clock = FixedClock()
        self.blank, self.furnished = folder / "blank.db", folder / "furnished.db"
        with_none = make_engine(f"sqlite:///{self.blank}")
        migrate.upgrade(with_none)
        with_none.dispose()
        [first, _] = self.start(self.blank, self.furnished)
        found_city(first.uow, every=17, served=12)
        for code, above in UNDER.items():
            place(first.uow, code, above, BOSS)
        place(first.uow, "o5", "o3", BOSS, since=date(2026, 10, 20))
        self.stop()

    def start(self, template: Path, path: Path) -> list[Process]:
        """Two processes on a copy of a database."""
        shutil.copy(template, path)
        self.engines = [make_engine(f"sqlite:///{path}") for _ in range(2)]
        for engine in self.engines:
            # Nobody pulls the plug here, and sums are kept by the hundred.
            sa.event.listen(engine, "connect", lambda driver, _: driver.execute("PRAGMA synchronous=OFF"))
        uows = [SqlUnitOfWork(engine, self.clock, describe, Silent()) for engine in self.engines]
        return [Process(uow, SqlFigures(uow)) for uow in uows]

    def begin(self) -> list[Process]:
        self.stop()
        self.clock.now = FixedClock().now
        return self.start(self.furnished, self.fresh())

    def restore(self, backup: Path, why: str) -> list[Process]:
        self.stop()
        processes = self.start(self.blank, self.fresh())
        uow = processes[0].uow
        with uow.engine.connect().execution_options(motcua_write=True) as connection, connection.begin():
            dump.load(connection, dump.rows_of(backup))
        note_restored(uow, self.folder, why)
        return processes

    def fresh(self) -> Path:
        return self.folder / f"{next(self.serial)}.db"

    def stop(self) -> None:
        for engine in self.engines:
            engine.dispose()


class City(RuleBasedStateMachine):
    world: World

    @initialize()
    def begin(self) -> None:
        self.processes = self.world.begin()
        self.keys = count(1)
        self.backup: Path | None = None

    @property
    def uow(self) -> SqlUnitOfWork:
        """Of the process whose turn it is."""
        self.processes.reverse()
        return self.processes[0].uow

    @property
    def today(self) -> date:
        return local_day(self.world.clock.now, office_of(self.processes[0].uow, "o1").basis.zone)

    # --- what happens to offices -------------------------------------------------------------------------------------

    @rule(code=codes, into=codes, back=st.integers(-5, 50))
    def two_offices_merge(self, code: str, into: str, back: int) -> None:
        with suppress(Conflict):
            tree.merge(self.uow, BOSS, code, into, self.today - timedelta(days=back))

    @rule(code=codes)
    def a_merger_is_called_off(self, code: str) -> None:
        with suppress(Conflict):
            tree.call_off(self.uow, BOSS, code)

    @rule(code=codes, parent=st.none() | codes, back=st.integers(-5, 50))
    def an_office_moves(self, code: str, parent: str | None, back: int) -> None:
        with suppress(Conflict):
            tree.move(self.uow, BOSS, code, parent, self.today - timedelta(days=back))

    @rule()
    def a_backup_is_made(self) -> None:
        self.backup = self.world.folder / f"{next(self.world.serial)}.gz"
        dump.write(self.uow.engine, self.backup, self.world.clock.now)

    @rule()
    def the_backup_is_put_back(self) -> None:
        if self.backup is not None:
            self.processes = self.world.restore(self.backup, "a test")

    @rule(n=st.sampled_from([1, 1, 12, 45]))
    def days_pass(self, n: int) -> None:
        self.world.clock.pass_time(days=n)

    # --- what happens in them ----------------------------------------------------------------------------------------

    @rule(r=st.randoms(use_true_random=False))
    def a_row_of_an_old_day_comes_or_changes(self, r: Any) -> None:
        touch(self.uow, r, self.today)

    @rule(code=codes, day=st.sampled_from(OLD_DAYS), service=st.sampled_from("ABC"), counts=st.tuples(
        *[st.integers(0, 9)] * 3))  # fmt: skip
    def older_counts_are_taken_in(self, code: str, day: date, service: str, counts: tuple[int, int, int]) -> None:
        served, happy, none = counts
        head = "Ngày;Lĩnh vực;Đã phát;Đã phục vụ;Hài lòng;Không đánh giá"
        line = f"{day:%d/%m/%Y};{service};{served + next(self.keys)};{served};{happy};{none}"
        with suppress(Invalid):  # A day of a field that was taken in before is refused.
            take_in(self.uow, BOSS, code, PastFile("cũ.csv", f"{head}\n{line}\n".encode()))

    @rule(code=codes, service=st.sampled_from("ABC"), priority=st.none() | st.sampled_from(list(Priority)))
    def somebody_takes_a_number(self, code: str, service: str, priority: Priority | None) -> None:
        kiosk = Actor("device", "kiosk", "kiosk-1", device="kiosk", office=code)
        with suppress(Conflict):
            issue(self.uow, code, Request(service, priority), Asked(kiosk, "http://office", f"k{next(self.keys)}"))

    @rule(code=codes, service=st.sampled_from("ABC"))
    def a_wrong_service_is_corrected(self, code: str, service: str) -> None:
        self.command(code, "transfer", Wish(service=service))

    @rule(code=codes, priority=st.sampled_from(list(Priority)))
    def a_priority_is_corrected(self, code: str, priority: Priority) -> None:
        self.command(code, "correct", Wish(priority=priority))

    def command(self, code: str, verb: str, wish: Wish) -> None:
        """On the first number that waits, if there is one."""
        with suppress(Conflict), self.uow.command(code) as tx:
            waiting = sorted(ticket.id for ticket in tx.hall.tickets.values() if ticket.state in LIVE)
            if waiting:
                command_ticket(tx, BOSS, verb, waiting[0], wish)

    # --- what must hold ----------------------------------------------------------------------------------------------

    @invariant()
    def every_report_is_what_its_rows_say(self) -> None:
        if not hasattr(self, "processes"):
            return
        rows = Rows(self.processes[0].uow, self.today)
        periods = [(OLDEST, self.today), (date(2026, 10, 9), self.today + timedelta(days=3))]
        for n, by in enumerate(SPLITS):
            first, last = periods[n % 2]
            for root, on in ((ROOTS[0], None), (ROOTS[1], self.today)):
                process = self.processes[n % 2]
                query = Query(root, first, last, by, tree=True, tree_on=on)
                found = _answer(process, query)
                assert {key: tally for key, tally in found.items() if tally} == rows.report(query), query


def _answer(process: Process, query: Query) -> Mapping[tuple[Any, ...], Tally]:
    """However slow the machine is: what was counted is kept, and the next question comes further."""
    while True:
        with suppress(ReportBeingPrepared):
            return ask(process.uow, process.figures, BOSS, query).rows


class Rows:
    """Reports as they follow from the rows, with nothing of what the product keeps, and by its own reading of the
    tree."""

    def __init__(self, uow: SqlUnitOfWork, today: date) -> None:
        self.offices = {row["id"]: office_of(uow, row["code"]) for row in uow.rows("office")}
        self.cells = {key: counted(uow, office, OLDEST, today) for key, office in self.offices.items()}
        self.first_parent = {row["id"]: row["parent_id"] for row in uow.rows("office")}
        self.moves = defaultdict(list)
        for row in uow.rows("office_move"):
            self.moves[row["office_id"]].append((row["since"], row["parent_id"]))

    def stands_under(self, office: str | None, root: str, day: date) -> bool:
        while office is not None and self.offices[office].code != root:
            moved = [(since, parent) for since, parent in self.moves[office] if since <= day]
            office = max(moved)[1] if moved else self.first_parent[office]
        return office is not None

    def report(self, query: Query) -> dict[tuple[Any, ...], Tally]:
        found: dict[tuple[Any, ...], Tally] = {}
        for key, days in self.cells.items():
            for day, cells in days.items():
                if query.first <= day <= query.last and self.stands_under(key, query.office, query.tree_on or day):
                    self._add(found, self.offices[key], day, cells, query.by)
        return {key: tally for key, tally in found.items() if tally}

    def _add(
        self, found: dict[tuple[Any, ...], Tally], office: OfficeBasis, day: date, cells: Cells, by: tuple[str, ...]
    ) -> None:
        pick = [_reader(name, office, day) for name in by]
        for cell, tally in cells.items():
            add(found.setdefault(tuple(one(cell) for one in pick), {}), tally)


def _reader(name: str, office: OfficeBasis, day: date) -> Callable[[Cell], Any]:
    if name in set(Unit):
        return lambda cell: key_of(day, Unit(name))
    if name == WEEKDAY:
        return lambda cell: day.isoweekday()
    if name == OFFICE:
        return lambda cell: office.code
    if name == FIELD:
        return lambda cell: field_of(office, cell.service)
    return lambda cell: getattr(cell, name)


@pytest.fixture
def world(tmp_path, monkeypatch) -> Iterator[World]:
    """A city small enough to be added up in groups of one or two."""
    monkeypatch.setattr(sums, "FEW", 1)
    monkeypatch.setattr(sums, "GROUP", 1)
    City.world = World(tmp_path)
    yield City.world
    City.world.stop()


def test_every_report_of_a_city_is_what_its_rows_say_through_one_of_everything(world) -> None:
    city, r = City(), random.Random(3)
    city.begin()

    def rows_come_late(count: int) -> None:
        for _ in range(count):
            city.a_row_of_an_old_day_comes_or_changes(r)

    city.every_report_is_what_its_rows_say()
    city.two_offices_merge("o3", "o2", 20)
    city.older_counts_are_taken_in("o4", OLD_DAYS[1], "A", (7, 4, 2))
    city.somebody_takes_a_number("o4", "A", None)
    city.a_wrong_service_is_corrected("o4", "B")
    city.a_priority_is_corrected("o4", Priority.ELDERLY)
    city.every_report_is_what_its_rows_say()
    city.a_backup_is_made()
    city.older_counts_are_taken_in("o1", OLD_DAYS[3], "C", (2, 1, 0))
    rows_come_late(3)
    city.every_report_is_what_its_rows_say()
    city.the_backup_is_put_back()
    city.an_office_moves("o5", "o4", 30)
    city.two_offices_merge("o4", "o1", -3)
    city.every_report_is_what_its_rows_say()
    city.a_merger_is_called_off("o4")
    city.days_pass(12)
    rows_come_late(3)
    city.every_report_is_what_its_rows_say()


@pytest.mark.timeout(180 + 15 * EXAMPLES)
def test_every_report_of_a_city_is_what_its_rows_say_after_anything(world) -> None:
    run_state_machine_as_test(
        City,
        settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None,
                          suppress_health_check=list(HealthCheck)),
    )  # fmt: skip
