"""What is brought to the validator by mistake or on purpose: a reason in one line, never a traceback."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from server.commands.report import report
from server.domain.reports.check import check_report
from server.domain.reports.reading import read_json
from server.services.report_check import check_file


def workbook(*rows: list[object], form: str | None = None) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if form:
        book.active.cell(len(rows), len(rows[-1])).number_format = form
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def spoiled(part: str, text: bytes) -> bytes:
    """A workbook in which one part is something else."""
    given, file = zipfile.ZipFile(io.BytesIO(workbook(["Tiếp nhận", "Giải quyết"], [5, 4]))), io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in given.namelist():
            archive.writestr(name, text if name == part else given.read(name))
    return file.getvalue()


REFUSED = {
    "empty.csv": b"",
    "empty.json": b"",
    "spaces.csv": b"\n \n;;;\n",
    "picture.csv": bytes(range(256)) * 40,
    "picture.json": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "word.json": b'"5"',
    "nothing.json": b"null",
    "number.json": b"5",
    "empty_list.json": b"[]",
    "list_of_numbers.json": b"[1, 2, 3]",
    "lists_in_lists.json": b"[[[1]], [[2]]]",
    "list_in_row.json": '{"rows": [{"lĩnh vực": "A", "tiếp nhận": [1, 2]}]}'.encode(),
    "deep.json": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep_list.json": b"[" * 100_000,
    "half.json": b'{"received": 5, ',
    "twice.json": b'{"received": 5, "received": 6}',
    "field_of_a_megabyte.csv": "Lĩnh vực;Tiếp nhận\n".encode() + b"x" * 1_100_000 + b";5\n",
    "no_archive.xlsx": b"not a workbook",
    "empty.xlsx": b"",
    "archive.xlsx": spoiled("xl/workbook.xml", b"<x/>"),
    "sheet.xlsx": spoiled("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row><c r='ZZZZZ9' t='s'><v>99</v>"),
    "strings.xlsx": spoiled("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row r='1'><c r='A1' t='s'><v>99</v>"
                            b"</c></row></sheetData></worksheet>"),
    "uncounted.xlsx": workbook(["Đơn vị", "Tiếp nhận"], ["A", 5], ["Tổng", "=SUM(B2:B2)"]),
    "no_figures.xlsx": workbook(["a", "b"], ["c", "d"]),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_no_report(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(REFUSED[name])
    result = CliRunner().invoke(report, ["check", str(file)])
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 2
    last = result.output.splitlines()[-1]
    assert last.startswith(f"Error: {name}: ") and re.search(r"\([a-z_0-9]+\)$", last)
    assert len(result.output) < 1000


UNREAD = {
    '{"received": NaN, "resolved": 5}': "not_a_number",
    '{"received": -Infinity, "resolved": 5}': "not_a_number",
    '{"received": -5, "resolved": 5}': "negative",
    '{"received": 1e999, "resolved": 5}': "not_a_number",
    '{"received": %s, "resolved": 5}' % ("9" * 5000): "not_a_number",
    '{"received": "%s", "resolved": 5}' % ("1" + " " * 1_000_000 + "x"): "not_a_number",
    '{"received": true, "resolved": 5}': "not_a_number",
    '{"received": "0.523", "resolved": 5}': "not_whole",
    '{"received": "1.52,3", "resolved": 5}': "not_a_number",
    '{"on_time_pct": "-2%", "resolved": 5}': "negative",
}  # fmt: skip


@pytest.mark.parametrize("text", UNREAD, ids=lambda text: text[:40])
def test_a_figure_that_is_none(text: str) -> None:
    [table] = check_report(read_json(text)).tables
    assert [item.code for item in table.unread] == [UNREAD[text]]
    assert len(table.unread[0].printed) <= 60


def test_large_figures_are_exact() -> None:
    huge = 10**30
    [finding] = check_report(read_json(f'{{"resolved": {huge}, "on_time": {huge - 1}, "late": 0}}')).broken
    assert (finding.gap, finding.rule) == (1, "R2")


def test_thousands_of_rows_and_of_names_take_no_time_that_grows_with_their_square() -> None:
    """At the square of these, either would take minutes."""
    rows = "".join(f"{n};Phường {n};3;2;1\n" for n in range(1, 5001))
    text = f"TT;Đơn vị;Tiếp nhận;Đã giải quyết;Đang giải quyết\n{rows};Tổng;15000;10000;5000\n"
    assert check_file("rows.csv", text.encode()).clean
    names = ", ".join(f'"Lĩnh vực {n}": 1' for n in range(5000))
    assert check_file("names.json", f'{{"tổng": 5000, {names}}}'.encode()).clean


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [(0.99345, "0.00%", "99.35%"), (0.9935, "0%", "99%"), (99.35, '0.00"%"', "99.35"), (0.5, "0.0\\%", "0.5")],
)
def test_a_workbooks_rate_is_read_as_it_is_shown(value: float, form: str, shown: str) -> None:
    content = workbook(["Đã giải quyết", "Quá hạn", "Tỷ lệ đúng hạn"], [10000, 65, value], form=form)
    [table] = check_file("x.xlsx", content).tables
    assert [check.printed for check in table.checks if check.rule == "R6"] == [shown]


def test_a_file_of_excels_unicode_text() -> None:
    text = "Đơn vị\tTiếp nhận\tĐã giải quyết\nMột\t5\t6\n"
    assert [item.rule for item in check_file("x.csv", text.encode("utf-16")).broken] == ["R5"]
