"""The organisation: which office stands under which, from when to when, and where a merged one has gone.

Nothing of an office is ever moved into another. One that ends stands under its successor from that day on, with its own
days, numbers and ratings, and nobody has to rewrite history. Figures of a period follow the tree as it was on each day,
or, when asked, as it stands on one day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from server.domain.errors import N_ as _
from server.domain.errors import Conflict, Invalid, OfficeNotFound, Why
from server.domain.happenings import Told
from server.services import officefile
from server.services.access import Actor, allowed, require
from server.services.offices import first_office, put_office
from server.services.places import place, set_under, today_in, tree_of
from server.services.ports import Json, Transaction, UnitOfWork

CONFIGURE = "office.configure"


class OfficeExists(Conflict):
    code, text = "office_exists", _("Mã đơn vị %(office)s đã có.")


class StillServing(Conflict):
    code, text = "office_still_serving", _("Đơn vị %(office)s còn %(n)s số chưa xong hôm nay. Hãy chọn ngày sau.")


class Merged(Conflict):
    code, text = "office_merged", _("Đơn vị %(office)s đã sáp nhập vào đơn vị khác.")


class NotMerged(Conflict):
    code, text = "office_not_merged", _("Đơn vị %(office)s không có kế hoạch sáp nhập.")


def view(uow: UnitOfWork, actor: Actor, office: str, day: date | None = None) -> Json:
    """Every office whose settings this person may see, parents before children, as they stand on a day (today)."""
    every = uow.rows("office")
    rows = [row for row in every if allowed(actor, "office.inspect", row["code"])]
    codes = {row["id"]: str(row["code"]) for row in every}
    tree, day = tree_of(uow), day or today_in(_row(uow, office), uow.now())
    parents = {row["id"]: tree.parent(row["id"], day) for row in rows}
    offices = []
    for row, depth in _in_order(rows, parents):
        stays = tree.stays(row["id"])[1:]
        moves = [{"since": stay.span.first.isoformat(), "parent": codes.get(stay.parent or "")} for stay in stays]
        planned = bool(row["merged_into_id"] and row["valid_to"] and row["valid_to"] >= today_in(row, uow.now()))
        more = {"moves": moves, "merger_planned": planned}
        offices.append(_view(row, depth, codes, parents[row["id"]]) | more)
    return {"office": office, "day": day.isoformat(), "offices": offices}


def _view(row: Json, depth: int, codes: dict[str, str], parent: str | None) -> Json:
    return {
        "code": row["code"],
        "name": row["names"]["vi"],
        "depth": depth,
        "parent": codes.get(parent or ""),
        "valid_from": row["valid_from"].isoformat() if row["valid_from"] else None,
        "valid_to": row["valid_to"].isoformat() if row["valid_to"] else None,
        "merged_into": codes.get(row["merged_into_id"] or ""),
    }


def _in_order(rows: Iterable[Json], parents: Mapping[str, str | None]) -> list[tuple[Json, int]]:
    """Depth first; an office whose parent is not among the rows begins a tree of its own."""
    known = {row["id"]: row for row in sorted(rows, key=lambda r: str(r["code"]))}
    below: dict[str | None, list[Json]] = {}
    for row in known.values():
        parent = parents[row["id"]]
        below.setdefault(parent if parent in known else None, []).append(row)
    found: list[tuple[Json, int]] = []
    waiting = [(row, 0) for row in reversed(below.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        found.append((row, depth))
        waiting += [(child, depth + 1) for child in reversed(below.get(row["id"], []))]
    return found


def create_below(uow: UnitOfWork, actor: Actor, parent: str, code: str, name: str, begins: date | None) -> None:
    """A new office under another, with ordinary hours, one field and one counter to begin with."""
    require(actor, CONFIGURE, parent)
    if uow.first("office", code=code) is not None:
        raise OfficeExists(office=code)
    put_office(uow, officefile.check(first_office(code, name)).description(), actor)
    place(uow, code, parent, actor)
    if begins is not None:
        _change(uow, actor, code, "office.dates", {"valid_from": begins})


def move(uow: UnitOfWork, actor: Actor, code: str, parent: str | None, since: date | None) -> None:
    """Set an office under another, from a day on (today). It takes a right in all three: the office, where it stands
    on that day, and where it goes."""
    row = _row(uow, code)
    if row["merged_into_id"]:
        raise Merged(office=row["names"]["vi"])
    since = since or today_in(row, uow.now())
    at = tree_of(uow).parent(row["id"], since)
    above = uow.first("office", id=at) if at else None
    for touched in (code, above["code"] if above else None, parent):
        if touched is not None:
            require(actor, CONFIGURE, touched)
    place(uow, code, parent, actor, since)


def set_dates(uow: UnitOfWork, actor: Actor, code: str, begins: date | None, ends: date | None) -> None:
    """From when to when an office gives numbers; both days included. A merged office keeps the end of its merger."""
    if begins and ends and ends < begins:
        raise Invalid(detail=Why(_("ngày cuối trước ngày đầu")))
    row = _row(uow, code)
    if row["merged_into_id"]:
        raise Merged(office=row["names"]["vi"])
    _change(uow, actor, code, "office.dates", {"valid_from": begins, "valid_to": ends})


def merge(uow: UnitOfWork, actor: Actor, code: str, into: str, on: date) -> None:
    """From `on` the office is part of another: it gives no numbers any more and stands under its successor for good,
    whose people see its history."""
    for touched in (code, into):
        require(actor, CONFIGURE, touched)
    successor, row = _row(uow, into), _row(uow, code)
    for one in (row, successor):
        if one["merged_into_id"]:
            raise Merged(office=one["names"]["vi"])
    hall = uow.hall(code)
    live = sum(1 for ticket in hall.tickets.values() if ticket.state != "no_show")
    if on <= hall.day and live:
        raise StillServing(office=row["names"]["vi"], n=live)
    with uow.command(code) as tx:
        set_under(tx, into, on, for_good=True)
        values = {"merged_into_id": successor["id"], "valid_to": on - timedelta(days=1)}
        _write(tx, actor, "office.merge", values, into)
    with uow.command(into) as tx:
        tx.audit(actor.label, "office.merge", subject=code, address=actor.address, detail={"from": on.isoformat()})


def call_off(uow: UnitOfWork, actor: Actor, code: str) -> None:
    """A merger whose day has not come is called off: the office stands where it stood, and serves on without an end.
    What the merger had set aside, an end of its own or later moves, is planned anew by whoever wants it."""
    row = _row(uow, code)
    ends, successor = row["valid_to"], uow.first("office", id=row["merged_into_id"])
    if successor is None or ends is None:
        raise NotMerged(office=row["names"]["vi"])
    for touched in (code, successor["code"]):
        require(actor, CONFIGURE, touched)
    with uow.command(code) as tx:
        if ends < tx.hall.day:
            raise Merged(office=row["names"]["vi"])
        tx.lock_tree()
        tx.remove("office_move", {"office_id": row["id"], "since": ends + timedelta(days=1)})
        _write(tx, actor, "office.merge_off", {"merged_into_id": None, "valid_to": None}, successor["code"])
    with uow.command(successor["code"]) as tx:
        tx.audit(actor.label, "office.merge_off", subject=code, address=actor.address)


def _change(uow: UnitOfWork, actor: Actor, code: str, action: str, values: Json) -> None:
    with uow.command(code) as tx:
        _write(tx, actor, action, values, code)


def _write(tx: Transaction, actor: Actor, action: str, values: Json, subject: str) -> None:
    tx.change("office", {"id": tx.hall.config.id}, values)
    said = {name: str(value) if value else None for name, value in values.items()}
    tx.audit(actor.label, action, subject=subject, address=actor.address, detail=said)
    tx.record(tx.hall.happen(Told, "office.changed", tx.now, data={"code": tx.hall.config.code}))
    tx.reconfigure()


def _row(uow: UnitOfWork, code: str) -> Json:
    row = uow.first("office", code=code)
    if row is None:
        raise OfficeNotFound(office=code)
    return row
