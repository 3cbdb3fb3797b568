"""The paper in the simulator: a roll that only moves forward, and the strips cut from it."""

from __future__ import annotations

from dataclasses import dataclass, field

from PIL import Image

_GROW = 2048


@dataclass
class Strip:
    """One piece of paper as a person would hold it; `texts` and `codes` are what the printer itself drew on it."""

    image: Image.Image
    texts: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    cut: bool = True


class Paper:
    """A white roll `width` dots wide; black is 0."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.strips: list[Strip] = []
        self.rows_moved = 0
        self._blank()

    def _blank(self) -> None:
        self._roll = Image.new("L", (self.width, _GROW), 255)
        self._y = 0
        self._texts: list[str] = []
        self._codes: list[str] = []
        self._inked = False

    def stamp(self, ink: Image.Image, x: int, down: int = 0) -> None:
        """Burns a mask (255 is ink) at x, `down` rows below the head's place; the paper does not move."""
        self._room(down + ink.height)
        self._roll.paste(0, (x, self._y + down), mask=ink)
        self._inked = True

    def feed(self, rows: int) -> None:
        self._room(rows)
        self._y += rows
        self.rows_moved += rows

    def note_text(self, text: str) -> None:
        if text.strip():
            self._texts.append(text)

    def note_code(self, payload: str) -> None:
        self._codes.append(payload)

    def cut(self) -> None:
        """The knife: what is above it falls into the hand."""
        if self._y:
            self.strips.append(self.hanging(cut=True))
        self._blank()

    def hanging(self, cut: bool = False) -> Strip:
        """What has come out and still hangs on the roll."""
        image = self._roll.crop((0, 0, self.width, max(1, self._y))).convert("1")
        return Strip(image, list(self._texts), list(self._codes), cut)

    @property
    def is_blank(self) -> bool:
        return not self._inked

    def _room(self, rows: int) -> None:
        missing = self._y + rows - self._roll.height
        if missing > 0:
            longer = Image.new("L", (self.width, self._roll.height + missing + _GROW), 255)
            longer.paste(self._roll, (0, 0))
            self._roll = longer
