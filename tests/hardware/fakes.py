"""Stand-ins for what an agent and its drivers are given."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, jsonify, request
from werkzeug.serving import make_server

from hardware.agent.client import Refused, Unauthorized, Unreachable
from hardware.drivers.base import Device, Press
from hardware.drivers.link import SerialLink
from hardware.drivers.ports import PortSettings, open_serial

MORNING = datetime(2026, 11, 20, 9, 18, tzinfo=UTC)


class FakeClock:
    def __init__(self, at: datetime = MORNING) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def panel(counter: int = 3, **settings: Any) -> Device:
    return Device("panel-3", "panel", "Bảng quầy 3", settings.get("driver", "line"), counter, settings)


def keypad(counter: int = 2, **settings: Any) -> Device:
    return Device("keypad-2", "keypad", "Bàn phím quầy 2", settings.get("driver", "line"), counter, settings)


class FakeHost:
    """Takes presses into a list; ``disk_full`` refuses them, as a broken disk would."""

    def __init__(self, open_port: Callable[[PortSettings], Any] = open_serial) -> None:
        self.clock = FakeClock()
        self.presses: list[Press] = []
        self.reports: list[tuple[str, str, str]] = []
        self.scans: list[Any] = []
        self.takers: dict[str, Callable[[Mapping[str, Any]], bool]] = {}
        self.disk_full = False
        self.links: dict[str, SerialLink] = {}
        self._open_port = open_port

    def link(self, device: Device, **defaults: Any) -> SerialLink:
        url = str(device.settings.get("port", "loop://"))
        if url not in self.links:
            settings = PortSettings(url, int(defaults.get("baudrate", 9600)))
            self.links[url] = SerialLink(settings, self._open_port, retry_s=(0.05,))
        return self.links[url]

    def report(self, device: Device, state: str, message: str = "") -> None:
        self.reports.append((device.id, state, message))

    def take(self, press: Press) -> bool:
        if self.disk_full:
            return False
        self.presses.append(press)
        return True

    def scanned(self, device: Device, scan: Any) -> None:
        self.scans.append(scan)

    def accept(self, device: Device, on_message: Callable[[Mapping[str, Any]], bool]) -> None:
        self.takers[device.id] = on_message

    def start(self) -> None:
        for link in self.links.values():
            link.start()

    def close(self) -> None:
        for link in self.links.values():
            link.close()


def eventually(condition: Callable[[], Any], timeout: float = 10) -> Any:
    """Wait for threads; the time-out only bounds a failure, no test's outcome depends on it."""
    deadline = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError("it never happened")
        time.sleep(0.005)
    return value


class FakeServerClient:
    """The courier's server: answers by path, or fails as told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Mapping[str, Any] | None, str | None]] = []
        self.answers: dict[str, Any] = {}
        self.failure: Unreachable | Unauthorized | Refused | None = None

    def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, key: str | None = None, timeout: Any = None
    ) -> Any:
        self.asked.append((path, body, key))
        if self.failure is not None:
            raise self.failure
        answer = self.answers.get(path)
        if isinstance(answer, Exception):
            raise answer
        return answer


class FakeOffice:
    """A server on a port: the agent API over HTTP, with an idempotency memory, that can be switched off."""

    def __init__(self, devices: list[dict[str, Any]]) -> None:
        self.devices = devices
        self.ratings: dict[str, dict[str, Any]] = {}
        self.deliveries = 0
        self.statuses: list[dict[str, Any]] = []
        self.down = False
        self.refuse: tuple[int, str] | None = None
        self.lose_answers = False
        """Do the work, then answer 502: what a dying proxy does."""
        self._lock = threading.Lock()
        self._server = make_server("127.0.0.1", 0, self._app(), threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _app(self) -> Flask:
        app = Flask("fake-office")

        @app.before_request
        def _maybe_down() -> Any:
            return (jsonify(code="down"), 503) if self.down else None

        @app.get("/api/v1/agent")
        def _agent() -> Any:
            return jsonify(
                office={"code": "demo", "name": "Phường thử", "timezone": "Asia/Ho_Chi_Minh"},
                agent={"id": "a1", "name": "agent"},
                devices=self.devices,
            )

        @app.get("/api/v1/agent/jobs")
        def _jobs() -> Any:
            return jsonify(jobs=[])

        @app.post("/api/v1/agent/status")
        def _status() -> Any:
            self.statuses.append(request.get_json())
            return jsonify()

        @app.post("/api/v1/offices/demo/counters/<int:counter>/rating")
        def _rating(counter: int) -> Any:
            key = request.headers["Idempotency-Key"]
            with self._lock:
                self.deliveries += 1
                if self.refuse:
                    return jsonify(code=self.refuse[1], detail="…"), self.refuse[0]
                self.ratings.setdefault(key, {"counter": counter, **request.get_json()})
            return (jsonify(), 502) if self.lose_answers else (jsonify(self.ratings[key]), 201)

        return app
