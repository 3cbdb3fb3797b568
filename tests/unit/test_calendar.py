"""Opening hours: windows, Saturdays, Tết, and the end of the day."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from server.domain.calendar import Calendar, end_of_day, local_day

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
WORKDAY = ((time(7, 30), time(11, 15)), (time(13, 15), time(16, 30)))
WARD = Calendar(
    weekly=dict.fromkeys(range(5), WORKDAY) | {5: ((time(7, 30), time(11, 15)),)},
    exceptions={date(2026, 2, 17): (), date(2026, 8, 22): WORKDAY},
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-20 07:29:59", False),
        ("2026-11-20 07:30", True),
        ("2026-11-20 11:15", False),
        ("2026-11-20 16:29:59", True),
        ("2026-11-21 09:00", True),  # a Saturday morning
        ("2026-11-21 14:00", False),
        ("2026-11-22 09:00", False),  # a Sunday
        ("2026-02-17 09:00", False),  # first day of Tết
        ("2026-08-22 14:00", True),  # a Saturday that is worked
        ("2028-02-29 09:00", True),
    ],
)
def test_when_numbers_are_given(moment: str, is_open: bool) -> None:
    assert WARD.is_open(at(moment)) is is_open


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-20 12:00", "2026-11-20 13:15"),
        ("2026-11-20 17:00", "2026-11-21 07:30"),
        ("2026-11-21 12:00", "2026-11-23 07:30"),
        ("2026-02-16 20:00", "2026-02-18 07:30"),
    ],
)
def test_the_next_opening(moment: str, opening: str) -> None:
    assert WARD.next_opening(at(moment)) == at(opening)


def test_an_office_without_hours_is_open() -> None:
    assert Calendar().is_open(at("2026-11-22 03:00"))
    assert Calendar(weekly={6: ((time(0), time.max),)}).is_open(at("2026-11-22 23:59:59"))


def test_an_office_that_never_opens_says_so_instead_of_searching_for_ever() -> None:
    assert Calendar(weekly={7: WORKDAY}).next_opening(at("2026-11-22 03:00")) is None


def test_the_day_is_the_offices_own_not_utcs() -> None:
    late_in_utc = datetime.fromisoformat("2026-11-19T17:30:00+00:00")
    assert local_day(late_in_utc, HANOI) == date(2026, 11, 20)
    assert end_of_day(date(2026, 11, 20), HANOI) == at("2026-11-21 00:00")


WEEK = {day: ((time(7, 30), time(16, 30)),) for day in range(5)} | {5: ((time(7, 30), time(11, 0)),)}


@pytest.mark.parametrize(
    ("day", "exceptions", "expected"),
    [
        (date(2026, 11, 19), {}, date(2026, 11, 20)),
        # A session on Saturday morning is not a working day.
        (date(2026, 11, 20), {}, date(2026, 11, 23)),
        (date(2026, 11, 20), {date(2026, 11, 23): ()}, date(2026, 11, 24)),
        # Saturday 10/1/2026 was worked in exchange for Friday 2/1.
        (date(2026, 1, 9), {date(2026, 1, 10): WEEK[4]}, date(2026, 1, 10)),
        (date(2026, 1, 1), {date(2026, 1, 2): ()}, date(2026, 1, 5)),
        # Over the nine days of Tết, and from a number of the Saturday before them.
        (date(2026, 2, 13), {date(2026, 2, d): () for d in range(16, 21)}, date(2026, 2, 23)),
        (date(2026, 2, 14), {date(2026, 2, d): () for d in range(16, 21)}, date(2026, 2, 23)),
    ],
)
def test_the_next_working_day(day: date, exceptions, expected: date) -> None:
    assert Calendar(WEEK, exceptions).next_working_day(day) == expected


def test_an_office_of_weekends_alone_has_a_next_day_too() -> None:
    assert Calendar({5: WEEK[5]}).next_working_day(date(2026, 11, 20)) == date(2026, 11, 21)
