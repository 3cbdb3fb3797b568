"""Numbers lent to kiosks: the two halves never meet, times stay possible, and every gap has a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import MotcuaError
from server.domain.leases import (
    DayNotBegun,
    Gap,
    Lease,
    Numbering,
    OutsideLease,
    Slip,
    arrival,
    check_slip,
    deliver,
    explain_gaps,
    is_lent,
    next_block,
    next_given,
    numbering,
    past_span,
)
from server.domain.office import LeasePolicy, Service
from server.domain.ticket import format_number
from server.domain.words import TicketState
from tests.unit.office import MORNING, Story

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FRIDAY = date(2026, 11, 20)
PLAIN = Numbering(1, 501)

LEASE = Lease(
    id="l1", device_id="kiosk", service="A", day=FRIDAY, prefix="A", digits=3, first=501, last=520,
    granted_at=MORNING, expires_at=MORNING + timedelta(hours=9),
)  # fmt: skip
SLIP = Slip("k1", "l1", "A", FRIDAY, "A", 501, "A501", MORNING + timedelta(minutes=30), "t" * 16)


@pytest.mark.parametrize(
    ("first", "last", "following"), [(1, 0, 1), (1, 499, 500), (1, 500, 1001), (1, 700, 1001), (1001, 1500, 2001)]
)
def test_the_server_counts_through_the_first_half_of_each_thousand(first: int, last: int, following: int) -> None:
    assert next_given(last, Numbering(first, first + 500)) == following


@pytest.mark.parametrize(
    ("lent", "size", "first"), [(None, 20, 501), (520, 20, 521), (990, 10, 991), (990, 11, 1501), (1000, 5, 1501)]
)
def test_kiosks_are_lent_blocks_of_the_second_half(lent: int | None, size: int, first: int) -> None:
    assert next_block(lent, PLAIN, size) == first


@given(st.lists(st.sampled_from([0, 1, 7, 20, 200]), max_size=200), st.integers(1, 2000), st.integers(0, 2))
def test_whatever_is_given_and_lent_in_whatever_order_no_number_comes_twice(
    steps: list[int], first: int, restores: int
) -> None:
    numbers = Numbering(first, first + 500 + 1000 * restores)
    last, lent, seen = first - 1, None, set[int]()
    for size in steps:
        if size == 0:
            last = next_given(last, numbers)
            block = {last}
            assert not is_lent(last, first)
        else:
            start = next_block(lent, numbers, size)
            lent = start + size - 1
            block = set(range(start, lent + 1))
            assert all(is_lent(n, first) for n in block)
        assert not block & seen
        seen |= block


def test_after_a_restore_blocks_begin_where_no_kiosk_can_hold_one() -> None:
    service = Service("A", {"vi": "Hộ tịch"}, "A")
    policy = LeasePolicy(ahead_days=10)
    assert numbering(service, [], FRIDAY, policy) == Numbering(1, 501)
    assert numbering(service, [FRIDAY], FRIDAY, policy) == Numbering(1, 1501)
    monday = FRIDAY + timedelta(days=3)
    assert numbering(service, [FRIDAY], monday, policy) == Numbering(1, 1501), "blocks may have been lent ahead"
    assert numbering(service, [FRIDAY], FRIDAY + timedelta(days=11), policy) == Numbering(1, 501)


@pytest.mark.parametrize(("last", "following"), [(0, 1001), (1, 1001), (37, 1001), (500, 1001), (1002, 2001)])
def test_past_a_span_nobody_is_met_who_was_forgotten(last: int, following: int) -> None:
    assert next_given(past_span(last, 1), PLAIN) == following


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"seq": 521, "number": "A521"}, OutsideLease),
        ({"seq": 500, "number": "A500"}, OutsideLease),
        ({"number": "A502"}, OutsideLease),
        ({"service": "B"}, OutsideLease),
        ({"service": "Z"}, MotcuaError),
        ({"day": FRIDAY + timedelta(days=1)}, DayNotBegun),
    ],
)
def test_what_is_not_a_number_of_the_block_is_refused(change: dict, refusal: type[MotcuaError]) -> None:
    with pytest.raises(refusal):
        check_slip(replace(SLIP, **change), LEASE, Story().hall, "kiosk")


def test_another_kiosks_block_is_refused() -> None:
    check_slip(SLIP, LEASE, Story().hall, "kiosk")
    with pytest.raises(OutsideLease):
        check_slip(SLIP, LEASE, Story().hall, "other")


def test_an_unknown_block_is_believed_only_after_a_restore() -> None:
    with pytest.raises(OutsideLease):
        check_slip(replace(SLIP, lease="lost"), None, Story().hall, "kiosk")
    check_slip(replace(SLIP, lease="lost"), None, Story(restores=(FRIDAY,)).hall, "kiosk")


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        (MORNING + timedelta(minutes=5), MORNING + timedelta(minutes=5)),
        (MORNING - timedelta(hours=20), MORNING),
        (MORNING + timedelta(days=400), MORNING + timedelta(hours=1)),
    ],
)
def test_the_kiosks_time_is_held_within_what_can_be_true(said: datetime, taken: datetime) -> None:
    assert arrival(replace(SLIP, issued_at=said), LEASE, MORNING + timedelta(hours=1), ZONE) == taken


def test_a_number_of_yesterday_stays_in_yesterday() -> None:
    saturday = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
    late = replace(SLIP, issued_at=saturday)
    assert arrival(late, LEASE, saturday, ZONE).astimezone(ZONE).date() == FRIDAY


def test_an_offline_number_stands_in_line_by_its_real_time() -> None:
    story = Story()
    story.arrive()
    story.later(60)
    story.arrive()
    (fact,) = deliver(story.hall, SLIP, id="x", arrived_at=SLIP.issued_at, channel="offline")
    assert [t.number for t in story.hall.line()] == ["A001", "A501", "A002"]
    assert story.hall.issued["A"] == 3 and fact.after.channel == "offline"


def test_a_number_of_a_day_that_is_over_is_counted_and_expired() -> None:
    story = Story()
    yesterday = replace(SLIP, day=FRIDAY - timedelta(days=1))
    issued, expired = deliver(story.hall, yesterday, id="x", arrived_at=SLIP.issued_at, channel="offline")
    assert (issued.after.state, expired.after.state) == (TicketState.WAITING, TicketState.EXPIRED)
    assert story.hall.line() == [] and expired.at == datetime(2026, 11, 19, 17, 0, tzinfo=UTC)


def test_every_gap_has_its_reason() -> None:
    held = replace(LEASE, id="l2", first=521, last=540)
    back = replace(LEASE, returned_from=503)
    gaps = explain_gaps([1, 2, 4, 501, 502], [back, held], 1, MORNING)
    assert gaps == [
        Gap(3, 3, "unexplained"),
        Gap(503, 520, "returned", "kiosk", "l1"),
        Gap(521, 540, "lent", "kiosk", "l2"),
    ]
    over = MORNING + timedelta(days=1)
    assert explain_gaps([521], [held], 1, over) == [Gap(522, 540, "lapsed", "kiosk", "l2")]
    assert explain_gaps([500, *range(1, 499), 1001], [], 1, over, restored=True) == [
        Gap(499, 499, "restored"), Gap(501, 1000, "reserved"),
    ]  # fmt: skip


def test_numbers_grow_past_their_digits() -> None:
    assert format_number("A", next_given(500, PLAIN), 3) == "A1001"


def test_where_nothing_is_lent_the_server_counts_straight_on_and_a_later_block_lies_behind() -> None:
    assert [next_given(last, PLAIN, lending=False) for last in (499, 500, 999)] == [500, 501, 1000]
    assert next_block(None, PLAIN, 20, given=600) == 1501
    assert next_given(600, PLAIN) == 1001, "from the first block on it keeps to its own half"
    assert next_block(None, PLAIN, 20, given=499) == 501
    assert next_block(1520, PLAIN, 20, given=1001) == 1521
