"""Letters as user-defined characters: each is sent once a ticket in a 12 × 24 cell, then costs one byte.

A printer advances a whole cell for every letter. Most of ours fill it; after a narrow one the pen is moved back
(`ESC \\`), so words read as type and not as a typewriter's. Capitals are lowered to 13 rows so that Ễ keeps both marks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw

from .commands import ESC, GS, Pen, word
from .fonts import font
from .layout import Figure, Line, Rule, Run, Sheet, Style
from .render import figure_width, render_items

CELL, ROWS, BASE = 12, 24, 19
"""A cell's columns and rows, and the rows above the base line."""
EM = 20
CAPITAL = 13
"""Rows of a capital without its marks."""
SPACE = 6
FIRST, LAST = 33, 126
"""The codes that may be defined; the space keeps its own."""
NUMBER_SCALE = 3
_FINE = 8


@dataclass(frozen=True)
class Glyph:
    """Columns of three bytes, the top dot highest; `advance` is how far the pen goes on for even spacing."""

    columns: bytes
    advance: int

    @property
    def width(self) -> int:
        return len(self.columns) // 3


def sheet(narrow: bool) -> Sheet:
    """The type of this way: one cell for sentences, two by two for what matters."""
    small = Style("words", EM, 27, BASE)
    large = Style("words", 2 * EM, 52, 2 * BASE)
    high = ROWS * NUMBER_SCALE * 2
    return Sheet(
        small=small, body=small, label=small, value=large, office=small, heading=large, bar=large if not narrow else small,
        service=large, counters=large, number_height=high, figure_width=lambda text: figure_width(text, high),
        number_gap=2, rule_gap=(10, 11), code_beside=False,
    )  # fmt: skip


def measure(text: str, style: Style) -> int:
    """Width in dots: whole cells for letters that fill them."""
    return _scale(style) * sum(SPACE if char == " " else glyph(char).advance for char in text)


def _scale(style: Style) -> int:
    return round(style.size) // EM


@lru_cache(maxsize=512)
def glyph(char: str) -> Glyph:
    """One letter drawn large and brought down to its cell, its marks apart from its body."""
    opened = font("words", EM * _FINE)
    left, _, right, _ = opened.getbbox(char, anchor="ls")
    natural = opened.getlength(char) / _FINE
    canvas = Image.new("L", (int(right - left) or 1, 2 * EM * _FINE), 0)
    base = round(1.25 * EM * _FINE)
    ImageDraw.Draw(canvas).text((-left, base), char, fill=255, font=opened, anchor="ls")
    ink = (right - left) / _FINE
    columns = max(1, min(CELL - 1, round(ink)))
    cell = Image.new("L", (CELL, ROWS), 0)
    cell.paste(_fitted(canvas, base, columns, capital=char.isupper() or char.isdigit()), (0, 0))
    bits = cell.point(lambda grey: 255 if grey >= 112 else 0)
    advance = min(CELL, columns + max(1, round(natural - ink)))
    return Glyph(_columns(bits, columns), CELL if advance == CELL - 1 else advance)


def _fitted(canvas: Image.Image, base: int, columns: int, capital: bool) -> Image.Image:
    """Body, marks above it and what hangs below, each brought to the rows that it has in the cell."""
    body = round((0.742 if capital else 0.75) * EM * _FINE)
    rows = CAPITAL if capital else 15
    fitted = Image.new("L", (columns, ROWS), 0)
    top = canvas.getbbox()
    marks_from = min(top[1] if top else base, base - body)
    parts = ((marks_from, base - body, 0, BASE - rows), (base - body, base, BASE - rows, BASE))
    for source_top, source_end, target_top, target_end in parts:
        if source_end > source_top:
            high = min(target_end - target_top, max(1, round((source_end - source_top) / _FINE)))
            part = canvas.crop((0, source_top, canvas.width, source_end))
            if target_top:
                high = target_end - target_top
            fitted.paste(part.resize((columns, high), Image.Resampling.BOX), (0, target_end - high))
    below = canvas.crop((0, base, canvas.width, base + (ROWS - BASE) * _FINE))
    fitted.paste(below.resize((columns, ROWS - BASE), Image.Resampling.BOX), (0, BASE))
    return fitted


def _columns(bits: Image.Image, width: int) -> bytes:
    pixels = bits.load()
    assert pixels is not None
    packed = bytearray()
    for x in range(width):
        column = sum(1 << (ROWS - 1 - y) for y in range(ROWS) if pixels[x, y])
        packed += column.to_bytes(3, "big")
    return bytes(packed)


