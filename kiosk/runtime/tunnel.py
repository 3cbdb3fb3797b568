"""The page's live view: its WebSocket is passed on to the server byte by byte, with the kiosk's token."""

from __future__ import annotations

import socket
import ssl
from typing import Any
from urllib.parse import urlsplit

import gevent
from gevent.pywsgi import WSGIHandler

PATH = "/socket.io/"
CONNECT_S = 1.5
CHUNK = 16 * 1024
DROPPED = frozenset({"host", "origin", "cookie", "authorization"})


def handler_for(server: str, token: str) -> type[WSGIHandler]:
    """A request handler that tunnels upgrades of the live view and leaves all else to the application."""
    target = urlsplit(server)

    class Handler(WSGIHandler):  # type: ignore[misc]
        def handle(self) -> None:
            # Head and body go in two writes; without this the second waits 40 ms for the first's acknowledgement.
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            super().handle()

        def run_application(self) -> None:
            upgrade = self.environ.get("HTTP_UPGRADE", "").lower()
            if upgrade == "websocket" and self.environ["PATH_INFO"].startswith(PATH):
                self._tunnel()
            else:
                super().run_application()

        def _tunnel(self) -> None:
            self.close_connection = True
            self.provided_content_length = None
            try:
                upstream = _connect(target)
            except OSError:
                self.socket.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            with upstream:
                upstream.sendall(_request(self.environ, target.netloc, token))
                _join(self.socket, upstream)

        def log_request(self) -> None:
            """A kiosk writes no access log: it would tell when which citizen came."""

    return Handler


def _connect(target: Any) -> socket.socket:
    secure = target.scheme == "https"
    plain = socket.create_connection((target.hostname, target.port or (443 if secure else 80)), CONNECT_S)
    plain.settimeout(None)
    return ssl.create_default_context().wrap_socket(plain, server_hostname=target.hostname) if secure else plain


def _request(environ: dict[str, Any], host: str, token: str) -> bytes:
    """The request as the server is to see it: from the kiosk, not from a page of another origin."""
    path = environ["PATH_INFO"] + (f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else "")
    headers = {
        name[5:].replace("_", "-").lower(): str(value) for name, value in environ.items() if name.startswith("HTTP_")
    }
    headers = {name: value for name, value in headers.items() if name not in DROPPED}
    headers |= {"host": host, "authorization": f"Bearer {token}"}
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1")


def _join(page: Any, server: Any) -> None:
    """Copy both ways until either side is done; then both are."""
    ways = [gevent.spawn(_copy, page, server), gevent.spawn(_copy, server, page)]
    gevent.wait(ways, count=1)
    gevent.killall(ways)


def _copy(source: Any, target: Any) -> None:
    try:
        while data := source.recv(CHUNK):
            target.sendall(data)
    except OSError:
        return
