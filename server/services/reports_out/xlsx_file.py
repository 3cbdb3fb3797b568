"""XLSX with real numbers: counts, shares and times that a reader can go on calculating with."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import xlsxwriter

from server.domain.errors import N_
from server.services.reports_out.numbers import Kind, Value, shown
from server.services.reports_out.sheet import Line, Sheet
from server.services.texts import text

FORMATS = {Kind.TEXT: "@", Kind.COUNT: "#,##0", Kind.PERCENT: "0.00%", Kind.SECONDS: "[m]:ss", Kind.HOURS: "#,##0.0"}
"""Excel and LibreOffice print them with the separators of the reader's own country: 1.523 and 99,35% in Vietnam."""

DAY_S = 86_400
HEAD = 4
MAX_WIDTH = 46


def xlsx_file(sheet: Sheet, at: datetime) -> bytes:
    """The workbook; `at` is its date of making."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": sheet.title, "company": sheet.office, "created": at.replace(tzinfo=None)})
        page = book.add_worksheet(text(sheet.language, N_("Thống kê")))
        _Writer(book, page, sheet).write()
    return buffer.getvalue()


class _Writer:
    def __init__(self, book: Any, page: Any, sheet: Sheet) -> None:
        self.page, self.sheet = page, sheet
        look = {"font_name": "Be Vietnam Pro", "font_size": 10, "valign": "vcenter"}
        self.title = book.add_format(look | {"bold": True, "font_size": 14})
        self.plain = book.add_format(look)
        self.note = book.add_format(look | {"italic": True})
        self.head = book.add_format(look | {"bold": True, "text_wrap": True, "bottom": 1, "align": "center"})
        self.cells = {k: book.add_format(look | {"num_format": f, **_aligned(k)}) for k, f in FORMATS.items()}
        self.sums = {
            k: book.add_format(look | {"num_format": f, "bold": True, "top": 1, **_aligned(k)})
            for k, f in FORMATS.items()
        }

    def write(self) -> None:
        sheet, page = self.sheet, self.page
        page.write_string(0, 0, sheet.office, self.plain)
        page.write_string(1, 0, sheet.title, self.title)
        page.write_string(2, 0, sheet.period, self.plain)
        self._headings()
        first = HEAD + 2
        for index, line in enumerate(sheet.lines):
            self._line(first + index, line, self.cells)
        last = first + len(sheet.lines)
        self._line(last, sheet.whole, self.sums)
        for index, note in enumerate(sheet.notes):
            page.write_string(last + 2 + index, 0, note.text, self.note)
        self._layout(first)

    def _headings(self) -> None:
        columns = self.sheet.columns
        for index, column in enumerate(columns):
            self.page.write_string(HEAD + 1, index, column.title, self.head)
        start = 0
        while start < len(columns):
            end = start
            while end + 1 < len(columns) and columns[end + 1].group == columns[start].group:
                end += 1
            if columns[start].group:
                if end > start:
                    self.page.merge_range(HEAD, start, HEAD, end, columns[start].group, self.head)
                else:
                    self.page.write_string(HEAD, start, columns[start].group, self.head)
            start = end + 1

    def _line(self, row: int, line: Line, formats: dict[Kind, Any]) -> None:
        for index, (column, value) in enumerate(zip(self.sheet.columns, line.values, strict=True)):
            form = formats[column.kind]
            number = stored(column.kind, value)
            if isinstance(number, str):
                self.page.write_string(row, index, number, form)
            else:
                self.page.write_number(row, index, number, form)

    def _layout(self, first: int) -> None:
        page, sheet = self.page, self.sheet
        for index, column in enumerate(sheet.columns):
            words = [
                len(shown(column.kind, line.values[index], sheet.language)) for line in (*sheet.lines, sheet.whole)
            ]
            longest = max((len(word) for word in column.title.split()), default=0)
            page.set_column(index, index, min(max(*words, longest, 7) + 2, MAX_WIDTH))
        page.freeze_panes(first, sheet.leading)
        page.set_landscape()
        page.set_paper(9)
        # Two sheets of paper side by side stay readable; the names stand on both.
        page.fit_to_pages(2, 0)
        page.repeat_rows(HEAD, HEAD + 1)
        page.repeat_columns(0, sheet.leading - 1)
        page.set_row(HEAD + 1, 42)
        page.set_footer("&L&D&R&P/&N")


def stored(kind: Kind, value: Value) -> str | float:
    """What a cell holds: a share as a fraction, a time as a fraction of a day, so that formats can print them."""
    if value is None:
        return "—"
    if isinstance(value, str):
        return value
    if kind is Kind.PERCENT:
        return round(value / 100, 6)
    if kind is Kind.SECONDS:
        return value / DAY_S
    return value / 3600 if kind is Kind.HOURS else value


def _aligned(kind: Kind) -> dict[str, str]:
    return {"align": "left" if kind is Kind.TEXT else "right"}
