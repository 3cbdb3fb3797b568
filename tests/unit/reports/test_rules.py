"""What each rule finds, on tables as offices publish them."""

import json

import pytest

from server.domain.reports.check import Result, check_report
from server.domain.reports.findings import Check
from server.domain.reports.reading import read_json


def checked(**figures: object) -> Result:
    return check_report(read_json(json.dumps(figures)))


def broken(**figures: object) -> list[tuple[str, int | float | None]]:
    return [(item.rule, None if item.gap is None else float(item.gap)) for item in checked(**figures).broken]


def only(result: Result) -> Check:
    (finding,) = result.broken
    return finding


RETURN = {
    "received": 1523, "online": 1000, "direct": 500, "carried_over": 23,
    "resolved": 1500, "early": 100, "on_time": 1399, "late": 1,
    "in_progress": 23, "in_time": 20, "overdue": 3,
}  # fmt: skip


def test_a_return_that_adds_up_is_clean_and_says_what_was_compared() -> None:
    result = checked(**RETURN)
    assert result.clean
    assert {item.rule for item in result.tables[0].checks} == {"R1", "R2", "R3", "R4", "R5"}
    assert result.tables[0].unchecked == ()


@pytest.mark.parametrize(
    ("altered", "findings"),
    [
        ({"carried_over": 24}, [("R1", -1)]),
        ({"early": 101}, [("R2", -1)]),
        ({"overdue": 2}, [("R3", 1)]),
        ({"received": 1524}, [("R1", 1), ("R4", 1)]),
        ({"in_time": 40, "overdue": 3}, [("R3", -20), ("R5", 17)]),
    ],
)
def test_an_altered_count_is_named_with_its_gap(altered: dict[str, int], findings: list[tuple[str, int]]) -> None:
    assert broken(**{**RETURN, **altered}) == findings


def test_a_rating_without_a_level_shows() -> None:
    finding = only(checked(total=2939, very_satisfied=2220, satisfied=715, dissatisfied=3))
    assert (finding.rule, finding.printed, finding.computed, finding.gap) == ("R7", "2939", "2938", 1)
    assert finding.note is not None
    assert (finding.note.code, finding.note.params) == ("ratings_without_level", {"n": "1"})


def test_who_did_not_rate_is_a_part_of_the_sessions() -> None:
    assert checked(total=100, very_satisfied=80, satisfied=15, dissatisfied=2, not_rated=3).clean
    assert broken(total=100, very_satisfied=80, satisfied=15, dissatisfied=2, not_rated=4) == [("R7", -1)]


def test_outcomes_are_exclusive() -> None:
    assert checked(received=7761, on_time=7643, early=75, in_progress=43, late=0).clean
    assert broken(received=7761, on_time=7643, early=75, in_progress=43, late=1) == [("R4", -1)]


def test_levels_of_online_service_add_up_to_the_catalogue() -> None:
    assert checked(total=224, dvc2=71, dvc3=21, dvc4=132).clean
    assert broken(total=103, dvc2=46, dvc3=1, dvc4=57) == [("R7", -1)]
    assert broken(tong=10, toan_trinh=4, mot_phan=5, con_lai=2) == [("R7", -1)]


def test_a_longer_name_is_a_part_of_the_shorter() -> None:
    assert checked(received=307485, resolved=305480, early_or_on_time=303768, dvc3=5825, dvc3_at_home=4658).clean
    assert broken(dvc3=5825, dvc3_at_home=5826) == [("R5", 1)]
    assert not checked(resolved=10, resolved_last_year=12).broken


def test_a_part_over_its_whole() -> None:
    assert broken(received=41770, resolved=41771) == [("R5", 1)]
    assert broken(received=100, early=60, on_time=50) == [("R5", 10)]


def test_an_approximate_whole_leaves_room() -> None:
    assert checked(received=41770, resolved_approx=41780).clean
    assert broken(received=41770, resolved_approx=41790) == [("R5", 20)]


def test_a_bare_total_is_the_total_of_all_that_stands_with_it() -> None:
    assert broken(**{"Tổng": 430, "Hộ tịch": 120, "Đất đai": 309}) == [("R7", 1)]
    assert checked(total=430, counters=5, officers=8).broken == ()


