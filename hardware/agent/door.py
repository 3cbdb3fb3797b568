"""The agent's local door: buttons with their own network knock here, and pages on this machine ask for scans."""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from flask import Flask, Response, abort, jsonify, request
from werkzeug.serving import BaseWSGIServer, make_server

from hardware.agent.config import DoorConfig
from hardware.drivers.base import Device
from hardware.drivers.codes import Scan
from hardware.drivers.messages import BadMessage

OnMessage = Callable[[Mapping[str, Any]], bool]
PrintHere = Callable[[Mapping[str, Any]], bool]
ResultOf = Callable[[str, float], Mapping[str, Any] | None]

SCAN_LIFE_S = 10.0
LONGEST_WAIT_S = 25.0


class ScanShelf:
    """The last scan of each scanner, in memory, for a few seconds and for one reader."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._now = monotonic
        self._arrived = threading.Condition()
        self._scans: dict[str, tuple[float, Scan]] = {}

    def put(self, device_id: str, scan: Scan) -> None:
        with self._arrived:
            self._scans[device_id] = (self._now(), scan)
            self._arrived.notify_all()

    def take(self, device_id: str, wait_s: float) -> Scan | None:
        deadline = self._now() + wait_s
        with self._arrived:
            while True:
                at, scan = self._scans.pop(device_id, (0.0, None))
                if scan is not None and self._now() - at < SCAN_LIFE_S:
                    return scan
                left = deadline - self._now()
                if left <= 0:
                    return None
                self._arrived.wait(left)

    def sweep(self) -> None:
        """An unread scan does not stay in memory."""
        with self._arrived:
            for name in [name for name, (at, _scan) in self._scans.items() if self._now() - at >= SCAN_LIFE_S]:
                del self._scans[name]


class Door:
    def __init__(self, shelf: ScanShelf) -> None:
        self._shelf = shelf
        self._takers: dict[str, tuple[str, OnMessage]] = {}
        self._tokens: dict[str, str] = {}
        self._printers: dict[str, tuple[PrintHere, ResultOf]] = {}
        self._server: BaseWSGIServer | None = None

    def accept(self, device: Device, on_message: OnMessage) -> None:
        self._takers[device.id] = (str(device.settings["token"]), on_message)

    def allow_scans(self, device: Device) -> None:
        """A scanner with a token in its settings may be read by whoever has that token."""
        if device.settings.get("token"):
            self._tokens[device.id] = str(device.settings["token"])

    def allow_jobs(self, device: Device, print_here: PrintHere, result_of: ResultOf) -> None:
        """A printer with a token in its settings takes jobs of a kiosk on this machine, with the server or without."""
        if device.settings.get("token"):
            self._tokens[device.id] = str(device.settings["token"])
            self._printers[device.id] = (print_here, result_of)

    def clear(self) -> None:
        self._takers, self._tokens, self._printers = {}, {}, {}

    def app(self) -> Flask:
        app = Flask("motcua-door", static_folder=None)
        app.config["MAX_CONTENT_LENGTH"] = 16 * 1024

        @app.post("/v1/devices/<device_id>/press")
        def press(device_id: str) -> tuple[Response, int]:
            token, on_message = self._takers.get(device_id, ("", None))
            if on_message is None or not _bearer_is(token):
                abort(401)
            message = request.get_json(silent=True)
            try:
                taken = on_message(message if isinstance(message, dict) else {})
            except BadMessage as error:
                return jsonify(code="bad_message", detail=str(error)), 400
            # 503 asks the button to keep the press and say it again
            return jsonify(taken=taken), 200 if taken else 503

        @app.get("/v1/devices/<device_id>/scan")
        def scan(device_id: str) -> tuple[Response, int]:
            if not _bearer_is(self._tokens.get(device_id, "")):
                abort(401)
            wait = min(request.args.get("wait", 0.0, type=float), LONGEST_WAIT_S)
            found = self._shelf.take(device_id, wait)
            if found is None:
                return jsonify(), 204
            answer = jsonify(kind=type(found).__name__, **asdict(found))
            answer.headers["Cache-Control"] = "no-store"
            return answer, 200

        @app.post("/v1/devices/<device_id>/jobs")
        def take_job(device_id: str) -> tuple[Response, int]:
            print_here, _result = self._printer(device_id)
            job = request.get_json(silent=True)
            if not isinstance(job, dict) or job.get("device") != device_id or not str(job.get("id", "")).isalnum():
                return jsonify(code="bad_job"), 400
            return (jsonify(id=job["id"]), 200) if print_here(job) else (jsonify(code="no_printer"), 503)

        @app.get("/v1/devices/<device_id>/jobs/<job_id>")
        def job_result(device_id: str, job_id: str) -> tuple[Response, int]:
            _print, result_of = self._printer(device_id)
            said = result_of(job_id, min(request.args.get("wait", 0.0, type=float), LONGEST_WAIT_S))
            return (jsonify(**said), 200) if said is not None else (jsonify(), 404)

        return app

    def _printer(self, device_id: str) -> tuple[PrintHere, ResultOf]:
        if not _bearer_is(self._tokens.get(device_id, "")) or device_id not in self._printers:
            abort(401)
        return self._printers[device_id]

    def open(self, config: DoorConfig) -> int:
        """Listen; the port in use."""
        self._server = make_server(config.host, config.port, self.app(), threaded=True)
        threading.Thread(target=self._server.serve_forever, name="door", daemon=True).start()
        return int(self._server.server_port)

    def close(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()


def _bearer_is(token: str) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())
