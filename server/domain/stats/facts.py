"""One day's single facts, and counting them. This is the only place where a fact becomes a figure: the roll-up, the
report of today and the list of tickets behind a figure all count by it.

Where each fact is counted, so that the parts of every split add up to the whole: a number under the service it was
taken for and its hour; a wait and what was told of it under the service, counter, officer and hour of the first call;
an ending under the service, counter, officer and hour at which it ended (an absence at the counter that had called, a
cancellation at the one that had the number); a transfer under the service it led to, and who sent it on from where;
service time and rating under their session. Counter time belongs to no service.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from server.domain.stats.tally import Tally, add, put_time
from server.domain.words import AT_COUNTER, TicketState

WITHOUT_LEVEL = "without_level"
"""A rating that was given, but whose level nobody knows: an older one that was imported. Shown as what it is."""

OUTCOMES = {
    TicketState.COMPLETED: "served",
    TicketState.NO_SHOW: "no_show",
    TicketState.CANCELLED: "cancelled",
    TicketState.EXPIRED: "expired",
}
QUARTER_MS = 900_000


class Cell(NamedTuple):
    """Where a fact is counted. None: it belongs to no one, or (priority) to no group."""

    service: str | None = None
    counter: int | None = None
    officer: str | None = None
    priority: str | None = None
    hour: int | None = None


DIMENSIONS = Cell._fields
Cells = dict[Cell, Tally]


@dataclass(frozen=True, slots=True)
class Span:
    """One state of a ticket. Times in milliseconds since 1970; `moved`: it began with a transfer."""

    state: str
    start: int
    end: int | None
    service: str
    counter: int | None = None
    officer: str | None = None
    moved: bool = False


@dataclass(frozen=True, slots=True)
class TicketFacts:
    id: str
    number: str
    priority: str | None
    arrived: int
    spans: tuple[Span, ...]
    told: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class RatingFacts:
    scale: int
    level: str
    reasons: tuple[str, ...] = ()
    criteria: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SessionFacts:
    ticket: str
    service: str
    counter: int
    officer: str | None
    start: int
    end: int
    rating: RatingFacts | None = None


@dataclass(frozen=True, slots=True)
class DeskSpan:
    counter: int
    officer: str | None
    state: str
    start: int
    end: int | None


@dataclass(frozen=True, slots=True)
class DayFacts:
    """Everything of one day of one office. `past`: figures of older records that were taken in as sums."""

    tickets: tuple[TicketFacts, ...] = ()
    sessions: tuple[SessionFacts, ...] = ()
    desks: tuple[DeskSpan, ...] = ()
    past: tuple[tuple[Cell, Mapping[str, int]], ...] = ()


@dataclass(frozen=True)
class Basis:
    """What figures are measured against: the office's own time, and its targets in seconds by service."""

    timezone: str
    wait_targets: Mapping[str, int] = field(default_factory=dict)
    service_targets: Mapping[str, int] = field(default_factory=dict)
    wait_target: int = 900
    service_target: int = 600

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def _hours(self) -> dict[int, int]:
        return {}

    def hour(self, at: int) -> int:
        """The local hour of an instant; zones shift by whole quarters of an hour."""
        quarter = at // QUARTER_MS
        if quarter not in self._hours:
            self._hours[quarter] = datetime.fromtimestamp(quarter * QUARTER_MS / 1000, UTC).astimezone(self.zone).hour
        return self._hours[quarter]

    def keeps_wait(self, service: str, milliseconds: int) -> bool:
        return milliseconds <= self.wait_targets.get(service, self.wait_target) * 1000

    def keeps_service(self, service: str, milliseconds: int) -> bool:
        return milliseconds <= self.service_targets.get(service, self.service_target) * 1000


def count_day(facts: DayFacts, basis: Basis, until: int) -> Cells:
    """Every figure of a day by cell. `until`: the end of the day, or now while it lasts."""
    cells = count_people(facts, basis)
    for cell, tally in desk_time(facts, basis, until).items():
        add(cells.setdefault(cell, {}), tally)
    return cells


def count_people(facts: DayFacts, basis: Basis) -> Cells:
    """Everything that does not grow while nothing happens: tickets, services, ratings, older sums."""
    cells: defaultdict[Cell, Tally] = defaultdict(dict)
    priorities = {ticket.id: ticket.priority for ticket in facts.tickets}
    for ticket in facts.tickets:
        count_ticket(cells, ticket, basis)
    for session in facts.sessions:
        count_session(cells, session, priorities.get(session.ticket), basis)
    for cell, figures in facts.past:
        for name, count in figures.items():
            _count(cells[cell], name, count)
    return dict(cells)


