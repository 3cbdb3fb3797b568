"""Signing in and out."""

from __future__ import annotations

from typing import Any

from flask import session
from flask_limiter.util import get_remote_address

from server.api.routing import nothing, route
from server.api.schemas import SessionView, SignIn
from server.caller import actor, callers, csrf_token, uow
from server.domain.errors import Unauthenticated
from server.services import staff
from server.services.access import Actor


def user_view(who: Actor) -> dict[str, Any]:
    offices = {code: sorted(roles) for code, roles in who.roles.items()}
    counter = None
    for code in offices:
        desk = uow().hall(code).desk_of(who.id)
        counter = desk.number if desk else counter
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
    session.clear()
    session.permanent = True
    session["staff"], session["epoch"] = person["id"], person["epoch"]
    callers().forget()
    who = staff.actor_for(uow(), person["id"], person["epoch"])
    assert who is not None
    return {"csrf_token": csrf_token(), "user": user_view(who) | {"username": person["username"]}}


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
