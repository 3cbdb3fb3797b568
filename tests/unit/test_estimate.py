"""Expected waits: ranges that move the right way."""

from __future__ import annotations

import pytest

from server.domain.estimate import Wait, expected_wait, service_s, turns_ahead, wait_behind
from server.domain.habits import Habits, Past
from server.domain.office import QueuePolicy
from server.domain.words import Priority
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


def waiting_hall(mode: str = "interleaved") -> Story:
    """Counter 1 is open; A1 to A6 wait, of whom A5 and A6 have priority."""
    story = Story(QueuePolicy(mode=mode, ratio=2))
    story.sit(1)
    for n in range(6):
        story.arrive(priority=Priority.ELDERLY if n >= 4 else None)
    return story


@pytest.mark.parametrize(
    ("mode", "ticket", "turns"),
    [
        ("interleaved", "A1", 0.5),  # one of the two with priority for every two others
        ("interleaved", "A4", 5.0),
        ("interleaved", "A5", 1.0),
        ("interleaved", "A6", 4.0),
        ("strict", "A1", 2.0),
        ("strict", "A4", 5.0),
        ("strict", "A5", 0.0),
        ("strict", "A6", 1.0),
    ],
)
def test_who_is_ahead_follows_from_who_goes_first(mode: str, ticket: str, turns: float) -> None:
    story = waiting_hall(mode)
    assert turns_ahead(story.hall, story.hall.tickets[ticket]) == turns


def test_people_with_priority_who_are_likely_to_come_are_reckoned_with() -> None:
    story = waiting_hall("strict")
    before = turns_ahead(story.hall, story.hall.tickets["A4"])
    story.hall.habits = Habits(priorities_an_hour={("A", 8): 6.0})
    assert turns_ahead(story.hall, story.hall.tickets["A4"]) == pytest.approx(before + 6.0 * 3 * 480 / 3600)


def test_the_change_of_people_takes_its_time() -> None:
    story = waiting_hall()
    plain = service_s(story.hall, "A", story.hall.hour)
    story.hall.habits = Habits(change_s=40.0)
    assert service_s(story.hall, "A", story.hall.hour) == plain + 40.0


def test_a_habit_of_this_hour_counts_more_than_the_offices_setting() -> None:
    story = waiting_hall()
    assert story.hall.hour == 8
    story.hall.habits = Habits({("A", 8): Past(60, 60 * 200.0, 60 * 200.0**2), ("A", 14): Past(60, 60 * 900.0, 1.0)})
    quick = service_s(story.hall, "A", story.hall.hour)
    story.hall.habits = Habits({("A", 8): Past(60, 60 * 900.0, 1.0), ("A", 14): Past(60, 60 * 200.0, 1.0)})
    assert quick < 300 < 700 < service_s(story.hall, "A", story.hall.hour)


def test_a_free_counter_and_nobody_ahead_is_no_wait() -> None:
    story = Story()
    story.sit(1)
    assert expected_wait(story.hall, "A", 0) == Wait(0, 60)
    story.arrive()
    story.next()
    busy = expected_wait(story.hall, "A", 0)
    assert busy is not None and busy.high > 300, "the service under way comes first"
