"""`python -m bench.chaos` (or `make chaos`): faults, one after another, while people take and call numbers.

A ledger outside the system holds every answer that was given. When the faults are over, ledger and database must
agree: every number that was acknowledged is there once, every acknowledged call was made, nothing is half done. The
order and the moments of the faults follow from the seed.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import resource
import signal
import socket
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from bench.sockets import KEY, UPGRADE, frame
from bench.stage import COUNTERS, SERVICES, set_up, tree
from server.db import tables as t
from server.db.engine import opened
from tests.offices import TOKENS
from tests.servers import Motcua, Postgres, answers, wait_until

ISSUERS = CALLERS = 4
CALM_S = 1.0
ANSWER_S = 30.0


@dataclass
class Ledger:
    """What the world outside was told. Only acknowledged answers count as told."""

    numbers: dict[str, str] = field(default_factory=dict)
    calls: dict[str, str] = field(default_factory=dict)
    refusals: Counter[str] = field(default_factory=Counter)
    repeats: int = 0
    wrong: list[str] = field(default_factory=list)


class Presser(threading.Thread):
    """Somebody who presses a key, and presses it again with the same key until there is an answer."""

    def __init__(self, port: int, ledger: Ledger, over: threading.Event, act: Callable[[Presser], None]) -> None:
        super().__init__(daemon=True)
        self._port, self.ledger, self._over, self._act = port, ledger, over, act
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
                self._connection = self._connection or http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
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


class World:
    """The servers, and the faults that may befall them."""

    def __init__(self, server: Motcua, postgres: Postgres | None) -> None:
        self.server, self.postgres = server, postgres
        self.stuck: list[socket.socket] = []

    def release(self) -> None:
        for board in self.stuck:
            board.close()

    def faults(self) -> dict[str, Callable[[random.Random], None]]:
        known = {
            "server killed": self.kill_server,
            "server frozen": self.freeze_server,
            "client that never reads": self.stick_a_client,
            "connections cut in the middle of a request": self.cut_requests,
        }
        if self.postgres is not None:
            return known | {"PostgreSQL killed": self.kill_postgres}
        return known | {"disk full": self.fill_disk}

    def kill_server(self, chance: random.Random) -> None:
        self.server.kill()
        time.sleep(chance.uniform(0, 0.5))
        self.server.start()

    def freeze_server(self, chance: random.Random) -> None:
        for pid in tree(self.server.process.pid):
            os.kill(pid, signal.SIGSTOP)
        time.sleep(chance.uniform(0.3, 1.5))
        for pid in tree(self.server.process.pid):
            os.kill(pid, signal.SIGCONT)

    def kill_postgres(self, chance: random.Random) -> None:
        assert self.postgres is not None
        self.postgres.kill()
        time.sleep(chance.uniform(0, 1))
        self.postgres.restart()

    def fill_disk(self, chance: random.Random) -> None:
        """Nothing of the server may grow any more: the kernel refuses every byte beyond a file's present size."""
        pids = tree(self.server.process.pid)
        before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY)) for pid in pids}
        time.sleep(chance.uniform(0.5, 1.5))
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)

    def stick_a_client(self, chance: random.Random) -> None:
        """A board whose network takes nothing any more, with its buffers as small as they may be."""
        board = socket.socket()
        board.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        board.settimeout(10)
        board.connect(("127.0.0.1", self.server.port))
        board.sendall(UPGRADE.format(host="bench", key=KEY).encode())
        board.recv(512)
        board.sendall(frame("40/live,") + frame('42/live,0["join",{"office":"bench","topics":["board"]}]'))
        self.stuck.append(board)

    def cut_requests(self, chance: random.Random) -> None:
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", self.server.port), timeout=5) as line:
                whole = b"POST /api/v1/offices/bench/tickets HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{"
                line.sendall(whole[: chance.randint(1, len(whole))])


