"""A day played once more: the rule is the one that calls, and nothing but the rule differs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.domain.office import QueuePolicy
from server.domain.replay import Arrival, Served, Shift, Waits, replay, summarise
from server.domain.words import Priority
from tests.unit.office import MORNING, config

STRICT, TURNS = QueuePolicy(mode="strict", guard_s=None), QueuePolicy(mode="interleaved", ratio=2, guard_s=None)
ALL_DAY = [Shift(1, MORNING, MORNING + timedelta(hours=8))]


def person(minute: float, priority: Priority | None = None, service: str = "A", minutes: float = 10) -> Arrival:
    at = MORNING + timedelta(minutes=minute)
    return Arrival(f"{service}{minute:03.0f}", service, at, minutes * 60, priority)


def minutes(served: list[Served]) -> list[float | None]:
    return [None if each.waited_s is None else each.waited_s / 60 for each in served]


def test_people_are_served_as_they_came_by_one_counter() -> None:
    assert minutes(replay(config(), TURNS, [person(0), person(1), person(2)], ALL_DAY)) == [0, 9, 18]


def test_strict_priority_costs_the_others_what_it_gives() -> None:
    day = [person(0), person(1), person(2), person(3, Priority.ELDERLY)]
    assert minutes(replay(config(), STRICT, day, ALL_DAY)) == [0, 19, 28, 7]
    assert minutes(replay(config(), TURNS, day, ALL_DAY)) == [0, 9, 28, 17]


def test_a_counter_serves_only_while_it_is_open_and_only_its_lines() -> None:
    late = [Shift(1, MORNING + timedelta(minutes=30), MORNING + timedelta(minutes=35))]
    served = replay(config(), TURNS, [person(0), person(1), person(2, service="C")], late)
    assert minutes(served) == [30, None, None]
    assert summarise(served) == Waits(3, 1800, 1800, 1800, 2)


def test_who_went_home_is_served_where_the_rule_calls_before() -> None:
    patience = MORNING + timedelta(minutes=17)
    day = [person(0), person(1), person(2, Priority.ELDERLY)]
    day[2] = replace(day[2], leaves_at=patience)
    gone, served = (replay(config(), policy, day, ALL_DAY) for policy in (TURNS, STRICT))
    assert minutes(gone) == [0, 9, None]
    assert summarise(gone) == Waits(3, 270, 540, 540, missed=0, left=1)
    assert minutes(served) == [0, 19, 8]
    assert summarise(served).left == 0


def test_a_day_without_people_has_no_waits() -> None:
    assert replay(config(), TURNS, [], ALL_DAY) == []
    assert summarise([]) == Waits(0, 0, 0, 0, 0)


ONE = st.tuples(
    st.integers(0, 200), st.sampled_from([None, None, None, Priority.ELDERLY]), st.sampled_from("AB"),
    st.integers(1, 20),
)  # fmt: skip
Drawn = tuple[int, Priority | None, str, int]


def crowd(people: list[Drawn]) -> list[Arrival]:
    return sorted((person(m, p, s, t) for m, p, s, t in people), key=lambda a: a.at)


@given(people=st.lists(ONE, min_size=1, max_size=40), policy=st.sampled_from([STRICT, TURNS]))
def test_no_rule_makes_or_loses_anybody(people: list[Drawn], policy: QueuePolicy) -> None:
    arrivals = crowd(people)
    shifts = [Shift(n, MORNING, MORNING + timedelta(days=2)) for n in (1, 2)]
    served = replay(config(), policy, arrivals, shifts)
    assert [each.arrival for each in served] == arrivals
    assert all(each.waited_s is not None and each.waited_s >= 0 for each in served)


@given(people=st.lists(ONE, min_size=1, max_size=40))
def test_strict_is_never_worse_for_those_it_prefers(people: list[Drawn]) -> None:
    arrivals = crowd([(minute, priority, "A", 10) for minute, priority, _, _ in people])
    always, all_the_same = [Shift(1, MORNING, MORNING + timedelta(days=2))], []
    for policy in (STRICT, TURNS):
        served = replay(config(), policy, arrivals, always)
        all_the_same.append(summarise(each for each in served if each.arrival.priority).mean_s)
    assert all_the_same[0] <= all_the_same[1]
