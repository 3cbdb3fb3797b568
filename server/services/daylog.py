"""The log of a day's numbers: how many each series gave, who lent some, and why one is missing."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from server.domain.hall import Hall
from server.domain.leases import Gap, explain_gaps
from server.domain.office import Service
from server.domain.ticket import format_number
from server.services.leasing import lease_from
from server.services.ports import Json, UnitOfWork
from server.services.views import when


def series_log(uow: UnitOfWork, office: str, day: date | None) -> Json:
    """Every series of a day with its gaps. A gap that nothing explains is an alarm, not a detail."""
    hall = uow.hall(office)
    day = day or hall.day
    tickets = uow.rows("ticket", office_id=hall.config.id, day=day)
    leases = [lease_from(row) for row in uow.rows("lease", office_id=hall.config.id, day=day)]
    names = {row["id"]: row["name"] for row in uow.rows("device", office_id=hall.config.id)}
    by_prefix = {s.prefix: s for s in hall.config.services.values()}
    log = []
    for prefix in sorted({t["series"] for t in tickets} | {lease.prefix for lease in leases}):
        rows = [t for t in tickets if t["series"] == prefix]
        lent = [lease for lease in leases if lease.prefix == prefix]
        service = by_prefix.get(prefix) or Service(prefix, {"vi": prefix}, prefix)
        restored = day in hall.config.restores
        gaps = explain_gaps([t["seq"] for t in rows], lent, service.first, uow.now(), restored)
        log.append(
            {
                "series": prefix,
                "service": service.code,
                "given": sum(1 for t in rows if t["channel"] != "offline"),
                "offline": sum(1 for t in rows if t["channel"] == "offline"),
                "states": dict(Counter(t["state"] for t in rows)),
                "leases": [_lease(lease, names, hall) for lease in lent],
                "gaps": [_gap(gap, service, names) for gap in gaps],
            }
        )
    return {"day": day.isoformat(), "series": log, "restores": sum(1 for r in hall.config.restores if r == day)}


def _lease(lease: Any, names: dict[str, str], hall: Hall) -> Json:
    return {
        "id": lease.id,
        "kiosk": names.get(lease.device_id, lease.device_id),
        "first": format_number(lease.prefix, lease.first, lease.digits),
        "last": format_number(lease.prefix, lease.last, lease.digits),
        "granted_at": when(lease.granted_at, hall),
        "returned_at": when(lease.returned_at, hall),
        "recovered": lease.recovered,
    }


def _gap(gap: Gap, service: Service, names: dict[str, str]) -> Json:
    return {
        "first": format_number(service.prefix, gap.first, service.digits),
        "last": format_number(service.prefix, gap.last, service.digits),
        "count": gap.last - gap.first + 1,
        "reason": gap.reason,
        "kiosk": names.get(gap.device_id or ""),
        "lease": gap.lease,
    }
