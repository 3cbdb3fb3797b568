"""Nobody is overtaken more than the policy allows, whatever the order of arrivals and calls."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.hall import Hall
from server.domain.office import QueuePolicy
from server.domain.ticket import Ticket
from server.domain.words import Priority, TicketState
from tests.unit.office import Story


def leave(hall: Hall, ticket: Ticket) -> None:
    """Served at once, so that the counter calls again."""
    hall.put(replace(ticket, state=TicketState.COMPLETED, counter=None))


STEPS = st.lists(st.sampled_from(["ordinary", "priority", "call 1", "call 2"]), min_size=1, max_size=60)


@pytest.mark.parametrize("ratio", [1, 2, 3])
@given(steps=STEPS)
def test_an_ordinary_number_is_overtaken_at_most_once_every_ratio_numbers_ahead(ratio: int, steps: list[str]) -> None:
    story = Story(QueuePolicy(mode="interleaved", ratio=ratio, guard_s=None))
    story.sit(1), story.sit(2, "khanh")
    allowed: dict[str, int] = {}
    overtaken: dict[str, int] = {}

    def call(counter: int) -> None:
        fact = story.next(counter)
        if fact is None:
            return
        for waiting in story.hall.line():
            if waiting.order < fact.after.order:
                assert fact.after.priority, "ordinary numbers keep their order"
                overtaken[waiting.id] = overtaken.get(waiting.id, 0) + 1
                if not waiting.priority:
                    assert overtaken[waiting.id] <= allowed[waiting.id]
        leave(story.hall, fact.after)

    for step in steps:
        if step.startswith("call"):
            call(int(step[-1]))
        else:
            ahead = sum(1 for t in story.hall.line() if not t.priority)
            ticket = story.arrive(priority=Priority.DISABLED if step == "priority" else None)
            allowed[ticket.id] = ceil((ahead + 1) / ratio)
    while story.hall.tickets:
        call(1)


@given(steps=STEPS)
def test_with_strict_priority_each_kind_keeps_its_own_order(steps: list[str]) -> None:
    story = Story(QueuePolicy(mode="strict", guard_s=None))
    story.sit(1)
    called: dict[bool, list[tuple[object, ...]]] = {True: [], False: []}
    for step in steps:
        if step.startswith("call"):
            fact = story.next(1)
            if fact:
                called[bool(fact.after.priority)].append(fact.after.order)
                leave(story.hall, fact.after)
        else:
            story.arrive(priority=Priority.PREGNANT if step == "priority" else None)
    assert all(orders == sorted(orders) for orders in called.values())


@given(
    waits=st.lists(st.integers(0, 60), min_size=2, max_size=12), who=st.lists(st.booleans(), min_size=12, max_size=12)
)
def test_the_guard_calls_the_longest_waiting_as_soon_as_it_is_passed(waits: list[int], who: list[bool]) -> None:
    story = Story(QueuePolicy(mode="strict", guard_s=45 * 60))
    story.sit(1)
    for wait, is_priority in zip(waits, who, strict=False):
        story.later(wait)
        story.arrive(priority=Priority.ELDERLY if is_priority else None)
    while story.hall.tickets:
        oldest = story.hall.line()[0]
        fact = story.next()
        assert fact is not None
        if (story.now - oldest.arrived_at).total_seconds() > 45 * 60:
            assert fact.after.id == oldest.id
        leave(story.hall, fact.after)
