"""The Socket.IO side: joins the office, hands on jobs, and events in their order; asks again where one is missing."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping
from typing import Any

import requests
import socketio
from socketio.exceptions import ConnectionError as SocketConnectionError
from socketio.exceptions import SocketIOError

from hardware.agent.client import Unauthorized, Unreachable
from hardware.agent.order import InOrder

log = logging.getLogger(__name__)

NAMESPACE = "/live"
TOPICS = ["devices", "board"]
WAIT_S = 5
GAP_S = 0.5
"""How long an event may be overtaken by later ones before it counts as lost."""
UNAUTHORIZED_CODES = frozenset({"unauthorized", "not_signed_in", "token_revoked", "forbidden", "invalid_token"})


class LiveTransport:
    """A new socketio client for every connection: a client that was dropped half-way is not to be trusted."""

    def __init__(
        self,
        server: str,
        token: str,
        office: Callable[[], str | None],
        on_snapshot: Callable[[Mapping[str, Any], int], None],
        on_event: Callable[[Mapping[str, Any]], None],
        on_job: Callable[[Mapping[str, Any]], None],
        on_heard: Callable[[], None],
    ) -> None:
        self._server, self._token, self._office = server, token, office
        self._on_snapshot, self._on_job, self._on_heard = on_snapshot, on_job, on_heard
        self._events = InOrder(on_event, time.monotonic)
        self._client: Any = None

    @property
    def connected(self) -> bool:
        return self._client is not None and bool(self._client.connected)

    def repair(self) -> None:
        """Ask for the picture again where an event is missing."""
        if self._events.missing_s > GAP_S:
            log.info("an event is missing; asking again")
            self._join(self._office() or "")

    def connect(self) -> None:
        office = self._office()
        if office is None:
            raise Unreachable("the office is not known yet")
        # The same certificates as for questions by HTTP: a WebSocket reads no environment for itself.
        session = requests.Session()
        session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
        client = socketio.Client(
            reconnection=False, handle_sigint=False, request_timeout=WAIT_S, http_session=session
        )
        client.on("event", self._heard(client, self._events.put), namespace=NAMESPACE)
        client.on("job", self._heard(client, self._job), namespace=NAMESPACE)
        client.on("heartbeat", self._heard(client, self._beat), namespace=NAMESPACE)
        self._client = client
        self._events.forget()
        try:
            client.connect(
                self._server,
                namespaces=[NAMESPACE],
                auth={"token": self._token},
                headers={"Authorization": f"Bearer {self._token}"},
                transports=["websocket"],
                wait_timeout=WAIT_S,
            )
        except SocketConnectionError as error:
            raise Unreachable(str(error)) from error
        self._join(office)

    def _join(self, office: str) -> None:
        try:
            answer = self._client.call(
                "join", {"office": office, "topics": TOPICS}, namespace=NAMESPACE, timeout=WAIT_S
            )
        except SocketIOError as error:
            raise Unreachable(f"join: {type(error).__name__}") from error
        if not isinstance(answer, dict) or "error" in answer:
            code = answer["error"].get("code", "") if isinstance(answer, dict) else ""
            if code in UNAUTHORIZED_CODES:
                raise Unauthorized()
            raise Unreachable(f"join refused: {code}")
        version = int(answer["version"])
        self._events.snapshot(version, lambda: self._on_snapshot(answer["snapshot"], version))

    def disconnect(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            try:
                client.disconnect()
            except (SocketIOError, OSError) as error:
                log.debug("disconnect: %s", error)

    def _beat(self, message: Mapping[str, Any]) -> None:
        self._events.stands_at(int(message["version"]))

    def _job(self, message: Mapping[str, Any]) -> None:
        self._on_job(message["job"])

    def _heard(self, client: Any, handle: Callable[[Any], None]) -> Callable[[Any], None]:
        def handler(message: Any) -> None:
            if client is not self._client:
                return  # the last words of a connection we gave up
            self._on_heard()
            try:
                handle(message)
            except (KeyError, TypeError, ValueError) as error:
                log.warning("a message that was not understood: %r", error)

        return handler
