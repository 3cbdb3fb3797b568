"""What is kept of the past equals what its rows say, whatever comes late and in whatever order."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from server.db import tables as t
from server.db.facts import read_facts
from server.db.reporting import SqlFigures
from server.db.running import in_ms
from server.db.shelves import SqlShelves
from server.domain.calendar import end_of_day, local_day
from server.domain.retention import Span
from server.domain.stats.facts import DayFacts, count_day
from server.domain.stats.period import Block, Grain, cover, days
from server.domain.stats.slices import SLICES, cut, merge
from server.domain.words import Level, Priority
from server.services.report_offices import office_of
from tests.reports.hall import Day


def recount(uow, office, first: date, last: date):
    """Straight from the rows, with nothing kept."""
    with uow.engine.connect() as connection:
        facts = read_facts(connection, office.id, first, last)
    now = in_ms(uow.now())
    ends = {day: min(in_ms(end_of_day(day, office.basis.zone)), now) for day in days(first, last)}
    return merge(count_day(facts.get(day, DayFacts()), office.basis, ends[day]) for day in days(first, last))


def kept(uow, figures: SqlFigures, office, first: date, last: date, name: str):
    blocks = list(cover(first, last, local_day(uow.now(), office.basis.zone)))
    return merge(figures.figures([office], blocks, name).values())


class LateDeliveries(RuleBasedStateMachine):
    """People are served on some days; reports are asked in between; rows of past days come, change and go."""

    world = None

    @initialize()
    def begin(self) -> None:
        self.uow, self.clock = self.world()
        self.figures, self.day = SqlFigures(self.uow), Day(self.uow, self.clock)
        self.first = local_day(self.clock.now, office_of(self.uow, "demo").basis.zone)

    @property
    def office(self):
        return office_of(self.uow, "demo")

    @rule(counter=st.sampled_from([1, 3]), wait=st.integers(0, 3000), seconds=st.integers(1, 2000),
          level=st.none() | st.sampled_from([Level.SATISFIED, Level.DISSATISFIED]))  # fmt: skip
    def somebody_is_served(self, counter, wait, seconds, level) -> None:
        self.day.open(counter)
        service = {1: "A", 3: "C"}[counter]
        while self.day.next(counter):
            called = next(x for x in self.uow.hall("demo").tickets.values() if x.counter == counter and x.at_counter)
            self.day.do("finish", called.id)
        self.day.serve(counter, wait=wait, seconds=seconds, service=service)
        if level:
            self.day.rate(counter, level)

    @rule(service=st.sampled_from("ABC"), priority=st.none() | st.sampled_from(list(Priority)))
    def somebody_waits(self, service, priority) -> None:
        self.day.take(service, priority)

    @rule(counter=st.sampled_from([1, 3]))
    def somebody_is_sent_on(self, counter) -> None:
        ticket = self.day.take("A" if counter == 1 else "C")
        self.day.open(counter)
        self.day.do("transfer", ticket, service="B")

    @rule(n=st.integers(1, 40))
    def days_pass(self, n) -> None:
        self.clock.pass_time(days=n)

    @rule(data=st.data())
    def a_field_is_corrected_in_an_old_row(self, data) -> None:
        self.change(data, t.ticket_interval, service=data.draw(st.sampled_from("ABC")))

    @rule(data=st.data())
    def a_priority_is_corrected_in_an_old_row(self, data) -> None:
        self.change(data, t.ticket, priority=data.draw(st.none() | st.sampled_from(list(Priority))))

    @rule(data=st.data(), by=st.integers(-2000, 2000))
    def a_time_is_corrected_in_an_old_row(self, data, by) -> None:
        self.change(data, t.service_session, ended_at=t.service_session.c.ended_at + sa.literal(by, sa.BigInteger))

    @rule(data=st.data(), back=st.integers(0, 60))
    def a_session_belongs_to_another_day(self, data, back) -> None:
        self.change(data, t.service_session, day=min(self.first + timedelta(days=back), self.today - timedelta(days=1)))

    @rule(data=st.data())
    def a_rating_comes_late(self, data) -> None:
        with self.uow.engine.connect() as connection:
            s, r = t.service_session.c, t.rating.c
            free = connection.execute(
                sa.select(t.service_session).outerjoin(t.rating, r.session_id == s.id)
                .where(r.level.is_(None), s.day < self.today)
            ).mappings().all()  # fmt: skip
        if free:
            row = data.draw(st.sampled_from(free))
            with self.uow.command("demo") as tx:
                tx.add("rating", {
                    "session_id": row["id"], "day": tx.hall.day, "service": row["service"], "counter": row["counter"],
                    "officer": row["officer"], "scale": 3, "level": "satisfied", "reasons": [], "channel": "phone",
                    "pressed_at": tx.now, "received_at": tx.now, "idempotency_key": f"late-{row['id']}",
                })  # fmt: skip

    @rule()
    def an_old_number_is_delivered_by_a_kiosk(self) -> None:
        """A ticket whose day is over, as a kiosk brings it that was cut off."""
        with self.uow.engine.connect() as connection:
            over = sa.select(t.ticket).where(t.ticket.c.day < self.today).limit(1)
            row = connection.execute(over).mappings().first()
        if row is None:
            return
        serial = self.clock.pass_time(seconds=1).timestamp()
        new = dict(row) | {"id": f"late{serial}", "seq": 500 + int(serial) % 100_000, "track_token": f"t{serial}",
                           "idempotency_key": None, "state": "expired", "counter": None}  # fmt: skip
        with self.uow.office_lock("demo") as connection:
            connection.execute(t.ticket.insert(), new)
            connection.execute(t.ticket_interval.insert(), {
                "ticket_id": new["id"], "office_id": new["office_id"], "day": new["day"], "version": 0,
                "state": "expired", "from_at": row["issued_at"], "to_at": row["issued_at"], "service": "B",
            })  # fmt: skip

    def change(self, data, table: sa.Table, **values) -> None:
        with self.uow.office_lock("demo") as connection:
            ids = connection.execute(sa.select(table.c.id).where(table.c.day < self.today)).scalars().all()
            if ids:
                one = data.draw(st.sampled_from(sorted(ids)))
                connection.execute(table.update().where(table.c.id == one).values(values))

    @property
    def today(self) -> date:
        return local_day(self.clock.now, self.office.basis.zone)

    @precondition(lambda self: hasattr(self, "uow"))
    @rule(back=st.integers(0, 400), name=st.sampled_from(SLICES))
    def a_report_is_asked(self, back, name) -> None:
        first = max(self.first, self.today - timedelta(days=back))
        assert kept(self.uow, self.figures, self.office, first, self.today, name) is not None

    @invariant()
    def the_whole_history_is_what_its_rows_say(self) -> None:
        if not hasattr(self, "uow"):
            return
        rows = recount(self.uow, self.office, self.first, self.today)
        for name in ("whole", "service", "all"):
            assert kept(self.uow, self.figures, self.office, self.first, self.today, name) == cut(rows, name)


def test_kept_figures_equal_a_recount_after_anything(request, tmp_path_factory, sqlite_template) -> None:
    import shutil

    from server.db.engine import make_engine
    from server.db.unit_of_work import SqlUnitOfWork
    from server.services.views import describe
    from tests.offices import FixedClock, Silent

    engines = []

    def world():
        path = tmp_path_factory.mktemp("rollups") / "office.db"
        shutil.copy(sqlite_template, path)
        clock = FixedClock()
        engines.append(make_engine(f"sqlite:///{path}"))
        return SqlUnitOfWork(engines[-1], clock, describe, Silent()), clock

    LateDeliveries.world = staticmethod(world)
    run_state_machine_as_test(
        LateDeliveries,
        settings=settings(max_examples=12, stateful_step_count=14, deadline=None,
                          suppress_health_check=list(HealthCheck)),
    )  # fmt: skip
    for engine in engines:
        engine.dispose()


def test_what_is_over_is_read_without_counting_again(day, uow, figures, clock, monkeypatch) -> None:
    day.open(1)
    day.serve(1)
    clock.pass_time(days=500)
    office = office_of(uow, "demo")
    first = date(2026, 11, 1)
    last = local_day(clock.now, office.basis.zone) - timedelta(days=1)
    before = kept(uow, figures, office, first, last, "whole")
    monkeypatch.setattr("server.db.reporting.read_facts", lambda *_: pytest.fail("counted again"))
    assert kept(uow, figures, office, first, last, "whole") == before
    assert sum(tally["served"] for tally in before.values()) == 1


def test_a_late_delivery_between_claim_and_keeping_is_not_lost(day, uow, figures, clock, monkeypatch) -> None:
    """The one moment in which a wrong sum could be kept: rows are read, then somebody writes, then we keep."""
    day.open(1)
    late = day.serve(1)
    clock.pass_time(days=1)
    office = office_of(uow, "demo")
    block = Block(date(2026, 11, 20), Grain.DAY)

    def read_then_somebody_writes(*asked):
        found = read_facts(*asked)
        monkeypatch.undo()
        with uow.office_lock("demo") as connection:
            connection.execute(t.ticket.update().where(t.ticket.c.id == late).values(priority="elderly"))
        return found

    monkeypatch.setattr("server.db.reporting.read_facts", read_then_somebody_writes)
    found = figures.figures([office], [block], "priority")[office.id, block]
    assert {cell.priority for cell in found if found[cell].get("served")} == {"elderly"}


def test_the_running_month_and_year_go_on_with_each_day(day, uow, figures, clock) -> None:
    """They are kept through yesterday; a day later what was kept is a day short, and is not read."""

    def served() -> int:
        office = office_of(uow, "demo")
        today = local_day(clock.now, office.basis.zone)
        blocks = list(cover(date(2026, 1, 1), today, today))
        assert [block.grain for block in blocks] == [Grain.YEAR, Grain.DAY]
        found = figures.figures([office], blocks, "service")
        return sum(tally.get("served", 0) for cells in found.values() for tally in cells.values())

    day.open(1)
    day.serve(1)
    clock.pass_time(days=2)
    assert served() == 1
    day.open(1)
    day.serve(1)
    assert served() == 2, "today is a day of its own"
    clock.pass_time(days=1)
    assert served() == 2
    clock.pass_time(days=10)
    assert served() == 2


def test_a_new_target_counts_the_past_again(day, uow, figures, clock) -> None:
    day.open(1)
    day.serve(1, seconds=500)
    clock.pass_time(days=2)

    def within() -> int:
        office = office_of(uow, "demo")
        found = kept(uow, figures, office, date(2026, 11, 1), date(2026, 11, 20), "whole")
        return sum(tally.get("service_within", 0) for tally in found.values())

    assert within() == 1
    with uow.command("demo") as tx:
        row = tx.rows("service", office_id=tx.hall.config.id, code="A")[0]
        tx.change(
            "service", {"office_id": tx.hall.config.id, "code": "A"}, {"settings": row["settings"] | {"target_s": 400}}
        )
        tx.reconfigure()
    assert within() == 0


def test_a_transfer_outlives_the_event_that_told_of_it(day, uow, figures, clock) -> None:
    """Events are forgotten after a month; a day that is counted again later still knows who was sent on."""
    first = local_day(clock.now, office_of(uow, "demo").basis.zone)
    sent_on = day.take("A")
    day.do("transfer", sent_on, service="B")
    today = local_day(clock.pass_time(days=60), office_of(uow, "demo").basis.zone)
    assert SqlShelves(uow).forget("demo", "messages", [Span(date(2026, 1, 1), today)]) > 0
    with uow.office_lock("demo") as connection:
        connection.execute(t.ticket.update().where(t.ticket.c.id == sent_on).values(priority="elderly"))
    [whole] = kept(uow, figures, office_of(uow, "demo"), first, today, "whole").values()
    assert whole["transferred"] == 1
