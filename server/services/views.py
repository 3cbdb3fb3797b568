"""What the outside sees of tickets, counters and happenings: plain JSON, nothing personal in the public form."""

from __future__ import annotations

from datetime import datetime

from server.domain.estimate import Wait, expected_wait
from server.domain.hall import Call, Hall
from server.domain.happenings import (
    DeskHappening,
    Happening,
    RatingGiven,
    RatingOpened,
    Reason,
    ServiceSession,
    TicketHappening,
    Told,
)
from server.domain.policy import Choice
from server.domain.ticket import Ticket
from server.domain.words import SCALES, CounterState, TicketState
from server.services.ports import Json

BOARD_CALLS = 12
"""Newest calls that every board gets; beside them the last call of each counter, for boards of a part of the hall."""
SHOWN_NO_SHOWS = 30


def when(at: datetime | None, hall: Hall) -> str | None:
    """RFC 3339 with the office's offset."""
    return at.astimezone(hall.config.zone).isoformat(timespec="milliseconds") if at else None


def wait_view(wait: Wait | None) -> Json | None:
    return {"low": wait.low, "high": wait.high} if wait else None


def ticket_view(hall: Hall, ticket: Ticket) -> Json:
    service = hall.config.services.get(ticket.service)
    return {
        "id": ticket.id,
        "number": ticket.number,
        "service": ticket.service,
        "service_name": service.names["vi"] if service else ticket.service,
        "state": ticket.state,
        "priority": ticket.priority,
        "language": ticket.language,
        "issued_at": when(ticket.issued_at, hall),
        "called_at": when(ticket.called_at, hall),
        "counter": ticket.counter,
        "call_count": ticket.call_count,
    }


def staff_ticket_view(hall: Hall, ticket: Ticket) -> Json:
    """A ticket as staff see it: its place, notes, and what it waits for."""
    return ticket_view(hall, ticket) | _staff_part(hall, ticket)


def _staff_part(hall: Hall, ticket: Ticket) -> Json:
    return {
        "arrived_at": when(ticket.arrived_at, hall),
        "state_since": when(ticket.state_since, hall),
        "channel": ticket.channel,
        "note": ticket.note,
        "procedure": ticket.procedure,
        "held_until": when(ticket.held_until, hall),
        "for_counter": ticket.for_counter,
        "for_officer": ticket.for_officer,
        "returned": bool(ticket.return_after),
        "officer": ticket.officer,
        "heard": ticket.call_count > 0 and hall.heard.get(ticket.id, 0) >= ticket.call_count,
    }


def desk_view(hall: Hall, number: int) -> Json:
    counter, desk = hall.counter(number), hall.desk(number)
    ticket = hall.in_hand(number)
    return {
        "number": number,
        "name": counter.names["vi"],
        "names": dict(counter.names),
        "zone": counter.zone,
        "state": desk.state,
        "ticket": ticket.number if ticket else None,
        "ticket_id": ticket.id if ticket else None,
        "ticket_state": ticket.state if ticket else None,
        "services": list(counter.services),
    }


def staff_desk_view(hall: Hall, number: int) -> Json:
    return desk_view(hall, number) | _staff_desk_part(hall, number)


def _staff_desk_part(hall: Hall, number: int) -> Json:
    desk = hall.desk(number)
    return {
        "officer": officer_view(hall, desk.officer),
        "since": when(desk.since, hall) if desk.state is not CounterState.CLOSED else None,
        "reason": desk.reason,
    }


def officer_view(hall: Hall, officer_id: str | None) -> Json | None:
    officer = hall.config.officers.get(officer_id or "")
    return {"id": officer.id, "name": officer.name, "photo": officer.photo} if officer else None


def officers_view(hall: Hall) -> list[Json]:
    """Everybody who may sit at a counter, and where they sit now."""
    seats = {desk.officer: desk.number for desk in hall.desks.values() if desk.state is not CounterState.CLOSED}
    serving = [officer for officer in hall.config.officers.values() if officer.serves]
    return [{"id": each.id, "name": each.name, "photo": each.photo, "counter": seats.get(each.id)} for each in serving]


def outlook_view(hall: Hall, number: int, choice: Choice | None) -> Json:
    """Whom a counter would call now, and why; `ticket_id` is null when nobody waits for it."""
    if choice is None:
        return {"counter": number, "ticket_id": None, "number": None, "service": None, "reason": None}
    ticket = choice.ticket
    reason = reason_view(choice.reason)
    return {
        "counter": number, "ticket_id": ticket.id, "number": ticket.number, "service": ticket.service, "reason": reason,
    }  # fmt: skip


def call_view(hall: Hall, call: Call) -> Json:
    counter = hall.config.counters.get(call.counter)
    service = hall.config.services.get(call.service)
    return {
        "ticket_id": call.ticket_id,
        "number": call.number,
        "counter": call.counter,
        "counter_name": counter.names["vi"] if counter else str(call.counter),
        "service": call.service,
        "service_name": service.names["vi"] if service else call.service,
        "call_count": call.call_count,
        "called_at": when(call.called_at, hall),
        "language": call.language,
        "recall": call.call_count > 1,
    }


def reason_view(reason: Reason | None) -> Json | None:
    if reason is None:
        return None
    return {"rule": reason.rule, "passed_over": list(reason.passed_over), **reason.values}


