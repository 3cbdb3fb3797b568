"""Statistics of an office or a tree of offices: one query for the API, the pages, the exports and the paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Protocol

from server.domain.calendar import local_day
from server.domain.errors import N_, Forbidden, Invalid, Why
from server.domain.stats.facts import DIMENSIONS, Cells, DayFacts
from server.domain.stats.period import Block, Grain, Unit, cover, days, key_of, split
from server.domain.stats.tally import Tally, add, total
from server.domain.tree import Period
from server.domain.words import Priority
from server.services.access import FULL, Actor, require
from server.services.ports import Json, UnitOfWork
from server.services.report_cut import FIELD, OFFICE, Cut, Rows, field_of
from server.services.report_offices import OfficeBasis, Stays, below, by_days, office_of

WEEKDAY = "weekday"
UNITS = frozenset(Unit)
SPLITS = (*Unit, WEEKDAY, *DIMENSIONS, FIELD, OFFICE)
MAX_SPLITS = 2
MAX_BLOCKS, MAX_OF_OFFICES = 500_000, 60_000
"""How many blocks of single offices a report may be made of, and one that tells the offices apart."""
YEARS = range(2000, 2101)

Key = tuple[str | int | None, ...]


class Figures(Protocol):
    """Where figures come from. `server.db.reporting` implements it."""

    def figures(
        self, offices: Sequence[OfficeBasis], blocks: Sequence[Block], name: str, patience_s: float = ...
    ) -> dict[tuple[str, Block], Cells]: ...
    def sums(self, offices: Sequence[OfficeBasis], blocks: Sequence[Block], cut: Cut) -> dict[Block, Rows]: ...
    def first_day(self, office_ids: Sequence[str]) -> date | None: ...
    def held_today(self) -> dict[str, bool]: ...
    def facts(self, office_id: str, day: date) -> DayFacts: ...
    def presses(self, office_id: str, first: date, last: date) -> tuple[list[Json], list[Json]]: ...


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked. `filters`: only figures of this service, counter, officer, priority, hour or weekday.

    tree: with the offices below, each for the days on which it stood there. tree_on: those that stand there on that
    day, for all of the period."""

    office: str
    first: date
    last: date
    by: tuple[str, ...] = ()
    filters: Mapping[str, str | int | None] = field(default_factory=dict)
    tree: bool = False
    tree_on: date | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The answer: the whole, and its parts, which add up to it. `full`: every officer is in it."""

    query: Query
    office: OfficeBasis
    offices: int
    at: datetime
    today: date
    total: Tally
    rows: Mapping[Key, Tally]
    full: bool


def ask(uow: UnitOfWork, figures: Figures, actor: Actor, query: Query) -> Report:
    """The figures of a query, as far as the actor may see them."""
    require(actor, "stats.read", query.office)
    full = bool(actor.roles_in(query.office) & FULL)
    if not full:
        query = own_only(actor, query)
    offices = _offices(uow, query)
    main, now = offices[0][0], uow.now()
    today = min(local_day(now, office.basis.zone) for office, _ in offices)
    parts = [
        (members, _blocks(figures, members, replace(query, first=span.first, last=span.last), today))
        for span, members in by_days(offices).items()
    ]
    most = MAX_OF_OFFICES if OFFICE in query.by else MAX_BLOCKS
    if sum(len(members) * len(blocks) for members, blocks in parts) > most:
        raise Invalid(detail=Why(N_("chia nhỏ quá; hãy chọn kỳ ngắn hơn hoặc cách chia lớn hơn")))
    rows: dict[Key, Tally] = {} if query.by else {(): {}}
    for members, blocks in parts:
        _add_up(rows, figures, members, query, blocks)
    return Report(query, main, len(offices), now, today, total(rows.values()), _ordered(rows, query, main), full)


def _offices(uow: UnitOfWork, query: Query) -> Stays:
    period = Period(query.first, query.last)
    if query.tree:
        return below(uow, query.office, period, query.tree_on)
    return [(office_of(uow, query.office), [period])]


def own_only(actor: Actor, query: Query) -> Query:
    """An officer asks about nobody else."""
    if query.tree or query.filters.get("officer", actor.id) != actor.id:
        raise Forbidden()
    return replace(query, filters={**query.filters, "officer": actor.id})


# --- adding up --------------------------------------------------------------------------------------------------------


def _blocks(figures: Figures, offices: Sequence[OfficeBasis], query: Query, today: date) -> dict[Block, str | None]:
    """The blocks of a query, each with the key of the time it stands for (None when time is not asked for)."""
    known = figures.first_day([office.id for office in offices])
    units = [Unit(by) for by in query.by if by in UNITS]
    if known is None:
        return {}
    if known.year < today.year:
        # A year is one block, also when the office began in the middle of it.
        known = date(known.year, 1, 1)
    first, last = max(query.first, known), min(query.last, today)
    if WEEKDAY in (*query.by, *query.filters) or len(units) > 1:
        found: dict[Block, str | None] = {
            Block(day, Grain.DAY): None for day in days(first, last) if on_weekday(query, day)
        }
    elif units:
        found = {
            block: bucket.key
            for bucket in split(first, last, units[0])
            for block in cover(bucket.first, bucket.last, today)
        }
    else:
        found = dict.fromkeys(cover(first, last, today))
    return found


def on_weekday(query: Query, day: date) -> bool:
    """Whether a day is one that the query asks for."""
    return query.filters.get(WEEKDAY, day.isoweekday()) == day.isoweekday()


def _add_up(
    rows: dict[Key, Tally],
    figures: Figures,
    offices: Sequence[OfficeBasis],
    query: Query,
    blocks: Mapping[Block, str | None],
) -> None:
    wanted = {name: value for name, value in query.filters.items() if name != WEEKDAY}
    cut = Cut.of([by for by in query.by if by not in (*UNITS, WEEKDAY)] + list(wanted))
    for block, found in figures.sums(offices, list(blocks), cut).items():
        for parts, tally in found.items():
            if cut.fits(parts, wanted):
                key = tuple(_part(by, block, blocks[block], cut, parts) for by in query.by)
                add(rows.setdefault(key, {}), tally)


def _part(by: str, block: Block, time: str | None, cut: Cut, parts: Key) -> str | int | None:
    """One part of a row's key: of the block's time, or of what the cut tells apart."""
    if by in UNITS:
        return time or key_of(block.start, Unit(by))
    return block.start.isoweekday() if by == WEEKDAY else parts[cut.names.index(by)]


def _ordered(rows: Mapping[Key, Tally], query: Query, office: OfficeBasis) -> dict[Key, Tally]:
    """Rows in the order people expect, with those of the calendar and of the office that have nothing to show."""
    full = dict(rows)
    if len(query.by) == 1 and not query.filters:
        for key in _expected(query, office, rows):
            full.setdefault((key,), {})
    places = {code: index for index, code in enumerate(office.services)}
    fields = list(dict.fromkeys(field_of(office, code) for code in office.services))
    orders: dict[str, Callable[[Any], Any]] = {
        "service": lambda code: places.get(code, len(places)),
        FIELD: lambda name: fields.index(name) if name in fields else len(fields),
        "priority": lambda group: [str(p) for p in Priority].index(group),
    }

    def place(key: Key) -> list[tuple[bool, Any, str]]:
        return [
            (value is None, 0 if value is None else orders.get(by, lambda v: v)(value), str(value))
            for by, value in zip(query.by, key, strict=True)
        ]

    return {key: full[key] for key in sorted(full, key=place)}


def _expected(query: Query, office: OfficeBasis, rows: Mapping[Key, Tally]) -> Iterator[str | int]:
    [by] = query.by
    if by in UNITS:
        yield from (bucket.key for bucket in split(query.first, query.last, Unit(by)))
    elif by == "service" and not query.tree:
        yield from (code for code, row in office.services.items() if row["active"])
    elif by == FIELD and not query.tree:
        yield from (str(field_of(office, code)) for code, row in office.services.items() if row["active"])
    elif by in ("hour", WEEKDAY) and rows:
        values = [int(key[0]) for key in rows if key[0] is not None]
        yield from range(min(values, default=0), max(values, default=-1) + 1)


# --- reading a query --------------------------------------------------------------------------------------------------


def read_query(office: str, words: Mapping[str, str], today: date) -> Query:
    """A query from the words of an address: from, to, by, scope, and filters. Raises Invalid naming the word."""
    last = _day(words, "to", today)
    first = _day(words, "from", last.replace(day=1))
    if first > last:
        raise Invalid(detail=Why(N_("ngày cuối trước ngày đầu")))
    by = tuple(word.strip() for word in words.get("by", "").split(",") if word.strip())
    unknown = [word for word in by if word not in SPLITS]
    if unknown or len(set(by)) != len(by) or len(by) > MAX_SPLITS:
        raise _one_of("by", SPLITS)
    scope = words.get("scope", "office")
    if scope not in ("office", "tree"):
        raise _one_of("scope", ("office", "tree"))
    tree_on = _day(words, "tree_on", last) if words.get("tree_on", "").strip() else None
    if tree_on and scope != "tree":
        raise Invalid(detail=Why(N_("tree_on chỉ đi cùng scope=tree")))
    return Query(office, first, last, by, _filters(words), scope == "tree", tree_on)


def _one_of(name: str, choices: Iterable[str]) -> Invalid:
    return Invalid(detail=Why(N_("%(name)s chỉ nhận: %(choices)s"), name=name, choices=", ".join(choices)))


def _day(words: Mapping[str, str], name: str, default: date) -> date:
    text = words.get(name, "").strip()
    if not text:
        return default
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Invalid(detail=Why(N_("%(name)s phải là ngày, viết như 2026-11-20"), name=name)) from None
    if len(text) != 10 or day.year not in YEARS:
        raise Invalid(detail=Why(N_("%(name)s phải là ngày, viết như 2026-11-20"), name=name))
    return day


def _filters(words: Mapping[str, str]) -> dict[str, str | int | None]:
    """`none` asks for what belongs to no service, counter, officer or group."""
    found: dict[str, str | int | None] = {}
    for name in (*DIMENSIONS, WEEKDAY):
        text = words.get(name, "").strip()
        if not text:
            continue
        if text == "none" and name != WEEKDAY:
            found[name] = None
        elif name in ("counter", "hour", WEEKDAY):
            if not (text.isascii() and text.isdigit() and len(text) <= 4):
                raise Invalid(detail=name)
            found[name] = int(text)
        elif name == "priority" and text not in set(Priority):
            raise _one_of("priority", Priority)
        else:
            found[name] = text[:40]
    return found
