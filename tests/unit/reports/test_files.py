"""Report files in the forms people have them."""

import pytest

from server.domain.reports.check import check_report
from server.domain.reports.reading import NotAReport, read_csv, read_json

RETURN = """\
Báo cáo II.06a/VPCP/KSTT
Kỳ báo cáo: Quý I/2026
Tính đến ngày: 14/03/2026
(1);(2);(3)=(4)+(5)+(6);(4);(5);(6);(7)=(8)+(9)+(10);(8);(9);(10);(11)=(12)+(13);(12);(13)
1;Hộ tịch;1.523;1.000;500;23;1.500;100;1.399;1;23;20;3
2;Đất đai;100;60;30;10;90;0;85;5;10;9;1
;Tổng cộng;1.623;1.060;530;33;1.590;100;1.484;6;33;29;4
"""


def findings(text: str) -> list[tuple[str, str, str]]:
    read = read_json if text.lstrip().startswith(("{", "[")) else read_csv
    return [(item.table, item.rule, item.says) for item in check_report(read(text)).broken]


def test_the_return_by_column_numbers() -> None:
    result = check_report(read_csv(RETURN))
    assert result.clean
    assert {item.rule for item in result.tables[0].checks} == {"R1", "R2", "R3", "R4", "R5", "R7", "R8"}
    assert [table.table for table in result.tables] == ["report / Tổng cộng", "report / Hộ tịch", "report / Đất đai"]


def test_a_column_that_does_not_give_its_total() -> None:
    assert findings(RETURN.replace("33;29;4", "34;30;4").replace("1.623;1.060", "1.624;1.061")) == [
        ("report / Tổng cộng", "R7", "received = Σ 2 rows"),
        ("report / Tổng cộng", "R7", "online = Σ 2 rows"),
        ("report / Tổng cộng", "R7", "in_progress = Σ 2 rows"),
        ("report / Tổng cộng", "R7", "in_time = Σ 2 rows"),
    ]


def test_sections_are_subtotals_of_their_rows() -> None:
    rows = ("TT,Lĩnh vực,Tiếp nhận,Đã giải quyết", "I,Cấp tỉnh,30,20", "1,A,10,10", "2,B,20,10",
            "II,Cấp xã,5,5", "1,C,5,6", ",Tổng số,35,25")  # fmt: skip
    text = "\n".join(rows)
    assert findings(text) == [
        ("report / Cấp xã", "R7", "Đã giải quyết = Σ 1 rows"),
        ("report / C", "R5", "Đã giải quyết ≤ Tiếp nhận"),
    ]


def test_vietnamese_headings_and_one_figure_a_line() -> None:
    assert findings("Đơn vị,Tổng tiếp nhận,Trực tuyến,Trực tiếp + bưu chính,Kỳ trước chuyển sang\nX,10,5,3,1\n") == [
        ("report / X", "R1", "Tổng tiếp nhận = Trực tuyến + Trực tiếp + bưu chính + Kỳ trước chuyển sang")
    ]
    assert findings("chỉ tiêu;giá trị\ntổng số;2.939\nrất hài lòng;2.220\nhài lòng;715\nkhông hài lòng;3\n") == [
        ("report", "R7", "tổng số = rất hài lòng + hài lòng + không hài lòng")
    ]
    assert findings("table,field,value\nx,received,5\nx,resolved,6\ny,received,6\ny,resolved,6\n") == [
        ("x", "R5", "resolved ≤ received")
    ]


def test_nested_figures_come_under_their_parent() -> None:
    text = """{"tiếp nhận": {"tổng số": "1.523", "trực tuyến": 1000, "trực tiếp": 523},
               "đã giải quyết": {"tổng số": 1500, "trước hạn": 100, "đúng hạn": 1398, "quá hạn": 1},
               "đang giải quyết": {"tổng số": 23, "trong hạn": 20, "quá hạn": 3}}"""
    assert [(table, rule) for table, rule, _ in findings(text)] == [("report", "R2")]


def test_parts_by_field_and_rows_in_json() -> None:
    assert findings('{"received": 100, "received_by_field": {"hộ tịch": 40, "đất đai": 61}}') == [
        ("report", "R7", "received = hộ tịch + đất đai")
    ]
    assert findings('{"rows": [{"field": "A", "received": 4}, {"field": "B", "received": 5}], "received": 10}') == [
        ("report", "R7", "received = Σ 2 rows")
    ]


