"""The retention job, and everything that is held for a telephone number: found, or erased."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Protocol

from server.domain.calendar import local_day
from server.domain.privacy import masked, mentions, without
from server.domain.retention import KINDS, Rule, Span, expired, in_force
from server.services import comments, push
from server.services.access import Actor
from server.services.ports import Json, UnitOfWork
from server.services.vault import VERSION, Unreadable, Vault

JOB = "retention"
Found = tuple[str, dict[str, Any], str]
"""Table, key and column of a text."""


class Shelves(Protocol):
    def held(self, office: str, kind: str) -> tuple[int, date | None]: ...
    def count(self, office: str, kind: str, spans: list[Span]) -> int: ...
    def forget(self, office: str, kind: str, spans: list[Span]) -> int: ...
    def texts(self, office: str) -> Iterator[tuple[str, dict[str, Any], str, str]]: ...
    def rewrite(
        self, office: str, table: str, key: dict[str, Any], column: str, change: Callable[[str], str]
    ) -> None: ...
    def seal(self, office: str, sealed: dict[str, str]) -> None: ...


def rules_of(uow: UnitOfWork, office: str) -> list[Rule]:
    row = uow.first("office", code=office)
    kept = (row["settings"] if row else {}).get("retention", [])
    return [Rule(date.fromisoformat(r["since"]), r.get("days", {}), r.get("source")) for r in kept]


def overview(uow: UnitOfWork, shelves: Shelves, office: str) -> Json:
    """The rules, what is held now, what the next run would forget, and when the last one was."""
    hall = uow.hall(office)
    today, rules = local_day(uow.now(), hall.config.zone), rules_of(uow, office)
    now = in_force(rules, today)
    kinds = []
    for kind in KINDS:
        held, oldest = shelves.held(office, kind)
        due = shelves.count(office, kind, expired(rules, kind, today))
        kinds.append({
            "kind": kind, "days": now[kind], "held": held, "oldest": oldest.isoformat() if oldest else None, "due": due,
        })  # fmt: skip
    runs = uow.rows("job_run", office_id=hall.config.id, job=JOB)
    last = max(runs, key=lambda run: run["day"], default=None)
    return {
        "rules": [{"since": r.since.isoformat(), "days": dict(r.days), "source": r.source} for r in rules],
        "kinds": kinds,
        "last_run": {"day": last["day"].isoformat(), "forgotten": last["result"]} if last else None,
    }


def run(uow: UnitOfWork, shelves: Shelves, vault: Vault, office: str, actor: Actor) -> Json | None:
    """Forget what has had its time, once a day however many timers ask; None when today's run was made already."""
    hall = uow.hall(office)
    today, rules = local_day(uow.now(), hall.config.zone), rules_of(uow, office)
    with uow.command(office) as tx:
        key = {"office_id": hall.config.id, "job": JOB, "day": today}
        if tx.rows("job_run", **key):
            return None
        tx.add("job_run", {"job": JOB, "day": today, "result": {}})
    _seal_plain(uow, shelves, vault, office, hall.config.id)
    gone = {kind: shelves.forget(office, kind, expired(rules, kind, today)) for kind in KINDS}
    with uow.command(office) as tx:
        tx.change("job_run", key, {"result": gone})
        tx.audit(actor.label, "privacy.retention", subject=today.isoformat(), detail=gone)
    return gone


def _seal_plain(uow: UnitOfWork, shelves: Shelves, vault: Vault, office: str, office_id: str) -> None:
    """Comments from before they were encrypted."""
    rows = uow.rows("rating_comment", office_id=office_id)
    plain = {r["session_id"]: str(r["sealed"]) for r in rows if not str(r["sealed"]).startswith(f"{VERSION}.")}
    if plain:
        shelves.seal(office, {session: vault.seal(text, comments.about(session)) for session, text in plain.items()})


def find(uow: UnitOfWork, shelves: Shelves, vault: Vault, office: str, number: str, actor: Actor) -> list[Found]:
    """Where an office holds a telephone number (as `privacy.telephone` writes it). Looking is written down."""
    found = list(_places(shelves, vault, office, number))
    _note(uow, office, actor, "privacy.find", number, found)
    return found


def erase(uow: UnitOfWork, shelves: Shelves, vault: Vault, office: str, number: str, actor: Actor) -> list[Found]:
    """Take a number out of everything but the sealed log; returns where it still stands afterwards."""
    found = list(_places(shelves, vault, office, number))
    for table, key, column in found:
        if table != "audit":
            shelves.rewrite(office, table, key, column, lambda text: without(text, number))
    _note(uow, office, actor, "privacy.erase", number, found)
    return list(_places(shelves, vault, office, number))


def _places(shelves: Shelves, vault: Vault, office: str, number: str) -> Iterator[Found]:
    for table, key, column, text in shelves.texts(office):
        try:
            readable = _opened(vault, table, key, text)
        except Unreadable:
            continue
        if mentions(readable, number):
            yield table, key, column


def _opened(vault: Vault, table: str, key: dict[str, Any], text: str) -> str:
    """What an encrypted column says."""
    if table == "rating_comment":
        return comments.opened(vault, {**key, "sealed": text})
    if table == "push_subscription":
        return str(push.opened(vault, {**key, "sealed": text})["endpoint"])
    return text


def _note(uow: UnitOfWork, office: str, actor: Actor, action: str, number: str, found: list[Found]) -> None:
    with uow.command(office) as tx:
        detail = dict(Counter(table for table, _, _ in found))
        tx.audit(actor.label, action, subject=masked(number), address=actor.address, detail=detail)