def waiting_view(hall: Hall) -> list[Json]:
    counts = hall.waiting()
    return [
        {
            "service": code,
            "name": hall.config.services[code].names["vi"],
            "names": dict(hall.config.services[code].names),
            "count": count,
            "expected_wait_s": wait_view(expected_wait(hall, code, count, counts)),
        }
        for code, count in counts.items()
    ]


def calls_view(hall: Hall) -> list[Json]:
    """The last calls, newest first, each ticket once: the newest of all, and the last one of every counter."""
    newest: dict[str, Call] = {}
    for call in reversed(hall.calls):
        if len(newest) == BOARD_CALLS:
            break
        newest.setdefault(call.ticket_id, call)
    for number, call in hall.lasts.items():
        if number in hall.config.counters:
            newest.setdefault(call.ticket_id, call)
    ordered = sorted(newest.values(), key=lambda call: (call.called_at, call.version), reverse=True)
    return [call_view(hall, call) for call in ordered]


def board_view(hall: Hall) -> Json:
    """The public board of an office."""
    return {
        "office": {"code": hall.config.code, "name": hall.config.names["vi"], "names": dict(hall.config.names),
                   "timezone": hall.config.timezone},
        "version": hall.version,
        "day": hall.day.isoformat(),
        "calls": calls_view(hall),
        "counters": [desk_view(hall, number) for number in hall.config.counters],
        "waiting": waiting_view(hall),
        "notice": hall.notice,
    }  # fmt: skip


def session_view(hall: Hall, session: ServiceSession) -> Json:
    """A session that may be rated: the officer is shown to the citizen, never the citizen to the officer."""
    officer = officer_view(hall, session.officer)
    return {
        "counter": session.counter,
        "session": session.id,
        "number": session.number,
        "service": session.service,
        "officer": {"name": officer["name"], "photo": officer["photo"]} if officer else None,
        "until": when(session.rating_until, hall),
        "levels": list(SCALES[hall.config.rating_scale]),
        "criteria": list(hall.config.rating_criteria),
    }


def open_ratings_view(hall: Hall, now: datetime, rated: set[str]) -> list[Json]:
    return [
        session_view(hall, session)
        for session in hall.sessions.values()
        if session.rating_until > now and session.id not in rated
    ]


def floor_view(hall: Hall) -> Json:
    """Everything staff see of the hall."""
    held = sorted(hall.in_state(TicketState.HELD), key=lambda t: t.state_since)
    absent = sorted(hall.in_state(TicketState.NO_SHOW), key=lambda t: t.state_since, reverse=True)
    at_desk = [t for t in hall.tickets.values() if t.at_counter]
    return board_view(hall) | {
        "counters": [staff_desk_view(hall, number) for number in hall.config.counters],
        "line": [staff_ticket_view(hall, t) for t in hall.line()],
        "held": [staff_ticket_view(hall, t) for t in held],
        "no_show": [staff_ticket_view(hall, t) for t in absent[:SHOWN_NO_SHOWS]],
        "officers": officers_view(hall),
        "in_hand": [staff_ticket_view(hall, t) | {"reason": reason_view(hall.reason_of(t.id))} for t in at_desk],
    }


def describe(hall: Hall, fact: Happening) -> tuple[Json, Json | None]:
    """An event's public data, and the staff's where that is more."""
    match fact:
        case TicketHappening():
            return _ticket_event(hall, fact)
        case DeskHappening():
            number = fact.after.number
            return {"counter": desk_view(hall, number)}, {"counter": staff_desk_view(hall, number)}
        case RatingOpened():
            return session_view(hall, fact.session), None
        case RatingGiven():
            data: Json = {"counter": fact.counter, "session": fact.session}
            return data, data | {"level": fact.level, "reasons": list(fact.reasons)}
        case Told():
            return dict(fact.data), dict(fact.staff) if fact.staff is not None else None
        case _:
            raise TypeError(type(fact))


def _ticket_event(hall: Hall, fact: TicketHappening) -> tuple[Json, Json]:
    before, after = fact.before, fact.after
    counts = hall.waiting()
    touched = {after.service} | ({before.service} if before else set())
    waiting = [
        {"service": s, "count": counts.get(s, 0), "expected_wait_s": wait_view(_wait(hall, s, counts))}
        for s in sorted(touched)
    ]
    number = after.counter if after.counter is not None else (before.counter if before else None)
    shown = number if number in hall.config.counters else None
    public: Json = {
        "ticket": ticket_view(hall, after),
        "counter": desk_view(hall, shown) if shown is not None else None,
        "waiting": waiting,
    }
    if fact.type in ("ticket.called", "ticket.recalled"):
        public["call"] = call_view(hall, hall.calls[-1])
    staff = public | {
        "ticket": public["ticket"] | _staff_part(hall, after),
        "counter": public["counter"] | _staff_desk_part(hall, shown) if shown is not None else None,
        "reason": reason_view(fact.reason),
        "from": {"state": before.state, "service": before.service, "counter": before.counter} if before else None,
    }
    return public, staff


def _wait(hall: Hall, service: str, counts: dict[str, int]) -> Wait | None:
    if service not in hall.config.services:
        return None
    return expected_wait(hall, service, counts.get(service, 0), counts)
