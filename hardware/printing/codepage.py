"""Text in the printer's own Vietnamese letters: the fewest bytes, and right only where a person has seen a test page.

A page's number means another table on another make, and a printer that lacks one prints wrong letters without an error.
So the pages are in a profile of the printer's own, checked when it starts, and chosen anew after every reset.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any

from escpos.codepages import CodePages

from .commands import ESC, GS, Pen, word
from .content import TicketContent
from .interface import PrintingError, SettingsError
from .items import Figure, Line, Rule, Run, Style
from .letters import VIETNAMESE
from .profiles import Profile
from .setter import Sheet

CELL_WIDTH, CELL_HEIGHT = 12, 24
"""Font A, the one every printer has."""
NATIVE_HEIGHT = 8
"""How many times its own height a printer's digit is set: 24 mm of cell, of which the digit fills three quarters."""
SINGLE_BYTES = b"\x1c."
"""Printers made for China take two bytes above 127 for one letter until they are told not to."""
_PLAIN = str.maketrans({
    "–": "-", "—": "-", "·": "-", "•": "-", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'",
})  # fmt: skip
"""Signs that no Vietnamese page holds, by what a typewriter would use."""


class LetterError(PrintingError):
    """A letter that none of the printer's pages holds."""

    code = "letter_not_in_page"


@lru_cache(maxsize=16)
def table(name: str) -> Mapping[str, int]:
    """The bytes of the letters above 127 in a page, by python-escpos's name of it."""
    entry: dict[str, Any] | None = CodePages.data.get(name)
    if entry is None:
        raise SettingsError(f"code page {name!r}: there is none of that name")
    if "data" in entry:
        letters = dict(enumerate("".join(entry["data"]), 128))
    else:
        letters = {code: bytes([code]).decode(entry["python_encode"], "ignore") for code in range(128, 256)}
    codes = {letter: code for code, letter in letters.items() if letter.strip()}
    if "Đ" not in codes and "Ð" in codes:
        codes["Đ"] = codes["Ð"]  # the table names the Icelandic letter, which looks the same
    return codes


class Pages:
    """The pages of one printer: name of the table → number that chooses it there."""

    def __init__(self, profile: Profile) -> None:
        self._tables = [(number, table(name)) for name, number in profile.code_pages.items()]
        lost = "".join(letter for letter in VIETNAMESE if self._page_of(letter) is None)
        if lost:
            named = ", ".join(profile.code_pages) or "none"
            raise SettingsError(f"profile {profile.name}: its code pages ({named}) lack {lost}")

    def _page_of(self, letter: str, current: int | None = None) -> tuple[int | None, int] | None:
        """(page, byte); a letter of ASCII is on every page, and the page in use comes first."""
        if " " <= letter <= "~":
            return current, ord(letter)
        found = [(number, codes[letter]) for number, codes in self._tables if letter in codes]
        return min(found, key=lambda one: one[0] != current, default=None)

    def can_spell(self, content: TicketContent) -> bool:
        """Whether every letter of a ticket is on a page."""
        return all(self._page_of(letter) for text in _texts(content) for letter in text)

    def spell(self, text: str, current: int | None) -> list[tuple[int | None, bytes]]:
        """Pieces of one page each, from the page in use on."""
        pieces: list[tuple[int | None, bytes]] = []
        for letter in text:
            placed = self._page_of(letter, current)
            if placed is None:
                raise LetterError(f"{letter!r} is on no page")
            if pieces and pieces[-1][0] == placed[0]:
                pieces[-1] = (placed[0], pieces[-1][1] + bytes([placed[1]]))
            else:
                pieces.append((placed[0], bytes([placed[1]])))
            current = placed[0]
        return pieces


def plain(content: TicketContent) -> TicketContent:
    """The same words with signs that a page holds."""
    values = {field.name: getattr(content, field.name) for field in fields(content)}
    changed = {name: _plain(value) for name, value in values.items() if value and name != "qr"}
    return replace(content, **changed)


def _plain(value: Any) -> Any:
    return value.translate(_PLAIN) if isinstance(value, str) else tuple(part.translate(_PLAIN) for part in value)


