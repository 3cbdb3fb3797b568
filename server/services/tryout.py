"""The order of calls tried out on a day that was: the same people, once under each rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from statistics import median

from server.domain.errors import N_ as _
from server.domain.errors import NotFound
from server.domain.office import OfficeConfig, QueuePolicy
from server.domain.replay import Arrival, Served, Shift, replay, summarise
from server.domain.stats.facts import DayFacts, TicketFacts
from server.domain.words import AT_COUNTER, Priority, TicketState
from server.services.ports import Json
from server.services.reporting import Figures

LOOK_BACK_DAYS = 21


class NoArrivals(NotFound):
    code, text = "no_arrivals", _("Chưa có ngày nào có người lấy số để tính thử.")


def try_policy(figures: Figures, config: OfficeConfig, policy: QueuePolicy, day: date, *, exact: bool) -> Json:
    """Waits of that day under the present and under a new policy. Unless `exact`, the newest day before with arrivals
    is taken when that one has none."""
    found, facts = _day_with_people(figures, config, day, exact)
    arrivals, shifts = people_of(facts, config), shifts_of(facts, config, found)
    now, then = (replay(config, each, arrivals, shifts) for each in (config.policy, policy))
    return {
        "day": found.isoformat(),
        "people": len(arrivals),
        "groups": [
            {"group": name, "now": _waits(filter(of, now)), "then": _waits(filter(of, then))}
            for name, of in groups_of(config, arrivals).items()
        ],
        "called_earlier": sum(_sooner(a, b) for a, b in zip(then, now, strict=True)),
        "called_later": sum(_sooner(a, b) for a, b in zip(now, then, strict=True)),
    }  # fmt: skip


def _day_with_people(figures: Figures, config: OfficeConfig, day: date, exact: bool) -> tuple[date, DayFacts]:
    for back in range(1 if exact else LOOK_BACK_DAYS):
        at = day - timedelta(days=back)
        facts = figures.facts(config.id, at)
        if people_of(facts, config):
            return at, facts
    raise NoArrivals()


def people_of(facts: DayFacts, config: OfficeConfig) -> list[Arrival]:
    """Everybody who came, in the order of their coming. Who was never called would have needed as long as the others of
    the line did."""
    known = [ticket for ticket in facts.tickets if ticket.spans and ticket.spans[0].service in config.services]
    called = [arrival for ticket in known if (arrival := _called(ticket)) is not None]
    uncalled = [_uncalled(ticket, called, config) for ticket in known if _first_call(ticket) is None]
    found = [each for each in [*called, *uncalled] if each.service in config.services]
    return sorted(found, key=lambda each: (each.at, each.number))


def _first_call(ticket: TicketFacts) -> int | None:
    return next((i for i, span in enumerate(ticket.spans) if span.state in AT_COUNTER), None)


def _called(ticket: TicketFacts) -> Arrival | None:
    first = _first_call(ticket)
    if first is None:
        return None
    span = ticket.spans[first]
    ends = [s.end for s in ticket.spans[first:] if s.state in AT_COUNTER and s.counter == span.counter]
    if not ends or ends[-1] is None:
        return None
    return Arrival(ticket.number, span.service, _at(ticket.arrived), (ends[-1] - span.start) / 1000, _priority(ticket))


def _uncalled(ticket: TicketFacts, called: Sequence[Arrival], config: OfficeConfig) -> Arrival:
    """Somebody who went home, or still waited when the day ended."""
    last = ticket.spans[-1]
    like = [each.busy_s for each in called if each.service == last.service]
    busy = median(like) if like else config.services[ticket.spans[0].service].service_s
    leaves = _at(last.start) if last.state == TicketState.CANCELLED else None
    return Arrival(ticket.number, last.service, _at(ticket.arrived), busy, _priority(ticket), leaves)


def _priority(ticket: TicketFacts) -> Priority | None:
    return Priority(ticket.priority) if ticket.priority else None


def shifts_of(facts: DayFacts, config: OfficeConfig, day: date) -> list[Shift]:
    """When each counter took people. One that was left open ended with its day."""
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), config.zone)
    return [
        Shift(desk.counter, _at(desk.start), end if desk.end is None else _at(desk.end))
        for desk in facts.desks
        if desk.state == "open"
    ]


def groups_of(config: OfficeConfig, arrivals: Sequence[Arrival]) -> Mapping[str, Callable[[Served], bool]]:
    """Groups that anybody of that day belongs to: all, ordinary, priority, and each field by its code."""
    groups: dict[str, Callable[[Served], bool]] = {
        "all": lambda each: True,
        "ordinary": lambda each: each.arrival.priority is None,
        "priority": lambda each: each.arrival.priority is not None,
    }
    groups |= {f"service:{code}": _of_service(code) for code in config.services}
    present = [Served(arrival, None) for arrival in arrivals]
    return {name: of for name, of in groups.items() if any(map(of, present))}


def _of_service(code: str) -> Callable[[Served], bool]:
    return lambda each: each.arrival.service == code


def _waits(served: Iterable[Served]) -> Json:
    waits = summarise(served)
    return {
        "people": waits.people, "mean_s": round(waits.mean_s), "p90_s": round(waits.p90_s),
        "longest_s": round(waits.longest_s), "missed": waits.missed, "left": waits.left,
    }  # fmt: skip


def _sooner(a: Served, b: Served) -> bool:
    return a.waited_s is not None and (b.waited_s is None or a.waited_s < b.waited_s)


def _at(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
