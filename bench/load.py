"""A load generator that costs little: one process, one selector, prepared bytes. It shares the cores with the server
that it measures, so every microsecond here would be a lie there."""

from __future__ import annotations

import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

HEADER_END = b"\r\n\r\n"


@dataclass
class Outcome:
    """What one closed-loop run saw: every latency in ms, and the answers by status."""

    latencies_ms: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.latencies_ms) / self.seconds if self.seconds else 0.0

    def add(self, other: Outcome) -> None:
        self.latencies_ms += other.latencies_ms
        self.statuses += other.statuses
        self.seconds += other.seconds


def request(method: str, url: str, body: bytes = b"", **headers: str) -> bytes:
    """A whole request as bytes; `_` in a header's name stands for `-`."""
    parts = urlsplit(url)
    lines = [f"{method} {parts.path} HTTP/1.1", f"Host: {parts.netloc}", f"Content-Length: {len(body)}"]
    if body:
        lines.append("Content-Type: application/json")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + HEADER_END + body


class Connection:
    """One kept-alive connection with at most one request on its way."""

    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""
        self.sent_at = 0.0

    def send(self, data: bytes) -> None:
        self._received = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(data)

    def receive(self) -> tuple[int, bytes] | None:
        """(status, body) once the answer is complete."""
        chunk = self.socket.recv(65536)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        self._received += chunk
        return parse(self._received)

    def ask(self, data: bytes) -> tuple[int, bytes]:
        self.send(data)
        while (answer := self.receive()) is None:
            pass
        return answer

    def close(self) -> None:
        self.socket.close()


def parse(received: bytes) -> tuple[int, bytes] | None:
    head, end, body = received.partition(HEADER_END)
    if not end:
        return None
    status = int(head[9:12])
    lowered = head.lower()
    at = lowered.find(b"content-length:")
    length = int(lowered[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    return (status, body) if len(body) >= length else None


def closed_loop(
    url: str, requests: Iterator[bytes], clients: int, seconds: float, tick: Callable[[], None] = lambda: None
) -> Outcome:
    """Each client sends its next request as soon as it has its answer; stops when the time or the requests are over."""
    parts = urlsplit(url)
    outcome, selector = Outcome(), selectors.DefaultSelector()
    connections = [Connection(parts.hostname or "127.0.0.1", parts.port or 80) for _ in range(clients)]
    began = time.perf_counter()
    for connection in connections:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(next(requests))
    busy, more = clients, True
    while busy:
        for key, _ in selector.select(5):
            connection = key.data
            answer = connection.receive()
            if answer is None:
                continue
            now = time.perf_counter()
            outcome.latencies_ms.append((now - connection.sent_at) * 1000)
            outcome.statuses[answer[0]] += 1
            more = more and now - began < seconds
            following = next(requests, None) if more else None
            if following is None:
                busy -= 1
                selector.unregister(connection.socket)
            else:
                connection.send(following)
        tick()
    outcome.seconds = time.perf_counter() - began
    for connection in connections:
        connection.close()
    selector.close()
    return outcome
