"""Sign-ins: each has a row, so that it can be ended here however often its cookie was copied."""

from __future__ import annotations

from dataclasses import dataclass

from server.domain.errors import NotFound
from server.services import ids
from server.services.access import Actor
from server.services.ports import Json, Transaction, UnitOfWork
from server.services.vault import Unreadable, Vault


@dataclass(frozen=True, slots=True)
class Way:
    """How somebody signed in: by password, or at another's sign-on (its name, what it calls the person and the session,
    whether it has seen a second factor that we trust, and the token that it wants to see again at the end)."""

    method: str = "password"
    issuer: str | None = None
    subject: str | None = None
    provider_session: str | None = None
    second_factor_done: bool = False
    id_token: str | None = None


def begin(tx: Transaction, vault: Vault, person: Json, way: Way, address: str | None) -> str:
    """Start a sign-in and write it down; returns its id for the cookie."""
    sign_in = ids.new_id()
    sealed = vault.seal(way.id_token, _about(sign_in)) if way.id_token else None
    row = {
        "id": sign_in, "staff_id": person["id"], "method": way.method, "issuer": way.issuer, "address": address,
        "began_at": tx.now, "subject": _hashed(way.issuer, way.subject),
        "provider_session": _hashed(way.issuer, way.provider_session), "id_token": sealed,
    }  # fmt: skip
    tx.add("sign_in", row)
    detail = {"method": way.method, "issuer": way.issuer} if way.issuer else {"method": way.method}
    tx.audit(f"staff:{person['name']}", "staff.sign_in", subject=person["username"], address=address, detail=detail)
    return sign_in


def end(tx: Transaction, actor: Actor, sign_in: str, why: str = "signed_out") -> None:
    """End one sign-in of the actor; another's is not there."""
    row = next(iter(tx.rows("sign_in", id=sign_in, staff_id=actor.id)), None)
    if row is None:
        raise NotFound()
    if row["ended_at"] is None:
        tx.change("sign_in", {"id": sign_in}, _ended(tx))
        tx.audit(actor.label, "staff.sign_out", subject=sign_in, why=why, address=actor.address)


def end_by_provider(uow: UnitOfWork, row: Json) -> None:
    """The provider of a sign-on says that somebody has left."""
    grant = uow.first("staff_role", staff_id=row["staff_id"])
    office = uow.first("office", id=grant["office_id"]) if grant else None
    if office is not None:
        with uow.command(office["code"]) as tx:
            end(tx, Actor("provider", row["staff_id"], row["issuer"]), row["id"], "signed_out_at_provider")


def _ended(tx: Transaction) -> Json:
    """With a sign-in the provider's token has had its use."""
    return {"ended_at": tx.now, "id_token": None}


def id_token(vault: Vault, row: Json) -> str | None:
    """The provider's token of a sign-in, to be shown to it at signing out; None when there is none that can be read."""
    try:
        return vault.open(row["id_token"], _about(row["id"])) if row["id_token"] else None
    except Unreadable:
        return None


def _about(sign_in: str) -> str:
    return f"sign_in/{sign_in}/id_token"


def end_others(tx: Transaction, staff_id: str, kept: str | None = None) -> None:
    """End every sign-in of an account but the one that asks."""
    for row in tx.rows("sign_in", staff_id=staff_id, ended_at=None):
        if row["id"] != kept:
            tx.change("sign_in", {"id": row["id"]}, _ended(tx))


def end_everything(tx: Transaction, staff_id: str) -> None:
    """End an account's sign-ins and tokens: whoever learned the old password may have made some with it."""
    end_others(tx, staff_id)
    for row in tx.rows("api_token", staff_id=staff_id, revoked_at=None):
        tx.change("api_token", {"id": row["id"]}, {"revoked_at": tx.now})


def lives(uow: UnitOfWork, sign_in: str, staff_id: str) -> bool:
    row = uow.first("sign_in", id=sign_in)
    return row is not None and row["staff_id"] == staff_id and row["ended_at"] is None


def of_provider(uow: UnitOfWork, issuer: str, subject: str | None, provider_session: str | None) -> list[Json]:
    """The sign-ins that a provider means when it says that somebody has left."""
    if provider_session:
        found = uow.rows("sign_in", issuer=issuer, provider_session=_hashed(issuer, provider_session), ended_at=None)
        return [r for r in found if subject is None or r["subject"] == _hashed(issuer, subject)]
    return uow.rows("sign_in", subject=_hashed(issuer, subject), ended_at=None) if subject else []


def views(uow: UnitOfWork, actor: Actor, current: str | None) -> list[Json]:
    """The sign-ins of a person that have not ended, newest first."""
    rows = uow.rows("sign_in", staff_id=actor.id, ended_at=None)
    return [
        {
            "id": row["id"],
            "method": row["method"],
            "address": row["address"],
            "began_at": row["began_at"].isoformat(timespec="seconds"),
            "current": row["id"] == current,
        }
        for row in sorted(rows, key=lambda r: r["began_at"], reverse=True)
    ]


def _hashed(issuer: str | None, text: str | None) -> str | None:
    return ids.token_hash(f"{issuer} {text}") if text else None
