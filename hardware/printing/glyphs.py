"""Letters as user-defined characters: each is sent once a ticket in a 12 × 24 cell, then costs one byte.

A printer advances a whole cell for every letter. Most of ours fill it; after a narrow one the pen is moved back
(`ESC \\`), so words read as type and not as a typewriter's. Capitals are lowered to 13 rows so that Ễ keeps both marks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from PIL import Image, ImageDraw

from .commands import ESC, GS, Pen, word
from .fonts import font
from .items import Figure, Item, Layout, Line, Rule, Run, Style
from .render import figure_width, render_items
from .setter import Sheet

CELL, ROWS, BASE = 12, 24, 19
"""A cell's columns and rows, and the rows above the base line."""
EM = 19
CAPITAL, CAPITAL_EM, FIGURE_EM = 13, 17.2, 18.6
"""Rows of a capital without its marks, the em that gives them, and that of digits, a row taller."""
GAP = 2
"""White between letters; wide ones have what their cell leaves."""
SPACE = CELL
"""The printer's own: one byte, where a narrower one would cost a move of four after every word."""
FIRST, LAST = 33, 126
"""The codes that may be defined; the space keeps its own."""
NUMBER_SCALE = (3, 6)
_FINE, _BASE = 8, 32
_DASH_ROW = (7 << (ROWS - 13)).to_bytes(3, "big")
_DASHES = _DASH_ROW * 3 + bytes(9) + _DASH_ROW * 3


@dataclass(frozen=True)
class Glyph:
    """Columns of three bytes, the top dot highest; `advance` is how far the pen goes on for even spacing."""

    columns: bytes
    advance: int

    @property
    def width(self) -> int:
        return len(self.columns) // 3


def sheet() -> Sheet:
    """The type of this way: one cell for sentences, two by two for what is looked for, one by two in bars, all in bold.

    Small letters wherever the reader does not need capitals: both cases of an alphabet would be sent twice.
    """
    small = Style("words", EM, 27, BASE)
    large = Style("words", 2 * EM, 52, 2 * BASE)
    high = ROWS * NUMBER_SCALE[1]
    return Sheet(
        small=small,
        body=small,
        label=small,
        value=large,
        office=small,
        heading=small,
        bar=Style("cells", 2 * EM, 2 * ROWS, 2 * BASE),
        service=large,
        counters=large,
        hotline=small,
        number_height=high,
        figure_width=lambda text: figure_width(text, high) * 5 // 6,
        number_gap=2,
        rule_gap=(10, 11),
        capitals=False,
        code_beside=False,
    )


def measure(text: str, style: Style) -> int:
    """Width in dots: whole cells for letters that fill them, for the last of a line, and for all in a bar."""
    if style.face == "cells":
        return CELL * len(text)
    tail = CELL - glyph(text[-1]).advance if text else 0
    return _scale(style) * (tail + sum(SPACE if char == " " else glyph(char).advance for char in text))


def _scale(style: Style) -> int:
    return round(style.size) // EM


@lru_cache(maxsize=512)
def glyph(char: str) -> Glyph:
    """One letter in its cell, hinted so that every stem is as thick as the next.

    Only its ink is sent: the white beside it comes from where the next letter is put.
    """
    size = CAPITAL_EM if char.isupper() else FIGURE_EM if char.isdigit() else EM
    drawn = _drawn(char, size, 1)
    if drawn.width > CELL - 1:
        drawn = _drawn(char, size, _FINE).resize((CELL - 1, drawn.height), Image.Resampling.BOX)
    columns = _columns(_stacked(drawn).point(lambda grey: 255 if grey >= 112 else 0), drawn.width)
    return Glyph(columns, CELL if drawn.width >= CELL - 4 else drawn.width + GAP)


def centred(char: str) -> bytes:
    """The columns of a letter that keeps to the middle of its cell, for bars; one nearly there is not sent again."""
    shape = glyph(char)
    left = (CELL - 1 - shape.width) // 2
    return bytes(3 * left) + shape.columns if left > 2 else shape.columns


