"""Between server processes: what one has committed, the clients of the others hear as well.

Redis carries it and nothing depends on it: a process sends to its own clients directly, and when Redis is away or
forgets, the versions in the heartbeats, which come from the database, tell clients of the others to ask again.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from queue import Empty, Full, Queue
from typing import Any

import redis
import structlog

log = structlog.get_logger(__name__)

CHANNEL = "motcua:live"
BACKLOG_MAX = 10_000
"""Messages kept while Redis does not answer; the oldest go first, since clients repair what they miss."""
RETRY_S = 0.5
TIMEOUT_S = 3.0

Deliver = Callable[[str, Any], None]


class Relay:
    """Sends messages to the other processes and hands theirs to `deliver(kind, data)`, in the order of each sender."""

    def __init__(self, url: str, sleep: Callable[[float], None]) -> None:
        self._me = secrets.token_hex(6)
        self._sleep = sleep
        self._outgoing: Queue[str] = Queue(BACKLOG_MAX)
        self._away = False
        self._redis = redis.Redis.from_url(url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)
        # A listener waits as long as there is silence.
        self._listener = redis.Redis.from_url(url, socket_connect_timeout=TIMEOUT_S, health_check_interval=10)

    @property
    def waiting(self) -> int:
        return self._outgoing.qsize()

    def send(self, kind: str, data: Any) -> None:
        message = json.dumps([self._me, kind, data], ensure_ascii=False, separators=(",", ":"))
        while True:
            try:
                self._outgoing.put_nowait(message)
                return
            except Full:
                self._drop_oldest()

    def _drop_oldest(self) -> None:
        try:
            self._outgoing.get_nowait()
        except Empty:
            return

    def send_forever(self) -> None:
        while True:
            message = self._outgoing.get()
            while not self._published(message):
                self._sleep(RETRY_S)

    def _published(self, message: str) -> bool:
        try:
            self._redis.publish(CHANNEL, message)
        except redis.RedisError as error:
            self._lost(error)
            return False
        self._found()
        return True

    def _lost(self, error: Exception) -> None:
        """One line when it goes and one when it is back: it may be away for a night, and is asked twice a second."""
        if not self._away:
            log.warning("relay.redis_away", error=str(error))
        self._away = True

    def _found(self) -> None:
        if self._away:
            log.warning("relay.redis_back", waiting=self.waiting)
        self._away = False

    def listen_forever(self, deliver: Deliver) -> None:
        while True:
            try:
                self._listen(deliver)
            except redis.RedisError as error:
                self._lost(error)
            self._sleep(RETRY_S)

    def _listen(self, deliver: Deliver) -> None:
        with self._listener.pubsub(ignore_subscribe_messages=True) as subscription:  # type: ignore[no-untyped-call]
            subscription.subscribe(CHANNEL)
            self._found()
            for message in subscription.listen():
                sender, kind, data = json.loads(message["data"])
                if sender != self._me:
                    deliver(kind, data)
