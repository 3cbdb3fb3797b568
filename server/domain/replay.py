"""A day's arrivals played once more under another order of calls, so that a rule is judged before people meet it.

The same people come at the same minutes, need the same time at a counter, and find the same counters open; the rule is
the one that calls (`policy.choose`). Who went home uncalled goes home at the same minute, unless the rule is quicker.
Left out on both sides: second services of a visit, and pauses shorter than the counters' own records.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

from server.domain import calling, line
from server.domain.hall import Hall
from server.domain.happenings import Desk
from server.domain.office import OfficeConfig, QueuePolicy
from server.domain.ticket import Ticket
from server.domain.words import CounterState, Priority, TicketState


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who came, and how long a counter was theirs. leaves_at: when their patience ended."""

    number: str
    service: str
    at: datetime
    busy_s: float
    priority: Priority | None = None
    leaves_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """A counter that took people, from when to when."""

    counter: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Served:
    """How it went for one person; `waited_s` is None when they had left, or the last counter closed, before a call."""

    arrival: Arrival
    waited_s: float | None
    left: bool = False


@dataclass(frozen=True, slots=True)
class Waits:
    """Waits of a group, in seconds. `left`: went home before a call. `missed`: not called before the last counter
    closed."""

    people: int
    mean_s: float
    p90_s: float
    longest_s: float
    missed: int
    left: int = 0


def replay(
    config: OfficeConfig, policy: QueuePolicy, arrivals: Sequence[Arrival], shifts: Iterable[Shift]
) -> list[Served]:
    """What each person would have waited under `policy`, in the order of the arrivals."""
    day = _Day(config, policy, arrivals, shifts)
    day.run()
    return [Served(arrival, day.waited.get(i), i in day.left) for i, arrival in enumerate(arrivals)]


class _Day:
    """The day's clock: people come, counters open and close, and whoever is free calls."""

    def __init__(
        self, config: OfficeConfig, policy: QueuePolicy, arrivals: Sequence[Arrival], shifts: Iterable[Shift]
    ) -> None:
        self.waited: dict[int, float] = {}
        self.left: set[int] = set()
        self._hall = Hall(replace(config, policy=policy), arrivals[0].at.date(), 0) if arrivals else None
        self._arrivals = arrivals
        self._order = count()
        self._agenda: list[tuple[datetime, int, str, int]] = []
        for i, arrival in enumerate(arrivals):
            self._note(arrival.at, "arrive", i)
            if arrival.leaves_at is not None:
                self._note(arrival.leaves_at, "leave", i)
        for shift in shifts:
            if shift.counter in config.counters:
                self._note(shift.start, "open", shift.counter)
                self._note(shift.end, "close", shift.counter)

    def _note(self, at: datetime, what: str, which: int) -> None:
        heapq.heappush(self._agenda, (at, next(self._order), what, which))

    def run(self) -> None:
        while self._agenda and self._hall is not None:
            now, _, what, which = heapq.heappop(self._agenda)
            self._happen(self._hall, now, what, which)
            # All of one instant first: who comes and whoever is free then meet by the rule, not by our order.
            if not self._agenda or self._agenda[0][0] > now:
                self._call(self._hall, now)

    def _happen(self, hall: Hall, now: datetime, what: str, which: int) -> None:
        if what == "arrive":
            hall.put(_ticket(self._arrivals[which], which, hall))
        elif what == "leave":
            if which not in self.waited:
                line.cancel(hall, str(which), now)
                self.left.add(which)
        elif what == "free":
            busy = hall.in_hand(which)
            if busy is not None:
                calling.finish(hall, busy.id, "", now)
        else:
            state = CounterState.OPEN if what == "open" else CounterState.CLOSED
            hall.desks[which] = Desk(which, state, now)

    def _call(self, hall: Hall, now: datetime) -> None:
        for number, desk in sorted(hall.desks.items()):
            if desk.state is CounterState.OPEN and hall.in_hand(number) is None:
                fact = calling.call_next(hall, number, now)
                if fact is not None:
                    i = int(fact.after.id)
                    self.waited[i] = (now - self._arrivals[i].at).total_seconds()
                    self._note(now + timedelta(seconds=self._arrivals[i].busy_s), "free", number)


def _ticket(arrival: Arrival, i: int, hall: Hall) -> Ticket:
    return Ticket(
        id=str(i), day=hall.day, series="", seq=i, number=arrival.number, service=arrival.service,
        state=TicketState.WAITING, issued_at=arrival.at, arrived_at=arrival.at, state_since=arrival.at,
        track_token=str(i), priority=arrival.priority,
    )  # fmt: skip


def summarise(served: Iterable[Served]) -> Waits:
    """The waits of a group as an office speaks of them."""
    people = list(served)
    waits = sorted(each.waited_s for each in people if each.waited_s is not None)
    left = sum(each.left for each in people)
    missed = len(people) - len(waits) - left
    if not waits:
        return Waits(len(people), 0.0, 0.0, 0.0, missed, left)
    ninth = waits[min(len(waits) - 1, -(-len(waits) * 9 // 10) - 1)]
    return Waits(len(people), sum(waits) / len(waits), ninth, waits[-1], missed, left)
