"""The page that an office signs: A4 lying, heading, pictures, the figures, how they were counted, two signatures."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from fpdf import FPDF, FontFace
from fpdf.enums import MethodReturnValue, TableBordersLayout, TextEmphasis
from fpdf.table import Table

from server.domain.errors import N_
from server.services.pictures.svg import colours
from server.services.reports_out.drawings import Picture
from server.services.reports_out.fonts import FACES, FONTS, FontsMissing
from server.services.reports_out.numbers import Kind, shown
from server.services.reports_out.sheet import Line, Sheet, dated
from server.services.texts import text

FAMILY = "Be Vietnam Pro"
MARGIN_MM = 14
WIDTH_MM = 297 - 2 * MARGIN_MM
BOTTOM_MM, SIGNING_MM = 16, 46
TAIL = 3
"""Lines that are never parted from the whole and the signatures."""
NOTE_PT = 8.0
HEADING_MM = 22.0
"""At most, of the two lines of the table's heading."""

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
        self.set_auto_page_break(True, BOTTOM_MM)
        self.set_title(f"{sheet.title} – {sheet.period}")
        self.set_author(sheet.office)
        self.set_lang(sheet.language)
        self.alias_nb_pages()

    def tall(self, words: str, width: float, line: float) -> float:
        """Millimetres that words take in the font that is set."""
        lines = self.multi_cell(width, line, words, dry_run=True, output=MethodReturnValue.LINES)
        assert isinstance(lines, list)
        return line * len(lines)

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font(FAMILY, "", 8)
        self.set_text_color(colours()["muted"])
        self.cell(WIDTH_MM / 2, 5, f"{self._sheet.office} · {self._sheet.period}")
        self.cell(WIDTH_MM / 2, 5, f"{self.page_no()}/{{nb}}", align="R")


def pdf_file(sheet: Sheet, at: datetime, pictures: Sequence[Picture] = ()) -> bytes:
    """The document, made at the office's local time `at`. Nobody signs a page without figures: the last lines stay with
    the signatures."""
    paper = _Paper(sheet)
    paper.set_creation_date(at)
    paper.add_page()
    _heading(paper, sheet)
    for drawing in pictures:
        if not drawing.empty:
            _picture(paper, drawing)
    _figures(paper, sheet)
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


def _figures(paper: _Paper, sheet: Sheet) -> None:
    """As many columns as an A4 sheet holds; the rest is in the workbook, from the same figures."""
    look = _fitted(paper, sheet, [i for i, column in enumerate(sheet.columns) if column.paper])
    before, tail = sheet.lines[:-TAIL], (*sheet.lines[-TAIL:], sheet.whole)
    if before:
        _table(paper, sheet, look, before)
    to_come = sum(_height(paper, sheet, look, line) for line in tail) + _notes_height(paper, sheet) + SIGNING_MM
    room = paper.h - BOTTOM_MM - paper.get_y() - to_come - (0 if before else HEADING_MM)
    if room < 0:
        paper.add_page()
    _table(paper, sheet, look, tail, headed=not before or room < 0)


def _table(paper: _Paper, sheet: Sheet, look: Look, lines: Sequence[Line], *, headed: bool = True) -> None:
    size, chosen, widths = look
    columns = [sheet.columns[i] for i in chosen]
    paper.set_font(FAMILY, "", size)
    paper.set_text_color(colours()["text"])
    paper.set_draw_color(colours()["line-strong"])
    head = FontFace(emphasis=TextEmphasis.B, size_pt=size * HEADING, fill_color=colours()["sunken"])
    with paper.table(
        width=WIDTH_MM, col_widths=widths, line_height=size * LINE, padding=(1, PAD_MM), headings_style=head,
        num_heading_rows=2 if headed else 0, first_row_as_headings=headed,
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        text_align=tuple("L" if c.kind is Kind.TEXT else "R" for c in columns), repeat_headings=1,
    ) as table:  # fmt: skip
        if headed:
            _headings(table, replace(sheet, columns=tuple(columns)))
        for line in lines:
            _row(table, line, chosen, sheet, bold=line is sheet.whole)


