"""Staying connected: back-off, silence, one line in the log."""

from __future__ import annotations

import logging

import pytest

from hardware.agent.client import Unauthorized, Unreachable
from hardware.agent.connection import LONGEST_WAIT_S, SILENCE_S, Connection, State


class Transport:
    def __init__(self) -> None:
        self.failure: Exception | None = None
        self.connected = False
        self.tries = 0
        self.drops = 0
        self.lost: Exception | None = None

    def repair(self) -> None:
        if self.lost:
            raise self.lost

    def connect(self) -> None:
        self.tries += 1
        if self.failure:
            raise self.failure
        self.connected = True

    def disconnect(self) -> None:
        self.drops += 1
        self.connected = False


class At:
    def __init__(self, chance: float = 1.0) -> None:
        self.now, self.online, self.transport = 100.0, 0, Transport()
        self.connection = Connection(self.transport, lambda: self.now, self._online, chance=lambda: chance)

    def _online(self) -> None:
        self.online += 1

    def run(self, seconds: float) -> list[float]:
        end, waits = self.now + seconds, []
        while self.now < end:
            waits.append(self.connection.step())
            self.now += waits[-1]
        return waits


def test_waits_double_up_to_half_a_minute():
    at = At()
    at.transport.failure = Unreachable("refused")
    waits = at.run(200)
    assert waits[:7] == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0]
    assert max(waits) == LONGEST_WAIT_S


def test_waits_are_spread_by_chance():
    at = At(chance=0.0)
    at.transport.failure = Unreachable("refused")
    assert at.run(3)[:3] == [0.25, 0.5, 1.0]


def test_the_first_failure_is_one_line_and_the_rest_are_quiet(caplog: pytest.LogCaptureFixture):
    at = At()
    at.transport.failure = Unreachable("refused")
    with caplog.at_level(logging.INFO):
        at.run(300)
        at.transport.failure = None
        at.run(40)
    assert [record.getMessage() for record in caplog.records][:2] == [
        "not connected: refused; trying again by itself",
        "connected",
    ]


def test_silence_is_a_dead_line_whatever_the_socket_says():
    at = At()
    at.run(SILENCE_S - 1)
    assert at.connection.state is State.ONLINE
    at.run(3)
    assert at.transport.tries == 2
    assert at.online == 2


def test_a_line_that_is_heard_stays():
    at = At()
    for _ in range(20):
        at.run(2)
        at.connection.heard()
    assert at.transport.tries == 1


def test_a_closed_socket_is_tried_again_soon():
    at = At()
    at.run(1)
    at.transport.connected = False
    at.run(2)
    assert at.transport.tries == 2
    assert at.connection.state is State.ONLINE


def test_a_refused_token_is_asked_about_seldom():
    at = At()
    at.transport.failure = Unauthorized()
    at.run(600)
    assert at.connection.state is State.UNAUTHORIZED
    assert at.transport.tries == 10


def test_a_half_open_connection_is_let_go():
    at = At()
    at.transport.failure = Unreachable("join refused")
    at.run(0.4)
    assert at.transport.drops == 1


def test_a_server_that_does_not_say_what_was_missed_is_left_and_met_anew():
    at = At()
    at.run(1)
    at.transport.lost = Unreachable("join: TimeoutError")
    at.connection.step()
    assert at.transport.drops == 1
    at.transport.lost = None
    at.run(2)
    assert at.connection.state is State.ONLINE and at.transport.tries == 2
