"""Which tickets made a figure. They are counted by the very rules of the figure, one ticket at a time, so that what the
list says comes to the figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from server.domain.calendar import local_day
from server.domain.errors import N_, Forbidden, Invalid, Why
from server.domain.stats.facts import Cell, DayFacts, SessionFacts, TicketFacts, count_session, count_ticket
from server.domain.stats.patterns import Finding, Press, check
from server.domain.stats.period import days
from server.domain.stats.summary import TICKETS, amount
from server.domain.stats.tally import Tally
from server.domain.words import AT_COUNTER, SCALES, Criterion, Dissatisfaction, TicketState
from server.services.access import FULL, Actor, require
from server.services.ports import Json, UnitOfWork
from server.services.report_offices import OfficeBasis, office_of
from server.services.reporting import WEEKDAY, Figures, Query, on_weekday, own_only

LIMIT = 300
MAX_DAYS = 400

WAITING = "waiting"
"""Of those in the hall, whoever waits in the line; no report counts them, the page of today does."""

OF_TICKETS = (
    *TICKETS, WAITING, "sessions", "wait_within", "service_within", "told_within", "told_sooner", "told_later",
)  # fmt: skip
OF_RATINGS = (
    "answered",
    "rated",
    "none",
    "satisfied",
    "without_level",
    *(f"criterion.{criterion}" for criterion in Criterion),
    *(f"rating.{scale}.{level}" for scale in SCALES for level in (*SCALES[scale], "without_level")),
    *(f"reason.{reason}" for reason in Dissatisfaction),
)
"""What citizens pressed is traced to tickets for those who check, never for the officer who was rated."""


@dataclass(frozen=True, slots=True)
class Behind:
    """The tickets of a figure, newest first, each with how often it counts in it. `imported`: what came as sums of
    older records, of which no single ticket is known. `more`: there are others that are not listed; without them,
    times and imported together are the figure."""

    figure: str
    tickets: tuple[Json, ...]
    imported: int
    more: bool

    @property
    def times(self) -> int:
        return sum(ticket["times"] for ticket in self.tickets)


def tickets_behind(uow: UnitOfWork, figures: Figures, actor: Actor, query: Query, figure: str) -> Behind:
    """Refuses what the actor may not see; Invalid for a figure that counts no tickets or a period that is too long."""
    require(actor, "stats.read", query.office)
    if figure not in (*OF_TICKETS, *OF_RATINGS):
        raise Invalid(detail=f"figure: {', '.join(OF_TICKETS)}, …")
    if not actor.roles_in(query.office) & FULL:
        query = own_only(actor, query)
        if figure in OF_RATINGS:
            raise Forbidden()
    office = office_of(uow, query.office)
    last = min(query.last, local_day(uow.now(), office.basis.zone))
    first = max(query.first, last - timedelta(days=MAX_DAYS))
    found: list[Json] = []
    imported = 0
    for day in sorted((day for day in days(first, last) if on_weekday(query, day)), reverse=True):
        facts = figures.facts(office.id, day)
        found += _of_day(facts, day, office, query, figure)
        imported += sum(_times({cell: counts}, query, figure) for cell, counts in facts.past)
        if len(found) > LIMIT:
            break
    return Behind(figure, tuple(found[:LIMIT]), imported, len(found) > LIMIT or first > query.first)


def _of_day(facts: DayFacts, day: date, office: OfficeBasis, query: Query, figure: str) -> Iterator[Json]:
    sessions: defaultdict[str, list[SessionFacts]] = defaultdict(list)
    for session in facts.sessions:
        sessions[session.ticket].append(session)
    for ticket in sorted(facts.tickets, key=lambda t: t.arrived, reverse=True):
        cells: defaultdict[Cell, Tally] = defaultdict(dict)
        count_ticket(cells, ticket, office.basis)
        for session in sessions[ticket.id]:
            count_session(cells, session, ticket.priority, office.basis)
        counted = "in_hall" if figure == WAITING and _waits(ticket) else figure
        if times := _times(cells, query, counted):
            yield _view(ticket, sessions[ticket.id], day, office) | {"times": times}


def _waits(ticket: TicketFacts) -> bool:
    return bool(ticket.spans) and ticket.spans[-1].state == TicketState.WAITING


def _times(cells: Mapping[Cell, Mapping[str, int]], query: Query, figure: str) -> int:
    """How often these count in a figure, as far as they lie where the query looks."""
    wanted = [(name, value) for name, value in query.filters.items() if name != WEEKDAY]
    here = (tally for cell, tally in cells.items() if all(getattr(cell, name) == value for name, value in wanted))
    return sum(amount(tally, figure) for tally in here)


def _view(ticket: TicketFacts, sessions: list[SessionFacts], day: date, office: OfficeBasis) -> Json:
    call = next((span for span in ticket.spans if span.state in AT_COUNTER), None)
    last = ticket.spans[-1]
    return {
        "id": ticket.id,
        "number": ticket.number,
        "day": day.isoformat(),
        "service": last.service,
        "priority": ticket.priority,
        "state": last.state,
        "arrived_at": _local(ticket.arrived, office),
        "called_at": _local(call.start, office) if call else None,
        "wait_s": max(call.start - ticket.arrived, 0) // 1000 if call else None,
        "service_s": sum(s.end - s.start for s in sessions) // 1000 if sessions else None,
        "counter": next((s.counter for s in reversed(ticket.spans) if s.counter is not None), None),
        "rated": any(s.rating for s in sessions),
    }


def _local(at: int, office: OfficeBasis) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(office.basis.zone).isoformat(timespec="seconds")


def suspicious(uow: UnitOfWork, figures: Figures, actor: Actor, query: Query) -> list[tuple[date, Finding]]:
    """Runs of ratings that people do not make, newest day first, each with its evidence."""
    require(actor, "audit.read", query.office)
    if (query.last - query.first).days > MAX_DAYS:
        raise Invalid(detail=Why(N_("xem được nhiều nhất %(n)s ngày một lần"), n=MAX_DAYS))
    office = office_of(uow, query.office)
    rated, sessions = figures.presses(office.id, query.first, query.last)
    presses: defaultdict[date, list[Press]] = defaultdict(list)
    ends: defaultdict[date, list[tuple[str | None, datetime]]] = defaultdict(list)
    for row in rated:
        presses[row["day"]].append(Press(**{name: row[name] for name in Press.__dataclass_fields__}))
    for row in sessions:
        ends[row["day"]].append((row["officer"], row["ended_at"]))
    return [(day, finding) for day in sorted(presses, reverse=True) for finding in check(presses[day], ends[day])]
