"""Several services in one visit, a counter that changes hands, a hall that a head steers, and who would be next."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from server.domain import calling, desks, line
from server.domain.errors import CounterBusy, CounterTaken, Invalid, OfficerSeated, ServiceStopped
from server.domain.happenings import RatingOpened, TicketHappening
from server.domain.office import Officer
from server.domain.policy import forecast
from server.domain.words import CounterState, Priority, Rule, TicketState
from tests.unit.office import Story

OFFICERS = {name: Officer(name, name.title(), serves=True) for name in ("ngoc", "khanh", "thao")}


@pytest.fixture
def story() -> Story:
    story = Story(officers=OFFICERS)
    story.sit(1)
    return story


def serve(story: Story, counter: int = 1) -> str:
    fact = story.next(counter)
    assert fact is not None
    calling.start(story.hall, fact.after.id, story.now)
    story.later(5)
    return fact.after.id


# --- several services in one visit ------------------------------------------------------------------------------------


def test_the_next_service_at_the_same_counter_begins_a_session_of_its_own(story: Story) -> None:
    story.arrive("A")
    ticket = serve(story)
    moved, opened = calling.go_on(story.hall, ticket, "s1", story.now, "B", here=True)
    assert isinstance(opened, RatingOpened) and (opened.session.service, opened.session.officer) == ("A", "ngoc")
    now = story.hall.ticket(ticket)
    assert (now.number, now.service, now.state, now.counter) == ("A001", "B", TicketState.SERVING, 1)
    story.later(4)
    _, second = calling.finish(story.hall, ticket, "s2", story.now)
    assert isinstance(second, RatingOpened) and second.session.service == "B"
    assert second.session.ended_at - second.session.started_at == timedelta(minutes=4)


def test_the_next_service_elsewhere_keeps_number_and_goes_before_later_arrivals(story: Story) -> None:
    story.arrive("A")
    later = story.arrive("C")
    ticket = serve(story)
    moved, _ = calling.go_on(story.hall, ticket, "s1", story.now, "C", here=False, note="còn trích lục")
    assert isinstance(moved, TicketHappening) and moved.type == "ticket.transferred"
    assert story.hall.in_hand(1) is None and story.hall.ticket(ticket).note == "còn trích lục"
    story.sit(3, "thao")
    assert story.calls(2, counter=3) == ["A001", later.number]


@pytest.mark.parametrize(("service", "here"), [("A", False), ("A", True), ("C", True)])
def test_going_on_to_the_same_or_to_what_this_counter_does_not_take_is_refused(
    story: Story, service: str, here: bool
) -> None:
    story.arrive("A")
    ticket = serve(story)
    with pytest.raises(Invalid):
        calling.go_on(story.hall, ticket, "s1", story.now, service, here=here)


# --- hand-over --------------------------------------------------------------------------------------------------------


def test_a_colleague_takes_the_counter_over_with_the_person_in_hand(story: Story) -> None:
    story.arrive("A")
    ticket = serve(story)
    began = story.hall.ticket(ticket).state_since
    counter, person = desks.hand_over(story.hall, 1, "khanh", story.now)
    assert (counter.type, story.hall.desk(1).officer) == ("counter.opened", "khanh")
    assert isinstance(person, TicketHappening) and person.after.officer == "khanh"
    assert person.after.state_since == began, "the citizen's time goes on"
    _, rating = calling.finish(story.hall, ticket, "s1", story.now)
    assert isinstance(rating, RatingOpened) and rating.session.officer == "khanh"


def test_somebody_only_called_is_served_by_whoever_sits_there_then(story: Story) -> None:
    story.arrive("A")
    fact = story.next()
    assert fact is not None
    assert len(desks.hand_over(story.hall, 1, "khanh", story.now)) == 1, "the call stays with the one who made it"
    assert calling.start(story.hall, fact.after.id, story.now).after.officer == "khanh"


def test_a_paused_counter_stays_paused_in_other_hands(story: Story) -> None:
    desks.pause_desk(story.hall, 1, "họp", story.now)
    (fact,) = desks.hand_over(story.hall, 1, "khanh", story.now)
    assert fact.type == "counter.paused" and story.hall.desk(1).reason == "họp"


def test_nobody_is_handed_a_second_counter(story: Story) -> None:
    story.sit(2, "khanh")
    with pytest.raises(OfficerSeated) as refusal:
        desks.hand_over(story.hall, 1, "khanh", story.now)
    assert refusal.value.values == {"officer": "Khanh", "counter": 2}
    with pytest.raises(Invalid):
        desks.hand_over(story.hall, 1, "nobody", story.now)
    assert desks.hand_over(story.hall, 1, "ngoc", story.now) == []


# --- the head ---------------------------------------------------------------------------------------------------------


def test_a_head_moves_an_officer_who_is_free(story: Story) -> None:
    facts = desks.assign(story.hall, 3, "ngoc", story.now)
    assert [fact.type for fact in facts] == ["counter.closed", "counter.opened"]
    assert story.hall.desk(1).state is CounterState.CLOSED and story.hall.desk(3).officer == "ngoc"
    story.sit(1, "khanh")
    with pytest.raises(CounterTaken):
        desks.assign(story.hall, 3, "khanh", story.now)


def test_an_officer_is_not_moved_away_from_a_citizen(story: Story) -> None:
    story.arrive("A")
    serve(story)
    with pytest.raises(CounterBusy):
        desks.assign(story.hall, 2, "ngoc", story.now)


def test_a_stopped_field_refuses_with_its_reason_until_the_day_is_over(story: Story) -> None:
    service = replace(story.hall.config.services["A"], stopped_on=story.hall.day, stopped_why="mất điện kho hồ sơ")
    with pytest.raises(ServiceStopped) as refusal:
        line.check_open(story.hall, service, story.now)
    assert refusal.value.values["why"] == "mất điện kho hồ sơ"
    line.check_open(story.hall, service, story.now + timedelta(days=1))


# --- who would be next ------------------------------------------------------------------------------------------------


def test_the_outlook_is_what_the_call_then_does(story: Story) -> None:
    for priority in (None, None, None, Priority.ELDERLY):
        story.arrive("A", priority)
    story.calls(2)
    outlook = forecast(story.hall, 1, story.now)
    assert outlook is not None and outlook.reason.rule is Rule.PRIORITY_TURN
    assert story.call() == outlook.ticket.number
    assert forecast(story.hall, 3, story.now) is None, "a closed counter that nobody waits for"
