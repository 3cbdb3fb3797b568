"""Staff at a kiosk: the code that opens its settings, and what was done there, which it tells when it can."""

from __future__ import annotations

import re

from server.domain.errors import N_ as _
from server.domain.errors import Invalid, NotFound, Why
from server.services.access import Actor
from server.services.ports import Json, Transaction
from server.services.staff import hash_secret

CODE = re.compile(r"[0-9]{6,12}")
HEARD = 200
"""Ids that are remembered, so that what is told twice is written once; a kiosk tells at most fifty at a time."""


class StaffCodeTooPlain(Invalid):
    code, text = "staff_code_too_plain", _("Mã nhân viên cần 6–12 chữ số, không phải một dãy dễ đoán.")


def set_code(tx: Transaction, actor: Actor, device_id: str, code: str | None) -> None:
    """Give a kiosk its code, or with None take it away: then its settings cannot be opened. Only a hash is kept."""
    row = next(iter(tx.rows("device", id=device_id, office_id=tx.hall.config.id)), None)
    if row is None:
        raise NotFound()
    if row["kind"] != "kiosk":
        raise Invalid(detail=Why(_("chỉ máy lấy số có mã cán bộ")))
    if code is not None and (not CODE.fullmatch(code) or _is_plain(code)):
        raise StaffCodeTooPlain()
    staff = dict(row["staff"] or {}) | {"code": hash_secret(code) if code else None}
    tx.change("device", {"id": device_id}, {"staff": staff})
    action = "device.staff_code" if code else "device.staff_code_removed"
    tx.audit(actor.label, action, subject=row["name"], address=actor.address)


def _is_plain(code: str) -> bool:
    """One digit over and over, or digits that go up or down one by one."""
    steps = {(int(second) - int(first)) % 10 for first, second in zip(code, code[1:], strict=False)}
    return len(steps) == 1 and steps <= {0, 1, 9}


def hear(tx: Transaction, kiosk: Actor, row: Json, told: list[Json]) -> None:
    """Write down what staff did at a kiosk, each thing once, with the time at which it was done."""
    staff = dict(row["staff"] or {})
    heard: list[str] = staff.get("heard", [])
    new = [each for each in told if each["id"] not in heard]
    if not new:
        return
    for each in new:
        detail = {"at": each["at"]} | each["detail"]
        tx.audit(kiosk.label, f"kiosk.{each['action']}", subject=row["name"], address=kiosk.address, detail=detail)
    staff["heard"] = [*heard, *(each["id"] for each in new)][-HEARD:]
    tx.change("device", {"id": kiosk.id}, {"staff": staff})
