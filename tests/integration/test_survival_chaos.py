"""A short run of the faults, and those that need no server: a full disk seen closely, and a clock that jumps."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from bench import chaos
from server.app import Server
from server.db import tables as t
from tests.integration.conftest import People
from tests.offices import FixedClock


@pytest.mark.slow
@pytest.mark.usefixtures("cold_starts")
@pytest.mark.timeout(400)
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_ledger_and_database_agree_after_every_kind_of_fault(kind: str) -> None:
    ledger = chaos.run(kind, seconds=0, seed=7, say=lambda line: None)
    assert len(ledger.numbers) > 20 and len(ledger.calls) > 5
    own = {"sqlite": {"disk full"}, "postgres": {"PostgreSQL killed", "Redis killed", "one process killed"}}
    assert len(ledger.survived) >= 9 and own[kind] <= set(ledger.survived)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_disk_is_a_clear_refusal_and_nothing_half_done(
    server: Server, people: People, database_url: str
) -> None:
    kiosk = people.as_device("kiosk")
    assert kiosk.post("/offices/demo/tickets", {"service": "A"}).json["number"] == "A001"
    full = lambda connection, _record: connection.execute("PRAGMA max_page_count = 1")  # noqa: E731
    sa.event.listen(server.engine, "connect", full)
    server.engine.dispose()
    seen = [kiosk.post("/offices/demo/tickets", {"service": "A"}) for _ in range(60)]
    refused = seen[-1]
    sa.event.remove(server.engine, "connect", full)
    server.engine.dispose()
    given = ["A001", *(answer.json["number"] for answer in seen if answer.status_code == 201)]
    assert {answer.status_code for answer in seen} == {201, 503}, "the pages that are there are used first"
    assert (refused.status_code, refused.json["code"]) == (503, "unavailable")
    with server.engine.connect() as connection:
        assert connection.execute(sa.select(t.ticket.c.number).order_by(t.ticket.c.seq)).scalars().all() == given
        assert connection.execute(sa.select(sa.func.count()).select_from(t.print_job)).scalar() == len(given)
    after = kiosk.post("/offices/demo/tickets", {"service": "A"}).json["number"]
    assert after == f"A{len(given) + 1:03d}"


@pytest.mark.parametrize(
    ("jump", "expected"),
    [({"hours": -2}, "A003"), ({"minutes": 90}, "A003"), ({"days": 1}, "A001")],
    ids=["back two hours", "on by ninety minutes", "on to tomorrow"],
)
def test_a_clock_that_jumps_gives_no_number_twice_in_a_day(
    people: People, clock: FixedClock, jump: dict[str, float], expected: str
) -> None:
    kiosk = people.as_device("kiosk")
    for number in ("A001", "A002"):
        assert kiosk.post("/offices/demo/tickets", {"service": "A"}).json["number"] == number
    clock.pass_time(**jump)
    assert kiosk.post("/offices/demo/tickets", {"service": "A"}).json["number"] == expected
    clock.pass_time(**{unit: -value for unit, value in jump.items()})
    again = kiosk.post("/offices/demo/tickets", {"service": "A"}).json["number"]
    assert again == ("A003" if expected == "A001" else "A004"), "back on the first day its series goes on"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_the_disk_holds_at_any_answer_has_every_number_that_was_told(
    server: Server, people: People, database_url: str, tmp_path: Path
) -> None:
    """A power cut, as far as a process can see one: the files as they are when an answer leaves, opened elsewhere."""
    kiosk, told = people.as_device("kiosk"), []
    database = Path(database_url.removeprefix("sqlite:///"))
    for n in range(12):
        told.append(kiosk.post("/offices/demo/tickets", {"service": "ABCDEF"[n % 6]}).json["number"])
        copy = tmp_path / f"cut-{n}"
        copy.mkdir()
        for suffix in ("", "-wal"):
            shutil.copy(f"{database}{suffix}", copy / f"after.db{suffix}")
        with sqlite3.connect(copy / "after.db") as after:
            assert [row[0] for row in after.execute("SELECT number FROM ticket ORDER BY rowid")] == told
            assert after.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        after.close()
    with server.engine.connect() as connection:
        full = 2
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == full, "every commit is brought to the disk"
