"""Signing in and out."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import request, session
from flask_limiter.util import get_remote_address

from server.api.routing import nothing, route
from server.api.schemas import SessionView, SignIn
from server.caller import actor, callers, changed, csrf_token, proof, system, uow
from server.domain.errors import NotFound, Unauthenticated
from server.services import signing_in, signins, staff
from server.services.access import Actor


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
        "must_secure": who.must_secure,
    }


@route("POST", "/session", "public", body=SignIn, answer=SessionView, summary="Sign in")
def sign_in(body: SignIn) -> Any:
    """A cookie for the browser, and the token that its changing requests must carry in `X-CSRFToken`."""
    address = request.remote_addr
    try:
        person = staff.check_password(uow(), body.username, body.password)
        begun = signing_in.begin(uow(), system().vault, person, body.code, signins.Way(), address)
    except Unauthenticated as refusal:
        signing_in.note_refused(uow(), body.username, refusal, address)
        raise
    return keep(begun)


def keep(begun: signing_in.Begun) -> dict[str, Any]:
    """Put a sign-in into this browser's cookie."""
    session.clear()
    session.permanent = True
    session["staff"], session["epoch"], session["sign_in"] = begun.actor.id, begun.person["epoch"], begun.sign_in
    session["began"] = session["seen"] = int(system().clock().timestamp())
    callers().forget()
    who = callers().actor(proof()) or begun.actor
    return {"csrf_token": csrf_token(), "user": user_view(who) | {"username": begun.person["username"]}}


@route("DELETE", "/session", "public", status=204, summary="Sign out")
def sign_out() -> Any:
    """Ends this sign-in for good: a copy of its cookie is worth nothing, and its live connections are cut."""
    who, here = actor(), session.get("sign_in")
    if who.kind == "staff" and here:
        with suppress(NotFound), uow().command(next(iter(who.roles))) as tx:
            signins.end(tx, who, here)
        changed(who.id)
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
    if who.scopes is not None:
        view["scopes"] = sorted(who.scopes)
    return {"user": view, "counter": view["counter"], "csrf_token": csrf_token()}


def failed_sign_in_key() -> str:
    """Failures are counted by address and name, so that nobody can lock others out from elsewhere."""
    data = request.get_json(silent=True)
    name = data.get("username", "") if isinstance(data, dict) else ""
    return f"{get_remote_address()}:{str(name)[:80]}"
