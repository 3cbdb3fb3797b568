"""A second factor at sign-in: time-based codes (RFC 6238), and recovery codes for a lost phone.

Kept in `staff.settings["totp"]`: the secret, sealed; the last time step that was used (a code works once); and the
recovery codes as hashes. A set-up that was begun counts only after a first code has proved that the phone has it.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime

import pyotp
import structlog

from server.domain.errors import N_ as _
from server.domain.errors import Conflict, NotFound, SecondFactorRequired, WrongSecondFactor
from server.services import ids
from server.services.access import Actor
from server.services.ports import Json, Transaction
from server.services.vault import Unreadable, Vault

log = structlog.get_logger(__name__)

STEP_S = 30
DRIFT_STEPS = 1
RECOVERY_CODES = 8
ISSUER = "Motcua"


class NotBegun(Conflict):
    code, text = "second_factor_not_begun", _("Hãy bắt đầu cài đặt xác thực hai lớp trước.")


def begin(tx: Transaction, actor: Actor, vault: Vault) -> Json:
    """A new secret, shown once as text and as an address for the phone's QR. Nothing is asked for it yet."""
    person = _person(tx, actor.id)
    secret = pyotp.random_base32()
    _keep(tx, person, {"totp_begun": vault.seal(secret, _about(person))})
    uri = pyotp.TOTP(secret).provisioning_uri(name=person["username"], issuer_name=ISSUER)
    return {"secret": secret, "uri": uri}


def confirm(tx: Transaction, actor: Actor, vault: Vault, code: str) -> list[str]:
    """Turn the second factor on with a first code; returns the recovery codes, which are never shown again."""
    person = _person(tx, actor.id)
    sealed = person["settings"].get("totp_begun")
    if not sealed:
        raise NotBegun()
    step = _step(vault.open(sealed, _about(person)), code, tx.now, after=0)
    if step is None:
        raise WrongSecondFactor()
    codes = [f"{secrets.token_hex(2)}-{secrets.token_hex(2)}" for _i in range(RECOVERY_CODES)]
    totp = {"sealed": sealed, "last": step, "recovery": [ids.token_hash(code) for code in codes]}
    _keep(tx, person, {"totp": totp, "totp_begun": None})
    tx.audit(actor.label, "staff.second_factor_on", subject=person["username"], address=actor.address)
    return codes


def turn_off(tx: Transaction, actor: Actor, username: str) -> None:
    """By the person, or by an administrator for somebody who has lost phone and recovery codes."""
    person = next(iter(tx.rows("staff", username=username)), None)
    if person is None:
        raise NotFound()
    _keep(tx, person, {"totp": None, "totp_begun": None})
    tx.audit(actor.label, "staff.second_factor_off", subject=username, address=actor.address)


def check(tx: Transaction, person: Json, vault: Vault, code: str | None) -> None:
    """Refuse a sign-in without a right code; a code that was right is used up. When the secret cannot be read, as after
    MOTCUA_SECRET_KEY was lost, a recovery code still opens."""
    totp = _person(tx, person["id"])["settings"].get("totp")
    if totp is None:
        return
    if not code:
        raise SecondFactorRequired()
    try:
        step = _step(vault.open(totp["sealed"], _about(person)), code, tx.now, after=totp["last"])
    except Unreadable:
        log.error("second_factor.unreadable", staff=person["id"])
        step = None
    if step is not None:
        _keep(tx, person, {"totp": totp | {"last": step}})
        return
    used = ids.token_hash(code.strip().lower())
    left = [kept for kept in totp["recovery"] if not hmac.compare_digest(kept, used)]
    if len(left) == len(totp["recovery"]):
        raise WrongSecondFactor()
    _keep(tx, person, {"totp": totp | {"recovery": left}})
    tx.audit(f"staff:{person['name']}", "staff.recovery_code", subject=person["username"], detail={"left": len(left)})


def _step(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """The time step that a code belongs to, one step of drift either way; None for a wrong or a used one."""
    totp, current = pyotp.TOTP(secret), int(now.timestamp()) // STEP_S
    for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1):
        if step > after and hmac.compare_digest(totp.generate_otp(step), code.strip()):
            return step
    return None


def _about(person: Json) -> str:
    return f"staff/{person['id']}/totp"


def _person(tx: Transaction, staff_id: str) -> Json:
    return next(iter(tx.rows("staff", id=staff_id)))


def _keep(tx: Transaction, person: Json, changes: Json) -> None:
    settings = {k: v for k, v in (_person(tx, person["id"])["settings"] | changes).items() if v is not None}
    tx.change("staff", {"id": person["id"]}, {"settings": settings})
