"""What may befall a server, its database, its messenger, its network and its clock; each comes back by itself."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from bench.sockets import KEY, UPGRADE, frame
from bench.stage import set_up
from tests.kiosk.machines import Network
from tests.servers import Motcua, Postgres, Redis, answers, children, free_ports, frozen, tree, wait_until

Fault = Callable[[random.Random], None]
PROCESSES = 2


class World:
    """The servers, and the faults that may befall them. People and boards reach them through cables that can be cut."""

    def __init__(self, stack: ExitStack, kind: str) -> None:
        self.kind = kind
        directory = Path(stack.enter_context(TemporaryDirectory(prefix="motcua-chaos-")))
        self._clock = directory / "clock"
        self._set_clock(0)
        self._postgres = stack.enter_context(Postgres(durable=True)) if kind == "postgres" else None
        self._redis = stack.enter_context(Redis()) if kind == "postgres" else None
        self.url = self._postgres.create("chaos") if self._postgres else f"sqlite:///{directory / 'chaos.db'}"
        set_up(self.url)
        self._ports = free_ports(PROCESSES if self._redis else 1)
        several = ("--processes", str(PROCESSES)) if self._redis else ()
        more = {"redis_url": self._redis.url} if self._redis else {}
        self._server = Motcua(self.url, *several, port=self._ports[0], log_level="CRITICAL", heartbeat_s=1, **more)
        self._server.environment |= {
            "GUNICORN_CMD_ARGS": "--config python:bench.false_clock",
            "FALSE_CLOCK": str(self._clock),
            "PYTHONPATH": str(Path(__file__).parents[1]),
        }
        stack.enter_context(self._server)
        self.wait()
        self._cables = [Network(port) for port in self._ports]
        self._board_cables = [Network(port) for port in self._ports]
        self.urls = [cable.url for cable in self._cables]
        self.board_urls = [cable.url for cable in self._board_cables]
        self._stuck: list[socket.socket] = []
        self._killed = 0
        for cable in self._cables + self._board_cables:
            stack.callback(cable.close)
        stack.callback(self.close)

    def close(self) -> None:
        for board in self._stuck:
            board.close()

    def wait(self) -> None:
        for port in self._ports:
            wait_until(lambda port=port: answers(f"http://127.0.0.1:{port}/readyz"), f"port {port}")  # type: ignore[misc]

    @property
    def fell_over(self) -> int:
        """Processes that ended although nobody had killed them."""
        return self._server.process.log.read_text(errors="replace").count("started again") - self._killed

    def faults(self) -> dict[str, Fault]:
        known: dict[str, Fault] = {
            "power cut: every process of the server killed": self.kill_server,
            "server frozen": self.freeze_server,
            "client that never reads": self.stick_a_client,
            "connections cut in the middle of a request": self.cut_requests,
            "network cut": self.cut_network,
            "network silent": self.silence_network,
            "boards away while people go on": self.part_boards,
            "clock jumps": self.jump,
        }
        if self._postgres and self._redis:
            several: dict[str, Fault] = {
                "PostgreSQL killed": self.kill_postgres,
                "Redis killed": self.kill_redis,
                "one process killed": self.kill_one,
            }
            return known | several
        return known | {"disk full": self.fill_disk}

    def kill_server(self, chance: random.Random) -> None:
        self._server.kill()
        time.sleep(chance.uniform(0, 0.5))
        self._server.start()
        self.wait()

    def kill_one(self, chance: random.Random) -> None:
        """A gunicorn and its worker; the parent starts another."""
        self._killed += 1
        wait_until(lambda: bool(children(self._server.process.pid)), "a process")
        for pid in frozen(chance.choice(children(self._server.process.pid))):
            os.kill(pid, signal.SIGKILL)
        self.wait()

    def freeze_server(self, chance: random.Random) -> None:
        pids = tree(self._server.process.pid)
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(chance.uniform(0.3, 1.5))
        for pid in pids:
            os.kill(pid, signal.SIGCONT)

    def kill_postgres(self, chance: random.Random) -> None:
        assert self._postgres is not None
        self._postgres.kill()
        time.sleep(chance.uniform(0, 1))
        self._postgres.restart()

    def kill_redis(self, chance: random.Random) -> None:
        assert self._redis is not None
        self._redis.kill()
        time.sleep(chance.uniform(0.3, 2))
        self._redis.start()

    def fill_disk(self, chance: random.Random) -> None:
        """Nothing of the server may grow any more: the kernel refuses every byte beyond a file's present size."""
        pids = tree(self._server.process.pid)
        before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY)) for pid in pids}
        time.sleep(chance.uniform(0.5, 1.5))
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)

    def cut_network(self, chance: random.Random) -> None:
        self._without(self._some(chance), "gone", chance.uniform(0.3, 2))

    def silence_network(self, chance: random.Random) -> None:
        """Connections stay, and nothing passes: what was sent may or may not have arrived."""
        self._without(self._some(chance), "silent", chance.uniform(0.3, 2))

    def part_boards(self, chance: random.Random) -> None:
        """Long enough that a board is told now the events it missed, now a snapshot because they are too many."""
        self._without(self._board_cables, chance.choice(("gone", "silent")), chance.uniform(0.5, 6))

    def _some(self, chance: random.Random) -> list[Network]:
        cables = self._cables + self._board_cables
        return chance.sample(cables, chance.randint(1, len(cables)))

    def _without(self, cables: list[Network], how: str, seconds: float) -> None:
        for cable in cables:
            cable.cut(how)
        time.sleep(seconds)
        for cable in cables:
            cable.heal()

    def jump(self, chance: random.Random) -> None:
        """The server's clock goes forward or back by minutes, and stays there."""
        offset_s = chance.randint(-600, 600)
        self._set_clock(offset_s)
        wait_until(lambda: abs(self._ahead_s() - offset_s) < 3, "the wrong clock")

    def _ahead_s(self) -> float:
        """By how much the server's clock goes before ours."""
        try:
            with urlopen(f"{self._server.url}/api/v1/offices/bench/board", timeout=5) as answer:  # noqa: S310
                at = datetime.fromisoformat(json.load(answer)["at"])
        except OSError:
            return inf
        return (at - datetime.now(UTC)).total_seconds()

    def _set_clock(self, offset_s: int) -> None:
        new = self._clock.with_suffix(".new")
        new.write_text(f"{offset_s:+d}\n")
        new.replace(self._clock)

    def stick_a_client(self, chance: random.Random) -> None:
        """A board whose network takes nothing any more, with its buffers as small as they may be."""
        board = socket.socket()
        board.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        board.settimeout(10)
        board.connect(("127.0.0.1", chance.choice(self._ports)))
        board.sendall(UPGRADE.format(host="bench", key=KEY).encode())
        board.recv(512)
        board.sendall(frame("40/live,") + frame('42/live,0["join",{"office":"bench","topics":["board"]}]'))
        self._stuck.append(board)

    def cut_requests(self, chance: random.Random) -> None:
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", chance.choice(self._ports)), timeout=5) as line:
                whole = b"POST /api/v1/offices/bench/tickets HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{"
                line.sendall(whole[: chance.randint(1, len(whole))])


@contextmanager
def world(kind: str) -> Iterator[World]:
    with ExitStack() as stack:
        yield World(stack, kind)