def run(kind: str, seconds: float, seed: int, say: Callable[[str], None] = print) -> Ledger:
    """Let faults happen for so long, then compare. Raises AssertionError with what does not agree."""
    chance, ledger, over, survived = random.Random(seed), Ledger(), threading.Event(), Counter[str]()  # noqa: S311
    with _world(kind) as (world, url):
        pressers = [Presser(world.server.port, ledger, over, take) for _ in range(ISSUERS)]
        pressers += [Presser(world.server.port, ledger, over, call) for _ in range(CALLERS)]
        for presser in pressers:
            presser.start()
        until, faults = time.monotonic() + seconds, world.faults()
        order: list[str] = []
        while time.monotonic() < until:
            order = order or chance.sample(sorted(faults), len(faults))
            name = order.pop()
            time.sleep(chance.uniform(0.3, CALM_S))
            faults[name](chance)
            before = len(ledger.numbers) + len(ledger.calls)
            wait_until(lambda before=before: len(ledger.numbers) + len(ledger.calls) > before, f"life after: {name}")  # type: ignore[misc]
            survived[name] += 1
        over.set()
        for presser in pressers:
            presser.join(ANSWER_S)
            assert not presser.is_alive(), "somebody never got an answer"
        wait_until(lambda: answers(f"{world.server.url}/readyz"), "the server at the end")
        world.release()
        _compare(url, ledger)
    for name, times in sorted(survived.items()):
        say(f"survived {times:>3} × {name}")
    refused = ", ".join(f"{n} × {answer}" for answer, n in ledger.refusals.items()) or "none"
    say(f"{len(ledger.numbers)} numbers and {len(ledger.calls)} calls acknowledged, {ledger.repeats} pressed again")
    say(f"refused meanwhile: {refused}; ledger, database and paper agree ({kind}, seed {seed})")
    return ledger


@contextmanager
def _world(kind: str) -> Iterator[tuple[World, str]]:
    with ExitStack() as stack:
        postgres = stack.enter_context(Postgres(durable=True)) if kind == "postgres" else None
        directory = Path(stack.enter_context(TemporaryDirectory(prefix="motcua-chaos-")))
        url = postgres.create("chaos") if postgres else f"sqlite:///{directory / 'chaos.db'}"
        set_up(url)
        yield World(stack.enter_context(Motcua(url, log_level="CRITICAL")), postgres), url


def _compare(url: str, ledger: Ledger) -> None:
    with opened(url) as engine, engine.connect() as connection:
        tickets = connection.execute(sa.select(t.ticket.c.idempotency_key, t.ticket.c.number, t.ticket.c.id)).all()
        i = t.ticket_interval.c
        called = connection.execute(sa.select(i.ticket_id).where(i.state == "called")).scalars().all()
        versions = connection.execute(sa.select(t.event.c.version).order_by(t.event.c.version)).scalars().all()
        newest = connection.execute(sa.select(t.office.c.version)).scalar_one()
        papers = connection.execute(sa.select(t.print_job.c.ticket_id)).scalars().all()
    kept = {row.idempotency_key: row.number for row in tickets}
    numbers = {row.id: row.number for row in tickets}
    assert not ledger.wrong, ledger.wrong[:5]
    assert len(tickets) == len(set(kept.values())), "a number twice"
    lost = {key: number for key, number in ledger.numbers.items() if kept.get(key) != number}
    assert not lost, f"acknowledged and not kept: {lost}"
    assert len(called) == len(set(called)), "a ticket called twice"
    assert set(ledger.calls.values()) <= {numbers[ticket] for ticket in called}, "acknowledged calls that were not made"
    assert len(ledger.calls) == len(set(ledger.calls.values())), "one ticket told to two counters"
    assert list(versions) == list(range(versions[0], newest + 1)), "a gap in the events"
    assert sorted(papers) == sorted(numbers), "a ticket without its paper, or paper without its ticket"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=300, help="for each database")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--database", choices=("sqlite", "postgres"), action="append")
    asked = parser.parse_args()
    for kind in asked.database or ("sqlite", "postgres"):
        run(kind, asked.seconds, asked.seed)


if __name__ == "__main__":
    main()
