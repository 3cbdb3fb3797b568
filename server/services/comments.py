"""What people wrote with their ratings: encrypted, apart from the ratings, read masked, and forgotten in time."""

from __future__ import annotations

from datetime import date

from server.domain.privacy import masked
from server.services import audit
from server.services.access import Actor, require
from server.services.ports import Json, UnitOfWork
from server.services.vault import VERSION, Unreadable, Vault

LIMIT = 500


def about(session: str) -> str:
    return f"rating_comment/{session}"


def opened(vault: Vault, row: Json) -> str:
    """A comment's text. One from before comments were encrypted is plain until the retention job has run."""
    sealed = str(row["sealed"])
    return vault.open(sealed, about(row["session_id"])) if sealed.startswith(f"{VERSION}.") else sealed


def read(uow: UnitOfWork, vault: Vault, actor: Actor, office: str, day: date) -> list[Json]:
    """A day's comments, without telephone and identity numbers; who has read them is written down."""
    require(actor, "comment.read", office)
    office_id = uow.hall(office).config.id
    rows = uow.rows("rating_comment", office_id=office_id, day=day)[:LIMIT]
    ratings = {row["session_id"]: row for row in uow.rows("rating", session_id=[row["session_id"] for row in rows])}
    audit.note(uow, office, actor, "comment.view", day.isoformat(), {"comments": len(rows)})
    found = []
    for row in sorted(rows, key=lambda row: ratings[row["session_id"]]["received_at"]):
        rating = ratings[row["session_id"]]
        try:
            text = masked(opened(vault, row))
        except Unreadable:
            text = None
        found.append({name: rating[name] for name in ("service", "counter", "level")} | {"text": text})
    return found
