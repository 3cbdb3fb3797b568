"""Taking a number, reading it, and every command on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from server.api.routing import route
from server.api.schemas import (
    Body,
    CallByHand,
    Correct,
    GoOn,
    Hold,
    Note,
    Resume,
    TakeNumber,
    TicketCalled,
    TicketTold,
    Transfer,
)
from server.caller import actor, base_url, idempotency_key, uow
from server.domain.errors import TicketNotFound
from server.domain.line import Request, people_ahead
from server.domain.ticket import Ticket
from server.services import issuing, printing, serving
from server.services.access import require
from server.services.ports import Json
from server.services.serving import Wish
from server.services.views import staff_ticket_view


@route("POST", "/offices/<office>/tickets", "ticket.issue", body=TakeNumber, answer=TicketTold, status=201,
       key="required", summary="Take a number")  # fmt: skip
def take_number(office: str, body: TakeNumber) -> Any:
    """Needs an `Idempotency-Key`: the same key gives the same number, however often it is sent."""
    key = idempotency_key(required=True)
    assert key is not None
    who = actor()
    channel = "kiosk" if who.kind == "device" else "helper"
    wanted = Request(body.service, body.priority, body.language, channel, body.procedure)
    prints = body.print == "caller" and who.kind == "device"
    asked = issuing.Asked(who, base_url(), key, prints, body.card, body.booking)
    return issuing.issue(uow(), office, wanted, asked), 201


def located(ticket_id: str) -> tuple[str, Ticket, Json]:
    found = uow().ticket(id=ticket_id) if ticket_id.isascii() and ticket_id.isalnum() else None
    if found is None:
        raise TicketNotFound()
    return found


@route("GET", "/tickets/<ticket_id>", "ticket.read", answer=TicketCalled, summary="One ticket")
def read_ticket(ticket_id: str) -> Any:
    office, ticket, told = located(ticket_id)
    require(actor(), "ticket.read", office)
    hall = uow().hall(office)
    now = hall.tickets.get(ticket.id, ticket)
    reason = last_reason(ticket.id)
    extra = {"people_ahead": people_ahead(hall, now) if now.state == "waiting" else 0, "reason": reason}
    kept = {name: told[name] for name in ("track_url", "counters", "expected_wait_s") if name in told}
    return staff_ticket_view(hall, now) | kept | extra | {"print": printing.print_state(uow(), ticket.id)}


def last_reason(ticket_id: str) -> Json | None:
    calls = [i for i in uow().rows("ticket_interval", ticket_id=ticket_id, state="called") if i["rule"]]
    if not calls:
        return None
    last = max(calls, key=lambda i: int(i["version"]))
    return {"rule": last["rule"], **(last["reason"] or {})}


@route("GET", "/tickets/<ticket_id>/history", "ticket.read", summary="Every state a ticket was in")
def history(ticket_id: str) -> Any:
    office, ticket, _ = located(ticket_id)
    require(actor(), "ticket.read", office)
    names = ("state", "from_at", "to_at", "service", "counter", "officer", "rule", "reason", "note")
    rows = sorted(uow().rows("ticket_interval", ticket_id=ticket.id), key=lambda r: int(r["version"]))
    return {"number": ticket.number, "intervals": [{n: row[n] for n in names} for row in rows]}


BODIES: dict[str, type[BaseModel]] = {
    "hold": Hold,
    "resume": Resume,
    "transfer": Transfer,
    "go-on": GoOn,
    "requeue": Note,
    "cancel": Note,
    "correct": Correct,
}


def _command(verb: str) -> Callable[..., Any]:
    def run(ticket_id: str, body: BaseModel) -> Any:
        office, _, _ = located(ticket_id)
        wish, who, key = Wish(**body.model_dump()), actor(), idempotency_key(required=False)
        require(who, serving.COMMANDS[verb][0], office)
        act = lambda tx: serving.command_ticket(tx, who, verb, ticket_id, wish)  # noqa: E731
        return serving.once(uow(), office, key, f"{verb}:{ticket_id}", act)

    run.__name__ = f"ticket_{verb.replace('-', '_')}"
    return run


for _verb, (_action, _) in serving.COMMANDS.items():
    route("POST", f"/tickets/<ticket_id>/{_verb}", _action, body=BODIES.get(_verb, Body), answer=TicketCalled,
          key="optional", summary=f"{_verb} a ticket")(_command(_verb))  # fmt: skip


@route("POST", "/tickets/<ticket_id>/call", "ticket.serve", body=CallByHand, answer=TicketCalled,
       key="optional", summary="Call out of order, with a reason")  # fmt: skip
def call_by_hand(ticket_id: str, body: CallByHand) -> Any:
    office, _, _ = located(ticket_id)
    who, key = actor(), idempotency_key(required=False)
    require(who, "ticket.serve", office)
    act = lambda tx: serving.call_by_hand(tx, who, ticket_id, body.counter, body.reason)  # noqa: E731
    return serving.once(uow(), office, key, f"call:{ticket_id}", act)


@route("POST", "/tickets/<ticket_id>/print", "ticket.print", body=Body, summary="Print again, marked as a reprint")
def print_again(ticket_id: str, body: Body) -> Any:
    office, ticket, told = located(ticket_id)
    return printing.reprint(uow(), actor(), office, ticket, told)
