"""Numbers lent to kiosks, so that a hall goes on when its server is gone.

The numbers of a series are cut into spans of a thousand: the server gives the first half of each span (A001–A500,
A1001–A1500), kiosks are lent blocks of the second half (A501–A999, A1501…). The halves never meet, so a number that
the server gives cannot be one that a kiosk holds, whatever either of them has forgotten; and a day without an outage
has no gap in its numbers. Where no kiosk has a block, the server counts straight on. A block is never lent twice:
what comes back unused is explained, not given out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from server.domain.calendar import end_of_day
from server.domain.errors import N_ as _
from server.domain.errors import Conflict, ServiceNotFound
from server.domain.hall import Hall
from server.domain.happenings import TicketHappening
from server.domain.office import LeasePolicy, Service
from server.domain.ticket import Ticket
from server.domain.words import Priority, TicketState

SPAN = 1000
HALF = 500
LENT_MAX = 2_000
"""Numbers of one service and day that may be lent: a kiosk gone wild must not use up a series."""

CLOCKS_DIFFER = timedelta(seconds=2)


class TooManyLent(Conflict):
    code, text = "too_many_numbers_lent", _("Lĩnh vực %(service)s đã cho máy lấy số mượn quá nhiều số.")


class NumberTaken(Conflict):
    code, text = "number_taken", _("Số %(number)s đã có người khác giữ.")


class OutsideLease(Conflict):
    code, text = "outside_lease", _("Số %(number)s không thuộc khối số đã cấp cho máy này.")


class DayNotBegun(Conflict):
    code, text = "day_not_begun", _("Số %(number)s mang ngày chưa tới. Hãy kiểm tra đồng hồ của máy lấy số.")


@dataclass(frozen=True, slots=True)
class Numbering:
    """From where a series counts on a day: its first number, and the first that is lent."""

    first: int
    lent_from: int


@dataclass(frozen=True, slots=True)
class Lease:
    """A block of numbers that one kiosk may give by itself on one day. `returned_from`: unused from there on."""

    id: str
    device_id: str
    service: str
    day: date
    prefix: str
    digits: int
    first: int
    last: int
    granted_at: datetime
    expires_at: datetime
    returned_from: int | None = None
    returned_at: datetime | None = None
    recovered: bool = False


@dataclass(frozen=True, slots=True)
class Slip:
    """A number that a kiosk gave by itself: what its paper says, and when the citizen took it."""

    key: str
    lease: str | None
    service: str
    day: date
    prefix: str
    seq: int
    number: str
    issued_at: datetime
    track_token: str
    priority: Priority | None = None
    language: str = "vi"
    card: str | None = None
    booking: str | None = None
    procedure: str | None = None


def numbering(service: Service, restores: Iterable[date], day: date, policy: LeasePolicy) -> Numbering:
    """Where a day's series begins. A restored server has forgotten blocks that kiosks hold, so the blocks it lends,
    as far ahead as they are lent, pass over a whole span each time. Its own numbers are lifted once, when it is
    restored (`server.services.restoring`, `past_span`)."""
    reach = timedelta(days=policy.ahead_days)
    passed = sum(1 for when in restores if when <= day <= when + reach)
    return Numbering(service.first, service.first + HALF + SPAN * passed)


def next_given(last: int, numbers: Numbering, *, lending: bool = True) -> int:
    """The server's next number after `last`. On a day on which nothing is `lending` there is nothing to pass over."""
    following = max(last + 1, numbers.first)
    offset = (following - numbers.first) % SPAN
    if not lending:
        return following
    return following + SPAN - offset if offset >= HALF else following


