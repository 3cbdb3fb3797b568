"""One number as its citizen follows it on a phone, by the unguessable token on the ticket."""

from __future__ import annotations

import re
from datetime import timedelta

from server.domain.errors import TicketNotFound
from server.domain.estimate import ticket_wait
from server.domain.hall import Hall
from server.domain.line import people_ahead
from server.domain.office import named
from server.domain.ticket import Ticket
from server.domain.words import IN_HALL, LIVE, SCALES, TicketState
from server.services import catalogue, rating
from server.services.ports import Json, UnitOfWork
from server.services.views import officer_view, ticket_view, wait_view, when

TOKEN = re.compile(r"[A-Za-z0-9_-]{1,32}")


def find(uow: UnitOfWork, token: str) -> tuple[str, Ticket]:
    """(office code, ticket) of a token; whatever cannot be one is not asked for."""
    found = uow.ticket(track_token=token) if TOKEN.fullmatch(token) else None
    if found is None:
        raise TicketNotFound()
    return found[0], found[1]


def follow(uow: UnitOfWork, token: str) -> Json:
    """Where a number stands: state, place, wait, where to go; after the service, whether it may be rated."""
    office, ticket = find(uow, token)
    hall = uow.hall(office)
    current = hall.tickets.get(ticket.id)
    if current is None and ticket.day == hall.day and ticket.state in IN_HALL:
        # It left the hall between the two reads.
        current = find(uow, token)[1]
    return progress_view(hall, current or ticket) | {
        "at": when(uow.now(), hall),
        "rating": _rating(uow, hall, current or ticket),
    } | _brought(uow, hall, current or ticket)


def _brought(uow: UnitOfWork, hall: Hall, ticket: Ticket) -> Json:
    """The whole list of what the chosen procedure needs, which paper may not hold."""
    chosen = catalogue.find(uow, hall.config.id, ticket.service, ticket.procedure) if ticket.procedure else None
    if chosen is None:
        return {}
    return {"procedure": {name: chosen[name] for name in ("code", *catalogue.TEXTS)}} | (
        {"papers": chosen["papers"]} if chosen["papers"] else {}
    )


def progress_view(hall: Hall, ticket: Ticket) -> Json:
    """The ticket with its place in the line; nothing that others could use."""
    over = ticket.day < hall.day
    waiting = ticket.state is TicketState.WAITING and not over
    service = hall.config.services.get(ticket.service)
    ahead = people_ahead(hall, ticket) if waiting else 0
    wait = ticket_wait(hall, ticket) if waiting and service else None
    numbers = (ticket.for_counter,) if ticket.for_counter else hall.config.counters_for(ticket.service)
    view = ticket_view(hall, ticket)
    del view["id"]
    if over and ticket.state in LIVE:
        # The first command of the new day will write it down; who asks before that gets the truth as well.
        view["state"] = TicketState.EXPIRED
    return view | {
        "version": hall.version,
        "day": ticket.day.isoformat(),
        "over": over,
        "service_names": dict(service.names) if service else None,
        "people_ahead": ahead,
        "expected_wait_s": wait_view(wait),
        "counters": list(numbers),
        "places": [_place(hall, number) for number in numbers],
        "place": _place(hall, ticket.counter) if ticket.counter else None,
        "last_call": _last_call(hall, ticket) if waiting else None,
        "papers": [dict(paper) for paper in service.papers] if service else [],
        "calls_before_no_show": hall.config.policy.calls_before_no_show,
        "hotline": hall.config.hotline,
        "office": {
            "code": hall.config.code,
            "name": named(hall.config.names, ticket.language),
            "names": dict(hall.config.names),
            "timezone": hall.config.timezone,
        },
    }


def _place(hall: Hall, number: int) -> Json:
    counter = hall.config.counters.get(number)
    names = counter.names if counter else {"vi": str(number)}
    return {"number": number, "name": names["vi"], "names": dict(names)}


def _last_call(hall: Hall, ticket: Ticket) -> Json | None:
    """The newest call of somebody else in the same line: whoever waits can compare it with the own number."""
    others = (c for c in reversed(hall.calls) if c.service == ticket.service and c.ticket_id != ticket.id)
    call = next(others, None)
    return {"number": call.number, "place": _place(hall, call.counter)} if call else None


def _rating(uow: UnitOfWork, hall: Hall, ticket: Ticket) -> Json:
    """The second chance. The officer is shown to the citizen, never the citizen to the officer."""
    view: Json = {"open": False, "given": False, "scale": hall.config.rating_scale}
    sessions = uow.rows("service_session", ticket_id=ticket.id) if ticket.state is TicketState.COMPLETED else []
    if not sessions:
        return view
    last = max(sessions, key=lambda s: s["ended_at"])
    given = bool(uow.rows("rating", session_id=[s["id"] for s in sessions]))
    until = rating.second_chance_until(hall, ticket)
    officer = officer_view(hall, last["officer"])
    return view | {
        "open": not given and uow.now() <= until,
        "given": given,
        "levels": list(SCALES[hall.config.rating_scale]),
        "criteria": list(hall.config.rating_criteria),
        "until_day": (until - timedelta(milliseconds=1)).astimezone(hall.config.zone).date().isoformat(),
        "officer": {"name": officer["name"], "photo": officer["photo"]} if officer else None,
        "place": _place(hall, last["counter"]),
    }
