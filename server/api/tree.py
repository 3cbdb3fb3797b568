"""The organisation's tree: who stands under whom, from when to when, and mergers."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request

from server.api.routing import route
from server.api.schemas import OfficeBelow, OfficeDates, OfficeMerge, OfficePlace
from server.caller import actor, changed, uow
from server.domain.errors import Invalid
from server.services import tree
from server.services.ports import Json


def _seen(office: str) -> Json:
    """Roles reach down the tree: whoever has one is asked again before the answer is made."""
    changed(actor().id)
    return tree.view(uow(), actor(), office)


@route("GET", "/offices/<office>/tree", "office.inspect", summary="The offices that one may see, with their dates")
def read_tree(office: str) -> Any:
    """As they stand today, or on the day of `on`; `moves` tells when each was or will be set under another."""
    return tree.view(uow(), actor(), office, _day())


def _day() -> date | None:
    asked = request.args.get("on")
    try:
        return date.fromisoformat(asked) if asked else None
    except ValueError:
        raise Invalid(detail="on") from None


@route("POST", "/offices/<office>/below", "office.configure", body=OfficeBelow, status=201,
       summary="A new office under this one")  # fmt: skip
def create_below(office: str, body: OfficeBelow) -> Any:
    tree.create_below(uow(), actor(), office, body.code, body.name, body.valid_from)
    return _seen(office), 201


@route("PUT", "/offices/<office>/place", "office.configure", body=OfficePlace, summary="Set an office under another")
def place(office: str, body: OfficePlace) -> Any:
    """From the day `since` (today) until its next move, if one is planned. Needs the right to set up the office, the
    one it stands under on that day and the one it goes to."""
    tree.move(uow(), actor(), office, body.parent, body.since)
    return _seen(office)


@route("PUT", "/offices/<office>/dates", "office.configure", body=OfficeDates, summary="From when to when it serves")
def dates(office: str, body: OfficeDates) -> Any:
    tree.set_dates(uow(), actor(), office, body.valid_from, body.valid_to)
    return _seen(office)


@route("POST", "/offices/<office>/merge", "office.configure", body=OfficeMerge, summary="Merge it into another")
def merge(office: str, body: OfficeMerge) -> Any:
    """From `on` it gives no numbers; its history stays its own, under its successor."""
    tree.merge(uow(), actor(), office, body.into, body.on)
    return _seen(office)


@route("DELETE", "/offices/<office>/merge", "office.configure", summary="Call a planned merger off")
def call_off(office: str) -> Any:
    """Until the day before it; what has been merged stays merged."""
    tree.call_off(uow(), actor(), office)
    return _seen(office)
