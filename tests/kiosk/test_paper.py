"""A kiosk's paper follows its number, once, and its end is known or said not to be."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.runtime import printer
from kiosk.runtime.printer import PrintDesk
from kiosk.runtime.store import Given, Store

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
JOB = {"id": "j1", "device": "p1"}


class Agent:
    """Answers as it is told: what `put` says in turn, and what becomes of the job."""

    def __init__(self, puts: list[bool], results: list[Any]) -> None:
        self.puts, self.results = puts, results
        self.jobs: list[str] = []

    def put(self, job: Any) -> bool:
        taken = self.puts.pop(0) if len(self.puts) > 1 else self.puts[0]
        if taken:
            self.jobs.append(job["id"])
        return taken

    def result(self, job: Any, wait_s: float) -> Any:
        return self.results.pop(0) if len(self.results) > 1 else self.results[0]


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time passes with every pause instead of by itself."""
    now = [0.0]
    monkeypatch.setattr(printer.time, "monotonic", lambda: now.__setitem__(0, now[0] + 1) or now[0])


@pytest.mark.parametrize(
    ("puts", "results", "age_s", "ended"),
    [
        ([True], [("printed", None)], 0, ("printed", None)),
        ([False, False, True], [("queued", None), None, ("unknown", "stalled")], 0, ("unknown", "stalled")),
        ([False], [None], 0, ("not_sent", "the agent does not answer")),
        ([False], [("queued", None), ("printed", None)], 0, ("printed", None)),
        ([True], [("lost", None)], 0, ("not_sent", "the agent does not know the job")),
        ([True], [("queued", None)], 0, ("unknown", "no result from the printer")),
        ([True], [("lost", None)], 120, ("not_sent", "the agent does not know the job")),
        ([True], [("printed", None)], 120, ("printed", None)),
    ],
)
def test_how_a_paper_ends(
    hurried: None, puts: list[bool], results: list[Any], age_s: int, ended: tuple[str, str | None]
) -> None:
    agent = Agent(puts, results)
    desk = PrintDesk(None, agent, lambda: NOW, lambda: None, lambda _: None)  # type: ignore[arg-type]
    assert desk.outcome(JOB, NOW - timedelta(seconds=age_s)) == ended
    assert age_s < 60 or agent.jobs == [], "a paper of long ago is not printed now"
    desk.close()


def test_after_a_restart_papers_whose_end_is_not_known_are_looked_after(tmp_path: Path) -> None:
    store = Store(tmp_path / "kiosk.db")
    store.ask("k1", {"service": "A"}, NOW)
    told = {"id": "t1", "track_url": "/t/abc", "print": {"state": "queued"}}
    store.told("k1", told, JOB, Given("", "2026-11-20", "A", 1, "A001", NOW))
    agent = Agent([True], [("printed", None)])
    desk = PrintDesk(store, agent, lambda: NOW + timedelta(seconds=5), lambda: None)
    desk.begin()
    desk._threads.shutdown(wait=True)
    assert agent.jobs == ["j1"] and store.unprinted() == []
    touch = store.touch("k1")
    assert touch and (touch["paper"], json.loads(touch["told"])["id"]) == ("printed", "t1")
    store.close()
