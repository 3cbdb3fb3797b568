"""At the counter: calling, serving, finishing, and people who do not come."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from server.domain.errors import N_, CounterBusy, Invalid, TooFewCalls, Why
from server.domain.hall import Hall, Pace
from server.domain.happenings import Happening, RatingOpened, Reason, ServiceSession, TicketHappening
from server.domain.policy import choose
from server.domain.ticket import Ticket
from server.domain.words import Rule, TicketState


def call_next(hall: Hall, counter: int, now: datetime) -> TicketHappening | None:
    """Call whoever is next at an open, free counter; None when nobody waits for it."""
    desk = hall.open_desk(counter)
    _require_free(hall, counter)
    choice = choose(hall, desk, now)
    return _call(hall, choice.ticket, counter, choice.reason, now) if choice else None


def call_by_hand(hall: Hall, ticket_id: str, counter: int, now: datetime, note: str) -> TicketHappening:
    """Call a waiting or absent ticket out of order. The reason given is kept with the call."""
    hall.open_desk(counter)
    _require_free(hall, counter)
    ticket = hall.ticket(ticket_id)
    ticket.require(TicketState.WAITING, TicketState.NO_SHOW)
    passed = tuple(t.number for t in hall.line() if t.order < ticket.order and t.service == ticket.service)
    return _call(hall, ticket, counter, Reason(Rule.BY_HAND, passed[:12], {"why": note}), now, note)


def resume(hall: Hall, ticket_id: str, counter: int, now: datetime) -> TicketHappening:
    """Call a held ticket back to a free counter."""
    hall.open_desk(counter)
    ticket = hall.ticket(ticket_id)
    ticket.require(TicketState.HELD)
    _require_free(hall, counter)
    return _call(hall, ticket, counter, Reason(Rule.RESUMED), now)


def recall(hall: Hall, ticket_id: str, now: datetime) -> TicketHappening:
    """Call the same ticket again at its counter."""
    before = hall.ticket(ticket_id)
    before.require(TicketState.CALLED)
    after = before.move(TicketState.CALLED, before.state_since, call_count=before.call_count + 1, called_at=now)
    fact: TicketHappening = hall.happen(TicketHappening, "ticket.recalled", now, before=before, after=hall.put(after))
    hall.remember(after, hall.reason_of(before.id) or Reason(Rule.FIRST_COME), recall=True)
    return fact


def start(hall: Hall, ticket_id: str, now: datetime) -> TicketHappening:
    """The person has come to the counter."""
    before = hall.ticket(ticket_id)
    before.require(TicketState.CALLED)
    after = before.move(TicketState.SERVING, now, officer=_officer_of(hall, before))
    fact: TicketHappening = hall.happen(TicketHappening, "ticket.serving", now, before=before, after=hall.put(after))
    return fact


def finish(hall: Hall, ticket_id: str, session_id: str, now: datetime) -> list[Happening]:
    """End the service and open its one rating. An officer who never pressed start was serving from the call on."""
    before = hall.ticket(ticket_id)
    before.require(TicketState.CALLED, TicketState.SERVING)
    after = before.move(TicketState.COMPLETED, now, officer=_officer_of(hall, before))
    done = hall.happen(TicketHappening, "ticket.completed", now, before=before, after=hall.put(after))
    return [done, _end_session(hall, before, session_id, now)]


def go_on(
    hall: Hall, ticket_id: str, session_id: str, now: datetime, service: str, *, here: bool, note: str | None = None
) -> list[Happening]:
    """End one service of a visit and begin the next with the same number. `here`: this counter takes it as well and
    the person stays seated; else the number waits in the other line, its place given by its arrival."""
    before = hall.ticket(ticket_id)
    before.require(TicketState.CALLED, TicketState.SERVING)
    target = hall.service(service)
    assert before.counter is not None
    if target.code == before.service or (here and target.code not in hall.counter(before.counter).services):
        raise Invalid(detail=Why(N_("không chuyển được sang lĩnh vực này tại đây")))
    ended = replace(before, officer=_officer_of(hall, before))
    if here:
        after = ended.move(TicketState.SERVING, now, service=target.code, procedure=None, note=note or before.note)
    else:
        after = ended.move(
            TicketState.WAITING, now,
            service=target.code, procedure=None, counter=None, officer=None, call_count=0, called_at=None,
            held_until=None, note=note or before.note, return_after=0,
        )  # fmt: skip
    type = "ticket.serving" if here else "ticket.transferred"
    moved = hall.happen(TicketHappening, type, now, before=before, after=hall.put(after), note=note)
    return [moved, _end_session(hall, before, session_id, now)]


def _end_session(hall: Hall, before: Ticket, session_id: str, now: datetime) -> RatingOpened:
    """What was done for the person at this counter, as something that can be rated."""
    assert before.counter is not None
    session = ServiceSession(
        id=session_id,
        ticket_id=before.id,
        number=before.number,
        service=before.service,
        counter=before.counter,
        officer=_officer_of(hall, before),
        started_at=before.state_since,
        ended_at=now,
        rating_until=now + timedelta(seconds=hall.config.rating_window_s),
    )
    hall.sessions[before.counter] = session
    _learn(hall, session)
    opened: RatingOpened = hall.happen(RatingOpened, "rating.opened", now, session=session)
    return opened


def _officer_of(hall: Hall, ticket: Ticket) -> str | None:
    """Whoever sits there now: the counter may have been handed over since the call."""
    return hall.desk(ticket.counter).officer if ticket.counter is not None else ticket.officer


def no_show(hall: Hall, ticket_id: str, now: datetime) -> TicketHappening:
    """Nobody came after the calls that the office's rule asks for."""
    before = hall.ticket(ticket_id)
    before.require(TicketState.CALLED)
    needed = hall.config.policy.calls_before_no_show
    if before.call_count < needed:
        raise TooFewCalls(number=before.number, calls=before.call_count, needed=needed)
    after = before.move(TicketState.NO_SHOW, now, counter=None)
    fact: TicketHappening = hall.happen(TicketHappening, "ticket.no_show", now, before=before, after=hall.put(after))
    return fact


def _call(
    hall: Hall, before: Ticket, counter: int, reason: Reason, now: datetime, note: str | None = None
) -> TicketHappening:
    after = before.move(
        TicketState.CALLED, now,
        counter=counter, officer=hall.desk(counter).officer, called_at=now, call_count=1, held_until=None,
        for_counter=None, for_officer=None,
    )  # fmt: skip
    fact: TicketHappening = hall.happen(
        TicketHappening, "ticket.called", now, before=before, after=hall.put(after), reason=reason, note=note
    )
    hall.remember(after, reason)
    return fact


def _require_free(hall: Hall, counter: int) -> None:
    busy = hall.in_hand(counter)
    if busy is not None:
        raise CounterBusy(counter=counter, number=busy.number, ticket_id=busy.id)


def _learn(hall: Hall, session: ServiceSession) -> None:
    """Take the service time into the day's pace, from which waits are estimated."""
    pace = hall.paces.get(session.service, Pace())
    spent = session.ended_at - session.started_at
    hall.paces[session.service] = Pace(pace.count + 1, pace.total + spent)
