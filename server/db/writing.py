"""Writes happenings down: the ticket or counter as it is now, its interval, and the numbered event."""

from __future__ import annotations

from datetime import date
from typing import Any

from server.db.batch import Batch
from server.db.mapping import ticket_changes, ticket_row
from server.domain.happenings import DeskHappening, Happening, RatingOpened, ServiceSession, TicketHappening
from server.domain.words import LIVE, CounterState
from server.services.ports import Event

INTERVAL_FIELDS = ("state", "counter", "officer", "service")
"""A new interval of a ticket begins when one of these changes (law 6)."""
TRANSFERRED = "ticket.transferred"
"""Sending on is a beginning of its own, also where it leads back to the same line."""


def write(batch: Batch, office_id: str, day: date, fact: Happening, extra: dict[str, Any]) -> None:
    """One happening's rows. `extra` are further columns of a new ticket."""
    match fact:
        case TicketHappening():
            _write_ticket(batch, office_id, fact, extra)
        case DeskHappening():
            _write_desk(batch, office_id, day, fact)
        case RatingOpened():
            _write_session(batch, office_id, day, fact.session)
        case _:
            pass


def write_event(batch: Batch, office_id: str, event: Event) -> None:
    row = {
        "office_id": office_id,
        "version": event.version,
        "type": event.type,
        "at": event.at,
        "data": event.data,
        "staff_data": event.staff,
    }
    batch.insert("event", row)


def _write_ticket(batch: Batch, office_id: str, fact: TicketHappening, extra: dict[str, Any]) -> None:
    before, after = fact.before, fact.after
    if before is None:
        batch.insert("ticket", {"office_id": office_id, **ticket_row(after), **extra})
    else:
        was = {"id": before.id, "state": before.state}
        batch.update("ticket", was, ticket_changes(before, after), must=True)
        if fact.type != TRANSFERRED and all(getattr(before, f) == getattr(after, f) for f in INTERVAL_FIELDS):
            return
        batch.close_interval("ticket_interval", {"ticket_id": before.id}, fact.at)
    # States that nothing follows are instants: they open and close at once.
    over = after.state not in LIVE and after.state != "no_show"
    row = {
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
        "moved": fact.type == TRANSFERRED,
    }
    batch.insert("ticket_interval", row)


def _write_desk(batch: Batch, office_id: str, day: date, fact: DeskHappening) -> None:
    after = fact.after
    values = {"state": after.state, "since": after.since, "officer_id": after.officer, "reason": after.reason}
    batch.update("counter", {"office_id": office_id, "number": after.number}, values, must=True)
    if fact.before.state is not CounterState.CLOSED:
        batch.close_interval("counter_interval", {"office_id": office_id, "counter": after.number}, fact.at)
    if after.state is not CounterState.CLOSED:
        row = {
            "office_id": office_id, "day": day, "counter": after.number, "state": after.state,
            "from_at": fact.at, "to_at": None, "officer": after.officer, "reason": after.reason,
        }  # fmt: skip
        batch.insert("counter_interval", row)


def _write_session(batch: Batch, office_id: str, day: date, session: ServiceSession) -> None:
    row = {name: getattr(session, name) for name in ServiceSession.__dataclass_fields__}
    batch.insert("service_session", {"office_id": office_id, "day": day, **row})
