"""The server as the kiosk reaches it: an answer within a deadline, or none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass
from time import monotonic
from typing import Any, Protocol

import requests
from requests.adapters import HTTPAdapter

ANSWER_S = 1.5
"""How long a touch waits for the server before the kiosk answers by itself."""

PATIENT_S = 15.0
"""Work in the background may take longer."""

NO_ANSWER = frozenset({500, 502, 503, 504})


class Gone(Exception):
    """No answer: whether the command was carried out is not known."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]
    json: Any = None

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class Upstream(Protocol):
    def ask(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        within_s: float = ANSWER_S,
    ) -> Answer: ...


class HttpUpstream:
    """requests counts its time-out from byte to byte; a deadline for the whole needs a thread that may stay behind."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url.rstrip("/")
        self.token = token
        self._session = requests.Session()
        # No proxy of the environment; but who vouches for the server is said there.
        self._session.trust_env = False
        self._session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=32))
        self._pool = ThreadPoolExecutor(32, thread_name_prefix="upstream")

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        within_s: float = ANSWER_S,
    ) -> Answer:
        """The server's answer, whatever it says; Gone when it says nothing in time or is not itself."""
        future: Future[Answer] = self._pool.submit(self._send, method, path, body, dict(headers or {}), within_s)
        try:
            answer = future.result(within_s)
        except TooLate:
            raise Gone("no answer in time") from None
        except requests.RequestException as error:
            raise Gone(type(error).__name__) from error
        if answer.status in NO_ANSWER:
            raise Gone(str(answer.status))
        return answer

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str], within_s: float) -> Answer:
        began = monotonic()
        headers = {"Accept": "application/json", **headers, "Authorization": f"Bearer {self.token}"}
        while True:
            left = within_s - (monotonic() - began)
            try:
                got = self._session.request(
                    method, self.url + path, json=body, headers=headers, timeout=max(left, 0.05), allow_redirects=False
                )
            except requests.ConnectionError as error:
                # A kept connection that the server had closed meanwhile: every request here may be sent again.
                if "RemoteDisconnected" in repr(error) and left > 0 and monotonic() - began < within_s / 2:
                    continue
                raise
            kind = got.headers.get("Content-Type", "")
            return Answer(got.status_code, got.content, dict(got.headers), got.json() if "json" in kind else None)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._session.close()
