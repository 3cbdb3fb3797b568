"""Boards that all come back at once after a restart of the server: how soon the last of them holds the truth."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench.results import Measure
from bench.sockets import Crowd, allow_many_files
from bench.stage import stage

BOARDS, QUICK_BOARDS = 2_000, 300
TARGET = ("at most", 10.0)


def measure(quick: bool) -> Iterator[Measure]:
    boards = QUICK_BOARDS if quick else BOARDS
    allow_many_files(3 * boards)
    with stage("sqlite") as where:
        crowd = Crowd(where.server.url)
        crowd.fill(["bench"], boards)
        where.server.kill()
        crowd.close()
        where.server.start()
        began = time.perf_counter()
        crowd = Crowd(where.server.url)
        crowd.fill(["bench"], boards, at_once=boards)
        seconds = time.perf_counter() - began
        crowd.close()
    yield Measure("boards_return_s", seconds, "s", boards, given={"boards": boards}, target=TARGET)
