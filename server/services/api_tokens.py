"""Personal API tokens: a program acts as a person, with some of that person's rights, until a day.

A token is shown once and kept as a hash. What it may do is looked up each time: its scopes, of the rights that the
person has then. Losing a role takes it from the tokens as well.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from server.domain.errors import N_ as _
from server.domain.errors import Conflict, Invalid, NotFound, Why
from server.services import ids, staff
from server.services.access import Actor, delegable
from server.services.ports import Json, Transaction, UnitOfWork

PREFIX = "motcua_"
"""So that people, and scanners of published files, know one when they see it."""
DAYS_MAX = 366
NOTED = timedelta(hours=1)
"""How exactly the last use is known; a write at each use would cost more than the use."""
LIVING_MAX = 20


class TooManyTokens(Conflict):
    code, text = "too_many_tokens", _("Mỗi người có nhiều nhất %(limit)s mã truy cập. Hãy thu hồi bớt.")


def make(tx: Transaction, actor: Actor, name: str, scopes: list[str], days: int) -> Json:
    """A new token; the only time that it can be read."""
    beyond = sorted(set(scopes) - delegable(actor))
    if beyond or not scopes:
        raise Invalid(detail=Why(_("không giao được quyền này: %(scopes)s"), scopes=", ".join(beyond) or "–"))
    if len(_living(tx.rows("api_token", staff_id=actor.id, revoked_at=None), tx.now)) >= LIVING_MAX:
        raise TooManyTokens(limit=LIVING_MAX)
    token = PREFIX + ids.new_token()
    row = {
        "id": ids.new_id(), "staff_id": actor.id, "name": name, "token_hash": ids.token_hash(token),
        "scopes": sorted(set(scopes)), "created_at": tx.now, "expires_at": tx.now + timedelta(days=days),
    }  # fmt: skip
    tx.add("api_token", row)
    tx.audit(
        actor.label, "token.make", subject=name, address=actor.address, detail={"scopes": row["scopes"], "days": days}
    )
    return _view(row) | {"token": token}


def revoke(tx: Transaction, actor: Actor, token_id: str) -> None:
    """End one of the own tokens at once; another's is not there."""
    row = next(iter(tx.rows("api_token", id=token_id, staff_id=actor.id, revoked_at=None)), None)
    if row is None:
        raise NotFound()
    tx.change("api_token", {"id": token_id}, {"revoked_at": tx.now})
    tx.audit(actor.label, "token.revoke", subject=row["name"], address=actor.address)


def actor_for(uow: UnitOfWork, token: str, asked: str = staff.OPTIONAL) -> Actor | None:
    """The person behind a token, narrowed to its scopes; None when it has ended."""
    row = uow.first("api_token", token_hash=ids.token_hash(token), revoked_at=None)
    if row is None or row["expires_at"] <= uow.now():
        return None
    if row["used_at"] is None or uow.now() - row["used_at"] >= NOTED:
        uow.note_token_used(row["id"], uow.now())
    person = staff.active_person(uow, row["staff_id"], asked=asked)
    return replace(person, scopes=frozenset(row["scopes"])) if person else None


def views(uow: UnitOfWork, actor: Actor) -> list[Json]:
    rows = _living(uow.rows("api_token", staff_id=actor.id, revoked_at=None), uow.now())
    return [_view(row) for row in sorted(rows, key=lambda r: r["created_at"], reverse=True)]


def _living(rows: list[Json], now: datetime) -> list[Json]:
    return [row for row in rows if row["expires_at"] > now]


def _view(row: Json) -> Json:
    return {
        "id": row["id"],
        "name": row["name"],
        "scopes": row["scopes"],
        "created_at": row["created_at"].isoformat(timespec="seconds"),
        "expires_at": row["expires_at"].isoformat(timespec="seconds"),
        "used_at": used.isoformat(timespec="minutes") if (used := row.get("used_at")) else None,
    }
