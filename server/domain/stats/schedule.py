"""When a report is sent by itself: after its period is over, and again, less and less often, while that fails."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from server.domain.stats.period import ONE_DAY, Unit, end_of

FIRST_RETRY, LAST_RETRY = timedelta(minutes=15), timedelta(days=1)


def last_whole(unit: Unit, today: date) -> tuple[date, date]:
    """The newest day, week, month … that is over."""
    last = today - ONE_DAY
    while end_of(last, unit) != last:
        last -= ONE_DAY
    first = last
    while end_of(first - ONE_DAY, unit) == last:
        first -= ONE_DAY
    return first, last


def next_try(tries: int, at: datetime) -> datetime:
    """When a report that has failed so often, last at `at`, is sent again."""
    pause: timedelta = min(FIRST_RETRY * 2 ** min(tries - 1, 10), LAST_RETRY)
    return at + pause
