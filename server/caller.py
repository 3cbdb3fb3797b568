"""Who is calling: a member of staff by cookie, a device or program by token, or nobody in particular."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, TypeVar, cast

from flask import current_app, g, request, session
from flask_babel import get_locale
from flask_wtf.csrf import CSRFError, generate_csrf, validate_csrf

from server.domain.errors import (
    CsrfFailed,
    Forbidden,
    IdempotencyKeyRequired,
    Invalid,
    MotcuaError,
    OfficeNotFound,
)
from server.services import api_tokens, devices, staff, texts
from server.services.access import ANONYMOUS, RULES, Actor, require, require_anywhere
from server.services.boards_report import BoardReports
from server.services.ports import UnitOfWork
from server.services.signing_in import Begun
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


@dataclass(frozen=True, slots=True)
class Proof:
    """What a browser or program showed. A live connection keeps it, to ask later whether it still holds."""

    bearer: str | None = None
    staff: str | None = None
    sign_in: str = ""
    epoch: int = -1
    began: int = 0
    seen: int = 0
    device: str | None = None

    @property
    def by_cookie(self) -> bool:
        """Browsers send cookies by themselves, so a changing request needs the page's token as well."""
        return self.bearer is None


class Callers:
    """Actors by their proof, for a few seconds: three queries a request would cost more than the request."""

    def __init__(self, uow: UnitOfWork, second_factor: str = staff.OPTIONAL) -> None:
        self._uow = uow
        self._asked = second_factor
        self._held: dict[str, tuple[float, Actor | None]] = {}
        self._seen: dict[str, int] = {}

    def actor(self, proof: Proof) -> Actor | None:
        """Who this is; None for nobody in particular, or when what was shown has ended."""
        if proof.bearer:
            return self._by_token(proof.bearer)
        if proof.staff is not None and self._lives(proof):
            key = f"s{proof.sign_in}.{proof.epoch}"
            staff_id, epoch, sign_in = proof.staff, proof.epoch, proof.sign_in
            found = self._find(key, lambda: staff.actor_for(self._uow, staff_id, epoch, sign_in, self._asked))
            if found is not None:
                return found
        return self._by_token(proof.device) if proof.device else None

    def _by_token(self, token: str) -> Actor | None:
        if token.startswith(api_tokens.PREFIX):
            return self._find(f"t{token}", lambda: api_tokens.actor_for(self._uow, token, self._asked))
        return self._find(f"t{token}", lambda: devices.actor_for(self._uow, token))

    def _find(self, key: str, look_up: Callable[[], Actor | None]) -> Actor | None:
        held = self._held.get(key)
        if held is None or held[0] < time.monotonic():
            if len(self._held) > 10_000:
                self._held.clear()
            held = (time.monotonic() + CACHE_S, look_up())
            if held[1] is not None:
                self._held[key] = held
        return held[1]

    def _lives(self, proof: Proof) -> bool:
        """A sign-in ends after hours without a request, and at the latest after a long working day."""
        now = int(self._uow.now().timestamp())
        seen = max(proof.seen, self._seen.get(proof.sign_in, 0))
        return now - seen <= SESSION_IDLE_S and now - proof.began <= SESSION_S

    def note(self, proof: Proof) -> None:
        """This browser was here just now: its live connections may stay."""
        if len(self._seen) > 100_000:
            self._seen.clear()
        self._seen[proof.sign_in] = int(self._uow.now().timestamp())

    def forget(self) -> None:
        """An account, a role or a token has changed: that holds at once in this process."""
        self._held.clear()


def callers() -> Callers:
    return cast(Callers, current_app.extensions["motcua_callers"])


def changed(actor_id: str) -> None:
    """What somebody may do has changed or ended: every process asks again, and live connections with it."""
    current_app.extensions["motcua_hub"].recheck(actor_id)


def proof() -> Proof:
    """What this request shows. A bearer token stands alone: a program that sends one means no cookie."""
    bearer = _bearer()
    if bearer is not None:
        return Proof(bearer=bearer)
    if request.headers.get(AS_SCREEN):
        return Proof(device=request.cookies.get(BOARD_COOKIE))
    kept = {name: session[name] for name in ("staff", "sign_in", "epoch", "began", "seen") if name in session}
    return Proof(**kept, device=request.cookies.get(DEVICE_COOKIE))


def actor() -> Actor:
    """The actor of this request, found once. A cookie on a changing request needs the page's CSRF token."""
    if "actor" not in g:
        g.actor = _find_actor(proof())
    return cast(Actor, g.actor)


def _find_actor(shown: Proof) -> Actor:
    found = callers().actor(shown)
    if found is not None and shown.by_cookie:
        if request.method not in SAFE_METHODS:
            check_csrf()
        if found.kind == "staff":
            _note_seen(shown)
    return replace(found or ANONYMOUS, address=request.remote_addr)


def screen() -> Actor | None:
    """The paired board that this browser is, whoever else it may be."""
    found = callers().actor(Proof(bearer=_bearer(), device=request.cookies.get(BOARD_COOKIE)))
    return found if found is not None and found.device == "board" else None


def _note_seen(shown: Proof) -> None:
    callers().note(shown)
    now = int(system().clock().timestamp())
    if now - shown.seen > SESSION_NOTED_S:
        session["seen"] = now


def check_csrf() -> None:
    """Flask-WTF's token from the page or from `POST /session`, in `X-CSRFToken`; of a page's plain form, in a field."""
    token = request.headers.get("X-CSRFToken") or request.headers.get("X-CSRF-Token") or request.form.get("csrf_token")
    try:
        validate_csrf(token)
    except CSRFError:
        raise CsrfFailed() from None
    except Exception as error:
        raise CsrfFailed() from error


def csrf_token() -> str:
    return str(generate_csrf())


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


def keep(begun: Begun) -> dict[str, Any]:
    """Put a sign-in into this browser's cookie."""
    session.clear()
    session.permanent = True
    session["staff"], session["epoch"], session["sign_in"] = begun.actor.id, begun.person["epoch"], begun.sign_in
    session["began"] = session["seen"] = int(system().clock().timestamp())
    callers().forget()
    who = callers().actor(proof()) or begun.actor
    return {"csrf_token": csrf_token(), "user": user_view(who) | {"username": begun.person["username"]}}


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
                _require_in(kwargs["office"], action)
            else:
                require_anywhere(actor(), action)
            return view(*args, **kwargs)

        checked.access_rule = action  # type: ignore[attr-defined]
        return cast(F, checked)

    return decorate


def _require_in(office: str, action: str) -> None:
    try:
        require(actor(), action, office)
    except Forbidden:
        # Which offices there are is no secret; "you may not" about one that is not there would send people to ask.
        if uow().first("office", code=office) is None:
            raise OfficeNotFound(office=office) from None
        raise


def base_url() -> str:
    return system().public_url or f"{request.scheme}://{request.host}"


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
    return texts.error_text(_language(), error)


def error_values(error: MotcuaError) -> dict[str, Any]:
    """A refusal's values in the caller's language."""
    return texts.error_values(_language(), error)


def _language() -> str:
    return str(get_locale() or "vi")
