"""Lending blocks of numbers to kiosks, taking back what was not used, and what a restore from a backup changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from server.domain.errors import NotFound
from server.domain.hall import Hall
from server.domain.happenings import Told
from server.domain.leases import LENT_MAX, Lease, TooManyLent, lease_until, next_block, numbering, past_span
from server.domain.office import OfficeConfig, Service
from server.services import ids
from server.services.access import Actor
from server.services.ports import Json, Transaction

SIZE_MAX = 200
LEASE_FIELDS = tuple(Lease.__dataclass_fields__)


def lend(tx: Transaction, actor: Actor, service_code: str, *, size: int | None, following: bool) -> Json:
    """A block of a service's numbers for one kiosk: for today, or for the next day on which the service is open, so
    that a kiosk can begin a morning by itself. None of them can be given by anybody else."""
    hall, config = tx.hall, tx.hall.config
    service = hall.service(service_code)
    day = _day_after(config, service, hall.day) if following else hall.day
    size = min(size or config.leases.size, SIZE_MAX)
    held = tx.rows("lease", office_id=config.id, day=day, prefix=service.prefix)
    if sum(row["last"] - row["first"] + 1 for row in held) + size > LENT_MAX:
        raise TooManyLent(service=service.names["vi"])
    series = _series(tx, day, service.prefix)
    numbers = numbering(service, config.restores, day, config.leases)
    first = next_block(series["lent"] if series else None, numbers, size, series["last"] if series else 0)
    lease = Lease(
        id=ids.new_id(),
        device_id=actor.id,
        service=service.code,
        day=day,
        prefix=service.prefix,
        digits=service.digits,
        first=first,
        last=first + size - 1,
        granted_at=tx.now,
        expires_at=lease_until(day, config.zone, tx.now, config.leases),
    )
    move_counters(tx, day, service.prefix, lent=lease.last, fresh=service.first - 1)
    tx.add("lease", lease_row(lease))
    return lease_view(lease, hall)


def take_back(tx: Transaction, actor: Actor, lease_id: str, unused_from: int) -> Json:
    """Numbers from `unused_from` on were not used. They are not given out again: the day's log explains the gap."""
    row = next(iter(tx.rows("lease", id=lease_id, office_id=tx.hall.config.id, device_id=actor.id)), None)
    if row is None:
        raise NotFound()
    unused_from = max(row["first"], min(unused_from, row["last"] + 1))
    if row["returned_from"] is None:
        values = {"returned_from": unused_from, "returned_at": tx.now}
        tx.change("lease", {"id": lease_id}, values)
        row |= values
    return lease_view(lease_from(row), tx.hall)


def recover(tx: Transaction, actor: Actor, held: list[Lease], note: Callable[[str], None]) -> Json:
    """Blocks that a kiosk says it holds. Those that this server does not know were lent before it was restored from a
    backup: they are entered again, and the series moves past them. A block that overlaps another kiosk's must go.
    `note`: enters a restore that nobody has told of, with why it is taken for one."""
    config = tx.hall.config
    known = {row["id"] for row in tx.rows("lease", id=[lease.id for lease in held])} if held else set()
    unknown = [lease for lease in held if lease.id not in known and lease.service in config.services]
    if unknown and tx.hall.day not in config.restores:
        note("lease of a kiosk is not known")
        _pass_over_today(tx)
    recovered, dropped = [], [lease.id for lease in held if lease.service not in config.services]
    for lease in unknown:
        rows = tx.rows("lease", office_id=config.id, day=lease.day, prefix=lease.prefix)
        if any(row["first"] <= lease.last and lease.first <= row["last"] for row in rows):
            dropped.append(lease.id)
            continue
        fresh = config.services[lease.service].first - 1
        move_counters(tx, lease.day, lease.prefix, lent=lease.last, fresh=fresh)
        tx.add("lease", lease_row(lease) | {"device_id": actor.id, "recovered": True})
        tx.audit(actor.label, "lease.recovered", subject=lease.id, detail={"first": lease.first, "last": lease.last})
        recovered.append(lease.id)
    return {"recovered": recovered, "dropped": dropped}


def note_restore(tx: Transaction, why: str, earlier: Sequence[date] = ()) -> None:
    """The database was put back from a backup: from here on numbers are given where nobody can hold one already.
    `restores` calls this, with what the backup cannot know. The numbers of the server's own are the restore's
    business."""
    row = tx.rows("office", id=tx.hall.config.id)[0]
    remembered = [day.isoformat() for day in earlier]
    known = remembered if len(remembered) > len(row["restores"]) else row["restores"]
    tx.change("office", {"id": row["id"]}, {"restores": [*known, tx.hall.day.isoformat()]})
    tx.audit("server", "database.restored", subject=tx.hall.day.isoformat(), why=why)
    tx.reconfigure()
    # It takes a version: the same backup put back once more, by hand, must look older than this.
    tx.record(tx.hall.happen(Told, "office.changed", tx.now, data={"code": tx.hall.config.code}))


def _pass_over_today(tx: Transaction) -> None:
    """Nobody said that the database was put back, so nobody has lifted today's series."""
    for service in tx.hall.config.services.values():
        last = past_span(tx.hall.series.get(service.prefix, 0), service.first)
        tx.hall.series[service.prefix] = last
        move_counters(tx, tx.hall.day, service.prefix, last=last, fresh=service.first - 1)


def move_counters(
    tx: Transaction, day: date, prefix: str, *, last: int | None = None, lent: int | None = None, fresh: int
) -> None:
    """Bring a series past numbers that are in use. `fresh` is where the server's own count of a new day stands."""
    if lent is not None and day == tx.hall.day and prefix not in tx.hall.lending:
        # Whoever else holds this hall in memory must read it again before giving a number.
        tx.hall.lending |= {prefix}
        tx.reconfigure()
    found = _series(tx, day, prefix)
    if found is None:
        tx.add("series", {"day": day, "prefix": prefix, "last": max(last or fresh, fresh), "lent": lent})
        return
    values = {"last": max(found["last"], last or 0), "lent": max(found["lent"] or 0, lent or 0) or None}
    if values != {"last": found["last"], "lent": found["lent"]}:
        tx.change("series", {"office_id": tx.hall.config.id, "day": day, "prefix": prefix}, values)


def lease_from(row: Json) -> Lease:
    return Lease(**{name: row[name] for name in LEASE_FIELDS})


def lease_row(lease: Lease) -> Json:
    return {name: getattr(lease, name) for name in LEASE_FIELDS}


def lease_view(lease: Lease, hall: Hall) -> Json:
    zone = hall.config.zone
    return {
        "id": lease.id,
        "service": lease.service,
        "day": lease.day.isoformat(),
        "prefix": lease.prefix,
        "digits": lease.digits,
        "first": lease.first,
        "last": lease.last,
        "granted_at": lease.granted_at.astimezone(zone).isoformat(timespec="milliseconds"),
        "expires_at": lease.expires_at.astimezone(zone).isoformat(timespec="milliseconds"),
        "returned_from": lease.returned_from,
    }


def _series(tx: Transaction, day: date, prefix: str) -> Json | None:
    return next(iter(tx.rows("series", office_id=tx.hall.config.id, day=day, prefix=prefix)), None)


def _day_after(config: OfficeConfig, service: Service, today: date) -> date:
    calendar = service.calendar or config.calendar
    for ahead in range(1, config.leases.ahead_days + 1):
        if calendar.windows(today + timedelta(days=ahead)):
            return today + timedelta(days=ahead)
    raise NotFound()
