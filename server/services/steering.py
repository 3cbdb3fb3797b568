"""What a head does from the floor: who sits where, and which fields give numbers today. One verb, one transaction."""

from __future__ import annotations

from server.domain import desks
from server.domain.errors import N_, Invalid, Why
from server.domain.happenings import Told
from server.services.access import Actor, require_counter
from server.services.ports import Json, Transaction
from server.services.views import staff_desk_view


def hand_over(tx: Transaction, actor: Actor, counter: int, officer: str, why: str | None) -> Json:
    """The officer there (or a head) passes the counter on to a colleague, with the person in hand; always logged."""
    require_counter(actor, tx.hall, counter)
    before = tx.hall.desk(counter).officer
    tx.record(*desks.hand_over(tx.hall, counter, officer, tx.now))
    detail = {"from": before, "to": officer}
    tx.audit(actor.label, "counter.hand_over", subject=str(counter), why=why, address=actor.address, detail=detail)
    return staff_desk_view(tx.hall, counter)


def assign(tx: Transaction, actor: Actor, counter: int, officer: str) -> Json:
    """Seat an officer at a free counter, from wherever they sit now."""
    left = tx.hall.desk_of(officer)
    tx.record(*desks.assign(tx.hall, counter, officer, tx.now))
    detail = {"officer": officer, "from": left.number if left else None}
    tx.audit(actor.label, "counter.assign", subject=str(counter), address=actor.address, detail=detail)
    return staff_desk_view(tx.hall, counter)


def stop_service(tx: Transaction, actor: Actor, service: str, why: str) -> Json:
    """No more numbers of this field today. Who already holds one is still served."""
    if not why.strip():
        raise Invalid(detail=Why(N_("cần ghi lý do")))
    return _set_stopped(tx, actor, service, why.strip())


def release_service(tx: Transaction, actor: Actor, service: str) -> Json:
    """Numbers of this field again, within its hours."""
    return _set_stopped(tx, actor, service, None)


def _set_stopped(tx: Transaction, actor: Actor, code: str, why: str | None) -> Json:
    service = tx.hall.service(code)
    values = {"stopped_on": tx.hall.day if why else None, "stopped_why": why}
    tx.change("service", {"office_id": tx.hall.config.id, "code": service.code}, values)
    action = "service.stop" if why else "service.release"
    tx.audit(actor.label, action, subject=service.code, why=why, address=actor.address)
    answer = {"service": service.code, "stopped": why is not None, "reason": why}
    tx.record(tx.hall.happen(Told, "office.changed", tx.now, data={"code": tx.hall.config.code} | answer))
    tx.reconfigure()
    return answer
