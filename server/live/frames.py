"""An event on its way to a thousand boards is put into a WebSocket frame once.

The library makes a frame for each client anew, and compresses it, with a dictionary of its own, for each browser that
offers to inflate it. A server's frames carry no mask and need no compression, so the same bytes are right for all.
"""

from __future__ import annotations

import socket
import struct
from functools import lru_cache
from typing import Any

from flask_socketio import SocketIO

TEXT = 0x81
"""A whole text message in one frame (RFC 6455, section 5.2)."""
KEPT = 64
UNSENT_MAX = 64 * 1024
STUCK_MS = 20_000


@lru_cache(KEPT)
def text_frame(message: str) -> bytes:
    data = message.encode()
    if len(data) < 126:
        return struct.pack("!BB", TEXT, len(data)) + data
    if len(data) < 1 << 16:
        return struct.pack("!BBH", TEXT, 126, len(data)) + data
    return struct.pack("!BBQ", TEXT, 127, len(data)) + data


def bound(connection: Any) -> None:
    """A client that takes nothing must not fill the kernel's memory, nor be kept for as long as its machine says that
    it is alive (Linux: `TCP_USER_TIMEOUT` counts a closed window too)."""
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNSENT_MAX)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STUCK_MS)


def share_frames(socketio: SocketIO) -> None:
    """Let the clients of a server that runs under gevent share their frames."""
    drivers: dict[str, Any] = socketio.server.eio._async
    base = drivers.get("websocket")
    if base is None or socketio.server.eio.async_mode != "gevent":
        return

    class Sharing(base):  # type: ignore[misc, valid-type]
        def __call__(self, environ: Any, start_response: Any) -> Any:
            bound(environ.get("gunicorn.socket"))
            return super().__call__(environ, start_response)

        def send(self, message: str | bytes) -> None:
            if isinstance(message, str) and self.ws.connected:
                self.ws.sock.sendall(text_frame(message))
            else:
                # Bytes are rare, and a closed connection has its own words.
                super().send(message)

    socketio.server.eio._async = drivers | {"websocket": Sharing}
