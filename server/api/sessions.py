"""Signing in and out."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import current_app, request, session
from flask_limiter.util import get_remote_address

from server.api.routing import nothing, route
from server.api.schemas import SecondFactorCode, SessionView, SignIn
from server.caller import actor, changed, check_csrf, csrf_token, keep, system, uow, user_view
from server.domain.errors import NotFound, Unauthenticated
from server.services import signing_in, signins, staff


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


@route("POST", "/session/code", "public", body=SecondFactorCode, answer=SessionView, summary="Add a second factor")
def add_code(body: SecondFactorCode) -> Any:
    """After a sign-on elsewhere, for somebody who has a second factor here: within minutes, in the same browser."""
    pending = session.get("pending") or {}
    person = uow().first("staff", id=pending["staff"]) if pending else None
    if person is None or pending["until"] < system().clock().timestamp():
        raise Unauthenticated()
    check_csrf()
    kept = ("issuer", "subject", "provider_session", "id_token")
    way = signins.Way("sign_on", **{name: pending[name] for name in kept})
    try:
        return keep(signing_in.begin(uow(), system().vault, person, body.code, way, request.remote_addr))
    except Unauthenticated as refusal:
        signing_in.note_refused(uow(), person["username"], refusal, request.remote_addr)
        raise


@route("DELETE", "/session", "public", empty=True, summary="Sign out")
def sign_out() -> Any:
    """Ends this sign-in for good: a copy of its cookie is worth nothing, and its live connections are cut. Answers 204,
    or, after a sign-on elsewhere, `sign_out_url`: where the browser goes to end that as well."""
    who, here = actor(), session.get("sign_in")
    began = uow().first("sign_in", id=here) if here else None
    shown = signins.id_token(system().vault, began) if began else None
    if who.kind == "staff" and here:
        with suppress(NotFound), uow().command(next(iter(who.roles))) as tx:
            signins.end(tx, who, here)
        changed(who.id)
    session.clear()
    url = current_app.extensions["motcua_sign_on"].sign_out_url(began["issuer"], shown) if began else None
    return {"sign_out_url": url} if url else nothing()


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
    name = (session.get("pending") or {}).get("staff", name)
    return f"{get_remote_address()}:{str(name)[:80]}"
