"""Writes happenings down: the ticket or counter as it is now, its interval, and the numbered event."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from server.db import tables as t
from server.db.mapping import ticket_changes, ticket_row
from server.domain.happenings import DeskHappening, Happening, RatingOpened, ServiceSession, TicketHappening
from server.domain.words import LIVE, CounterState
from server.services.ports import Event

INTERVAL_FIELDS = ("state", "counter", "officer", "service")
"""A new interval of a ticket begins when one of these changes (law 6)."""


def write(connection: sa.Connection, office_id: str, day: date, fact: Happening, extra: dict[str, Any]) -> None:
    """One happening's rows. `extra` are further columns of a new ticket."""
    match fact:
        case TicketHappening():
            _write_ticket(connection, office_id, fact, extra)
        case DeskHappening():
            _write_desk(connection, office_id, day, fact)
        case RatingOpened():
            _write_session(connection, office_id, day, fact.session)
        case _:
            pass


def write_events(connection: sa.Connection, office_id: str, events: list[Event]) -> None:
    rows = [
        {
            "office_id": office_id,
            "version": e.version,
            "type": e.type,
            "at": e.at,
            "data": e.data,
            "staff_data": e.staff,
        }
        for e in events
    ]
    connection.execute(t.event.insert(), rows)


def _write_ticket(connection: sa.Connection, office_id: str, fact: TicketHappening, extra: dict[str, Any]) -> None:
    before, after = fact.before, fact.after
    if before is None:
        connection.execute(t.ticket.insert(), {"office_id": office_id, **ticket_row(after), **extra})
    else:
        changes = ticket_changes(before, after)
        changed = connection.execute(
            t.ticket.update().where(t.ticket.c.id == before.id, t.ticket.c.state == before.state).values(changes)
        )
        if changed.rowcount != 1:
            raise AssertionError(f"ticket {before.id} is not {before.state} in the database")
        if all(getattr(before, f) == getattr(after, f) for f in INTERVAL_FIELDS):
            return
        i = t.ticket_interval.c
        connection.execute(
            t.ticket_interval.update().where(i.ticket_id == before.id, i.to_at.is_(None)).values(to_at=fact.at)
        )
    # States that nothing follows are instants: they open and close at once.
    over = after.state not in LIVE and after.state != "no_show"
    connection.execute(
        t.ticket_interval.insert(),
        {
            "ticket_id": after.id,
            "office_id": office_id,
            "day": after.day,
            "version": fact.version,
            "state": after.state,
            "from_at": fact.at,
            "to_at": fact.at if over else None,
            "service": after.service,
            "counter": after.counter,
            "officer": after.officer,
            "rule": fact.reason.rule if fact.reason else None,
            "reason": {"passed_over": fact.reason.passed_over, **fact.reason.values} if fact.reason else None,
            "note": fact.note,
        },
    )


def _write_desk(connection: sa.Connection, office_id: str, day: date, fact: DeskHappening) -> None:
    after = fact.after
    c, i = t.counter.c, t.counter_interval.c
    connection.execute(
        t.counter.update()
        .where(c.office_id == office_id, c.number == after.number)
        .values(state=after.state, since=after.since, officer_id=after.officer, reason=after.reason)
    )
    if fact.before.state is not CounterState.CLOSED:
        connection.execute(
            t.counter_interval.update()
            .where(i.office_id == office_id, i.counter == after.number, i.to_at.is_(None))
            .values(to_at=fact.at)
        )
    if after.state is not CounterState.CLOSED:
        connection.execute(
            t.counter_interval.insert(),
            {
                "office_id": office_id, "day": day, "counter": after.number, "state": after.state,
                "from_at": fact.at, "officer": after.officer, "reason": after.reason,
            },
        )  # fmt: skip


def _write_session(connection: sa.Connection, office_id: str, day: date, session: ServiceSession) -> None:
    row = {name: getattr(session, name) for name in ServiceSession.__dataclass_fields__}
    connection.execute(t.service_session.insert(), {"office_id": office_id, "day": day, **row})
