"""Older records as offices keep them, read line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from server.domain.stats.facts import Cell
from server.domain.stats.past import Known, sums, take

KNOWN = Known({"A": "A", "ho_tich": "A", "B": "B"}, {1, 2}, {"officer1": "id1"}, date(2026, 11, 20))


def rows(text: str) -> list[list[str]]:
    return [line.split("|") for line in text.strip().splitlines()]


def test_daily_counts_with_vietnamese_numbers() -> None:
    taken = take(rows("""
Ngày|Lĩnh vực|Đã phát|Đã phục vụ|Vắng mặt|Lượt đánh giá|Rất hài lòng|Hài lòng|Không hài lòng|Không đánh giá
05/01/2020|Hộ tịch|1.523|1.500|23|1.001|900|100|0|499
2020-01-06|B|0|||||||
"""), KNOWN)  # fmt: skip
    assert taken.wrong == []
    first, second = taken.lines
    assert (first.day, first.cell) == (date(2020, 1, 5), Cell("A"))
    assert first.figures == {
        "issued": 1523, "served": 1500, "no_show": 23, "rating.3.very_satisfied": 900, "rating.3.satisfied": 100,
        "rating.3.without_level": 1, "sessions": 1500, "answered": 1001,
    }  # fmt: skip
    assert second.figures == {"issued": 0}


def test_single_ratings_one_a_line() -> None:
    taken = take(rows("""
date|level|reason|counter|officer
2020-03-02|very_satisfied|||officer1
2020-03-02|Không hài lòng|Thời gian giải quyết|2|
"""), KNOWN)  # fmt: skip
    assert taken.wrong == []
    assert sums(taken.lines) == {
        "rating.3.very_satisfied": 1, "rating.3.dissatisfied": 1, "reason.processing_time": 1,
    }  # fmt: skip
    assert taken.lines[0].cell == Cell(None, None, "id1")


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("31/02/2020|A|5|5|0", "day"),
        ("20/11/2026|A|5|5|0", "day"),
        ("05/01/2020|Z|5|5|0", "service"),
        ("05/01/2020|A|năm|5|0", "issued"),
        ("05/01/2020|A|1,5|5|0", "issued"),
        ("05/01/2020|A|-5|5|0", "issued"),
        ("05/01/2020|A|5|6|0", "issued"),
        ("05/01/2020|A|||", ""),
        ("05/01/2020|A|5|5|9|3", "rated"),
    ],
)
def test_a_fault_is_named_with_its_line_and_column(line: str, column: str) -> None:
    taken = take(rows(f"Ngày|Lĩnh vực|Đã phát|Đã phục vụ|Hài lòng|Lượt đánh giá\n04/01/2020|A|1|1|1|1\n{line}"), KNOWN)
    assert [(w.line, w.column) for w in taken.wrong] == [(3, column)]


def test_every_fault_is_named_not_only_the_first() -> None:
    taken = take(rows("Ngày|Đã phát\nx|y\n05/01/2020|z"), KNOWN)
    assert [(w.line, w.column) for w in taken.wrong] == [(2, "day"), (2, "issued"), (3, "issued")]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("04/01/2020|A|ubnd_phuong_hai|3", "office"),
        ("04/01/2020|A||3", "day"),
        ("04/01/2020|Hộ tịch|Phường Một|3", "day"),
    ],
)
def test_another_office_and_a_day_that_is_there_already(line: str, column: str) -> None:
    known = replace(KNOWN, office={"demo", "phuong_mot"})
    taken = take(rows(f"Ngày|Lĩnh vực|Đơn vị|Đã phát\n04/01/2020|A|PHƯỜNG MỘT|1\n\n{line}"), known)
    assert [(w.line, w.column) for w in taken.wrong] == [(4, column)]


def test_single_ratings_of_one_day_stand_in_as_many_lines() -> None:
    assert len(take(rows("Ngày|Mức\n04/01/2020|Hài lòng\n04/01/2020|Hài lòng"), KNOWN).lines) == 2


def test_an_officer_who_shares_the_name_is_asked_for_by_username() -> None:
    known = replace(KNOWN, officers={"lan": "", "lan1": "id2"})
    taken = take(rows("Ngày|Mức|Cán bộ\n04/01/2020|Hài lòng|Lan\n04/01/2020|Hài lòng|lan1"), known)
    assert [(w.line, w.column) for w in taken.wrong] == [(2, "officer")]
    assert [line.cell.officer for line in taken.lines] == ["id2"]


def test_a_table_without_days_or_figures_is_refused() -> None:
    assert len(take(rows("Lĩnh vực|Ghi chú\nA|x"), KNOWN).wrong) == 2
    assert len(take([], KNOWN).wrong) == 1


def test_columns_that_are_not_used_are_named() -> None:
    assert take(rows("Ngày|Đã phát|Thời tiết\n05/01/2020|3|mưa"), KNOWN).unused == ["Thời tiết"]


def test_a_level_of_another_scale_is_never_mapped() -> None:
    taken = take(rows("Ngày|Mức\n05/01/2020|Bình thường"), KNOWN)
    assert [(w.line, w.column) for w in taken.wrong] == [(2, "level")]
    five = take(rows("Ngày|Mức|scale\n05/01/2020|Bình thường|5"), KNOWN)
    assert sums(five.lines) == {"rating.5.neutral": 1}
