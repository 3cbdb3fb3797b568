"""Signing in and out."""

from __future__ import annotations

from typing import Any

from flask import session
from flask_limiter.util import get_remote_address

from server.api.routing import nothing, route
from server.api.schemas import SessionView, SignIn
from server.caller import actor, callers, csrf_token, system, uow
from server.domain.errors import Unauthenticated
from server.services import second_factor, staff
from server.services.access import Actor
from server.services.ports import Json


def user_view(who: Actor) -> dict[str, Any]:
    offices = {code: sorted(roles) for code, roles in who.roles.items()}
    counter = None
    # One row by its unique index names the office: a province's head has hundreds of them.
    seat = uow().first("counter", officer_id=who.id)
    place = uow().first("office", id=seat["office_id"]) if seat else None
    if place is not None:
        desk = uow().hall(place["code"]).desk_of(who.id)
        counter = desk.number if desk else None
    first = next(iter(offices), None)
    return {
        "id": who.id,
        "name": who.name,
        "office": first,
        "roles": offices.get(first or "", []),
        "offices": offices,
        "counter": counter,
    }


@route("POST", "/session", "public", body=SignIn, answer=SessionView, summary="Sign in")
def sign_in(body: SignIn) -> Any:
    """A cookie for the browser, and the token that its changing requests must carry in `X-CSRFToken`."""
    person = staff.sign_in(uow(), body.username, body.password)
    if "totp" in person["settings"]:
        _check_second_factor(person, body.code)
    session.clear()
    session.permanent = True
    session["staff"], session["epoch"] = person["id"], person["epoch"]
    session["began"] = session["seen"] = int(system().clock().timestamp())
    callers().forget()
    who = staff.actor_for(uow(), person["id"], person["epoch"])
    assert who is not None
    return {"csrf_token": csrf_token(), "user": user_view(who) | {"username": person["username"]}}


def _check_second_factor(person: Json, code: str | None) -> None:
    who = staff.actor_for(uow(), person["id"], person["epoch"])
    if who is None or not who.roles:
        raise Unauthenticated()
    with uow().command(next(iter(who.roles))) as tx:
        second_factor.check(tx, person, code)


@route("DELETE", "/session", "public", status=204, summary="Sign out")
def sign_out() -> Any:
    if session.get("staff"):
        actor()
    session.clear()
    return nothing()


@route("GET", "/me", "public", summary="Who is signed in")
def me() -> Any:
    who = actor()
    if who.kind == "anonymous":
        raise Unauthenticated()
    if who.kind == "device":
        return {
            "device": {"id": who.id, "kind": who.device, "name": who.name, "counter": who.counter},
            "office": who.office,
        }
    view = user_view(who)
    return {"user": view, "counter": view["counter"], "csrf_token": csrf_token()}


def failed_sign_in_key() -> str:
    """Failures are counted by address and name, so that nobody can lock others out from elsewhere."""
    from flask import request

    data = request.get_json(silent=True)
    name = data.get("username", "") if isinstance(data, dict) else ""
    return f"{get_remote_address()}:{str(name)[:80]}"
