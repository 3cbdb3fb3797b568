"""What LED boards show and keypads mean."""

from __future__ import annotations

from hardware.agent.floor import Floor, from_snapshot, reduce
from hardware.drivers.base import Shown

SNAPSHOT = {
    "calls": [{"ticket_id": "t12", "number": "A012", "counter": 3}],
    "counters": [
        {"number": 1, "state": "open", "ticket": None, "ticket_state": None},
        {"number": 3, "state": "open", "ticket": "A012", "ticket_state": "called"},
    ],
}


def event(version: int, kind: str, **data: object) -> dict:
    return {"version": version, "type": kind, "at": "", "office": "demo", "data": data}


def ticket(number: str, state: str, counter: int | None) -> dict:
    return {"id": "t" + number.lstrip("A0"), "number": number, "state": state, "counter": counter}


def test_the_snapshot_tells_numbers_and_their_tickets():
    floor = from_snapshot(SNAPSHOT, 7)
    assert floor.shown(3) == Shown(3, "A012", calling=True)
    assert floor.at(3).ticket_id == "t12"
    assert floor.shown(1) == Shown(1)
    assert floor.shown(99) == Shown(99)


def test_a_tickets_way_over_the_board():
    floor: Floor = from_snapshot(SNAPSHOT, 7)
    story = [
        ("ticket.completed", ticket("A012", "completed", 3), {1: None, 3: None}),
        ("ticket.called", ticket("A013", "called", 3), {1: None, 3: "A013"}),
        ("ticket.recalled", ticket("A013", "called", 3), {1: None, 3: "A013"}),
        ("ticket.serving", ticket("A013", "serving", 3), {1: None, 3: "A013"}),
        ("ticket.transferred", ticket("A013", "waiting", None), {1: None, 3: None}),
        ("ticket.called", ticket("A013", "called", 1), {1: "A013", 3: None}),
        ("ticket.no_show", ticket("A013", "no_show", 1), {1: None, 3: None}),
        ("ticket.issued", ticket("A014", "waiting", None), {1: None, 3: None}),
    ]
    for version, (kind, about, expected) in enumerate(story, start=8):
        floor = reduce(floor, event(version, kind, ticket=about))
        assert {number: floor.at(number).number for number in (1, 3)} == expected, kind


def test_a_called_number_flashes_and_a_served_one_does_not():
    floor = from_snapshot(SNAPSHOT, 7)
    assert floor.shown(3).calling
    assert not reduce(floor, event(8, "ticket.serving", ticket=ticket("A012", "serving", 3))).shown(3).calling


def test_a_counters_own_event_keeps_the_ticket_it_knew():
    floor = reduce(
        from_snapshot(SNAPSHOT, 7),
        event(8, "counter.paused", counter={"number": 3, "ticket": "A012", "ticket_state": "serving"}),
    )
    assert (floor.at(3).ticket_id, floor.at(3).ticket_state) == ("t12", "serving")
    closed = reduce(floor, event(9, "counter.closed", counter={"number": 3, "ticket": None, "ticket_state": None}))
    assert closed.shown(3) == Shown(3)


def test_an_old_event_changes_nothing():
    floor = from_snapshot(SNAPSHOT, 7)
    assert reduce(floor, event(7, "ticket.completed", ticket=ticket("A012", "completed", 3))) is floor


def test_events_of_types_nobody_knew_yet_only_count():
    floor = reduce(from_snapshot(SNAPSHOT, 7), event(8, "weather.changed", ticket="?"))
    assert floor.version == 8
