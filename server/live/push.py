"""Sends calls to the phones that asked for them: encrypted by RFC 8291, signed by this installation's key (RFC 8292).

One task sends, beside everything else: a push service that is slow or gone keeps nobody waiting. Only the process that
committed a call sends it, so a phone is woken once.
"""

from __future__ import annotations

import json
import os
import queue
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import http_ece
import requests
import structlog
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from server.domain.errors import MotcuaError
from server.domain.hall import Hall
from server.domain.office import named
from server.services import push
from server.services.ports import Event, Json, UnitOfWork
from server.services.vault import Unreadable, Vault

log = structlog.get_logger(__name__)

CALLS = frozenset({"ticket.called", "ticket.recalled"})
ENDS = frozenset({"ticket.completed", "ticket.cancelled", "ticket.expired"})
KEPT_S = 120
"""How long a push service keeps a call for a phone without a network; who hears of it later was called long ago."""
TIMEOUT_S = 5.0
LOOK_S = 5.0
"""How often it is asked which tickets have a phone: other processes take wishes too."""
QUEUE_MAX = 10_000
GONE = (404, 410)


def own_key(data_dir: Path) -> Vapid02:
    """The installation's signing key, made on the first run. Who else has it could wake phones in its name."""
    path = data_dir / "push.pem"
    if not path.exists():
        made = Vapid02()
        made.generate_keys()
        data_dir.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                file.write(made.private_pem())
        except FileExistsError:
            pass  # another process of this server was quicker
    return Vapid02.from_pem(path.read_bytes())


@dataclass(frozen=True, slots=True)
class _Task:
    office: str
    type: str
    ticket: str
    call: Json | None


class Pusher:
    """`publish` is called with what was committed; `run` is the task that sends."""

    def __init__(self, uow: UnitOfWork, vault: Vault, key: Callable[[], Vapid02], contact: str) -> None:
        self._uow = uow
        self._vault = vault
        self._make_key = key
        self._key: Vapid02 | None = None
        self._contact = contact
        self._tasks: queue.Queue[_Task] = queue.Queue(QUEUE_MAX)
        self._known: set[str] = set()
        self._looked = 0.0
        self.sent = 0

    @property
    def public_key(self) -> str:
        """What a browser subscribes with (`applicationServerKey`)."""
        point = self._signing().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return _text(point)

    def _signing(self) -> Vapid02:
        if self._key is None:
            self._key = self._make_key()
        return self._key

    def expect(self, ticket_id: str) -> None:
        """A phone waits for this ticket from now on."""
        self._known.add(ticket_id)

    def publish(self, events: Iterable[Event]) -> None:
        for event in events:
            if event.type in CALLS or event.type in ENDS:
                task = _Task(event.office, event.type, event.data["ticket"]["id"], event.data.get("call"))
                try:
                    self._tasks.put_nowait(task)
                except queue.Full:
                    log.warning("push.backlog", office=event.office)

    def run(self) -> None:
        while True:
            try:
                self.step(self._tasks.get(timeout=LOOK_S))
            except queue.Empty:
                self._tidy()
            except MotcuaError as error:
                log.warning("push.not_sent", error=error.code)

    def _tidy(self) -> None:
        try:
            self._look()
            self._uow.forget_pushes(self._uow.now())
        except MotcuaError as error:
            log.warning("push.not_tidied", error=error.code)

    def step(self, task: _Task) -> None:
        """One call or ending; tickets that no phone waits for cost nothing."""
        if time.monotonic() - self._looked > LOOK_S:
            self._look()
        if task.ticket not in self._known:
            return
        rows = self._uow.rows("push_subscription", ticket_id=task.ticket)
        if task.type in ENDS:
            self._forget(task.office, rows)
            self._known.discard(task.ticket)
        elif task.call is not None:
            hall = self._uow.hall(task.office)
            self._forget(task.office, [row for row in rows if not self._send(hall, row, task.call)])

    def drain(self) -> None:
        """Everything that waits, now; for tests and for a server that ends."""
        while not self._tasks.empty():
            self.step(self._tasks.get_nowait())

    def _look(self) -> None:
        self._looked = time.monotonic()
        self._known = {row["ticket_id"] for row in self._uow.rows("push_subscription")}

    def _forget(self, office: str, rows: list[Json]) -> None:
        if rows:
            with self._uow.command(office) as tx:
                for row in rows:
                    tx.remove("push_subscription", {"id": row["id"]})

    def _send(self, hall: Hall, row: Json, call: Json) -> bool:
        """Whether this address may be used again."""
        counter = hall.config.counters.get(call["counter"])
        place = named(counter.names, row["language"]) if counter else call["counter_name"]
        message = push.message(call, place, named(hall.config.names, row["language"]), row["language"])
        try:
            where = push.opened(self._vault, row)
        except Unreadable:
            log.warning("push.unreadable", office=hall.config.code)
            return False
        try:
            answer = self._post(where, row["ticket_id"], json.dumps(message, ensure_ascii=False).encode())
        except requests.RequestException as error:
            log.warning("push.unreachable", host=urlsplit(where["endpoint"]).hostname, error=type(error).__name__)
            return True
        self.sent += answer.ok
        return answer.status_code not in GONE

    def _post(self, where: Json, ticket: str, content: bytes) -> requests.Response:
        body = http_ece.encrypt(
            content,
            private_key=ec.generate_private_key(ec.SECP256R1()),
            dh=push.decoded(where["p256dh"]),
            auth_secret=push.decoded(where["auth"]),
            version="aes128gcm",
        )
        parts = urlsplit(where["endpoint"])
        claims = {"aud": f"{parts.scheme}://{parts.netloc}", "sub": self._contact}
        headers = {"Content-Encoding": "aes128gcm", "TTL": str(KEPT_S), "Urgency": "high"}
        headers |= {"Topic": ticket, "Content-Type": "application/octet-stream"}
        headers |= self._signing().sign(claims)
        return requests.post(where["endpoint"], data=body, headers=headers, timeout=TIMEOUT_S, allow_redirects=False)


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
