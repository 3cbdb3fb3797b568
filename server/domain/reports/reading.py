"""Report files as people have them: JSON and CSV, flat or nested, one table or many, named in either language.

Every number is kept as the text that was printed: "1.520" must not become 1.52 on the way in.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from server.domain.reports.rows import Cells, read_rows
from server.domain.reports.table import DATE_NAMES, Figure, Split, Table, make_table
from server.domain.reports.vocabulary import COLUMNS, canonical, parse_key, plain

_ROW_KEYS = frozenset({"rows", "data", "hang", "dong", "fields", "units", "linh_vuc", "don_vi"})
_SPLIT_KEY = re.compile(r"^(?:(?P<whole>.+?)_)?(?:by|theo)_.+$")


class NotAReport(ValueError):
    """The file cannot be read as tables of figures; the text says where and why."""


class Pairs(list[tuple[str, Any]]):
    """A JSON object with its order, in which no key may stand twice: one of the two figures would be lost."""

    @classmethod
    def of(cls, pairs: list[tuple[str, Any]]) -> Pairs:
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise NotAReport(f"the same key twice in one object: {', '.join(twice)}")
        return cls(pairs)

    def get(self, wanted: frozenset[str]) -> tuple[str, Any] | None:
        return next(((key, value) for key, value in self if plain(key) in wanted), None)


def read_json(text: str, title: str = "report") -> list[Table]:
    """Tables of a JSON report.

    Raises NotAReport for broken JSON, repeated keys, or a shape without figures.
    """
    try:
        data = json.loads(text, object_pairs_hook=Pairs.of, parse_int=str, parse_float=str, parse_constant=str)
    except (json.JSONDecodeError, RecursionError) as problem:
        raise NotAReport(f"not JSON: {problem}") from problem
    tables = _document(title, data, {})
    if not tables:
        raise NotAReport("no table with figures found")
    return tables


def _document(title: str, data: Any, inherited: Mapping[str, str]) -> list[Table]:
    if isinstance(data, list) and not isinstance(data, Pairs):
        return _rows(title, data, inherited, None)
    if not isinstance(data, Pairs):
        raise NotAReport("a report is an object of figures or a list of rows")
    dates = {**inherited, **_dates(data)}
    named = data.get(frozenset({"tables", "bang", "cac_bang"}))
    if named is not None:
        return _tables(named[1], dates)
    if len(data) > 1 and all(_names_a_table(key, value) for key, value in data):
        return _tables(data, dates)
    return _table(title, data, dates)


def _names_a_table(key: str, value: Any) -> bool:
    """An object under a name that means no figure; "Nửa năm" and "2020" may also be what a table is called."""
    if not isinstance(value, Pairs):
        return False
    name = canonical(plain(key))
    figures = [inner.name for inner in map(parse_key, (k for k, _ in value)) if inner.known]
    return name is None or (name in DATE_NAMES and len(set(figures) - DATE_NAMES) > 1)


def _tables(data: Any, dates: Mapping[str, str]) -> list[Table]:
    found: list[Table] = []
    if isinstance(data, Pairs):
        for name, value in data:
            found += _document(name, value, dates)
    elif isinstance(data, list):
        for number, value in enumerate(data, 1):
            called = value.get(frozenset({"name", "title", "ten", "table"})) if isinstance(value, Pairs) else None
            found += _document(str(called[1]) if called else f"table {number}", value, dates)
    return found


def _dates(data: Pairs) -> dict[str, str]:
    """The dates an object prints; a period may be an object of its own."""
    dates: dict[str, str] = {}
    for key, value in data:
        name = canonical(plain(key))
        if name == "period" and isinstance(value, Pairs):
            dates |= _dates(value)
        elif name in DATE_NAMES and _scalar(value):
            dates[name] = str(value)
    return dates


def _table(title: str, data: Pairs, dates: Mapping[str, str]) -> list[Table]:
    """One object: its own figures, figures of nested objects brought under their parent, and nested rows."""
    cells: list[tuple[str, str]] = []
    children: list[Table] = []
    splits: list[tuple[str, Pairs]] = []
    rows: list[Any] = []
    for key, value in data:
        if _scalar(value):
            cells.append((key, _text(value)))
        elif canonical(plain(key)) == "period":
            continue
        elif isinstance(value, Pairs) and all(_scalar(inner) for _, inner in value):
            if _SPLIT_KEY.match(plain(key)):
                splits.append((key, value))
            elif canonical(plain(key)):
                cells += _under(key, value)
            elif plain(key) in ("total", "tong", "tong_cong", "figures", "so_lieu", "counts", "percentages"):
                cells += [(inner, _text(text)) for inner, text in value]
            else:
                children += _table(f"{title} / {key}", value, dates)
        elif isinstance(value, Pairs):
            rows += [Pairs([("name", inner), *row]) for inner, row in value if isinstance(row, Pairs)]
        else:
            rows += value
    table = make_table(title, cells, dates)
    table = replace(table, splits=tuple(split for key, value in splits if (split := _split(table, key, value))))
    children += [make_table(f"{title} / {key}", [(k, _text(v)) for k, v in value]) for key, value in splits]
    if rows:
        return [*_rows(title, rows, dates, table if table.counts else None), *children]
    return [table, *children] if table.counts or table.percents or table.unread or table.as_of else children


def _under(parent: str, value: Pairs) -> Cells:
    """`resolved: {total, early, …}`: the total is the parent's own figure, the rest its parts."""
    cells = []
    for key, inner in value:
        if canonical(plain(key)) == "total":
            cells.append((parent, _text(inner)))
        else:
            joined = f"{parent}.{key}"
            cells.append((joined if canonical(plain(joined)) else key, _text(inner)))
    return cells


