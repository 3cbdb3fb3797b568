"""Taking and calling numbers by HTTP, in turns with the floor so that whatever else the machine does hits all three."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench.load import Outcome, closed_loop
from bench.results import Measure
from bench.stage import DATABASES, Stage, progress, stage

CLIENTS = (1, 16)
TURN = 160
"""Requests a turn: the hall holds at most so many people, as a real one does."""
WARM_UP_TURNS = 2
ISSUE_TARGET = ("at least", 0.5)
NEXT_TARGET = ("at least", 0.4)


def measure(quick: bool) -> Iterator[Measure]:
    for kind in DATABASES:
        with stage(kind, floor=True) as where:
            for clients in CLIENTS:
                yield from _measure(where, clients, 4.0 if quick else 20.0)


def _measure(where: Stage, clients: int, seconds: float) -> Iterator[Measure]:
    seen = {name: Outcome() for name in ("floor_http", "issue_http", "next_http")}
    began, turns = time.perf_counter(), 0
    while (spent := time.perf_counter() - began) < seconds or turns <= WARM_UP_TURNS:
        turn = {
            "floor_http": closed_loop(where.floor.url if where.floor else "", where.floors(TURN), clients, 60),
            "issue_http": closed_loop(where.server.url, where.issues(TURN), clients, 60),
            "next_http": closed_loop(where.server.url, where.calls(TURN), clients, 60),
        }
        turns += 1
        if turns > WARM_UP_TURNS:
            for name, outcome in turn.items():
                seen[name].add(outcome)
        progress(f"{where.kind}, {clients} clients", min(1.0, spent / seconds))
    progress("", 1)
    given = {"database": where.kind, "clients": clients}
    for name, outcome in seen.items():
        wrong = {status: n for status, n in outcome.statuses.items() if status not in (200, 201)}
        if wrong:
            raise RuntimeError(f"{name}: {wrong}")
        yield Measure.of(name, outcome.latencies_ms, "requests/s", value=outcome.rate, **given)
    for name, target in (("issue_http", ISSUE_TARGET), ("next_http", NEXT_TARGET)):
        ratio = seen[name].rate / seen["floor_http"].rate
        yield Measure(f"{name}/floor_http", ratio, "×", turns, given=given, target=target)
