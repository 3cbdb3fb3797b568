"""Who is next at a counter, and why. Pure: the same hall, counter and instant give the same answer.

Order of the rules, first that applies:
1. a ticket sent to this very counter or officer goes first (`directed`);
2. nobody who has waited longer than the guard is passed over (`waited_too_long`);
3. with service order `listed`, the counter's first line that has anybody is emptied first;
4. priority: `strict` always first; `interleaved` one priority after every `ratio` others, and never later than
   its own place by arrival;
5. otherwise by arrival. Transfers keep their arrival and so go ahead of later ones; a person who came back after
   an absence waits until `return_after` others of the line were called, then keeps the old place.

How often a waiting person can be overtaken follows from this and is tested: in `interleaved` with nothing returned,
directed or transferred, at most ceil((k + 1) / ratio) times by later priority tickets, k being the ordinary
tickets ahead at arrival.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from server.domain.hall import Hall
from server.domain.happenings import Desk, Reason
from server.domain.line import turns_owed
from server.domain.ticket import Ticket
from server.domain.words import Rule

PASSED_OVER_KEPT = 12


@dataclass(frozen=True, slots=True)
class Choice:
    ticket: Ticket
    reason: Reason


def choose(hall: Hall, desk: Desk, now: datetime) -> Choice | None:
    """The next ticket for a counter, or None when nobody waits for it."""
    candidates = eligible(hall, desk)
    if not candidates:
        return None
    directed = [
        t for t in candidates if t.for_counter == desk.number or (t.for_officer and t.for_officer == desk.officer)
    ]
    if directed:
        return _chosen(directed[0], Rule.DIRECTED, candidates)
    oldest = candidates[0]
    guard = hall.config.policy.guard_s
    natural = _by_policy(hall, desk, candidates)
    if guard is not None and natural.ticket is not oldest and (now - oldest.arrived_at).total_seconds() > guard:
        return _chosen(oldest, Rule.WAITED_TOO_LONG, candidates, guard_min=guard // 60)
    return natural


def forecast(hall: Hall, number: int, now: datetime) -> Choice | None:
    """Whom a counter would call if it called now, whether or not it is open. Another counter of the same line may be
    quicker: this is an outlook, not a promise."""
    return choose(hall, hall.desk(number), now)


def eligible(hall: Hall, desk: Desk) -> list[Ticket]:
    """Tickets this counter may call now, by arrival; people who came back wait unless nobody else is there."""
    services = hall.counter(desk.number).services
    mine = [t for t in hall.line() if _may_take(t, desk, services)]
    ready = [t for t in mine if not turns_owed(hall, t)]
    return ready or mine


def _may_take(ticket: Ticket, desk: Desk, services: Sequence[str]) -> bool:
    if ticket.for_counter is not None:
        return ticket.for_counter == desk.number
    if ticket.for_officer is not None:
        return ticket.for_officer == desk.officer
    return ticket.service in services


def _by_policy(hall: Hall, desk: Desk, candidates: list[Ticket]) -> Choice:
    policy = hall.config.policy
    services = hall.counter(desk.number).services
    pool = candidates
    if policy.service_order == "listed":
        first = min((services.index(t.service) for t in candidates if t.service in services), default=None)
        if first is not None:
            pool = [t for t in candidates if t.service == services[first]]
    head = pool[0]
    favoured = next((t for t in pool if t.priority), None)
    if favoured is None or favoured is head:
        return _chosen(head, Rule.RETURNED if head.return_after else Rule.FIRST_COME, candidates)
    if policy.mode == "strict":
        return _chosen(favoured, Rule.PRIORITY_FIRST, candidates)
    ordinary = _ordinary_in_a_row(hall, services)
    if len(ordinary) >= policy.ratio:
        return _chosen(favoured, Rule.PRIORITY_TURN, candidates, ratio=policy.ratio, after=ordinary[-policy.ratio :])
    return _chosen(head, Rule.RETURNED if head.return_after else Rule.FIRST_COME, candidates)


def _ordinary_in_a_row(hall: Hall, services: Sequence[str]) -> tuple[str, ...]:
    """Ordinary numbers called for these services since the last priority one, oldest first."""
    row: list[str] = []
    for call in reversed(hall.calls):
        if not call.is_turn or call.service not in services:
            continue
        if call.priority:
            break
        row.append(call.number)
    return tuple(reversed(row))


def _chosen(ticket: Ticket, rule: Rule, candidates: Sequence[Ticket], **values: object) -> Choice:
    passed = tuple(t.number for t in candidates if t.order < ticket.order)[:PASSED_OVER_KEPT]
    return Choice(ticket, Reason(rule, passed, values))