@pytest.mark.parametrize(
    ("figures", "holds"),
    [
        ({"resolved": 1500, "early_or_on_time": 1490, "on_time_pct": "99,33%"}, True),
        ({"resolved": 1500, "early_or_on_time": 1490, "on_time_pct": "99,35%"}, False),
        ({"resolved": 200, "late": 1, "Tỷ lệ đúng hạn": "99,5%"}, True),
        ({"resolved": 1500, "received": 1523, "resolved_pct": 98.49}, True),
        ({"resolved": 1500, "received": 1523, "resolution_rate": "98,94%"}, False),
        ({"online": 1000, "direct": 500, "carried_over": 23, "online_pct": 66.67}, True),
        ({"online": 1000, "direct": 500, "received": 1523, "carried_over": 23, "online_pct": 65.66}, False),
        ({"resolved": 4509, "early_or_on_time": 4437, "on_time_pct_approx": 98.5}, True),
        ({"resolved": 4509, "early_or_on_time": 4400, "on_time_pct_approx": 98.5}, False),
        ({"resolved": 0, "early": 0, "on_time": 0, "late": 0, "on_time_pct": "—"}, True),
        ({"resolved": 0, "early": 0, "on_time": 0, "late": 0, "on_time_pct": "100%"}, False),
        ({"resolved": 5, "late": 1, "on_time_pct": "—"}, False),
        ({"total": 100, "very_satisfied": 80, "satisfied": 15, "dissatisfied": 5, "tỷ lệ hài lòng": "95%"}, True),
        ({"total": 100, "very_satisfied": 80, "satisfied": 15, "dissatisfied": 5, "very_satisfied_pct": "81%"}, False),
        ({"resolved": 200, "late": 1, "on_time_rate": 0.995}, True),
        ({"very_satisfied_pct": 75.5, "satisfied_pct": 24.3, "dissatisfied_pct": 0.1}, False),
        ({"late_pct": "100,5%"}, False),
    ],
)  # fmt: skip
def test_percentages_are_recomputed(figures: dict[str, object], holds: bool) -> None:
    result = checked(**figures)
    assert result.clean is holds
    assert result.compared


def test_a_wrong_rate_says_which_other_rate_it_is() -> None:
    finding = only(checked(received=1523, resolved=1500, early_or_on_time=1490, on_time_pct="97,83%"))
    assert (finding.rule, finding.computed) == ("R6", "99,33%")
    assert finding.note is not None
    assert finding.note.params == {"rate": "early_or_on_time / received"}


def test_a_gap_as_large_as_another_figure_is_pointed_out() -> None:
    finding = next(item for item in checked(received=60, carried_over=40, resolved=95, in_progress=5).broken)
    assert finding.note is not None
    assert finding.note.params == {"key": "carried_over"}


@pytest.mark.parametrize(
    ("as_of", "period", "holds"),
    [
        ("2026-03-14", "Quý I/2026", True),
        ("01/04/2026", "Quý I/2026", False),
        ("2026-06-30", "6 tháng đầu năm 2026", True),
        ("2026-06-30", {"from": "2026-07-01", "to": "2026-09-30"}, False),
        ("2026-12-31", "2026", True),
        ("2026-02-28", "2026-03", False),
    ],
)
def test_the_as_of_date_lies_in_the_period(as_of: str, period: object, holds: bool) -> None:
    assert (
        [item.rule for item in checked(as_of=as_of, period=period, received=5, resolved=5).broken] == []
        if holds
        else ["R8"]
    )


def test_a_hundred_percent_on_time_against_one_late() -> None:
    assert broken(resolved=40000, late=1, on_time_pct="100%") == [("R9", 1)]
    assert broken(resolved=40, early_or_on_time=39, note="Giải quyết 100% hồ sơ đúng hạn") == [("R9", 1)]
    assert checked(resolved=40, late=0, on_time_pct="100%").clean


def test_what_cannot_be_compared_is_said_and_not_called_right() -> None:
    result = checked(resolved=4509, received=4718, on_time_pct_approx=98.5)
    assert result.clean
    assert [figure.key for figure in result.tables[0].unchecked] == ["on_time_pct_approx"]


def test_a_count_that_is_not_whole_is_not_passed_over() -> None:
    result = checked(received="12,5", resolved=10)
    assert not result.clean
    assert [(item.key, item.code) for item in result.tables[0].unread] == [("received", "not_whole")]
