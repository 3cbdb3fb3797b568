"""What comes under a kiosk's scanner, and the lists of bookings that it is compared with."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable
from typing import Any

from flask import request
from flask_babel import gettext

from server.api.routing import route
from server.api.schemas import BookingList, Scan
from server.caller import actor, system, uow
from server.domain.bookings import NEEDED, Wrong
from server.domain.scans import Card, code_hash, mark_of, read_scan
from server.services import bookings
from server.services.past_records import PastFile, read_rows
from server.services.ports import Json

FILE_MAX = 2 * 1024 * 1024


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
    return _taken(office, rows, body.dry_run, lambda wrong: {"item": wrong.line - 1})


@route("POST", "/offices/<office>/bookings/file", "booking.import", summary="Take a file of bookings in")
def take_file(office: str) -> Any:
    """The body is the file itself, CSV (UTF-8) or XLSX, at most 2 MB; `?name=` tells which. `dry_run=1` only says what
    is wrong: each fault with its line as the file counts them. All of it or nothing."""
    request.max_content_length = FILE_MAX
    name = request.args.get("name", "bookings.csv")[:200]
    rows = read_rows(PastFile(name, request.get_data(cache=False)))
    return _taken(office, rows, request.args.get("dry_run") == "1", lambda wrong: {"line": wrong.line})


def _taken(office: str, rows: list[list[str]], dry_run: bool, place: Callable[[Wrong], Json]) -> Json:
    """What a list says: how many bookings of which days, each fault; and taken in, unless it is wrong or only tried."""
    listed = bookings.look(uow(), office, rows)
    days = sorted(Tally(booking.day.isoformat() for booking in listed.bookings).items())
    wrong = [place(each) | {"field": each.column, "reason": gettext(each.text)} for each in listed.wrong]
    told = {
        "taken": False,
        "bookings": len(listed.bookings),
        "days": [{"day": day, "bookings": count} for day, count in days],
        "wrong": wrong,
    }
    if wrong or dry_run:
        return told
    return told | {"taken": True, "counts": bookings.take_in(uow(), actor(), office, rows)}


@route("GET", "/offices/<office>/bookings", "lease.hold",
       summary="Bookings from today on, for the time without the server")  # fmt: skip
def held(office: str) -> Any:
    return {"bookings": bookings.held(uow(), office)}
