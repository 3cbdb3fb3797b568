"""Boards by the thousand in one process: just enough WebSocket, Engine.IO and Socket.IO to join and to listen.

Every board checks what a real one checks: each version once, in order. Sockets may be spread over several loopback
addresses, since one address has only some 28,000 ports to offer.
"""

from __future__ import annotations

import json
import os
import selectors
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

NAMESPACE = "/live"
UPGRADE = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
    # As every browser offers; what comes must still be plain, since the server compresses for nobody.
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
)
KEY = "bW90Y3VhLWJlbmNoLWtleQ=="


def frame(text: str) -> bytes:
    """A masked text frame. The mask is zero: it must be there, and nothing needs hiding."""
    data = text.encode()
    if len(data) < 126:
        head = struct.pack("!BB", 0x81, 0x80 | len(data))
    else:
        head = struct.pack("!BBH", 0x81, 0xFE, len(data))
    return head + b"\0\0\0\0" + data


def version_in(message: bytes) -> int:
    """It stands near the front; parsing a whole event ten thousand times would measure this process."""
    at = message.index(b'"version":') + 10
    end = min(i for i in (message.find(b",", at), message.find(b"}", at)) if i > 0)
    return int(message[at:end])


@dataclass(slots=True)
class Board:
    """One client of one office. `heard` counts events; `faults` what no board may see."""

    office: str
    socket: socket.socket
    topics: tuple[str, ...] = ("board",)
    received: bytearray = field(default_factory=bytearray)
    upgraded: bool = False
    joined: bool = False
    joins: int = 0
    version: int = -1
    heard: int = 0
    beats: int = 0
    newest: int = -1
    called_at: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def send(self, text: str) -> None:
        self.socket.sendall(frame(text))

    def take(self, data: bytes) -> None:
        self.received += data
        if not self.upgraded:
            head, end, rest = bytes(self.received).partition(b"\r\n\r\n")
            if not end:
                return
            if b" 101 " not in head.split(b"\r\n")[0]:
                raise ConnectionError(head.decode(errors="replace")[:200])
            self.upgraded, self.received = True, bytearray(rest)
        for opcode, text in self._frames():
            self._understand(opcode, text)

    def _frames(self) -> list[tuple[int, bytes]]:
        found, buffer, at = [], self.received, 0
        while len(buffer) - at >= 2:
            length, start = buffer[at + 1] & 0x7F, at + 2
            if length == 126:
                if len(buffer) - at < 4:
                    break
                length, start = struct.unpack_from("!H", buffer, at + 2)[0], at + 4
            elif length == 127:
                if len(buffer) - at < 10:
                    break
                length, start = struct.unpack_from("!Q", buffer, at + 2)[0], at + 10
            if len(buffer) < start + length:
                break
            found.append((buffer[at] & 0x0F, bytes(buffer[start : start + length])))
            at = start + length
        del buffer[:at]
        return found

    def _understand(self, opcode: int, data: bytes) -> None:
        if opcode == 8:
            raise ConnectionError("closed by the server")
        if opcode == 9 or not data:
            return
        if data[:1] == b"0":
            self.send(f"40{NAMESPACE},")
        elif data[:1] == b"2":
            self.send("3")
        elif data.startswith(b'42/live,["event"'):
            self._hear(data)
        elif data.startswith(b'42/live,["heartbeat"'):
            self.beats += 1
            self.newest = max(self.newest, version_in(data))
        elif data.startswith(b"40/live"):
            self.join()
        elif data.startswith(b"43/live,"):
            start = data.index(b"[")
            self._joined(json.loads(data[start:])[0], int(data[len(b"43/live,") : start]))

    def join(self) -> None:
        asked: dict[str, Any] = {"office": self.office, "topics": list(self.topics)}
        if self.version >= 0:
            asked["since"] = self.version
        self.send(f"42{NAMESPACE},{self.joins}{json.dumps(['join', asked])}")
        self.joins += 1

    def _joined(self, answer: dict[str, Any], _which: int) -> None:
        if "error" in answer:
            self.faults.append(f"refused: {answer['error']}")
            return
        self.version, self.joined = max(self.version, answer["version"]), True

    def _hear(self, data: bytes) -> None:
        version = version_in(data)
        self.newest = max(self.newest, version)
        self.heard += 1
        if b'"ticket.called"' in data:
            self.called_at.append(time.perf_counter())
        if not self.joined or version <= self.version:
            return
        if version != self.version + 1:
            self.faults.append(f"{self.version} then {version}")
        self.version = version


