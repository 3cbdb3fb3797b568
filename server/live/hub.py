"""Sends what happened to whoever watches, in order, after the commit; and a heartbeat to those who heard nothing.

Rooms: `office:<code>` gets every version in its public form, `staff:<code>` in the staff's form (a client is in one of
the two), `kiosk:<code>` passing messages for kiosks, `agent:<id>` jobs for that agent. A message is encoded once for
its room. With several processes each serves its own clients, and a relay carries messages between them.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zlib import crc32

import structlog
from flask_socketio import SocketIO

from server.live.order import Order
from server.live.relay import Relay
from server.services.ports import Clock, Event, Json

log = structlog.get_logger(__name__)
NAMESPACE = "/live"
PUBLIC, STAFF = "office", "staff"
SLICES = 64
"""Heartbeats go out in so many parts of the interval: ten thousand at once would hold up a call behind them. An office
keeps its part, whoever else comes and goes."""
BACKLOG_MAX = 256
"""Messages that one client may leave unread before it is dropped; it comes back and asks for what it missed."""

GAP_S = 0.05
"""How long an event waits for the one before it, which another process has committed, until the database is asked."""

RECHECK = "recheck"
RECHECK_ROUNDS = 8
"""Sign-ins also end by themselves, and by commands beside the server: about twice a minute everybody is asked."""

Versions = Callable[[list[str]], Mapping[str, int]]
Since = Callable[[str, int], Iterable[Event]]
Outgoing = tuple[str, Json, str, float]


class Hub:
    """Implements `server.services.ports.Publisher`. One task sends, so an office's events leave in their order.

    `versions`: asks the database for offices' newest versions; commands and other processes write there too. `since`:
    asks it for an office's events after a version.
    `observe_lag` is given what was sent and the seconds from its commit to the end of its emit. `on_recheck` asks again
    who is connected: one actor whose rights have changed, or, with None, everybody from time to time. `call_roll` is
    called at every beat.
    """

    def __init__(
        self,
        socketio: SocketIO,
        clock: Clock,
        heartbeat_s: float,
        relay: Relay | None = None,
        versions: Versions | None = None,
        since: Since | None = None,
    ) -> None:
        self._socketio = socketio
        self._clock = clock
        self._heartbeat_s = heartbeat_s
        self._relay = relay
        self._ask_versions = versions
        self._ask_since = since
        self.also: Callable[[list[Event]], None] = lambda events: None
        """Told of what this process has committed, as the hall is; it must be quick."""
        self.observe_lag: Callable[[str, float], None] = lambda what, seconds: None
        self.on_recheck: Callable[[str | None], None] = lambda actor_id: None
        self.call_roll: Callable[[], None] = lambda: None
        self._outbox: queue.Queue[Outgoing] = queue.Queue()
        self._versions: dict[str, int] = {}
        self._order: Order[tuple[Json, Json | None]] = Order()
        self._ordering = threading.Lock()
        self._mending: set[str] = set()
        self._watched: dict[str, dict[str, int]] = {}
        self._parts: list[set[str]] = [set() for _ in range(SLICES)]
        self._told_at: dict[str, float] = {}

    def start(self) -> None:
        self._socketio.start_background_task(self._send_forever)
        self._socketio.start_background_task(self._beat_forever)
        self._socketio.start_background_task(self._call_roll_forever)
        if self._relay is not None:
            self._socketio.start_background_task(self._relay.send_forever)
            self._socketio.start_background_task(self._relay.listen_forever, self._take)

    # --- what the use cases call --------------------------------------------------------------------------------------

    def publish(self, events: Iterable[Event]) -> None:
        """Queue events; called right after their commit, while the office is still locked, so the order is right."""
        events = list(events)
        for event in events:
            self.saw(event.office, event.version)
            # Where nobody listens nothing is put into words.
            if self._relay is not None or self.watched(event.office):
                self._send("event", event.office, event.public(), event.full())
        self.also(events)

    def hand_over(self, agent: str, job: Json) -> None:
        self._send("job", agent, {"job": job})

    def tell(self, office: str, message: str, data: Json) -> None:
        self._send(message, office, data)

    def recheck(self, actor_id: str) -> None:
        """What somebody may do has changed or ended: their live connections of every process are asked again."""
        self._send(RECHECK, actor_id, {})

    # --- who watches --------------------------------------------------------------------------------------------------

    def watch(self, office: str, audience: str = PUBLIC) -> None:
        audiences = self._watched.setdefault(office, {})
        self._part(office).add(office)
        audiences[audience] = audiences.get(audience, 0) + 1

    def begin(self, office: str, version: int) -> None:
        """A client of this process has joined the office and knows it as of this version."""
        self.saw(office, version)
        with self._ordering:
            self._order.begin(office, version)

    def saw(self, office: str, version: int) -> None:
        """The office stands at least at this version."""
        self._versions[office] = max(version, self._versions.get(office, 0))

    def unwatch(self, office: str, audience: str = PUBLIC) -> None:
        audiences = self._watched.get(office, {})
        audiences[audience] = audiences.get(audience, 1) - 1
        if audiences[audience] <= 0:
            del audiences[audience]
        if not audiences:
            self._watched.pop(office, None)
            self._part(office).discard(office)
            with self._ordering:
                self._order.forget(office)

    def _part(self, office: str) -> set[str]:
        return self._parts[crc32(office.encode()) % SLICES]

    def watched(self, office: str) -> bool:
        """Whether any client of this process has joined the office."""
        return office in self._watched

    def newest(self, office: str) -> int:
        """The newest version this process has heard of."""
        return self._versions.get(office, 0)

    @property
    def clients(self) -> int:
        return sum(sum(audiences.values()) for audiences in self._watched.values())

    @property
    def waiting(self) -> int:
        """Messages that are committed and not yet sent."""
        return self._outbox.qsize()

    @property
    def unrelayed(self) -> int:
        """Messages that the other processes have not been told."""
        return self._relay.waiting if self._relay is not None else 0

    # --- sending ------------------------------------------------------------------------------------------------------

    def _send(self, kind: str, target: str, data: Json, staff: Json | None = None) -> None:
        self._take(kind, [target, data, staff])
        if self._relay is not None:
            self._relay.send(kind, [target, data, staff])

    def _take(self, kind: str, message: list[Any]) -> None:
        """A message of this process or of another, for the clients of this one."""
        target, data, staff = message
        if kind == RECHECK:
            self._recheck(target)
        elif kind == "event":
            self.saw(target, data["version"])
            self._line_up(target, data, staff)
        else:
            self._outbox.put((kind, data, f"{'agent' if kind == 'job' else 'kiosk'}:{target}", time.monotonic()))

    def _line_up(self, office: str, data: Json, staff: Json | None) -> None:
        if not self.watched(office):
            return
        with self._ordering:
            self._queue(office, self._order.take(office, data["version"], (data, staff)))
            gap = self._order.missing(office) is not None and office not in self._mending
            if gap:
                self._mending.add(office)
        if gap:
            self._socketio.start_background_task(self._mend, office)

    def _queue(self, office: str, told: Iterable[tuple[Json, Json | None]]) -> None:
        audiences, now = self._watched.get(office, ()), time.monotonic()
        for data, staff in told:
            for audience, form in ((PUBLIC, data), (STAFF, staff)):
                if audience in audiences and form is not None:
                    self._outbox.put(("event", form, f"{audience}:{office}", now))

    def _mend(self, office: str) -> None:
        """While something is missing before what waits: it comes by itself, or the database has it, or clients ask."""
        while True:
            with self._ordering:
                missing = self._order.missing(office)
                if missing is None:
                    self._mending.discard(office)
                    return
            self._socketio.sleep(GAP_S)
            events = self._since(office, missing) if self._order.missing(office) == missing else []
            with self._ordering:
                for event in events:
                    self._queue(office, self._order.take(office, event.version, (event.public(), event.full())))
                if self._order.missing(office) == missing:
                    self._queue(office, self._order.let_go(office))

    def _since(self, office: str, version: int) -> list[Event]:
        try:
            return list(self._ask_since(office, version)) if self._ask_since else []
        except Exception as error:
            log.warning("live.gap_unknown", office=office, error=str(error))
            return []

    def _recheck(self, actor_id: str | None) -> None:
        try:
            self.on_recheck(actor_id)
        except Exception:
            # Without the database nobody can be asked; the next round does.
            log.exception("live.recheck_failed")

    def _send_forever(self) -> None:
        while True:
            kind, data, room, since = self._outbox.get()
            try:
                self._emit(kind, data, room)
            except Exception:
                # One broken message must not silence the hall; versions make clients ask again.
                log.exception("live.send_failed")
            self.observe_lag(data["type"] if kind == "event" else kind, time.monotonic() - since)

    def _emit(self, name: str, data: Json, room: str) -> None:
        self._told_at[room] = time.monotonic()
        self._socketio.emit(name, data, to=room, namespace=NAMESPACE)

    # --- heartbeats ---------------------------------------------------------------------------------------------------

    def _beat_forever(self) -> None:
        rounds = 0
        while True:
            self._refresh()
            for part in range(SLICES):
                self._socketio.sleep(self._heartbeat_s / SLICES)
                for office in list(self._parts[part]):
                    self._beat(office)
            self._drop_stuck()
            rounds += 1
            if rounds % RECHECK_ROUNDS == 0:
                self._recheck(None)

    def _call_roll_forever(self) -> None:
        while True:
            self._socketio.sleep(self._heartbeat_s)
            try:
                self.call_roll()
            except Exception as error:
                # Whoever is silent is found at the next beat.
                log.warning("live.roll_failed", error=repr(error))

    def _refresh(self) -> None:
        """Other processes write too, and Redis may have forgotten what they said: the database knows."""
        if self._ask_versions is None or not self._watched:
            return
        try:
            for office, version in self._ask_versions(list(self._watched)).items():
                self.saw(office, version)
        except Exception as error:
            log.warning("live.versions_unknown", error=str(error))

    def _beat(self, office: str) -> None:
        beat = {
            "office": office,
            "version": self.newest(office),
            "at": self._clock().isoformat(timespec="milliseconds"),
        }
        for audience in list(self._watched.get(office, ())):
            room = f"{audience}:{office}"
            # Who has just heard an event knows that we live, and the version.
            if time.monotonic() - self._told_at.get(room, 0.0) > self._heartbeat_s / 2:
                self._outbox.put(("heartbeat", beat, room, time.monotonic()))

    def _drop_stuck(self) -> None:
        """A client that does not read must cost neither memory nor the others' time."""
        server = self._socketio.server
        for sid, client in list(server.eio.sockets.items()) if server else ():
            if client.queue.qsize() > BACKLOG_MAX:
                log.warning("live.client_dropped", sid=sid, unread=client.queue.qsize())
                client.close(wait=False, abort=True)
