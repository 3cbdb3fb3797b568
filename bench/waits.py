"""How far off the told wait is, on simulated days whose truth is known (`tests/unit/test_estimate_days.py`),
beside "people ahead × average" with the field's true average. The same days each time: no machine makes it better."""

from __future__ import annotations

from collections.abc import Iterator

from bench.results import Measure
from tests.unit.test_estimate_days import judged, simple

INSIDE, BETTER = 0.72, 0.85


def measure(quick: bool) -> Iterator[Measure]:
    tolds = judged()
    n = len(tolds)
    inside = sum(told.wait.low <= told.waited_s <= told.wait.high for told in tolds) / n
    ours = sum(abs(told.middle - told.waited_s) for told in tolds) / n
    theirs = sum(abs(simple(told) - told.waited_s) for told in tolds) / n
    yield Measure("wait_inside_range", inside, "share", n, target=("at least", INSIDE))
    yield Measure("wait_miss_s", ours, "s", n, given={"rule": "learnt"})
    yield Measure("wait_miss_s", theirs, "s", n, given={"rule": "people ahead × average"})
    yield Measure("wait_miss_ratio", ours / theirs, "", n, target=("at most", BETTER))
