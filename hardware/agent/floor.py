"""What the agent knows of the counters, from snapshots and events: pure, for LED boards and keypads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hardware.drivers.base import Shown

LEAVES_COUNTER = frozenset({"completed", "no_show", "held", "transferred", "cancelled", "expired", "requeued"})


@dataclass(frozen=True)
class CounterNow:
    number: str | None = None
    ticket_id: str | None = None
    ticket_state: str | None = None


@dataclass(frozen=True)
class Floor:
    version: int = -1
    counters: Mapping[int, CounterNow] = field(default_factory=dict)

    def at(self, counter: int) -> CounterNow:
        return self.counters.get(counter, CounterNow())

    def shown(self, counter: int) -> Shown:
        now = self.at(counter)
        return Shown(counter, now.number, now.ticket_state == "called")

    def with_counter(self, counter: int, now: CounterNow) -> Floor:
        return replace(self, counters={**self.counters, counter: now})


def from_snapshot(snapshot: Mapping[str, Any], version: int) -> Floor:
    ids = {call["number"]: call["ticket_id"] for call in reversed(snapshot.get("calls") or ())}
    counters = {}
    for view in snapshot.get("counters") or ():
        number = view.get("ticket")
        ticket_id = view.get("ticket_id") or (ids.get(number) if number else None)
        counters[int(view["number"])] = CounterNow(number, ticket_id, view.get("ticket_state"))
    return Floor(version, counters)


def reduce(floor: Floor, event: Mapping[str, Any]) -> Floor:
    """The floor after an event. They come in their order (see `order`); one that is known already changes nothing."""
    version = int(event["version"])
    if version <= floor.version:
        return floor
    floor = replace(floor, version=version)
    data = event.get("data") or {}
    family, _, what = str(event.get("type", "")).partition(".")
    if family == "ticket" and isinstance(data.get("ticket"), dict):
        return _ticket(floor, what, data["ticket"])
    if family == "counter" and isinstance(data.get("counter"), dict):
        return _counter(floor, data["counter"])
    return floor


def _ticket(floor: Floor, what: str, ticket: Mapping[str, Any]) -> Floor:
    gone = [
        number
        for number, now in floor.counters.items()
        if now.ticket_id == ticket["id"] or now.number == ticket["number"]
    ]
    counter = ticket.get("counter")
    stays = int(counter) if counter is not None and what not in LEAVES_COUNTER and what != "issued" else None
    for number in gone:
        if number != stays:
            floor = floor.with_counter(number, CounterNow())
    if stays is None:
        return floor
    return floor.with_counter(stays, CounterNow(ticket["number"], ticket["id"], ticket.get("state")))


def _counter(floor: Floor, view: Mapping[str, Any]) -> Floor:
    number, ticket = int(view["number"]), view.get("ticket")
    if not ticket:
        return floor.with_counter(number, CounterNow())
    before = floor.at(number)
    known = before.ticket_id if before.number == ticket else None
    return floor.with_counter(number, CounterNow(ticket, view.get("ticket_id") or known, view.get("ticket_state")))
