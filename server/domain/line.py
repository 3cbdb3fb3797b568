"""The line itself: taking a number, moving in the line, and leaving it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from server.domain.calendar import Calendar
from server.domain.errors import N_, DailyLimitReached, Invalid, OfficeNotInForce, ServiceClosed, ServiceStopped, Why
from server.domain.hall import Hall
from server.domain.happenings import Happening, TicketHappening
from server.domain.office import OfficeConfig, Service
from server.domain.ticket import Ticket, format_number
from server.domain.words import LIVE, Priority, TicketState


@dataclass(frozen=True, slots=True)
class Request:
    """What a citizen asked for at a kiosk, at the helper's desk or offline."""

    service: str
    priority: Priority | None = None
    language: str = "vi"
    channel: str = "kiosk"
    procedure: str | None = None


def check_open(hall: Hall, service: Service, now: datetime, *, booked: bool = False) -> None:
    """Refuse with the next possible time when the service gives no numbers now. `booked`: a place was promised."""
    config, local = hall.config, now.astimezone(hall.config.zone)
    calendar = service.calendar or config.calendar
    _check_in_force(config, calendar, local)
    if service.stopped_on == local.date():
        tomorrow = _within(config, calendar.next_day(local))
        raise ServiceStopped(tomorrow, service=service.names, why=service.stopped_why or "")
    if not calendar.is_open(local):
        raise ServiceClosed(_within(config, calendar.next_opening(local)), service=service.names)
    limit = service.daily_limit
    if limit is not None and not booked and hall.issued.get(service.code, 0) >= limit:
        raise DailyLimitReached(_within(config, calendar.next_day(local)), service=service.names, limit=limit)


def _check_in_force(config: OfficeConfig, calendar: Calendar, local: datetime) -> None:
    """An office gives numbers from its first day to its last; a merged one names its successor."""
    today = local.date()
    if config.valid_from and today < config.valid_from:
        before = datetime.combine(config.valid_from - timedelta(days=1), time.max, local.tzinfo)
        raise OfficeNotInForce(_within(config, calendar.next_day(before)), why=f"{config.valid_from:%d/%m/%Y} →")
    if config.valid_to and today > config.valid_to:
        successor = f" → {config.merged_into['vi']}" if config.merged_into else ""
        raise OfficeNotInForce(None, why=f"→ {config.valid_to:%d/%m/%Y}{successor}")


def _within(config: OfficeConfig, opening: datetime | None) -> datetime | None:
    """An opening after the office's last day is none."""
    over = opening is not None and config.valid_to is not None and opening.date() > config.valid_to
    return None if over else opening


def issue(
    hall: Hall, request: Request, *, id: str, track_token: str, seq: int, now: datetime, since: datetime | None = None
) -> TicketHappening:
    """A new number at the end of its line. `seq` is the next of the service's series for this day. `since`: from when
    it counts as waiting, where a booking gives it an earlier place."""
    service = hall.service(request.service)
    ticket = Ticket(
        id=id,
        day=hall.day,
        series=service.prefix,
        seq=seq,
        number=format_number(service.prefix, seq, service.digits),
        service=service.code,
        state=TicketState.WAITING,
        issued_at=now,
        arrived_at=since or now,
        state_since=now,
        track_token=track_token,
        language=request.language,
        priority=request.priority,
        procedure=request.procedure,
        channel=request.channel,
    )
    hall.put(ticket)
    hall.issued[service.code] = hall.issued.get(service.code, 0) + 1
    return _fact(hall, "ticket.issued", None, ticket, now)


def transfer(
    hall: Hall,
    ticket_id: str,
    now: datetime,
    *,
    service: str | None = None,
    counter: int | None = None,
    officer: str | None = None,
    note: str | None = None,
) -> TicketHappening:
    """Send a ticket to another service, counter or officer; number and time of arrival stay."""
    before = hall.ticket(ticket_id)
    before.require(TicketState.WAITING, TicketState.CALLED, TicketState.SERVING, TicketState.HELD)
    if service is None and counter is None and officer is None:
        raise Invalid(detail=Why(N_("cần nói chuyển đến lĩnh vực, quầy hay cán bộ nào")))
    target = hall.service(service).code if service else before.service
    if counter is not None:
        hall.counter(counter)
    after = before.move(
        TicketState.WAITING, now,
        service=target, counter=None, officer=None, call_count=0, called_at=None, held_until=None,
        for_counter=counter, for_officer=officer, note=note or before.note, return_after=0,
        procedure=before.procedure if target == before.service else None,
    )  # fmt: skip
    return _fact(hall, "ticket.transferred", before, after, now, note)


