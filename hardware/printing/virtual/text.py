"""The simulator's line buffer: characters wait in it, each with its own size, until a feed burns them."""

from __future__ import annotations

from dataclasses import dataclass, field

from PIL import Image, ImageChops

from . import rom
from .paper import Paper

Glyphs = dict[tuple[int, int], Image.Image]


@dataclass
class Mode:
    """What `ESC @` puts back."""

    font: int = 0
    page: int = 0
    width: int = 1
    height: int = 1
    bold: bool = False
    inverted: bool = False
    underline: int = 0
    align: int = 0
    spacing: int = 0
    line_spacing: int = 30
    left: int = 0
    area: int = 0
    user: bool = False
    glyphs: Glyphs = field(default_factory=dict)


class LineBuffer:
    """One line of characters on its way to the paper."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self.mode = Mode(area=paper.width)
        self.clear()

    def clear(self) -> None:
        self.x = 0
        self._cells: list[tuple[int, Image.Image]] = []
        self._read = ""

    @property
    def is_empty(self) -> bool:
        return not self._cells and self.x == 0

    @property
    def area(self) -> int:
        """The dots a line may use, right of the left margin."""
        return max(1, min(self.mode.area, self._paper.width - self.mode.left))

    def put(self, code: int) -> None:
        """One character; a full line is printed first, as printers do."""
        mode = self.mode
        user = mode.glyphs.get((mode.font, code)) if mode.user else None
        char = rom.letter(mode.page, code)
        cell = user or rom.shape(char, mode.font)
        cell = cell.resize((cell.width * mode.width, cell.height * mode.height), Image.Resampling.NEAREST)
        gap = mode.spacing * mode.width
        if self.x + cell.width > self.area:
            self.print(mode.line_spacing)
        self._cells.append((self.x, self._styled(cell, gap)))
        self.x += cell.width + gap
        self._read += "" if user else char

    def _styled(self, cell: Image.Image, gap: int) -> Image.Image:
        if self.mode.bold:
            smeared = Image.new("L", cell.size, 0)
            smeared.paste(cell, (1, 0))
            cell = ImageChops.lighter(cell, smeared)
        if self.mode.underline:
            cell.paste(255, (0, cell.height - self.mode.underline, cell.width, cell.height))
        if self.mode.inverted:
            wide = Image.new("L", (cell.width + gap, cell.height), 255)
            wide.paste(ImageChops.invert(cell), (0, 0))
            return wide
        return cell

    def picture(self, ink: Image.Image) -> None:
        """A bit image in the line (`ESC *`)."""
        self._cells.append((self.x, ink))
        self.x += ink.width

    def move(self, x: int) -> None:
        """Where the next character stands; outside the area a printer ignores it."""
        if 0 <= x <= self.area:
            self.x = x

    def print(self, pitch: int) -> None:
        """Burns the line and feeds; a pitch lower than the tallest character feeds that character's height."""
        height = max((cell.height for _, cell in self._cells), default=0)
        width = max((x + cell.width for x, cell in self._cells), default=0)
        left = self.mode.left + self.aligned(width)
        for x, cell in self._cells:
            self._paper.stamp(cell, left + x, height - cell.height)
        self._paper.note_text(self._read)
        self.clear()
        self._paper.feed(max(pitch, height))

    def aligned(self, width: int) -> int:
        return {0: 0, 1: (self.area - width) // 2, 2: self.area - width}[self.mode.align]

    def block(self, ink: Image.Image) -> None:
        """A picture of its own line: raster, graphics, QR. The paper moves by its height."""
        if not self.is_empty:
            self.print(0)
        self._paper.stamp(ink, self.mode.left + max(0, self.aligned(ink.width)))
        self._paper.feed(ink.height)
