"""The type of a ticket, and the pen that goes down the paper with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from .items import THICK, Item, Line, Rule, Run, Style
from .wrap import wrap

Align = Literal["left", "center", "right"]
Measure = Callable[[str, Style], int]


@dataclass(frozen=True)
class Sheet:
    """The type of a ticket: one way of printing sets larger or smaller than another."""

    small: Style
    body: Style
    label: Style
    value: Style
    office: Style
    heading: Style
    bar: Style
    service: Style
    counters: Style
    hotline: Style
    number_height: int
    figure_width: Callable[[str], int]
    """The natural width of a number at that height."""
    number_gap: int = 8
    """White between the heading and the number: the dot below Ự must not touch it."""
    rule_gap: tuple[int, int] = (7, 5)
    """White above and below a rule."""
    capitals: bool = True
    """Whether the office, the priority and the field are set in capitals."""
    code_beside: bool = True
    """Whether words may stand beside the QR: a printer that draws the code itself gives it the whole width."""
    squeeze: float = 0.62
    """How narrow digits may become before the number is set in two rows."""

    def cased(self, text: str) -> str:
        return text.upper() if self.capitals else text


@dataclass
class Setter:
    """A pen that goes down the paper."""

    width: int
    sheet: Sheet
    measure: Measure
    y: int = 0
    items: list[Item] = field(default_factory=list)

    @property
    def margin(self) -> int:
        return 24 if self.width > 450 else 12

    @property
    def room(self) -> int:
        return self.width - 2 * self.margin

    def space(self, dots: int) -> None:
        self.y += dots

    def rule(self) -> None:
        above, below = self.sheet.rule_gap
        self.space(above)
        self.items.append(Rule(self.y, self.margin, self.width - self.margin))
        self.space(THICK + below)

    def text(self, text: str, style: Style, align: Align = "center", left: int = 0, room: int = 0) -> None:
        """A wrapped text in a column (by default the paper between its margins)."""
        left, room = left or self.margin, room or self.room
        for line in wrap(text, room, lambda part: self.measure(part, style)):
            used = self.measure(line, style)
            start = {"left": 0, "center": (room - used) // 2, "right": room - used}[align]
            self.line(Run(line, style, left + start, used))

    def line(self, *runs: Run) -> None:
        leading = max(run.style.leading for run in runs)
        ascent = max(run.style.ascent for run in runs)
        self.items.append(Line(self.y, leading, self.y + ascent, runs))
        self.y += leading

    def bar(self, text: str, style: Style, full: bool) -> None:
        """White on black; the bar is as wide as its longest line, or as the paper."""
        pad = 24
        lines = wrap(text, self.room - 2 * pad, lambda part: self.measure(part, style))
        widest = self.room if full else max(self.measure(line, style) for line in lines) + 2 * pad
        left = (self.width - widest) // 2
        for line in lines:
            used = self.measure(line, style)
            run = Run(line, style, (self.width - used) // 2, used)
            self.items.append(Line(self.y, style.leading, self.y + style.ascent, (run,), True, left, left + widest))
            self.y += style.leading
