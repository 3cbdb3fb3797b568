"""What may stand on a ticket, and where, in dots (8 to the millimetre at 203 dpi). Pure: no image, no printer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Face = Literal["words", "bold", "figures", "cells"]
DASH, GAP, THICK = 12, 8, 3
"""A rule's dash, the gap after it and its height: nothing finer survives a worn print head."""


@dataclass(frozen=True)
class Style:
    """How a text is set: size of the em, distance of base lines, and base line below the line's top, in dots."""

    face: Face
    size: float
    leading: int
    ascent: int


@dataclass(frozen=True)
class Run:
    """A piece of text on a line; x is where its pen starts."""

    text: str
    style: Style
    x: int
    width: int


@dataclass(frozen=True)
class Line:
    """Texts on one base line; an inverted line is a black bar from `left` to `right` with white letters."""

    y: int
    height: int
    baseline: int
    runs: tuple[Run, ...]
    inverted: bool = False
    left: int = 0
    right: int = 0


@dataclass(frozen=True)
class Figure:
    """The big number or one row of it: `height` is that of its digits, `width` what they are squeezed into."""

    text: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Rule:
    """A dashed rule across the paper."""

    y: int
    left: int
    right: int
    height: int = THICK


@dataclass(frozen=True)
class Code:
    """A QR code; x and y are those of its first module, the quiet zone is the white around it."""

    payload: str
    x: int
    y: int
    module: int
    modules: int

    @property
    def side(self) -> int:
        return self.module * self.modules


Item = Line | Figure | Rule | Code


@dataclass(frozen=True)
class Layout:
    """A laid-out ticket: its items from top to bottom."""

    width: int
    height: int
    items: tuple[Item, ...]

    @property
    def lines(self) -> list[Line]:
        return [item for item in self.items if isinstance(item, Line)]

    def texts(self) -> list[str]:
        """What a reader reads, line by line, the number among them."""
        read = []
        for item in self.items:
            if isinstance(item, Line):
                read.append(" ".join(run.text for run in item.runs))
            elif isinstance(item, Figure):
                read.append(item.text)
        return read


def moved(item: Item, down: int) -> Item:
    """The same item lower on the paper."""
    if isinstance(item, Line):
        return replace(item, y=item.y + down, baseline=item.baseline + down)
    return replace(item, y=item.y + down)