def _split(table: Table, key: str, value: Pairs) -> Split | None:
    """`by_field: {…}` or `received_by_field: {…}`: all parts of the named whole, else of the table's largest one."""
    match = _SPLIT_KEY.match(plain(key))
    named = canonical(match["whole"]) if match and match["whole"] else None
    wanted = (named,) if named else ("total", "received", "sessions", "rated", "catalogue", "resolved")
    whole = next((table.counts[name] for name in wanted if name in table.counts), None)
    inner = make_table(f"{table.name} / {key}", [(k, _text(v)) for k, v in value])
    parts: list[tuple[str, Figure]] = [(inner.name, figure) for figure in inner.counts.values()]
    blanks = tuple(item.key for item in inner.unread)
    return Split(whole, tuple(parts), blanks) if whole and parts else None


def _rows(title: str, rows: list[Any], dates: Mapping[str, str], whole: Table | None) -> list[Table]:
    if not all(isinstance(row, Pairs) for row in rows):
        raise NotAReport(f"{title}: rows must be objects")
    cells = [[(key, _text(value)) for key, value in row if _scalar(value)] for row in rows]
    return read_rows(title, cells, dates, whole)


def _scalar(value: Any) -> bool:
    return not isinstance(value, list)  # Pairs is a list too


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def read_csv(text: str, title: str = "report") -> list[Table]:
    """Tables of a CSV report: II.06a by its column numbers, rows under headings, or figures one a line.

    Raises NotAReport when no figures are found.
    """
    return read_lines(list(csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=_delimiter(text))), title)


def read_lines(rows: Sequence[list[str]], title: str = "report") -> list[Table]:
    """The same for fields that were taken apart already, such as those of a workbook's sheet."""
    lines = [line for line in rows if any(cell.strip() for cell in line)]
    for form in (_numbered_columns, _one_a_line, _under_headings, _beside_headings):
        if tables := form(title, lines):
            return tables
    raise NotAReport("no table with figures found")


def _delimiter(text: str) -> str:
    """A comma may be a decimal comma, so it is the last guess."""
    return next((mark for mark in ("\t", ";") if mark in text), ",")


# "(3)", "3", "(3)=(4)+(5)+(6)"
_COLUMN_NUMBER = re.compile(r"^\(?(\d{1,2})\)?\s*(?:=.*)?$")


def _numbered_columns(title: str, lines: list[list[str]]) -> list[Table]:
    for index, line in enumerate(lines):
        matches = [_COLUMN_NUMBER.match(cell.strip()) for cell in line]
        numbers = [match[1] if match else "" for match in matches]
        if numbers[:3] != ["1", "2", "3"] or len(line) < 7:
            continue
        headings = ["row_no", "name", *(COLUMNS.get(int(number or 0), number) for number in numbers[2:])]
        rows = [list(zip(headings, row, strict=False)) for row in lines[index + 1 :]]
        return read_rows(title, rows, _dates_above(lines[:index]))
    return []


def _dates_above(lines: list[list[str]]) -> dict[str, str]:
    """ "Kỳ báo cáo: Quý I/2026", "Tính đến ngày: 14/03/2026" above the table."""
    dates: dict[str, str] = {}
    for cell in (cell for line in lines for cell in line if ":" in cell):
        label, _, value = cell.partition(":")
        if (name := canonical(plain(label))) in ("period", "as_of", "period_from", "period_to"):
            dates[name] = value.strip()
    return dates


_LINE_HEADINGS = frozenset({"value", "gia_tri", "so_lieu", "figure", "so_luong", "count"})


def _one_a_line(title: str, lines: list[list[str]]) -> list[Table]:
    """`key,value` or `table,key,value`, with or without a heading."""
    width = len(lines[0]) if lines else 0
    if width not in (2, 3) or any(len(line) != width for line in lines):
        return []
    headed = plain(lines[0][-1]) in _LINE_HEADINGS
    keyed = sum(parse_key(line[-2]).known for line in lines)
    if not headed and (keyed * 2 < len(lines) or parse_key(lines[0][-1]).known):
        return []
    tables: dict[str, list[tuple[str, str]]] = {}
    for line in lines[headed:]:
        tables.setdefault(line[0] if width == 3 else title, []).append((line[-2], line[-1]))
    return [make_table(name, cells) for name, cells in tables.items()]


def _under_headings(title: str, lines: list[list[str]]) -> list[Table]:
    """The first line with two or more names of figures is the heading; what stands above it may give the dates."""
    for index, line in enumerate(lines):
        if sum(parse_key(cell).known for cell in line if cell.strip()) >= 2:
            headings = ["name" if not cell.strip() or plain(cell) == "table" else cell for cell in line]
            if not {parse_key(cell).name for cell in headings} & {"name", "row_no"} and not parse_key(line[0]).known:
                headings[0] = "name"  # "Buổi", "Thời gian": whatever the rows are called by
            rows = [list(zip(headings, row, strict=False)) for row in lines[index + 1 :]]
            return read_rows(title, rows, _dates_above(lines[:index]))
    return []


def _beside_headings(title: str, lines: list[list[str]]) -> list[Table]:
    """Names of figures down the left, one table a column: years beside each other."""
    for index, line in enumerate(lines):
        below = [row for row in lines[index + 1 :] if row[0].strip()]
        named = sum(parse_key(row[0]).known for row in below)
        columns = [at for at, cell in enumerate(line) if at and cell.strip()]
        if len(columns) > 1 and named >= 2 and named * 2 >= len(below):
            return [
                make_table(f"{title} / {line[at].strip()}", [(row[0], row[at]) for row in below if at < len(row)],
                           _dates_above(lines[:index]))
                for at in columns
            ]  # fmt: skip
    return []


READERS: dict[str, Callable[[str, str], list[Table]]] = {".json": read_json, ".csv": read_csv}
