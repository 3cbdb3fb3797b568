"""When Python's collector looks at what."""

from __future__ import annotations

import gc
import weakref
from itertools import islice

import pytest

from server.collector import GROWN, MIDDLE_EVERY, OLD_EVERY, collect_forever, generations


def test_the_young_are_looked_at_each_time_the_rest_seldom() -> None:
    looks = list(islice(generations(lambda: 0), OLD_EVERY))
    assert looks.index(1) == MIDDLE_EVERY - 1
    middle = OLD_EVERY // MIDDLE_EVERY
    assert (looks.count(0), looks.count(1), looks.count(2)) == (OLD_EVERY - middle, middle - 1, 1) and looks[-1] == 2


def test_a_crowd_that_comes_at_once_is_looked_at_in_parts() -> None:
    looks: list[int] = []
    for generation in islice(generations(lambda: len(looks) * (GROWN // 4 + 1)), 12):
        looks.append(generation)
    assert looks == [0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0]


class Cycle:
    def __init__(self) -> None:
        self.itself = self


def test_what_only_holds_itself_goes_at_the_next_look() -> None:
    gone = weakref.ref(Cycle())

    class Enough(Exception):
        pass

    def sleep(seconds: float) -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 2:
            raise Enough

    rounds = 0
    gc.disable()
    try:
        with pytest.raises(Enough):
            collect_forever(sleep)
        assert gone() is None
    finally:
        gc.enable()
