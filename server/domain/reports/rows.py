"""Tables printed as rows, II.06a/VPCP/KSTT above all: a table a row, and the totals its columns must give."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from server.domain.reports.table import DATE_NAMES, Figure, Split, Table, make_table
from server.domain.reports.vocabulary import BARE_RATE, UNDER, parse_key, plain

Cells = Sequence[tuple[str, str]]

# With its accents "Cộng" is told from "Công an", and "Tổng số" from "Tổng hợp" by the word behind.
_TOTAL = re.compile(
    r"^(?:tổng(?!\s*(?:hợp|đài|cục|công|kho|thầu|giám|biên|đội|lãnh))|cộng(?!\s*(?:đồng|tác|hoà|hòa|hưởng|sinh))"
    r"|toàn(?!\s*(?:trình|diện|văn))|cả\s+(?:năm|kỳ|quý|tháng|tuần|ngày|đợt))(?!\w)"
)
_TOTAL_PLAIN = re.compile(
    r"^(?:tong|cong|tong_cong|tong_so|tong_chung|total|totals|grand_total|sum|all"
    r"|toan_(?:bo|huyen|quan|tinh|thanh_pho|thi_xa|phuong|xa|trung_tam|don_vi|co_quan|nganh))(?:_(?!hop|dai|cuc).*)?$"
)
# Rows that stand beside the others, not among them.
_ASIDE = re.compile(
    r"^(?:binh_quan|trung_binh|average|mean|trong_do|of_which|luy_ke|cong_don|cung_ky|ky_truoc|nam_truoc|quy_truoc"
    r"|thang_truoc|so_voi|so_sanh|tang|giam|ke_hoach|chi_tieu|ghi_chu|nguon)(?:_|$)"
)
_AVERAGE = re.compile(r"^(?:binh_quan|trung_binh|average|mean|tang|giam|so_voi|so_sanh)(?:_|$)")
_NUMBER = re.compile(r"^\s*([A-HĐ]|[IVX]+|\d{1,3}(?:\.\d{1,2})*)[.)]?\s*$")
_NUMBERED_LABEL = re.compile(r"^\s*([A-HĐ]|[IVX]{1,4}|\d{1,2}(?:\.\d{1,2})*)[.)]\s+\S")


@dataclass
class Row:
    """One printed row: its table, the level that its number says ("A" above "I" above "1" above "1.1"), and the rows
    that are printed under it."""

    table: Table
    level: int
    numbered: bool
    total: str = ""
    aside: bool = False
    below: list[Row] = field(default_factory=list)

    @property
    def has_figures(self) -> bool:
        return bool(self.table.counts)

    @property
    def kept(self) -> bool:
        return self.has_figures or bool(self.table.percents or self.table.unread)


def read_rows(
    title: str, rows: Sequence[Cells], inherited: Mapping[str, str], whole: Table | None = None
) -> list[Table]:
    """The rows' tables; column totals go to the total row, or to `whole`, the table around the rows.

    Returns the tables that carry figures, `whole` and the total of all first.
    """
    read = [_row(title, cells, inherited, at) for at, cells in enumerate(_with_rates(rows), 1)]
    kept = [row for row in read if row.kept or row.numbered]
    totals = [row for row in kept if row.total and row.kept]
    body = [row for row in kept if not row.total and not row.aside]
    grand = _grand(totals, kept)
    counted = _subtotals(grand, totals, kept) if len(totals) > 1 else _parts(_tree(body))
    if grand and len(totals) == 1 and kept[0] is not grand is not kept[-1]:
        counted = _of_the_middle(grand, kept, counted)
    head = [with_splits(table, counted) for table in (whole, grand.table if grand else None) if table]
    return [*head, *(row.table for row in kept if row.kept and row is not grand)]


def _with_rates(rows: Sequence[Cells]) -> list[Cells]:
    """A row called "Tỷ lệ (%)" prints the rates of the row above it."""
    found: list[Cells] = []
    for cells in rows:
        labels, _ = _labels(cells)
        if found and any(plain(label) in BARE_RATE for label in labels):
            rates = [(f"{key}{UNDER}%", text) for key, text in cells if parse_key(key).name not in _LABEL_KEYS]
            found[-1] = [*found[-1], *rates]
        else:
            found.append(cells)
    return found


_LABEL_KEYS = ("row_no", "name", "note")


def _labels(cells: Cells) -> tuple[list[str], str]:
    """What a row is called, and its number."""
    texts = [(parse_key(key).name, text.strip()) for key, text in cells]
    names = [text for name, text in texts if name == "name" and text]
    # Rows of a table by time are called by their quarter or month.
    names = names or [text for name, text in texts if name in DATE_NAMES and text]
    return names, next((text for name, text in texts if name == "row_no"), "")


def _row(title: str, cells: Cells, inherited: Mapping[str, str], position: int) -> Row:
    names, number = _labels(cells)
    label = " – ".join(names)
    table = make_table(f"{title} / {label or number or position}".strip(" /"), cells, inherited)
    called = [*names, number]
    total = next((name for name in called if is_total(name)), "")
    match = _NUMBER.match(number) or _NUMBERED_LABEL.match(label)
    aside = any(_ASIDE.match(plain(name)) for name in called)
    if any(_AVERAGE.match(plain(name)) for name in called):
        table = Table(table.name)  # Differences and averages of what stands above: no counts of anything.
    return Row(table, _level(match[1]) if match else _DIGITS, bool(match), total, aside)


def is_total(label: str) -> bool:
    """Whether a row is called a total: "Tổng cộng", "CỘNG (I+II)", "Toàn huyện", and not "Công an" or "Tổng hợp"."""
    text = unicodedata.normalize("NFC", label).casefold().strip(" .:*-–")
    accents = any(ord(letter) > 127 for letter in text)
    return bool(_TOTAL.match(text) if accents else _TOTAL_PLAIN.match(plain(text)))


_LETTER, _ROMAN, _DIGITS = 0, 1, 2


def _level(number: str) -> int:
    if number[0].isdigit():
        return _DIGITS + number.count(".")
    return _ROMAN if set(number) <= set("IVX") else _LETTER


def _tree(rows: Iterable[Row]) -> list[Row]:
    """The rows of the highest level, each with those below it, and the sums these must give."""
    top: list[Row] = []
    path: list[Row] = []
    for row in rows:
        while path and path[-1].level >= row.level:
            path.pop()
        (path[-1].below if path else top).append(row)
        path.append(row)
    for row in _all(top):
        if row.has_figures and row.below:
            row.table = with_splits(row.table, _parts(row.below))
    return top


def _all(rows: Iterable[Row]) -> Iterable[Row]:
    for row in rows:
        yield row
        yield from _all(row.below)


def _parts(rows: Iterable[Row]) -> list[Row]:
    """What adds up: a heading without figures stands for the rows below it."""
    return [part for row in rows for part in ([row] if row.kept or not row.below else _parts(row.below)) if part.kept]


def _grand(totals: list[Row], rows: list[Row]) -> Row | None:
    """Of several totals, the one called "Tổng cộng" among such called "Cộng"; else the outermost."""
    if not totals:
        return None
    greatest = [row for row in totals if not plain(row.total).startswith("cong")]
    if len(greatest) == 1:
        return greatest[0]
    return totals[-1] if _stand_below(totals, rows) else totals[0]


def _of_the_middle(total: Row, rows: list[Row], all_of_them: list[Row]) -> list[Row]:
    """A total between rows is that of all of them, or of those above it alone: whichever more of its columns say."""
    above = [row for row in rows[: rows.index(total)] if row in all_of_them]
    return max((all_of_them, above), key=lambda parts: _columns_that_hold(total.table, parts))


def _columns_that_hold(table: Table, rows: list[Row]) -> int:
    return sum(
        not split.blanks and split.whole.value == sum(part.value or 0 for _, part in split.parts)
        for split in with_splits(table, rows).splits
    )


def _stand_below(totals: list[Row], rows: list[Row]) -> bool:
    """Whether totals are printed below what they are the totals of."""
    body = [at for at, row in enumerate(rows) if row.has_figures and not row.total and not row.aside]
    return bool(body) and body[0] < rows.index(totals[0])


def _subtotals(grand: Row | None, totals: list[Row], rows: list[Row]) -> list[Row]:
    """Each lesser total gets the sum of the rows beside it; returns what the greatest is the sum of."""
    others = [row for row in totals if row is not grand]
    below = _stand_below(others, rows)
    counted: list[Row] = []
    group: list[Row] = []
    for row in rows if below else reversed(rows):
        if row in others:
            row.table = with_splits(row.table, group)
            counted.append(row)
            group = []
        elif row is not grand and row.kept and not row.aside:
            group.append(row)
    counted += group
    return counted if below else counted[::-1]


def with_splits(table: Table, rows: Sequence[Row]) -> Table:
    """`table` with every count that its rows print too as the total of that column."""
    splits = []
    for name, figure in table.counts.items():
        found = [(row.table.name, _same(row.table, name, figure.key)) for row in rows]
        parts = tuple((called, part) for called, part in found if part)
        blanks = tuple(called for called, part in found if not part)
        if parts:
            splits.append(Split(figure, parts, blanks))
    return replace(table, splits=(*table.splits, *splits))


def _same(table: Table, name: str, key: str) -> Figure | None:
    """A row's figure of this name, or what it prints under the same key: a bare "total" is named by its company."""
    return table.counts.get(name) or next((part for part in table.counts.values() if part.key == key), None)
