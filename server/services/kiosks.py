"""Kiosks that work by themselves: what they report of it, and what staff see."""

from __future__ import annotations

from pathlib import Path

from server.domain.happenings import Told
from server.domain.leases import Lease
from server.services import kiosk_staff, leasing, restores
from server.services.access import Actor
from server.services.devices import KIOSK_SILENT, device_view
from server.services.ports import Json, Transaction, UnitOfWork


def report(tx: Transaction, kiosk: Actor, said: Json, held: list[Lease], data_dir: Path) -> Json:
    """A kiosk's sign of life: what waits undelivered, since when it was alone, and which blocks it holds. The answer
    carries the server's clock, by which the kiosk keeps its own."""
    row = tx.rows("device", id=kiosk.id)[0]
    recovered = leasing.recover(tx, kiosk, held, lambda why: restores.note_here(tx, data_dir, why))
    kiosk_staff.hear(tx, kiosk, row, said["staff"])
    told = ("version", "offline_since", "undelivered", "refused", "last_outage", "stopped")
    detail = {name: said[name] for name in told}
    state = "warning" if said["undelivered"] or said["refused"] or said["stopped"] else "ok"
    tx.change("device", {"id": kiosk.id}, {"state": state, "detail": detail, "seen_at": tx.now})
    silent = row["seen_at"] is None or tx.now - row["seen_at"] > KIOSK_SILENT
    if silent or (row["state"], row["detail"]) != (state, detail):
        view = device_view(row | {"state": state, "detail": detail, "seen_at": tx.now}, tx.now)
        tx.record(tx.hall.happen(Told, "device.status", tx.now, data={"device": view}))
    return recovered | {
        "at": tx.now.isoformat(timespec="milliseconds"),
        "day": tx.hall.day.isoformat(),
        "staff_code": (row["staff"] or {}).get("code"),
        "restores": len(tx.rows("office", id=tx.hall.config.id)[0]["restores"]),
    }


def call_roll(uow: UnitOfWork) -> None:
    """Tell staff of kiosks that have fallen silent: whoever looks at the floor has read their state long ago."""
    since = uow.now() - KIOSK_SILENT
    if uow.began > since:
        return  # it has just started, and has heard nobody yet
    for office, device_id in uow.silent_devices("kiosk", since):
        with uow.command(office) as tx:
            row = tx.rows("device", id=device_id)[0]
            # Another process may have told it already, or it is back.
            if row["state"] == "offline" or row["seen_at"] > since:
                continue
            view = device_view(row, tx.now)
            tx.change("device", {"id": device_id}, {"state": view["state"], "detail": view["detail"]})
            tx.record(tx.hall.happen(Told, "device.status", tx.now, data={"device": view}))
