"""A printed table: its figures by the words of the field, its dates, and the splits it prints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from server.domain.reports.figures import LONGEST, Kind, Unreadable, read
from server.domain.reports.period import Period, parse_date, parse_period, period_of
from server.domain.reports.vocabulary import BARE_RATE, ONLINE_LEVELS, RATING_LEVELS, UNDER, Key, parse_key, plain

DATE_NAMES = frozenset({"period", "period_from", "period_to", "as_of", "year", "half", "quarter", "month"})
LABELS = frozenset({"row_no", "name", "note"})
_OF_RECEIVED = frozenset({"online", "direct", "in_person", "postal", "carried_over", "received_in_period"})
_OF_RESOLVED = frozenset({"early", "on_time", "early_or_on_time", "late"})
_CATALOGUE = frozenset({*ONLINE_LEVELS, "full", "partial", "information_only"})


class NotAReport(ValueError):
    """A file that cannot be read as tables of figures. `code` is stable: `not_json`, `not_csv`, `same_name_twice`,
    `not_utf8`, `not_a_workbook`, `formula_without_value`, `unknown_kind`, `unknown_shape`, `no_figures`; `why` says
    where, or what a reader stumbled over."""

    def __init__(self, code: str, why: str = "") -> None:
        super().__init__(f"{code}: {why}" if why else code)
        self.code, self.why = code, why


@dataclass(frozen=True)
class Figure:
    """One printed number. `value` is None where a dash stands for a rate over 0; a `bare` rate is headed "Tỷ lệ" or
    "%" and no more, and is named by the count that it stands behind."""

    key: str
    name: str
    kind: Kind
    printed: str
    value: Fraction | None
    slack: Fraction = Fraction(0)
    bare: bool = False


@dataclass(frozen=True)
class Unread:
    """A figure that could not be read as what its name says. `code` is stable."""

    key: str
    printed: str
    code: str
    name: str = ""


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
    """Everything one table prints. Counts and percentages of the same thing are kept apart; measures are only kept."""

    name: str
    counts: Mapping[str, Figure] = field(default_factory=dict)
    percents: Mapping[str, Figure] = field(default_factory=dict)
    measures: Mapping[str, Figure] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
    splits: tuple[Split, ...] = ()
    period: Period | None = None
    as_of: date | None = None

    def hides(self, names: Iterable[str]) -> bool:
        """Whether one of these is printed, but not as anything that can be read: no sum can be held against it."""
        return bool({item.name for item in self.unread} & set(names))

    def figures(self) -> Iterable[Figure]:
        yield from self.counts.values()
        yield from self.percents.values()
        yield from self.measures.values()


def make_table(name: str, cells: Iterable[tuple[str, str]], inherited: Mapping[str, str] | None = None) -> Table:
    """A table from its printed cells, (key, text) in order; `inherited` are dates printed once for the whole file."""
    figures: dict[Kind, dict[str, Figure]] = {kind: {} for kind in Kind}
    texts: dict[str, str] = {}
    unread: list[Unread] = []
    dates = dict(inherited or {})
    for raw, key, printed in _in_context(_numbered_totals(_apart(cells))):
        if key.name in DATE_NAMES:
            dates[key.name] = printed
        elif key.name in LABELS or _is_words(key, printed):
            texts[raw] = printed
        elif printed.strip():
            figure = _figure(raw, key, printed)
            if isinstance(figure, Unread) and key.kind is Kind.MEASURE:
                texts[raw] = printed  # "00:12:35"
            else:
                _add(figure, figures[key.kind], unread)
    period, as_of, bad_dates = _dates(dates)
    counts, percents, measures = (figures[kind] for kind in Kind)
    unread += bad_dates
    return Table(name, _name_total(counts), percents, measures, texts, tuple(unread), (), period, as_of)


# "Đúng hạn | Quá hạn | Đang giải quyết | Đúng hạn | Quá hạn": said again behind the dossiers that are not resolved,
# it is said of those.
_OF_THE_OPEN = {"on_time": "in_time", "late": "overdue"}


def _in_context(cells: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Key, str]]:
    """What each key means behind those that stand before it."""
    seen: dict[str, str] = {}
    for raw, printed in cells:
        key = _meaning(raw, printed)
        if key.kind is Kind.COUNT:
            if key.name in seen and "in_progress" in seen and key.name in _OF_THE_OPEN:
                raw, key = f"{seen['in_progress']}{UNDER}{raw}", replace(key, name=_OF_THE_OPEN[key.name])
            elif plain(raw) == "trong_han" and "resolved" in seen and "in_progress" not in seen:
                key = replace(key, name="early_or_on_time")
            elif plain(raw) == "con_lai" and seen.keys() & {"received", "resolved"}:
                key = replace(key, name="in_progress", known=True)
            if key.name not in LABELS | DATE_NAMES:
                seen.setdefault(key.name, raw)
        elif _is_bare(raw) and not key.known and seen:
            before, count = list(seen.items())[-1]
            raw, key = f"{count}{UNDER}{raw}", replace(key, name="resolution" if before == "resolved" else before)
        yield raw, key, printed


def _meaning(raw: str, printed: str) -> Key:
    """A figure with a percent sign is a percentage, whatever stands above it."""
    key = parse_key(raw)
    if key.kind is Kind.COUNT and printed.rstrip().endswith("%") and key.name not in LABELS | DATE_NAMES:
        return parse_key(f"{raw} (%)")
    return key


def _is_bare(raw: str) -> bool:
    """ "Tỷ lệ (%)", "Đúng hạn › %": it says that it is a rate, not which."""
    last = raw.rpartition(UNDER)[2]
    return plain(last) in BARE_RATE or ("%" in last and not plain(last))


def _numbered_totals(cells: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """ "Tổng số | Trực tuyến | … | Tổng số | Trước hạn | …": each of several totals is that of what follows it."""
    cells = list(cells)
    keys = [parse_key(raw) for raw, _ in cells]
    totals = [at for at, key in enumerate(keys) if key.name == "total" and key.kind is Kind.COUNT]
    if len(totals) < 2:
        yield from cells
        return
    given: set[str] = set()
    for at, (raw, printed) in enumerate(cells):
        if at in totals:
            following = {key.name for key in keys[at + 1 : next((later for later in totals if later > at), None)]}
            whole = _whole_of(following, given)
            given.add(whole or "")
            yield (f"{raw} ({whole})" if whole else raw), printed
        else:
            yield raw, printed


def _whole_of(following: set[str], given: set[str]) -> str | None:
    if following & _OF_RECEIVED:
        return "received"
    if following & _OF_RESOLVED and "resolved" not in given and not following & {"overdue"}:
        return "resolved"
    return "in_progress" if following & {"in_time", "overdue", *_OF_RESOLVED} else None


_WITH_SHARE = re.compile(r"^(?P<count>[\d.,\s]*\d)\s*\(\s*(?P<share>[\d.,]+\s*%)\s*\)$")
_SHARE_WITH = re.compile(r"^(?P<share>[\d.,]+\s*%)\s*\(\s*(?P<count>[\d.,\s]*\d)[^\d]*\)$")


def _apart(cells: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """ "2.220 (75,54%)" is two figures: a count, and its share."""
    for raw, printed in cells:
        text = printed.strip() if len(printed) <= LONGEST else ""
        if match := _WITH_SHARE.match(text) or _SHARE_WITH.match(text):
            yield raw, match["count"]
            yield f"{raw} (%)", match["share"]
        else:
            yield raw, printed


def _is_words(key: Key, printed: str) -> bool:
    """A sentence under a name that means no figure. Under one that does, words are a figure that cannot be read."""
    letters = any(character.isalpha() for character in printed)
    digits = any(character.isdigit() for character in printed)
    return letters and not key.known and (not digits or len(printed.split()) > 2)


def _figure(raw: str, key: Key, printed: str) -> Figure | Unread:
    try:
        reading = read(printed, key.kind, approximate=key.approximate)
    except Unreadable as problem:
        return Unread(raw, printed[:LONGEST], problem.code, key.name)
    bare = key.kind is Kind.PERCENT and _is_bare(raw)
    figure = Figure(raw, key.name, key.kind, printed, reading.value, reading.slack, bare)
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
    elif names & {*_OF_RECEIVED, "resolved", "in_progress"}:
        target = "received"
    elif names & _OF_RESOLVED:
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
            bad.append(Unread(name, text[:LONGEST], "not_a_date"))
        return found

    as_of, first, last = day("as_of"), day("period_from"), day("period_to")
    period = Period(first, last) if first and last else None
    label = dates.get("period")
    if period is None and label:
        period = parse_period(label)
        # Only the date that lies in it or not asks for the period.
        if period is None and as_of:
            bad.append(Unread("period", label[:LONGEST], "not_a_period"))
    return period or _numbered_period(dates), as_of, bad


def _numbered_period(dates: Mapping[str, str]) -> Period | None:
    numbers = {name: int(dates[name]) for name in ("year", "half", "quarter", "month") if dates.get(name, "").isdigit()}
    year = numbers.pop("year", None)
    return period_of(year, **numbers) if year else None