class Crowd:
    """All the boards of one generator process, on one selector."""

    def __init__(self, url: str, sources: tuple[str, ...] = ("127.0.0.1",), make: type[Board] | None = None) -> None:
        self._make = make or Board
        self.url = url
        parts = urlsplit(url)
        self._to = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._sources = sources
        self._selector = selectors.DefaultSelector()
        self.boards: list[Board] = []
        self.lost = 0
        self.heard = 0

    def add(self, office: str, topics: tuple[str, ...] = ("board",), **headers: str) -> Board:
        source = self._sources[len(self.boards) % len(self._sources)]
        connection = socket.create_connection(self._to, timeout=30, source_address=(source, 0))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        greeting = UPGRADE.format(host=f"{self._to[0]}:{self._to[1]}", key=KEY)
        extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        connection.sendall((greeting[:-2] + extra + "\r\n").encode())
        board = self._make(office, connection, topics)
        self._selector.register(connection, selectors.EVENT_READ, board)
        self.boards.append(board)
        return board

    def listen(self, seconds: float) -> int:
        """Take what has come, waiting at most so long for the first; how many sockets had something to say."""
        ready = self._selector.select(seconds)
        for key, _ in ready:
            board: Board = key.data
            before = board.heard
            try:
                data = board.socket.recv(262_144)
                if not data:
                    raise ConnectionError("ended")
                board.take(data)
            except OSError as error:
                self.lost += 1
                board.faults.append(f"socket: {error}")
                self.drop(board)
            self.heard += board.heard - before
        return len(ready)

    def listen_until(self, done: Callable[[], bool], timeout_s: float) -> bool:
        until = time.perf_counter() + timeout_s
        while not done():
            if time.perf_counter() > until:
                return False
            self.listen(0.05)
        return True

    def drop(self, board: Board) -> None:
        self._selector.unregister(board.socket)
        board.socket.close()

    def fill(self, offices: list[str], boards: int, tick: Callable[[], None] = lambda: None, at_once: int = 50) -> None:
        """Connect `boards` boards over the offices in turn and wait until all have joined."""
        for n in range(boards):
            self.add(offices[n % len(offices)])
            if n % at_once == at_once - 1:
                self.listen_until(lambda: sum(not b.joined for b in self.boards[-at_once:]) < at_once // 2, 30)
                tick()
        if not self.listen_until(lambda: all(b.joined for b in self.boards), 60):
            missing = sum(not b.joined for b in self.boards)
            raise TimeoutError(f"{missing} of {boards} boards did not join")

    @property
    def faults(self) -> list[str]:
        return [fault for board in self.boards for fault in board.faults]

    def close(self) -> None:
        for board in self.boards:
            if board.socket.fileno() >= 0:
                self.drop(board)
        self._selector.close()


def allow_many_files(wanted: int) -> int:
    """Raise this process's limit of open files as far as it may go; servers started from here inherit it."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for reach, most in ((max(soft, wanted), max(hard, wanted)), (min(max(soft, wanted), hard), hard)):
        # The hard limit gives way to root alone.
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (reach, most))
            return reach
    return soft


def loopback_addresses(clients: int) -> tuple[str, ...]:
    """Enough source addresses for so many sockets to one port."""
    return tuple(f"127.0.0.{n}" for n in range(1, 2 + clients // 20_000)) if os.name == "posix" else ("127.0.0.1",)
