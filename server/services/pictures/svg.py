"""The few shapes that our pictures are made of, in the colours of the design tokens."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path

STYLES = Path(__file__).parents[2] / "web" / "static" / "ui.css"
FAMILY = "Be Vietnam Pro, Noto Sans, sans-serif"
TOKEN = re.compile(r"--([\w-]+):\s*(?:(#[0-9a-fA-F]{6})|var\(--([\w-]+)\))\s*;")


@cache
def colours() -> dict[str, str]:
    """The tokens of the light theme. A picture invents no colour, and carries its own: it is also printed."""
    head = STYLES.read_text(encoding="utf-8").partition('[data-theme="night"]')[0]
    found: dict[str, str] = {}
    for name, value, other in TOKEN.findall(head):
        found[name] = value or found.get(other, "")
    return found


def rect(
    x: float, y: float, width: float, height: float, colour: str, edge: str | None = None, strength: float = 1
) -> str:
    stroke = f' stroke="{colours()[edge]}" stroke-width="1"' if edge else ""
    stroke += f' fill-opacity="{strength:g}"' if strength < 1 else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}"'
        f' fill="{colours()[colour]}"{stroke}/>'
    )


def line(x1: float, y1: float, x2: float, y2: float, colour: str = "line", width: float = 1) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
        f' stroke="{colours()[colour]}" stroke-width="{width:g}"/>'
    )


def label(
    x: float, y: float, words: str, *, anchor: str = "start", size: int = 13, colour: str = "muted", bold: bool = False
) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" font-family="{FAMILY}"'
        f' fill="{colours()[colour]}"{weight}>{escape(words)}</text>'
    )


def linked(address: str | None, title: str, shapes: str) -> str:
    """Shapes with what they say in words, and the way to what made them."""
    group = f"<g><title>{escape(title)}</title>{shapes}</g>"
    return f'<a href="{escape(address)}">{group}</a>' if address else group


def picture(width: float, height: float, title: str, shapes: Iterable[str]) -> str:
    """The whole drawing; its title is what a screen reader says. One with links in it is a group, not one image."""
    drawn = "".join(shapes)
    role = "group" if "<a " in drawn else "img"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}"'
        f' height="{height:.0f}" role="{role}" aria-label="{escape(title)}">{drawn}</svg>'
    )


def wrapped(words: str, letters: int, lines: int = 2) -> list[str]:
    """Words in at most so many lines; the last line ends with … when there is more."""
    found: list[str] = [""]
    for word in words.split():
        longer = f"{found[-1]} {word}".strip()
        if len(longer) <= letters or not found[-1]:
            found[-1] = longer
        else:
            found.append(word)
    if len(found) > lines:
        found = [*found[: lines - 1], f"{found[lines - 1]} …"]
    return found