def past_span(last: int, first: int) -> int:
    """The last number of the span that `last` lies in: whoever goes on from there meets nobody who was forgotten."""
    return first + SPAN * ((max(last, first) - first) // SPAN + 1) - 1


def next_block(lent: int | None, numbers: Numbering, size: int, given: int = 0) -> int:
    """The first number of a block of `size` after the last one lent. A block lies within one half span, and behind
    what the server gave (`given`) before the day's first block was lent."""
    following = max((lent or 0) + 1, numbers.lent_from)
    if lent is None and given >= following:
        following = given + SPAN - (given - numbers.first) % SPAN
    offset = (following - numbers.first) % SPAN
    if offset < HALF:
        return following + HALF - offset
    return following if offset + size <= SPAN else following + SPAN - offset + HALF


def is_lent(seq: int, first: int) -> bool:
    """Whether a number lies in the half that kiosks are lent."""
    return (seq - first) % SPAN >= HALF


def lease_until(day: date, zone: tzinfo, now: datetime, policy: LeasePolicy) -> datetime:
    """Until when a block may be given out: the end of its day, or earlier where the office says so."""
    end = end_of_day(day, zone)
    return end if policy.life_h is None else min(end, now + timedelta(hours=policy.life_h))


def check_slip(slip: Slip, lease: Lease | None, hall: Hall, device: str) -> None:
    """Refuse what cannot be a number of this kiosk. That a block ran out or was returned is no reason: a person holds
    the paper. Nor is a block that the server has forgotten, when it was restored from a backup."""
    if slip.service not in hall.config.services:
        raise ServiceNotFound(service=slip.service)
    if slip.day > hall.day:
        raise DayNotBegun(number=slip.number)
    digits = slip.number.removeprefix(slip.prefix)
    if not (digits.isascii() and digits.isdigit() and int(digits) == slip.seq):
        raise OutsideLease(number=slip.number)
    if lease is None:
        if not hall.config.restores:
            raise OutsideLease(number=slip.number)
        return
    same = (lease.device_id, lease.service, lease.day, lease.prefix) == (device, slip.service, slip.day, slip.prefix)
    if not same or not lease.first <= slip.seq <= lease.last:
        raise OutsideLease(number=slip.number)


def arrival(slip: Slip, lease: Lease | None, now: datetime, zone: tzinfo) -> datetime:
    """When the citizen arrived: the kiosk's time, held within what can be true. Not in the future, not before the
    block was lent, and on the block's own day."""
    begin = datetime.combine(slip.day, time.min, zone)
    if lease is not None and not lease.recovered:
        begin = max(begin, lease.granted_at)
    end = min(end_of_day(slip.day, zone) - timedelta(milliseconds=1), now)
    return min(max(slip.issued_at, begin), end)


def deliver(
    hall: Hall, slip: Slip, *, id: str, arrived_at: datetime, channel: str, since: datetime | None = None,
    note: str | None = None,
) -> list[TicketHappening]:  # fmt: skip
    """Take an offline number into the line by its real time. One of an earlier day is over already: it is counted
    there and expired at that day's end."""
    ticket = Ticket(
        id=id,
        day=slip.day,
        series=slip.prefix,
        seq=slip.seq,
        number=slip.number,
        service=slip.service,
        state=TicketState.WAITING,
        issued_at=arrived_at,
        arrived_at=since or arrived_at,
        note=note,
        state_since=arrived_at,
        track_token=slip.track_token,
        language=slip.language,
        priority=slip.priority,
        procedure=slip.procedure,
        channel=channel,
    )
    if slip.day == hall.day:
        hall.put(ticket)
        hall.issued[slip.service] = hall.issued.get(slip.service, 0) + 1
        return [hall.happen(TicketHappening, "ticket.issued", arrived_at, before=None, after=ticket)]
    closing = end_of_day(slip.day, hall.config.zone)
    expired = ticket.move(TicketState.EXPIRED, closing)
    return [
        hall.happen(TicketHappening, "ticket.issued", arrived_at, before=None, after=ticket),
        hall.happen(TicketHappening, "ticket.expired", closing, before=ticket, after=expired),
    ]


# --- the day's log ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that nobody was given, and why. `reason`: `returned`, `lent` (a kiosk still holds them), `lapsed`
    (it never gave them back), `restored` (passed over after a restore), `reserved` (where the halves change)."""

    first: int
    last: int
    reason: str
    device_id: str | None = None
    lease: str | None = None


def explain_gaps(
    used: Sequence[int], leases: Iterable[Lease], first: int, now: datetime, restored: bool = False
) -> list[Gap]:
    """Every number of a series that lies between those in use, or was lent, and is not in use: with its reason.
    `unexplained` is what must never be: a number that is missing though nobody was lent it."""
    taken = set(used)
    owners: dict[int, Lease] = {n: lease for lease in leases for n in range(lease.first, lease.last + 1)}
    given = [n for n in taken if n >= first and not is_lent(n, first)]
    candidates = set(range(first, max(given, default=first - 1))) | set(owners)
    reasons: Mapping[int, tuple[str, Lease | None]] = {
        n: (_reason(n, owners.get(n), first, now, restored), owners.get(n)) for n in sorted(candidates - taken)
    }
    return _runs(reasons)


def _reason(n: int, lease: Lease | None, first: int, now: datetime, restored: bool) -> str:
    if lease is None:
        if is_lent(n, first):
            return "reserved"
        return "restored" if restored else "unexplained"
    if lease.returned_from is not None and n >= lease.returned_from:
        return "returned"
    return "lapsed" if now > lease.expires_at else "lent"


def _runs(reasons: Mapping[int, tuple[str, Lease | None]]) -> list[Gap]:
    gaps: list[Gap] = []
    for n, (reason, lease) in reasons.items():
        name = lease.id if lease else None
        if gaps and gaps[-1].last == n - 1 and (gaps[-1].reason, gaps[-1].lease) == (reason, name):
            gaps[-1] = Gap(gaps[-1].first, n, reason, gaps[-1].device_id, name)
        else:
            gaps.append(Gap(n, n, reason, lease.device_id if lease else None, name))
    return gaps
