"""Expected waits: ranges that move the right way."""

from __future__ import annotations

import pytest

from server.domain.estimate import Wait, expected_wait, wait_behind
from tests.unit.office import Story

TIMES = {"A": 480.0, "B": 300.0}


def test_no_open_counter_means_no_promise() -> None:
    assert wait_behind("A", 3, {"A": 3}, [("B",)], TIMES) is None


def test_ten_people_at_one_counter_wait_around_their_service_times() -> None:
    wait = wait_behind("A", 10, {"A": 10}, [("A",)], TIMES)
    assert wait is not None
    assert wait.low < 10 * 480 < wait.high
    assert wait.low % 60 == wait.high % 60 == 0


@pytest.mark.parametrize("ahead", [1, 3, 12, 40])
def test_more_counters_shorten_and_more_people_lengthen_the_wait(ahead: int) -> None:
    one = wait_behind("A", ahead, {"A": ahead}, [("A",)], TIMES)
    two = wait_behind("A", ahead, {"A": ahead}, [("A",), ("A",)], TIMES)
    more = wait_behind("A", ahead + 5, {"A": ahead + 5}, [("A",)], TIMES)
    assert one and two and more
    assert two.high < one.high < more.high
    assert one.low <= more.low


def test_a_counter_shared_with_a_busy_line_counts_for_its_part() -> None:
    alone = wait_behind("A", 5, {"A": 5, "B": 0}, [("A", "B")], TIMES)
    shared = wait_behind("A", 5, {"A": 5, "B": 10}, [("A", "B")], TIMES)
    assert alone and shared and shared.low > alone.low


def test_the_days_own_pace_moves_the_estimate() -> None:
    story = Story()
    story.sit(1)
    for _ in range(25):
        story.arrive()
    promised = expected_wait(story.hall, "A", 5)
    for _ in range(20):
        story.call()
    quicker = expected_wait(story.hall, "A", 5)
    assert isinstance(promised, Wait) and isinstance(quicker, Wait)
    assert quicker.high < promised.high, "people were served within the minute, not in eight"