def _drawn(char: str, size: float, fine: int) -> Image.Image:
    """The letter's ink between its own sides, base line two thirds down; `fine` times wider and higher."""
    canvas = Image.new("L", (3 * ROWS * fine, 2 * ROWS * fine), 0)
    draw = ImageDraw.Draw(canvas)
    draw.fontmode = "1" if fine == 1 else "L"
    draw.text((ROWS * fine, _BASE * fine), char, fill=255, font=font("bold", size * fine), anchor="ls")
    left, _, right, _ = canvas.getbbox() or (0, 0, fine, 0)
    letter = canvas.crop((left, 0, right, canvas.height))
    return letter if fine == 1 else letter.resize((letter.width, 2 * ROWS), Image.Resampling.BOX)


def _stacked(drawn: Image.Image) -> Image.Image:
    """Brings the letter into the cell; where two marks stand too high, what is above the body is pressed together."""
    top = (drawn.getbbox() or (0, _BASE, 0, 0))[1]
    room, body = BASE, CAPITAL
    cell = Image.new("L", (drawn.width, ROWS), 0)
    if _BASE - top <= room:
        cell.paste(drawn.crop((0, _BASE - BASE, drawn.width, _BASE - BASE + ROWS)))
        return cell
    marks = drawn.crop((0, top, drawn.width, _BASE - body))
    cell.paste(marks.resize((drawn.width, room - body), Image.Resampling.BOX), (0, 0))
    cell.paste(drawn.crop((0, _BASE - body, drawn.width, _BASE + ROWS - BASE)), (0, room - body))
    return cell


def _columns(bits: Image.Image, width: int) -> bytes:
    pixels = bits.load()
    assert pixels is not None
    packed = bytearray()
    for x in range(width):
        column = sum(1 << (ROWS - 1 - y) for y in range(ROWS) if pixels[x, y])
        packed += column.to_bytes(3, "big")
    return bytes(packed)


