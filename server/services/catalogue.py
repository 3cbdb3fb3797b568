"""The catalogue of procedures: what people come for in each line, the papers to bring, the fee and the time limit.

It belongs to the office's description (`officefile`), and everybody may read it: kiosk, phone, board and console.
The hall does not need it to give or call a number, so it is kept out of what a hall holds in memory.
"""

from __future__ import annotations

from collections.abc import Sequence

from server.services.ports import Json, Transaction, UnitOfWork

TEXTS = ("names", "papers", "fee", "time_limit")


def put(tx: Transaction, office_id: str, service: str, procedures: Sequence[Json]) -> bool:
    """Make a service's list this one; returns whether it is another now. Procedures are no facts: one that is gone
    leaves nothing behind."""
    changed = False
    held = {row["code"]: row for row in tx.rows("procedure", office_id=office_id, service=service)}
    for position, procedure in enumerate(procedures):
        key = {"office_id": office_id, "service": service, "code": procedure["code"]}
        values = {
            "position": position,
            "names": procedure["names"],
            "papers": procedure.get("papers", []),
            "fee": procedure.get("fee"),
            "time_limit": procedure.get("time_limit"),
        }
        known = held.pop(procedure["code"], None)
        if known is None:
            tx.add("procedure", key | values)
            changed = True
        elif any(known[name] != value for name, value in values.items()):
            tx.change("procedure", key, values)
            changed = True
    for code in held:
        tx.remove("procedure", {"office_id": office_id, "service": service, "code": code})
    return changed or bool(held)


def described(uow: UnitOfWork, office_id: str) -> dict[str, list[Json]]:
    """Every procedure by its service, in the office's order, as the office file says it."""
    found: dict[str, list[Json]] = {}
    for row in sorted(uow.rows("procedure", office_id=office_id), key=lambda row: int(row["position"])):
        texts = {name: row[name] for name in TEXTS if row[name]}
        found.setdefault(row["service"], []).append({"code": row["code"], **texts})
    return found


def catalogue_view(uow: UnitOfWork, office: str) -> Json:
    """The public catalogue. `config_version` tells whether one that was read before is still the newest."""
    config = uow.hall(office).config
    procedures = described(uow, config.id)
    return {
        "config_version": config.config_version,
        "services": [
            {"code": s.code, "names": dict(s.names), "papers": [dict(paper) for paper in s.papers],
             "procedures": [{"papers": [], "fee": None, "time_limit": None} | p for p in procedures.get(s.code, [])]}
            for s in config.services.values()
            if s.active
        ],
    }  # fmt: skip
