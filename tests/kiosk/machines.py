"""A server, a network that can be cut, a kiosk's PC and its printer: real processes and real sockets."""

from __future__ import annotations

import json
import os
import select
import socket
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from server.commands.demo_office import OFFICE
from server.db.engine import make_engine
from server.db.migrate import upgrade
from server.db.unit_of_work import SqlUnitOfWork
from server.services.views import describe
from tests.offices import TOKENS, Silent, furnish
from tests.servers import Motcua, Process, answers, free_port, program

Json = dict[str, Any]


class Network:
    """A TCP proxy. `cut("gone")`: connections break and none is made. `cut("silent")`: they stay, nothing passes."""

    def __init__(self, target_port: int) -> None:
        self._target = ("127.0.0.1", target_port)
        self._state = "up"
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._guard = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, how: str) -> None:
        self._state = how
        if how == "gone":
            self._break()

    def heal(self) -> None:
        self._break()
        self._state = "up"

    def close(self) -> None:
        self._listener.close()
        self._break()

    def _break(self) -> None:
        with self._guard:
            pairs, self._pairs = self._pairs, set()
        for pair in pairs:
            for end in pair:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue

    def _accept(self) -> None:
        while True:
            try:
                page, _ = self._listener.accept()
            except OSError:
                return
            if self._state == "gone":
                page.close()
                continue
            threading.Thread(target=self._carry, args=(page,), daemon=True).start()

    def _carry(self, page: socket.socket) -> None:
        with page:
            while self._state == "silent":
                time.sleep(0.02)
            try:
                server = socket.create_connection(self._target, 2)
                # A wire holds nothing back until the other side has said that it got what came before.
                for end in (page, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError:
                return
            with server:
                with self._guard:
                    self._pairs.add((page, server))
                self._copy(page, server)
                with self._guard:
                    self._pairs.discard((page, server))

    def _copy(self, page: socket.socket, server: socket.socket) -> None:
        other = {page: server, server: page}
        while True:
            ready, _, _ = select.select([page, server], [], [], 0.5)
            for source in ready:
                try:
                    data = source.recv(65536)
                    while self._state == "silent":
                        time.sleep(0.02)
                    if not data:
                        return
                    other[source].sendall(data)
                except OSError:
                    return


class PrinterDoor:
    """The agent's local door, with a printer that keeps every paper; the same job is printed once."""

    def __init__(self) -> None:
        self.papers: dict[str, Json] = {}
        door = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                job = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                door.papers.setdefault(job["id"], job["content"])
                self._say({"id": job["id"], "state": "queued"})

            def do_GET(self) -> None:
                job = urlsplit(self.path).path.rsplit("/", 1)[1]
                known = job in door.papers
                self._say({"id": job, "state": "printed" if known else "lost"}, 200 if known else 404)

            def _say(self, said: Json, status: int = 200) -> None:
                body = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def numbers(self) -> list[str]:
        return [paper["number"] for paper in self.papers.values()]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class KioskPC:
    """`motcua kiosk` as it runs beside Chromium."""

    def __init__(self, folder: Path, server: str, door: str, *, scanner: str = "", token: str = "") -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "token").write_text(TOKENS["kiosk"])
        (folder / "door.token").write_text(token)
        self._command = [
            program("motcua"), "kiosk", "--server", server, "--data", str(folder),
            "--bind", f"127.0.0.1:{self.port}", "--door", door,
            "--door-token-file", str(folder / "door.token"), *(["--scanner", scanner] if scanner else []),
        ]  # fmt: skip
        self.process = Process(folder, "kiosk")

    def start(self, *, online: bool = True) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MOTCUA_")}
        self.process.launch(self._command, env=environment)
        self.process.wait_for(lambda: answers(f"{self.url}/healthz"), "the kiosk")
        if online:
            self.wait(lambda health: health["online"] and min(health["numbers_left"].values(), default=0) >= 10)

    def kill(self) -> None:
        self.process.kill()

    def stop(self) -> None:
        self.process.stop()

    def health(self) -> Json:
        with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
            return dict(json.load(answer))

    def wait(self, ready: Any, within_s: float = 60) -> Json:
        until = time.monotonic() + within_s
        while not ready(health := self.health()):
            assert time.monotonic() < until, health
            time.sleep(0.01)
        return health

    def touch(self, key: str, service: str = "A", timeout_s: float = 6) -> tuple[int, Json]:
        """(status, answer); raises OSError while nobody listens."""
        request = urllib.request.Request(
            f"{self.url}/api/v1/offices/demo/tickets", json.dumps({"service": service}).encode(),
            {"Content-Type": "application/json", "Idempotency-Key": key},
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=timeout_s) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read() or b"{}")


class Site:
    """One office with one kiosk, and the wire between them."""

    def __init__(self, folder: Path, *, lease_size: int = 100, people: bool = False) -> None:
        self.database = folder / "server.db"
        engine = make_engine(f"sqlite:///{self.database}")
        upgrade(engine)
        uow = SqlUnitOfWork(engine, lambda: datetime.now(UTC), describe, Silent())
        furnish(uow, OFFICE | {"settings": OFFICE["settings"] | {"leases": {"size": lease_size}}}, people=people)
        engine.dispose()
        self.server = Motcua(f"sqlite:///{self.database}")
        self.network = Network(self.server.port)
        self.door = PrinterDoor()
        self.kiosk = KioskPC(folder / "kiosk", self.network.url, self.door.url)

    def __enter__(self) -> Site:
        self.server.start()
        self.kiosk.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kiosk.kill()
        self.network.close()
        self.door.close()
        self.server.__exit__(None, None, None)

    def tickets(self) -> list[Json]:
        database = sqlite3.connect(self.database)
        database.row_factory = sqlite3.Row
        rows = [dict(row) for row in database.execute("SELECT * FROM ticket ORDER BY arrived_at, seq")]
        database.close()
        return rows
