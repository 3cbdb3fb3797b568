"""Tables printed as rows, II.06a/VPCP/KSTT above all: a table a row, and the totals its columns must give."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from server.domain.reports.table import Split, Table, make_table
from server.domain.reports.vocabulary import parse_key, plain

Cells = Sequence[tuple[str, str]]

_TOTAL = re.compile(r"^(?:tong|tong_cong|tong_so|cong|toan_bo|total|totals|grand_total|sum)(?:_.*)?$")
_ROMAN = re.compile(r"^[IVXLC]+$")


@dataclass(frozen=True)
class Row:
    """One printed row: its number as printed ("I", "1", "TT" …) and its table."""

    number: str
    table: Table

    @property
    def is_section(self) -> bool:
        return bool(_ROMAN.match(self.number.strip()))

    @property
    def has_figures(self) -> bool:
        return bool(self.table.counts)


def read_rows(
    title: str, rows: Sequence[Cells], inherited: Mapping[str, str], whole: Table | None = None
) -> list[Table]:
    """The rows' tables; column totals go to the total row, or to `whole`, the table around the rows.

    Returns the tables that carry figures, `whole` first where it is given.
    """
    total: Table | None = None
    body: list[Row] = []
    for position, cells in enumerate(rows, 1):
        number, label = _label(cells)
        table = make_table(f"{title} / {label or number or position}".strip(" /"), cells, inherited)
        if _TOTAL.match(plain(label or number)) and total is None:
            total = table
        else:
            body.append(Row(number, table))
    body = [row for row in body if row.has_figures or row.table.unread or row.is_section]
    sections, plain_rows = _sections(body)
    counted = sections or plain_rows
    head = [table for table in (whole, total) if table is not None]
    kept = [row.table for row in body if row.has_figures or not row.is_section]
    return [*(with_splits(table, counted) for table in head), *kept]


def _label(cells: Cells) -> tuple[str, str]:
    by_name: dict[str, str] = {}
    for key, text in cells:
        by_name.setdefault(parse_key(key).name, text.strip())
    return by_name.get("row_no", ""), by_name.get("name", "")


def _sections(body: list[Row]) -> tuple[list[Row], list[Row]]:
    """Section rows (Roman numerals) with figures are subtotals of the rows below them; without, they are headings."""
    sections: list[Row] = []
    plain_rows: list[Row] = []
    members: list[Row] = []
    for index in range(len(body) - 1, -1, -1):
        row = body[index]
        if not row.is_section:
            plain_rows.insert(0, row)
            members.insert(0, row)
            continue
        if row.has_figures:
            body[index] = row = replace(row, table=with_splits(row.table, members) if members else row.table)
            sections.insert(0, row)
        members = []
    # Rows above the first section stand beside the sections in the total.
    return ([*members, *sections] if sections else []), plain_rows


def with_splits(table: Table, rows: Sequence[Row]) -> Table:
    """`table` with every count that its rows print too as the total of that column."""
    splits = []
    for name, figure in table.counts.items():
        parts = tuple((row.table.name, row.table.counts[name]) for row in rows if name in row.table.counts)
        blanks = tuple(row.table.name for row in rows if name not in row.table.counts)
        if parts:
            splits.append(Split(figure, parts, blanks))
    return replace(table, splits=(*table.splits, *splits))
