"""Events whose threads overtake each other: boards show the newest number last, and what is lost is asked for."""

from __future__ import annotations

import threading
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hardware.agent.live import GAP_S, LiveTransport
from hardware.agent.order import InOrder


class Told:
    def __init__(self, version: int | None = 7) -> None:
        self.now, self.seen, self.taken = 100.0, [], []
        self.order = InOrder(lambda event: self.seen.append(event["version"]), lambda: self.now)
        if version is not None:
            self.snapshot(version)

    def snapshot(self, version: int) -> None:
        self.order.snapshot(version, lambda: self.taken.append(version))

    def put(self, *versions: int) -> None:
        for version in versions:
            self.order.put({"version": version})


@given(st.permutations(list(range(1, 12))), st.integers(0, 11), st.lists(st.integers(1, 11), max_size=5))
def test_every_event_is_handed_on_once_and_in_order(versions: list[int], early: int, repeated: list[int]) -> None:
    told = Told(version=None)
    told.put(*versions[:early])
    assert told.seen == [], "nothing is known before the picture"
    told.snapshot(3)
    told.put(*versions[early:], *repeated)
    assert told.seen == list(range(4, 12)) and told.order.missing_s == 0


def test_one_that_is_only_late_is_waited_for():
    told = Told()
    told.put(9, 10)
    told.now += 0.2
    assert told.seen == [] and told.order.missing_s > 0
    told.put(8)
    assert told.seen == [8, 9, 10] and told.order.missing_s == 0


def test_a_lost_one_is_replaced_by_the_picture():
    told = Told()
    told.put(9, 10)
    told.snapshot(9)
    assert told.taken == [7, 9] and told.seen == [10] and told.order.missing_s == 0


def test_a_picture_that_events_have_gone_beyond_takes_nothing_back():
    told = Told()
    told.put(9)
    told.put(8)
    told.snapshot(8)
    assert told.taken == [7]
    told.order.forget()
    told.snapshot(2)
    assert told.taken == [7, 2], "on a new connection it counts: a database may have been put back"


def test_the_last_one_lost_is_noticed_by_the_heartbeat():
    told = Told()
    told.order.stands_at(7)
    assert told.order.missing_s == 0
    told.order.stands_at(8)
    told.now += 1
    assert told.order.missing_s == 1


def test_threads_that_overtake_each_other_leave_the_newest_shown():
    told = Told(version=0)
    threads = [threading.Thread(target=told.put, args=(version,)) for version in range(200, 0, -1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.seen == list(range(1, 201))


class Socket:
    """A server on a socket, as socketio's client shows it: answers `join`, and says what the test says."""

    connected = True

    def __init__(self) -> None:
        self.handlers: dict[str, Any] = {}
        self.joins, self.version = 0, 7

    def on(self, name: str, handler: Any, namespace: str) -> None:
        self.handlers[name] = handler

    def connect(self, *_: Any, **__: Any) -> None: ...
    def disconnect(self) -> None: ...

    def call(self, *_: Any, **__: Any) -> dict[str, Any]:
        self.joins += 1
        return {"version": self.version, "snapshot": {"joins": self.joins}}


def test_the_agent_asks_again_on_the_same_connection_and_only_for_a_gap(monkeypatch: Any):
    socket, pictures, events, now = Socket(), [], [], [100.0]
    monkeypatch.setattr("hardware.agent.live.socketio.Client", lambda **_: socket)
    monkeypatch.setattr("hardware.agent.live.time.monotonic", lambda: now[0])
    live = LiveTransport(
        "http://x", "t", lambda: "demo", lambda view, version: pictures.append(version), events.append,
        lambda job: None, lambda: None,
    )  # fmt: skip
    live.connect()
    live.repair()
    socket.handlers["event"]({"version": 9})
    live.repair()
    assert socket.joins == 1, "it may only be overtaken"
    now[0] += GAP_S * 2
    socket.version = 9
    live.repair()
    live.repair()
    assert socket.joins == 2 and pictures == [7, 9] and events == []
    socket.handlers["heartbeat"]({"version": 10})
    now[0] += GAP_S * 2
    live.repair()
    assert socket.joins == 3
