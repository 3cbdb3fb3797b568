"""The same figures in every file, and files that open in what people have."""

from __future__ import annotations

import csv
import io
import random
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest

from server.services.pictures.svg import label
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


NAMES = [
    "=1+1", "+84 24", "-5", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", 'Bà "Ba"; tổ 3', "Ông An\ntổ 5", "שלום", "'đơn",
    "a\x0bb",
]  # fmt: skip


def test_names_that_are_meant_to_do_harm_are_names_in_every_file() -> None:
    sheet = replace(SHEET, lines=tuple(Line((name, *SHEET.whole.values[1:]), {}) for name in NAMES))
    cells = [row[0] for row in csv.reader(io.StringIO(csv_file(sheet).decode("utf-8-sig"), newline=""), delimiter=";")]
    assert [cell.removeprefix("'") for cell in cells[1:-1]] == [name.removeprefix("'") for name in NAMES]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in cells)
    page = openpyxl.load_workbook(io.BytesIO(xlsx_file(sheet, AT))).active
    found = [row[0] for row in page.iter_rows(min_row=7, max_row=6 + len(NAMES))]
    assert {cell.data_type for cell in found} == {"s"}
    assert [str(cell.value).strip() for cell in found][:4] == NAMES[:4]
    assert pdf_file(sheet, AT, []).startswith(b"%PDF")
    assert ElementTree.fromstring(label(0, 0, "".join(NAMES[:-1]))).text


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


COUNT, PERCENT, SECONDS, HOURS = "count", "percent", "seconds", "hours"
TOLD = {
    "Số thứ tự: Đã phát": (COUNT, "issued"),
    "Số thứ tự: Đã phục vụ": (COUNT, "served"),
    "Số thứ tự: Vắng mặt": (COUNT, "no_show"),
    "Số thứ tự: Về trước khi gọi": (COUNT, "left_uncalled"),
    "Thời gian chờ: Trung bình": (SECONDS, "wait_s", "mean"),
    "Thời gian chờ: 90% dưới": (SECONDS, "wait_s", "p90"),
    "Thời gian chờ: Dài nhất": (SECONDS, "wait_s", "max"),
    "Thời gian chờ: Đạt mức": (PERCENT, "wait_s", "within_target_pct"),
    "Thời gian phục vụ: Một nửa dưới": (SECONDS, "service_s", "p50"),
    "Giờ quầy: Mở": (HOURS, "counter_s", "open"),
    "Đánh giá: Lượt đánh giá": (COUNT, "ratings", "count"),
    "Đánh giá: Rất hài lòng": (COUNT, "ratings", "levels", "3", "very_satisfied"),
    "Đánh giá: Không hài lòng": (COUNT, "ratings", "levels", "3", "dissatisfied"),
    "Đánh giá: Không đánh giá": (COUNT, "ratings", "none"),
    "Đánh giá: Tỷ lệ đánh giá": (PERCENT, "ratings", "response_pct"),
    "Đánh giá: Tỷ lệ hài lòng": (PERCENT, "ratings", "satisfied_pct"),
    "Đánh giá: Ít nhất": (PERCENT, "ratings", "interval_pct", 0),
}
"""Columns of the files, and where the same figure stands in the API's answer."""
ON_PAPER = [name for name in TOLD if not name.endswith(("Dài nhất", "Một nửa dưới", "Mở", "Ít nhất"))]


def answered(row: dict[str, Any], name: str) -> float | None:
    kind, *path = TOLD[name]
    found: Any = row
    for step in path:
        found = found[step] if isinstance(step, int) and found else (found or {}).get(step)
    if found is None and "levels" in path:
        return 0.0
    return None if found is None else float(found) / (3600 if kind == HOURS else 1)


def held(kind: str, value: Any) -> float | None:
    """What a cell of a workbook stands for: a share of one, a time that Excel counts in days, a number."""
    if value == "—":
        return None
    return value.total_seconds() if kind == SECONDS else float(value) * (100 if kind == PERCENT else 1)


def printed(kind: str, value: float | None) -> str:
    """As people in Viet Nam write it."""
    if value is None:
        return "—"
    if kind == SECONDS:
        hours, rest = divmod(round(value), 3600)
        return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"
    if kind == PERCENT:
        return f"{value:.2f}%".replace(".", ",")
    return f"{value:,.0f}".replace(",", ".")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_api_csv_workbook_and_paper_say_the_same_of_any_office(uow, people, tmp_path) -> None:
    chance = random.Random(7)
    levels = {level: chance.randrange(20, 400) for level in ("very_satisfied", "satisfied", "dissatisfied")}
    served = sum(levels.values()) + chance.randrange(200)
    absent, left = chance.randrange(1, 90), chance.randrange(1, 40)
    past = Past(uow, seed=chance.randrange(10**6))
    past.live(working_days(date(2026, 9, 1), date(2026, 10, 31)), served, levels, absent=absent, left=left)
    for by in ("", *SPLITS):
        asked = {"from": "2026-09-01", "to": "2026-10-31", "by": by}
        _same_in_all_files(people.as_staff("head"), asked, served, tmp_path)


SPLITS = [
    "month", "week", "service", "field", "officer", "counter", "priority", "hour", "weekday,hour", "month,service",
]  # fmt: skip


def _same_in_all_files(head, asked: dict[str, str], served: int, tmp_path) -> None:
    by = asked["by"]
    ask = lambda **more: head.get("/offices/demo/stats", query_string=asked | more)  # noqa: E731
    told = ask().json
    rows = [*told["rows"], told["total"]]
    assert told["total"]["served"] == served

    heading, *lines = csv.reader(io.StringIO(ask(format="csv").data.decode("utf-8-sig")), delimiter=";")
    book = ask(format="xlsx")
    name = f"demo-2026-09-01-2026-10-31-{by.replace(',', '-') or 'total'}.xlsx"
    assert book.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    cells = list(openpyxl.load_workbook(io.BytesIO(book.data)).active.iter_rows(min_row=7, max_row=6 + len(rows)))
    assert len(lines) == len(rows)
    for name, (kind, *_path) in TOLD.items():
        place = heading.index(name)
        wanted = [answered(row, name) for row in rows]
        in_csv = [line[place].replace(",", ".").rstrip("%") for line in lines]
        assert [None if v == "—" else float(v) for v in in_csv] == pytest.approx(wanted, abs=0.006), name
        assert [held(kind, row[place].value) for row in cells] == pytest.approx(wanted, abs=0.006), name

    (tmp_path / "page.pdf").write_bytes(ask(format="pdf").data)
    command = ["pdftotext", "-layout", tmp_path / "page.pdf", "-"]
    page = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    on_paper = [set(line.split()) for line in page.splitlines()]
    for row in rows:
        wanted = {printed(TOLD[name][0], answered(row, name)) for name in ON_PAPER}
        assert any(wanted <= line for line in on_paper), (row.get("name"), wanted)


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
