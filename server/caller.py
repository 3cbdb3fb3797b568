"""Who is calling: a member of staff by cookie, a device or program by token, or nobody in particular."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, TypeVar, cast

from flask import current_app, g, request, session
from flask_babel import gettext
from flask_wtf.csrf import CSRFError, generate_csrf, validate_csrf

from server.domain.errors import CsrfFailed, IdempotencyKeyRequired, Invalid, MotcuaError
from server.domain.words import STATE_NAMES, TicketState
from server.services import devices, staff
from server.services.access import ANONYMOUS, RULES, Actor, require, require_anywhere
from server.services.boards_report import BoardReports
from server.services.ports import UnitOfWork
from server.services.system import System

F = TypeVar("F", bound=Callable[..., Any])
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
DEVICE_COOKIE = "motcua_device"
BOARD_COOKIE = "motcua_board"
"""A board has a cookie of its own: in the demo, and on a PC with two screens, one browser is also somebody else."""
AS_SCREEN = "X-Motcua-Screen"
"""By this header a page speaks for the screen that it stands on, not for whoever is signed in in that browser."""
KEY_MAX = 80
CACHE_S = 3.0
SESSION_S = 12 * 3600
SESSION_IDLE_S = 2 * 3600
SESSION_NOTED_S = 60
"""How often an answer carries a new cookie that says when this browser was last here."""


def system() -> System:
    return cast(System, current_app.extensions["motcua"])


def uow() -> UnitOfWork:
    return system().uow


def boards() -> BoardReports:
    return system().boards


class Callers:
    """Actors by their proof, for a few seconds: three queries a request would cost more than the request."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[float, Actor | None]] = {}

    def find(self, proof: str, look_up: Callable[[], Actor | None]) -> Actor | None:
        held = self._held.get(proof)
        if held is None or held[0] < time.monotonic():
            if len(self._held) > 10_000:
                self._held.clear()
            held = (time.monotonic() + CACHE_S, look_up())
            if held[1] is not None:
                self._held[proof] = held
        return held[1]

    def forget(self) -> None:
        """Called when an account, a role or a token changes: the change holds at once in this process."""
        self._held.clear()


def callers() -> Callers:
    return cast(Callers, current_app.extensions["motcua_callers"])


def actor() -> Actor:
    """The actor of this request, found once. A cookie on a changing request needs the page's CSRF token."""
    if "actor" not in g:
        g.actor = _find_actor()
    return cast(Actor, g.actor)


def _find_actor() -> Actor:
    found = by_token(_bearer())
    if found is None:
        found = by_cookie()
        if found is not None and request.method not in SAFE_METHODS:
            check_csrf()
    return replace(found or ANONYMOUS, address=request.remote_addr)


def by_token(token: str | None) -> Actor | None:
    if not token:
        return None
    return callers().find(f"t{token}", lambda: devices.actor_for(uow(), token))


def screen() -> Actor | None:
    """The paired board that this browser is, whoever else it may be."""
    found = by_token(request.cookies.get(BOARD_COOKIE) or _bearer())
    return found if found is not None and found.device == "board" else None


def by_cookie() -> Actor | None:
    if request.headers.get(AS_SCREEN):
        return screen()
    staff_id, epoch = session.get("staff"), session.get("epoch", -1)
    if staff_id is not None and _session_lives():
        found = callers().find(f"s{staff_id}.{epoch}", lambda: staff.actor_for(uow(), staff_id, epoch))
        if found is not None:
            return found
    return by_token(request.cookies.get(DEVICE_COOKIE))


def _session_lives() -> bool:
    """A sign-in ends after hours without a request, and at the latest after a long working day."""
    now = int(system().clock().timestamp())
    seen = session.get("seen", 0)
    if now - seen > SESSION_IDLE_S or now - session.get("began", 0) > SESSION_S:
        return False
    if now - seen > SESSION_NOTED_S:
        session["seen"] = now
    return True


def check_csrf() -> None:
    """Flask-WTF's token from the page or from `POST /session`, in `X-CSRFToken`."""
    token = request.headers.get("X-CSRFToken") or request.headers.get("X-CSRF-Token")
    try:
        validate_csrf(token)
    except CSRFError:
        raise CsrfFailed() from None
    except Exception as error:
        raise CsrfFailed() from error


def csrf_token() -> str:
    return str(generate_csrf())


def _bearer() -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def allow(action: str) -> Callable[[F], F]:
    """State who may use a route: an action of `server.services.access`, checked before the body is read.

    Routes under an office are decided here. Those that find their office from a ticket need somebody who may do this
    in some office, and decide with the office once it is known.
    """
    assert action in RULES, action

    def decorate(view: F) -> F:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            if "office" in kwargs:
                require(actor(), action, kwargs["office"])
            else:
                require_anywhere(actor(), action)
            return view(*args, **kwargs)

        checked.access_rule = action  # type: ignore[attr-defined]
        return cast(F, checked)

    return decorate


def base_url() -> str:
    return system().public_url or request.host_url.rstrip("/")


def idempotency_key(*, required: bool) -> str | None:
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        if required:
            raise IdempotencyKeyRequired()
        return None
    if len(key) > KEY_MAX or not key.isprintable():
        raise Invalid(detail=f"Idempotency-Key ≤ {KEY_MAX}")
    return key


def error_text(error: MotcuaError) -> str:
    """A refusal in the caller's language."""
    text: str = gettext(error.text)
    if not error.values:
        return text
    words = {name: gettext(STATE_NAMES[v]) for name, v in error.values.items() if isinstance(v, TicketState)}
    return text % (error.values | words)
