"""At the counter: what an officer may do, and what the hall refuses in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.domain import calling, desks, feedback, line
from server.domain.errors import (
    AlreadyRated,
    CounterBusy,
    CounterNotOpen,
    CounterTaken,
    Invalid,
    MotcuaError,
    OfficerElsewhere,
    RatingWindowClosed,
    TooFewCalls,
    WrongState,
)
from server.domain.happenings import RatingOpened
from server.domain.words import CounterState, Dissatisfaction, Level, TicketState
from tests.unit.office import Story


@pytest.fixture
def story() -> Story:
    story = Story()
    story.sit(1)
    return story


def test_a_counter_serves_one_ticket_at_a_time(story: Story) -> None:
    story.arrive(), story.arrive()
    story.next()
    with pytest.raises(CounterBusy) as refusal:
        story.next()
    assert refusal.value.values["number"] == "A001"


def test_a_closed_and_a_paused_counter_call_nobody(story: Story) -> None:
    story.arrive()
    with pytest.raises(CounterNotOpen):
        story.next(2)
    desks.pause_desk(story.hall, 1, "họp", story.now)
    with pytest.raises(CounterNotOpen):
        story.next(1)
    story.sit(1)
    assert story.call(1) == "A001"


def test_two_officers_cannot_sit_at_one_counter_nor_one_at_two(story: Story) -> None:
    with pytest.raises(CounterTaken):
        story.sit(1, "khanh")
    with pytest.raises(OfficerElsewhere) as refusal:
        story.sit(2, "ngoc")
    assert refusal.value.values == {"counter": 1}


def test_opening_ones_own_counter_again_changes_nothing(story: Story) -> None:
    version = story.hall.version
    story.sit(1)
    assert story.hall.version == version


def test_a_counter_is_not_closed_while_somebody_is_there(story: Story) -> None:
    story.arrive()
    story.next()
    with pytest.raises(CounterBusy):
        desks.close_desk(story.hall, 1, story.now)


def test_absent_only_after_three_calls(story: Story) -> None:
    ticket = story.arrive()
    story.next()
    with pytest.raises(TooFewCalls):
        calling.no_show(story.hall, ticket.id, story.now)
    calling.recall(story.hall, ticket.id, story.now)
    calling.recall(story.hall, ticket.id, story.now)
    fact = calling.no_show(story.hall, ticket.id, story.now)
    assert fact.after.state is TicketState.NO_SHOW and fact.after.counter is None


def test_a_held_ticket_frees_the_counter_and_comes_back_to_it(story: Story) -> None:
    ticket = story.arrive()
    story.arrive()
    story.next()
    line.hold(story.hall, ticket.id, story.now, note="bổ sung bản sao", until=story.now + timedelta(minutes=20))
    assert story.call() == "A002"
    fact = calling.resume(story.hall, ticket.id, 1, story.now)
    assert (fact.after.state, fact.after.counter, fact.after.held_until) == (TicketState.CALLED, 1, None)


def test_finish_opens_one_rating_for_thirty_seconds(story: Story) -> None:
    ticket = story.arrive()
    story.next()
    calling.start(story.hall, ticket.id, story.now)
    completed, opened = calling.finish(story.hall, ticket.id, "s1", story.now)
    assert isinstance(opened, RatingOpened)
    assert opened.session.rating_until - story.now == timedelta(seconds=30)
    assert feedback.open_session(story.hall, 1, story.now + timedelta(seconds=29)) == opened.session
    for moment in (story.now - timedelta(seconds=1), story.now + timedelta(seconds=31)):
        with pytest.raises(RatingWindowClosed):
            feedback.open_session(story.hall, 1, moment)
    with pytest.raises(RatingWindowClosed):
        feedback.open_session(story.hall, 2, story.now)


def test_one_rating_a_session_on_its_own_scale(story: Story) -> None:
    ticket = story.arrive()
    story.next()
    _, opened = calling.finish(story.hall, ticket.id, "s1", story.now)
    assert isinstance(opened, RatingOpened)
    unhappy = feedback.Press(Level.DISSATISFIED, (Dissatisfaction.PROCESSING_TIME,))
    fact = feedback.give(story.hall, opened.session, unhappy, [], story.now)
    assert (fact.level, fact.reasons, fact.counter) == ("dissatisfied", ("processing_time",), 1)
    with pytest.raises(AlreadyRated):
        feedback.give(story.hall, opened.session, unhappy, ["s1"], story.now)
    with pytest.raises(Invalid):
        feedback.Press(Level.NEUTRAL).check(scale=3)
    with pytest.raises(Invalid):
        feedback.Press(Level.SATISFIED, (Dissatisfaction.FEE,)).check(scale=3)


WRONG = {
    "recall": ("waiting", "serving", "held", "no_show"),
    "start": ("waiting", "serving", "held", "no_show"),
    "finish": ("waiting", "held", "no_show"),
    "no_show": ("waiting", "serving", "held", "no_show"),
    "hold": ("waiting", "held", "no_show"),
    "resume": ("waiting", "called", "serving", "no_show"),
    "requeue": ("waiting",),
    "transfer": ("no_show",),
}


@pytest.mark.parametrize(("verb", "state"), [(verb, state) for verb, states in WRONG.items() for state in states])
def test_a_command_in_the_wrong_state_is_refused_and_changes_nothing(story: Story, verb: str, state: str) -> None:
    ticket = story.arrive()
    if state != "waiting":
        story.next()
    match state:
        case "serving":
            calling.start(story.hall, ticket.id, story.now)
        case "held":
            line.hold(story.hall, ticket.id, story.now)
        case "no_show":
            calling.recall(story.hall, ticket.id, story.now)
            calling.recall(story.hall, ticket.id, story.now)
            calling.no_show(story.hall, ticket.id, story.now)
    before = (dict(story.hall.tickets), story.hall.version)
    commands = {
        "recall": lambda: calling.recall(story.hall, ticket.id, story.now),
        "start": lambda: calling.start(story.hall, ticket.id, story.now),
        "finish": lambda: calling.finish(story.hall, ticket.id, "s", story.now),
        "no_show": lambda: calling.no_show(story.hall, ticket.id, story.now),
        "hold": lambda: line.hold(story.hall, ticket.id, story.now),
        "resume": lambda: calling.resume(story.hall, ticket.id, 1, story.now),
        "requeue": lambda: line.requeue(story.hall, ticket.id, story.now),
        "transfer": lambda: line.transfer(story.hall, ticket.id, story.now, service="B"),
    }
    with pytest.raises(WrongState):
        commands[verb]()
    assert (story.hall.tickets, story.hall.version) == before


def test_yesterday_is_closed_and_counters_with_it(story: Story) -> None:
    waiting, called = story.arrive(), story.arrive()
    story.sit(2, "khanh")
    story.next(2)
    facts = line.expire(story.hall, story.now)
    assert {fact.after.id for fact in facts} == {waiting.id, called.id}  # type: ignore[attr-defined]
    assert not story.hall.tickets
    desks.close_all(story.hall, story.now)
    assert {d.state for d in story.hall.desks.values()} == {CounterState.CLOSED}


def test_every_refusal_has_a_code_of_its_own() -> None:
    def tree(kind: type[MotcuaError]) -> list[type[MotcuaError]]:
        return [kind, *(error for sub in kind.__subclasses__() for error in tree(sub))]

    codes: dict[str, type[MotcuaError]] = {}
    for error in tree(MotcuaError):
        if "code" in vars(error):
            assert error.code not in codes, f"{error.__name__} and {codes[error.code].__name__} share {error.code}"
            codes[error.code] = error
