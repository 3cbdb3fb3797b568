"""The page that an office signs: A4 lying, heading, pictures, the figures, how they were counted, two signatures."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from fpdf import FPDF, FontFace
from fpdf.enums import TableBordersLayout, TextEmphasis

from server.domain.errors import N_
from server.services.pictures.svg import colours
from server.services.reports_out.drawings import Picture
from server.services.reports_out.fonts import FACES, FONTS, FontsMissing
from server.services.reports_out.numbers import Kind, shown
from server.services.reports_out.sheet import Column, Line, Sheet, dated
from server.services.texts import text

FAMILY = "Be Vietnam Pro"
MARGIN_MM = 14
WIDTH_MM = 297 - 2 * MARGIN_MM
SIGNING_MM = 46

# The font library reports every table it skips while cutting a font down; nobody can act on that.
logging.getLogger("fontTools").setLevel(logging.WARNING)
# Nor about the titles of marks, which paper cannot show.
logging.getLogger("fpdf.svg").setLevel(logging.ERROR)


class _Paper(FPDF):
    def __init__(self, sheet: Sheet) -> None:
        super().__init__("landscape", "mm", "A4")
        self._sheet = sheet
        for style, file in FACES.items():
            if not (FONTS / file).exists():
                raise FontsMissing()
            self.add_font(FAMILY, style, FONTS / file)
        self.set_margins(MARGIN_MM, MARGIN_MM, MARGIN_MM)
        self.set_auto_page_break(True, 16)
        self.set_title(f"{sheet.title} – {sheet.period}")
        self.set_author(sheet.office)
        self.set_lang(sheet.language)
        self.alias_nb_pages()

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font(FAMILY, "", 8)
        self.set_text_color(colours()["muted"])
        self.cell(WIDTH_MM / 2, 5, f"{self._sheet.office} · {self._sheet.period}")
        self.cell(WIDTH_MM / 2, 5, f"{self.page_no()}/{{nb}}", align="R")


def pdf_file(sheet: Sheet, at: datetime, pictures: Sequence[Picture] = ()) -> bytes:
    """The document, made at the office's local time `at`."""
    paper = _Paper(sheet)
    paper.set_creation_date(at)
    paper.add_page()
    _heading(paper, sheet)
    for drawing in pictures:
        _picture(paper, drawing)
    _table(paper, sheet)
    _notes(paper, sheet)
    _signatures(paper, sheet, at)
    return bytes(paper.output())


def _heading(paper: _Paper, sheet: Sheet) -> None:
    _write(paper, sheet.office.upper(), 10, "B", "text")
    paper.ln(3)
    _write(paper, sheet.title, 17, "B", "text")
    _write(paper, sheet.period, 11, "", "muted")
    paper.ln(4)


def _write(paper: _Paper, words: str, size: float, style: str, colour: str) -> None:
    paper.set_font(FAMILY, style, size)
    paper.set_text_color(colours()[colour])
    paper.multi_cell(WIDTH_MM, size * 0.52, words, new_x="LMARGIN", new_y="NEXT", align="L")


def _picture(paper: _Paper, drawing: Picture) -> None:
    _write(paper, drawing.title, 10, "B", "text")
    paper.ln(1)
    paper.image(io.BytesIO(drawing.svg.encode()), x=MARGIN_MM, w=WIDTH_MM * 0.82)
    paper.ln(4)


def _table(paper: _Paper, sheet: Sheet) -> None:
    """As many columns as an A4 sheet holds; the rest is in the workbook, from the same figures."""
    chosen = [i for i, column in enumerate(sheet.columns) if column.paper]
    columns = [sheet.columns[i] for i in chosen]
    paper.set_font(FAMILY, "", 7.5)
    paper.set_text_color(colours()["text"])
    paper.set_draw_color(colours()["line-strong"])
    head = FontFace(emphasis=TextEmphasis.B, size_pt=6.8, fill_color=colours()["sunken"])
    with paper.table(
        width=WIDTH_MM, col_widths=_widths(columns), line_height=4.2, padding=(1, 0.7), headings_style=head,
        num_heading_rows=2, borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        text_align=tuple("L" if c.kind is Kind.TEXT else "R" for c in columns), repeat_headings=1,
    ) as table:  # fmt: skip
        groups = table.row()
        for words, width in replace(sheet, columns=tuple(columns)).groups():
            groups.cell(words, colspan=width, align="C")
        titles = table.row()
        for column in columns:
            titles.cell(column.title, align="L" if column.kind is Kind.TEXT else "R")
        for line in (*sheet.lines, sheet.whole):
            _row(table, line, chosen, sheet, bold=line is sheet.whole)


def _row(table: object, line: Line, chosen: Sequence[int], sheet: Sheet, *, bold: bool) -> None:
    row = table.row()  # type: ignore[attr-defined]
    style = FontFace(emphasis=TextEmphasis.B) if bold else None
    for i in chosen:
        row.cell(shown(sheet.columns[i].kind, line.values[i], sheet.language), style=style)


WIDTHS = {Kind.PERCENT: 15.5, Kind.COUNT: 13.0}
NAMES_WIDTH = 36.0
"""Shares of the line: 100,00% is the longest figure, and names share what names may take."""


def _widths(columns: Sequence[Column]) -> tuple[float, ...]:
    names = sum(column.kind is Kind.TEXT for column in columns)
    widths = WIDTHS | {Kind.TEXT: NAMES_WIDTH / max(names, 1)}
    return tuple(widths.get(column.kind, 12.5) for column in columns)


def _notes(paper: _Paper, sheet: Sheet) -> None:
    paper.ln(4)
    for note in sheet.notes:
        if note.paper:
            _write(paper, note.text, 8, "", "muted")


def _signatures(paper: _Paper, sheet: Sheet, at: datetime) -> None:
    if paper.get_y() > paper.h - 16 - SIGNING_MM:
        paper.add_page()
    paper.ln(5)
    say = sheet.language
    paper.set_text_color(colours()["text"])
    paper.set_font(FAMILY, "", 10)
    day = text(say, N_("Ngày %(day)s"), {"day": dated(at.date())})
    paper.cell(WIDTH_MM, 5, day, align="R", new_x="LMARGIN", new_y="NEXT")
    paper.set_font(FAMILY, "B", 10)
    for words in (N_("Người lập biểu"), N_("Thủ trưởng đơn vị")):
        paper.cell(WIDTH_MM / 2, 6, text(say, words), align="C")
    paper.ln(6)
    paper.set_font(FAMILY, "", 9)
    for _ in range(2):
        paper.cell(WIDTH_MM / 2, 5, text(say, N_("(ký, ghi rõ họ tên)")), align="C")
