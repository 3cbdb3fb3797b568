"""Which tickets made a figure. They are counted by the very rules of the figure, one ticket at a time, so that the
list is as long as the figure is large."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from server.domain.calendar import local_day
from server.domain.errors import Forbidden, Invalid
from server.domain.stats.facts import Cell, DayFacts, SessionFacts, TicketFacts, count_session, count_ticket
from server.domain.stats.patterns import Finding, Press, check
from server.domain.stats.period import days
from server.domain.stats.summary import TICKETS
from server.domain.stats.tally import Tally
from server.domain.words import AT_COUNTER, SCALES, Dissatisfaction
from server.services.access import FULL, Actor, require
from server.services.ports import Json, UnitOfWork
from server.services.report_offices import OfficeBasis, office_of
from server.services.reporting import WEEKDAY, Figures, Query, on_weekday, own_only

LIMIT = 300
MAX_DAYS = 400

OF_TICKETS = (*TICKETS, "sessions", "wait_within", "service_within", "told_within", "told_sooner", "told_later")
OF_RATINGS = (
    "answered",
    "none",
    *(f"rating.{scale}.{level}" for scale in SCALES for level in (*SCALES[scale], "without_level")),
    *(f"reason.{reason}" for reason in Dissatisfaction),
)
"""What citizens pressed is traced to tickets for those who check, never for the officer who was rated."""


@dataclass(frozen=True, slots=True)
class Behind:
    """The tickets of a figure, newest first; `more`: there are others that are not listed."""

    figure: str
    tickets: tuple[Json, ...]
    more: bool


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
    for day in sorted((day for day in days(first, last) if on_weekday(query, day)), reverse=True):
        found += _of_day(figures.facts(office.id, day), day, office, query, figure)
        if len(found) > LIMIT:
            break
    return Behind(figure, tuple(found[:LIMIT]), len(found) > LIMIT or first > query.first)


def _of_day(facts: DayFacts, day: date, office: OfficeBasis, query: Query, figure: str) -> Iterator[Json]:
    sessions: defaultdict[str, list[SessionFacts]] = defaultdict(list)
    for session in facts.sessions:
        sessions[session.ticket].append(session)
    for ticket in sorted(facts.tickets, key=lambda t: t.arrived, reverse=True):
        cells: defaultdict[Cell, Tally] = defaultdict(dict)
        count_ticket(cells, ticket, office.basis)
        for session in sessions[ticket.id]:
            count_session(cells, session, ticket.priority, office.basis)
        if any(_counts(cell, tally, query, figure) for cell, tally in cells.items()):
            yield _view(ticket, sessions[ticket.id], day, office)


def _counts(cell: Cell, tally: Mapping[str, int], query: Query, figure: str) -> bool:
    if any(getattr(cell, name) != value for name, value in query.filters.items() if name != WEEKDAY):
        return False
    if figure == "none":
        return tally.get("sessions", 0) > tally.get("answered", 0)
    return bool(tally.get(figure))


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
        raise Invalid(detail=f"from, to: ≤ {MAX_DAYS}")
    office = office_of(uow, query.office)
    rated, sessions = figures.presses(office.id, query.first, query.last)
    presses: defaultdict[date, list[Press]] = defaultdict(list)
    ends: defaultdict[date, list[tuple[str | None, datetime]]] = defaultdict(list)
    for row in rated:
        presses[row["day"]].append(Press(**{name: row[name] for name in Press.__dataclass_fields__}))
    for row in sessions:
        ends[row["day"]].append((row["officer"], row["ended_at"]))
    return [(day, finding) for day in sorted(presses, reverse=True) for finding in check(presses[day], ends[day])]