def hold(
    hall: Hall, ticket_id: str, now: datetime, *, until: datetime | None = None, note: str | None = None
) -> TicketHappening:
    """Set a ticket aside, for example while a copy is made; its counter is free again."""
    before = hall.ticket(ticket_id)
    before.require(TicketState.CALLED, TicketState.SERVING)
    after = before.move(TicketState.HELD, now, counter=None, held_until=until, note=note or before.note)
    return _fact(hall, "ticket.held", before, after, now, note)


def requeue(hall: Hall, ticket_id: str, now: datetime, *, note: str | None = None) -> TicketHappening:
    """Bring a person back into the line, number and arrival kept: after an absence behind the next few of the line,
    else at the old place. From `serving` it undoes a start that was pressed too early."""
    before = hall.ticket(ticket_id)
    before.require(TicketState.NO_SHOW, TicketState.HELD, TicketState.CALLED, TicketState.SERVING)
    absent = before.state in (TicketState.NO_SHOW, TicketState.CALLED)
    after = before.move(
        TicketState.WAITING, now,
        counter=None, officer=None, call_count=0, called_at=None, held_until=None,
        return_after=hall.config.policy.return_after if absent else 0, returned_version=hall.version + 1,
    )  # fmt: skip
    return _fact(hall, "ticket.requeued", before, after, now, note)


def cancel(hall: Hall, ticket_id: str, now: datetime, *, note: str | None = None) -> TicketHappening:
    """Take a ticket out of the line for good."""
    before = hall.ticket(ticket_id)
    before.require(*LIVE, TicketState.NO_SHOW)
    after = before.move(TicketState.CANCELLED, now, counter=None, held_until=None)
    return _fact(hall, "ticket.cancelled", before, after, now, note)


def correct(
    hall: Hall, ticket_id: str, now: datetime, *, priority: Priority | None, note: str | None = None
) -> TicketHappening:
    """Set or remove the priority group that a citizen chose, after staff have seen it."""
    before = hall.ticket(ticket_id)
    before.require(*LIVE)
    after = replace(before, priority=priority)
    return _fact(hall, "ticket.corrected", before, after, now, note)


def expire(hall: Hall, now: datetime) -> list[Happening]:
    """Close yesterday: whoever still waited, was called or was held is `expired`."""
    stale = [t for t in hall.tickets.values() if t.state in LIVE]
    return [
        _fact(hall, "ticket.expired", t, t.move(TicketState.EXPIRED, now, counter=None), now)
        for t in sorted(stale, key=lambda t: t.order)
    ]


def turns_owed(hall: Hall, ticket: Ticket) -> int:
    """How many others of the line still go first, since a person came back after an absence."""
    if not ticket.return_after:
        return 0
    since = sum(
        1 for c in hall.calls if c.version > ticket.returned_version and c.is_turn and c.service == ticket.service
    )
    return max(0, ticket.return_after - since)


def people_ahead(hall: Hall, ticket: Ticket) -> int:
    """Waiting people of the same service who go first: those who arrived earlier, and for a person who came back
    after an absence the next few whoever they are. Priority may change who is called first."""
    earlier = later = 0
    returned = []
    for other in hall.tickets.values():
        if other.service != ticket.service or other.state is not TicketState.WAITING or other.id == ticket.id:
            continue
        if other.return_after and (owed := turns_owed(hall, other)):
            returned.append((other.order < ticket.order, owed))
        elif other.order < ticket.order:
            earlier += 1
        else:
            later += 1
    owed = turns_owed(hall, ticket)
    if owed:
        return max(earlier, min(owed, earlier + later)) + sum(first for first, _ in returned)
    return earlier + sum(first and turns <= earlier for first, turns in returned)


def _fact(
    hall: Hall, type: str, before: Ticket | None, after: Ticket, now: datetime, note: str | None = None
) -> TicketHappening:
    fact: TicketHappening = hall.happen(TicketHappening, type, now, before=before, after=hall.put(after), note=note)
    return fact
