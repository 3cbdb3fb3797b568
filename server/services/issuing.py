"""Taking a number: the first half of the way from the touch to the paper."""

from __future__ import annotations

from dataclasses import dataclass

from server.domain import line
from server.domain.bookings import Booking, place
from server.domain.cards import CardNeeded, is_needed
from server.domain.errors import Conflict, IdempotencyKeyReused, Unavailable
from server.domain.estimate import ticket_wait
from server.domain.hall import Hall
from server.domain.leases import numbering
from server.domain.line import Request
from server.domain.office import Service
from server.domain.ticket import Ticket
from server.services import bookings, cards, catalogue, ids, printing
from server.services.access import Actor, require
from server.services.ports import Json, Repeated, Transaction, UnitOfWork
from server.services.views import ticket_view, wait_view


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked for a number and from where the citizen will reach us. `base_url` without a final slash.

    prints: the caller prints the paper by itself (a kiosk's runtime), so no agent is told.
    card: the mark of an identity card. booking: the hash of a booking's code.
    """

    actor: Actor
    base_url: str
    key: str
    prints: bool = False
    card: str | None = None
    booking: str | None = None


def issue(uow: UnitOfWork, office: str, request: Request, asked: Asked) -> Json:
    """A new ticket, or the very same answer when this key has asked before (law 5).

    The number, its interval, its event and its print job are committed before the answer (law 4).
    """
    require(asked.actor, "ticket.issue", office)
    try:
        with uow.command(office) as tx:
            service = tx.hall.service(request.service)
            line.check_open(tx.hall, service, tx.now, booked=asked.booking is not None)
            procedure = catalogue.chosen(tx, service.code, request.procedure) if request.procedure else None
            booking = _entitled(tx, service, asked)
            config = tx.hall.config
            numbers = numbering(service, config.restores, tx.hall.day, config.leases)
            seq = tx.next_seq(service.prefix, numbers)
            fact = line.issue(
                tx.hall, request, id=ids.new_id(), track_token=ids.new_track_token(), seq=seq, now=tx.now,
                since=place(booking.slot, tx.now) if booking else None,
            )  # fmt: skip
            printer = printing.printer_for(tx.hall, asked.actor)
            told = _told(tx.hall, fact.after, asked.base_url, "queued" if printer else "none", procedure)
            if printer and asked.prints:
                told["print"]["job"] = printing.lend(tx.hall, printer, fact.after, told)
            tx.told(fact.after.id, asked.key, told | {"asked": _fingerprint(request)})
            tx.record(fact)
            if asked.card:
                cards.note(tx, fact.after, service.code, asked.card)
            if booking:
                bookings.use(tx, booking, fact.after.id)
            if printer and not asked.prints:
                printing.queue(tx, printer, fact.after, told)
            return told
    except Repeated:
        return _again(uow, office, request, asked.key) or _lost()
    except Conflict:
        # The office may have closed since; whoever was given a number then still gets it now.
        earlier = _again(uow, office, request, asked.key)
        if earlier is None:
            raise
        return earlier


def _entitled(tx: Transaction, service: Service, asked: Asked) -> Booking | None:
    """Whether this citizen may have a number of this service: the booking it is taken for, if there is one."""
    if asked.card:
        cards.refuse_second(tx, service.code, asked.card)
    if asked.booking:
        return bookings.claim(tx, asked.booking, service.code)
    if asked.actor.kind == "device" and not asked.card and is_needed(tx.hall.config, service):
        raise CardNeeded()
    return None


def _told(hall: Hall, ticket: Ticket, base_url: str, print_state: str, procedure: Json | None) -> Json:
    ahead = line.people_ahead(hall, ticket)
    return ticket_view(hall, ticket) | {
        "people_ahead": ahead,
        "expected_wait_s": wait_view(ticket_wait(hall, ticket)),
        "counters": list(hall.config.counters_for(ticket.service)),
        "track_url": f"{base_url}/t/{ticket.track_token}",
        "print": {"state": print_state},
    } | catalogue.told(procedure)


def _again(uow: UnitOfWork, office: str, request: Request, key: str) -> Json | None:
    found = uow.ticket(office_id=uow.hall(office).config.id, idempotency_key=key)
    if found is None:
        return None
    told = dict(found[2])
    if told.pop("asked", None) != _fingerprint(request):
        raise IdempotencyKeyReused()
    return told


def _fingerprint(request: Request) -> list[str | None]:
    asked = [request.service, request.priority, request.language]
    return [*asked, request.procedure] if request.procedure else asked


def _lost() -> Json:
    raise Unavailable()