def desk_time(facts: DayFacts, basis: Basis, until: int) -> Cells:
    """Counter time of a day; of counters that are still open, up to `until`."""
    cells: defaultdict[Cell, Tally] = defaultdict(dict)
    count_desks(cells, facts.desks, facts.tickets, basis, until)
    return dict(cells)


def count_ticket(cells: defaultdict[Cell, Tally], ticket: TicketFacts, basis: Basis) -> None:
    """Issue, first call, transfers and ending of one ticket."""
    spans = ticket.spans
    if not spans:
        return
    first, last = spans[0], spans[-1]
    _count(cells[Cell(first.service, None, None, ticket.priority, basis.hour(ticket.arrived))], "issued")
    for before, span in pairwise(spans):
        if span.moved:
            sent = Cell(span.service, before.counter, before.officer, ticket.priority, basis.hour(span.start))
            _count(cells[sent], "transferred")
    call = next((span for span in spans if span.state in AT_COUNTER), None)
    if call is not None:
        _count_call(cells[_cell(call, ticket, basis)], ticket, call, basis)
    where = last
    if last.state == TicketState.NO_SHOW:
        where = next((span for span in reversed(spans) if span.counter is not None), last)
    elif last.state == TicketState.CANCELLED and spans[-2:][0].counter is not None:
        where = spans[-2:][0]
    cell = Cell(last.service, where.counter, where.officer, ticket.priority, basis.hour(last.start))
    _count(cells[cell], OUTCOMES.get(TicketState(last.state), "in_hall"))
    if call is None and last.state in (TicketState.CANCELLED, TicketState.EXPIRED):
        _count(cells[cell], "left_uncalled")


def _count_call(tally: Tally, ticket: TicketFacts, call: Span, basis: Basis) -> None:
    wait = max(call.start - ticket.arrived, 0)
    _count(tally, "called")
    put_time(tally, "wait", wait)
    _count(tally, "wait_within", basis.keeps_wait(call.service, wait))
    if ticket.told is not None:
        low, high = ticket.told
        _count(tally, "told")
        place = "told_sooner" if wait < low * 1000 else "told_later" if wait > high * 1000 else "told_within"
        _count(tally, place)


def count_session(cells: defaultdict[Cell, Tally], session: SessionFacts, priority: str | None, basis: Basis) -> None:
    """One service: how long it took, and what the citizen pressed."""
    cell = Cell(session.service, session.counter, session.officer, priority, basis.hour(session.end))
    tally, spent = cells[cell], max(session.end - session.start, 0)
    _count(tally, "sessions")
    put_time(tally, "service", spent)
    _count(tally, "service_within", basis.keeps_service(session.service, spent))
    if session.rating is not None:
        _count(tally, "answered")
        _count(tally, f"rating.{session.rating.scale}.{session.rating.level}")
        for reason in session.rating.reasons:
            _count(tally, f"reason.{reason}")
        for criterion, level in session.rating.criteria:
            _count(tally, f"criterion.{criterion}.{session.rating.scale}.{level}")


def count_desks(
    cells: defaultdict[Cell, Tally],
    desks: Iterable[DeskSpan],
    tickets: Iterable[TicketFacts],
    basis: Basis,
    until: int,
) -> None:
    """Counter time by hour: open, paused, and the part of open time with somebody at the counter."""
    busy: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for ticket in tickets:
        for span in ticket.spans:
            if span.state in AT_COUNTER and span.counter is not None:
                busy[span.counter].append((span.start, until if span.end is None else span.end))
    for desk in desks:
        end = min(until, until if desk.end is None else desk.end)
        _spread(cells, desk, f"{desk.state}_ms", desk.start, end, basis)
        if desk.state == "open":
            for start, stop in busy[desk.counter]:
                _spread(cells, desk, "busy_ms", max(desk.start, start), min(end, stop), basis)


def _spread(cells: defaultdict[Cell, Tally], desk: DeskSpan, name: str, start: int, end: int, basis: Basis) -> None:
    """Count a stretch of counter time under each hour it touches."""
    while start < end:
        stop = min(end, (start // QUARTER_MS + 1) * QUARTER_MS)
        _count(cells[Cell(None, desk.counter, desk.officer, None, basis.hour(start))], name, stop - start)
        start = stop


def _cell(span: Span, ticket: TicketFacts, basis: Basis) -> Cell:
    return Cell(span.service, span.counter, span.officer, ticket.priority, basis.hour(span.start))


def _count(tally: Tally, name: str, count: int = 1) -> None:
    if count:
        tally[name] = tally.get(name, 0) + int(count)
