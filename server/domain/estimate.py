"""How long a person will wait, as a range. One model serves the ticket, the phone, the boards and the head's what-if.

A service's line is worked off by the open counters that take it; a counter that takes several lines gives each a part
of its time in proportion to the work waiting in them. What one person takes is learnt (`habits`): the field's own last
weeks at this hour, drawn towards today's services as they come in, and the change of people at the counter. Who is
ahead is not only who came earlier: people with priority who wait, and those who are likely to come meanwhile, go first
as far as the office's policy lets them. The service that is under way at each busy counter has by renewal theory
(1 + variation²) / 2 of a service left.

The range is meant to hold four times in five: ±1.28 standard deviations of the sum of the services ahead, with a
tenth and more of the wait itself for what no past day knows of this one, rounded outward to whole minutes. How often
it held is counted for every ticket (`domain.stats`), and `tests/unit/test_estimate_days.py` compares the model with
people ahead × average on days whose truth is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, sqrt

from server.domain.habits import VARIATION
from server.domain.hall import Hall
from server.domain.line import people_ahead, turns_owed
from server.domain.ticket import Ticket
from server.domain.words import CounterState, TicketState

FOUR_IN_FIVE = 1.28
DAY_DOUBT = 0.13
"""By how much a whole day runs slower or faster than the office's habit, as a standard deviation."""
TODAY_WEIGHT = 15
"""Services that an office's habit counts as beside those of today; its bare setting counts as five."""
SETTING_WEIGHT = 5
SOON_S = 60


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds, low and high."""

    low: int
    high: int


def service_s(hall: Hall, service: str, hour: int | None) -> float:
    """Expected seconds for one person of a service in an hour of the office's day."""
    setting = float(hall.config.services[service].service_s)
    habit, past = hall.habits.expected(service, hour, setting)
    weight = TODAY_WEIGHT if past.count >= TODAY_WEIGHT else SETTING_WEIGHT
    pace = hall.paces.get(service)
    served = (habit * weight + pace.total.total_seconds()) / (weight + pace.count) if pace else habit
    return served + hall.habits.change_s


def expected_wait(hall: Hall, service: str, ahead: float, waiting: Mapping[str, int] | None = None) -> Wait | None:
    """Expected wait behind `ahead` people of a service; None when no open counter takes it."""
    waiting = hall.waiting() if waiting is None else waiting
    open_lines = [hall.counter(d.number).services for d in hall.desks.values() if d.state is CounterState.OPEN]
    hour = hall.hour
    times = {code: service_s(hall, code, hour) for code in hall.config.services}
    _habit, past = hall.habits.expected(service, hour, times[service])
    return wait_behind(
        service, ahead, waiting, open_lines, times, busy=_all_busy(hall, service), variation=past.variation
    )


def ticket_wait(hall: Hall, ticket: Ticket) -> Wait | None:
    """The expected wait of somebody who has a number."""
    return expected_wait(hall, ticket.service, turns_ahead(hall, ticket))


def turns_ahead(hall: Hall, ticket: Ticket) -> float:
    """How many of the same line will be called before this ticket, as the office's policy has it."""
    if turns_owed(hall, ticket):
        return people_ahead(hall, ticket)
    earlier = [0, 0]  # ordinary, with priority
    later = 0
    for other in hall.tickets.values():
        if other.state is not TicketState.WAITING or other.service != ticket.service or other.id == ticket.id:
            continue
        if other.order < ticket.order:
            earlier[other.priority is not None] += 1
        else:
            later += other.priority is not None
    ordinary, favoured = earlier
    policy = hall.config.policy
    if ticket.priority is not None:
        # Each one with priority goes after so many ordinary people, and never later than its own place.
        return favoured + (0 if policy.mode == "strict" else min(ordinary, policy.ratio * (favoured + 0.5)))
    coming = later + _priorities_coming(hall, ticket.service, ordinary + favoured)
    return ordinary + favoured + (coming if policy.mode == "strict" else min(coming, (ordinary + 1) / policy.ratio))