def _texts(content: TicketContent) -> list[str]:
    """What is set in letters. Capitals are made of small letters here, and a page may hold only one of both."""
    values = [getattr(content, field.name) for field in fields(content) if field.name != "qr"]
    texts = [text for value in values if value for text in ([value] if isinstance(value, str) else value)]
    return texts + [text.upper() for text in texts]


def sheet() -> Sheet:
    """The type of this way: font A, single for sentences, double for what matters."""
    small = Style("words", CELL_HEIGHT, 30, CELL_HEIGHT)
    strong = replace(small, face="bold")
    large = Style("bold", 2 * CELL_HEIGHT, 54, 2 * CELL_HEIGHT)
    return Sheet(
        small=small,
        body=small,
        label=small,
        value=strong,
        office=strong,
        heading=strong,
        bar=Style("cells", 2 * CELL_HEIGHT, 2 * CELL_HEIGHT, 2 * CELL_HEIGHT),
        service=large,
        counters=large,
        hotline=strong,
        number_height=CELL_HEIGHT * NATIVE_HEIGHT,
        figure_width=native_width,
        number_gap=0,
        rule_gap=(10, 11),
        code_beside=False,
        squeeze=0.3,
    )


def measure(text: str, style: Style) -> int:
    """Width in dots: every letter fills its cell."""
    return CELL_WIDTH * _scale(style)[0] * len(text)


def _scale(style: Style) -> tuple[int, int]:
    """Across and down; a bar's letters are only tall."""
    down = round(style.size) // CELL_HEIGHT
    return (1 if style.face == "cells" else down), down


def native_width(number: str) -> int:
    return len(number) * CELL_WIDTH * NATIVE_HEIGHT


def native_figure(pen: Pen, figure: Figure) -> None:
    """The number in the printer's own digits, as wide as the paper lets them be."""
    wide = min(NATIVE_HEIGHT, figure.width // (len(figure.text) * CELL_WIDTH))
    used = wide * len(figure.text) * CELL_WIDTH
    pen.feed_to(figure.y)
    pen.raw(GS + b"!" + bytes([(wide - 1) << 4 | NATIVE_HEIGHT - 1]))
    pen.raw(ESC + b"$" + word((pen.profile.width - used) // 2) + figure.text.encode("ascii", "replace"))
    pen.feed_to(figure.y + figure.height)
    pen.raw(GS + b"!\x00")


def _hyphens(rule: Rule) -> Line:
    """A rule as a row of letters, its middle where the rule is."""
    across = (rule.right - rule.left) // CELL_WIDTH
    style = Style("words", CELL_HEIGHT, CELL_HEIGHT, CELL_HEIGHT)
    run = Run("-" * across, style, rule.left, across * CELL_WIDTH)
    return Line(rule.y - 10, CELL_HEIGHT, rule.y - 10 + CELL_HEIGHT, (run,))


class Writer:
    """Sets lines and rules; remembers what it told the printer, and forgets it when somebody else wrote."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen
        self._pages = Pages(pen.profile)
        self._page: int | None = None
        self._told: dict[bytes, bytes] = {}
        pen.raw(SINGLE_BYTES)

    def forget(self) -> None:
        """After a command that was not ours (python-escpos's among them), page and type are not known."""
        self._page = None
        self._told.clear()

    def draw(self, item: Line | Rule) -> None:
        self._line(_hyphens(item) if isinstance(item, Rule) else item)

    def _line(self, line: Line) -> None:
        """One line of letters; an inverted one is a bar of whole cells."""
        self._pen.feed_to(line.y)
        for run in line.runs:
            across, down = _scale(run.style)
            self._tell(GS + b"!", bytes([(across - 1) << 4 | down - 1]))
            self._tell(ESC + b"E", bytes([run.style.face != "words"]))
            self._tell(GS + b"B", bytes([line.inverted]))
            text, x = run.text, run.x
            if line.inverted:
                text, x = text.center((line.right - line.left) // (CELL_WIDTH * across)), line.left
            self._pen.raw(ESC + b"$" + word(x))
            self._text(text)

    def _text(self, text: str) -> None:
        for page, data in self._pages.spell(text, self._page):
            if page is not None and page != self._page:
                self._pen.raw(ESC + b"t" + bytes([page]))
                self._page = page
            self._pen.raw(data)

    def _tell(self, command: bytes, value: bytes) -> None:
        if self._told.get(command) != value:
            self._pen.raw(command + value)
            self._told[command] = value
