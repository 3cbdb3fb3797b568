"""At the counter: open, call, serve, finish; and moving tickets in the line. One verb, one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.domain import calling, desks, line
from server.domain.errors import (
    N_,
    IdempotencyKeyReused,
    Invalid,
    MotcuaError,
    NotYourCounter,
    TicketNotFound,
    Unavailable,
    Why,
    WrongState,
)
from server.domain.hall import Hall
from server.domain.happenings import Happening, TicketHappening
from server.domain.ticket import Ticket
from server.domain.words import Priority
from server.services import ids
from server.services.access import Actor, require, require_counter, require_ticket
from server.services.ports import Json, Repeated, Transaction, UnitOfWork
from server.services.views import reason_view, staff_desk_view, staff_ticket_view

Answer = Json | None


# --- counters ---------------------------------------------------------------------------------------------------------


def open_counter(tx: Transaction, actor: Actor, counter: int) -> Answer:
    """The officer who asks sits down. A keypad reopens the counter for the officer who paused it."""
    officer = actor.id
    if actor.kind == "device":
        require_counter(actor, tx.hall, counter)
        officer = tx.hall.desk(counter).officer or ""
        if not officer:
            raise NotYourCounter(counter=counter)
    tx.record(desks.open_desk(tx.hall, counter, officer, tx.now))
    return staff_desk_view(tx.hall, counter)


def pause_counter(tx: Transaction, actor: Actor, counter: int, reason: str | None) -> Answer:
    require_counter(actor, tx.hall, counter)
    tx.record(desks.pause_desk(tx.hall, counter, reason, tx.now))
    return staff_desk_view(tx.hall, counter)


def close_counter(tx: Transaction, actor: Actor, counter: int) -> Answer:
    require_counter(actor, tx.hall, counter)
    _note_override(tx, actor, counter, "counter.close")
    tx.record(desks.close_desk(tx.hall, counter, tx.now))
    return staff_desk_view(tx.hall, counter)


def call_next(tx: Transaction, actor: Actor, counter: int, *, finish_current: bool = False) -> Answer:
    """Whoever is next; None when nobody waits. `finish_current` ends the service in hand first, in the same breath."""
    require_counter(actor, tx.hall, counter)
    tx.hall.open_desk(counter)
    current = tx.hall.in_hand(counter)
    if finish_current and current is not None:
        tx.record(*calling.finish(tx.hall, current.id, ids.new_id(), tx.now))
    fact = calling.call_next(tx.hall, counter, tx.now)
    tx.record(fact)
    return called_view(tx.hall, fact) if fact else None


def call_by_hand(tx: Transaction, actor: Actor, ticket_id: str, counter: int | None, why: str) -> Answer:
    """Out of order: always with a reason, always in the audit log (law 8)."""
    if not why.strip():
        raise Invalid(detail=Why(N_("cần ghi lý do")))
    ticket = _in_hall(tx, ticket_id)
    number = _counter_of(tx.hall, actor, counter)
    fact = calling.call_by_hand(tx.hall, ticket.id, number, tx.now, why)
    tx.record(fact)
    tx.audit(actor.label, "ticket.call_by_hand", subject=ticket.number, why=why, address=actor.address)
    return called_view(tx.hall, fact)


def called_view(hall: Hall, fact: TicketHappening) -> Json:
    return staff_ticket_view(hall, fact.after) | {"reason": reason_view(fact.reason)}


# --- tickets ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wish:
    """What may come with a command on a ticket."""

    service: str | None = None
    counter: int | None = None
    officer: str | None = None
    note: str | None = None
    until: datetime | None = None
    priority: Priority | None = None
    here: bool = False


def recall(tx: Transaction, actor: Actor, ticket: Ticket, wish: Wish) -> TicketHappening:
    return calling.recall(tx.hall, ticket.id, tx.now)


def start(tx: Transaction, actor: Actor, ticket: Ticket, wish: Wish) -> TicketHappening:
    return calling.start(tx.hall, ticket.id, tx.now)


def finish(tx: Transaction, actor: Actor, ticket: Ticket, wish: Wish) -> TicketHappening:
    return _recorded(tx, calling.finish(tx.hall, ticket.id, ids.new_id(), tx.now))


def go_on(tx: Transaction, actor: Actor, ticket: Ticket, wish: Wish) -> TicketHappening:
    """Done here, and on to another service of the same visit."""
    if wish.service is None:
        raise Invalid(detail="service")
    facts = calling.go_on(tx.hall, ticket.id, ids.new_id(), tx.now, wish.service, here=wish.here, note=wish.note)
    return _recorded(tx, facts)


def _recorded(tx: Transaction, facts: list[Happening]) -> TicketHappening:
    """Record what a command did at once, in its order; the ticket's own part is its answer."""
    ticket, *_others = facts
    assert isinstance(ticket, TicketHappening)
    tx.record(*facts)
    return ticket


def no_show(tx: Transaction, actor: Actor, ticket: Ticket, wish: Wish) -> TicketHappening:
    return calling.no_show(tx.hall, ticket.id, tx.now)


def hold(tx: Transaction, actor: Actor, ticket: Ticket, wish: Wish) -> TicketHappening:
    return line.hold(tx.hall, ticket.id, tx.now, until=wish.until, note=wish.note)


def resume(tx: Transaction, actor: Actor, ticket: Ticket, wish: Wish) -> TicketHappening:
    return calling.resume(tx.hall, ticket.id, _counter_of(tx.hall, actor, wish.counter), tx.now)


