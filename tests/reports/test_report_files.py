"""The pages that take a file: older records with a dry run, and printed reports that are checked."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape

import openpyxl
import pytest
from flask.testing import FlaskClient

from server.domain.errors import Invalid
from server.services.past_records import PastFile, look
from server.web import report_files
from tests.offices import PASSWORD
from tests.unit.reports.kinds import KINDS

HEADINGS = "Ngày;Lĩnh vực;Đã phát;Đã phục vụ;Rất hài lòng;Hài lòng;Không hài lòng;Lượt đánh giá;Không đánh giá"
CSV = f"{HEADINGS}\n01/06/2020;Hộ tịch;1.100;1.000;700;200;1;902;98\n02/06/2020;B;523;523;0;0;0;0;523\n"


@pytest.fixture
def browser(server):
    def of(username: str) -> FlaskClient:
        client = server.app.test_client()
        assert client.post("/api/v1/session", json={"username": username, "password": PASSWORD}).status_code == 200
        return client

    return of


def send(client: FlaskClient, path: str, *, token: bool = True, **fields):
    page = client.get(path)
    assert page.status_code == 200, page.text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found
    return client.post(path, data=fields | ({"csrf_token": found[1]} if token else {}))


def upload(text: str | bytes, name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(text.encode() if isinstance(text, str) else text), name


def issued(people) -> int:
    asked = {"from": "2020-01-01", "to": "2020-12-31"}
    return people.as_staff("head").get("/offices/demo/stats", query_string=asked).json["total"]["issued"]


def test_a_file_is_looked_at_first_and_taken_in_by_a_second_press(browser, people) -> None:
    admin = browser("admin")
    looked = send(admin, "/reports/import", file=upload(CSV, "cũ.csv"))
    assert looked.status_code == 200
    assert "Sẽ nhập 2 dòng" in looked.text and "1.623" in looked.text
    assert issued(people) == 0
    hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', looked.text))
    done = admin.post("/reports/import", data={name: unescape(value) for name, value in hidden.items()})
    assert "Đã nhập 2 dòng" in done.text
    assert issued(people) == 1623
    again = admin.post("/reports/import", data={name: unescape(value) for name, value in hidden.items()})
    assert (again.status_code, issued(people)) == (422, 1623)
    assert "Tệp này đã được nhập" in again.text


def test_every_fault_is_named_by_its_line_and_the_files_own_heading(browser, people) -> None:
    wrong = CSV + "31/02/2020;C;ba;0;0;0;0;0;0\n03/06/2020;Không có;5;9;0;0;0;0;0\n"
    answer = send(browser("admin"), "/reports/import", file=upload(wrong, "cũ.csv"))
    assert answer.status_code == 422
    rows = re.findall(r'<th scope="row" class="amount">(\d+)</th><td>([^<]*)</td><td>([^<]*)</td>', answer.text)
    assert [(line, column) for line, column, _ in rows] == [
        ("4", "Ngày"), ("4", "Đã phát"), ("5", "Lĩnh vực"), ("5", "Đã phát"),
    ]  # fmt: skip
    assert "4 lỗi, chưa nhập gì" in answer.text and "Sẽ nhập" not in answer.text and 'name="step"' not in answer.text
    assert issued(people) == 0


def test_without_the_pages_token_nothing_is_taken_in(browser, people) -> None:
    answer = send(browser("admin"), "/reports/import", token=False, step="take", name="x.csv", content="")
    assert answer.status_code in (400, 403)
    assert browser("head").get("/reports/import").status_code == 403


def bomb() -> bytes:
    """A workbook of a few kilobytes whose sheet unfolds into a hundred million of them."""
    book = openpyxl.Workbook()
    book.active.append(["Ngày", "Đã phát"])
    plain, packed = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            body = source.read(item)
            if item.filename.endswith("sheet1.xml"):
                body = body.replace(b"</sheetData>", b" " * 100_000_000 + b"</sheetData>")
            target.writestr(item.filename, body)
    return packed.getvalue()


def test_a_workbook_that_unfolds_into_gigabytes_is_refused(uow) -> None:
    content = bomb()
    assert len(content) < 300_000
    with pytest.raises(Invalid):
        look(uow, "demo", PastFile("bom.xlsx", content))


def test_a_workbook_of_a_million_empty_rows_is_refused_by_its_length(uow) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Ngày", "Đã phát"])
    book.active.cell(row=1_000_000, column=1, value="01/06/2020")
    buffer = io.BytesIO()
    book.save(buffer)
    assert [w.fault.values for w in look(uow, "demo", PastFile("dài.xlsx", buffer.getvalue())).wrong] == [
        {"most": "50000"}
    ]


def test_the_validator_page_names_what_does_not_hold(browser) -> None:
    table = '{"total": 2939, "very_satisfied": 2220, "satisfied": 715, "dissatisfied": 3}'
    page = send(browser("officer1"), "/reports/check", file=upload(table, "nửa-năm.json")).text
    assert "1 chỗ không khớp" in page and "1 lượt đánh giá không có mức." in page
    cells = re.findall(r'<td class="amount[^"]*">([^<]*)</td>', page)
    assert cells == ["2939", "2938", "+1"]


def test_a_table_is_pasted_from_a_workbook(browser) -> None:
    page = send(browser("head"), "/reports/check", text="Tổng số tiếp nhận\t1.523\nTrực tuyến\t1.000\n"
                "Trực tiếp, bưu chính\t500\nTừ kỳ trước chuyển sang\t22\n").text  # fmt: skip
    assert "1 chỗ không khớp" in page and ">R1</th>" in page


def test_a_workbook_is_read_as_its_cells_are_shown(browser) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Đơn vị", "Đã giải quyết", "Trước và đúng hạn", "Quá hạn", "Tỷ lệ đúng hạn"])
    book.active.append(["Phường Một", 1500, 1490, 10, 0.9935])
    book.active["E2"].number_format = "0.00%"
    buffer = io.BytesIO()
    book.save(buffer)
    page = send(browser("head"), "/reports/check", file=upload(buffer.getvalue(), "b.xlsx")).text
    assert re.findall(r'<td class="amount[^"]*">([^<]*)</td>', page) == ["99.35%", "99,33%", "+0,02"]


@pytest.mark.parametrize("given", [b"", b"\xff\xfe", b"PK\x03\x04", b"hello"])
@pytest.mark.parametrize("name", ["a.json", "a.csv", "a.xlsx", "a.doc"])
def test_what_is_no_report_is_refused_in_words(browser, name: str, given: bytes) -> None:
    answer = send(browser("head"), "/reports/check", file=upload(given, name))
    assert answer.status_code == 422
    assert "Không đọc được bảng số liệu nào" in answer.text


def test_the_page_finds_in_every_kind_of_table_what_the_library_finds(browser) -> None:
    client = browser("head")
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/reports/check").text)
    assert token
    for kind in KINDS:
        page = client.post("/reports/check", data={"text": kind.text, "csrf_token": token[1]})
        assert page.status_code == 200, kind.name
        assert page.text.count('<th scope="row">R') == len(kind.broken), kind.name
        assert " rows<" not in page.text


@pytest.mark.parametrize("path", ["/reports/import", "/reports/check"])
def test_a_file_that_is_too_large_is_never_read_in_half(browser, people, path: str, monkeypatch) -> None:
    monkeypatch.setattr(report_files, "FILE_MAX", 1000)
    text = "Ngày;Đã phát\n" + "".join(f"01/01/{year};1\n" for year in range(1900, 2000))
    answer = send(browser("admin"), path, file=upload(text, "dài.csv"))
    assert answer.status_code == 422
    assert "Tệp lớn quá" in answer.text
    assert issued(people) == 0
