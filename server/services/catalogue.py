"""The catalogue of procedures: what people come for in each line, the papers to bring, the fee and the time limit.

It belongs to the office's description (`officefile`), and everybody may read it: kiosk, phone, board and console.
The hall does not need it to give or call a number, so it is kept out of what a hall holds in memory.
"""

from __future__ import annotations

from collections.abc import Sequence

from server.domain.errors import ProcedureNotFound
from server.services import bring
from server.services.ports import Json, Transaction, UnitOfWork
from server.services.texts import LANGUAGES

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


def chosen(tx: Transaction, service: str, code: str) -> Json:
    """One procedure of a service."""
    row = find(tx, tx.hall.config.id, service, code)
    if row is None:
        raise ProcedureNotFound(service=tx.hall.service(service).names, procedure=code)
    return row


def find(reader: Transaction | UnitOfWork, office_id: str, service: str, code: str) -> Json | None:
    return next(iter(reader.rows("procedure", office_id=office_id, service=service, code=code)), None)


def told(procedure: Json | None) -> Json:
    """What a citizen's ticket carries of the procedure that was chosen for it."""
    return {"procedure": procedure["code"], "papers": procedure["papers"]} if procedure else {}


def catalogue_view(uow: UnitOfWork, office: str) -> Json:
    """The public catalogue. `config_version` tells whether one that was read before is still the newest."""
    config = uow.hall(office).config
    procedures = described(uow, config.id)
    shown = "papers" in config.ticket.show
    return {
        "config_version": config.config_version,
        "services": [
            {"code": s.code, "names": dict(s.names), "papers": [dict(paper) for paper in s.papers],
             "procedures": [_procedure_view(p, shown) for p in procedures.get(s.code, [])]}
            for s in config.services.values()
            if s.active
        ],
    }  # fmt: skip


def _procedure_view(procedure: Json, on_paper: bool) -> Json:
    """`on_paper`: what a ticket says to bring, by language, as a kiosk needs it to compose paper without the server."""
    papers = procedure.get("papers", [])
    lines = {language: bring.on_paper(papers, language) for language in LANGUAGES} if papers and on_paper else None
    return {"papers": [], "fee": None, "time_limit": None} | procedure | {"on_paper": lines}
