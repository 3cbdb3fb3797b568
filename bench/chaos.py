"""`python -m bench.chaos` (or `make chaos`): faults, one after another, while people take and call numbers.

A ledger outside the system holds every answer that was given, and boards keep diaries. When the faults are over,
ledger, database, print jobs and boards must agree: every number that was acknowledged is there once, every acknowledged
call was made, every board knows every version once and in order, nothing is half done. The order and the moments of the
faults follow from the seed.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from bench.faults import World, world
from bench.results import RESULTS, Measure, save
from bench.stage import COUNTERS, SERVICES, progress
from bench.watchers import Diary, Watchers
from server.db import tables as t
from server.db.engine import opened
from server.live.namespace import MISSED_MAX
from tests.offices import TOKENS
from tests.servers import wait_until

ISSUERS = CALLERS = 4
BOARDS = 6
CALM_S = 1.0
ANSWER_S = 30.0


@dataclass
class Ledger:
    """What the world outside was told, and through which faults. Only acknowledged answers count as told."""

    numbers: dict[str, str] = field(default_factory=dict)
    calls: dict[str, str] = field(default_factory=dict)
    refusals: Counter[str] = field(default_factory=Counter)
    repeats: int = 0
    wrong: list[str] = field(default_factory=list)
    survived: Counter[str] = field(default_factory=Counter)


class Presser(threading.Thread):
    """Somebody who presses a key, and presses it again with the same key until there is an answer."""

    def __init__(self, url: str, ledger: Ledger, over: threading.Event, act: Callable[[Presser], None]) -> None:
        super().__init__(daemon=True)
        self._address = urlsplit(url).netloc
        self.ledger, self._over, self._act = ledger, over, act
        self._connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        while not self._over.is_set():
            self._act(self)
            time.sleep(0.01)
        self._hang_up()

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def post(self, path: str, token: str, body: dict[str, Any], key: str) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key, "Content-Type": "application/json"}
        while True:
            try:
                self._connection = self._connection or http.client.HTTPConnection(self._address, timeout=10)
                self._connection.request("POST", f"/api/v1{path}", json.dumps(body), headers)
                response = self._connection.getresponse()
                text = response.read()
            except (OSError, http.client.HTTPException):
                self._hang_up()
                self.ledger.repeats += 1
                time.sleep(0.05)
                continue
            answer = json.loads(text) if text else None
            if response.status < 500:
                return response.status, answer
            self.ledger.refusals[f"{response.status} {(answer or {}).get('code')}"] += 1
            if response.status != 503:
                self.ledger.wrong.append(f"{path}: {response.status} {text[:200]!r}")
            time.sleep(0.05)


def take(who: Presser) -> None:
    key = uuid.uuid4().hex
    service = random.choice(SERVICES)  # noqa: S311
    status, answer = who.post("/offices/bench/tickets", TOKENS["kiosk"], {"service": service}, key)
    if status == 201:
        who.ledger.numbers[key] = answer["number"]
    else:
        who.ledger.wrong.append(f"issue: {status} {answer}")


def call(who: Presser) -> None:
    key, counter = uuid.uuid4().hex, random.randint(1, COUNTERS)  # noqa: S311
    path = f"/offices/bench/counters/{counter}/next"
    status, answer = who.post(path, TOKENS["keypad"], {"finish_current": True}, key)
    if status == 200:
        who.ledger.calls[key] = answer["number"]
    elif status != 204:
        who.ledger.wrong.append(f"next: {status} {answer}")


def run(kind: str, seconds: float, seed: int, say: Callable[[str], None] = print) -> Ledger:
    """Let faults happen for so long and each at least once, then compare. Raises AssertionError with what does not
    agree."""
    chance, ledger = random.Random(seed), Ledger()  # noqa: S311
    with world(kind) as where:
        watchers = Watchers(where.board_urls, "bench", BOARDS // len(where.board_urls))
        watchers.start()
        wait_until(lambda: len(watchers.boards) >= BOARDS and all(b.joined for b in watchers.boards), "the boards")
        with _people(where, ledger):
            began, faults = time.monotonic(), where.faults()
            order: list[str] = []
            while (passed := time.monotonic() - began) < seconds or len(ledger.survived) < len(faults):
                order = order or chance.sample(sorted(faults), len(faults))
                name = order.pop()
                progress(f"{ledger.survived.total()} faults; {name}", min(1, passed / seconds) if seconds else 0)
                time.sleep(chance.uniform(0.3, CALM_S))
                faults[name](chance)
                _see_life(ledger, name)
                where.wait()
                ledger.survived[name] += 1
            progress("faults", 1)
        where.wait()
        assert where.fell_over == 0, "a process ended by itself"
        kept = _kept(where.url)
        wait_until(lambda: watchers.all_know(kept.newest), "every board at the newest version")
        watchers.close()
        where.close()
    _compare(kept, ledger)
    for board in watchers.boards:
        _compare_board(kept, board)
    for name, times in sorted(ledger.survived.items()):
        say(f"survived {times:>3} × {name}")
    refused = ", ".join(f"{n} × {answer}" for answer, n in ledger.refusals.items()) or "none"
    jumps = sum(len(board.jumps) for board in watchers.boards)
    say(f"{len(ledger.numbers)} numbers and {len(ledger.calls)} calls acknowledged, {ledger.repeats} pressed again")
    say(f"{len(watchers.boards)} boards came back {watchers.returns} times, {jumps} times by a snapshot")
    say(f"refused meanwhile: {refused}; ledger, database, print jobs and boards agree ({kind}, seed {seed})")
    return ledger


@contextmanager
def _people(where: World, ledger: Ledger) -> Iterator[None]:
    over = threading.Event()
    acts = [take] * ISSUERS + [call] * CALLERS
    people = [Presser(where.urls[n % len(where.urls)], ledger, over, act) for n, act in enumerate(acts)]
    for person in people:
        person.start()
    yield
    over.set()
    for person in people:
        person.join(ANSWER_S)
        assert not person.is_alive(), "somebody never got an answer"


def _see_life(ledger: Ledger, fault: str) -> None:
    before = len(ledger.numbers) + len(ledger.calls)
    wait_until(lambda: len(ledger.numbers) + len(ledger.calls) > before, f"life after: {fault}")


@dataclass(frozen=True)
class Kept:
    """What the database holds. calls: number by version. called: tickets, once for each time they were called."""

    tickets: list[Any]
    called: list[str]
    versions: list[int]
    calls: dict[int, str]
    newest: int
    papers: list[str]


def _kept(url: str) -> Kept:
    with opened(url) as engine, engine.connect() as connection:
        c, i, e = t.ticket.c, t.ticket_interval.c, t.event.c
        events = connection.execute(sa.select(e.version, e.type, e.data).order_by(e.version)).all()
        return Kept(
            list(connection.execute(sa.select(c.idempotency_key, c.day, c.number, c.id)).all()),
            list(connection.execute(sa.select(i.ticket_id).where(i.state == "called")).scalars()),
            [row.version for row in events],
            {row.version: row.data["ticket"]["number"] for row in events if row.type == "ticket.called"},
            connection.execute(sa.select(t.office.c.version)).scalar_one(),
            list(connection.execute(sa.select(t.print_job.c.ticket_id)).scalars()),
        )


def _compare(kept: Kept, ledger: Ledger) -> None:
    by_key = {row.idempotency_key: row.number for row in kept.tickets}
    numbers = {row.id: row.number for row in kept.tickets}
    assert not ledger.wrong, ledger.wrong[:5]
    assert len(kept.tickets) == len({(row.day, row.number) for row in kept.tickets}), "a number twice"
    lost = {key: number for key, number in ledger.numbers.items() if by_key.get(key) != number}
    assert not lost, f"acknowledged and not kept: {lost}"
    assert len(kept.called) == len(set(kept.called)), "a ticket called twice"
    assert set(ledger.calls.values()) <= {numbers[ticket] for ticket in kept.called}, "acknowledged calls not made"
    assert len(ledger.calls) == len(set(ledger.calls.values())), "one ticket told to two counters"
    assert kept.versions == list(range(kept.versions[0], kept.newest + 1)), "a gap in the events"
    assert sorted(kept.papers) == sorted(numbers), "a ticket without its paper, or paper without its ticket"


def _compare_board(kept: Kept, board: Diary) -> None:
    """Every version once: heard, or part of a snapshot; and every call among those it heard."""
    jumped = [version for first, last in board.jumps for version in range(first, last + 1)]
    known = sorted([*board.applied, *jumped])
    # What happened after the database was read is the board's to know.
    known = known[: kept.newest - board.began]
    assert known == list(range(board.began + 1, kept.newest + 1)), "a board that missed a version, or took one twice"
    few = [behind for behind in board.refused if behind <= MISSED_MAX]
    assert not few, f"a snapshot where the events were few enough: {few}"
    assert board.applied == sorted(board.applied), "versions out of order"
    heard = set(board.applied)
    expected = {(version, number) for version, number in kept.calls.items() if version in heard}
    assert board.calls == expected, "calls that a board did not hear, or that nobody made"


def measures(kind: str, seconds: float, seed: int, ledger: Ledger) -> Iterator[Measure]:
    """What is kept of a run that agreed; one that did not is not kept."""
    given = {"database": kind, "seconds": seconds, "seed": seed}
    for name, times in sorted(ledger.survived.items()):
        yield Measure("survived", times, "times", given=given | {"fault": name})
    for what, told in (("numbers", ledger.numbers), ("calls", ledger.calls)):
        yield Measure("acknowledged", len(told), what, given=given)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    parser.add_argument("--seconds", type=int, default=300, help="for each database")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--database", choices=("sqlite", "postgres"), action="append")
    parser.add_argument("--output", type=Path, default=RESULTS)
    asked = parser.parse_args()
    for kind in asked.database or ("sqlite", "postgres"):
        save(measures(kind, asked.seconds, asked.seed, run(kind, asked.seconds, asked.seed)), asked.output)


if __name__ == "__main__":
    main()
