"""What a command did: the facts that are written down, sent to the boards, and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from server.domain.ticket import Ticket
from server.domain.words import CounterState, Rule


@dataclass(frozen=True, slots=True)
class Reason:
    """Why this ticket was next (law 9). `passed_over`: numbers that arrived earlier and were not taken."""

    rule: Rule
    passed_over: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Desk:
    """A counter as it stands now: who sits there and which ticket is in hand."""

    number: int
    state: CounterState
    since: datetime
    officer: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ServiceSession:
    """One finished service of a citizen: what a rating is bound to."""

    id: str
    ticket_id: str
    number: str
    service: str
    counter: int
    officer: str | None
    started_at: datetime
    ended_at: datetime
    rating_until: datetime


@dataclass(frozen=True, slots=True)
class Happening:
    """One fact with its place in the office's history: `version` has no gaps."""

    type: str
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class TicketHappening(Happening):
    before: Ticket | None
    after: Ticket
    reason: Reason | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class DeskHappening(Happening):
    before: Desk
    after: Desk


@dataclass(frozen=True, slots=True)
class RatingOpened(Happening):
    session: ServiceSession


@dataclass(frozen=True, slots=True)
class RatingGiven(Happening):
    counter: int
    session: str
    level: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told(Happening):
    """Something that is only told, such as a device's state or a notice: `data` is what the boards get, and `staff`
    what staff get where that is more."""

    data: Mapping[str, Any] = field(default_factory=dict)
    staff: Mapping[str, Any] | None = None
