"""Sends what happened to whoever watches, in order, after the commit; and a heartbeat to those who heard nothing.

Rooms: `office:<code>` gets every version in its public form, `staff:<code>` in the staff's form (a client is in one of
the two), `kiosk:<code>` passing messages for kiosks, `agent:<id>` jobs for that agent.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from flask_socketio import SocketIO

from server.services.ports import Clock, Event, Json

log = structlog.get_logger(__name__)
NAMESPACE = "/live"


class Hub:
    """Implements `server.services.ports.Publisher`. One task sends, so an office's events leave in their order."""

    def __init__(self, socketio: SocketIO, clock: Clock, heartbeat_s: float) -> None:
        self._socketio = socketio
        self._clock = clock
        self._heartbeat_s = heartbeat_s
        self._outbox: queue.Queue[Callable[[], None]] = queue.Queue()
        self._versions: dict[str, int] = {}
        self._watched: dict[str, int] = {}

    def start(self) -> None:
        self._socketio.start_background_task(self._send_forever)
        self._socketio.start_background_task(self._beat_forever)

    # --- what the use cases call --------------------------------------------------------------------------------------

    def publish(self, events: Iterable[Event]) -> None:
        """Queue events; called right after their commit, while the office is still locked, so the order is right."""
        for event in events:
            self._versions[event.office] = max(event.version, self._versions.get(event.office, 0))
            self._outbox.put(lambda event=event: self._send_event(event))  # type: ignore[misc]

    def hand_over(self, agent: str, job: Json) -> None:
        self._outbox.put(lambda: self._emit("job", {"job": job}, f"agent:{agent}"))

    def tell(self, office: str, message: str, data: Json) -> None:
        self._outbox.put(lambda: self._emit(message, data, f"kiosk:{office}"))

    # --- who watches --------------------------------------------------------------------------------------------------

    def watch(self, office: str, version: int) -> None:
        self._watched[office] = self._watched.get(office, 0) + 1
        self._versions[office] = max(version, self._versions.get(office, 0))

    def unwatch(self, office: str) -> None:
        self._watched[office] = self._watched.get(office, 1) - 1
        if self._watched[office] <= 0:
            del self._watched[office]

    @property
    def clients(self) -> int:
        return sum(self._watched.values())

    @property
    def waiting(self) -> int:
        """Messages that are committed and not yet sent."""
        return self._outbox.qsize()

    # --- sending ------------------------------------------------------------------------------------------------------

    def _send_event(self, event: Event) -> None:
        self._emit("event", event.public(), f"office:{event.office}")
        self._emit("event", event.full(), f"staff:{event.office}")

    def _emit(self, name: str, data: Json, room: str) -> None:
        self._socketio.emit(name, data, to=room, namespace=NAMESPACE)

    def _send_forever(self) -> None:
        while True:
            send = self._outbox.get()
            try:
                send()
            except Exception:
                # One broken message must not silence the hall; versions make clients ask again.
                log.exception("live.send_failed")

    def _beat_forever(self) -> None:
        while True:
            self._socketio.sleep(self._heartbeat_s)
            for office in list(self._watched):
                self._outbox.put(lambda office=office: self._beat(office))  # type: ignore[misc]

    def _beat(self, office: str) -> None:
        beat: dict[str, Any] = {
            "office": office,
            "version": self._versions.get(office, 0),
            "at": self._clock().isoformat(timespec="milliseconds"),
        }
        for room in (f"office:{office}", f"staff:{office}"):
            self._emit("heartbeat", beat, room)
