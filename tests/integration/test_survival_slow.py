"""A board whose network takes nothing any more: the others hear everything at once, and it is dropped."""

from __future__ import annotations

import socket
import urllib.request
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from bench.load import closed_loop, request
from bench.sockets import KEY, UPGRADE, Crowd, frame
from bench.stage import set_up
from server.live.hub import BACKLOG_MAX
from tests.offices import TOKENS
from tests.servers import Motcua, wait_until

pytestmark = pytest.mark.usefixtures("cold_starts")
BOARDS = 3
EVENTS_MAX = 4_000


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Motcua]:
    url = f"sqlite:///{tmp_path / 'slow.db'}"
    set_up(url)
    with Motcua(url, heartbeat_s=0.5) as server:
        yield server


def _clients(server: Motcua) -> int:
    with urllib.request.urlopen(f"{server.url}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return int(float(next(line for line in lines if line.startswith("motcua_live_clients ")).split()[1]))


def _stuck(server: Motcua) -> socket.socket:
    board = socket.socket()
    board.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    board.settimeout(10)
    board.connect(("127.0.0.1", server.port))
    board.sendall(UPGRADE.format(host="bench", key=KEY).encode())
    board.recv(512)
    board.sendall(frame("40/live,") + frame('42/live,0["join",{"office":"bench","topics":["board"]}]'))
    return board


@pytest.mark.slow
def test_a_client_that_never_reads_is_dropped_and_holds_up_nobody(server: Motcua) -> None:
    numbers = count()

    def take(n: int) -> Iterator[bytes]:
        for _ in range(n):
            yield request(
                "POST", f"{server.url}/api/v1/offices/bench/tickets", b'{"service": "A"}',
                Authorization=f"Bearer {TOKENS['kiosk']}", Idempotency_Key=f"slow-{next(numbers)}",
            )  # fmt: skip

    crowd = Crowd(server.url)
    crowd.fill(["bench"], BOARDS)
    with _stuck(server):
        wait_until(lambda: _clients(server) == BOARDS + 1, "the stuck board has joined")
        taken = 0
        while _clients(server) > BOARDS and taken < EVENTS_MAX:
            taken += sum(closed_loop(server.url, take(200), 16, 60).statuses.values())
            assert crowd.listen_until(lambda: crowd.heard >= taken * BOARDS, 10), "the others hear what it does not"  # noqa: B023
        assert BACKLOG_MAX < taken < EVENTS_MAX, "what is kept for one client is bounded"
        assert "live.client_dropped" in server.process.log.read_text()
    assert not crowd.faults
    crowd.close()
