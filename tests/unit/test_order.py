"""Events of one office from several processes: each version once, in order, and never waiting for ever."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from server.live.hub import GAP_S, Hub
from server.live.order import Order
from server.services.ports import Event

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@given(st.lists(st.integers(1, 12), max_size=40), st.integers(0, 3))
def test_whatever_comes_each_version_goes_out_once_and_in_order(versions: list[int], begun: int) -> None:
    order: Order[int] = Order()
    order.begin("demo", begun)
    sent = [told for version in versions for told in order.take("demo", version, version)]
    assert sent == list(range(begun + 1, begun + 1 + len(sent))), "no gap and nothing twice"
    assert begun + len(sent) + 1 not in versions, "nothing is kept back that could go"
    rest = order.let_go("demo")
    assert rest == sorted({version for version in versions if version > begun + len(sent)})
    assert order.missing("demo") is None


def test_who_watches_later_takes_nothing_from_those_who_watch() -> None:
    order: Order[int] = Order()
    order.begin("demo", 4)
    order.begin("demo", 6)
    assert order.take("demo", 5, 5) == [5]
    order.forget("demo")
    order.begin("demo", 9)
    assert order.take("demo", 9, 9) == []


class Site:
    """Stands for Flask-SocketIO and for the database; `meanwhile` happens while somebody sleeps."""

    server = None

    def __init__(self, *kept: int) -> None:
        self.kept, self.slept, self.asked = kept, [], []  # type: ignore[var-annotated]
        self.meanwhile: list[int] = []
        self.hub = Hub(self, lambda: NOW, 4.0, since=self.since)  # type: ignore[arg-type]
        self.hub.watch("demo")
        self.hub.begin("demo", 1)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        for version in self.meanwhile:
            self.hear(version)
        self.meanwhile = []

    def start_background_task(self, task: Any, *given: Any) -> None:
        task(*given)

    def since(self, office: str, version: int) -> list[Event]:
        self.asked.append(version)
        if not self.kept:
            raise OSError("the database is away")
        return [Event(office, v, "ticket.issued", NOW, {}) for v in self.kept if v > version]

    def hear(self, *versions: int) -> None:
        for version in versions:
            self.hub.publish([Event("demo", version, "ticket.issued", NOW, {})])

    @property
    def sent(self) -> list[int]:
        found = []
        while not self.hub._outbox.empty():
            found.append(self.hub._outbox.get()[1]["version"])
        return found


def test_what_comes_a_moment_later_is_waited_for_and_the_database_left_alone() -> None:
    site = Site(2, 3, 4)
    site.meanwhile = [2]
    site.hear(3, 4)
    assert site.sent == [2, 3, 4] and site.slept == [GAP_S] and site.asked == []


def test_what_does_not_come_is_read_from_the_database_and_goes_out_once() -> None:
    site = Site(2, 3, 4, 5)
    site.hear(4)
    site.hear(2, 3, 4, 5)
    assert site.sent == [2, 3, 4, 5] and site.asked == [1]


def test_without_a_database_the_gap_is_shown_and_nothing_waits_for_ever() -> None:
    site = Site()
    site.hear(4, 5)
    assert site.sent == [4, 5] and site.asked == [1]
