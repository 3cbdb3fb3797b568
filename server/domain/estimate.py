"""How long a person will wait, as a range. One model serves the kiosk, the boards and the head's what-if.

A service's line is worked off by the open counters that take it; a counter that takes several lines gives each a
part of its time in proportion to the work waiting in them. Service times are the day's own, drawn towards the
office's setting while there are few (five sessions' weight). The range is ±1 standard deviation of the sum of the
service times ahead, each with a coefficient of variation of 0.6, rounded outward to whole minutes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, sqrt

from server.domain.hall import Hall
from server.domain.words import CounterState

PRIOR_WEIGHT = 5
VARIATION = 0.6


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds, low and high."""

    low: int
    high: int


def service_s(hall: Hall, service: str) -> float:
    """Expected seconds for one person of a service."""
    prior = hall.config.services[service].service_s
    pace = hall.paces.get(service)
    if pace is None:
        return float(prior)
    return (prior * PRIOR_WEIGHT + pace.total_s) / (PRIOR_WEIGHT + pace.count)


def expected_wait(hall: Hall, service: str, ahead: int, waiting: Mapping[str, int] | None = None) -> Wait | None:
    """Expected wait behind `ahead` people of a service; None when no open counter takes it."""
    waiting = hall.waiting() if waiting is None else waiting
    open_lines = [hall.counter(d.number).services for d in hall.desks.values() if d.state is CounterState.OPEN]
    times = {code: service_s(hall, code) for code in hall.config.services}
    return wait_behind(service, ahead, waiting, open_lines, times)


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
    times = {code: service_s(hall, code) for code in hall.config.services}
    open_lines = [lines[n] for n in sorted(working)]
    planned = [*open_lines, *(lines[n] for n in ready), *[(service,)] * dedicated]
    return Plan(
        ahead,
        wait_behind(service, ahead, waiting, open_lines, times),
        wait_behind(service, ahead, waiting, planned, times),
        ready,
        dedicated,
    )


def wait_behind(
    service: str,
    ahead: int,
    waiting: Mapping[str, int],
    counters: Iterable[tuple[str, ...]],
    times: Mapping[str, float],
) -> Wait | None:
    """The model itself: `counters` lists the services of each open counter, `times` seconds a person by service."""
    mean = times[service]
    # Most counters of an office take the same lines: each kind is reckoned once.
    kinds = Counter(lines for lines in counters if service in lines)
    share = sum(_share(service, lines, waiting, times) * n for lines, n in kinds.items())
    if share == 0:
        return None
    if ahead == 0:
        return Wait(0, _minutes_up(mean / max(share, 1.0) / 2))
    middle = ahead * mean / share
    spread = VARIATION * mean * sqrt(ahead) / share
    return Wait(int(max(0.0, middle - spread) // 60 * 60), _minutes_up(middle + spread))


def _share(service: str, lines: tuple[str, ...], waiting: Mapping[str, int], times: Mapping[str, float]) -> float:
    """The part of one counter's time that a service gets, the asking person counted as waiting."""
    work = {line: (waiting.get(line, 0) + (line == service)) * times[line] for line in lines if line in times}
    total = sum(work.values())
    return work[service] / total if total else 1.0


def _minutes_up(seconds: float) -> int:
    return ceil(seconds / 60) * 60
