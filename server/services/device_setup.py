"""Setting devices up: what an administrator adds and changes. Tokens and pairing are in `devices`."""

from __future__ import annotations

from typing import Any

from server.domain.errors import N_ as _
from server.domain.errors import Conflict, Invalid, NotFound, Why
from server.domain.happenings import Told
from server.services import ids
from server.services.access import Actor
from server.services.devices import views_of
from server.services.ports import Json, Transaction, UnitOfWork

LINKS = {"agent": ("agent_id", "agent"), "printer": ("printer_id", "printer")}
"""What a device may point to: the column, and the kind that must stand there."""


class DeviceNameTaken(Conflict):
    code, text = "device_name_taken", _("Đã có thiết bị tên %(name)s.")


def create(tx: Transaction, actor: Actor, wanted: Json) -> str:
    """A new device without a token: it gets one by pairing."""
    device_id = ids.new_id()
    row = {"id": device_id, "kind": wanted["kind"], "detail": {}, "state": "offline", **_values(tx, wanted)}
    _free_name(tx, wanted["name"], None)
    tx.add("device", row)
    _log(tx, actor, "device.create", wanted)
    return device_id


def change(tx: Transaction, actor: Actor, device_id: str, wanted: Json) -> None:
    """Its name, counter, owner and settings. A device's kind is what its token may do, so that never changes."""
    row = next(iter(tx.rows("device", id=device_id, office_id=tx.hall.config.id)), None)
    if row is None:
        raise NotFound()
    if wanted["kind"] != row["kind"]:
        raise Invalid(detail=Why(_("loại thiết bị không đổi được")))
    _free_name(tx, wanted["name"], device_id)
    tx.change("device", {"id": device_id}, _values(tx, wanted, own=device_id))
    _log(tx, actor, "device.change", wanted)
    if row["kind"] == "board":
        # It asks at once which layout is its own now.
        tx.record(tx.hall.happen(Told, "office.changed", tx.now, data={"code": tx.hall.config.code}))


def views(uow: UnitOfWork, office_id: str) -> list[Json]:
    """All devices of an office, those with an ended token too."""
    rows = uow.rows("device", office_id=office_id)
    seen = views_of(uow, rows)
    return [_view(uow, row, seen[row["id"]]) for row in sorted(rows, key=lambda r: (r["kind"], str(r["name"])))]


def view(uow: UnitOfWork, device_id: str) -> Json:
    row = uow.first("device", id=device_id)
    assert row is not None, "it was written a moment ago"
    agents = uow.rows("device", id=row["agent_id"]) if row["agent_id"] else [row]
    return _view(uow, row, views_of(uow, [row], agents)[row["id"]])


def _view(uow: UnitOfWork, row: Json, seen: Json) -> Json:
    code_lives = row["pairing_hash"] is not None and row["pairing_until"] > uow.now()
    return seen | {
        "agent": row["agent_id"],
        "printer": row["printer_id"],
        "settings": row["settings"],
        "staff_code": bool((row["staff"] or {}).get("code")),
        "pairing": "revoked" if row["revoked_at"] else "paired" if row["token_hash"] else "none",
        "code_until": row["pairing_until"].isoformat(timespec="seconds") if code_lives else None,
        "seen_at": row["seen_at"].isoformat(timespec="seconds") if row["seen_at"] else None,
    }


def _values(tx: Transaction, wanted: Json, own: str | None = None) -> dict[str, Any]:
    counter = wanted.get("counter")
    if counter is not None:
        tx.hall.counter(counter)
    values: dict[str, Any] = {"name": wanted["name"].strip(), "counter": counter, "settings": wanted["settings"]}
    for field, (column, kind) in LINKS.items():
        target = wanted.get(field)
        if target is not None:
            found = tx.hall.config.devices.get(target)
            if found is None or found.kind != kind or target == own:
                raise Invalid(detail=field)
        values[column] = target
    return values


def _free_name(tx: Transaction, name: str, own: str | None) -> None:
    if any(row["id"] != own for row in tx.rows("device", office_id=tx.hall.config.id, name=name.strip())):
        raise DeviceNameTaken(name=name)


def _log(tx: Transaction, actor: Actor, action: str, wanted: Json) -> None:
    tx.reconfigure()
    detail = {name: wanted[name] for name in ("kind", "counter") if wanted.get(name) is not None}
    tx.audit(actor.label, action, subject=wanted["name"], address=actor.address, detail=detail)
