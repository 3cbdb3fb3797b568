"""Numbers that a kiosk gave by itself, delivered when it is heard of again. Every one on paper becomes one ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import structlog

from server.domain import line
from server.domain.bookings import Booking, place
from server.domain.errors import N_ as _
from server.domain.errors import MotcuaError
from server.domain.leases import Lease, NumberTaken, Slip, arrival, check_slip, deliver, is_lent
from server.domain.office import Service
from server.domain.ticket import Ticket
from server.domain.words import TicketState
from server.services import bookings, cards, catalogue, ids, printing
from server.services.access import Actor
from server.services.leasing import lease_from, move_counters
from server.services.ports import Json, Transaction
from server.services.texts import text
from server.services.views import ticket_view, when

log = structlog.get_logger(__name__)

NOTEWORTHY = timedelta(seconds=5)
"""A kiosk's time is corrected silently by less than this."""


@dataclass(slots=True)
class Known:
    """What the database holds that a batch of slips could meet, read once and kept up with the batch."""

    leases: Mapping[str, Lease]
    by_key: dict[str, Ticket] = field(default_factory=dict)
    numbers: set[tuple[Any, str, int]] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)

    def add(self, key: str, ticket: Ticket) -> None:
        self.by_key[key] = ticket
        self.numbers.add((ticket.day, ticket.series, ticket.seq))
        self.tokens.add(ticket.track_token)


def take_in(
    tx: Transaction, kiosk: Actor, slips: Sequence[Slip], papers: Mapping[str, Json], base_url: str
) -> list[Json]:
    """Take a batch in, oldest first; each slip gets its own answer. The same slip again gets the same answer."""
    known = _known(tx, slips)
    answers: dict[str, Json] = {}
    for slip in sorted(slips, key=lambda s: (s.issued_at, s.seq)):
        try:
            ticket, repeated = _one(tx, kiosk, slip, known, base_url)
        except MotcuaError as refusal:
            log.warning("delivery.refused", number=slip.number, code=refusal.code)
            tx.audit(kiosk.label, "delivery.refused", subject=slip.number, why=refusal.code, detail={"key": slip.key})
            answers[slip.key] = {"key": slip.key, "number": slip.number, "state": "refused", "code": refusal.code}
            continue
        if slip.key in papers and not repeated:
            printing.report(tx, kiosk, ticket, _told(tx, ticket, base_url, _procedure(tx, ticket)), papers[slip.key])
        answers[slip.key] = {"key": slip.key, "number": ticket.number, "state": "accepted", "ticket": ticket.id,
                             "arrived_at": when(ticket.arrived_at, tx.hall)}  # fmt: skip
    return [answers[slip.key] for slip in slips]


def report_papers(tx: Transaction, kiosk: Actor, papers: Sequence[Json]) -> None:
    """What became of papers that a kiosk printed by itself, by the key of the touch."""
    rows = {row["idempotency_key"]: row for row in _tickets(tx, idempotency_key=[paper["key"] for paper in papers])}
    for paper in papers:
        row = rows.get(paper["key"])
        ticket = tx.ticket(row["id"]) if row else None
        if row is not None and ticket is not None and "counters" in (row["told"] or {}):
            printing.report(tx, kiosk, ticket, row["told"], paper)


def forget_touches(tx: Transaction, kiosk: Actor, keys: Sequence[str]) -> None:
    """Touches whose answer never reached the citizen: a number that the server gave for one is taken back."""
    for row in _tickets(tx, idempotency_key=list(keys)):
        ticket = tx.hall.tickets.get(row["id"])
        if ticket is not None and ticket.state in (TicketState.WAITING, TicketState.HELD):
            _replace(tx, kiosk, ticket, "the citizen never got it", None)


def _one(tx: Transaction, kiosk: Actor, slip: Slip, known: Known, base_url: str) -> tuple[Ticket, bool]:
    earlier = known.by_key.get(slip.key)
    if earlier is not None and (earlier.day, earlier.series, earlier.seq) == (slip.day, slip.prefix, slip.seq):
        return earlier, True
    lease = known.leases.get(slip.lease or "")
    check_slip(slip, lease, tx.hall, kiosk.id)
    if (slip.day, slip.prefix, slip.seq) in known.numbers or slip.track_token in known.tokens:
        raise NumberTaken(number=slip.number)
    if earlier is not None:
        _replace(tx, kiosk, earlier, "the answer did not reach the kiosk in time", slip.number)
    return _write(tx, kiosk, slip, lease, known, base_url), False


