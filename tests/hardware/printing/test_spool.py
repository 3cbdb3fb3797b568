"""The spool: what is on disk when the power goes, and what is said of it after."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.printing.interface import JobState
from hardware.printing.printer import token
from hardware.printing.spool import Result, Spool

from .conftest import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Disk:
    """A spool file that can be found again, as after a restart."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path, self.clock = path, clock
        self.spool = Spool(path, clock)

    def restart(self) -> Spool:
        self.spool.close()
        self.spool = Spool(self.path, self.clock)
        return self.spool


@pytest.fixture
def disk(tmp_path: Path, clock: Clock) -> Iterator[Disk]:
    made = Disk(tmp_path / "kiosk" / "jobs.sqlite", clock)
    yield made
    made.spool.close()


def test_jobs_go_out_in_the_order_they_came(disk: Disk) -> None:
    for name in ("b", "a", "c"):
        assert disk.spool.accept({"id": name, "content": {"number": name}})
    spool = disk.restart()
    seen = []
    while (job := spool.next()) is not None:
        seen.append(job.id)
        spool.sending(job.id, 10)
        spool.finish(job.id, JobState.PRINTED, "", True)
    assert seen == ["b", "a", "c"]


def test_a_job_found_sending_is_unknown_and_is_never_offered_again(disk: Disk) -> None:
    disk.spool.accept({"id": "a"})
    disk.spool.sending("a", 12870)
    spool = disk.restart()
    assert spool.next() is None
    assert spool.untold() == [Result("a", "unknown", "stopped while sending")]
    assert spool.unfinished == 12870
    assert not spool.accept({"id": "a"}), "the same order again is not a new job"


def test_a_job_that_was_not_begun_is_still_there(disk: Disk) -> None:
    disk.spool.accept({"id": "a", "content": {"number": "A001"}})
    found = disk.restart().next()
    assert found is not None and found.body["content"] == {"number": "A001"}
    assert found.accepted_at == disk.clock.now


def test_a_line_is_clean_only_after_a_proof_or_a_cleaning(disk: Disk) -> None:
    spool = disk.spool
    for name, state, clean in [("a", JobState.UNKNOWN, False), ("b", JobState.NOT_SENT, False)]:
        spool.accept({"id": name})
        if state is JobState.UNKNOWN:
            spool.sending(name, 500)
        spool.finish(name, state, "", clean)
        assert spool.unfinished == 500
    spool.cleaned()
    assert disk.restart().unfinished == 0


def test_results_are_told_until_they_are_acknowledged(disk: Disk) -> None:
    disk.spool.accept({"id": "a"})
    disk.spool.acknowledge("a")
    disk.spool.sending("a", 1)
    disk.spool.finish("a", JobState.PRINTED, "", True)
    assert [result.job_id for result in disk.restart().untold()] == ["a"], "no result can be taken before there is one"
    disk.spool.acknowledge("a")
    assert disk.restart().untold() == []
    disk.spool.tell_again("a")
    assert [result.job_id for result in disk.spool.untold()] == ["a"]


def test_old_orders_are_forgotten_only_when_told_and_after_a_week(disk: Disk) -> None:
    for name in ("told", "untold"):
        disk.spool.accept({"id": name})
        disk.spool.sending(name, 1)
        disk.spool.finish(name, JobState.PRINTED, "", True)
    disk.spool.acknowledge("told")
    disk.clock.forward(days=6)
    assert not disk.restart().accept({"id": "told"})
    disk.spool.acknowledge("told")
    disk.clock.forward(days=8)
    spool = disk.restart()
    assert spool.accept({"id": "told"})
    assert not spool.accept({"id": "untold"})


def test_the_file_is_safe_against_a_power_cut(disk: Disk) -> None:
    with sqlite3.connect(disk.path) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    other.close()
    assert disk.spool._read("PRAGMA synchronous") == [(2,)], "FULL"


def test_tokens_differ_and_are_printable() -> None:
    tokens = [token(place) for place in (0, 1, 93, 94, 8835, 8836, 94**4 - 1)]
    assert len(set(tokens)) == len(tokens)
    assert all(0x21 <= byte <= 0x7E for given in tokens for byte in given)
