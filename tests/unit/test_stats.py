"""Adding up, shares, periods: the arithmetic under every report."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.stats.facts import (
    Basis,
    Cell,
    DayFacts,
    DeskSpan,
    RatingFacts,
    SessionFacts,
    Span,
    TicketFacts,
    count_day,
)
from server.domain.stats.period import Block, Grain, Unit, cover, days, key_of, split
from server.domain.stats.shares import percent, wilson
from server.domain.stats.slices import SLICES, cut, merge
from server.domain.stats.summary import rank, ratings, summarise
from server.domain.stats.tally import add, bucket, counts, middle, percentile, put_time, times_of, total

patient = settings(deadline=None)
"""A busy machine is no fault of the arithmetic."""

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


# --- tallies ---------------------------------------------------------------------------------------------------------


@patient
@given(st.integers(0, 10**6))
def test_a_bucket_stands_for_its_times_closely(seconds: int) -> None:
    stands = middle(bucket(seconds))
    assert abs(stands - seconds) <= (0 if seconds < 512 else seconds / 512) or seconds > 32_767


@patient
@given(st.lists(st.integers(0, 20_000), min_size=1, max_size=60), st.sampled_from([0.5, 0.9, 1.0]))
def test_a_percentile_is_a_time_that_so_many_did_not_exceed(times: list[int], share: float) -> None:
    found = percentile(counts(times_of(Counter(map(bucket, times)).items())), share)
    assert found is not None
    exact = sorted(times)[max(1, -(-len(times) * round(share * 100) // 100)) - 1]
    assert abs(found - exact) <= exact / 512


tallies = st.dictionaries(
    st.sampled_from(["issued", "wait_ms_max", "wait_times", "rating.3.satisfied"]), st.integers(1, 99)
)


@patient
@given(st.lists(tallies, max_size=6), st.randoms())
def test_adding_up_does_not_depend_on_the_order(parts: list[dict[str, int]], random) -> None:
    whole = total(parts)
    random.shuffle(parts)
    assert total([total(parts[:2]), total(parts[2:])]) == whole


# --- shares ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "whole", "printed"),
    [
        (0, 0, None),
        (0, 7, 0.0),
        (7718, 7718, 100.0),
        (2935, 2939, 99.86),
        (1, 8, 12.5),
        (1, 800, 0.13),
        (5, 4000, 0.13),
    ],
)
def test_a_share_has_two_decimals_halves_up_and_is_nothing_over_nothing(part, whole, printed) -> None:
    assert percent(part, whole) == printed


@patient
@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_share(counts: tuple[int, int]) -> None:
    low, high = wilson(*counts)
    assert 0 <= low <= percent(*counts) + 0.01
    assert percent(*counts) - 0.01 <= high <= 100


def rated(satisfied: int, of: int) -> dict[str, int]:
    return {"rating.3.satisfied": satisfied, "rating.3.dissatisfied": of - satisfied}


def test_three_ratings_never_outrank_three_hundred() -> None:
    assert rank({"three": rated(3, 3), "poor": rated(90, 300), "good": rated(290, 300)}) == ["good", "poor"]


@patient
@given(st.integers(0, 29), st.integers(0, 300))
def test_few_never_outrank_many(few: int, satisfied: int) -> None:
    assert rank({"few": rated(few, few), "many": rated(satisfied, 300)}) == ["many"]


@pytest.mark.parametrize(
    ("part", "whole", "interval"),
    [
        (0, 0, None),
        (0, 1, (0.0, 79.35)),
        (8, 10, (49.02, 94.33)),
        (1, 1, (20.65, 100.0)),
        (0, 30, (0.0, 11.35)),
        (30, 30, (88.65, 100.0)),
        (50, 100, (40.38, 59.62)),
        (2935, 2939, (99.65, 99.95)),
    ],
)
def test_an_interval_is_the_score_interval(part, whole, interval) -> None:
    """Computed by hand from the quadratic, not from the code: one of one is far from sure."""
    assert wilson(part, whole) == interval


@patient
@given(st.integers(0, 60), st.integers(1, 60))
def test_more_of_the_same_is_never_less_sure(part: int, times: int) -> None:
    low, high = wilson(part, 60)
    lower, higher = wilson(part * times, 60 * times)
    assert low <= lower <= higher <= high


@pytest.mark.parametrize("count", [1, 29, 30, 31])
def test_fewer_than_thirty_are_a_small_sample_everywhere(count: int) -> None:
    tally = {"rating.3.satisfied": count, "criterion.speed.3.satisfied": count, "told": count}
    for _ in range(count):
        put_time(tally, "wait", 1000)
        put_time(tally, "service", 1000)
    found = summarise(tally)
    rated = found["ratings"]
    marks = [rated["small"], rated["criteria"]["speed"]["small"], found["expected_wait"]["small"],
             found["wait_s"]["small"], found["service_s"]["small"]]  # fmt: skip
    assert marks == [count < 30] * 5
    assert rank({"who": tally}) == ([] if count < 30 else ["who"])


@patient
@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(0, 200).flatmap(
    lambda n: st.tuples(st.integers(0, n), st.just(n))), max_size=8))  # fmt: skip
def test_places_follow_the_lower_end_of_the_interval(people: dict[str, tuple[int, int]]) -> None:
    places = rank({name: rated(*counts) for name, counts in people.items()})
    assert set(places) == {name for name, (_, of) in people.items() if of >= 30}
    ends = [wilson(*people[name])[0] for name in places]
    assert ends == sorted(ends, reverse=True)


def test_whoever_is_equal_stands_by_number_and_then_by_name() -> None:
    nobody_content = {"b": rated(0, 40), "a": rated(0, 40), "c": rated(0, 90)}
    assert rank(nobody_content) == ["c", "a", "b"]


def test_a_rating_without_a_level_makes_nobody_content_and_is_no_missing_answer() -> None:
    """2,939 rated, of which one has no level: it stays in the whole."""
    found = ratings({"rating.3.very_satisfied": 2220, "rating.3.satisfied": 715, "rating.3.dissatisfied": 3,
                     "rating.3.without_level": 1})  # fmt: skip
    assert (found["count"], found["satisfied"], found["without_level"]) == (2939, 2935, 1)
    assert (found["satisfied_pct"], found["interval_pct"]) == (99.86, (99.65, 99.95))
    assert (found["sessions"], found["none"], found["response_pct"]) == (0, 0, None), "how many could have rated"


def test_ratings_of_whom_nothing_else_is_known_leave_the_response_to_those_who_are_known() -> None:
    older, ours = {"rating.3.satisfied": 500}, {"sessions": 8, "answered": 2, "rating.3.satisfied": 2}
    found = ratings(total([older, ours]))
    assert (found["count"], found["sessions"], found["none"], found["response_pct"]) == (502, 8, 6, 25.0)


def test_nobody_rated_is_not_nobody_content() -> None:
    found = ratings({"sessions": 12})
    assert (found["satisfied_pct"], found["interval_pct"]) == (None, None)
    assert (found["response_pct"], found["none"]) == (0.0, 12)
    assert found["small"]


def test_two_scales_stand_side_by_side() -> None:
    found = ratings({"rating.3.satisfied": 4, "rating.5.neutral": 2, "rating.3.without_level": 1})
    assert found["levels"]["3"]["satisfied"] == 4
    assert found["levels"]["5"]["neutral"] == 2
    assert (found["count"], found["without_level"], found["satisfied"]) == (7, 1, 4)


def test_no_press_is_never_satisfaction() -> None:
    found = ratings({"sessions": 10, "answered": 2, "rating.3.satisfied": 2})
    assert (found["none"], found["satisfied_pct"], found["response_pct"]) == (8, 100.0, 20.0)


def test_sessions_without_a_press_are_counted_by_sessions_not_by_ratings_taken_in() -> None:
    found = ratings({"sessions": 10, "answered": 4, "rating.3.satisfied": 4, "rating.3.without_level": 5})
    assert (found["count"], found["none"], found["response_pct"]) == (9, 6, 40.0)


# --- periods ---------------------------------------------------------------------------------------------------------


@patient
@given(DAYS, st.integers(0, 1500), DAYS, st.sampled_from(list(Unit)))
def test_every_day_of_a_period_is_in_exactly_one_block_and_one_unit(first, length, today, unit) -> None:
    last = first + timedelta(days=length)
    covered = [d for block in cover(first, last, today) for d in days(block.start, block.last)]
    assert covered == list(days(first, last))
    assert [d for b in split(first, last, unit) for d in days(b.first, b.last)] == covered


def test_ten_years_are_few_blocks() -> None:
    blocks = list(cover(date(2016, 3, 17), date(2026, 11, 20), date(2026, 11, 20)))
    assert len(blocks) == 15 + 9 + 9 + 1 + 1
    assert blocks[-2] == Block(date(2026, 1, 1), Grain.YEAR, through=date(2026, 11, 19))
    assert blocks[-1] == Block(date(2026, 11, 20), Grain.DAY)


def test_units_are_named_as_people_name_them() -> None:
    names = {unit: next(split(date(2026, 11, 20), date(2026, 11, 20), unit)).key for unit in Unit}
    assert list(names.values()) == ["2026-11-20", "2026-W47", "2026-11", "2026-Q4", "2026-H2", "2026"]


@pytest.mark.parametrize(
    ("day", "half", "quarter"),
    [("2026-01-01", 1, 1), ("2026-06-30", 1, 2), ("2026-07-01", 2, 3), ("2026-12-31", 2, 4), ("2028-02-29", 1, 1)],
)
def test_a_half_year_ends_in_june(day, half, quarter) -> None:
    at = date.fromisoformat(day)
    assert key_of(at, Unit.HALF_YEAR) == f"{at.year}-H{half}" and key_of(at, Unit.QUARTER) == f"{at.year}-Q{quarter}"


def test_the_running_day_is_in_no_block_though_it_is_the_last_of_its_year() -> None:
    blocks = list(cover(date(2026, 1, 1), date(2026, 12, 31), date(2026, 12, 31)))
    year = Block(date(2026, 1, 1), Grain.YEAR, through=date(2026, 12, 30))
    assert blocks == [year, Block(date(2026, 12, 31), Grain.DAY)]


# --- counting --------------------------------------------------------------------------------------------------------

HOUR = 3_600_000
EIGHT = 1_795_136_400_000  # 20 November 2026, 08:00 in the office
BASIS = Basis("Asia/Ho_Chi_Minh")


def at(minutes: float) -> int:
    return EIGHT + int(minutes * 60_000)


def visitor(*spans: Span, id: str = "t", told: tuple[int, int] | None = None) -> TicketFacts:
    return TicketFacts(id, "A001", None, spans[0].start, spans, told)


def whole(
    *tickets: TicketFacts, sessions: tuple[SessionFacts, ...] = (), desks: tuple[DeskSpan, ...] = (), until=at(600)
):
    return merge([cut(count_day(DayFacts(tickets, sessions, desks), BASIS, until), "whole")]).get(Cell(), {})


WAITED = Span("waiting", at(0), at(10), "A")


@pytest.mark.parametrize(
    ("story", "counted"),
    [
        ([WAITED, Span("called", at(10), at(20), "A", 1, "o"), Span("completed", at(20), at(20), "A", 1, "o")],
         {"issued": 1, "called": 1, "served": 1}),
        ([WAITED, Span("called", at(10), at(20), "A", 1, "o"), Span("no_show", at(20), None, "A", None, "o")],
         {"issued": 1, "called": 1, "no_show": 1}),
        ([WAITED, Span("cancelled", at(10), at(10), "A")], {"issued": 1, "cancelled": 1, "left_uncalled": 1}),
        ([WAITED, Span("expired", at(10), at(10), "A")], {"issued": 1, "expired": 1, "left_uncalled": 1}),
        ([WAITED, Span("called", at(10), at(11), "A", 1, "o"), Span("waiting", at(11), None, "B", moved=True)],
         {"issued": 1, "called": 1, "transferred": 1, "in_hall": 1}),
    ],
)  # fmt: skip
def test_what_became_of_a_number(story, counted) -> None:
    names = ("issued", "called", "served", "no_show", "cancelled", "expired", "left_uncalled", "transferred", "in_hall")
    found = whole(visitor(*story))
    assert {name: found[name] for name in names if name in found} == counted


def test_an_absence_is_counted_at_the_counter_that_called() -> None:
    story = (WAITED, Span("called", at(10), at(20), "A", 3, "o"), Span("no_show", at(20), None, "A", None, "o"))
    cells = count_day(DayFacts((visitor(*story),)), BASIS, at(600))
    assert next(cell for cell, tally in cells.items() if "no_show" in tally).counter == 3


def test_whoever_sends_on_or_cancels_does_it_at_the_counter_that_has_the_number() -> None:
    called = Span("called", at(10), at(20), "A", 3, "o")
    sent_on = visitor(WAITED, called, Span("waiting", at(20), None, "B", moved=True), id="moved")
    gone = visitor(WAITED, called, Span("cancelled", at(20), at(20), "A", None, "o"), id="gone")
    left = visitor(WAITED, Span("cancelled", at(20), at(20), "A"), id="left")
    cells = count_day(DayFacts((sent_on, gone, left)), BASIS, at(600))
    found = [(name, cell.service, cell.counter, cell.officer) for cell, tally in cells.items()
             for name in ("transferred", "cancelled") if tally.get(name)]  # fmt: skip
    assert sorted(found, key=str) == [
        ("cancelled", "A", 3, "o"), ("cancelled", "A", None, None), ("transferred", "B", 3, "o"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ((0, 540), "told_later"), ((540, 660), "told_within"), ((660, 900), "told_sooner"),
        ((600, 660), "told_within"), ((540, 600), "told_within"),
    ],
)  # fmt: skip
def test_what_was_told_of_the_wait_is_held_against_it(told, name) -> None:
    story = (WAITED, Span("called", at(10), None, "A", 1, "o"))
    assert whole(visitor(*story, told=told))[name] == 1


@pytest.mark.parametrize(("late_ms", "within"), [(0, 1), (1, 0)])
def test_a_target_is_kept_to_its_last_moment(late_ms, within) -> None:
    basis = Basis("Asia/Ho_Chi_Minh", wait_targets={"A": 600}, service_targets={"A": 300})
    call = Span("called", at(10) + late_ms, at(20), "A", 1, "o")
    served = SessionFacts("t", "A", 1, "o", at(10), at(15) + late_ms)
    cells = count_day(DayFacts((visitor(Span("waiting", at(0), at(10), "A"), call),), (served,)), basis, at(600))
    found = total(cells.values())
    assert (found.get("wait_within", 0), found.get("service_within", 0)) == (within, within)


def test_every_transfer_counts_and_a_service_falls_into_the_hour_at_which_it_ended() -> None:
    story = (WAITED, Span("waiting", at(10), at(20), "B", moved=True), Span("waiting", at(20), None, "C", moved=True))
    assert whole(visitor(*story))["transferred"] == 2
    served = SessionFacts("t", "A", 1, "o", at(50), at(70), RatingFacts(3, "satisfied"))
    cells = cut(count_day(DayFacts((), (served,)), BASIS, at(600)), "hour")
    assert {cell.hour for cell, tally in cells.items() if "answered" in tally or "sessions" in tally} == {9}


def test_idle_time_is_open_time_with_nobody_there() -> None:
    story = (WAITED, Span("called", at(10), at(40), "A", 1, "o"), Span("completed", at(40), at(40), "A", 1, "o"))
    desks = (
        DeskSpan(1, "o", "open", at(0), at(60)),
        DeskSpan(1, "o", "paused", at(60), at(75)),
        DeskSpan(1, "o", "open", at(75), None),
    )
    found = summarise(whole(visitor(*story), desks=desks, until=at(90)))["counter_s"]
    assert found == {"open": 75 * 60, "paused": 15 * 60, "idle": 45 * 60, "busy_pct": 40.0}


def test_counter_time_falls_into_the_hours_it_touches() -> None:
    desks = (DeskSpan(1, "o", "open", at(30), at(150)),)
    cells = cut(count_day(DayFacts(desks=desks), BASIS, at(600)), "hour")
    assert {cell.hour: tally["open_ms"] / HOUR for cell, tally in cells.items()} == {8: 0.5, 9: 1.0, 10: 0.5}


ids, officers = st.text("abc", min_size=1), st.sampled_from("xy")
spans = st.builds(
    Span, st.sampled_from(["waiting", "called", "serving", "completed", "no_show"]), st.integers(EIGHT, at(300)),
    st.none(), st.sampled_from("ABC"), st.none() | st.integers(1, 3), st.none() | officers, st.booleans(),
)  # fmt: skip
tickets = st.builds(
    TicketFacts, ids, st.just("A001"), st.none() | st.just("elderly"), st.integers(EIGHT - HOUR, EIGHT),
    st.lists(spans, min_size=1, max_size=4).map(tuple),
)  # fmt: skip
pressed = st.builds(RatingFacts, st.sampled_from([3, 5]), st.just("satisfied"))
sessions = st.builds(
    SessionFacts, ids, st.sampled_from("ABC"), st.integers(1, 3), officers, st.integers(EIGHT, at(60)),
    st.integers(at(60), at(300)), st.none() | pressed,
)  # fmt: skip


@patient
@given(st.lists(tickets, max_size=6), st.lists(sessions, max_size=6))
def test_the_parts_of_every_split_add_up_to_the_whole(some, served) -> None:
    cells = count_day(DayFacts(tuple(some), tuple(served)), BASIS, at(600))
    for name in SLICES:
        assert total(cut(cells, name).values()) == cut(cells, "whole").get(Cell(), {})


def test_a_duration_is_kept_as_sum_longest_and_distribution() -> None:
    tally: dict[str, int] = {}
    for milliseconds in (61_000, 5_000, 61_999):
        put_time(tally, "wait", milliseconds)
    assert tally == {"wait_ms": 127_999, "wait_ms_max": 61_999, "wait_times": times_of([(5, 1), (61, 2)])}
    assert add({"wait_ms_max": 3}, {"wait_ms_max": 9}) == {"wait_ms_max": 9}
