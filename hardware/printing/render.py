"""Turns a layout into the picture a print head burns: one bit a dot, black is 0 as Pillow has it."""

from __future__ import annotations

from functools import lru_cache

from PIL import Image, ImageDraw

from .fonts import font
from .items import DASH, GAP, Code, Face, Figure, Item, Layout, Line, Rule, Style
from .qrcode import matrix
from .setter import Sheet

BLACK, WHITE = 0, 255
THRESHOLD = 150
"""Grey darker than this burns: a little above the middle, since thin strokes lose most on worn heads."""


def _mixed(face: Face, size: int) -> Style:
    """For sentences: small letters with two marks reach 0.97 em up, a dot below 0.25 em down."""
    return Style(face, size, round(size * 1.26), round(size * 0.99))


def _capitals(face: Face, size: int) -> Style:
    """For lines in capitals: Ễ reaches 1.15 em up."""
    return Style(face, size, round(size * 1.36), round(size * 1.1))


def wide_sheet(number_height: int = 148) -> Sheet:
    """The type for 80 mm paper."""
    return Sheet(
        small=_mixed("words", 23),
        body=_mixed("words", 24),
        label=_mixed("words", 23),
        value=_mixed("bold", 28),
        office=_capitals("bold", 23),
        heading=_capitals("bold", 26),
        bar=_capitals("bold", 26),
        service=_capitals("bold", 36),
        counters=_mixed("bold", 35),
        hotline=_mixed("bold", 27),
        number_height=number_height,
        figure_width=lambda text: figure_width(text, number_height),
    )


def narrow_sheet(number_height: int = 144) -> Sheet:
    """The type for 58 mm paper."""
    return Sheet(
        small=_mixed("words", 23),
        body=_mixed("words", 24),
        label=_mixed("words", 24),
        value=_mixed("bold", 30),
        office=_capitals("bold", 23),
        heading=_capitals("bold", 26),
        bar=_capitals("bold", 24),
        service=_capitals("bold", 31),
        counters=_mixed("bold", 32),
        hotline=_mixed("bold", 26),
        number_height=number_height,
        figure_width=lambda text: figure_width(text, number_height),
    )


def figure_width(text: str, height: int) -> int:
    """How wide a number is when its digits are `height` dots high and nothing squeezes them."""
    return _figure(text, height).width


def render(layout: Layout) -> Image.Image:
    """The whole ticket as a 1-bit picture."""
    return render_items(layout.items, layout.width, 0, layout.height)


def render_items(items: tuple[Item, ...] | list[Item], width: int, top: int, bottom: int) -> Image.Image:
    """The part of a ticket between two heights, with the items given."""
    canvas = Image.new("L", (width, max(1, bottom - top)), WHITE)
    for item in items:
        _draw(canvas, item, top)
    return canvas.point(lambda grey: BLACK if grey < THRESHOLD else WHITE).convert("1", dither=Image.Dither.NONE)


def _draw(canvas: Image.Image, item: Item, top: int) -> None:
    draw = ImageDraw.Draw(canvas)
    if isinstance(item, Line):
        _line(draw, item, top)
    elif isinstance(item, Figure):
        figure = _figure(item.text, item.height)
        if figure.width != item.width:
            figure = figure.resize((item.width, item.height), Image.Resampling.LANCZOS)
        canvas.paste(BLACK, (item.x, item.y - top), mask=figure)
    elif isinstance(item, Rule):
        spare = (item.right - item.left + GAP) % (DASH + GAP)
        for x in range(item.left + spare // 2, item.right - DASH + 1, DASH + GAP):
            draw.rectangle((x, item.y - top, x + DASH - 1, item.y - top + item.height - 1), fill=BLACK)
    elif isinstance(item, Code):
        _code(draw, item, top)


def _line(draw: ImageDraw.ImageDraw, line: Line, top: int) -> None:
    if line.inverted:
        draw.rectangle((line.left, line.y - top, line.right - 1, line.y - top + line.height - 1), fill=BLACK)
    ink = WHITE if line.inverted else BLACK
    for run in line.runs:
        opened = font(run.style.face, run.style.size)
        draw.text((run.x, line.baseline - top), run.text, fill=ink, font=opened, anchor="ls")


def _code(draw: ImageDraw.ImageDraw, code: Code, top: int) -> None:
    for row, modules in enumerate(matrix(code.payload)):
        for column, dark in enumerate(modules):
            if dark:
                x, y = code.x + column * code.module, code.y - top + row * code.module
                draw.rectangle((x, y, x + code.module - 1, y + code.module - 1), fill=BLACK)


@lru_cache(maxsize=32)
def _figure(text: str, height: int) -> Image.Image:
    """The number as a mask of exactly that height: digits stand on its last row, capitals reach its first."""
    opened = font("figures", height / 0.727 + 0.5)
    left, _, right, _ = opened.getbbox(text, anchor="ls")
    mask = Image.new("L", (int(right - left), height), 0)
    ImageDraw.Draw(mask).text((-left, height), text, fill=255, font=opened, anchor="ls")
    return mask
