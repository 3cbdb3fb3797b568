"""What a kiosk needs to go on without the server: blocks of numbers, delivery of what it gave, and the day's log."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request

from server.api.routing import route
from server.api.schemas import (
    AskLease,
    Delivered,
    Deliveries,
    Delivery,
    HeldLease,
    KioskAnswer,
    KioskReport,
    LeaseView,
    Papers,
    ReturnLease,
    SeriesLog,
)
from server.caller import actor, base_url, idempotency_key, system, uow
from server.domain.errors import Invalid
from server.domain.leases import Lease, Slip
from server.services import daylog, delivering, kiosks, leasing, serving


@route("POST", "/offices/<office>/leases", "lease.hold", body=AskLease, answer=LeaseView, status=201,
       key="optional", summary="Borrow a block of numbers")  # fmt: skip
def lend(office: str, body: AskLease) -> Any:
    """Numbers that nobody else can be given, for the time without the server. The same key gets the same block."""
    act = lambda tx: leasing.lend(tx, actor(), body.service, size=body.size, following=body.day == "next")  # noqa: E731
    asked = f"lease:{actor().id}:{body.service}:{body.size}:{body.day}"
    return serving.once(uow(), office, idempotency_key(required=False), asked, act), 201


@route("POST", "/offices/<office>/leases/<lease_id>/return", "lease.hold", body=ReturnLease, answer=LeaseView,
       summary="Give back the unused end of a block")  # fmt: skip
def give_back(office: str, lease_id: str, body: ReturnLease) -> Any:
    with uow().command(office) as tx:
        return leasing.take_back(tx, actor(), lease_id, body.unused_from)


@route("POST", "/offices/<office>/deliveries", "lease.hold", body=Deliveries, answer=Delivered,
       summary="Deliver numbers that were given without the server")  # fmt: skip
def deliver(office: str, body: Deliveries) -> Any:
    """Every item is answered by itself: `accepted` or `refused` with a `code`. A repeat gets the same answer. `void`:
    keys of touches whose answer never reached the citizen; a number given for one is taken back."""
    slips = [_slip(item) for item in body.items]
    papers = {item.key: item.paper.model_dump() for item in body.items if item.paper}
    with uow().command(office) as tx:
        delivering.forget_touches(tx, actor(), body.void)
        return {"items": delivering.take_in(tx, actor(), slips, papers, base_url())}


@route("POST", "/offices/<office>/papers", "lease.hold", body=Papers, summary="What became of papers a kiosk printed")
def report_papers(office: str, body: Papers) -> Any:
    with uow().command(office) as tx:
        delivering.report_papers(tx, actor(), [paper.model_dump() for paper in body.papers])
    return {}


@route("POST", "/offices/<office>/kiosk", "lease.hold", body=KioskReport, answer=KioskAnswer,
       summary="A kiosk's sign of life")  # fmt: skip
def kiosk_report(office: str, body: KioskReport) -> Any:
    """What waits undelivered and which blocks are held. Blocks that the server does not know are entered again; one in
    `dropped` must not be used any more."""
    said = body.model_dump(mode="json", exclude={"leases"})
    with uow().command(office) as tx:
        held = [_lease(lease, actor().id) for lease in body.leases]
        return kiosks.report(tx, actor(), said, held, system().data_dir, system().keys)


@route("GET", "/offices/<office>/series", "series.read", answer=SeriesLog, summary="A day's numbers and its gaps")
def series(office: str) -> Any:
    """`?day=YYYY-MM-DD`, today by default."""
    asked = request.args.get("day")
    try:
        day = date.fromisoformat(asked) if asked else None
    except ValueError:
        raise Invalid(detail="day") from None
    return daylog.series_log(uow(), office, day)


def _slip(item: Delivery) -> Slip:
    return Slip(**item.model_dump(exclude={"paper"}))


def _lease(held: HeldLease, device: str) -> Lease:
    return Lease(device_id=device, **held.model_dump())
