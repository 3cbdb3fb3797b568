"""The same figures in every file, and files that open in what people have."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime

import openpyxl
import pytest

from server.services.reports_out.csv_file import csv_file
from server.services.reports_out.numbers import Kind, shown
from server.services.reports_out.pdf_file import pdf_file
from server.services.reports_out.sheet import Column, Line, Note, Sheet
from server.services.reports_out.xlsx_file import xlsx_file
from tests.reports.replay import Past, working_days

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SHEET = Sheet(
    "UBND phường Khương Đình", "Thống kê", "Quý 4/2026",
    (Column("Cán bộ", Kind.TEXT), Column("Đã phục vụ", Kind.COUNT, "Số thứ tự"),
     Column("Hài lòng", Kind.PERCENT, "Đánh giá"), Column("Chờ", Kind.SECONDS, "Chờ"),
     Column("Mở", Kind.HOURS, "Giờ quầy")),
    (Line(("=HYPERLINK(\"x\")", 1523, 99.35, 373.3, 5400), {"officer": "a"}),
     Line(("@SUM(A1)", 0, None, None, 0), {"officer": "b"})),
    Line(("Cộng", 1523, 99.35, 373.3, 5400), {}), (Note("Ghi chú"),), 1, "vi",
)  # fmt: skip


def test_csv_opens_in_a_vietnamese_excel_and_runs_nothing() -> None:
    made = csv_file(SHEET)
    assert made.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig")), delimiter=";"))
    assert rows == [
        ["Cán bộ", "Số thứ tự: Đã phục vụ", "Đánh giá: Hài lòng", "Chờ: Chờ", "Giờ quầy: Mở"],
        ['\'=HYPERLINK("x")', "1523", "99,35%", "373,3", "1,50"],
        ["'@SUM(A1)", "0", "—", "—", "0,00"],
        ["Cộng", "1523", "99,35%", "373,3", "1,50"],
    ]


def test_a_workbook_holds_numbers_not_texts_of_numbers() -> None:
    page = openpyxl.load_workbook(io.BytesIO(xlsx_file(SHEET, AT))).active
    first, second = list(page.iter_rows(min_row=7, max_row=8))
    assert [c.value for c in first[1:3]] == [1523, 0.9935]
    assert [c.number_format for c in first[1:]] == ["#,##0", "0.00%", "[m]:ss", "#,##0.0"]
    assert first[0].data_type == "s", "a name that looks like a formula is a text"
    assert (second[1].value, second[2].value, second[4].value) == (0, "—", 0)
    assert {cell.data_type for row in page.iter_rows() for cell in row if cell.value is not None} <= {"s", "n", "d"}


@pytest.mark.parametrize(
    ("kind", "value", "vi", "en"),
    [
        (Kind.COUNT, 1523, "1.523", "1,523"),
        (Kind.COUNT, 0, "0", "0"),
        (Kind.PERCENT, 99.35, "99,35%", "99.35%"),
        (Kind.PERCENT, None, "—", "—"),
        (Kind.PERCENT, 0.0, "0,00%", "0.00%"),
        (Kind.SECONDS, 373.3, "6:13", "6:13"),
        (Kind.SECONDS, 3900, "1:05:00", "1:05:00"),
        (Kind.HOURS, 4_440_600, "1.233,5", "1,233.5"),
    ],
)
def test_figures_are_printed_as_people_print_them(kind: Kind, value: float | None, vi: str, en: str) -> None:
    assert (shown(kind, value, "vi"), shown(kind, value, "en")) == (vi, en)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_the_signed_page_says_every_vietnamese_letter_and_every_figure(tmp_path) -> None:
    pytest.importorskip("fpdf")
    names = replace(
        SHEET, lines=(Line(("Bảo trợ xã hội – Người có công với cách mạng", 1523, 99.35, 373.3, 5400), {}),)
    )
    (tmp_path / "page.pdf").write_bytes(pdf_file(names, AT))
    said = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "page.pdf", "-"], capture_output=True, text=True, check=True
    )
    words = " ".join(said.stdout.split())
    for expected in (
        "UBND PHƯỜNG KHƯƠNG ĐÌNH",
        "1.523",
        "99,35%",
        "6:13",
        "Thủ trưởng đơn vị",
        "Người lập biểu",
        "1/1",
    ):
        assert expected in words


def test_a_long_table_of_the_signed_page_repeats_its_heading() -> None:
    long = replace(SHEET, lines=tuple(Line((f"Dòng {n}", n, 1.0, 60, 60), {}) for n in range(200)))
    assert pdf_file(long, AT).count(b"/Type /Page\n") > 3


@pytest.mark.parametrize("by", ["month", "service", "officer"])
def test_every_file_has_the_figures_of_the_answer(uow, people, by: str) -> None:
    Past(uow).live(working_days(date(2026, 9, 1), date(2026, 10, 31)), 300, {"very_satisfied": 120, "satisfied": 30})
    asked = {"from": "2026-09-01", "to": "2026-10-31", "by": by}
    head = people.as_staff("head")
    told = head.get("/offices/demo/stats", query_string=asked).json
    sheet = head.get("/offices/demo/stats", query_string=asked | {"format": "csv"}).data.decode("utf-8-sig")
    heading, *rows = csv.reader(io.StringIO(sheet), delimiter=";")
    served = heading.index("Số thứ tự: Đã phục vụ")
    assert [int(row[served]) for row in rows] == [*(r["served"] for r in told["rows"]), 300]
    book = head.get("/offices/demo/stats", query_string=asked | {"format": "xlsx"})
    assert book.headers["Content-Disposition"] == f'attachment; filename="demo-2026-09-01-2026-10-31-{by}.xlsx"'
    page = openpyxl.load_workbook(io.BytesIO(book.data)).active
    assert [row[served].value for row in page.iter_rows(min_row=7, max_row=6 + len(rows))] == [
        int(r[served]) for r in rows
    ]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_the_workbook_with_the_same_figures(tmp_path) -> None:
    (tmp_path / "sheet.xlsx").write_bytes(xlsx_file(SHEET, AT))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    # Separator, quotes, UTF-8, from the first line, as the cells are shown.
    form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"
    command = ["soffice", profile, "--headless", "--convert-to", form, "--outdir", tmp_path, tmp_path / "sheet.xlsx"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    rows = list(csv.reader(io.StringIO((tmp_path / "sheet.csv").read_text(encoding="utf-8"))))
    assert rows[6][1:] == ["1,523", "99.35%", "6:13", "1.5"]
