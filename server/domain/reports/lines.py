"""Reports as lines of fields, from CSV or a workbook's sheet: rows under headings of one or more lines, the return by
its column numbers, or names down the left."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from server.domain.reports.figures import LONGEST, Kind
from server.domain.reports.headings import (
    NUMBERING,
    Line,
    blocks_of,
    figures_named,
    filled_cells,
    is_heading,
    joined,
)
from server.domain.reports.period import dates_in
from server.domain.reports.rows import Cells, read_rows
from server.domain.reports.table import NotAReport, Table, make_table
from server.domain.reports.vocabulary import COLUMNS, UNDER, canonical, parse_key, plain


def read_csv(text: str, title: str = "report") -> list[Table]:
    """Tables of a CSV report: II.06a by its column numbers, rows under headings, or figures one a line.

    Raises NotAReport: `no_figures`, `not_csv`.
    """
    text = text.lstrip("\ufeff")
    said = [_SAID.match(line) for line in text.splitlines() if line.strip()]
    if said and all(said):
        return read_lines([[match[1], match[2]] for match in said if match], title)
    try:
        return read_lines(list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))), title)
    except csv.Error as problem:
        raise NotAReport("not_csv", str(problem)) from problem


def _delimiter(text: str) -> str:
    """What stands in most lines. A comma may be a decimal comma, so it is the last guess."""
    lines = text.splitlines()[:_LOOKED_AT]
    return max(("\t", ";", "|", ","), key=lambda mark: sum(mark in line for line in lines))


_LOOKED_AT = 200
# "Trực tuyến: 1.000 hồ sơ", a line each, as it is pasted from a text.
_SAID = re.compile(r"^([^\d;\t|]{2,100}):\s*(\d[\d.,]*\s*%?(?:\s+[^\d;:]{1,20})?)$")
_RULED = re.compile(r"^[\s:|=-]*$")


def read_lines(rows: Sequence[Line], title: str = "report") -> list[Table]:
    """The same for fields that were taken apart already, such as those of a workbook's sheet."""
    lines = [line for line in rows if not _RULED.match("".join(line)[:_LOOKED_AT])]
    forms = (_under_headings, _down_the_left) if _across(lines) >= _down(lines) else (_down_the_left, _under_headings)
    for form in (*forms, _numbered_columns):
        if tables := form(title, lines):
            return tables
    raise NotAReport("no_figures")


def _across(lines: Sequence[Line]) -> int:
    return max((len(figures_named(line)) for line in lines if is_heading(line)), default=0)


def _down(lines: Sequence[Line]) -> int:
    return max((len(figures_named(line[at] for line in lines if at < len(line))) for at in range(3)), default=0)


def _dates_above(lines: Iterable[Line]) -> dict[str, str]:
    """ "Kỳ báo cáo: Quý I/2026", "(Số liệu tính đến ngày 14/03/2026)" above the table."""
    dates: dict[str, str] = {}
    for cell in (cell for line in lines for cell in line if cell.strip()):
        label, colon, value = cell.partition(":")
        name = canonical(plain(label[:100])) if colon else None
        if name in ("period", "as_of", "period_from", "period_to"):
            dates[name] = value.strip()
        else:
            dates = {**dates_in(cell), **dates}
    return dates


def _said(lines: Iterable[Line]) -> dict[str, str]:
    """Sentences around a table, which may claim something of its figures."""
    found = [cell.strip() for line in lines for cell in line if len(cell.split()) > 3]
    return {f"“{text[:40]}”": text for text in found}


# --- rows under headings ----------------------------------------------------------------------------------------------


def _under_headings(title: str, lines: Sequence[Line]) -> list[Table]:
    found: list[Table] = []
    blocks = blocks_of(lines)
    for block in blocks:
        called = next((cell.strip() for line in reversed(block.above) for cell in line if cell.strip()), "")
        name = f"{title} / {called[:60]}" if len(blocks) > 1 and called else title
        rows: list[Cells] = [
            list(zip(block.headings, line, strict=False)) for line in block.body if len(filled_cells(line)) > 1
        ]
        tables = read_rows(name, rows, _dates_above(block.above))
        said = _said([*block.above, *(line for line in block.body if len(filled_cells(line)) == 1)])
        if tables:
            tables[0] = replace(tables[0], texts={**tables[0].texts, **said})
        found += tables
    return found


# --- the return, by nothing but the numbers of its columns ------------------------------------------------------------


def _numbered_columns(title: str, lines: Sequence[Line]) -> list[Table]:
    for index, line in enumerate(lines):
        matches = [NUMBERING.match(cell.strip()) for cell in line]
        numbers = [match[1] if match else "" for match in matches]
        if numbers[:3] != ["1", "2", "3"] or len(line) < 7:
            continue
        headings = ["row_no", "name", *(COLUMNS.get(int(number or 0), f"[{number}]") for number in numbers[2:])]
        rows: list[Cells] = [list(zip(headings, row, strict=False)) for row in lines[index + 1 :]]
        return read_rows(title, rows, _dates_above(lines[:index]))
    return []