def _headings(table: Table, sheet: Sheet) -> None:
    groups = table.row()
    for words, width in sheet.groups():
        groups.cell(words, colspan=width, align="C")
    titles = table.row()
    for column in sheet.columns:
        titles.cell(column.title, align="L" if column.kind is Kind.TEXT else "R")


def _height(paper: _Paper, sheet: Sheet, look: Look, line: Line) -> float:
    """Millimetres of one line: as tall as its longest name."""
    size, chosen, widths = look
    paper.set_font(FAMILY, "B", size)
    names = ((str(line.values[i]), w) for i, w in zip(chosen, widths, strict=True) if i < sheet.leading)
    return 2 + max((paper.tall(name, w - 2 * PAD_MM, size * LINE) for name, w in names), default=size * LINE)


def _row(table: Table, line: Line, chosen: Sequence[int], sheet: Sheet, *, bold: bool) -> None:
    row = table.row()
    style = FontFace(emphasis=TextEmphasis.B) if bold else None
    for i in chosen:
        row.cell(shown(sheet.columns[i].kind, line.values[i], sheet.language), style=style)


Look = tuple[float, Sequence[int], tuple[float, ...]]
"""Of a table: the size of its letters in points, which columns it has, and how wide each is."""
SIZES = (7.5, 7.0, 6.5, 6.0)
"""Points, the largest first."""
HEADING = 0.9
LINE = 0.56
"""Heights: of a heading's letters to the figures', of a line in millimetres to its letters in points."""
PAD_MM, SLACK_MM = 0.7, 0.5
NAMES_MM = 34.0
"""What all names of a line have at least, unless they need less."""


def _fitted(paper: _Paper, sheet: Sheet, chosen: Sequence[int]) -> Look:
    """The largest size at which no figure and no word of a heading is cut, and the columns' widths then: names have
    what the figures leave, as far as they need it."""
    names = [i for i in chosen if sheet.columns[i].kind is Kind.TEXT]
    for size in SIZES:
        needed = {i: _needed(paper, sheet, i, size) for i in chosen}
        left = WIDTH_MM - sum(width for i, width in needed.items() if i not in names)
        wanted = sum(needed[i] for i in names)
        if left >= min(wanted, NAMES_MM):
            break
    share = min(max(left, NAMES_MM) / max(wanted, 1), 1)
    widths = [needed[i] * (share if i in names else 1) for i in chosen]
    spare = max(WIDTH_MM - sum(widths), 0) / len(chosen)
    return size, chosen, tuple(width + spare for width in widths)


def _needed(paper: _Paper, sheet: Sheet, index: int, size: float) -> float:
    """Millimetres for the longest value and the longest word of the heading of one column."""
    column = sheet.columns[index]
    said = (shown(column.kind, line.values[index], sheet.language) for line in (*sheet.lines, sheet.whole))
    return max(_width(paper, said, size), _width(paper, column.title.split(), size * HEADING)) + 2 * PAD_MM + SLACK_MM


def _width(paper: _Paper, texts: Iterable[str], size: float) -> float:
    paper.set_font(FAMILY, "B", size)
    return max((paper.get_string_width(words) for words in texts), default=0.0)


def _notes_height(paper: _Paper, sheet: Sheet) -> float:
    paper.set_font(FAMILY, "", NOTE_PT)
    said = (note.text for note in sheet.notes if note.paper)
    return 4 + sum(paper.tall(words, WIDTH_MM, NOTE_PT * 0.52) for words in said)


def _notes(paper: _Paper, sheet: Sheet) -> None:
    paper.ln(4)
    for note in sheet.notes:
        if note.paper:
            _write(paper, note.text, NOTE_PT, "", "muted")


def _signatures(paper: _Paper, sheet: Sheet, at: datetime) -> None:
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
