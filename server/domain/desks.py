"""Counters: who sits where, and whether the counter takes people."""

from __future__ import annotations

from datetime import datetime

from server.domain.errors import CounterBusy, CounterNotOpen, CounterTaken, OfficerElsewhere
from server.domain.hall import Hall
from server.domain.happenings import Desk, DeskHappening, Happening
from server.domain.words import CounterState


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