class Case:
    """The printer's few codes, lent to the shapes that a line needs; what no line still needs makes room first."""

    def __init__(self, pen: Pen, wanted: list[bytes]) -> None:
        self._pen = pen
        self._upcoming = wanted
        self._codes: dict[bytes, int] = {}

    def lend(self, wanted: list[bytes]) -> dict[bytes, int]:
        """Codes for the next shapes of the ticket; a printer that lacks one is sent all that it has room for."""
        self._upcoming = self._upcoming[len(wanted) :]
        needed = dict.fromkeys(wanted)
        if any(columns not in self._codes for columns in needed):
            self._fill(needed)
        return {columns: self._codes[columns] for columns in needed}

    def _fill(self, needed: dict[bytes, None]) -> None:
        kept = list(dict.fromkeys([*needed, *self._upcoming]))[: LAST - FIRST + 1]
        self._codes = {columns: code for columns, code in self._codes.items() if columns in kept}
        missing = [columns for columns in kept if columns not in self._codes]
        taken = set(self._codes.values())
        free = [code for code in range(FIRST, LAST + 1) if code not in taken]
        self._define(list(zip(free, missing, strict=False)))

    def _define(self, pairs: list[tuple[int, bytes]]) -> None:
        while pairs:
            run = 1
            while run < len(pairs) and pairs[run][0] == pairs[0][0] + run:
                run += 1
            body = b"".join(bytes([len(columns) // 3]) + columns for _, columns in pairs[:run])
            self._pen.raw(ESC + b"&\x03" + bytes([pairs[0][0], pairs[run - 1][0]]) + body)
            self._pen.longest = max(self._pen.longest, len(body))
            self._codes.update({columns: code for code, columns in pairs[:run]})
            pairs = pairs[run:]


class Writer:
    """Sets lines, rules and the number with lent codes."""

    def __init__(self, pen: Pen, layout: Layout) -> None:
        self._pen = pen
        self._size = 0
        self._shapes = {id(item): self._shapes_of(item) for item in layout.items}
        self._case = Case(pen, [columns for item in layout.items for columns in self._shapes[id(item)]])
        pen.raw(ESC + b"%\x01")

    def _shapes_of(self, item: Item) -> list[bytes]:
        if isinstance(item, Line):
            shape = centred if item.inverted else lambda char: glyph(char).columns
            return [shape(char) for run in item.runs for char in run.text if char != " "]
        if isinstance(item, Rule):
            return [_DASHES]
        return [columns for _, columns in _tiles(item)] if isinstance(item, Figure) else []

    def line(self, line: Line) -> None:
        """One line of letters; an inverted one is a bar."""
        self._pen.feed_to(line.y)
        codes = self._case.lend(self._shapes[id(line)])
        for run in line.runs:
            if line.inverted:
                self._bar(line, run, codes)
            else:
                self._run(run, codes)

    def _run(self, run: Run, codes: dict[bytes, int]) -> None:
        scale = _scale(run.style)
        self._scaled(scale)
        self._at(run.x)
        pen = wanted = run.x
        for char in run.text:
            if abs(wanted - pen) > scale:
                self._move(wanted - pen)
                pen = wanted
            shape = glyph(char)
            self._pen.raw(b" " if char == " " else bytes([codes[shape.columns]]))
            pen, wanted = pen + CELL * scale, wanted + (SPACE if char == " " else shape.advance) * scale

    def _bar(self, line: Line, run: Run, codes: dict[bytes, int]) -> None:
        """White on black in whole cells: where they overlapped, one's black would fill the other's letter."""
        self._scaled(1, _scale(run.style))
        self._at(line.left)
        self._pen.raw(GS + b"B\x01")
        self._side(run.x - line.left)
        self._pen.raw(bytes(32 if char == " " else codes[centred(char)] for char in run.text))
        self._side(line.right - run.x - run.width)
        self._pen.raw(GS + b"B\x00")

    def _side(self, width: int) -> None:
        """The end of a bar, at least a cell wide: the last cell lies partly on the black of the one before."""
        count = -(-width // CELL)
        self._pen.raw(b" " * (count - 1))
        self._move(width - count * CELL)
        self._pen.raw(b" ")

    def _move(self, dots: int) -> None:
        if dots:
            self._pen.raw(ESC + b"\\" + word(dots))

    def rule(self, rule: Rule) -> None:
        """Dashes of twelve dots: two to a cell, four times as wide."""
        self._pen.feed_to(rule.y - 10)
        codes = self._case.lend(self._shapes[id(rule)])
        self._scaled(4, 1)
        count = (rule.right - rule.left + 12) // (4 * CELL)
        self._at(rule.left + (rule.right - rule.left - count * 4 * CELL + 12) // 2)
        self._pen.raw(bytes([codes[_DASHES]]) * count)

    def figure(self, figure: Figure) -> None:
        """The number as one row of tiles, each dot three wide and six high: strokes are mostly upright."""
        across, down = NUMBER_SCALE
        self._pen.feed_to(figure.y)
        codes = self._case.lend(self._shapes[id(figure)])
        self._scaled(across, down)
        reached = -1
        for x, columns in _tiles(figure):
            if x != reached:
                self._at(figure.x + x * across)
            self._pen.raw(bytes([codes[columns]]))
            reached = x + CELL

    def _at(self, x: int) -> None:
        self._pen.raw(ESC + b"$" + word(x))

    def _scaled(self, across: int, down: int = 0) -> None:
        size = (across - 1) << 4 | (down or across) - 1
        if size != self._size:
            self._pen.raw(GS + b"!" + bytes([size]))
            self._size = size


def _tiles(figure: Figure) -> list[tuple[int, bytes]]:
    """Cells of ink with their columns; each starts at ink, so the white between digits costs nothing."""
    across, _ = NUMBER_SCALE
    width = -(-figure.width // across)
    picture = render_items([replace(figure, x=0, y=0)], width * across, 0, figure.height).convert("L")
    small = picture.resize((width, ROWS), Image.Resampling.BOX).point(lambda grey: 255 if grey < 128 else 0)
    columns = _columns(small, width)
    tiles, x = [], 0
    while x < width:
        if any(columns[3 * x : 3 * x + 3]):
            # A cell is whole on the paper: the last one starts earlier and draws some columns again.
            x = min(x, max(0, width - CELL))
            cell = columns[3 * x : 3 * (x + CELL)].rstrip(b"\0")
            tiles.append((x, cell + bytes(-len(cell) % 3)))
            x += CELL
        else:
            x += 1
    return tiles
