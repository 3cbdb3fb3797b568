"""A printer on the network, raw on port 9100: `tcp://host:9100`."""

from __future__ import annotations

import socket
import time
from urllib.parse import SplitResult

from ..interface import SettingsError
from .base import LineBusy, LineLost, NotThere

_UNSENT = 4096
"""Bytes that may wait in our own kernel: so that "written" means nearly "at the printer"."""


class TcpLine:
    """A socket that never waits longer than it is told."""

    can_read = True

    def __init__(self, host: str, port: int, timeout_s: float) -> None:
        try:
            self._socket = socket.create_connection((host, port), timeout_s)
        except OSError as error:
            raise NotThere(f"{host}:{port}: {error.strerror or error}") from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _UNSENT)

    def write(self, data: bytes, timeout_s: float) -> None:
        sent = 0
        self._socket.settimeout(timeout_s)
        while sent < len(data):
            try:
                sent += self._socket.send(data[sent : sent + _UNSENT])
            except TimeoutError:
                raise LineBusy(f"took {sent} of {len(data)} bytes, then none for {timeout_s:g} s", sent) from None
            except OSError as error:
                raise LineLost(f"broke after {sent} of {len(data)} bytes: {error.strerror}", sent) from error

    def read(self, timeout_s: float) -> bytes:
        self._socket.settimeout(max(0.001, timeout_s))
        try:
            data = self._socket.recv(4096)
        except TimeoutError:
            return b""
        except OSError as error:
            raise LineLost(f"broke while reading: {error.strerror}") from error
        if not data:
            raise LineLost("the printer closed the line")
        return data

    def close(self) -> None:
        """Half a second for what is still on its way: closing with unread answers would throw it away."""
        try:
            self._socket.shutdown(socket.SHUT_WR)
            self._drain(time.monotonic() + 0.5)
        except OSError:
            pass
        finally:
            self._socket.close()

    def _drain(self, until: float) -> None:
        while (left := until - time.monotonic()) > 0:
            self._socket.settimeout(left)
            if not self._socket.recv(4096):
                return


def open_line(parts: SplitResult, timeout_s: float) -> TcpLine:
    if not parts.hostname:
        raise SettingsError(f"transport {parts.geturl()!r}: has no host, as in tcp://192.168.1.50:9100")
    return TcpLine(parts.hostname, parts.port or 9100, timeout_s)
