"""Commands that share a commit: what one of them breaks must not reach the others."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from server.db import tables as t
from server.db import turns
from server.db.batch import Batch
from server.db.engine import make_engine
from server.db.prepared import Prepared
from server.db.turns import Group
from server.db.unit_of_work import SqlUnitOfWork
from server.domain.line import Request
from server.services.access import Actor
from server.services.issuing import Asked, issue
from server.services.offices import put_office
from server.services.views import describe
from tests.offices import OFFICE, FixedClock, Silent

STANDSTILL = """
import time
still = time.sleep
from gevent import monkey; monkey.patch_all()
import gevent, threading
from server.db.turns import done_within

def wait(done, answered):
    while not done_within(done, 0.1):
        pass
    answered.append(True)

for _ in range(5):
    done, answered = threading.Event(), []
    waiting = [gevent.spawn(wait, done, answered) for _ in range(4)]
    gevent.spawn_later(0.05, done.set)
    gevent.sleep(0)
    still(0.2)
    gevent.joinall(waiting, timeout=5)
    assert len(answered) == 4, f"{4 - len(answered)} were never answered"
"""
"""The loop stands still until a commit is done and the time of all who wait for it has run out, all in one round."""

PRESSED = sa.Table("pressed", sa.MetaData(), sa.Column("key", sa.Text, primary_key=True))
ATTEMPTS = 3
"""The first prepares the statements, the others find them prepared."""


def test_a_command_refused_by_a_constraint_leaves_its_group_and_its_connection_sound(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    PRESSED.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE told (number INTEGER)")

    def press(group: Group[int], number: int, key: str) -> None:
        with group.step():
            batch = Batch(group.connection)
            batch.add(Prepared(PRESSED.insert(), engine.dialect, ("key",)), {"key": key})
            # The statement behind the one that fails, the same text each time: once it is prepared it must stay so.
            batch.run("INSERT INTO told (number) VALUES (1)")
            group.add(number)

    kept: list[int] = []
    for number in range(ATTEMPTS):
        group: Group[int] = Group(engine)
        press(group, number, f"key-{number}")
        with pytest.raises(sa.exc.IntegrityError):
            press(group, number, f"key-{number}")
        press(group, -number - 1, f"again-{number}")
        group.close(kept.append, lambda commit: commit())

    assert kept == [0, -1, 1, -2, 2, -3], "who shared a commit with a refused command is acknowledged"
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM told").scalar() == 2 * ATTEMPTS
    engine.dispose()


def test_what_is_told_is_kept_already(engine: sa.Engine, clock: FixedClock) -> None:
    """Commit, then emit (law 4): whoever hears of an event finds it, by whatever connection."""
    found: list[bool] = []

    class Checking(Silent):
        def publish(self, events: Any) -> None:
            for event in events:
                with engine.connect() as other:
                    row = sa.select(t.event.c.version).where(t.event.c.version == event.version)
                    found.append(other.execute(row).scalar() == event.version)

    uow = SqlUnitOfWork(engine, clock, describe, Checking())
    kiosk = Actor("device", device="kiosk", office="demo")
    for n in range(3):
        issue(uow, "demo", Request("A"), Asked(kiosk, "http://localhost", f"key-{n}"))
    assert found == [True] * 3


def test_whoever_waits_for_a_commit_is_answered_also_when_the_loop_stood_still() -> None:
    done = subprocess.run([sys.executable, "-c", STANDSTILL], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_a_hall_asked_for_during_a_commit_is_not_read_from_its_rows(
    uow: SqlUnitOfWork, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are there before the hall in memory is: whoever asks in between waits for it."""
    kiosk = Actor("device", device="kiosk", office="demo")
    issue(uow, "demo", Request("A"), Asked(kiosk, "http://localhost", "key-1"))
    line, committed, asked = uow._line("demo"), Event(), Event()
    commit = line._run

    def commit_and_be_slow(work: Callable[[], None]) -> None:
        commit(work)
        committed.set()
        assert asked.wait(10)

    def wait(done: Event, _: float) -> bool:
        asked.set()
        return done.wait(10)

    line._run = commit_and_be_slow  # type: ignore[method-assign]
    monkeypatch.setattr(turns, "done_within", wait)
    number = Thread(target=lambda: issue(uow, "demo", Request("A"), Asked(kiosk, "http://localhost", "key-2")))
    number.start()
    assert committed.wait(10)

    read: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *given: read.append(given[2]))
    hall = uow.hall("demo")
    number.join(10)
    assert hall.version == uow.hall("demo").version and len(hall.tickets) == 2
    assert not [text for text in read if "FROM ticket" in text], "the day was read anew"


def test_new_settings_are_known_at_once_also_to_whoever_takes_a_recent_hall(uow: SqlUnitOfWork) -> None:
    kiosk = Actor("device", device="kiosk", office="demo")
    issue(uow, "demo", Request("A"), Asked(kiosk, "http://localhost", "key-1"))
    assert uow.hall("demo", at_least=0).config.names["vi"] == OFFICE["names"]["vi"]
    put_office(uow, OFFICE | {"names": {"vi": "Một cửa phường mới", "en": "New ward"}}, Actor("tests"))
    assert uow.hall("demo", at_least=0).config.names["vi"] == "Một cửa phường mới"
