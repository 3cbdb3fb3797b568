"""From the officer's key to the last of N boards, and what the boards cost in memory."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from bench.load import Connection, request
from bench.results import Measure
from bench.sockets import Crowd, allow_many_files
from bench.stage import COUNTERS, Stage, progress, rss_mb, stage
from tests.offices import TOKENS

CROWDS = (1, 100, 500, 1000, 2000)
P99_TARGETS = {500: 150.0, 1000: 150.0, 2000: 300.0}
SETTLE_S = 3.0


def measure(quick: bool) -> Iterator[Measure]:
    allow_many_files(3 * max(CROWDS))
    with stage("sqlite") as where:
        time.sleep(SETTLE_S)
        yield Measure("server_rss_mb", rss_mb(where.server.process.pid), "MB", given={"boards": 0})
        crowd = Crowd(where.server.url)
        for boards in CROWDS[:3] if quick else CROWDS:
            crowd.fill(["bench"], boards - len(crowd.boards))
            latencies = _calls(where, crowd, 40 if quick else 200)
            yield from _rows(latencies, boards)
            if boards == 500:
                time.sleep(SETTLE_S)
                crowd.listen_until(lambda: not crowd.listen(0.01), 5)
                rss = rss_mb(where.server.process.pid)
                yield Measure("server_rss_mb", rss, "MB", given={"boards": 500})
            if crowd.faults:
                raise RuntimeError(f"boards saw {crowd.faults[:5]}")
        crowd.close()


def _rows(latencies: list[float], boards: int) -> Iterator[Measure]:
    row = Measure.of("call_to_board", latencies, "ms", boards=boards)
    yield row
    if boards in P99_TARGETS and row.p99 is not None:
        target = ("at most", P99_TARGETS[boards])
        yield Measure("call_to_board p99", row.p99, "ms", row.n, given={"boards": boards}, target=target)


def _calls(where: Stage, crowd: Crowd, calls: int) -> list[float]:
    """POST /next one after another; each counts from the moment it was sent until the last board has the call."""
    parts = urlsplit(where.server.url)
    desk = Connection(parts.hostname or "", parts.port or 80)
    api, keypad = f"{where.server.url}/api/v1", f"Bearer {TOKENS['keypad']}"
    latencies = []
    for n in range(calls):
        for waiting in where.issues(1):
            _heard_by_all(crowd, desk, waiting, events=1)
        call = request("POST", f"{api}/offices/bench/counters/{1 + n % COUNTERS}/next", b"{}", Authorization=keypad)
        took, ticket = _heard_by_all(crowd, desk, call, events=1)
        latencies.append(took)
        finish = request("POST", f"{api}/tickets/{ticket['id']}/finish", b"{}", Authorization=keypad)
        _heard_by_all(crowd, desk, finish, events=2)
        progress(f"call to the last of {len(crowd.boards)} boards", (n + 1) / calls)
    desk.close()
    return latencies


def _heard_by_all(crowd: Crowd, desk: Connection, command: bytes, events: int) -> tuple[float, dict[str, Any]]:
    """(ms until every board has heard the command's events, the command's answer)"""
    wanted = crowd.heard + events * len(crowd.boards)
    desk.send(command)
    if not crowd.listen_until(lambda: crowd.heard >= wanted, 20):
        raise TimeoutError(f"{wanted - crowd.heard} messages did not reach their boards; {crowd.faults[:3]}")
    took = (time.perf_counter() - desk.sent_at) * 1000
    while (answer := desk.receive()) is None:
        pass
    if answer[0] not in (200, 201):
        raise RuntimeError(f"{answer[0]}: {answer[1][:300]!r}")
    return took, json.loads(answer[1])
