"""Several processes behind nginx: events reach every client in order, also when Redis or a process dies."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from bench.sockets import Crowd
from server.commands.processes import upstream
from tests.offices import PASSWORD, TOKENS
from tests.servers import Motcua, Postgres, Process, Redis, answers, free_port, free_ports, program, tree, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.redis, pytest.mark.usefixtures("cold_starts")]

DEPLOY = Path(__file__).parents[2] / "deploy"
PROCESSES = 3
HEARTBEAT_S = 1.0


@dataclass
class Site:
    url: str
    server: Motcua
    redis: Redis

    def issue(self, service: str = "A") -> str:
        answer = requests.post(
            f"{self.url}/api/v1/offices/demo/tickets", json={"service": service}, timeout=20,
            headers={"Authorization": f"Bearer {TOKENS['kiosk']}", "Idempotency-Key": os.urandom(8).hex()},
        )  # fmt: skip
        assert answer.status_code == 201, answer.text
        return str(answer.json()["number"])

    @property
    def unrelayed(self) -> float:
        """What Redis has not taken, asked of each process at its own port."""
        ports = range(self.server.port, self.server.port + PROCESSES)
        pages = [requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text for port in ports]
        return sum(float(re.findall(r"^motcua_relay_backlog (.*)", page, re.MULTILINE)[0]) for page in pages)

    @property
    def processes(self) -> list[int]:
        """The gunicorn parents, one a port."""
        return tree(self.server.process.pid)[1:][::2]


@pytest.fixture
def site(postgres: Postgres, postgres_template: str, tmp_path: Path) -> Iterator[Site]:
    name = f"several_{uuid.uuid4().hex[:8]}"
    database = postgres.create(name, postgres_template)
    first = free_ports(PROCESSES)[0]
    with ExitStack() as stack:
        redis = stack.enter_context(Redis())
        server = stack.enter_context(Motcua(
            database, "--processes", str(PROCESSES), port=first, redis_url=redis.url, heartbeat_s=HEARTBEAT_S,
            trusted_proxies=1,
        ))  # fmt: skip
        for n in range(PROCESSES):
            wait_until(lambda n=n: answers(f"http://127.0.0.1:{first + n}/readyz"), f"process {n}")  # type: ignore[misc]
        port = free_port()
        nginx = Process(tmp_path, "nginx")
        nginx.launch([program("nginx"), "-c", str(_configuration(tmp_path, port, first)), "-p", str(tmp_path)])
        stack.callback(nginx.stop)
        nginx.wait_for(lambda: answers(f"http://127.0.0.1:{port}/readyz"), "nginx")
        yield Site(f"http://127.0.0.1:{port}", server, redis)
    postgres.drop(name)


def _configuration(directory: Path, port: int, first: int) -> Path:
    """The very file that is deployed, with this test's addresses."""
    text = (DEPLOY / "nginx.conf").read_text()
    lines = upstream([f"127.0.0.1:{first + n}" for n in range(PROCESSES)]) + "\n"
    text = re.sub(r"(?:    server 127\.0\.0\.1:.*;\n)+", lines, text).replace(
        "listen 80;", f"listen 127.0.0.1:{port};"
    )
    (directory / "site.conf").write_text(text)
    whole = directory / "nginx.conf"
    whole.write_text(
        f"daemon off; pid {directory}/nginx.pid; error_log {directory}/error.log warn; worker_processes 1;\n"
        f"events {{ worker_connections 512; }}\nhttp {{ access_log off; include {directory}/site.conf; "
        + "".join(
            f"{kind}_temp_path {directory}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        + " }\n"
    )
    return whole


