"""Printed reports as files people have, brought to the validator."""

from __future__ import annotations

from pathlib import PurePath

from server.domain.reports.check import Result, check_report
from server.domain.reports.lines import read_lines
from server.domain.reports.reading import READERS
from server.domain.reports.table import NotAReport, Table
from server.services.workbooks import NotAWorkbook, UncountedFormula, sheets_of, text_of

KINDS = (*READERS, ".xlsx")


def check_file(name: str, content: bytes) -> Result:
    """Every sum and rate of a file. Raises NotAReport where there is no table of figures in it."""
    return check_report(tables_of(name, content))


def check_text(text: str) -> Result:
    """The same for what was typed or pasted: JSON, or fields set apart by tabs, semicolons or commas."""
    reader = READERS[".json" if text.lstrip()[:1] in "{[" else ".csv"]
    return check_report(reader(text, "1"))


def tables_of(name: str, content: bytes) -> list[Table]:
    path = PurePath(name)
    kind = path.suffix.lower()
    if kind == ".xlsx":
        return _workbook(path.stem, content)
    if kind not in READERS:
        raise NotAReport("unknown_kind", ", ".join(KINDS))
    try:
        return READERS[kind](text_of(content), path.stem)
    except UnicodeDecodeError as problem:
        raise NotAReport("not_utf8") from problem


def _workbook(title: str, content: bytes) -> list[Table]:
    try:
        sheets = sheets_of(content)
    except UncountedFormula as problem:
        raise NotAReport("formula_without_value", title) from problem
    except NotAWorkbook as problem:
        raise NotAReport("not_a_workbook", str(problem)) from problem
    found: list[Table] = []
    for name, rows in sheets:
        try:
            found += read_lines(rows, name)
        except NotAReport:
            continue
    if not found:
        raise NotAReport("no_figures")
    return found
