"""What is counted before anybody asks: the running day minute by minute, and at night what heads ask in the morning."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from server.db import running, sums
from server.db import tables as t
from server.db.reporting import SqlFigures
from server.db.unit_of_work import SqlUnitOfWork
from server.domain.calendar import local_day
from server.domain.errors import ReportBeingPrepared, Unavailable
from server.domain.line import Request
from server.domain.stats.period import Block, Grain
from server.domain.stats.slices import WHOLE
from server.domain.words import Role
from server.services import report_ahead, serving, today
from server.services.access import Actor
from server.services.issuing import Asked, issue
from server.services.places import place
from server.services.report_offices import office_of
from server.services.reporting import Query, ask
from tests.reports.city import CODES, FIRST, found_city

BOSS = Actor("staff", "boss", "boss", {code: frozenset({Role.HEAD, Role.ADMIN}) for code in CODES})


@pytest.fixture
def city(uow, monkeypatch) -> SqlUnitOfWork:
    """Five offices, of which two or more are many."""
    monkeypatch.setattr(today, "FEW", 2)
    monkeypatch.setattr(sums, "FEW", 1)
    monkeypatch.setattr(sums, "GROUP", 1)
    found_city(uow, every=17, served=12)
    return uow


@pytest.fixture
def asked(uow) -> list[str]:
    """The statements that are sent."""
    found: list[str] = []
    sa.event.listen(uow.engine, "before_cursor_execute", lambda *said: found.append(said[2]))
    return found


def take(uow: SqlUnitOfWork, code: str, key: str) -> None:
    kiosk = Actor("device", "kiosk", "kiosk-1", device="kiosk", office=code)
    issue(uow, code, Request("A"), Asked(kiosk, "http://office", key))


def of_today(uow: SqlUnitOfWork, figures: SqlFigures) -> int:
    offices = [office_of(uow, code) for code in CODES]
    day = Block(local_day(uow.now(), offices[0].basis.zone), Grain.DAY)
    return sum(tally.get("issued", 0) for cells in figures.figures(offices, [day], WHOLE).values()
               for tally in cells.values())  # fmt: skip


# --- the running day --------------------------------------------------------------------------------------------------


def test_only_offices_that_have_moved_on_are_read_again(city, figures, clock, asked) -> None:
    every = len(CODES) + 1  # and the one that each of these tests has
    pauses: list[float] = []
    assert today.count_today(city, figures, pauses.append) == every
    assert len(pauses) == -(-every // today.AT_ONCE), "the others have their turn in between"
    asked.clear()
    assert today.count_today(city, figures, pauses.append) == 0
    assert len(asked) == 1 and "service" not in asked[0], "one narrow query finds that nothing has moved"
    take(city, "o3", "one")
    assert today.count_today(city, figures, pauses.append) == 1
    assert of_today(city, figures) == 1
    clock.pass_time(days=1)
    assert today.count_today(city, figures, pauses.append) == every, "a new day begins for all"


def test_time_passes_only_where_a_counter_is_open(city, figures, clock) -> None:
    today.count_today(city, figures, lambda _: None)
    clock.pass_time(seconds=90)
    assert today.count_today(city, figures, lambda _: None) == 0
    officer = city.first("staff", username="o2-officer")["id"]
    with city.command("o2") as tx:
        serving.open_counter(tx, Actor("staff", officer, roles={"o2": frozenset({Role.OFFICER})}), 1)
    assert today.count_today(city, figures, lambda _: None) == 1
    clock.pass_time(seconds=30)
    assert today.count_today(city, figures, lambda _: None) == 0
    clock.pass_time(seconds=40)
    assert today.count_today(city, figures, lambda _: None) == 1


def test_who_asks_first_finds_the_day_counted(city, figures, monkeypatch) -> None:
    take(city, "o1", "one")
    take(city, "o4", "two")
    today.count_today(city, figures, lambda _: None)
    monkeypatch.setattr(running, "read_many", lambda *_: pytest.fail("counted again"))
    assert of_today(city, figures) == 2


def test_few_offices_are_counted_when_somebody_asks(uow, figures, asked) -> None:
    assert today.count_today(uow, figures, lambda _: pytest.fail("nothing to wait for")) == 0
    assert len(asked) == 1


def test_no_question_holds_the_others_up_for_all_offices(city, figures, monkeypatch) -> None:
    """Asked before anything is counted, the day of a whole city comes in portions, each with a breath after it."""
    portions, breaths = [], []
    read = running.read_many
    monkeypatch.setattr(running, "AT_ONCE", 2)
    monkeypatch.setattr(running, "read_many", lambda connection, ids, *days: (
        portions.append(len(ids)), read(connection, ids, *days))[1])  # fmt: skip
    monkeypatch.setattr(running.time, "sleep", breaths.append)
    take(city, "o5", "one")
    assert of_today(city, figures) == 1
    assert portions == [2, 2, 1] and breaths == [0, 0, 0]


def test_a_database_that_is_gone_for_a_while_ends_nothing() -> None:
    """It goes on for as long as the server does; nobody would see that it had stopped."""
    asked = []

    class Figures:
        def held_today(self):
            asked.append("today")
            if len(asked) == 1:
                raise Unavailable()
            return {}

    def sleep(_seconds: float) -> None:
        if len(asked) == 3:
            raise StopIteration

    with pytest.raises(StopIteration):
        today.count_today_forever(None, Figures(), sleep)
    assert len(asked) == 3


# --- the night --------------------------------------------------------------------------------------------------------


def test_offices_with_others_below_them_are_asked_ahead_as_the_tree_is_today(city, clock) -> None:
    place(city, "o2", "o1", BOSS)
    place(city, "o3", "o4", BOSS, since=date(2026, 11, 1))
    place(city, "o5", "o2", BOSS, since=date(2027, 1, 1))
    assert report_ahead.tops(city) == ["o1", "o4"]
    clock.pass_time(days=60)
    assert report_ahead.tops(city) == ["o1", "o2", "o4"]


def test_in_the_morning_no_office_is_read_one_by_one(city, monkeypatch) -> None:
    for code in CODES[1:]:
        place(city, code, "o1", BOSS)
    report_ahead.ahead(city, SqlFigures(city), BOSS, "o1")
    read, plain = [], sums.OfficeSums._plain

    def watched(self, offices, blocks, *rest):
        read.extend(block for block in blocks)
        return plain(self, offices, blocks, *rest)

    monkeypatch.setattr(sums.OfficeSums, "_plain", watched)
    yesterday = local_day(city.now(), office_of(city, "o1").basis.zone) - timedelta(days=1)
    for by in ("month", "week", "office", "service", "field", "priority", "hour", "weekday,hour"):
        query = Query("o1", date(2026, 1, 1), yesterday, tuple(by.split(",")), tree=True)
        assert ask(city, SqlFigures(city), BOSS, query).total["served"] == 12 * len(CODES), by
    assert read == []


def test_the_night_goes_on_until_an_answer_is_ready(city, monkeypatch) -> None:
    place(city, "o2", "o1", BOSS)
    refusals = iter([ReportBeingPrepared(), ReportBeingPrepared()])
    answered = []

    def unready(*asked):
        for refusal in refusals:
            raise refusal
        answered.append(asked[-1].by)

    monkeypatch.setattr(report_ahead, "ask", unready)
    report_ahead.ahead(city, SqlFigures(city), BOSS, "o1")
    assert len(answered) == 2 * len(report_ahead.SPLITS)


# --- the first day ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_the_first_day_of_many_offices_is_found_without_reading_what_came_after(city, figures) -> None:
    """Rows that the database reads, not time: every question about a tree begins with this one. SQLite jumps from
    office to office by itself."""
    for code in CODES:
        _long_history(city, code)
    offices = [office_of(city, code).id for code in CODES]
    said: list[tuple[str, Any]] = []
    sa.event.listen(city.engine, "before_cursor_execute", lambda *sent: said.append((sent[2], sent[3])))
    assert figures.first_day(offices) == FIRST
    sent = list(said)
    with city.engine.connect() as connection:
        # A handful of rows is read whole whatever is asked; of millions it never would be.
        connection.execute(sa.text("SET enable_seqscan = off"))
        plans = [connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters).scalar_one()
                 for statement, parameters in sent]  # fmt: skip
    assert sum(_rows_read(plan[0]["Plan"]) for plan in plans) <= 3 * len(offices)


def _rows_read(plan: dict[str, Any]) -> int:
    own = plan["Actual Rows"] * plan["Actual Loops"] if plan.get("Relation Name") not in (None, "office") else 0
    return int(own) + sum(_rows_read(part) for part in plan.get("Plans", ()))


def _long_history(uow: SqlUnitOfWork, code: str) -> None:
    office = office_of(uow, code)
    k = t.ticket
    with uow.office_lock(code) as connection:
        one = dict(connection.execute(sa.select(k).where(k.c.office_id == office.id).limit(1)).mappings().one())
        connection.execute(k.insert(), [
            one | {"id": f"{code}-{n}", "track_token": f"{code}-{n}", "idempotency_key": None, "seq": 10_000 + n,
                   "day": FIRST + timedelta(days=n % 50)} for n in range(500)])  # fmt: skip
