"""What comes under a kiosk's scanner, and the lists of bookings that it is compared with."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from server.api.routing import route
from server.api.schemas import BookingList, Scan
from server.caller import actor, system, uow
from server.domain.bookings import NEEDED
from server.domain.scans import Card, code_hash, mark_of, read_scan
from server.services import bookings


@route("POST", "/offices/<office>/scan", "ticket.issue", body=Scan,
       summary="What a card or a booking's code is good for")  # fmt: skip
def scan(office: str, body: Scan) -> Any:
    """An identity card becomes its mark of the day, a booking's code its hash; `POST …/tickets` takes either. The text
    itself is kept nowhere."""
    read = read_scan(body.text)
    if isinstance(read, Card):
        hall = uow().hall(office)
        return {"kind": "card", "card": mark_of(system().keys.of(office, hall.day), read.number)}
    booking = code_hash(read.code)
    return {"kind": "booking", "booking": booking} | bookings.scanned(uow(), office, booking)


@route("POST", "/offices/<office>/bookings", "booking.import", body=BookingList, summary="Take a list of bookings in")
def take_in(office: str, body: BookingList) -> Any:
    """All of it or nothing; `wrong` names each fault with its place in the list, from 1. The same list may come
    again."""
    rows = [list(NEEDED)] + [[i.service, i.day.isoformat(), i.time, i.code] for i in body.items]
    listed = bookings.look(uow(), office, rows)
    wrong = [{"item": each.line - 1, "field": each.column, "reason": gettext(each.text)} for each in listed.wrong]
    if wrong or body.dry_run:
        return {"taken": False, "bookings": len(listed.bookings), "wrong": wrong}
    counts = bookings.take_in(uow(), actor(), office, rows)
    return {"taken": True, "bookings": len(listed.bookings), "wrong": [], "counts": counts}


@route("GET", "/offices/<office>/bookings", "lease.hold",
       summary="Bookings from today on, for the time without the server")  # fmt: skip
def held(office: str) -> Any:
    return {"bookings": bookings.held(uow(), office)}
