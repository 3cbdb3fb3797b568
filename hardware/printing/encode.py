"""From a ticket's words to the bytes a printer takes, by the way its profile chooses.

`raster` sends pictures only and works everywhere. `hybrid` lets the printer draw the number and the QR and sends the
Vietnamese as pictures. `glyphs` sends every letter's shape once, for slow lines. `codepage` sends the text itself, to
printers whose pages a person has seen on a test page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from . import codepage, fonts, glyphs
from .commands import Pen
from .content import TicketContent
from .interface import SettingsError
from .items import Code, Figure, Item, Layout, Line, Rule
from .layout import lay_out
from .profiles import Profile
from .render import narrow_sheet, render_items, wide_sheet
from .setter import Measure, Sheet


@dataclass(frozen=True)
class Ticket:
    """A ticket ready for a line: its bytes up to and with the cut, and what to know when it breaks off."""

    data: bytes
    longest: int
    """The most bytes a printer may still be waiting for when the line breaks inside it."""
    layout: Layout


def encode(content: TicketContent, profile: Profile, way: str = "") -> Ticket:
    """The ticket for this printer; `way` overrides the profile's."""
    way = way or profile.way
    if way == "glyphs" and not profile.user_glyphs:
        raise SettingsError(f"profile {profile.name}: takes no user-defined glyphs")
    if way == "codepage":
        pages, content = codepage.Pages(profile), codepage.plain(content)
        # A name in letters of another language is rare, and then the whole ticket is a picture: never a wrong letter.
        way = way if pages.can_spell(content) else "raster"
    if way in ("hybrid", "codepage") and not content.number.isascii():
        way = "raster"  # the printer's own digits come with the letters of ASCII only
    sheet, measure = type_of(way, profile)
    layout = lay_out(content, profile.width, sheet, measure)
    pen = Pen(profile)
    if way == "glyphs":
        _glyphs(pen, layout)
    elif way == "codepage":
        _letters(pen, layout)
    else:
        _pictures(pen, layout, native_number=way == "hybrid")
    pen.feed_to(layout.height)
    pen.cut()
    return Ticket(pen.output, pen.longest, layout)


def type_of(way: str, profile: Profile) -> tuple[Sheet, Measure]:
    """The sizes and the measure that this way sets a ticket with."""
    if way == "glyphs":
        return glyphs.sheet(), glyphs.measure
    if way == "codepage":
        return codepage.sheet(), codepage.measure
    sheet = narrow_sheet() if profile.width <= 450 else wide_sheet()
    sheet = replace(sheet, code_beside=profile.qr == "raster" and way == "raster")
    if way == "hybrid":
        native = codepage.sheet()
        sheet = replace(
            sheet, number_height=native.number_height, figure_width=native.figure_width,
            squeeze=native.squeeze, number_gap=native.number_gap,
        )  # fmt: skip
    return sheet, fonts.measure


def _pictures(pen: Pen, layout: Layout, native_number: bool) -> None:
    """Neighbours that are pictures are drawn together; what the printer draws itself stands between them."""
    together: list[Item] = []

    def draw_until(bottom: int) -> None:
        # From where the pen is, not from the first line's top: a mark may reach above its line.
        top = pen.y
        if together:
            pen.picture(render_items(together, layout.width, top, bottom), top)
            together.clear()

    for item in layout.items:
        if isinstance(item, Figure) and native_number:
            draw_until(item.y)
            codepage.native_figure(pen, item)
        elif isinstance(item, Code) and pen.profile.qr == "native":
            draw_until(item.y)
            pen.code(item)
        else:
            together.append(item)
    draw_until(layout.height)


def _glyphs(pen: Pen, layout: Layout) -> None:
    writer = glyphs.Writer(pen, layout)
    draw: dict[type, Callable[..., None]] = {
        Line: writer.line, Rule: writer.rule, Figure: writer.figure, Code: pen.code,
    }  # fmt: skip
    for item in layout.items:
        draw[type(item)](item)


def _letters(pen: Pen, layout: Layout) -> None:
    writer = codepage.Writer(pen)
    for item in layout.items:
        if isinstance(item, Line | Rule):
            writer.draw(item)
            continue
        if isinstance(item, Figure):
            codepage.native_figure(pen, item)
        elif pen.profile.qr == "native":
            pen.code(item)
        else:
            pen.picture(render_items([item], layout.width, item.y, item.y + item.side), item.y)
        writer.forget()
