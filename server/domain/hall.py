"""One office's hall on one day: who waits, who is called, who sits where.

The hall is the unit of consistency. A command works on a copy, in the office's own transaction; the copy replaces
the hall when that has committed. Everything here is in memory and knows no clock, database or network.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from server.domain.errors import CounterNotFound, CounterNotOpen, ServiceNotFound, TicketNotFound
from server.domain.habits import NO_HABITS, Habits
from server.domain.happenings import Desk, Happening, Reason, ServiceSession
from server.domain.office import Counter, OfficeConfig, Service
from server.domain.ticket import Ticket
from server.domain.words import IN_HALL, QUEUE_RULES, CounterState, Priority, TicketState

NEVER = datetime.min.replace(tzinfo=UTC)
CALLS_KEPT = 80
"""Calls that a hall remembers: enough for a board's list and for every rule that looks back."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call as the boards list it and as the rules look back on it."""

    ticket_id: str
    number: str
    service: str
    counter: int
    language: str
    priority: Priority | None
    call_count: int
    called_at: datetime
    version: int
    reason: Reason
    recall: bool = False

    @property
    def is_turn(self) -> bool:
        """Whether the line itself advanced with this call."""
        return not self.recall and self.reason.rule in QUEUE_RULES


@dataclass(frozen=True, slots=True)
class Pace:
    """Service times seen today for one service: how many, and their sum."""

    count: int = 0
    total: timedelta = timedelta()


