"""A board that comes back says how far it had got, and is told every version since, once and in order (law 7)."""

from __future__ import annotations

import pytest

from server.app import Server
from tests.api.conftest import Person


@pytest.mark.parametrize("behind", [0, 1, 5])
def test_a_board_that_comes_back_gets_every_version_that_it_missed(server: Server, kiosk: Person, behind: int) -> None:
    board = server.socketio.test_client(server.app, namespace="/live")
    for _ in range(5):
        kiosk.take()
    joined = board.emit("join", {"office": "demo", "topics": ["board"]}, namespace="/live", callback=True)
    newest = joined["version"]
    since = newest - behind
    again = board.emit(
        "join", {"office": "demo", "topics": ["board"], "since": since}, namespace="/live", callback=True
    )
    assert [event["version"] for event in again["missed"]] == list(range(since + 1, newest + 1))
    assert again["version"] == newest and "missed" not in joined
    board.disconnect(namespace="/live")
