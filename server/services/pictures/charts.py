"""The pictures of a report. Each takes plain figures and gives one SVG; every mark says its figure in words, and a
table of the same figures stands under every picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log10

from server.domain.reports.figures import format_count
from server.services.pictures.svg import label, line, linked, picture, rect, wrapped

WIDTH = 960
LEFT, RIGHT, TOP = 56, 16, 12


@dataclass(frozen=True, slots=True)
class Mark:
    """One part of a picture: its name, its figures in drawing order, what it says, where its tickets are."""

    name: str
    values: tuple[float | None, ...]
    says: str
    address: str | None = None
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """What the figures of the marks are, with a token's colour each and, for pale ones, an edge."""

    name: str
    colour: str
    edge: str | None = None


def columns(title: str, series: Sequence[Series], marks: Sequence[Mark], height: int = 240) -> str:
    """Columns over time; later series are drawn inside the first (served inside issued)."""
    top = nice(max((v or 0 for m in marks for v in m.values), default=0))
    base, room = height - 46, height - 46 - TOP - 22
    step = (WIDTH - LEFT - RIGHT) / max(len(marks), 1)
    shapes = [*legend(series), *scale(top, base, room)]
    for index, mark in enumerate(marks):
        x = LEFT + index * step
        bars = []
        for place, (one, value) in enumerate(zip(series, mark.values, strict=True)):
            inset = step * (0.12 + 0.12 * place)
            tall = room * (value or 0) / top
            bars.append(rect(x + inset, base - tall, step - 2 * inset, tall, one.colour, one.edge if tall else None))
        shapes.append(linked(mark.address, mark.says, "".join(bars)))
    return picture(WIDTH, height, title, [*shapes, line(LEFT, base, WIDTH - RIGHT, base, "line-strong"),
                                          *names_below([m.name for m in marks], step, base)])  # fmt: skip


def shares(title: str, series: Sequence[Series], marks: Sequence[Mark], height: int = 260) -> str:
    """Columns that all stand for 100 %, cut into parts. Few make a narrow column: it says less."""
    base, room = height - 46, height - 46 - TOP - 22
    step = (WIDTH - LEFT - RIGHT) / max(len(marks), 1)
    shapes = [*legend(series), *scale(100, base, room, "%")]
    for index, mark in enumerate(marks):
        whole = sum(v or 0 for v in mark.values)
        inset = step * (0.36 if mark.faint else 0.12)
        x, y = LEFT + index * step + inset, float(base)
        parts: list[str] = []
        for one, value in zip(series, mark.values, strict=True):
            tall = room * (value or 0) / whole if whole else 0
            y -= tall
            if tall:
                parts.append(rect(x, y, step - 2 * inset, tall, one.colour, one.edge))
        shapes.append(linked(mark.address, mark.says, "".join(parts)))
    return picture(WIDTH, height, title, [*shapes, line(LEFT, base, WIDTH - RIGHT, base, "line-strong"),
                                          *names_below([m.name for m in marks], step, base)])  # fmt: skip


def ranges(title: str, series: Sequence[Series], marks: Sequence[Mark], units: Mapping[float, str]) -> str:
    """Bars that lie: the longer of two times pale, the shorter in it; `units` are the lines of the scale."""
    left, tall = 250, 46
    height = TOP + 30 + tall * len(marks) + 26
    most = max(max((v or 0 for m in marks for v in m.values), default=0), *units, 1)
    room, base = WIDTH - left - 90, height - 26
    shapes = legend(series, left)
    for value, words in units.items():
        x = left + room * value / most
        shapes += [line(x, TOP + 26, x, base), label(x, base + 18, words, anchor="middle")]
    for index, mark in enumerate(marks):
        y = TOP + 32 + index * tall
        names = wrapped(mark.name, 34, 3)
        middle = y + 19.5 - 7.5 * (len(names) - 1)
        shapes += [label(left - 12, middle + 15 * n, part, anchor="end", colour="text")
                   for n, part in enumerate(names)]  # fmt: skip
        bars = [
            rect(left, y + 4 + 6 * place, room * (value or 0) / most, 22 - 12 * place, one.colour, one.edge)
            for place, (one, value) in enumerate(zip(series, mark.values, strict=True))
        ]
        end = left + room * max((v or 0 for v in mark.values), default=0) / most
        shapes.append(linked(mark.address, mark.says, "".join(bars)))
        shapes.append(label(end + 8, y + 20, mark.says.rpartition(": ")[2], size=12))
    return picture(WIDTH, height, title, [*shapes, line(left, TOP + 26, left, base, "line-strong")])


