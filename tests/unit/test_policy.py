"""Who is next: the rules as the office's people would tell them."""

from __future__ import annotations

import pytest

from server.domain import calling, line
from server.domain.office import QueuePolicy
from server.domain.words import Priority, Rule
from tests.unit.office import Story

ELDERLY = Priority.ELDERLY


def test_whoever_came_first_is_called_first_across_the_lines_of_a_counter() -> None:
    story = Story()
    story.sit(1)
    story.arrive("A"), story.arrive("B"), story.arrive("A")
    assert story.calls(3) == ["A001", "B001", "A002"]


def test_a_counter_calls_only_the_lines_it_takes() -> None:
    story = Story()
    story.sit(3)
    story.arrive("A")
    assert story.call(3) is None


def test_listed_order_empties_the_first_line_of_the_counter_first() -> None:
    story = Story(QueuePolicy(service_order="listed", guard_s=None))
    story.sit(2)
    story.arrive("A"), story.arrive("B"), story.arrive("B")
    assert story.calls(3, counter=2) == ["B001", "B002", "A001"]


def test_strict_priority_goes_before_everybody() -> None:
    story = Story(QueuePolicy(mode="strict"))
    story.sit(1)
    story.arrive(), story.arrive(), story.arrive(priority=ELDERLY)
    fact = story.next()
    assert fact is not None and fact.reason is not None
    assert (fact.after.number, fact.reason.rule) == ("A003", Rule.PRIORITY_FIRST)
    assert fact.reason.passed_over == ("A001", "A002")


def test_interleaved_priority_gets_its_turn_after_two_ordinary_numbers() -> None:
    story = Story()
    story.sit(1)
    for _ in range(5):
        story.arrive()
    story.arrive(priority=ELDERLY), story.arrive(priority=ELDERLY)
    assert story.calls(7) == ["A001", "A002", "A006", "A003", "A004", "A007", "A005"]


def test_the_reason_of_a_priority_turn_names_the_ordinary_numbers_before_it() -> None:
    story = Story()
    story.sit(1)
    for _ in range(3):
        story.arrive()
    story.arrive(priority=ELDERLY)
    story.calls(2)
    fact = story.next()
    assert fact is not None and fact.reason is not None
    assert fact.reason.rule is Rule.PRIORITY_TURN
    assert fact.reason.values == {"ratio": 2, "after": ("A001", "A002")}
    assert fact.reason.passed_over == ("A003",)


def test_priority_never_makes_anybody_wait_longer_than_without_it() -> None:
    story = Story()
    story.sit(1)
    story.arrive(priority=ELDERLY), story.arrive(), story.arrive()
    assert story.call() == "A001"


def test_a_recall_is_not_a_turn_of_the_line() -> None:
    story = Story()
    story.sit(1)
    for _ in range(4):
        story.arrive()
    story.arrive(priority=ELDERLY)
    first = story.next()
    assert first is not None
    for _ in range(3):
        calling.recall(story.hall, first.after.id, story.now)
    calling.finish(story.hall, first.after.id, "s", story.now)
    assert story.calls(2) == ["A002", "A005"]


@pytest.mark.parametrize("mode", ["strict", "interleaved"])
def test_nobody_who_waited_longer_than_the_guard_is_passed_over(mode: str) -> None:
    story = Story(QueuePolicy(mode=mode, ratio=1, guard_s=45 * 60))
    story.sit(1)
    story.arrive("B")
    story.call()
    story.arrive()
    story.later(46)
    story.arrive(priority=ELDERLY)
    fact = story.next()
    assert fact is not None and fact.reason is not None
    assert (fact.after.number, fact.reason.rule) == ("A001", Rule.WAITED_TOO_LONG)


def test_a_transferred_ticket_keeps_its_number_and_its_place_by_arrival() -> None:
    story = Story()
    story.sit(1)
    early = story.arrive("C")
    story.arrive("A")
    line.transfer(story.hall, early.id, story.now, service="A")
    assert story.calls(2) == ["C001", "A001"]


def test_a_ticket_sent_to_a_counter_waits_for_that_counter_alone_and_goes_first_there() -> None:
    story = Story()
    story.sit(1), story.sit(2, "khanh")
    story.arrive("A")
    sent = story.arrive("C")
    line.transfer(story.hall, sent.id, story.now, counter=2)
    assert story.call(1) == "A001"
    assert story.call(1) is None
    fact = story.next(2)
    assert fact is not None and fact.reason is not None and fact.reason.rule is Rule.DIRECTED


def test_a_ticket_sent_to_an_officer_follows_that_officer() -> None:
    story = Story()
    story.sit(1), story.sit(2, "khanh")
    sent = story.arrive("A")
    line.transfer(story.hall, sent.id, story.now, officer="khanh")
    assert (story.call(1), story.call(2)) == (None, "A001")


def came_back() -> Story:
    """The first of four missed every call and stands in the line again."""
    story = Story()
    story.sit(1)
    for _ in range(4):
        story.arrive()
    absent = story.miss()
    line.requeue(story.hall, absent.id, story.now)
    return story


def test_who_missed_three_calls_comes_back_behind_two_others_and_then_first() -> None:
    story = came_back()
    assert story.calls(4) == ["A002", "A003", "A001", "A004"]


def test_who_came_back_is_told_of_those_who_go_first_and_they_are_told_of_nobody() -> None:
    """The phone of somebody who came back said "you are next" while two others were called."""
    story = came_back()

    def ahead() -> dict[str, int]:
        return {ticket.number: line.people_ahead(story.hall, ticket) for ticket in story.hall.line()}

    assert ahead() == {"A001": 2, "A002": 0, "A003": 1, "A004": 3}
    story.call()
    assert ahead() == {"A001": 1, "A003": 0, "A004": 2}
    story.call()
    assert ahead() == {"A001": 0, "A004": 1}
    assert story.calls(2) == ["A001", "A004"]


def test_who_comes_back_to_an_empty_line_is_called_at_once() -> None:
    story = Story()
    story.sit(1)
    story.arrive()
    absent = story.miss()
    line.requeue(story.hall, absent.id, story.now)
    assert story.call() == "A001"
