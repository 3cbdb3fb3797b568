"""Counters: opening, pausing, closing, calling the next, and the press on a panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server.api.routing import nothing, route
from server.api.schemas import (
    Assign,
    Body,
    CallNext,
    CounterView,
    HandOver,
    Pause,
    RateAtCounter,
    RatingView,
    TicketCalled,
)
from server.caller import actor, idempotency_key, system, uow
from server.domain.feedback import Press
from server.services import rating, serving, steering
from server.services.access import require
from server.services.ports import Transaction

PATH = "/offices/<office>/counters/<int:counter>"


def _run(office: str, request: str, act: Callable[[Transaction], Any]) -> Any:
    return serving.once(uow(), office, idempotency_key(required=False), request, act)


@route("POST", f"{PATH}/open", "counter.use", body=Body, answer=CounterView,
       key="optional", summary="Sit down at a counter")  # fmt: skip
def open_counter(office: str, counter: int, body: Body) -> Any:
    return _run(office, f"open:{counter}", lambda tx: serving.open_counter(tx, actor(), counter))


@route("POST", f"{PATH}/pause", "counter.use", body=Pause, answer=CounterView,
       key="optional", summary="Pause a counter")  # fmt: skip
def pause_counter(office: str, counter: int, body: Pause) -> Any:
    return _run(office, f"pause:{counter}", lambda tx: serving.pause_counter(tx, actor(), counter, body.reason))


@route("POST", f"{PATH}/close", "counter.use", body=Body, answer=CounterView,
       key="optional", summary="Leave a counter")  # fmt: skip
def close_counter(office: str, counter: int, body: Body) -> Any:
    return _run(office, f"close:{counter}", lambda tx: serving.close_counter(tx, actor(), counter))


@route("POST", f"{PATH}/hand-over", "counter.hand_over", body=HandOver, answer=CounterView,
       key="optional", summary="A colleague takes the counter over, with the person in hand")  # fmt: skip
def hand_over(office: str, counter: int, body: HandOver) -> Any:
    request = f"hand-over:{counter}:{body.officer}"
    return _run(office, request, lambda tx: steering.hand_over(tx, actor(), counter, body.officer, body.note))


@route("POST", f"{PATH}/assign", "floor.steer", body=Assign, answer=CounterView,
       key="optional", summary="Seat an officer at a counter")  # fmt: skip
def assign(office: str, counter: int, body: Assign) -> Any:
    """The counter must be free; the one the officer leaves is closed, unless somebody is being served there."""
    request = f"assign:{counter}:{body.officer}"
    return _run(office, request, lambda tx: steering.assign(tx, actor(), counter, body.officer))


@route("POST", f"{PATH}/next", "counter.use", body=CallNext, answer=TicketCalled, empty=True,
       key="optional", summary="Call the next")  # fmt: skip
def call_next(office: str, counter: int, body: CallNext) -> Any:
    """200 with the ticket and the reason why it was next, or 204 when nobody waits for this counter."""
    act = lambda tx: serving.call_next(tx, actor(), counter, finish_current=body.finish_current)  # noqa: E731
    called = _run(office, f"next:{counter}", act)
    return called if called is not None else nothing()


@route("POST", f"{PATH}/rating", "public", body=RateAtCounter, answer=RatingView, status=201,
       key="required", summary="Rate a session")  # fmt: skip
def rate_at_counter(office: str, counter: int, body: RateAtCounter) -> Any:
    """The panel or tablet of the counter, while the session's window is open. In the demo, whoever opens the page."""
    key = idempotency_key(required=True)
    assert key is not None
    who = actor()
    if not system().demo:
        require(who, "rating.give", office)
    press = Press(body.level, tuple(body.reasons), body.comment, body.criteria)
    pressed_at = body.pressed_at if who.kind == "device" else None
    with uow().command(office) as tx:
        return rating.rate_at_counter(tx, system().vault, who, counter, press, key, pressed_at), 201
