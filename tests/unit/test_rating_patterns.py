"""Runs of ratings that people do not make are found; a busy honest day is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.stats.patterns import Press, check

patient = settings(deadline=None)
"""A busy machine is no fault of the arithmetic."""

START = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def press(
    n: int, ended_s: float, after_s: float = 6, *, officer: str = "ngoc", counter: int = 1, channel: str = "panel"
) -> Press:
    ended = START + timedelta(seconds=ended_s)
    return Press(
        f"s{n}", f"A{n:03d}", counter, officer, "satisfied", channel, ended, ended + timedelta(seconds=after_s)
    )


def found(presses: list[Press], others: list[float] = ()) -> list[tuple[str, int]]:  # type: ignore[assignment]
    ends = [(p.officer, p.ended_at) for p in presses] + [("ngoc", START + timedelta(seconds=s)) for s in others]
    return [(f.rule, len(f.presses)) for f in check(presses, ends)]


def test_an_honest_day_raises_no_question() -> None:
    assert found([press(n, n * 300, 3 + n % 20) for n in range(60)]) == []


def test_many_presses_within_seconds_at_one_counter() -> None:
    day = [press(n, n * 300) for n in range(10)] + [press(20 + n, 4000 + n * 8) for n in range(6)]
    assert found(day) == [("burst", 6)]


@pytest.mark.parametrize(("count", "apart"), [(12, 21), (20, 38)])
def test_a_run_that_keeps_just_under_one_limit_comes_over_the_next(count: int, apart: int) -> None:
    assert found([press(n, n * 300) for n in range(5)] + [press(50 + n, 5000 + n * apart) for n in range(count)]) == [
        ("burst", count)
    ]


@pytest.mark.parametrize("apart", [61, 75, 120])
def test_results_handed_over_all_morning_to_people_who_all_press_are_no_run(apart: int) -> None:
    assert found([press(n, n * apart, 4 + n % 9) for n in range(100)]) == []


def test_three_that_happen_to_press_together_are_no_run() -> None:
    assert found([press(1, 0, 25), press(2, 30, 3), press(3, 55, 2), press(4, 300)]) == []


def test_two_runs_are_two_findings() -> None:
    day = [press(n, n * 8) for n in range(5)] + [press(20 + n, 4000 + n * 8) for n in range(4)]
    assert found(day) == [("burst", 5), ("burst", 4)]


def test_four_counters_at_once_are_four_people() -> None:
    assert found([press(n, 100, counter=n, officer=f"o{n}") for n in range(8)]) == []


def test_all_at_the_end_of_the_day() -> None:
    served = [s * 400.0 for s in range(60)]
    late = [press(n, 59 * 400 - 1500 + n * 120) for n in range(12)]
    assert found(late, served) == [("end_of_day", 12)]


def test_a_counter_that_opened_late_is_no_run() -> None:
    assert found([press(n, n * 120) for n in range(12)]) == []


def test_quicker_than_a_hand() -> None:
    assert found([press(n, n * 300, 0.2) for n in range(6)]) == [("too_soon", 6)]


def test_pressed_from_an_officers_own_session() -> None:
    assert found([press(1, 0, channel="staff"), press(2, 300)]) == [("own_hand", 1)]


def test_ratings_from_phones_at_home_make_no_burst() -> None:
    assert found([press(n, n * 5, channel="phone") for n in range(20)]) == []


@patient
@given(st.lists(st.integers(0, 30_000), max_size=40))
def test_evidence_is_never_made_up(seconds: list[int]) -> None:
    day = [press(n, s) for n, s in enumerate(seconds)]
    for finding in check(day, [(p.officer, p.ended_at) for p in day]):
        assert set(finding.presses) <= set(day)
        assert len(finding.presses) == finding.values["count"] == len({p.session for p in finding.presses})
