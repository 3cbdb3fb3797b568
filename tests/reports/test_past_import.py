"""Older records come in whole or not at all, and stand in every report from then on."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

from server.domain.errors import Forbidden, Invalid
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


@pytest.mark.parametrize("name", ["x.xlsx", "x.csv"])
def test_what_is_no_table_is_refused(uow, name: str) -> None:
    with pytest.raises(Invalid):
        look(uow, "demo", PastFile(name, b"\xff\xfe\x00PK broken"))
