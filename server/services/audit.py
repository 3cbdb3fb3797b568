"""The audit log as people read it, and the check that nobody has altered it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from server.services.access import Actor
from server.services.ports import Json, UnitOfWork

SEALED = ("action", "actor", "address", "at", "detail", "subject", "why")


def seal(previous: str | None, row: Mapping[str, Any]) -> str:
    """SHA-256 over the seal before and this row's facts."""
    body = json.dumps([previous, {name: row[name] for name in SEALED}], default=str, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()


SEALED_RATING = (
    "session_id", "day", "service", "counter", "officer", "scale", "level", "reasons", "criteria", "channel",
    "device_id", "pressed_at", "received_at", "idempotency_key",
)  # fmt: skip
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def seal_rating(previous: str | None, row: Mapping[str, Any]) -> str:
    """SHA-256 over the seal before and a rating; its comment is kept apart, because it may be forgotten."""
    facts = {name: _plain(row[name]) for name in SEALED_RATING}
    body = json.dumps([previous, facts], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """As the database keeps it: whole milliseconds, local days."""
    if isinstance(value, datetime):
        return round((value - _EPOCH) / timedelta(milliseconds=1))
    return value.isoformat() if isinstance(value, date) else value


def first_broken(rows: Iterable[Mapping[str, Any]]) -> int | None:
    """The id of the first row, oldest first, whose seal does not follow from the one before; None when all do."""
    previous: str | None = None
    for row in rows:
        if row["seal"] != seal(previous, row):
            return int(row["id"])
        previous = row["seal"]
    return None


def read(uow: UnitOfWork, office_id: str, limit: int) -> Json:
    rows = sorted(uow.rows("audit", office_id=office_id), key=lambda row: int(row["id"]))
    shown = [
        {name: row[name] for name in ("id", "actor", "action", "subject", "why", "detail", "address")}
        | {"at": row["at"].isoformat(timespec="milliseconds")}
        for row in reversed(rows[-limit:])
    ]
    broken = first_broken(rows)
    return {"intact": broken is None, "first_broken": broken, "rows": shown}


def note(
    uow: UnitOfWork, office: str, actor: Actor, action: str, subject: str = "", detail: Json | None = None
) -> None:
    """Write down that somebody took data out or looked at something personal: reading changes nothing else."""
    with uow.command(office) as tx:
        tx.audit(actor.label, action, subject=subject[:80] or None, address=actor.address, detail=detail)
