"""One's own account: the password and the second factor."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, TypeVar

import segno
from flask import session

from server.api.routing import nothing, route
from server.api.schemas import Body, PasswordChange, SecondFactorCode
from server.caller import actor, callers, uow
from server.services import second_factor, staff
from server.services.access import Actor
from server.services.ports import Transaction

T = TypeVar("T")


def _command(act: Callable[[Transaction, Actor], T]) -> T:
    """Run in an office of the person: its audit log is where the change is written down."""
    who = actor()
    with uow().command(next(iter(who.roles))) as tx:
        done = act(tx, who)
    callers().forget()
    return done


@route("POST", "/me/password", "account.own", body=PasswordChange, status=204, summary="Change one's own password")
def change_password(body: PasswordChange) -> Any:
    """Ends every other sign-in of this account."""
    session["epoch"] = _command(lambda tx, who: staff.change_password(tx, who, body.current, body.new))
    return nothing()


@route("POST", "/me/second-factor", "account.own", body=Body, status=201, summary="Begin to set up a second factor")
def begin_second_factor(body: Body) -> Any:
    begun = _command(second_factor.begin)
    picture = io.BytesIO()
    segno.make(begun["uri"], error="m", micro=False).save(picture, kind="svg", scale=5, border=4, xmldecl=False)
    return begun | {"qr_svg": picture.getvalue().decode()}, 201


@route("POST", "/me/second-factor/confirm", "account.own", body=SecondFactorCode, summary="Turn the second factor on")
def confirm_second_factor(body: SecondFactorCode) -> Any:
    """Answers with the recovery codes, once."""
    return {"recovery_codes": _command(lambda tx, who: second_factor.confirm(tx, who, body.code))}


@route("DELETE", "/offices/<office>/staff/<username>/second-factor", "office.configure", status=204,
       summary="Turn somebody's second factor off")  # fmt: skip
def turn_off_second_factor(office: str, username: str) -> Any:
    """For somebody who has lost phone and recovery codes; an account of another office is not ours to change."""
    with uow().command(office) as tx:
        staff.own_account(tx, username)
        second_factor.turn_off(tx, actor(), username)
    return nothing()
