"""The server's public API, as the agent uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from hardware import __version__

TIMEOUT_S = (3.0, 10.0)
PRESS_TIMEOUT_S = (2.0, 3.0)
"""An officer who pressed waits no longer than this; the key makes it safe to ask again."""


class Unreachable(Exception):
    """No answer, or one that says "later": ask again with the same key."""


class Unauthorized(Exception):
    """The token was revoked or never was valid."""


@dataclass(frozen=True)
class Refused(Exception):
    """The server's lasting no."""

    status: int
    code: str
    detail: str


class ServerClient:
    def __init__(self, server: str, token: str, language: str = "vi") -> None:
        self.server = server
        self.token = token
        self._language = language

    def _session(self) -> requests.Session:
        session = requests.Session()
        session.headers.update({"Accept-Language": self._language, "User-Agent": f"motcua-agent/{__version__}"})
        if self.token:
            session.headers["Authorization"] = f"Bearer {self.token}"
        return session

    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        key: str | None = None,
        timeout: tuple[float, float] = TIMEOUT_S,
    ) -> Any:
        """The JSON of a 2xx answer (None when it has no body)."""
        headers = {"Idempotency-Key": key} if key else {}
        try:
            # A session of its own for each question: the threads of the agent share no connection.
            with self._session() as session:
                answer = session.request(
                    method,
                    f"{self.server}/api/v1{path}",
                    json=body,
                    headers=headers,
                    timeout=timeout,
                    allow_redirects=False,
                )
        except requests.RequestException as error:
            raise Unreachable(type(error).__name__) from error
        return _outcome(answer)

    def fetch(self, path: str) -> bytes:
        """The bytes at an address of the server that is not of its API: a sound."""
        try:
            with self._session() as session:
                answer = session.get(f"{self.server}{path}", timeout=TIMEOUT_S, allow_redirects=False)
        except requests.RequestException as error:
            raise Unreachable(type(error).__name__) from error
        if answer.status_code == 200:
            return answer.content
        _outcome(answer)
        raise Unreachable(f"HTTP {answer.status_code}")

    def setup(self) -> Any:
        return self.ask("GET", "/agent")

    def jobs(self) -> list[dict[str, Any]]:
        jobs = self.ask("GET", "/agent/jobs")
        return list(jobs["jobs"])

    def result(self, job_id: str, state: str, detail: str, at: str) -> None:
        self.ask("POST", f"/agent/jobs/{job_id}/result", {"state": state, "detail": detail, "at": at})

    def status(self, devices: list[dict[str, Any]]) -> None:
        self.ask("POST", "/agent/status", {"version": __version__, "devices": devices})

    def pair(self, code: str) -> Any:
        return self.ask("POST", "/devices/pair", {"code": code})


def _outcome(answer: requests.Response) -> Any:
    if 200 <= answer.status_code < 300:
        try:
            return answer.json() if answer.content else None
        except ValueError as error:
            raise Unreachable("not JSON") from error
    if answer.status_code == 401:
        raise Unauthorized()
    if answer.status_code >= 500 or answer.status_code in (408, 425, 429) or "Retry-After" in answer.headers:
        raise Unreachable(f"HTTP {answer.status_code}")
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    problem = problem if isinstance(problem, dict) else {}
    raise Refused(
        answer.status_code, str(problem.get("code", f"http_{answer.status_code}")), str(problem.get("detail", ""))
    )
