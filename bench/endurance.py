"""Two hours of a country's peak in one office, as fast as the server can: its memory must not grow with what it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import median

from bench.load import closed_loop
from bench.results import Measure
from bench.sockets import Crowd
from bench.stage import Stage, progress, rss_mb, stage

NUMBERS, QUICK_NUMBERS = 25 * 2 * 3600, 3_000
"""25 a second for two hours; each is called as well."""
TURN, CLIENTS, BOARDS = 160, 16, 10
SAMPLES = 50
TARGET = ("at most", 1.1)


def measure(quick: bool) -> Iterator[Measure]:
    numbers = QUICK_NUMBERS if quick else NUMBERS
    with stage("sqlite") as where:
        crowd = Crowd(where.server.url)
        crowd.fill(["bench"], BOARDS)
        memory, statuses = _work(where, crowd, numbers)
        faults = crowd.faults
        crowd.close()
    wrong = {status: n for status, n in statuses.items() if status not in (200, 201)}
    if wrong or faults:
        raise RuntimeError(f"{wrong} {faults[:3]}")
    # The first tenth fills caches and pools; what counts is whether it goes on.
    tenth = max(1, len(memory) // 10)
    early, late = median(memory[tenth : 2 * tenth]), median(memory[-tenth:])
    given = {"numbers": numbers, "boards": BOARDS}
    yield Measure("endurance rss_mb early", early, "MB", tenth, given=given)
    yield Measure("endurance rss_mb late", late, "MB", tenth, given=given)
    yield Measure("endurance growth", late / early, "×", len(memory), given=given, target=TARGET)


def _work(where: Stage, crowd: Crowd, numbers: int) -> tuple[list[float], Counter[int]]:
    memory: list[float] = []
    statuses: Counter[int] = Counter()
    turns = -(-numbers // TURN)
    each = max(1, turns // SAMPLES)
    for turn in range(turns):
        for requests in (where.issues(TURN), where.calls(TURN)):
            outcome = closed_loop(where.server.url, requests, CLIENTS, 60, tick=lambda: crowd.listen(0) and None)
            statuses += outcome.statuses
        if turn % each == each - 1:
            memory.append(rss_mb(where.server.process.pid))
        progress(f"{numbers} numbers and calls", (turn + 1) / turns)
    return memory, statuses
