"""Counters: who sits where, and whether the counter takes people."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from server.domain.errors import (
    N_,
    CounterBusy,
    CounterNotOpen,
    CounterTaken,
    Invalid,
    OfficerElsewhere,
    OfficerSeated,
    Why,
)
from server.domain.hall import Hall
from server.domain.happenings import Desk, DeskHappening, Happening, TicketHappening
from server.domain.words import CounterState, TicketState


def open_desk(hall: Hall, number: int, officer: str, now: datetime) -> DeskHappening | None:
    """Sit down at a counter, or come back from a pause. Opening what is already one's own changes nothing."""
    desk = hall.desk(number)
    if desk.state is not CounterState.CLOSED and desk.officer != officer:
        raise CounterTaken(counter=number)
    elsewhere = hall.desk_of(officer)
    if elsewhere is not None and elsewhere.number != number:
        raise OfficerElsewhere(counter=elsewhere.number)
    if desk.state is CounterState.OPEN:
        return None
    return _change(hall, desk, Desk(number, CounterState.OPEN, now, officer), "counter.opened", now)


def pause_desk(hall: Hall, number: int, reason: str | None, now: datetime) -> DeskHappening | None:
    """Stop taking people for a while; a person in hand may still be finished."""
    desk = hall.desk(number)
    if desk.state is CounterState.CLOSED:
        raise CounterNotOpen(counter=number)
    if desk.state is CounterState.PAUSED and desk.reason == reason:
        return None
    return _change(hall, desk, Desk(number, CounterState.PAUSED, now, desk.officer, reason), "counter.paused", now)


def close_desk(hall: Hall, number: int, now: datetime) -> DeskHappening | None:
    """Leave a counter. Not while somebody is there: that person would be lost."""
    desk = hall.desk(number)
    busy = hall.in_hand(number)
    if busy is not None:
        raise CounterBusy(counter=number, number=busy.number, ticket_id=busy.id)
    if desk.state is CounterState.CLOSED:
        return None
    return _change(hall, desk, Desk(number, CounterState.CLOSED, now), "counter.closed", now)


def hand_over(hall: Hall, number: int, officer: str, now: datetime) -> list[Happening]:
    """A colleague takes the counter over as it stands, with the person who is being served. What was done until now
    stays in the name of whoever did it: counter and ticket begin a new interval."""
    desk = hall.desk(number)
    if desk.state is CounterState.CLOSED:
        raise CounterNotOpen(counter=number)
    if desk.officer == officer:
        return []
    _require_free_officer(hall, officer)
    changed = replace(desk, officer=officer, since=now)
    facts: list[Happening] = [_change(hall, desk, changed, f"counter.{_PASSED_ON[desk.state]}", now)]
    ticket = hall.in_hand(number)
    # Somebody who was only called has met nobody yet: the call stays with the one who made it.
    if ticket is not None and ticket.state is TicketState.SERVING:
        after = hall.put(replace(ticket, officer=officer))
        facts.append(hall.happen(TicketHappening, "ticket.corrected", now, before=ticket, after=after))
    return facts


def assign(hall: Hall, number: int, officer: str, now: datetime) -> list[Happening]:
    """Seat an officer at a free counter; the counter they leave is closed, unless somebody is being served there."""
    if officer not in hall.config.officers or not hall.config.officers[officer].serves:
        raise Invalid(detail=Why(N_("người này không trực quầy ở đây")))
    desk = hall.desk(number)
    if desk.state is not CounterState.CLOSED and desk.officer != officer:
        raise CounterTaken(counter=number)
    left = hall.desk_of(officer)
    facts = [close_desk(hall, left.number, now)] if left is not None and left.number != number else []
    return [fact for fact in (*facts, open_desk(hall, number, officer, now)) if fact is not None]


_PASSED_ON = {CounterState.OPEN: "opened", CounterState.PAUSED: "paused"}


def _require_free_officer(hall: Hall, officer: str) -> None:
    """Refuse somebody who is no officer here, or who already sits somewhere."""
    person = hall.config.officers.get(officer)
    if person is None or not person.serves:
        raise Invalid(detail=Why(N_("người này không trực quầy ở đây")))
    elsewhere = hall.desk_of(officer)
    if elsewhere is not None:
        raise OfficerSeated(officer=person.name, counter=elsewhere.number)


def close_all(hall: Hall, now: datetime) -> list[Happening]:
    """Close what was left open overnight."""
    return [
        _change(hall, desk, Desk(desk.number, CounterState.CLOSED, now), "counter.closed", now)
        for desk in list(hall.desks.values())
        if desk.state is not CounterState.CLOSED
    ]


def _change(hall: Hall, before: Desk, after: Desk, type: str, now: datetime) -> DeskHappening:
    hall.desks[after.number] = after
    fact: DeskHappening = hall.happen(DeskHappening, type, now, before=before, after=after)
    return fact
