"""What an office has set: its services, counters and rules. Immutable; a change makes a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from zoneinfo import ZoneInfo

from server.domain.bookings import BookingPolicy
from server.domain.calendar import Calendar
from server.domain.words import Criterion

Names = Mapping[str, str]
"""A text by language: {"vi": …, "en": …}."""


def named(names: Names, language: str) -> str:
    """The text in `language`, else in Vietnamese, which every text has."""
    return names.get(language) or names["vi"]


@dataclass(frozen=True, slots=True)
class Service:
    """One line of the queue. `prefix` and `first` make its numbers: A001…, or blocks such as 1001…"""

    code: str
    names: Names
    prefix: str
    group: Names | None = None
    first: int = 1
    digits: int = 3
    daily_limit: int | None = None
    service_s: int = 480
    target_s: int = 600
    papers: tuple[Names, ...] = ()
    active: bool = True
    help: bool = False
    """Nobody's field: the line of people who need a helper. Kiosks show it as a key of its own."""
    calendar: Calendar | None = None
    stopped_on: date | None = None
    """The day on which the head has stopped its numbers; the next day it gives numbers again by itself."""
    stopped_why: str | None = None


@dataclass(frozen=True, slots=True)
class Counter:
    """A desk in the hall and the services it takes, in its order of preference."""

    number: int
    names: Names
    services: tuple[str, ...]
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Officer:
    """A member of staff as citizens and colleagues see them. `serves`: sits at counters."""

    id: str
    name: str
    photo: str | None = None
    serves: bool = False


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """A thing in the hall: what it is and where it stands. How it works is its driver's business.

    agent: the program that owns it. printer: the printer beside a kiosk.
    """

    id: str
    kind: str
    name: str
    counter: int | None = None
    agent: str | None = None
    printer: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QueuePolicy:
    """How the line of an office moves.

    mode: `strict` (priority always first) or `interleaved` (one priority after `ratio` others).
    guard_s: nobody who waited longer than this is passed over; None for no guard.
    alert_wait_s: a wait that consoles and the floor mark, so that somebody opens a counter in time.
    service_order: `arrival` (a counter's lines merged by arrival) or `listed` (its first line empties first).
    """

    mode: str = "interleaved"
    ratio: int = 2
    guard_s: int | None = 2700
    service_order: str = "arrival"
    calls_before_no_show: int = 3
    return_after: int = 2
    alert_wait_s: int = 1800


@dataclass(frozen=True, slots=True)
class LeasePolicy:
    """What kiosks are lent so that they can go on without the server.

    size: numbers in a block. life_h: hours until a block may no longer be used, None until the end of its day.
    ahead_days: how far ahead a block for the office's next day may be lent.
    """

    size: int = 20
    life_h: int | None = None
    ahead_days: int = 10


TicketPartName = Literal["counters", "ahead", "wait", "papers", "qr", "hotline"]
TICKET_PARTS: tuple[TicketPartName, ...] = ("counters", "ahead", "wait", "papers", "qr", "hotline")
"""What a ticket may leave out. Office, number, field, date and the priority mark are always there."""


@dataclass(frozen=True, slots=True)
class TicketStyle:
    """What an office's paper says. A text that is None is the product's own, in the ticket's language."""

    heading: Names | None = None
    qr_hint: Names | None = None
    footer: Names | None = None
    show: Sequence[str] = TICKET_PARTS


@dataclass(frozen=True, slots=True)
class OfficeConfig:
    """One office as its administrators have set it, at `config_version`."""

    id: str
    code: str
    names: Names
    timezone: str
    config_version: int
    services: Mapping[str, Service]
    counters: Mapping[int, Counter]
    officers: Mapping[str, Officer] = field(default_factory=dict)
    devices: Mapping[str, DeviceInfo] = field(default_factory=dict)
    policy: QueuePolicy = QueuePolicy()
    calendar: Calendar = field(default_factory=Calendar)
    rating_window_s: int = 30
    rating_scale: int = 3
    rating_criteria: tuple[Criterion, ...] = ()
    hotline: str | None = None
    texts: Mapping[str, Any] = field(default_factory=dict)
    boards: tuple[Mapping[str, Any], ...] = ()
    """Layouts that the hall's screens may show; the display gives them their meaning."""
    leases: LeasePolicy = LeasePolicy()
    card: str = "off"
    """Whether kiosks ask for an identity card, for one number a field and day: `off`, `optional`, `required`."""
    bookings: BookingPolicy | None = None
    """When bookings may be checked in; None where there are none."""
    ticket: TicketStyle = TicketStyle()
    valid_from: date | None = None
    valid_to: date | None = None
    merged_into: Names | None = None
    """The office that this one became a part of, after `valid_to`."""
    restores: tuple[date, ...] = ()
    """Days on which the database was put back from a backup: what was given out since then is unknown."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def counter_names(self, number: int) -> Names:
        return self.counters[number].names

    def counters_for(self, service: str) -> tuple[int, ...]:
        """Numbers of the counters that take a service, in order."""
        return tuple(number for number, counter in self.counters.items() if service in counter.services)