def heat(title: str, rows: Sequence[str], hours: Sequence[int], marks: Mapping[tuple[int, int], Mark]) -> str:
    """Days down, hours across: the darker, the more. Each field prints its figure, so colour is not needed."""
    left, tall = 100, 38
    step = min((WIDTH - left - RIGHT) / max(len(hours), 1), 96.0)
    most = max((m.values[0] or 0 for m in marks.values()), default=0)
    height = TOP + 22 + tall * len(rows) + 8
    shapes = [label(left + (i + 0.5) * step, TOP + 12, f"{hour}h", anchor="middle") for i, hour in enumerate(hours)]
    for r, name in enumerate(rows):
        y = TOP + 22 + r * tall
        shapes.append(label(left - 12, y + 24, name, anchor="end", colour="text"))
        for c, hour in enumerate(hours):
            mark = marks.get((r, hour))
            value = mark.values[0] if mark else None
            shade, ink = _shade(value or 0, most)
            field = rect(left + c * step + 1, y + 1, step - 2, tall - 2, "info", strength=shade)
            words = label(left + (c + 0.5) * step, y + 24, _short(value), anchor="middle", colour=ink, bold=bool(value))
            shapes.append(linked(mark.address, mark.says, field + words) if mark else field)
    return picture(WIDTH, height, title, shapes)


SHADES = ((0.1, "text"), (0.3, "text"), (0.5, "text"), (0.75, "white"), (1.0, "white"))
"""Strength of the one colour, and the ink that can be read on it."""


def _shade(value: float, most: float) -> tuple[float, str]:
    """Five steps, told apart in black and white as well."""
    if not value or not most:
        return 0.04, "muted"
    return SHADES[min(int(value / most * 4.999), 4)]


def _short(value: float | None) -> str:
    if not value:
        return ""
    return f"{value:.0f}" if value >= 10 or value == int(value) else f"{value:.1f}".replace(".", ",")


def legend(series: Sequence[Series], left: float = LEFT) -> list[str]:
    shapes, x = [], left
    for one in series:
        shapes += [rect(x, TOP - 2, 12, 12, one.colour, one.edge), label(x + 18, TOP + 9, one.name)]
        x += 34 + 7.4 * len(one.name)
    return shapes


def scale(top: float, base: float, room: float, unit: str = "") -> list[str]:
    shapes = []
    for part in (0.5, 1.0):
        y = base - room * part
        value = top * part
        words = (format_count(int(value)) if value == int(value) else f"{value:g}".replace(".", ",")) + unit
        shapes += [line(LEFT, y, WIDTH - RIGHT, y), label(LEFT - 8, y + 4, words, anchor="end", size=12)]
    return shapes


def names_below(names: Sequence[str], step: float, base: float) -> list[str]:
    """As many names as have room."""
    longest = max((len(name) for name in names), default=0)
    every = max(1, ceil(longest * 7.5 / step))
    return [
        label(LEFT + (i + 0.5) * step, base + 20, name, anchor="middle", size=12)
        for i, name in enumerate(names)
        if i % every == 0
    ]


def nice(value: float) -> float:
    """A round number at or above, for the top of a scale: 1, 2 or 5 times a power of ten."""
    if value <= 2:
        return 2
    power = 10.0 ** int(log10(value))
    return next(step * power for step in (1, 2, 4, 5, 8, 10, 20) if step * power >= value)
