"""The citizen's own: by the unguessable token on the ticket, and nothing else."""

from __future__ import annotations

from typing import Any

from server.api.routing import route
from server.api.schemas import Body, PushEnd, PushWish, Rate, RatingView
from server.caller import idempotency_key, system, uow
from server.domain.feedback import Press
from server.services import following, push, rating, serving


@route("GET", "/track/<token>", "public", summary="Where this number stands")
def track(token: str) -> Any:
    return following.follow(uow(), token)


@route("POST", "/track/<token>/leave", "public", body=Body, summary="Give the number back")
def leave(token: str, body: Body) -> Any:
    office, ticket = following.find(uow(), token)
    return serving.leave(uow(), office, ticket.id)


@route("POST", "/track/<token>/rating", "public", body=Rate, answer=RatingView, status=201,
       key="optional", summary="Rate the visit, once, until the end of the next working day")  # fmt: skip
def rate_visit(token: str, body: Rate) -> Any:
    key = idempotency_key(required=False)
    office, ticket = following.find(uow(), token)
    with uow().command(office) as tx:
        press = Press(body.level, tuple(body.reasons), body.comment, body.criteria)
        return rating.rate_by_token(tx, system().vault, ticket, press, key), 201


@route("GET", "/track/<token>/push", "public", summary="The key with which a browser subscribes to this number's calls")
def push_key(token: str) -> Any:
    following.find(uow(), token)
    return {"key": system().pusher.public_key}


@route("POST", "/track/<token>/push", "public", body=PushWish, status=201, summary="Wake this phone at a call")
def push_wish(token: str, body: PushWish) -> Any:
    """The address must be one of a known push service. It is forgotten when the number or its day is over; sending it
    again changes nothing, so it needs no `Idempotency-Key`."""
    office, ticket = following.find(uow(), token)
    with uow().command(office) as tx:
        push.subscribe(tx, system().vault, ticket, body.model_dump(), system().push_hosts)
    system().pusher.expect(ticket.id)
    return {}, 201


@route("POST", "/track/<token>/push/end", "public", body=PushEnd, summary="Wake this phone no more")
def push_end(token: str, body: PushEnd) -> Any:
    office, ticket = following.find(uow(), token)
    with uow().command(office) as tx:
        push.unsubscribe(tx, ticket, body.endpoint)
    return {}
