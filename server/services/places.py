"""Where offices stand, read and changed: rights reach down the tree of today, figures follow the tree of their day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from server.domain.calendar import local_day
from server.domain.errors import N_ as _
from server.domain.errors import Conflict, OfficeNotFound
from server.domain.tree import Move, Tree
from server.services.access import Actor
from server.services.ports import Json, Transaction, UnitOfWork


class OfficeCircle(Conflict):
    code, text = "office_circle", _("Đơn vị %(office)s không thể nằm dưới chính nó.")


def tree_of(uow: UnitOfWork) -> Tree:
    """The whole organisation, in all its time."""
    return _tree(uow.rows("office"), uow.rows("office_move"))


def _tree(offices: Collection[Json], moves: Collection[Json]) -> Tree:
    return Tree(
        {row["id"]: row["parent_id"] for row in offices},
        [Move(row["office_id"], row["since"], row["parent_id"]) for row in moves],
    )


def today_in(row: Json, now: datetime) -> date:
    return local_day(now, ZoneInfo(row["timezone"]))


def children(uow: UnitOfWork, parents: Collection[str]) -> list[tuple[Json, str]]:
    """The offices that stand under these today, each with the one it stands under. Asked for at every sign-in, so it
    reads a few rows and not the whole organisation."""
    moved_here = {row["office_id"] for row in uow.rows("office_move", parent_id=list(parents))}
    known = {row["id"]: row for row in uow.rows("office", parent_id=list(parents))}
    later = moved_here - set(known)
    known |= {row["id"]: row for row in uow.rows("office", id=list(later))} if later else {}
    if not known:
        return []
    tree, now = _tree(known.values(), uow.rows("office_move", office_id=list(known))), uow.now()
    at = {office: tree.parent(office, today_in(row, now)) for office, row in known.items()}
    return [(known[office], parent) for office, parent in at.items() if parent is not None and parent in parents]


def parent_of(uow: UnitOfWork, row: Json) -> str | None:
    """The office that this one stands under today."""
    moves = uow.rows("office_move", office_id=row["id"])
    return _tree([row], moves).parent(row["id"], today_in(row, uow.now()))


def place(uow: UnitOfWork, code: str, parent: str | None, actor: Actor, since: date | None = None) -> None:
    """Set an office under another, from a day on; without one, from its beginning."""
    with uow.command(code) as tx:
        set_under(tx, parent, since)
        detail = {"since": since.isoformat()} if since else None
        tx.audit(actor.label, "office.place", subject=parent or "", address=actor.address, detail=detail)


def set_under(tx: Transaction, parent: str | None, since: date | None, *, for_good: bool = False) -> None:
    """`place` within a command of the office. A circle on any day is refused; moves come one after the other, so that
    each sees what the one before it did.

    for_good: moves that were planned after that day fall."""
    tx.lock_tree()
    offices = tx.rows("office")
    above = next((row for row in offices if row["code"] == parent), None)
    if parent and above is None:
        raise OfficeNotFound(office=parent)
    office, tree = tx.hall.config.id, _tree(offices, tx.rows("office_move"))
    wanted = tree.moved(office, above["id"] if above else None, since, for_good=for_good)
    if tree.makes_circle(office, wanted):
        raise OfficeCircle(office=tx.hall.config.code)
    for row in tx.rows("office_move", office_id=office):
        tx.remove("office_move", {"office_id": office, "since": row["since"]})
    tx.change("office", {"id": office}, {"parent_id": wanted.first})
    for day, to in wanted.moves.items():
        tx.add("office_move", {"since": day, "parent_id": to})
