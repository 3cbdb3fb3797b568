"""Bookings: taking a list in, all of it or nothing, and checking one in, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from server.domain import bookings as rules
from server.domain.bookings import Booking, BookingNotFound, BookingOtherOffice, BookingPolicy, BookingUsed, Listed
from server.domain.calendar import local_day
from server.domain.errors import Invalid, Why
from server.domain.office import OfficeConfig
from server.domain.reports.vocabulary import plain
from server.domain.ticket import Ticket
from server.domain.words import TicketState
from server.services.access import Actor, require
from server.services.past_records import NOTHING_TAKEN
from server.services.ports import Json, Transaction, UnitOfWork
from server.services.views import when


def look(uow: UnitOfWork, office: str, rows: Sequence[Sequence[str]]) -> Listed:
    """What a list says, without taking anything in."""
    config = uow.hall(office).config
    active = [service for service in config.services.values() if service.active]
    services = {plain(s.names["vi"]): s.code for s in active} | {s.code: s.code for s in active}
    return rules.read_list(rows, office, services, config.zone)


def take_in(uow: UnitOfWork, actor: Actor, office: str, rows: Sequence[Sequence[str]]) -> Json:
    """Take a list in; refused whole when anything in it is wrong. A code that is known is brought to this list's slot
    unless it was used: the same list may be taken in again."""
    require(actor, "booking.import", office)
    listed = look(uow, office, rows)
    if listed.wrong:
        raise Invalid(detail=Why(NOTHING_TAKEN, n=len(listed.wrong)))
    with uow.command(office) as tx:
        hashes = [booking.code_hash for booking in listed.bookings]
        known = {row["code_hash"]: row for row in tx.rows("booking", office_id=tx.hall.config.id, code_hash=hashes)}
        counts = {"new": 0, "changed": 0, "same": 0, "used": 0}
        for booking in listed.bookings:
            counts[_put(tx, booking, known.get(booking.code_hash))] += 1
        tx.audit(actor.label, "booking.import", address=actor.address, detail=counts)
    return counts


def _put(tx: Transaction, booking: Booking, known: Json | None) -> str:
    values = {"service": booking.service, "day": booking.day, "slot": booking.slot}
    if known is None:
        tx.add("booking", {"code_hash": booking.code_hash, "ticket_id": None} | values)
        return "new"
    if known["ticket_id"] is not None:
        return "used"
    if all(known[name] == value for name, value in values.items()):
        return "same"
    tx.change("booking", {"office_id": tx.hall.config.id, "code_hash": booking.code_hash}, values)
    return "changed"


def held(uow: UnitOfWork, office: str) -> list[Json]:
    """Bookings from today on, as a kiosk keeps them for the time without the server."""
    hall = uow.hall(office)
    today = local_day(uow.now(), hall.config.zone)
    rows = [row for row in uow.rows("booking", office_id=hall.config.id) if row["day"] >= today]
    used = [row["ticket_id"] for row in rows if row["ticket_id"]]
    numbers = {row["id"]: row["number"] for row in uow.rows("ticket", id=used)} if used else {}
    return [
        {"booking": row["code_hash"], "service": row["service"], "day": row["day"].isoformat(),
         "slot": when(row["slot"], hall), "number": numbers.get(row["ticket_id"])}
        for row in rows
    ]  # fmt: skip


def scanned(uow: UnitOfWork, office: str, code_hash: str) -> Json:
    """A booking that may be checked in now, or why not."""
    hall = uow.hall(office)
    row = uow.first("booking", office_id=hall.config.id, code_hash=code_hash)
    if row is None:
        raise _elsewhere(uow.first("booking", code_hash=code_hash), lambda key: uow.first("office", id=key))
    found = uow.ticket(id=row["ticket_id"]) if row["ticket_id"] else None
    if found is not None:
        refuse_used(hall.tickets.get(found[1].id, found[1]))
    rules.check_in(_booking(row), uow.now(), policy_of(hall.config), hall.config.zone)
    return {"service": row["service"], "slot": when(row["slot"], hall)}


def claim(tx: Transaction, code_hash: str, service: str) -> Booking:
    """The booking that a number is taken for. Refused when it was used, or is not for now or for this service."""
    config = tx.hall.config
    row = next(iter(tx.rows("booking", office_id=config.id, code_hash=code_hash)), None)
    if row is None or row["service"] != service:
        raise BookingNotFound()
    ticket = tx.ticket(row["ticket_id"]) if row["ticket_id"] else None
    if ticket is not None:
        refuse_used(ticket)
    booking = _booking(row)
    rules.check_in(booking, tx.now, policy_of(config), config.zone)
    return booking


def delivered(tx: Transaction, code_hash: str) -> tuple[Booking | None, str | None]:
    """(the booking of a number that was given without the server, the number that has used it already)"""
    row = next(iter(tx.rows("booking", office_id=tx.hall.config.id, code_hash=code_hash)), None)
    if row is None:
        return None, None
    ticket = tx.ticket(row["ticket_id"]) if row["ticket_id"] else None
    return _booking(row), ticket.number if ticket and ticket.state is not TicketState.CANCELLED else None


def use(tx: Transaction, booking: Booking, ticket_id: str) -> None:
    key = {"office_id": tx.hall.config.id, "code_hash": booking.code_hash}
    tx.change("booking", key, {"ticket_id": ticket_id})


def refuse_used(ticket: Ticket) -> None:
    """A booking is good for one number; one that was given back or taken back leaves it free until its time is over."""
    if ticket.state is not TicketState.CANCELLED:
        raise BookingUsed(number=ticket.number, state=ticket.state, counter=ticket.counter)


def policy_of(config: OfficeConfig) -> BookingPolicy:
    return config.bookings or BookingPolicy()


def forgettable(today: date) -> date:
    """Bookings of days before this one may go: after a month nobody asks any more what became of one."""
    return date.fromordinal(today.toordinal() - 31)


def _booking(row: Json) -> Booking:
    return Booking(row["code_hash"], row["service"], row["day"], row["slot"])


def _elsewhere(row: Json | None, office: Any) -> BookingNotFound | BookingOtherOffice:
    place = office(row["office_id"]) if row else None
    return BookingOtherOffice(office=place["names"]) if place else BookingNotFound()
