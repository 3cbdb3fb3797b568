"""CSV as Excel in Vietnamese opens it: UTF-8 with BOM, semicolons, decimal commas, nothing that runs as a formula."""

from __future__ import annotations

import csv
import io

from server.services.reports_out.numbers import Kind, Value
from server.services.reports_out.sheet import Sheet

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A text that begins so would be taken for a formula."""


def csv_file(sheet: Sheet) -> bytes:
    """One heading line, one line a part, the whole at the end."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([heading(column.group, column.title) for column in sheet.columns])
    for line in (*sheet.lines, sheet.whole):
        writer.writerow([_cell(c.kind, v, sheet.language) for c, v in zip(sheet.columns, line.values, strict=True)])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def heading(group: str, title: str) -> str:
    return harmless(f"{group}: {title}" if group else title)


def harmless(text: str) -> str:
    """The text, marked as text where a spreadsheet would run it."""
    return f"'{text}" if text.startswith(RUNS) else text


def _cell(kind: Kind, value: Value, language: str) -> str:
    if value is None:
        return "—"
    if isinstance(value, str):
        return harmless(value)
    number = f"{value / 3600:.2f}" if kind is Kind.HOURS else str(value)
    if kind is Kind.PERCENT:
        number = f"{value:.2f}%"
    return number.replace(".", ",") if language == "vi" else number
