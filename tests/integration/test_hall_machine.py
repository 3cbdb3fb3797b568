"""The whole queue under any interleaving of commands, days and restarts, on a real database.

After every step the laws hold in the rows themselves, and the hall in memory is the hall that the rows tell.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from server.commands.demo_office import OFFICE
from server.commands.local import Silent
from server.db import tables as t
from server.db.engine import make_engine
from server.db.hallrows import load
from server.db.halls import office_row
from server.db.migrate import upgrade
from server.db.unit_of_work import SqlUnitOfWork
from server.domain.errors import MotcuaError
from server.domain.line import Request
from server.domain.words import LIVE, Priority, Role, TicketState
from server.services import issuing, serving, steering
from server.services.access import Actor
from server.services.offices import put_office
from server.services.serving import Wish
from server.services.views import describe

OFFICERS = ("ngoc", "khanh", "thao")
VERBS = ("recall", "start", "finish", "no-show", "hold", "resume", "requeue", "transfer", "cancel", "correct", "go-on")


class HallMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        self.now = datetime(2028, 2, 28, 1, 0, tzinfo=UTC)
        self.engine = make_engine(f"sqlite:///{Path(self._folder.name) / 'hall.db'}")
        upgrade(self.engine)
        self.uow, self.other = self._open(), self._open()
        self.keys: dict[str, str] = {}
        self.acknowledged: set[str] = set()

    def _open(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.engine, lambda: self.now, describe, Silent())

    def teardown(self) -> None:
        self.engine.dispose()
        self._folder.cleanup()

    @initialize(mode=st.sampled_from(["strict", "interleaved"]))
    def office(self, mode: str) -> None:
        settings = OFFICE["settings"] | {"policy": {"mode": mode}}
        put_office(self.uow, OFFICE | {"settings": settings}, Actor("command line"))
        with self.uow.command("demo") as tx:
            for name in OFFICERS:
                tx.add("staff", {"id": name, "username": name, "name": name, "settings": {}})
                tx.add("staff_role", {"staff_id": name, "role": Role.OFFICER})
            tx.reconfigure()

    # --- what people do -----------------------------------------------------------------------------------------------

    @rule(service=st.sampled_from("ABCF"), priority=st.sampled_from([None, None, *Priority]), repeat=st.booleans())
    def take_a_number(self, service: str, priority: Priority | None, repeat: bool) -> None:
        key = f"key{len(self.keys)}"
        asked = issuing.Asked(Actor("staff", "h", "h", {"demo": frozenset({Role.HELPER})}), "http://x", key)
        told = issuing.issue(self.uow, "demo", Request(service, priority), asked)
        self.keys[key] = told["id"]
        self.acknowledged.add(told["id"])
        if repeat:
            assert issuing.issue(self.uow, "demo", Request(service, priority), asked) == told

    @rule(
        counter=st.integers(1, 5), officer=st.sampled_from(OFFICERS), verb=st.sampled_from(["open", "pause", "close"])
    )
    def use_a_counter(self, counter: int, officer: str, verb: str) -> None:
        act = {
            "open": lambda tx, who: serving.open_counter(tx, who, counter),
            "pause": lambda tx, who: serving.pause_counter(tx, who, counter, None),
            "close": lambda tx, who: serving.close_counter(tx, who, counter),
        }[verb]
        self._try(lambda tx: act(tx, self._officer(officer)))

    @rule(officer=st.sampled_from(OFFICERS), finish=st.booleans())
    def call_next(self, officer: str, finish: bool) -> None:
        desk = self.uow.hall("demo").desk_of(officer)
        if desk is not None:
            who = self._officer(officer)
            self._try(lambda tx: serving.call_next(tx, who, desk.number, finish_current=finish))

    @precondition(lambda self: self.acknowledged)
    @rule(data=st.data(), verb=st.sampled_from(VERBS), officer=st.sampled_from(OFFICERS))
    def command_a_ticket(self, data: Any, verb: str, officer: str) -> None:
        ticket = data.draw(st.sampled_from(sorted(self.acknowledged)))
        wish = Wish(
            service=data.draw(st.sampled_from([None, "A", "B"])), counter=data.draw(st.sampled_from([None, 1, 4])),
            here=data.draw(st.booleans()),
        )  # fmt: skip
        self._try(lambda tx: serving.command_ticket(tx, self._officer(officer), verb, ticket, wish))

    @rule(counter=st.integers(1, 5), officer=st.sampled_from(OFFICERS), by_head=st.booleans())
    def somebody_else_sits_there(self, counter: int, officer: str, by_head: bool) -> None:
        head = Actor("staff", "h", "h", {"demo": frozenset({Role.HEAD})})
        act = (
            (lambda tx: steering.assign(tx, head, counter, officer))
            if by_head
            else (lambda tx: steering.hand_over(tx, head, counter, officer, None))
        )
        self._try(act)

    @rule(minutes=st.integers(0, 90))
    def time_goes_on(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def a_night_passes(self) -> None:
        self.now += timedelta(hours=24)

    @rule()
    def another_process_answers(self) -> None:
        """Two processes on one database, each with its own memory of the hall."""
        self.uow, self.other = self.other, self.uow

    @rule()
    def the_server_restarts(self) -> None:
        self.uow = self._open()

    def _officer(self, name: str) -> Actor:
        return Actor("staff", name, name, {"demo": frozenset({Role.OFFICER})})

    def _try(self, act: Any) -> None:
        """A refusal is an answer; it must change nothing."""
        before = self._fingerprint()
        try:
            with self.uow.command("demo") as tx:
                act(tx)
        except MotcuaError:
            assert self._fingerprint() == before

    def _fingerprint(self) -> Any:
        with self.engine.connect() as c:
            version = c.execute(sa.select(t.office.c.version)).scalar_one()
            tickets = c.execute(sa.select(t.ticket.c.id, t.ticket.c.state, t.ticket.c.counter)).all()
            return version, sorted(tickets)

    # --- the laws -----------------------------------------------------------------------------------------------------

    def _rows(self, table: sa.Table) -> list[dict[str, Any]]:
        with self.engine.connect() as connection:
            return [dict(r) for r in connection.execute(sa.select(table)).mappings()]

    @invariant()
    def no_acknowledged_number_is_lost_and_none_exists_twice(self) -> None:
        tickets = self._rows(t.ticket)
        assert {row["id"] for row in tickets} == self.acknowledged
        numbers = Counter((row["day"], row["number"]) for row in tickets)
        assert not [number for number, times in numbers.items() if times > 1]

    @invariant()
    def one_ticket_a_counter_and_one_counter_a_ticket(self) -> None:
        at_desk = [row["counter"] for row in self._rows(t.ticket) if row["state"] in ("called", "serving")]
        assert None not in at_desk and len(at_desk) == len(set(at_desk))
        officers = [row["officer_id"] for row in self._rows(t.counter) if row["officer_id"]]
        assert len(officers) == len(set(officers))

    @invariant()
    def every_ticket_has_one_unbroken_history(self) -> None:
        intervals: dict[str, list[dict[str, Any]]] = {}
        for row in sorted(self._rows(t.ticket_interval), key=lambda r: r["id"]):
            intervals.setdefault(row["ticket_id"], []).append(row)
        for ticket in self._rows(t.ticket):
            history = intervals[ticket["id"]]
            assert history[0]["state"] == "waiting" and history[0]["from_at"] == ticket["issued_at"]
            assert history[-1]["state"] == ticket["state"]
            for before, after in zip(history, history[1:], strict=False):
                assert before["to_at"] == after["from_at"]
            assert (history[-1]["to_at"] is None) == (ticket["state"] in LIVE | {TicketState.NO_SHOW})

    @invariant()
    def versions_have_no_gap(self) -> None:
        versions = sorted(row["version"] for row in self._rows(t.event))
        assert versions == list(range(1, len(versions) + 1))
        offices = self._rows(t.office)
        assert not offices or offices[0]["version"] == len(versions)

    @invariant()
    def the_hall_in_memory_is_the_hall_in_the_rows(self) -> None:
        if not self._rows(t.office):
            return
        held = self.uow.hall("demo")
        with self.engine.connect() as connection:
            row = office_row(connection, "demo")
            read = load(connection, held.config, held.day, held.version, stale=row["day"] != held.day)
        assert held.tickets == read.tickets
        assert {n: d for n, d in held.desks.items() if d.state != "closed"} == {
            n: d for n, d in read.desks.items() if d.state != "closed"
        }
        assert held.sessions == read.sessions and held.paces == read.paces and held.issued == read.issued
        turns = lambda hall: [(c.number, c.version, c.reason) for c in hall.calls if not c.recall]  # noqa: E731
        assert turns(held) == turns(read)

    @invariant()
    def every_call_says_why(self) -> None:
        called = [row for row in self._rows(t.ticket_interval) if row["state"] == "called"]
        assert all(row["rule"] and "passed_over" in row["reason"] for row in called)


TestHall = HallMachine.TestCase
TestHall.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