def _priorities_coming(hall: Hall, service: str, ahead: int) -> float:
    """People with priority who are likely to take a number before `ahead` people have been called."""
    hour = hall.hour
    rate = hall.habits.priorities_an_hour.get((service, hour or 0), 0.0)
    if not rate:
        return 0.0
    counters = sum(service in hall.counter(d.number).services for d in hall.desks.values() if d.state == "open")
    return rate * ahead * service_s(hall, service, hour) / max(counters, 1) / 3600


def _all_busy(hall: Hall, service: str) -> bool:
    """Whether each open counter that takes the service has somebody."""
    taken = hall.taken()
    return all(
        desk.number in taken
        for desk in hall.desks.values()
        if desk.state is CounterState.OPEN and service in hall.counter(desk.number).services
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """What further counters would change for somebody who takes a number of `service` now.

    opened: closed or paused counters that take the service, in order; dedicated: how many more would need a desk.
    """

    ahead: int
    now: Wait | None
    then: Wait | None
    opened: tuple[int, ...]
    dedicated: int


def what_if(hall: Hall, service: str, more: int) -> Plan:
    """The same model with `more` counters: first those that stand ready with their own lines, then new ones."""
    waiting = hall.waiting()
    ahead = waiting.get(service, 0)
    lines = {number: counter.services for number, counter in hall.config.counters.items()}
    working = {d.number for d in hall.desks.values() if d.state is CounterState.OPEN}
    ready = tuple(n for n, services in lines.items() if service in services and n not in working)[:more]
    dedicated = more - len(ready)
    hour = hall.hour
    times = {code: service_s(hall, code, hour) for code in hall.config.services}
    open_lines = [lines[n] for n in sorted(working)]
    planned = [*open_lines, *(lines[n] for n in ready), *[(service,)] * dedicated]
    variation = hall.habits.expected(service, hour, times[service])[1].variation
    # Whoever opens a counter has nobody there yet.
    then = wait_behind(service, ahead, waiting, planned, times, busy=not more, variation=variation)
    return Plan(ahead, expected_wait(hall, service, ahead, waiting), then, ready, dedicated)


def wait_behind(
    service: str,
    ahead: float,
    waiting: Mapping[str, int],
    counters: Iterable[tuple[str, ...]],
    times: Mapping[str, float],
    *,
    busy: bool = True,
    variation: float = VARIATION,
) -> Wait | None:
    """The model itself: `counters` lists the services of each open counter, `times` seconds a person by service.
    `busy`: nobody of those counters is free now."""
    mean = times[service]
    # Most counters of an office take the same lines: each kind is reckoned once.
    kinds = Counter(lines for lines in counters if service in lines)
    share = sum(_share(service, lines, waiting, times) * n for lines, n in kinds.items())
    if share == 0:
        return None
    if ahead < 0.5 and not busy:
        return Wait(0, SOON_S)
    turns = ahead + ((1 + variation**2) / 2 if busy else 0)
    middle = turns * mean / share
    spread = sqrt((variation * mean / share) ** 2 * turns + (DAY_DOUBT * middle) ** 2)
    low, high = middle - FOUR_IN_FIVE * spread, middle + FOUR_IN_FIVE * spread
    return Wait(int(max(0.0, low) // 60 * 60), _minutes_up(high))


def _share(service: str, lines: tuple[str, ...], waiting: Mapping[str, int], times: Mapping[str, float]) -> float:
    """The part of one counter's time that a service gets, the asking person counted as waiting."""
    work = {line: (waiting.get(line, 0) + (line == service)) * times[line] for line in lines if line in times}
    total = sum(work.values())
    return work[service] / total if total else 1.0


def _minutes_up(seconds: float) -> int:
    return ceil(seconds / 60) * 60
