"""Heartbeats: every watched office once in the interval, in parts that stay the same."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from server.live.hub import SLICES, Hub


class Enough(Exception):
    pass


class Pauses:
    """Stands for Flask-SocketIO: ends the beating after so many pauses."""

    server = None

    def __init__(self, most: int) -> None:
        self.left = most
        self.taken: list[float] = []

    def sleep(self, seconds: float) -> None:
        if self.left == 0:
            raise Enough
        self.left -= 1
        self.taken.append(seconds)


def beats(hub: Hub) -> list[str]:
    sent = []
    while not hub._outbox.empty():
        kind, data, room, _ = hub._outbox.get()
        assert kind == "heartbeat" and room == f"office:{data['office']}"
        sent.append(data["office"])
    return sent


def test_every_office_hears_one_in_an_interval_and_few_at_once() -> None:
    pauses: Any = Pauses(SLICES)
    hub = Hub(pauses, lambda: datetime(2026, 11, 20, tzinfo=UTC), heartbeat_s=4.0)
    offices = {f"c{n:04d}" for n in range(3_321)}
    for office in offices:
        hub.watch(office)
    with pytest.raises(Enough):
        hub._beat_forever()
    sent = beats(hub)
    assert len(sent) == len(offices) and set(sent) == offices
    assert sum(pauses.taken) == pytest.approx(4.0)
    assert max(len(part) for part in hub._parts) < 3 * len(offices) / SLICES


def test_an_office_keeps_its_part_whoever_comes_and_goes() -> None:
    pauses: Any = Pauses(SLICES)
    hub = Hub(pauses, lambda: datetime(2026, 11, 20, tzinfo=UTC), heartbeat_s=4.0)
    hub.watch("ben-nghe")
    before = [n for n, part in enumerate(hub._parts) if "ben-nghe" in part]
    for n in range(200):
        hub.watch(f"a{n}")
    assert [n for n, part in enumerate(hub._parts) if "ben-nghe" in part] == before
    hub.unwatch("ben-nghe")
    assert not any("ben-nghe" in part for part in hub._parts)