# --- names down the left ----------------------------------------------------------------------------------------------

_TABLE_HEADINGS = frozenset({"table", "bang", "ten_bang", "report", "bieu"})
_VALUE_HEADINGS = frozenset(
    {"value", "gia_tri", "so_lieu", "figure", "so_luong", "count", "so_luot", "ket_qua", "luot"}
)


def _down_the_left(title: str, lines: Sequence[Line]) -> list[Table]:
    """`name;value`, `no;name;unit;value;%`, years beside each other, or `table;name;value`."""
    width = max(map(len, lines), default=0)
    lines = [[*line, *[""] * (width - len(line))] for line in lines]
    names = max(range(min(3, width)), key=lambda at: len(figures_named(line[at] for line in lines)), default=0)
    known = [at for at, line in enumerate(lines) if _prints(line, names)]
    if not known:
        return []
    head = _heading_of(lines, names)
    body = lines[head + 1 :]
    if len(known) < 2 or (len(known) * 2 < len(body) and not _headed(lines, head, names)):
        return []
    titles = [cell.strip() for cell in lines[head]] if head >= 0 else [""] * width
    counted = [at for at in range(names + 1, width) if parse_key(titles[at]).kind is not Kind.MEASURE]
    values = [at for at in counted if any(_is_value(line[at]) for line in body)]
    groups = _groups(body, names, titles)
    dates, said = _dates_above(lines[: max(head, 0)]), _said(lines[: max(head, 0)])
    tables = []
    for name, rows in groups.items():
        for heading, cells in _columns(rows, names, values, titles).items():
            called = " / ".join(part for part in (name or title, heading) if part)
            table = make_table(called, cells, dates)
            tables.append(replace(table, texts={**table.texts, **said}))
    return tables


def _prints(line: Line, names: int) -> bool:
    """Whether a line names a figure and prints one behind the name."""
    return bool(figures_named([line[names]])) and any(map(_is_value, line[names + 1 :]))


def _is_value(cell: str) -> bool:
    return any(letter.isdigit() for letter in cell[:LONGEST])


def _headed(lines: Sequence[Line], head: int, names: int) -> bool:
    return head >= 0 and any(plain(cell) in _VALUE_HEADINGS for cell in lines[head][names + 1 :])


def _heading_of(lines: Sequence[Line], names: int) -> int:
    """The line right above the first that names a figure and prints one; −1 where that is the first."""
    for at, line in enumerate(lines):
        if _prints(line, names):
            return at - 1
        if _headed(lines, at, names):
            return at
    return -1


def _groups(body: Sequence[Line], names: int, titles: Sequence[str]) -> Mapping[str, list[Line]]:
    """The lines of each table where a column before the names says which table they are of."""
    before = [line[0].strip() for line in body] if names else []
    told = plain(titles[0]) in _TABLE_HEADINGS or not (parse_key(titles[0]).name == "row_no" or _numbers(before))
    if not names or not told or figures_named(before):
        return {"": list(body)}
    groups: dict[str, list[Line]] = {}
    last = ""
    for line, cell in zip(body, before, strict=True):
        last = cell or last
        groups.setdefault(last, []).append(line)
    return groups


def _numbers(cells: Sequence[str]) -> bool:
    return all(_OUTLINE.fullmatch(cell.strip(" .)/")) for cell in cells)


_OUTLINE = re.compile(r"[IVX]{0,4}|[a-hA-Hđ]?|\d{0,2}(?:\.\d{1,2})*|[-+*•]")


def _columns(rows: Sequence[Line], names: int, values: Sequence[int], titles: Sequence[str]) -> dict[str, Cells]:
    """One table a column of counts; a column of rates goes with the counts before it."""
    found: dict[str, Cells] = {}
    rates = [at for at in values if _is_rate(titles[at]) or _all_rates(rows, at)]
    counts = [at for at in values if at not in rates]
    for at in values:
        before = max((count for count in counts if count < at), default=None)
        own = at if at in counts or before is None else before
        heading = titles[own] if len(counts) > 1 else ""
        parent, cells = "", []
        for row in rows:
            group = row[0].strip() if names and figures_named([row[0]]) else ""
            parent = group or parent
            name = joined([parent, row[names].strip()]) if parent else row[names].strip()
            cells.append((f"{name}{UNDER}{titles[at] or '%'}" if at in rates and own != at else name, row[at]))
        of = heading if own in counts else titles[own] if counts else ""
        found[of] = [*found.get(of, ()), *cells]
    return found


def _is_rate(heading: str) -> bool:
    return "%" in heading or plain(heading).startswith(("ty_le", "ti_le", "percent", "rate"))


def _all_rates(rows: Sequence[Line], at: int) -> bool:
    """A column that prints nothing but percentages is one, unless the whole table is."""
    cells = [row[at].strip() for row in rows if row[at].strip()]
    return bool(cells) and all(cell.endswith("%") for cell in cells)
