"""The kiosk keeps the server's time as well as the network lets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kiosk.runtime.clock import TrueClock

NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)


@dataclass
class Counter:
    """Time that only passes."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def off_by(clock: TrueClock, true: datetime) -> float:
    return abs((clock() - true).total_seconds())


def test_a_slow_answer_does_not_undo_a_quick_one() -> None:
    elapsed = Counter()
    clock = TrueClock(lambda: NOON + timedelta(hours=3), elapsed)
    clock.set_by(NOON, 0.004)
    assert off_by(clock, NOON) <= 0.002
    elapsed.now = 10.0
    # The answer was 0.3 s under way in one direction: half a round trip is wrong by 150 ms.
    clock.set_by(NOON + timedelta(seconds=9.7), 0.3)
    assert off_by(clock, NOON + timedelta(seconds=10)) <= 0.002


def test_a_first_answer_is_taken_however_slow() -> None:
    clock = TrueClock(lambda: NOON - timedelta(days=400), Counter())
    clock.set_by(NOON, 1.0)
    assert off_by(clock, NOON) <= 0.5


def test_what_was_known_long_ago_is_worth_less() -> None:
    elapsed = Counter()
    clock = TrueClock(lambda: NOON, elapsed)
    clock.set_by(NOON, 0.002)
    elapsed.now = 3600.0
    clock.set_by(NOON + timedelta(seconds=3600.2), 0.1)
    assert off_by(clock, NOON + timedelta(seconds=3600.25)) < 0.001


def test_a_server_whose_clock_was_set_is_followed_at_once() -> None:
    clock = TrueClock(lambda: NOON, Counter())
    clock.set_by(NOON, 0.002)
    clock.set_by(NOON - timedelta(minutes=7), 0.3)
    assert off_by(clock, NOON - timedelta(minutes=7)) <= 0.15
