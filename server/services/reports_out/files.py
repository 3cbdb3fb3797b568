"""A report as a file to take away."""

from __future__ import annotations

from dataclasses import dataclass

from server.services.report_names import Names
from server.services.reporting import UNITS, Report
from server.services.reports_out.csv_file import csv_file
from server.services.reports_out.drawings import Drawings, Picture
from server.services.reports_out.sheet import sheet_of

FORMATS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


ON_PAPER = 10
"""So many parts of a picture leave room for the heading on one sheet; the table has them all."""


@dataclass(frozen=True, slots=True)
class File:
    name: str
    mimetype: str
    content: bytes


def file_of(report: Report, names: Names, form: str) -> File:
    """The report in one of `FORMATS`, all from the same sheet."""
    sheet = sheet_of(report, names)
    at = report.at.astimezone(report.office.basis.zone)
    query = report.query
    by = "-".join(query.by) or "total"
    name = f"{query.office}-{query.first.isoformat()}-{query.last.isoformat()}-{by}.{form}"
    match form:
        case "csv":
            content = csv_file(sheet)
        # The writers bring 40 MB of libraries, which a server that only queues and calls need not hold.
        case "xlsx":
            from server.services.reports_out.xlsx_file import xlsx_file

            content = xlsx_file(sheet, at)
        case _:
            from server.services.reports_out.pdf_file import pdf_file

            content = pdf_file(sheet, at, pictures(report, names))
    return File(name, FORMATS[form], content)


def pictures(report: Report, names: Names) -> list[Picture]:
    """The picture that fits what the report is split by."""
    drawings = Drawings(names)
    match report.query.by:
        case ("weekday", "hour"):
            return [drawings.week(report)]
        case (one,) if one in UNITS:
            return [drawings.numbers(report), drawings.satisfaction(report)]
        case (one,):
            return [drawings.waits(report, ON_PAPER)]
        case _:
            return []
