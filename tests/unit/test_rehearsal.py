"""Whose sound is made before the key is pressed: those whom counters that are about to call would call."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from server.domain import desks
from server.domain.hall import Hall
from server.live.rehearsal import COUNTERS, Rehearsal, next_turns
from server.services.ports import Event
from tests.unit.office import Story


class Uow:
    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    def hall(self, office: str, *, at_least: int | None = None) -> Hall:
        return self._hall


def story(*services: str) -> Story:
    told = Story()
    told.sit(1, "ngoc")
    told.sit(2, "khanh")
    for service in services:
        told.arrive(service)
    return told


def test_counters_take_their_turns_and_the_first_in_line_may_go_to_any() -> None:
    told = story("A", "B", "C")
    assert next_turns(told.hall, told.now) == [("A001", 1, "vi"), ("B001", 2, "vi"), ("A001", 2, "vi")]
    told.next(1)
    assert next_turns(told.hall, told.now) == [("B001", 2, "vi"), ("B001", 1, "vi")], "the free counter first"


def test_paused_and_closed_counters_call_nobody() -> None:
    told = story("A", "C")
    desks.pause_desk(told.hall, 2, None, told.now)
    assert next_turns(told.hall, told.now) == [("A001", 1, "vi")], "nobody sits at counter 3, where C would go"


def test_who_has_not_called_for_longest_is_thought_of_first() -> None:
    told = story("A", "A", "A", "A")
    assert next_turns(told.hall, told.now, most=1) == [("A001", 1, "vi")]
    told.call(1)
    assert next_turns(told.hall, told.now, most=1) == [("A002", 2, "vi")]
    assert COUNTERS < 10, "67 counters must not keep the voice from a call that is made now"


def rehearsal(told: Story, listening: bool = True) -> tuple[Rehearsal, list[Any]]:
    made: list[Any] = []
    uow: Any = Uow(told.hall)

    def prepare(*turn: Any) -> bool:
        if listening:
            made.append(turn)
        return listening

    return Rehearsal(uow, lambda: told.now, prepare), made


def test_a_hall_that_begins_to_listen_has_missed_nothing() -> None:
    told = story("A")
    rehearsing, made = rehearsal(told, listening=False)
    assert not rehearsing.rehearse("o")
    rehearsing._prepare = lambda *turn: made.append(turn) is None
    assert rehearsing.rehearse("o")
    assert made == [("o", "A001", 1, "vi")]


def test_every_turn_is_made_once_and_again_when_it_would_sound_different() -> None:
    told = story("A")
    rehearsing, made = rehearsal(told)
    assert [rehearsing.rehearse("o") for _look in range(3)] == [True, True, False]
    assert made == [("o", "A001", 1, "vi"), ("o", "A001", 2, "vi")]
    rehearsing.publish([event("voice.changed", told.now)])
    assert rehearsing.rehearse("o")
    assert len(made) == 3


def event(type: str, at: datetime) -> Event:
    return Event("o", 1, type, at, {})


def test_nobody_is_thought_of_in_a_hall_that_no_client_has_joined() -> None:
    told = story("A")
    uow: Any = Uow(told.hall)
    rehearsing = Rehearsal(uow, lambda: told.now, lambda *turn: True, watched=lambda office: office == "joined")
    for office in ("empty", "joined"):
        rehearsing.publish([Event(office, 1, "ticket.issued", told.now, {}, None)])
    assert [rehearsing._offices.get_nowait()] == ["joined"] and rehearsing._offices.empty()
