"""Breaks a text into lines by words, as few as possible and of even length."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

Width = Callable[[str], int]
_STOPS = (";", ",", ".", ":", "–", "-")
_UNITS = ("phường", "xã", "đặc", "tỉnh", "thành", "quận", "huyện")
"""Words that begin the name of a place: an office's name reads best when its place starts a line."""


def wrap(text: str, room: int, width: Width) -> list[str]:
    """Lines of at most `room` dots; a word longer than a line is broken between letters, never lost."""
    words = [piece for word in text.split() for piece in _fitting(word, room, width)]
    lines = fill(words, room, width)
    return lines if len(lines) < 2 else _even(words, len(lines), room, width)


def fill(words: list[str], room: int, width: Width) -> list[str]:
    """As many words on a line as it takes, and so on: the fewest lines, the last one short."""
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else ""
        if lines and width(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _fitting(word: str, room: int, width: Width) -> list[str]:
    pieces = []
    while width(word) > room and len(word) > 1:
        taken = next((n for n in range(len(word) - 1, 1, -1) if width(word[:n]) <= room), 1)
        pieces.append(word[:taken])
        word = word[taken:]
    return [*pieces, word]


def _even(words: list[str], count: int, room: int, width: Width) -> list[str]:
    """The split into `count` lines with the least squared slack, less what a good place to break is worth."""

    @cache
    def best(start: int, lines: int) -> tuple[float, tuple[str, ...]]:
        if lines == 0:
            return (0.0, ()) if start == len(words) else (float("inf"), ())
        choices: list[tuple[float, tuple[str, ...]]] = []
        for end in range(start + 1, len(words) + 1):
            line = " ".join(words[start:end])
            used = width(line)
            if used > room:
                break
            cost, rest = best(end, lines - 1)
            slack = (room - used) / room
            choices.append((cost + slack * slack - _worth(words, end), (line, *rest)))
        return min(choices, default=(float("inf"), ()))

    lines = best(0, count)[1]
    return [line.removesuffix(" ·") for line in lines[:-1]] + list(lines[-1:])


def _worth(words: list[str], end: int) -> float:
    if end == len(words):
        return 0.0
    if words[end - 1] == "·":
        return 0.5
    return 0.2 if words[end].lower() in _UNITS else 0.04 if words[end - 1].endswith(_STOPS) else 0.0
