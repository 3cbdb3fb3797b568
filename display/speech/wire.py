"""Frames between the server and its speech worker: a length, a JSON header, and the bytes it announces."""
from __future__ import annotations

import json
import socket
import struct
from typing import Any

_HEAD = struct.Struct("!II")
LONGEST = 8_000_000


class Closed(ConnectionError):
    """The other side is gone."""


def send(link: socket.socket, header: dict[str, Any], body: bytes = b"") -> None:
    head = json.dumps(header, ensure_ascii=False).encode()
    link.sendall(_HEAD.pack(len(head), len(body)) + head + body)


def receive(link: socket.socket) -> tuple[dict[str, Any], bytes]:
    """Raises Closed at the end, TimeoutError when the socket's time-out passes between bytes."""
    head, body = _HEAD.unpack(_exactly(link, _HEAD.size))
    if head > LONGEST or body > LONGEST:
        raise Closed("not one of our frames")
    return json.loads(_exactly(link, head)), _exactly(link, body)


def _exactly(link: socket.socket, count: int) -> bytes:
    got = bytearray()
    while len(got) < count:
        part = link.recv(count - len(got))
        if not part:
            raise Closed("the other side closed")
        got += part
    return bytes(got)
