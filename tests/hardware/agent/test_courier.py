"""What becomes of a press at the server."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardware.agent.client import Refused, Unauthorized, Unreachable
from hardware.agent.courier import COMMAND_LIFE, Courier, Surroundings
from hardware.agent.outbox import Outbox
from hardware.drivers.base import Press
from tests.hardware.fakes import FakeClock, FakeServerClient, keypad, panel


class Office:
    """A courier between an outbox and a server that does as told."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.outbox = Outbox(Path(":memory:"), self.clock)
        self.server = FakeServerClient()
        self.office: str | None = "demo"
        self.tickets: dict[int, str] = {}
        self.refusals: list[tuple[str, str]] = []
        around = Surroundings(
            lambda: self.office,
            self.tickets.get,
            self._called,
            lambda _dev, digits: {"2": "B"}.get(digits),
            lambda press, state, code, detail: self.refusals.append((state, code)),
        )
        self.courier = Courier(self.outbox, self.server, around, self.clock)

    def _called(self, counter: int, ticket) -> None:
        if ticket:
            self.tickets[counter] = ticket["id"]

    def key(self, action: str, value: str | None = None) -> None:
        device = keypad()
        self.outbox.put(Press(device, action, self.clock(), value), self.tickets.get(device.counter))

    def rate(self, level: str = "satisfied") -> None:
        self.outbox.put(Press(panel(), "rate", self.clock(), level))

    @property
    def paths(self) -> list[str]:
        return [path for path, _body, _key in self.server.asked]


@pytest.fixture
def at():
    office = Office()
    yield office
    office.outbox.close()


def test_a_rating_is_delivered_with_the_time_it_was_pressed(at: Office):
    at.rate("dissatisfied")
    pressed = at.clock().isoformat()
    at.server.failure = Unreachable("down")
    assert not at.courier.round()
    at.clock.forward(3600)
    at.server.failure = None
    assert at.courier.round()
    [first, second] = at.server.asked
    assert first == second, "the same key and the same words, however often it is tried"
    assert second[0] == "/offices/demo/counters/3/rating"
    assert second[1] == {"level": "dissatisfied", "pressed_at": pressed}
    assert at.outbox.pending() == []


def test_a_rating_outside_its_window_is_recorded_as_refused(at: Office):
    at.rate()
    at.server.failure = Refused(409, "rating_window_closed", "Đã hết thời gian đánh giá.")
    assert at.courier.round()
    [press] = at.outbox.recent()
    assert (press.state, press.code, press.detail) == ("refused", "rating_window_closed", "Đã hết thời gian đánh giá.")
    assert at.refusals == [("refused", "rating_window_closed")]


def test_a_late_call_is_not_made(at: Office):
    at.key("next")
    at.server.failure = Unreachable("down")
    assert not at.courier.round()
    at.clock.forward(COMMAND_LIFE.total_seconds() + 1)
    at.server.failure = None
    assert at.courier.round()
    assert at.paths == ["/offices/demo/counters/2/next"]
    assert at.refusals == [("stale", "stale")]


def test_a_late_call_is_sorted_out_even_while_the_server_is_away(at: Office):
    at.key("next")
    at.clock.forward(60)
    at.server.failure = Unreachable("down")
    at.courier.round()
    assert at.refusals == [("stale", "stale")]
    assert at.paths == []


def test_keys_pressed_one_after_another_mean_the_ticket_the_first_one_called(at: Office):
    at.tickets[2] = "old"
    at.server.answers = {"/offices/demo/counters/2/next": {"id": "new", "number": "A013"}}
    at.key("next")
    at.key("start")
    at.courier.round()
    assert at.paths == ["/offices/demo/counters/2/next", "/tickets/new/start"]


def test_a_key_means_the_ticket_in_hand_when_it_went_down(at: Office):
    at.tickets[2] = "mine"
    at.key("finish")
    at.tickets[2] = "another"  # somebody was quicker at the console
    at.courier.round()
    assert at.paths == ["/tickets/mine/finish"]


@pytest.mark.parametrize(
    ("action", "value", "path", "body"),
    [
        ("recall", None, "/tickets/t1/recall", {}),
        ("start", None, "/tickets/t1/start", {}),
        ("finish", None, "/tickets/t1/finish", {}),
        ("no_show", None, "/tickets/t1/no-show", {}),
        ("transfer", "2", "/tickets/t1/transfer", {"service": "B"}),
    ],
)
def test_what_each_key_asks(at: Office, action: str, value: str | None, path: str, body: dict):
    at.tickets[2] = "t1"
    at.key(action, value)
    at.courier.round()
    assert at.server.asked[0][:2] == (path, body)


@pytest.mark.parametrize(
    ("ticket", "action", "value", "code"),
    [
        (None, "finish", None, "no_ticket_at_counter"),
        ("t1", "transfer", "9", "unknown_service_digits"),
        ("t1", "transfer", None, "unknown_service_digits"),
    ],
)
def test_keys_that_ask_the_impossible_are_refused_here(at: Office, ticket, action: str, value, code: str):
    if ticket:
        at.tickets[2] = ticket
    at.key(action, value)
    assert at.courier.round()
    assert at.refusals == [("refused", code)]
    assert at.paths == []


def test_what_one_counter_pressed_arrives_in_order(at: Office):
    at.rate("satisfied")
    at.rate("dissatisfied")
    at.server.failure = Unreachable("down")
    at.courier.round()
    assert len(at.server.asked) == 1, "the second waits behind the first"
    at.server.failure = None
    at.courier.round()
    assert [body["level"] for _path, body, _key in at.server.asked[1:]] == ["satisfied", "dissatisfied"]


def test_one_counters_trouble_does_not_hold_up_another(at: Office):
    at.rate()
    at.tickets[2] = "t1"
    at.key("finish")
    at.server.answers = {"/offices/demo/counters/3/rating": Unreachable("HTTP 500")}
    at.courier.round()
    assert [press.action for press in at.outbox.pending()] == ["rate"]


@pytest.mark.parametrize("failure", [Unauthorized(), Unreachable("x")])
def test_nothing_is_given_up_while_the_token_or_the_server_is_in_doubt(at: Office, failure: Exception):
    at.rate()
    at.server.failure = failure
    assert not at.courier.round()
    assert len(at.outbox.pending()) == 1


def test_presses_wait_until_the_office_is_known(at: Office):
    at.office = None
    at.rate()
    assert not at.courier.round()
    assert len(at.outbox.pending()) == 1
