"""From `motcua serve` to the first answer, on a database that is already there."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench.results import Measure
from bench.stage import database, progress, set_up
from tests.servers import Motcua


def measure(quick: bool) -> Iterator[Measure]:
    starts = 3 if quick else 7
    with database("sqlite") as url:
        set_up(url)
        seconds = []
        for n in range(starts):
            server = Motcua(url)
            began = time.perf_counter()
            with server:
                seconds.append(time.perf_counter() - began)
            progress("start", (n + 1) / starts)
    row = Measure.of("start_s", [s * 1000 for s in seconds], "s", value=sorted(seconds)[len(seconds) // 2])
    row.target = ("at most", 3.0)
    yield row
