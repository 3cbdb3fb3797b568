"""A number in somebody's hand, and what may happen to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from server.domain.errors import WrongState
from server.domain.words import AT_COUNTER, Priority, TicketState


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket as it stands. A change makes a new one, so that before and after can both be written down."""

    id: str
    day: date
    series: str
    seq: int
    number: str
    service: str
    state: TicketState
    issued_at: datetime
    arrived_at: datetime
    state_since: datetime
    track_token: str
    language: str = "vi"
    priority: Priority | None = None
    procedure: str | None = None
    """What the citizen said to have come for, of the service's catalogue."""
    channel: str = "kiosk"
    called_at: datetime | None = None
    call_count: int = 0
    counter: int | None = None
    officer: str | None = None
    for_counter: int | None = None
    for_officer: str | None = None
    held_until: datetime | None = None
    note: str | None = None
    return_after: int = 0
    returned_version: int = 0

    @property
    def at_counter(self) -> bool:
        return self.state in AT_COUNTER

    @property
    def order(self) -> tuple[datetime, int, str]:
        """Place in the line: by arrival; numbers taken in the same instant by their sequence."""
        return self.arrived_at, self.seq, self.series

    def require(self, *states: TicketState) -> None:
        """Refuse unless the ticket is in one of `states`."""
        if self.state not in states:
            raise WrongState(number=self.number, state=self.state)

    def move(self, state: TicketState, at: datetime, **changes: object) -> Ticket:
        """The ticket after entering `state` at `at`."""
        return replace(self, state=state, state_since=at, **changes)  # type: ignore[arg-type]


def format_number(prefix: str, seq: int, digits: int) -> str:
    """What is printed: prefix and digits, growing past `digits` when a day is long ("A001", "A1000", "1001")."""
    return f"{prefix}{seq:0{digits}d}"
