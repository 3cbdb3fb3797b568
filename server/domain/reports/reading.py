"""Report files as people have them: JSON, flat or nested, one table or many, named in either language.

Every number is kept as the text that was printed: "1.520" must not become 1.52 on the way in.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from server.domain.reports.lines import read_csv, read_lines
from server.domain.reports.rows import Cells, read_rows
from server.domain.reports.table import DATE_NAMES, LABELS, Figure, NotAReport, Split, Table, make_table
from server.domain.reports.vocabulary import canonical, parse_key, plain

__all__ = ["READERS", "NotAReport", "read_csv", "read_json"]

_LONGEST = 200
_SPLIT_KEY = re.compile(r"^(?:(?P<whole>.+?)_)?(?:by|theo)_.+$")


class Pairs(list[tuple[str, Any]]):
    """A JSON object with its order, in which no key may stand twice: one of the two figures would be lost."""

    @classmethod
    def of(cls, pairs: list[tuple[str, Any]]) -> Pairs:
        twice = sorted(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        if twice:
            raise NotAReport("same_name_twice", ", ".join(twice)[:_LONGEST])
        return cls(pairs)

    def get(self, wanted: frozenset[str]) -> tuple[str, Any] | None:
        return next(((key, value) for key, value in self if plain(key) in wanted), None)


def read_json(text: str, title: str = "report") -> list[Table]:
    """Tables of a JSON report.

    Raises NotAReport: `not_json`, `same_name_twice`, `unknown_shape`, `no_figures`.
    """
    try:
        data = json.loads(text, object_pairs_hook=Pairs.of, parse_int=str, parse_float=str, parse_constant=str)
        tables = _document(title, data, {})
    except (json.JSONDecodeError, RecursionError) as problem:
        raise NotAReport("not_json", str(problem)) from problem
    if not tables:
        raise NotAReport("no_figures")
    return tables


def _document(title: str, data: Any, inherited: Mapping[str, str]) -> list[Table]:
    if isinstance(data, list) and not isinstance(data, Pairs):
        return _rows(title, data, inherited, None)
    if not isinstance(data, Pairs):
        raise NotAReport("unknown_shape", title[:_LONGEST])
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
    return name is None or name in LABELS or (name in DATE_NAMES and len(set(figures) - DATE_NAMES) > 1)


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
            elif _names_a_figure(key):
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


def _names_a_figure(key: str) -> bool:
    name = canonical(plain(key))
    return name is not None and name not in LABELS | DATE_NAMES


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
    if rows and all(isinstance(row, list) and not isinstance(row, Pairs) for row in rows):
        return read_lines([[_text(cell) for cell in row if _scalar(cell)] for row in rows], title)
    if not all(isinstance(row, Pairs) for row in rows):
        raise NotAReport("unknown_shape", title[:_LONGEST])
    return read_rows(title, [_cells(row) for row in rows], dates, whole)


def _cells(row: Pairs) -> Cells:
    """A row's figures, and those of the objects in it brought under their names."""
    cells: list[tuple[str, str]] = []
    for key, value in row:
        if _scalar(value):
            cells.append((key, _text(value)))
        elif isinstance(value, Pairs) and all(_scalar(inner) for _, inner in value):
            cells += _under(key, value)
        else:
            raise NotAReport("unknown_shape", key[:_LONGEST])
    return cells


def _scalar(value: Any) -> bool:
    return not isinstance(value, list)  # Pairs is a list too


def _text(value: Any) -> str:
    return "" if value is None else str(value)


READERS: dict[str, Callable[[str, str], list[Table]]] = {".json": read_json, ".csv": read_csv}
