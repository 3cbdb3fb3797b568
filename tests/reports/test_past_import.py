"""Older records come in whole or not at all, and stand in every report from then on."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

from server.domain.calendar import local_day
from server.domain.errors import Forbidden, Invalid
from server.domain.stats.past import sums
from server.services.past_records import PastFile, TakenBefore, look, take_in
from tests.reports.hall import roles

HEADINGS = "Ngày;Lĩnh vực;Đã phát;Đã phục vụ;Rất hài lòng;Hài lòng;Không hài lòng;Lượt đánh giá;Không đánh giá"
CSV = f"\ufeff{HEADINGS}\n01/06/2020;Hộ tịch;1.100;1.000;700;200;1;902;98\n02/06/2020;B;523;523;0;0;0;0;523\n"


def given(text: str, name: str = "cũ.csv") -> PastFile:
    return PastFile(name, text.encode())


def stats(people, **asked: str):
    return (
        people.as_staff("head")
        .get("/offices/demo/stats", query_string={"from": "2020-01-01", "to": "2020-12-31"} | asked)
        .json
    )


def test_a_file_stands_in_the_report(uow, people) -> None:
    before = stats(people)["total"]["issued"]
    taken = take_in(uow, roles(uow, "admin"), "demo", given(CSV))
    assert (before, taken["lines"]) == (0, 2)
    whole = stats(people)["total"]
    assert (whole["issued"], whole["served"]) == (1623, 1523)
    rated = whole["ratings"]
    assert (rated["count"], rated["without_level"], rated["none"], rated["sessions"]) == (902, 1, 621, 1523)
    assert rated["levels"]["3"] == {"very_satisfied": 700, "satisfied": 200, "dissatisfied": 1}
    assert whole["service_s"]["mean"] is None, "nobody timed them"
    days = [(row["key"]["day"], row["served"]) for row in stats(people, by="day")["rows"] if row["served"]]
    assert days == [("2020-06-01", 1000), ("2020-06-02", 523)]
    by = stats(people, by="service")["rows"]
    assert {row["key"]["service"]: row["served"] for row in by if row["served"]} == {"A": 1000, "B": 523}


def test_one_wrong_line_refuses_the_whole_file(uow, people) -> None:
    wrong = CSV + "03/06/2020;C;ba;0;0;0;0;0;0\n"
    assert [(w.line, w.column) for w in look(uow, "demo", given(wrong)).wrong] == [(4, "issued")]
    with pytest.raises(Invalid):
        take_in(uow, roles(uow, "admin"), "demo", given(wrong))
    assert stats(people)["total"]["issued"] == 0


def test_looking_takes_nothing_in(uow, people) -> None:
    assert len(look(uow, "demo", given(CSV)).lines) == 2
    assert stats(people)["total"]["issued"] == 0


def test_the_same_file_is_not_taken_in_twice(uow, people) -> None:
    take_in(uow, roles(uow, "admin"), "demo", given(CSV))
    with pytest.raises(TakenBefore):
        take_in(uow, roles(uow, "admin"), "demo", given(CSV, "tên khác.csv"))
    assert stats(people)["total"]["issued"] == 1623


def test_who_may_not_set_the_office_takes_nothing_in(uow) -> None:
    with pytest.raises(Forbidden):
        take_in(uow, roles(uow, "head"), "demo", given(CSV))


def test_a_workbook_says_the_same_as_its_csv(uow) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADINGS.split(";"))
    book.active.append([date(2020, 6, 1), "Hộ tịch", 1100, 1000.0, 700, 200, 1, "902", 98])
    buffer = io.BytesIO()
    book.save(buffer)
    taken = look(uow, "demo", PastFile("cũ.xlsx", buffer.getvalue()))
    assert taken.wrong == []
    assert taken.lines == look(uow, "demo", given(CSV)).lines[:1]


def workbook(*sheets: list[list[object]]) -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    for number, lines in enumerate(sheets):
        sheet = book.create_sheet() if number else book.active
        for line in lines:
            sheet.append(line)
    book.save(buffer)
    return buffer.getvalue()


HEAD = ["Ngày", "Đã phát"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("x.xlsx", b"\xff\xfe\x00PK broken", "file_unreadable"),
        ("x.csv", b"\xff\xfe\x00PK broken!", "file_unreadable"),
        ("x.csv", "Ngày;Đã phát\n01/06/2020;5\n".encode("cp1258", "replace"), "file_unreadable"),
        ("x.xlsx", workbook([HEAD, ["01/06/2020", 5]], [HEAD, ["02/06/2020", 5]]), "several_sheets"),
        ("x.xlsx", workbook([HEAD, ["01/06/2020", 5], ["02/06/2020", "=B2"]]), "formula_without_value"),
    ],
)
def test_what_would_be_read_in_half_is_refused(uow, name: str, content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        look(uow, "demo", PastFile(name, content))
    assert refused.value.code == code


def test_a_sheet_without_a_line_is_none(uow) -> None:
    assert len(look(uow, "demo", PastFile("x.xlsx", workbook([HEAD, ["01/06/2020", 5]], []))).lines) == 1


def test_excels_unicode_text_is_read(uow) -> None:
    text = "Ngày\tĐã phát\n01/06/2020\t1.523\n"
    assert sums(look(uow, "demo", PastFile("x.csv", text.encode("utf-16"))).lines) == {"issued": 1523}


@pytest.mark.parametrize(
    ("line", "column"),
    [([43983, 5], "day"), (["13/31/2020", 5], "day"), (["06/01/2020", "5 tờ rưỡi"], "issued"), (["Tổng số", 5], "day")],
)
def test_a_workbooks_faults_are_named_by_line_and_column(uow, line: list[object], column: str) -> None:
    content = workbook([HEAD, ["01/06/2020", 5], [None, None], line])
    assert [(w.line, w.column) for w in look(uow, "demo", PastFile("x.xlsx", content)).wrong] == [(4, column)]


def test_headings_of_two_lines_are_refused_with_the_line(uow) -> None:
    content = workbook([["Ngày", "Đánh giá", None], [None, "Hài lòng", "Không hài lòng"], ["01/06/2020", 5, 1]])
    assert {w.line for w in look(uow, "demo", PastFile("x.xlsx", content)).wrong} == {2}


def test_a_hundred_thousand_lines_are_too_many(uow) -> None:
    [wrong] = look(uow, "demo", given("Ngày;Đã phát\n" + "01/06/2020;5\n" * 100_000)).wrong
    assert "50000" in wrong.fault.values["most"]


def test_a_day_of_an_earlier_file_does_not_count_double(uow, people) -> None:
    take_in(uow, roles(uow, "admin"), "demo", given(CSV))
    again = given(CSV.replace("1.100", "1.200") + "03/06/2020;C;5;5;0;0;0;0;0\n")
    assert [(w.line, w.column) for w in look(uow, "demo", again).wrong] == [(2, "day"), (3, "day")]
    with pytest.raises(Invalid):
        take_in(uow, roles(uow, "admin"), "demo", again)
    assert stats(people)["total"]["issued"] == 1623


def test_a_day_that_the_office_counts_itself_takes_nothing_in(uow, day, clock) -> None:
    day.take("A")
    today = local_day(uow.now(), uow.hall("demo").config.zone)
    clock.pass_time(seconds=24 * 3600)
    [wrong] = look(uow, "demo", given(f"Ngày;Đã phát\n{today:%d/%m/%Y};5\n")).wrong
    assert (wrong.line, wrong.column) == (2, "day")


def test_an_officer_who_has_left_is_known_by_older_records(uow) -> None:
    officer = uow.first("staff", username="officer1")
    with uow.command("demo") as tx:
        tx.change("staff", {"id": officer["id"]}, {"active": False})
    text = f"Ngày;Cán bộ;Đã phát\n01/06/2020;{officer['name']};5\n"
    [line] = look(uow, "demo", given(text)).lines
    assert line.cell.officer == officer["id"]
