"""Headings of one or more lines: which lines they are, and one name a column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from server.domain.reports.table import DATE_NAMES, LABELS
from server.domain.reports.vocabulary import BARE_RATE, COLUMNS, UNDER, parse_key, plain

Line = Sequence[str]


@dataclass(frozen=True)
class Block:
    """Headings, the lines below them, and those between the table before and this one."""

    above: Sequence[Line]
    headings: Sequence[str]
    body: Sequence[Line]


def blocks_of(lines: Sequence[Line]) -> list[Block]:
    """A sheet may print several tables below each other, and the headings of one again on every page."""
    blocks: list[Block] = []
    at, above = 0, 0
    while at < len(lines):
        if not is_heading(lines[at]):
            at += 1
            continue
        start, end = at, at + 1
        while end < len(lines) and _goes_on(lines[start:end], lines[end]):
            end += 1
        numbers = lines[end] if end < len(lines) and _is_numbering(lines[end]) else ()
        headings = _headings(lines[start:end], numbers)
        at = end + bool(numbers)
        if blocks and blocks[-1].headings == headings:
            blocks[-1] = replace(blocks[-1], body=[*blocks[-1].body, *lines[above:start]])
        else:
            if blocks:
                end_of_last = _end(lines, above, start)
                blocks[-1] = replace(blocks[-1], body=lines[above:end_of_last])
                blocks.append(Block(lines[end_of_last:start], headings, ()))
            else:
                blocks.append(Block(lines[:start], headings, ()))
        above = at
    if blocks:
        blocks[-1] = replace(blocks[-1], body=[*blocks[-1].body, *lines[above:]])
    return blocks


def _end(lines: Sequence[Line], start: int, end: int) -> int:
    """Lines of one field before the next headings are its title."""
    while end > start and len(filled_cells(lines[end - 1])) == 1:
        end -= 1
    return end


def filled_cells(line: Line) -> list[str]:
    return [cell for cell in line if cell.strip()]


def is_heading(line: Line) -> bool:
    """Names and no number, one of them that of a figure."""
    filled = filled_cells(line)
    if len(filled) < 2 or any(is_number(cell) or len(cell) > _LONGEST_HEADING for cell in filled):
        return False
    keys = [parse_key(cell) for cell in filled]
    return any(key.known and key.name not in LABELS | DATE_NAMES for key in keys) and not _NOT_A_NAME & set(filled)


_LONGEST_HEADING = 200
_NOT_A_NAME = frozenset({"x", "X", "-", "—", "–"})


def _goes_on(above: Sequence[Line], line: Line) -> bool:
    """Whether a line is a further line of headings: names below names that span several columns."""
    filled = filled_cells(line)
    if not filled or any(is_number(cell) for cell in filled) or line == above[-1] or _NOT_A_NAME & set(filled):
        return False
    top = above[-1]
    spanned = [at for at, cell in enumerate(line) if cell.strip() and (at >= len(top) or not top[at].strip())]
    return bool(spanned) and (bool(figures_named(filled)) or any(plain(cell) in BARE_RATE for cell in filled))


NUMBERING = re.compile(r"^\(?(\d{1,2})\)?\s*(?:=.*)?$")


def _is_numbering(line: Line) -> bool:
    """ "A | B | 1 | 2 | 3=4+5", below the headings."""
    cells = [cell.strip() for cell in filled_cells(line)]
    matches = [NUMBERING.match(cell) for cell in cells if not re.fullmatch(r"\(?[A-H]\)?", cell)]
    numbers = [int(match[1]) for match in matches if match]
    return len(numbers) == len(matches) >= 2 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _headings(lines: Sequence[Line], numbers: Line) -> list[str]:
    """One name a column, and what II.06a calls it where only its number can be understood."""
    width = max(len(line) for line in (*lines, numbers))
    spread = [_spread(lines, depth, width) for depth in range(len(lines))]
    names = [joined([line[at] for line in spread]) for at in range(width)]
    by_number = {at: match[1] for at, cell in enumerate(numbers) if (match := NUMBERING.match(cell.strip()))}
    return_of_all = {int(number): at for at, number in by_number.items()}
    if set(range(1, 14)) <= set(return_of_all):
        called = [(column, parse_key(names[return_of_all[number]])) for number, column in COLUMNS.items()]
        if all(key.name in (column, "total") or not key.known for column, key in called):
            names = [_or_by_number(name, int(by_number.get(at, 0))) for at, name in enumerate(names)]
    labelled = {parse_key(name).name for name in names} & {"name", "row_no"}
    for at, name in enumerate(names):
        # "Buổi", "Phường": whatever the rows are called by.
        if not name and at < 2 or at == 0 and not labelled and not parse_key(name).known:
            names[at] = "name"
        elif not name:
            names[at] = f"[{at + 1}]"
    return names


def _or_by_number(name: str, number: int) -> str:
    key = parse_key(name)
    return name if key.known and key.name != "total" else COLUMNS.get(number, name)


def _spread(lines: Sequence[Line], depth: int, width: int) -> list[str]:
    """A line of headings with each name over all columns that it spans: those that are named below it."""
    line = [*lines[depth], *[""] * (width - len(lines[depth]))]
    below = lines[depth + 1 :]
    named = ""
    for at, cell in enumerate(line):
        starts_above = any(at < len(upper) and upper[at].strip() for upper in lines[:depth])
        if cell.strip():
            named = cell.strip()
        elif starts_above:
            named = ""
        elif any(at < len(lower) and lower[at].strip() for lower in below):
            line[at] = named
        else:
            named = ""
    return [cell.strip() for cell in line]


def joined(parts: Iterable[str]) -> str:
    """ "Tiếp nhận" over "Tổng số" is the received themselves; over "Trực tuyến" one of their parts."""
    name = ""
    for part in dict.fromkeys(part for part in parts if part):
        if not name:
            name = part
            continue
        child, both = parse_key(part), parse_key(f"{name}{UNDER}{part}")
        if child.name == "total" and parse_key(name).known:
            continue
        own = child.known and child.name not in LABELS and not both.known and child.name != "total"
        name = part if own else f"{name}{UNDER}{part}"
    return name


def figures_named(cells: Iterable[str]) -> set[str]:
    """The words of the field for those cells that name a figure."""
    keys = [parse_key(cell) for cell in cells if cell.strip() and not is_number(cell)]
    return {key.name for key in keys if key.known and key.name not in LABELS | DATE_NAMES}


_DIGITS_ONLY = re.compile(r"^\s*[-+−]?\(?\d[\d.,\s]*%?\)?\s*$")


def is_number(cell: str) -> bool:
    return len(cell) < 100 and bool(_DIGITS_ONLY.match(cell))
