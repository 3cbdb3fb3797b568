"""A printed table: its figures by the words of the field, its dates, and the splits it prints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from server.domain.reports.figures import Kind, Unreadable, read
from server.domain.reports.period import Period, parse_date, parse_period, period_of
from server.domain.reports.vocabulary import ONLINE_LEVELS, RATING_LEVELS, Key, parse_key, plain

DATE_NAMES = frozenset({"period", "period_from", "period_to", "as_of", "year", "half", "quarter", "month"})
_LABELS = frozenset({"row_no", "name", "note"})
_DOSSIERS = frozenset(
    {"online", "direct", "in_person", "postal", "carried_over", "received_in_period", "resolved", "in_progress"}
)
_CATALOGUE = frozenset({*ONLINE_LEVELS, "full", "partial", "information_only"})


@dataclass(frozen=True)
class Figure:
    """One printed number. `value` is None where a dash stands for a rate over 0."""

    key: str
    name: str
    kind: Kind
    printed: str
    value: Fraction | None
    slack: Fraction = Fraction(0)


@dataclass(frozen=True)
class Unread:
    """A figure that could not be read as what its name says. `code` is stable."""

    key: str
    printed: str
    code: str


@dataclass(frozen=True)
class Split:
    """A column's total and the rows it is the total of, each with the name of its table.

    `blanks` are rows that print nothing in the column: no sum can be held against the total then.
    """

    whole: Figure
    parts: tuple[tuple[str, Figure], ...]
    blanks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """Everything one table prints. Counts and percentages of the same thing are kept apart."""

    name: str
    counts: Mapping[str, Figure] = field(default_factory=dict)
    percents: Mapping[str, Figure] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
    splits: tuple[Split, ...] = ()
    period: Period | None = None
    as_of: date | None = None

    def hides(self, names: Iterable[str]) -> bool:
        """Whether one of these is printed, but not as anything that can be read: no sum can be held against it."""
        return bool({parse_key(item.key).name for item in self.unread} & set(names))

    def figures(self) -> Iterable[Figure]:
        yield from self.counts.values()
        yield from self.percents.values()


def make_table(name: str, cells: Iterable[tuple[str, str]], inherited: Mapping[str, str] | None = None) -> Table:
    """A table from its printed cells, (key, text) in order; `inherited` are dates printed once for the whole file."""
    counts: dict[str, Figure] = {}
    percents: dict[str, Figure] = {}
    texts: dict[str, str] = {}
    unread: list[Unread] = []
    seen: set[str] = set()
    dates = dict(inherited or {})
    for raw, printed in _apart(cells):
        key = parse_key(raw)
        if key.kind is Kind.COUNT and key.name in seen and "in_progress" in counts and key.name in _OF_THE_OPEN:
            second = _OF_THE_OPEN[key.name]
            raw, key = f"{counts['in_progress'].key} / {raw}", replace(key, name=second)
        if key.kind is Kind.COUNT:
            seen.add(key.name)
        if key.name in DATE_NAMES:
            dates[key.name] = printed
        elif key.name in _LABELS or _is_words(key, printed):
            texts[raw] = printed
        elif printed.strip():
            into = percents if key.kind is Kind.PERCENT else counts
            _add(_figure(raw, key, printed), into, unread)
    period, as_of, bad_dates = _dates(dates)
    return Table(name, _name_total(counts), percents, texts, (*unread, *bad_dates), (), period, as_of)


# "Đúng hạn | Quá hạn | Đang giải quyết | Đúng hạn | Quá hạn": said again behind the dossiers that are not resolved,
# it is said of those.
_OF_THE_OPEN = {"on_time": "in_time", "late": "overdue"}

_WITH_SHARE = re.compile(r"^(?P<count>[\d.,\s]*\d)\s*\(\s*(?P<share>[\d.,]+\s*%)\s*\)$")


def _apart(cells: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """ "2.220 (75,54%)" is two figures: a count, and its share."""
    for raw, printed in cells:
        if match := _WITH_SHARE.match(printed.strip()):
            yield raw, match["count"]
            yield f"{raw} (%)", match["share"]
        else:
            yield raw, printed


def _is_words(key: Key, printed: str) -> bool:
    """A sentence under a name that means no figure; under a known name only what has no digit at all."""
    letters = any(character.isalpha() for character in printed)
    digits = any(character.isdigit() for character in printed)
    return letters and (not digits or (not key.known and len(printed.split()) > 2))


def _figure(raw: str, key: Key, printed: str) -> Figure | Unread:
    try:
        reading = read(printed, key.kind, approximate=key.approximate)
    except Unreadable as problem:
        return Unread(raw, printed, problem.code)
    figure = Figure(raw, key.name, key.kind, printed, reading.value, reading.slack)
    return _share_as_percent(figure) if plain(raw).endswith(("_rate", "_ratio", "_share")) else figure


def _share_as_percent(figure: Figure) -> Figure:
    """`on_time_rate: 0.9935` is 99.35%: nobody prints a rate below one percent under such a name without the sign."""
    if figure.value is None or "%" in figure.printed or figure.value > 1:
        return figure
    return replace(figure, value=figure.value * 100, slack=figure.slack * 100)


def _add(figure: Figure | Unread, into: dict[str, Figure], unread: list[Unread]) -> None:
    if isinstance(figure, Unread):
        unread.append(figure)
    elif figure.name not in into:
        into[figure.name] = figure
    else:  # The same thing printed twice: both stay, the exact one under the field's word, the other under its own.
        first = into[figure.name]
        if first.slack and not figure.slack:
            into[figure.name], figure = figure, first
        into[figure.key] = replace(figure, name=figure.key)


def _name_total(counts: dict[str, Figure]) -> dict[str, Figure]:
    """Say what a bare `total` is the total of, from the company it keeps."""
    total = counts.get("total")
    if total is None:
        return counts
    names = set(counts)
    renamed = dict(counts)
    if names & set(RATING_LEVELS):
        target = "rated" if "rated" not in names and "not_rated" not in names else "sessions"
    elif names & _CATALOGUE:
        target = "catalogue"
    elif {"received", "carried_over"} <= names and "received_in_period" not in names:
        renamed["received_in_period"] = replace(counts["received"], name="received_in_period")
        del renamed["received"]
        target = "received"
    elif names & _DOSSIERS:
        target = "received"
    elif names & {"early", "on_time", "late", "early_or_on_time"}:
        target = "resolved"
    else:
        return counts
    if target in renamed:
        return counts
    del renamed["total"]
    return {target: replace(total, name=target), **renamed}


def _dates(dates: Mapping[str, str]) -> tuple[Period | None, date | None, list[Unread]]:
    bad: list[Unread] = []

    def day(name: str) -> date | None:
        text = dates.get(name)
        found = parse_date(text) if text else None
        if text and found is None:
            bad.append(Unread(name, text, "not_a_date"))
        return found

    as_of, first, last = day("as_of"), day("period_from"), day("period_to")
    period = Period(first, last) if first and last else None
    label = dates.get("period")
    if period is None and label:
        period = parse_period(label)
        if period is None:
            bad.append(Unread("period", label, "not_a_period"))
    return period or _numbered_period(dates), as_of, bad


def _numbered_period(dates: Mapping[str, str]) -> Period | None:
    numbers = {name: int(dates[name]) for name in ("year", "half", "quarter", "month") if dates.get(name, "").isdigit()}
    year = numbers.pop("year", None)
    return period_of(year, **numbers) if year else None
