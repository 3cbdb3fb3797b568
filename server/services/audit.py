"""The audit log as people read it, and the check that nobody has altered it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from server.services.ports import Json, UnitOfWork

SEALED = ("action", "actor", "address", "at", "detail", "subject", "why")


def seal(previous: str | None, row: Mapping[str, Any]) -> str:
    """SHA-256 over the seal before and this row's facts."""
    body = json.dumps([previous, {name: row[name] for name in SEALED}], default=str, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()


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
