"""The citizen's own: by the unguessable token on the ticket, and nothing else."""

from __future__ import annotations

from typing import Any

from server.api.routing import route
from server.api.schemas import Body, Rate, RatingView
from server.caller import idempotency_key, uow
from server.domain.feedback import Press
from server.services import following, rating, serving


@route("GET", "/track/<token>", "public", summary="Where this number stands")
def track(token: str) -> Any:
    return following.follow(uow(), token)


@route("POST", "/track/<token>/leave", "public", body=Body, summary="Give the number back")
def leave(token: str, body: Body) -> Any:
    office, ticket = following.find(uow(), token)
    return serving.leave(uow(), office, ticket.id)


@route("POST", "/track/<token>/rating", "public", body=Rate, answer=RatingView, status=201,
       summary="Rate the visit, once, until the end of the next working day")  # fmt: skip
def rate_visit(token: str, body: Rate) -> Any:
    key = idempotency_key(required=False) or f"track:{token}"
    office, ticket = following.find(uow(), token)
    with uow().command(office) as tx:
        press = Press(body.level, tuple(body.reasons), body.comment, body.criteria)
        return rating.rate_by_token(tx, ticket, press, key), 201
