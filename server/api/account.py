"""One's own account: the password, the second factor, sign-ins and personal API tokens."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, TypeVar, cast

import segno
from flask import session

from server.api.routing import nothing, route
from server.api.schemas import Body, PasswordChange, SecondFactorCode, TokenMade, TokenNew
from server.caller import actor, changed, system, uow
from server.services import api_tokens, second_factor, signins, staff
from server.services.access import Actor, delegable
from server.services.ports import Transaction

T = TypeVar("T")


def _command(act: Callable[[Transaction, Actor], T]) -> T:
    """Run in an office of the person: its audit log is where the change is written down."""
    who = actor()
    with uow().command(next(iter(who.roles))) as tx:
        done = act(tx, who)
    changed(who.id)
    return done


def _here() -> str | None:
    """The sign-in of this browser."""
    return cast("str | None", session.get("sign_in"))


@route("POST", "/me/password", "account.own", body=PasswordChange, status=204, summary="Change one's own password")
def change_password(body: PasswordChange) -> Any:
    """Ends every other sign-in of this account."""
    session["epoch"] = _command(lambda tx, who: staff.change_password(tx, who, body.current, body.new, _here()))
    return nothing()


@route("POST", "/me/second-factor", "account.own", body=Body, status=201, summary="Begin to set up a second factor")
def begin_second_factor(body: Body) -> Any:
    begun = _command(lambda tx, who: second_factor.begin(tx, who, system().vault))
    picture = io.BytesIO()
    segno.make(begun["uri"], error="m", micro=False).save(picture, kind="svg", scale=5, border=4, xmldecl=False)
    return begun | {"qr_svg": picture.getvalue().decode()}, 201


@route("POST", "/me/second-factor/confirm", "account.own", body=SecondFactorCode, summary="Turn the second factor on")
def confirm_second_factor(body: SecondFactorCode) -> Any:
    """Answers with the recovery codes, once."""
    return {"recovery_codes": _command(lambda tx, who: second_factor.confirm(tx, who, system().vault, body.code))}


@route("GET", "/me/sign-ins", "account.own", summary="Where one is signed in")
def read_sign_ins() -> Any:
    return {"sign_ins": signins.views(uow(), actor(), _here())}


@route("DELETE", "/me/sign-ins/<sign_in>", "account.own", status=204, summary="End one of the own sign-ins")
def end_sign_in(sign_in: str) -> Any:
    _command(lambda tx, who: signins.end(tx, who, sign_in, "ended_elsewhere"))
    return nothing()


@route("GET", "/me/tokens", "account.own", summary="The own API tokens, and what they may be good for")
def read_tokens() -> Any:
    return {"tokens": api_tokens.views(uow(), actor()), "scopes": sorted(delegable(actor()))}


@route("POST", "/me/tokens", "account.own", body=TokenNew, answer=TokenMade, status=201, summary="Make an API token")
def make_token(body: TokenNew) -> Any:
    """The token is in this answer and never again. `scopes` are actions of `/me/tokens`."""
    return _command(lambda tx, who: api_tokens.make(tx, who, body.name, body.scopes, body.days)), 201


@route("DELETE", "/me/tokens/<token_id>", "account.own", status=204, summary="Revoke one of the own API tokens")
def revoke_token(token_id: str) -> Any:
    _command(lambda tx, who: api_tokens.revoke(tx, who, token_id))
    return nothing()


@route("DELETE", "/offices/<office>/staff/<username>/second-factor", "office.configure", status=204,
       summary="Turn somebody's second factor off")  # fmt: skip
def turn_off_second_factor(office: str, username: str) -> Any:
    """For somebody who has lost phone and recovery codes; an account of another office is not ours to change."""
    with uow().command(office) as tx:
        staff.own_account(tx, username)
        second_factor.turn_off(tx, actor(), username)
    return nothing()