def _write(tx: Transaction, kiosk: Actor, slip: Slip, lease: Lease | None, known: Known, base_url: str) -> Ticket:
    hall = tx.hall
    arrived_at = arrival(slip, lease, tx.now, hall.config.zone)
    service = hall.config.services[slip.service]
    channel = "offline" if is_lent(slip.seq, service.first) else "kiosk"
    booking, note = _entitled(tx, slip)
    since = place(booking.slot, arrived_at) if booking else None
    procedure = _procedure(tx, slip)
    known_slip = slip if procedure else replace(slip, procedure=None)
    facts = deliver(
        hall, known_slip, id=ids.new_id(), arrived_at=arrived_at, channel=channel, since=since, note=note
    )  # fmt: skip
    ticket = facts[0].after
    asked = [slip.service, slip.priority, slip.language, *([slip.procedure] if slip.procedure else [])]
    tx.told(ticket.id, slip.key, _told(tx, ticket, base_url, procedure) | {"asked": asked})
    tx.record(*facts)
    if slip.card and slip.day == hall.day:
        cards.note(tx, ticket, slip.service, slip.card)
    if booking and note is None:
        bookings.use(tx, booking, ticket.id)
    known.add(slip.key, ticket)
    if lease is None:
        _pass_over(tx, slip, service)
    if abs(arrived_at - slip.issued_at) > NOTEWORTHY:
        detail = {"kiosk": slip.issued_at.isoformat(), "taken": arrived_at.isoformat()}
        tx.audit(kiosk.label, "delivery.time_corrected", subject=slip.number, detail=detail)
    return ticket


def _entitled(tx: Transaction, slip: Slip) -> tuple[Booking | None, str | None]:
    """(the booking that a number was given for, what staff are to know of it). Nothing is refused: it is on paper."""
    note = None
    if slip.card and slip.day == tx.hall.day:
        note = cards.repeated(tx, slip.service, slip.card)
    if not slip.booking:
        return None, note
    booking, number = bookings.delivered(tx, slip.booking)
    if number is not None:
        note = text("vi", _("Mã đặt lịch đã dùng cho số %(number)s"), {"number": number})
    return booking, note


def _pass_over(tx: Transaction, slip: Slip, service: Service) -> None:
    """A number that this server does not remember: its series goes on behind it."""
    lent = is_lent(slip.seq, service.first)
    if not lent and slip.day == tx.hall.day:
        tx.hall.series[slip.prefix] = max(slip.seq, tx.hall.series.get(slip.prefix, service.first - 1))
    move_counters(
        tx, slip.day, slip.prefix,
        lent=slip.seq if lent else None, last=None if lent else slip.seq, fresh=service.first - 1,
    )  # fmt: skip


def _replace(tx: Transaction, kiosk: Actor, twin: Ticket, why: str, by: str | None) -> None:
    """The server's number for a touch that the kiosk has answered by itself. Nobody holds its paper, so it leaves the
    line; were somebody served under it already, that stands."""
    twin = tx.hall.tickets.get(twin.id, twin)
    tx.change("ticket", {"id": twin.id}, {"idempotency_key": None})
    printing.withdraw(tx, twin.id, f"replaced by {by}" if by else why)
    if twin.id in tx.hall.tickets and twin.state is not TicketState.SERVING:
        tx.record(line.cancel(tx.hall, twin.id, tx.now, note=f"replaced by {by}" if by else why))
    tx.audit(kiosk.label, "ticket.replaced", subject=twin.number, why=why, detail={"by": by})


def _known(tx: Transaction, slips: Sequence[Slip]) -> Known:
    wanted = {slip.lease for slip in slips if slip.lease}
    leases = {row["id"]: lease_from(row) for row in tx.rows("lease", id=wanted, office_id=tx.hall.config.id)}
    known = Known(leases)
    for row in _tickets(tx, idempotency_key=[slip.key for slip in slips]):
        ticket = tx.ticket(row["id"])
        assert ticket is not None
        known.add(row["idempotency_key"], tx.hall.tickets.get(ticket.id, ticket))
    for day, prefix in {(slip.day, slip.prefix) for slip in slips}:
        seqs = [slip.seq for slip in slips if (slip.day, slip.prefix) == (day, prefix)]
        known.numbers |= {(day, prefix, row["seq"]) for row in _tickets(tx, day=day, series=prefix, seq=seqs)}
    known.tokens |= {row["track_token"] for row in tx.rows("ticket", track_token=[s.track_token for s in slips])}
    return known


def _tickets(tx: Transaction, **where: Any) -> list[Json]:
    return tx.rows("ticket", office_id=tx.hall.config.id, **where)


def _procedure(tx: Transaction, of: Slip | Ticket) -> Json | None:
    """What the citizen chose; one that is in the catalogue no more is no reason to refuse a number that is on paper."""
    return catalogue.find(tx, tx.hall.config.id, of.service, of.procedure) if of.procedure else None


def _told(tx: Transaction, ticket: Ticket, base_url: str, procedure: Json | None) -> Json:
    """What the kiosk could tell: without the server nobody knew how many were ahead."""
    return ticket_view(tx.hall, ticket) | {
        "people_ahead": None,
        "expected_wait_s": None,
        "counters": list(tx.hall.config.counters_for(ticket.service)),
        "track_url": f"{base_url}/t/{ticket.track_token}",
        "print": {"state": "none"},
    } | catalogue.told(procedure)
