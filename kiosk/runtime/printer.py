"""Paper: a job goes to the agent on this machine, by its local door, and comes back as printed or not.

The door: `POST /v1/devices/<printer>/jobs` takes a job into the printer's spool (again is fine, the spool knows it by
its id); `GET …/jobs/<id>?wait=<s>` answers {state, detail}, `queued` while it is not known, 404 for one it never had.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, Protocol

import requests
import structlog

from kiosk.runtime.store import Json, Store, StoreBroken

log = structlog.get_logger(__name__)

TAKE_S = 4.0
"""How long the agent may take to accept a job (it may be restarting) before the number is shown on screen instead."""

PRINT_S = 60.0
STALE = timedelta(seconds=60)
"""Paper that comes later than this after its touch would be somebody else's."""

FINAL = frozenset({"printed", "not_sent", "unknown"})


class Door(Protocol):
    """None: no answer."""

    def put(self, job: Json) -> bool: ...
    def result(self, job: Json, wait_s: float) -> tuple[str, str | None] | None: ...


class HttpDoor:
    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"

    def put(self, job: Json) -> bool:
        try:
            return self._session.post(f"{self._url}/v1/devices/{job['device']}/jobs", json=job, timeout=2).ok
        except requests.RequestException:
            return False

    def result(self, job: Json, wait_s: float) -> tuple[str, str | None] | None:
        """(state, detail), ("lost", …) when the agent does not know the job, None without an answer."""
        try:
            url = f"{self._url}/v1/devices/{job['device']}/jobs/{job['id']}"
            answer = self._session.get(url, params={"wait": wait_s}, timeout=wait_s + 2)
            if answer.status_code == 404:
                return "lost", None
            if not answer.ok:
                return None
            said: dict[str, Any] = answer.json()
        except (requests.RequestException, ValueError):
            return None
        return str(said.get("state")), said.get("detail")


class PrintDesk:
    """Follows every paper to its end, in threads of its own: no touch waits for a printer."""

    def __init__(
        self,
        store: Store,
        door: Door,
        clock: Callable[[], datetime],
        told: Callable[[], None],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store, self._door, self._clock, self._told, self._pause = store, door, clock, told, pause
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="paper")

    def begin(self) -> None:
        """After a restart: papers whose end is not known are looked after; those of long ago are not printed now."""
        for touch in self._store.unprinted():
            self.print(touch)

    def print(self, touch: Json) -> None:
        self._threads.submit(self._follow, touch)

    def _follow(self, touch: Json) -> None:
        try:
            self._settle(touch["key"], *self.outcome(json.loads(touch["job"]), datetime.fromisoformat(touch["at"])))
        except StoreBroken:
            log.error("paper.not_noted", number=touch["number"])
        except Exception:
            log.exception("paper.failed", number=touch["number"])

    def outcome(self, job: Json, touched_at: datetime) -> tuple[str, str | None]:
        """Hand a job over and wait for its end: (state, detail)."""
        until = time.monotonic() + TAKE_S
        fresh = self._clock() - touched_at < STALE
        while fresh and not self._door.put(job):
            if time.monotonic() > until:
                # A job may have been taken although the answer was lost; then its paper is on its way.
                known = self._door.result(job, 0)
                if known is None or known[0] == "lost":
                    return "not_sent", "the agent does not answer"
                break
            self._pause(0.2)
        return self._wait(job)

    def _wait(self, job: Json) -> tuple[str, str | None]:
        until = time.monotonic() + PRINT_S
        while time.monotonic() < until:
            found = self._door.result(job, 5)
            if found is None:
                self._pause(0.2)
            elif found[0] == "lost":
                return "not_sent", "the agent does not know the job"
            elif found[0] in FINAL:
                return found
        return "unknown", "no result from the printer"

    def _settle(self, key: str, state: str, detail: str | None) -> None:
        self._store.paper(key, state, detail)
        self._told()

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
