"""Whose sound is made before the key is pressed: those whom counters that are about to call would call."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from server.domain import desks
from server.domain.hall import Hall
from server.live.rehearsal import AT_ONCE, Rehearsal, next_turns
from server.services.ports import Event
from tests.unit.office import Story


class Uow:
    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    def hall(self, office: str) -> Hall:
        return self._hall


def story(*services: str) -> Story:
    told = Story()
    told.sit(1, "ngoc")
    told.sit(2, "khanh")
    for service in services:
        told.arrive(service)
    return told


def test_each_open_counter_has_its_next_number() -> None:
    told = story("A", "B", "C")
    assert next_turns(told.hall, told.now) == [("A001", 1, "vi"), ("A001", 2, "vi")]
    told.next(1)
    assert next_turns(told.hall, told.now) == [("B001", 2, "vi"), ("B001", 1, "vi")], "the free counter first"


def test_paused_and_closed_counters_call_nobody() -> None:
    told = story("A", "C")
    desks.pause_desk(told.hall, 2, None, told.now)
    assert next_turns(told.hall, told.now) == [("A001", 1, "vi")], "nobody sits at counter 3, where C would go"


def test_a_large_hall_begins_with_those_who_call_first() -> None:
    told = story("A")
    assert next_turns(told.hall, told.now, most=1) == [("A001", 1, "vi")]
    assert AT_ONCE < 10, "67 counters must not keep the voice from a call that is made now"


def rehearsal(told: Story) -> tuple[Rehearsal, list[Any]]:
    made: list[Any] = []
    uow: Any = Uow(told.hall)
    return Rehearsal(uow, lambda: told.now, lambda *turn: made.append(turn)), made


def test_every_turn_is_made_once_and_again_when_it_would_sound_different() -> None:
    told = story("A")
    rehearsing, made = rehearsal(told)
    rehearsing.rehearse("o")
    rehearsing.rehearse("o")
    assert made == [("o", "A001", 1, "vi"), ("o", "A001", 2, "vi")]
    rehearsing.publish([event("voice.changed", told.now)])
    rehearsing.rehearse("o")
    assert len(made) == 4


def event(type: str, at: datetime) -> Event:
    return Event("o", 1, type, at, {})