def test_nginx_tells_which_address_was_asked_for_and_by_whom(site: Site) -> None:
    """Else every browser is refused its live connection, and all people seem to come from one address."""
    port, key = int(site.url.rpartition(":")[2]), "bW90Y3VhLXRlc3QtLWtleQ=="
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key}
    for transport, headers, status in (("polling", {}, 200), ("websocket", upgrade, 101)):
        browser = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        asked = headers | {"Origin": site.url}
        browser.request("GET", f"/socket.io/?EIO=4&transport={transport}", headers=asked)
        assert browser.getresponse().status == status
        browser.close()
    officer = http.client.HTTPConnection("127.0.0.1", port, timeout=20, source_address=("127.0.0.9", 0))
    wish = json.dumps({"username": "officer1", "password": PASSWORD})
    officer.request("POST", "/api/v1/session", wish, {"Content-Type": "application/json"})
    cookie = officer.getresponse().headers["Set-Cookie"].partition(";")[0]
    officer.close()
    mine = requests.get(f"{site.url}/api/v1/me/sign-ins", headers={"Cookie": cookie}, timeout=20).json()
    assert [one["address"] for one in mine["sign_ins"]] == ["127.0.0.9"]


@pytest.fixture
def boards(site: Site) -> Iterator[Crowd]:
    crowd = Crowd(site.url)
    crowd.fill(["demo"], 12)
    yield crowd
    crowd.close()


def _all_know(crowd: Crowd, version: int) -> Callable[[], bool]:
    return lambda: all(board.version >= version for board in crowd.boards)


def _version(site: Site) -> int:
    return int(requests.get(f"{site.url}/api/v1/offices/demo/board", timeout=10).json()["version"])


def test_every_board_hears_every_version_once_whichever_process_wrote_it(site: Site, boards: Crowd) -> None:
    with ThreadPoolExecutor(6) as kiosks:
        # At once: what one process tells of a version may be there before another has told of the one before it.
        assert len(set(kiosks.map(site.issue, "ABCDEF" * 15))) == 90
    assert boards.listen_until(_all_know(boards, _version(site)), 10)
    assert boards.faults == [], "no gap, nothing out of order, no socket lost"
    assert {board.heard for board in boards.boards} == {90}, "no event twice, none lost, on any process"
    for board in boards.boards:
        board.beats = 0
    boards.listen_until(lambda: False, 3 * HEARTBEAT_S)
    assert all(1 <= board.beats <= 4 for board in boards.boards), "one heartbeat a client, from its own process"


def test_numbers_go_on_without_redis_and_boards_learn_from_heartbeats(site: Site, boards: Crowd) -> None:
    site.issue()
    site.redis.kill()
    for _ in range(6):
        site.issue()
    version = _version(site)
    assert boards.listen_until(lambda: all(b.newest >= version for b in boards.boards), 5 * HEARTBEAT_S)
    assert site.unrelayed > 0, "and whoever watches the server sees it"
    site.redis.start()
    wait_until(lambda: site.issue() is not None and _reached(boards), "events flow again")
    wait_until(lambda: site.unrelayed == 0, "nothing is left waiting")


def _reached(boards: Crowd) -> bool:
    """Whether the newest event came to all by itself, without waiting for a heartbeat."""
    before = [board.heard for board in boards.boards]
    boards.listen_until(lambda: False, 0.3)
    return all(board.heard > was for board, was in zip(boards.boards, before, strict=True))


def test_a_process_that_is_killed_is_started_again_and_no_number_is_lost(site: Site, boards: Crowd) -> None:
    taken = [site.issue() for _ in range(3)]
    for pid in tree(site.processes[0]):
        os.kill(pid, signal.SIGKILL)
    taken += [site.issue() for _ in range(12)]
    assert taken == [f"A{n:03d}" for n in range(1, 16)]
    version = _version(site)
    boards.listen_until(lambda: False, 0.5)
    living = [board for board in boards.boards if not any(f.startswith("socket") for f in board.faults)]
    assert len(living) < len(boards.boards), "its clients noticed"
    assert boards.listen_until(lambda: all(board.version >= version for board in living), 10)
    wait_until(lambda: len(site.processes) == PROCESSES, "the process is back")