def test_a_blank_cell_stops_the_sum_rather_than_counting_as_nothing() -> None:
    result = check_report(read_csv("Lĩnh vực,Tiếp nhận,Giải quyết\nA,10,5\nB,,5\nTổng,15,10\n"))
    assert [item.says for item in result.tables[0].checks if item.rule == "R7"] == ["Giải quyết = Σ 2 rows"]


def test_unquoted_vietnamese_thousands_in_json_keep_their_zeros() -> None:
    assert findings('{"received": 1.520, "online": 1.000, "direct": 500, "carried_over": 20}') == []


@pytest.mark.parametrize("text", ["{", "[]", "{}", '"x"', '{"received": 1, "received": 2}', '["a"]', '{"tables": {}}'])
def test_what_is_no_report(text: str) -> None:
    with pytest.raises(NotAReport):
        read_json(text)


def test_tables_may_be_called_by_their_period() -> None:
    text = """{"Nửa năm": {"total": 12, "very_satisfied": 8, "satisfied": 3, "dissatisfied": 0},
               "2020": {"received": 10, "resolved": 9, "in_progress": 1}}"""
    result = check_report(read_json(text))
    assert [table.table for table in result.tables] == ["Nửa năm", "2020"]
    assert [item.rule for item in result.broken] == ["R7"]


def test_years_stand_beside_each_other() -> None:
    text = "BÁO CÁO\nChỉ tiêu;2019;2020\nTổng tiếp nhận;7.761;53.220\nĐúng hạn;7.643;50.918\nTrước hạn;75;2.163\n" \
        "Đang giải quyết;43;139\nQuá hạn;0;1\n"  # fmt: skip
    result = check_report(read_csv(text, "b"))
    assert [table.table for table in result.tables] == ["b / 2019", "b / 2020"]
    assert [(item.table, item.rule, item.gap) for item in result.broken] == [("b / 2020", "R4", -1)]


def test_sessions_of_a_day_add_up_to_their_total() -> None:
    text = "Buổi;Tổng phiên;Đã đánh giá;Không đánh giá\nSáng;120;100;20\nChiều;90;80;10\nTổng;211;180;31\n"
    found = check_report(read_csv(text, "b")).broken
    assert [(item.table, item.says, item.gap) for item in found] == [
        ("b / Tổng", "Tổng phiên = Σ 2 rows", 1), ("b / Tổng", "Không đánh giá = Σ 2 rows", 1),
    ]  # fmt: skip


def test_a_count_with_its_share_in_brackets_is_two_figures() -> None:
    figures = '{"total": 2939, "very_satisfied": "2.220 (75,54%)", "satisfied": "715 (24,43%)", "dissatisfied": 4}'
    [found] = check_report(read_json(figures)).broken
    assert (found.rule, found.printed, found.computed) == ("R6", "24,43%", "24,33%")


def test_a_part_that_cannot_be_read_is_named_and_no_sum_is_made_without_it() -> None:
    result = check_report(read_json('{"total": 2939, "very_satisfied": "2.2x20", "satisfied": 715, "dissatisfied": 3}'))
    assert result.broken == ()
    assert [item.key for item in result.tables[0].unread] == ["very_satisfied"]


BARE_HEADINGS = """\
Lĩnh vực;Tổng số;Trực tuyến;Trực tiếp;Kỳ trước;Đã giải quyết;Trước hạn;Đúng hạn;Quá hạn;Đang giải quyết;{open};Quá hạn
Hộ tịch;1.523;1.000;500;23;1.500;100;1.390;{late};23;20;{overdue}
Tổng cộng;1.523;1.000;500;23;1.500;100;1.390;10;23;20;3
"""


@pytest.mark.parametrize("name", ["Trong hạn", "Đúng hạn"])
def test_what_is_said_again_behind_the_open_dossiers_is_said_of_them(name: str) -> None:
    result = check_report(read_csv(BARE_HEADINGS.format(open=name, late=10, overdue=3)))
    assert result.clean
    assert "R3" in {item.rule for item in result.tables[0].checks}


@pytest.mark.parametrize(("late", "overdue", "broken"), [(10, 2, ["R7", "R3"]), (9, 3, ["R7", "R2"])])
def test_neither_of_two_columns_of_the_same_name_hides_the_other(late: int, overdue: int, broken: list[str]) -> None:
    result = check_report(read_csv(BARE_HEADINGS.format(open="Trong hạn", late=late, overdue=overdue)))
    assert [item.rule for item in result.broken] == broken
    assert {item.gap for item in result.broken} == {1}
