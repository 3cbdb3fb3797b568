"""Workbooks that people bring: their fields as text, as they are shown, and nothing that unfolds in memory."""

from __future__ import annotations

import io
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from struct import error as StructError
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile
from zlib import error as CompressionError

UNPACKED_MAX = 64 * 1024 * 1024
SHEETS_MAX, ROWS_MAX, COLUMNS_MAX = 50, 50_010, 200


class NotAWorkbook(ValueError):
    """Not an XLSX file, or one that would unfold into more than anybody keeps in a table."""


class UncountedFormula(NotAWorkbook):
    """A formula whose value no program has written down: read as empty, its figure would be missing."""


def text_of(content: bytes) -> str:
    """A text file as Excel and others write it: UTF-8, or UTF-16 where its first bytes say so."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return content.decode("utf-16")
    return content.decode("utf-8-sig")


def sheets_of(content: bytes) -> list[tuple[str, list[list[str]]]]:
    """Name and rows of each sheet. Raises NotAWorkbook."""
    # Its reader is a fifth of what a server loads to start, and few servers ever read one.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        _check_parts(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            return [(sheet.title, list(_rows(sheet))) for sheet in book.worksheets[:SHEETS_MAX]]
        finally:
            book.close()
    except NotAWorkbook:
        raise
    except (BadZipFile, InvalidFileException, ParseError, LookupError, ValueError, TypeError, AttributeError,
            NotImplementedError, RuntimeError, OSError, EOFError, CompressionError, StructError) as error:  # fmt: skip
        # Whatever its reader stumbles over in a file that a stranger has made.
        raise NotAWorkbook(str(error)[:200]) from error


# A formula cell without a value. An empty text (t="str") is a value.
_UNCOUNTED = re.compile(
    rb"""<c\b(?![^>]*\bt=["']str["'])[^>]*>\s*<f\b[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"""
)


def _check_parts(content: bytes) -> None:
    """The sizes an archive states bind its reader: a part that goes on beyond its own is cut off and refused."""
    with ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > UNPACKED_MAX:
            raise NotAWorkbook(f"> {UNPACKED_MAX // 1024 // 1024} MB")
        for part in parts:
            if part.filename.startswith("xl/worksheets/") and _UNCOUNTED.search(archive.read(part)):
                raise UncountedFormula("a formula without a value: open the file in Excel or LibreOffice and save it")


def _rows(sheet: Any) -> Iterator[list[str]]:
    for row in sheet.iter_rows(max_row=ROWS_MAX, max_col=COLUMNS_MAX):
        yield [_text(cell.value, getattr(cell, "number_format", None) or "") for cell in row]


_QUOTED = re.compile(r'"[^"]*"|\\.')


def _text(value: Any, form: str) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    number = Decimal(str(value))
    if not number.is_finite():
        return str(value)
    # A percent sign in quotes only stands behind what is a percentage already.
    form = _QUOTED.sub("", form)
    if "%" in form:
        # As it is shown: what is stored of 99,35% is 0.9935 and a tail.
        places = len(form.partition("%")[0].rpartition(".")[2]) if "." in form else 0
        return f"{(number * 100).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)}%"
    return str(int(number)) if number == number.to_integral_value() else str(value)
