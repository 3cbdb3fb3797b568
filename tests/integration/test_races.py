"""Many at once, through HTTP, on a real server and both databases: nothing twice, nothing lost, no error."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bench.sockets import Crowd
from server.commands.demo_office import OFFICE
from server.db import tables as t
from server.db.engine import make_engine
from server.db.unit_of_work import SqlUnitOfWork
from server.domain.words import Role
from server.services.access import Actor
from server.services.serving import open_counter
from server.services.staff import put_staff
from server.services.views import describe
from tests.clients import answers, start
from tests.offices import PASSWORD, TOKENS, Silent, furnish
from tests.servers import Motcua, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

ISSUERS = CALLERS = 16
NUMBERS = 2_000
COUNTERS = 8
HALL = OFFICE | {
    "code": "hall",
    "counters": [{"number": n, "services": list("ABCDEF")} for n in range(1, COUNTERS + 1)],
}


@pytest.fixture
def hall_url(empty_database_url: str) -> str:
    """A hall whose counters are all open, on the machine's own day."""
    from server.db.migrate import upgrade

    engine = make_engine(empty_database_url)
    upgrade(engine)
    uow = SqlUnitOfWork(engine, lambda: datetime.now(UTC), describe, Silent())
    furnish(uow, HALL, people=False)
    for counter in range(1, COUNTERS + 1):
        with uow.command("hall") as tx:
            officer = put_staff(tx, f"o{counter}", f"Officer {counter}", [Role.OFFICER], PASSWORD)
        with uow.command("hall") as tx:
            open_counter(tx, Actor("staff", officer, roles={"hall": frozenset({Role.OFFICER})}), counter)
    engine.dispose()
    return empty_database_url


@pytest.fixture
def running(hall_url: str) -> Iterator[Motcua]:
    with Motcua(hall_url) as server:
        yield server


class Watcher(threading.Thread):
    """A board: it joins once and must then hear every version, in order. On a bare socket, since the client library
    hands each message to a thread of its own and so may turn their order round."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._crowd = Crowd(url)
        self._crowd.fill(["hall"], 1)
        (self.board,) = self._crowd.boards
        self.joined = self.board.version
        self._over = threading.Event()
        self.start()

    def run(self) -> None:
        while not self._over.is_set():
            self._crowd.listen(0.05)

    def check(self, version: int) -> None:
        """It has heard everything up to here, each once."""
        wait_until(lambda: self.board.version >= version, f"version {version}")
        self._over.set()
        self.join()
        self._crowd.close()
        assert not self.board.faults, self.board.faults[:3]
        assert self.board.heard == version - self.joined, "a version twice"


def test_sixteen_issue_two_thousand_numbers_while_sixteen_call(hall_url: str, running: Motcua, tmp_path: Path) -> None:
    watcher = Watcher(running.url)
    over = tmp_path / "all-issued"
    callers = [start("call", url=running.url, office="hall", counter=1 + n % COUNTERS, issued=str(over), who=_who(n))
               for n in range(CALLERS)]  # fmt: skip
    keys = [[uuid.uuid4().hex for _ in range(NUMBERS // ISSUERS)] for _ in range(ISSUERS)]
    issuers = [start("issue", url=running.url, token=TOKENS["kiosk"], office="hall", services="ABCDEF", keys=k)
               for k in keys]  # fmt: skip
    issued = answers(issuers)
    over.touch()
    called = answers(callers)

    statuses = sum((Counter(a["statuses"]) for a in issued + called), Counter())
    assert set(statuses) <= {"200", "201", "204"}, statuses
    numbers = [number for a in issued for _, number in a["taken"]]
    calls = [number for a in called for number in a["called"]]
    assert len(numbers) == len(set(numbers)) == NUMBERS, "a number twice"
    assert sorted(calls) == sorted(numbers), "each ticket is called once and none is lost"
    _check_database(hall_url, set(numbers), watcher)


def _who(n: int) -> dict[str, str]:
    """At each counter the officer's keyboard and the keypad press at the same time."""
    if n < COUNTERS:
        return {"username": f"o{1 + n}", "password": PASSWORD}
    return {"token": TOKENS["keypad"]}


def _check_database(url: str, numbers: set[str], watcher: Watcher) -> None:
    engine = make_engine(url)
    with engine.connect() as connection:
        tickets = connection.execute(sa.select(t.ticket.c.number, t.ticket.c.state)).all()
        events = connection.execute(sa.select(t.event.c.version, t.event.c.type).order_by(t.event.c.version)).all()
        called = sa.select(t.ticket_interval.c.ticket_id).where(t.ticket_interval.c.state == "called")
        calls = list(connection.execute(called).scalars())
        version = connection.execute(sa.select(t.office.c.version)).scalar_one()
        jobs = list(connection.execute(sa.select(t.print_job.c.ticket_id)).scalars())
    engine.dispose()
    assert {row.number for row in tickets} == numbers
    assert len(calls) == len(set(calls)) == len(jobs) == len(set(jobs)) == NUMBERS
    assert [row.version for row in events] == list(range(events[0].version, version + 1)), "versions without a gap"
    assert Counter(row.type for row in events)["ticket.issued"] == NUMBERS
    watcher.check(version)


def test_one_key_pressed_by_eight_at_once_is_one_number(hall_url: str, running: Motcua) -> None:
    keys = [uuid.uuid4().hex for _ in range(40)]
    same = {"url": running.url, "token": TOKENS["kiosk"], "office": "hall", "services": "A", "keys": keys}
    found = answers([start("issue", **same) for _ in range(8)])
    assert all(set(a["statuses"]) == {"201"} for a in found), running.process.log.read_text()[-4000:]
    taken = {tuple(pair) for a in found for pair in a["taken"]}
    assert len(taken) == len(keys), "every press of a key was answered with the same number"
    assert len({number for _, number in taken}) == len(keys)
