"""Boards that all come back at once after a restart of the server: how soon the last of them holds the truth."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench.results import Measure
from bench.sockets import Crowd, allow_many_files
from bench.stage import Stage, stage

CROWDS, QUICK_CROWDS = (1_000, 2_000), (300,)
RETURN_S, TRUTH_S = 10.0, 10.0


def measure(quick: bool) -> Iterator[Measure]:
    for boards in QUICK_CROWDS if quick else CROWDS:
        allow_many_files(3 * boards)
        with stage("sqlite") as where:
            killed, served = _come_back(where, boards)
        given = {"boards": boards}
        yield Measure("boards_return_s", served, "s", boards, given=given, target=("at most", RETURN_S))
        yield Measure("truth_after_kill_s", killed, "s", boards, given=given, target=("at most", TRUTH_S))


def _come_back(where: Stage, boards: int) -> tuple[float, float]:
    """Seconds until every board holds a snapshot again: since `kill -9`, and since the new server answered."""
    crowd = Crowd(where.server.url)
    crowd.fill(["bench"], boards)
    killed = time.perf_counter()
    where.server.kill()
    crowd.close()
    where.server.start()
    served = time.perf_counter()
    crowd = Crowd(where.server.url)
    crowd.fill(["bench"], boards, at_once=boards)
    now = time.perf_counter()
    crowd.close()
    return now - killed, now - served
