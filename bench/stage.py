"""What is measured: a database, an office in it, the product's server and the floor beside it."""

from __future__ import annotations

import itertools
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.load import request
from server.commands.demo_office import OFFICE
from server.commands.serve import gunicorn
from server.db import tables as t
from server.db.engine import make_engine
from server.db.migrate import upgrade
from server.db.unit_of_work import SqlUnitOfWork
from server.domain.line import Request
from server.domain.words import Role
from server.services.access import Actor
from server.services.issuing import Asked, issue
from server.services.serving import open_counter
from server.services.staff import put_staff
from server.services.views import describe
from server.settings import Settings
from tests.offices import PASSWORD, TOKENS, Silent, furnish
from tests.servers import Motcua, Postgres, Process, answers, free_port, tree

COUNTERS = 16
SERVICES = "ABCDEF"
HALL = OFFICE | {
    "code": "bench",
    "counters": [{"number": n, "services": list(SERVICES)} for n in range(1, COUNTERS + 1)],
}
DATABASES = ("sqlite", "postgres")


@contextmanager
def database(kind: str) -> Iterator[str]:
    """A new durable database of a kind: what is measured survives a power cut."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="motcua-bench-") as directory:
            yield f"sqlite:///{Path(directory) / 'bench.db'}"
        return
    with Postgres(durable=True) as server:
        yield server.create("bench")


def unit_of_work(url: str) -> SqlUnitOfWork:
    return SqlUnitOfWork(make_engine(url), lambda: datetime.now(UTC), describe, Silent())


def set_up(url: str, office: dict[str, Any] = HALL) -> None:
    """The schema, and one office whose counters are all open."""
    uow = unit_of_work(url)
    upgrade(uow.engine)
    furnish(uow, office, people=False)
    code = office["code"]
    for counter in range(1, COUNTERS + 1):
        with uow.command(code) as tx:
            officer = put_staff(tx, f"officer{counter}", f"Officer {counter}", [Role.OFFICER], PASSWORD)
        with uow.command(code) as tx:
            open_counter(tx, Actor("staff", officer, roles={code: frozenset({Role.OFFICER})}), counter)
    uow.engine.dispose()


def bytes_of_one_issue(url: str) -> int:
    """How much one number writes: its ticket, interval, event and print job as text."""
    uow = unit_of_work(url)
    kiosk = Actor("device", device="kiosk", office="bench")
    issue(uow, "bench", Request("A"), Asked(kiosk, "http://127.0.0.1", "size"))
    with uow.engine.connect() as connection:
        newest = [sa.select(t.event).order_by(t.event.c.version.desc()).limit(1)]
        newest += [sa.select(table) for table in (t.ticket, t.ticket_interval, t.print_job)]
        rows = [connection.execute(query).one() for query in newest]
    uow.engine.dispose()
    return sum(len(json.dumps(list(row), default=str, ensure_ascii=False).encode()) for row in rows)


class Floor:
    """The bare endpoint, under the same gunicorn as the product."""

    def __init__(self, url: str, size: int, directory: Path) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        settings = Settings(secret_key="not a secret: for measuring only")
        self._command = gunicorn("bench.floor:app", f"127.0.0.1:{port}", settings)
        self._environment = os.environ | {"FLOOR_DATABASE_URL": url, "FLOOR_BYTES": str(size)}
        self.process = Process(directory, "floor")

    def __enter__(self) -> Floor:
        self.process.launch(self._command, env=self._environment)
        self.process.wait_for(lambda: answers(f"{self.url}/readyz"), "the floor")
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stop()


@dataclass
class Stage:
    """A furnished database with the product's server on it."""

    kind: str
    database_url: str
    server: Motcua
    floor: Floor | None
    counter: Iterator[int]

    def issues(self, n: int) -> Iterator[bytes]:
        url, token = f"{self.server.url}/api/v1/offices/bench/tickets", f"Bearer {TOKENS['kiosk']}"
        for i in itertools.islice(self.counter, n):
            body = b'{"service": "%c"}' % SERVICES[i % len(SERVICES)].encode()
            yield request("POST", url, body, Authorization=token, Idempotency_Key=f"k{os.getpid()}-{i}")

    def calls(self, n: int) -> Iterator[bytes]:
        """The one key of a desk: it ends the service in hand and calls the next."""
        for i in range(n):
            url = f"{self.server.url}/api/v1/offices/bench/counters/{1 + i % COUNTERS}/next"
            token = f"Bearer {TOKENS['keypad']}"
            key = f"n{os.getpid()}-{next(self.counter)}"
            yield request("POST", url, b'{"finish_current": true}', Authorization=token, Idempotency_Key=key)

    def floors(self, n: int) -> Iterator[bytes]:
        assert self.floor is not None
        for i in range(n):
            body = b'{"service": "%c"}' % SERVICES[i % len(SERVICES)].encode()
            yield request("POST", f"{self.floor.url}/floor", body)


@contextmanager
def stage(kind: str, *, floor: bool = False, **settings: object) -> Iterator[Stage]:
    with ExitStack() as stack:
        url = stack.enter_context(database(kind))
        set_up(url)
        size = bytes_of_one_issue(url)
        server = stack.enter_context(Motcua(url, **settings))
        bare = stack.enter_context(Floor(url, size, server.directory)) if floor else None
        yield Stage(kind, url, server, bare, itertools.count())


def rss_mb(pid: int) -> float:
    """Resident memory of a process and its descendants, shared pages counted for each."""
    total = 0
    for process in tree(pid):
        line = next(x for x in Path(f"/proc/{process}/status").read_text().splitlines() if x.startswith("VmRSS"))
        total += int(line.split()[1])
    return total / 1024


def progress(text: str, part: float) -> None:
    """A bar on a terminal; nothing in a log."""
    if sys.stderr.isatty():
        done = int(30 * part)
        sys.stderr.write(f"\r{text:<44} [{'█' * done}{'·' * (30 - done)}] {part:4.0%} \033[K")
        sys.stderr.flush()
        if part >= 1:
            sys.stderr.write("\r\033[K")
