"""From a ticket's words to the bytes a printer takes, by the way its profile chooses.

`raster` sends pictures only and works everywhere. `hybrid` lets the printer draw the number and the QR and sends the
Vietnamese as pictures. `glyphs` sends every letter's shape once, for slow lines.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from . import fonts, glyphs
from .commands import ESC, GS, Pen, word
from .content import TicketContent
from .interface import SettingsError
from .layout import Code, Figure, Item, Layout, Line, Measure, Rule, Sheet, lay_out
from .profiles import Profile
from .render import narrow_sheet, render_items, wide_sheet

CELL_WIDTH, CELL_HEIGHT = 12, 24
"""Font A, the one every printer has."""
NATIVE_HEIGHT = 8
"""How many times its own height a printer's digit is set: 24 mm of cell, of which the digit fills three quarters."""


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
    sheet, measure = type_of(way, profile)
    layout = lay_out(content, profile.width, sheet, measure)
    pen = Pen(profile)
    if way == "glyphs":
        _glyphs(pen, layout)
    else:
        _pictures(pen, layout, native_number=way == "hybrid")
    pen.feed_to(layout.height)
    pen.cut()
    return Ticket(pen.output, pen.longest, layout)


def type_of(way: str, profile: Profile) -> tuple[Sheet, Measure]:
    """The sizes and the measure that this way sets a ticket with."""
    if way == "glyphs":
        return glyphs.sheet(), glyphs.measure
    sheet = narrow_sheet() if profile.width <= 450 else wide_sheet()
    sheet = replace(sheet, code_beside=profile.qr == "raster" and way == "raster")
    if way == "hybrid":
        sheet = replace(
            sheet, number_height=CELL_HEIGHT * NATIVE_HEIGHT, figure_width=_native_width, squeeze=0.3, number_gap=0
        )
    return sheet, fonts.measure


def _native_width(number: str) -> int:
    return len(number) * CELL_WIDTH * NATIVE_HEIGHT


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
            _native_figure(pen, item)
        elif isinstance(item, Code) and pen.profile.qr == "native":
            draw_until(item.y)
            pen.code(item)
        else:
            together.append(item)
    draw_until(layout.height)


def _native_figure(pen: Pen, figure: Figure) -> None:
    """The number in the printer's own digits, as wide as the paper lets them be."""
    wide = min(NATIVE_HEIGHT, figure.width // (len(figure.text) * CELL_WIDTH))
    used = wide * len(figure.text) * CELL_WIDTH
    pen.feed_to(figure.y)
    pen.raw(GS + b"!" + bytes([(wide - 1) << 4 | NATIVE_HEIGHT - 1]))
    pen.raw(ESC + b"$" + word((pen.profile.width - used) // 2) + figure.text.encode("ascii", "replace"))
    pen.feed_to(figure.y + figure.height)
    pen.raw(GS + b"!\x00")


def _glyphs(pen: Pen, layout: Layout) -> None:
    writer = glyphs.Writer(pen, layout)
    draw: dict[type, Callable[..., None]] = {
        Line: writer.line, Rule: writer.rule, Figure: writer.figure, Code: pen.code,
    }  # fmt: skip
    for item in layout.items:
        draw[type(item)](item)
