"""Workbooks that people bring: their fields as text, as they are shown, and nothing that unfolds in memory."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

UNPACKED_MAX = 64 * 1024 * 1024
SHEETS_MAX, ROWS_MAX, COLUMNS_MAX = 50, 50_010, 200


class NotAWorkbook(ValueError):
    """Not an XLSX file, or one that would unfold into more than anybody keeps in a table."""


def sheets_of(content: bytes) -> list[tuple[str, list[list[str]]]]:
    """Name and rows of each sheet. Raises NotAWorkbook."""
    # Its reader is a fifth of what a server loads to start, and few servers ever read one.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        _check_size(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            return [(sheet.title, list(_rows(sheet))) for sheet in book.worksheets[:SHEETS_MAX]]
        finally:
            book.close()
    except (BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, OSError) as error:
        raise NotAWorkbook(str(error)) from error


def _check_size(content: bytes) -> None:
    """The sizes an archive states bind its reader: a part that goes on beyond its own is cut off and refused."""
    with ZipFile(io.BytesIO(content)) as archive:
        if sum(part.file_size for part in archive.infolist()) > UNPACKED_MAX:
            raise NotAWorkbook(f"> {UNPACKED_MAX // 1024 // 1024} MB")


def _rows(sheet: Any) -> Iterator[list[str]]:
    for row in sheet.iter_rows(max_row=ROWS_MAX, max_col=COLUMNS_MAX):
        yield [_text(cell.value, getattr(cell, "number_format", None) or "") for cell in row]


def _text(value: Any, form: str) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    number = Decimal(str(value))
    if "%" in form:
        # As it is shown: what is stored of 99,35% is 0.9935 and a tail.
        places = len(form.partition("%")[0].rpartition(".")[2]) if "." in form else 0
        return f"{round(number * 100, places)}%"
    return str(int(number)) if number == number.to_integral_value() else str(value)