@dataclass(slots=True)
class Hall:
    config: OfficeConfig
    day: date
    version: int
    tickets: dict[str, Ticket] = field(default_factory=dict)
    desks: dict[int, Desk] = field(default_factory=dict)
    calls: tuple[Call, ...] = ()
    sessions: dict[int, ServiceSession] = field(default_factory=dict)
    paces: dict[str, Pace] = field(default_factory=dict)
    issued: dict[str, int] = field(default_factory=dict)
    series: dict[str, int] = field(default_factory=dict)
    """The last number of each series today, by prefix."""
    lending: frozenset[str] = frozenset()
    lasts: dict[int, Call] = field(default_factory=dict)
    """The last call of each counter, however long ago."""
    heard: dict[str, int] = field(default_factory=dict)
    """Which call of a ticket a loudspeaker has spoken to its end, for tickets that are in the hall."""
    notice: dict[str, str] | None = None
    memo: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)
    """What follows from the settings alone and is asked for at every number, such as the words on paper."""
    habits: Habits = field(default=NO_HABITS, repr=False, compare=False)
    at: datetime | None = field(default=None, compare=False)
    """When the last fact of this hall happened."""
    _waiting: Tally[str] | None = field(default=None, repr=False, compare=False)
    """Waiting tickets by service, kept by `put`: every event states these counts."""
    _at_counter: dict[int, str] | None = field(default=None, repr=False, compare=False)
    """The ticket in hand of each counter that has one, kept by `put` (law 3)."""

    def copy(self) -> Hall:
        """A hall to work on: the parts are immutable, so only the containers are copied."""
        return replace(
            self,
            tickets=dict(self.tickets),
            desks=dict(self.desks),
            sessions=dict(self.sessions),
            paces=dict(self.paces),
            issued=dict(self.issued),
            series=dict(self.series),
            lasts=dict(self.lasts),
            heard=dict(self.heard),
            _waiting=self._waiting.copy() if self._waiting is not None else None,
            _at_counter=dict(self._at_counter) if self._at_counter is not None else None,
        )

    # --- asking -----------------------------------------------------------------------------------------------------

    def ticket(self, ticket_id: str) -> Ticket:
        try:
            return self.tickets[ticket_id]
        except KeyError:
            raise TicketNotFound() from None

    def service(self, code: str) -> Service:
        service = self.config.services.get(code)
        if service is None or not service.active:
            raise ServiceNotFound(service=code)
        return service

    def counter(self, number: int) -> Counter:
        try:
            return self.config.counters[number]
        except KeyError:
            raise CounterNotFound(counter=number) from None

    def desk(self, number: int) -> Desk:
        self.counter(number)
        return self.desks.get(number) or Desk(number, CounterState.CLOSED, NEVER)

    def open_desk(self, number: int) -> Desk:
        desk = self.desk(number)
        if desk.state is not CounterState.OPEN:
            raise CounterNotOpen(counter=number)
        return desk

    def in_hand(self, number: int) -> Ticket | None:
        """The one ticket at a counter, if any (law 3)."""
        ticket_id = self.taken().get(number)
        return self.tickets[ticket_id] if ticket_id is not None else None

    def taken(self) -> dict[int, str]:
        """Counters that have a ticket in hand, and which."""
        if self._at_counter is None:
            at_counter = (t for t in self.tickets.values() if t.at_counter and t.counter is not None)
            self._at_counter = {t.counter: t.id for t in at_counter if t.counter is not None}
        return self._at_counter

    def reason_of(self, ticket_id: str) -> Reason | None:
        """Why a ticket was called, when that was among the last calls."""
        return next((c.reason for c in reversed(self.calls) if c.ticket_id == ticket_id), None)

    def desk_of(self, officer: str) -> Desk | None:
        """Where an officer sits now."""
        return next(
            (d for d in self.desks.values() if d.officer == officer and d.state is not CounterState.CLOSED), None
        )

    def in_state(self, state: TicketState) -> Iterator[Ticket]:
        return (t for t in self.tickets.values() if t.state is state)

    @property
    def hour(self) -> int | None:
        """The office's hour, as far as this hall knows it."""
        return self.at.astimezone(self.config.zone).hour if self.at else None

    def line(self) -> list[Ticket]:
        """Everybody who waits, in order of arrival."""
        return sorted(self.in_state(TicketState.WAITING), key=lambda t: t.order)

    def waiting(self) -> dict[str, int]:
        """How many wait for each active service."""
        if self._waiting is None:
            self._waiting = Tally(ticket.service for ticket in self.in_state(TicketState.WAITING))
        counts = {code: 0 for code, service in self.config.services.items() if service.active}
        counts.update((code, count) for code, count in self._waiting.items() if count)
        return counts

    # --- writing down ------------------------------------------------------------------------------------------------

    def happen(self, make: Callable[..., Happening], type: str, at: datetime, **facts: Any) -> Any:
        """A new fact with the office's next version."""
        self.version += 1
        self.at = at
        return make(type, self.version, at, **facts)

    def put(self, ticket: Ticket) -> Ticket:
        """Take the ticket's new state into the hall; those that are done leave it."""
        if self._waiting is not None:
            before = self.tickets.get(ticket.id)
            if before is not None and before.state is TicketState.WAITING:
                self._waiting[before.service] -= 1
            if ticket.state is TicketState.WAITING:
                self._waiting[ticket.service] += 1
        if self._at_counter is not None:
            self._move(self._at_counter, self.tickets.get(ticket.id), ticket)
        if ticket.state in IN_HALL:
            self.tickets[ticket.id] = ticket
        else:
            self.tickets.pop(ticket.id, None)
            self.heard.pop(ticket.id, None)
        return ticket

    @staticmethod
    def _move(taken: dict[int, str], before: Ticket | None, after: Ticket) -> None:
        if before is not None and before.counter is not None and taken.get(before.counter) == before.id:
            del taken[before.counter]
        if after.counter is not None and after.at_counter:
            taken[after.counter] = after.id

    def remember(self, ticket: Ticket, reason: Reason, *, recall: bool = False) -> None:
        """Keep a call: for the boards' list, and for the rules that look back."""
        assert ticket.counter is not None and ticket.called_at is not None
        call = Call(
            ticket.id, ticket.number, ticket.service, ticket.counter, ticket.language, ticket.priority,
            ticket.call_count, ticket.called_at, self.version, reason, recall,
        )  # fmt: skip
        self.calls = (*self.calls[-(CALLS_KEPT - 1) :], call)
        self.lasts[call.counter] = call