class Case:
    """The printer's few codes, lent to the glyphs a line needs; what a line does not need makes room."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen
        self._codes: dict[bytes, int] = {}

    def lend(self, wanted: list[bytes]) -> dict[bytes, int]:
        """Codes for these columns, defining those that the printer does not hold."""
        needed = dict.fromkeys(wanted)
        missing = [columns for columns in needed if columns not in self._codes]
        free = [code for code in range(FIRST, LAST + 1) if code not in self._codes.values()]
        for columns in [held for held in self._codes if held not in needed]:
            if len(free) >= len(missing):
                break
            free.append(self._codes.pop(columns))
        self._define(list(zip(sorted(free[: len(missing)]), missing, strict=True)))
        return {columns: self._codes[columns] for columns in needed}

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

    def __init__(self, pen: Pen) -> None:
        self._pen = pen
        self._case = Case(pen)
        self._size = 0
        pen.raw(ESC + b"%\x01")

    def line(self, line: Line) -> None:
        """One line of letters; an inverted one is a bar of whole cells, since moving back would white it out."""
        self._pen.feed_to(line.y)
        used = [glyph(char).columns for run in line.runs for char in run.text if char != " "]
        codes = self._case.lend(used)
        if line.inverted:
            self._bar(line, codes)
        else:
            for run in line.runs:
                self._run(run, codes)
        self._pen.new_line(line.height)

    def _run(self, run: Run, codes: dict[bytes, int]) -> None:
        scale = _scale(run.style)
        self._scaled(scale)
        self._at(run.x)
        pen = wanted = run.x
        for char in run.text:
            if char == " ":
                wanted += SPACE * scale
                continue
            if pen != wanted:
                self._pen.raw(ESC + b"\\" + word(wanted - pen))
            shape = glyph(char)
            self._pen.raw(bytes([codes[shape.columns]]))
            pen, wanted = wanted + CELL * scale, wanted + shape.advance * scale

    def _bar(self, line: Line, codes: dict[bytes, int]) -> None:
        (run,) = line.runs
        scale = _scale(run.style)
        self._scaled(scale)
        text = f" {run.text} "
        self._at((self._pen.profile.width - len(text) * CELL * scale) // 2)
        self._pen.raw(GS + b"B\x01")
        self._pen.raw(bytes(32 if char == " " else codes[glyph(char).columns] for char in text))
        self._pen.raw(GS + b"B\x00")

    def rule(self, rule: Rule) -> None:
        """Dashes of one cell, spaced by the printer."""
        dash = (7 << (ROWS - 13)).to_bytes(3, "big") * CELL
        self._pen.feed_to(rule.y - 10)
        codes = self._case.lend([dash])
        self._scaled(1)
        count = (rule.right - rule.left + 8) // (CELL + 8)
        self._at(rule.left + (rule.right - rule.left - count * (CELL + 8) + 8) // 2)
        self._pen.raw(ESC + b" \x08" + bytes([codes[dash]]) * count + ESC + b" \x00")
        self._pen.new_line(ROWS)

    def figure(self, figure: Figure) -> None:
        """The number as tiles, each dot three by three: two rows of cells, empty ones skipped."""
        width = -(-figure.width // NUMBER_SCALE)
        picture = render_items([figure], self._pen.profile.width, figure.y, figure.y + figure.height)
        picture = picture.crop((figure.x, 0, figure.x + width * NUMBER_SCALE, figure.height)).convert("L")
        small = picture.resize((width, 2 * ROWS), Image.Resampling.BOX).point(lambda grey: 0 if grey >= 128 else 255)
        self._pen.feed_to(figure.y)
        for row in range(2):
            tiles = self._tiles(small.crop((0, row * ROWS, width, (row + 1) * ROWS)))
            codes = self._case.lend([columns for _, columns in tiles])
            self._scaled(NUMBER_SCALE)
            for x, columns in tiles:
                self._at(figure.x + x * NUMBER_SCALE)
                self._pen.raw(bytes([codes[columns]]))
            self._pen.new_line(ROWS * NUMBER_SCALE)

    def _tiles(self, strip: Image.Image) -> list[tuple[int, bytes]]:
        cut = [
            (x, _columns(strip.crop((x, 0, x + CELL, ROWS)), min(CELL, strip.width - x)))
            for x in range(0, strip.width, CELL)
        ]
        return [(x, columns) for x, columns in cut if any(columns)]

    def _at(self, x: int) -> None:
        self._pen.raw(ESC + b"$" + word(x))

    def _scaled(self, scale: int) -> None:
        if scale != self._size:
            self._pen.raw(GS + b"!" + bytes([(scale - 1) * 0x11]))
            self._size = scale
