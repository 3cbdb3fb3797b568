"""What new settings may not leave out while somebody depends on it: an office goes on while it is changed."""

from __future__ import annotations

from collections.abc import Container

from server.domain.errors import CounterAwaited, CounterBusy, CounterInUse, ServiceInUse
from server.domain.hall import Hall
from server.domain.words import LIVE, CounterState


def check_left_out(hall: Hall, services: Container[str], counters: Container[int]) -> None:
    """Refuse settings without a counter where somebody sits or for which somebody waits, or without a service in
    whose line somebody stands: their numbers would be in no list, and the officer could sit down nowhere else."""
    for number in hall.config.counters:
        if number not in counters:
            _check_counter(hall, number)
    for code, service in hall.config.services.items():
        if code not in services:
            count = sum(1 for ticket in hall.tickets.values() if ticket.service == code and ticket.state in LIVE)
            if count:
                raise ServiceInUse(service=service.names, count=count)


def _check_counter(hall: Hall, number: int) -> None:
    busy = hall.in_hand(number)
    if busy is not None:
        raise CounterBusy(counter=number, number=busy.number, ticket_id=busy.id)
    if hall.desk(number).state is not CounterState.CLOSED:
        raise CounterInUse(counter=number)
    awaited = next((ticket for ticket in hall.line() if ticket.for_counter == number), None)
    if awaited is not None:
        raise CounterAwaited(counter=number, number=awaited.number)
