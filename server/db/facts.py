"""Reads the single facts of some days of an office, in a handful of queries however many days there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from server.db import tables as t
from server.domain.stats.facts import (
    Cell,
    DayFacts,
    DeskSpan,
    RatingFacts,
    SessionFacts,
    Span,
    TicketFacts,
)

OfficeDay = tuple[str, date]


def read_facts(connection: sa.Connection, office_id: str, first: date, last: date) -> dict[date, DayFacts]:
    """The facts of each day of an office on which there were any."""
    return {day: facts for (_, day), facts in read_many(connection, [office_id], first, last).items()}


def read_many(
    connection: sa.Connection, office_ids: Sequence[str], first: date, last: date
) -> dict[tuple[str, date], DayFacts]:
    """The same for several offices, by office and day."""

    def here(table: sa.Table) -> sa.ColumnElement[bool]:
        return sa.and_(table.c.office_id.in_(office_ids), table.c.day.between(first, last))

    tickets = _tickets(connection, here)
    sessions, desks, past = _sessions(connection, here), _desks(connection, here), _past(connection, here)
    return {
        day: DayFacts(
            tuple(tickets.get(day, ())), tuple(sessions.get(day, ())), tuple(desks.get(day, ())),
            tuple(past.get(day, ())),
        )
        for day in tickets.keys() | sessions.keys() | desks.keys() | past.keys()
    }  # fmt: skip


def _ms(column: Any) -> Any:
    """An instant as the number it is stored as: counting needs no datetime, and there are millions."""
    return sa.type_coerce(column, sa.BigInteger)


def _tickets(connection: sa.Connection, here: Any) -> dict[OfficeDay, list[TicketFacts]]:
    k = t.ticket.c
    told = k.told["expected_wait_s"].label("expected")
    query = sa.select(
        k.office_id, k.day, k.id, k.number, k.priority, _ms(k.arrived_at).label("arrived"), told
    ).where(here(t.ticket))  # fmt: skip
    spans = _spans(connection, here)
    found: defaultdict[OfficeDay, list[TicketFacts]] = defaultdict(list)
    for row in connection.execute(query):
        wait = (row.expected["low"], row.expected["high"]) if row.expected else None
        ticket = TicketFacts(row.id, row.number, row.priority, row.arrived, tuple(spans.get(row.id, ())), wait)
        found[row.office_id, row.day].append(ticket)
    return found


def _spans(connection: sa.Connection, here: Any) -> dict[str, list[Span]]:
    i = t.ticket_interval.c
    query = (
        sa.select(i.ticket_id, i.state, _ms(i.from_at), _ms(i.to_at), i.service, i.counter, i.officer, i.moved)
        .where(here(t.ticket_interval))
        .order_by(i.ticket_id, i.version, i.id)
    )
    found: defaultdict[str, list[Span]] = defaultdict(list)
    for ticket, state, start, end, service, counter, officer, moved in connection.execute(query):
        found[ticket].append(Span(state, start, end, service, counter, officer, bool(moved)))
    return found


def _sessions(connection: sa.Connection, here: Any) -> dict[OfficeDay, list[SessionFacts]]:
    s, r = t.service_session.c, t.rating.c
    query = (
        sa.select(
            s.office_id, s.day, s.ticket_id, s.service, s.counter, s.officer, _ms(s.started_at), _ms(s.ended_at),
            r.scale, r.level, r.reasons, r.criteria,
        )
        .select_from(t.service_session.outerjoin(t.rating, r.session_id == s.id))
        .where(here(t.service_session))
    )  # fmt: skip
    found: defaultdict[OfficeDay, list[SessionFacts]] = defaultdict(list)
    for office, day, ticket, service, counter, officer, start, end, *given in connection.execute(query):
        scale, level, reasons, criteria = given
        said = tuple((criteria or {}).items())
        rating = RatingFacts(scale, level, tuple(reasons or ()), said) if level is not None else None
        found[office, day].append(SessionFacts(ticket, service, counter, officer, start, end, rating))
    return found


def _desks(connection: sa.Connection, here: Any) -> dict[OfficeDay, list[DeskSpan]]:
    i = t.counter_interval.c
    query = sa.select(i.office_id, i.day, i.counter, i.officer, i.state, _ms(i.from_at), _ms(i.to_at)).where(
        here(t.counter_interval)
    )
    found: defaultdict[OfficeDay, list[DeskSpan]] = defaultdict(list)
    for office, day, *span in connection.execute(query):
        found[office, day].append(DeskSpan(*span))
    return found


def _past(connection: sa.Connection, here: Any) -> dict[OfficeDay, list[tuple[Cell, dict[str, int]]]]:
    p = t.past_figure.c
    query = sa.select(p.office_id, p.day, p.service, p.counter, p.officer, p.figures).where(here(t.past_figure))
    found: defaultdict[OfficeDay, list[tuple[Cell, dict[str, int]]]] = defaultdict(list)
    for office, day, service, counter, officer, figures in connection.execute(query):
        found[office, day].append((Cell(service, counter, officer), figures))
    return found
