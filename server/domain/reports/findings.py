"""What a check says: which figures were compared, whether they agree, and if not by how much."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from server.domain.reports.amounts import Amount
from server.domain.reports.figures import format_count, format_percent
from server.domain.reports.table import Figure, Table


@dataclass(frozen=True)
class Note:
    """A hint for the reader, never a correction. `code` is stable, `params` fill the sentence."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """One comparison. `printed` and `computed` are as a report prints them; `gap` is printed − computed."""

    rule: str
    table: str
    says: str
    keys: tuple[str, ...]
    holds: bool
    printed: str
    computed: str
    gap: Fraction | None = None
    note: Note | None = None
    printed_value: Fraction | None = None
    computed_value: Fraction | None = None


def equal(rule: str, table: Table, whole: Amount, parts: Amount, note: Note | None = None) -> Check:
    """`whole` against the sum of `parts`, within what approximate figures allow."""
    gap = whole.value - parts.value
    holds = abs(gap) <= whole.slack + parts.slack
    return Check(
        rule,
        table.name,
        f"{whole.text} = {parts.text}",
        _keys(whole, parts),
        holds,
        _shown(whole),
        _in_style_of(_shown(whole), parts.value),
        None if holds else gap,
        None if holds else note or gap_note(table, gap, (*whole.figures, *parts.figures)),
        whole.value,
        parts.value,
    )


def at_most(rule: str, table: Table, part: Amount, whole: Amount) -> Check:
    """`part` may not be more than `whole`."""
    gap = part.value - whole.value
    holds = gap <= part.slack + whole.slack
    return Check(
        rule,
        table.name,
        f"{part.text} ≤ {whole.text}",
        _keys(part, whole),
        holds,
        _shown(part),
        f"≤ {_shown(whole)}",
        None if holds else gap,
        None,
        part.value,
        whole.value,
    )


def percent(
    table: Table,
    figure: Figure,
    says: str,
    keys: tuple[str, ...],
    *,
    holds: bool,
    computed: Fraction | None,
    note: Note | None,
) -> Check:
    """R6: a printed percentage against the recomputed one."""
    gap = None if holds or computed is None or figure.value is None else figure.value - computed
    return Check(
        "R6",
        table.name,
        f"{figure.key} = {says}",
        (figure.key, *keys),
        holds,
        figure.printed,
        format_percent(computed),
        gap,
        None if holds else note,
        figure.value,
        computed,
    )


def gap_note(table: Table, gap: Fraction, used: tuple[Figure, ...]) -> Note | None:
    """A figure of the same table that is exactly as large as the gap often says where it comes from."""
    if used[0].name == "rated" and gap > 0:
        return Note("ratings_without_level", {"n": format_count(gap)})
    for figure in table.counts.values():
        if figure not in used and figure.value == abs(gap) and gap:
            return Note("gap_equals", {"key": figure.key})
    return None


def _keys(*amounts: Amount) -> tuple[str, ...]:
    return tuple(figure.key for item in amounts for figure in item.figures)


def _in_style_of(printed: str, value: Fraction) -> str:
    """Thousands grouped only where the report groups them, and as it does."""
    mark = _GROUPS.search(printed)
    return format_count(value).replace(".", mark[1] if mark else "")


_GROUPS = re.compile(r"\d([.,\s])\d{3}")


def _shown(item: Amount) -> str:
    return item.figures[0].printed if item.printed else format_count(item.value)