def transfer(tx: Transaction, actor: Actor, ticket: Ticket, wish: Wish) -> TicketHappening:
    if wish.officer is not None and wish.officer not in tx.hall.config.officers:
        raise Invalid(detail=Why(N_("người này không trực quầy ở đây")))
    return line.transfer(
        tx.hall, ticket.id, tx.now, service=wish.service, counter=wish.counter, officer=wish.officer, note=wish.note
    )


def requeue(tx: Transaction, actor: Actor, ticket: Ticket, wish: Wish) -> TicketHappening:
    return line.requeue(tx.hall, ticket.id, tx.now, note=wish.note)


def cancel(tx: Transaction, actor: Actor, ticket: Ticket, wish: Wish) -> TicketHappening:
    fact = line.cancel(tx.hall, ticket.id, tx.now, note=wish.note)
    tx.audit(actor.label, "ticket.cancel", subject=ticket.number, why=wish.note, address=actor.address)
    return fact


def correct(tx: Transaction, actor: Actor, ticket: Ticket, wish: Wish) -> TicketHappening:
    fact = line.correct(tx.hall, ticket.id, tx.now, priority=wish.priority, note=wish.note)
    detail = {"from": ticket.priority, "to": wish.priority}
    tx.audit(actor.label, "ticket.correct", subject=ticket.number, why=wish.note, address=actor.address, detail=detail)
    return fact


Command = Callable[[Transaction, Actor, Ticket, Wish], TicketHappening]

COMMANDS: dict[str, tuple[str, Command]] = {
    "recall": ("ticket.serve", recall),
    "start": ("ticket.serve", start),
    "finish": ("ticket.serve", finish),
    "go-on": ("ticket.serve", go_on),
    "no-show": ("ticket.serve", no_show),
    "hold": ("ticket.serve", hold),
    "resume": ("ticket.serve", resume),
    "transfer": ("ticket.place", transfer),
    "requeue": ("ticket.place", requeue),
    "cancel": ("ticket.place", cancel),
    "correct": ("ticket.place", correct),
}
"""Verb in the address → who may (an action of `access`), and what it does."""

ENDING = frozenset({"finish", "go-on"})
"""Verbs that end a service as well, and so record more than one fact by themselves."""


def command_ticket(tx: Transaction, actor: Actor, verb: str, ticket_id: str, wish: Wish) -> Json:
    """Run one of `COMMANDS` on a ticket of the transaction's office."""
    action, act = COMMANDS[verb]
    require(actor, action, tx.hall.config.code)
    ticket = _in_hall(tx, ticket_id)
    require_ticket(actor, tx.hall, ticket)
    fact = act(tx, actor, ticket, wish)
    if verb not in ENDING:
        tx.record(fact)
    return called_view(tx.hall, fact)


def leave(uow: UnitOfWork, office: str, ticket_id: str) -> Json:
    """The citizen gives the number back, by the unguessable token on the ticket."""
    with uow.command(office) as tx:
        ticket = _in_hall(tx, ticket_id)
        ticket.require(ticket.state.WAITING)
        fact = line.cancel(tx.hall, ticket.id, tx.now, note="citizen")
        tx.record(fact)
        return {"number": ticket.number, "state": fact.after.state}


def _in_hall(tx: Transaction, ticket_id: str) -> Ticket:
    """A ticket that may still be commanded; one that has left the hall is refused with the state it is in."""
    ticket = tx.hall.tickets.get(ticket_id)
    if ticket is not None:
        return ticket
    gone = tx.ticket(ticket_id)
    if gone is None:
        raise TicketNotFound()
    raise WrongState(number=gone.number, state=gone.state)


def _counter_of(hall: Hall, actor: Actor, wished: int | None) -> int:
    """The counter a command is for: the one named, a keypad's, or where the officer sits."""
    number = wished if wished is not None else actor.counter
    if number is None:
        desk = hall.desk_of(actor.id)
        if desk is None:
            raise Invalid(detail=Why(N_("cần nói quầy nào")))
        number = desk.number
    require_counter(actor, hall, number)
    return number


def _note_override(tx: Transaction, actor: Actor, counter: int, action: str) -> None:
    """A head or administrator acting at somebody else's counter leaves a trace."""
    officer = tx.hall.desk(counter).officer
    if actor.kind == "staff" and officer not in (None, actor.id):
        tx.audit(actor.label, action, subject=str(counter), address=actor.address, detail={"officer": officer})


def once(uow: UnitOfWork, office: str, key: str | None, request: str, act: Callable[[Transaction], Any]) -> Any:
    """Run a command once for a key; its answer is kept and given again (law 5).

    The key is written with the command. One that comes again finds it taken, or is refused because its work is done
    already: either way nothing has changed, and only then the earlier answer is looked for.
    """
    try:
        with uow.command(office) as tx:
            body = act(tx)
            if key is not None:
                tx.remember(key, request, body)
            return body
    except (Repeated, MotcuaError) as refusal:
        earlier = _earlier(uow, office, key, request) if key is not None else None
        if earlier is not None:
            return earlier["body"]
        if isinstance(refusal, Repeated):
            raise Unavailable() from refusal
        raise


def _earlier(uow: UnitOfWork, office: str, key: str, request: str) -> Json | None:
    kept = uow.first("idempotency", office_id=uow.hall(office).config.id, key=key)
    if kept is not None and kept["request"] != request:
        raise IdempotencyKeyReused
    return kept
