"""Processes that press at the same time. `python -m tests.clients <role> <json>`; each prints one JSON line of what it
was answered. The standard library alone, so that sixteen of them start at once on a small machine."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]
GIVE_UP_S = 300.0


class Client:
    """One kept-alive connection that notes every status."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        self._headers = {"Content-Type": "application/json", **headers}
        self.statuses: dict[int, int] = {}

    def get(self, path: str) -> Json:
        """The answer of a GET that must go well."""
        self._connection.request("GET", f"/api/v1{path}", headers=self._headers)
        response = self._connection.getresponse()
        answer: Json = json.loads(response.read())
        assert response.status == 200, answer
        return answer

    def post(self, path: str, body: Json, key: str | None = None) -> tuple[int, Json | None]:
        headers = self._headers | {"Idempotency-Key": key or uuid.uuid4().hex}
        self._connection.request("POST", f"/api/v1{path}", json.dumps(body), headers)
        response = self._connection.getresponse()
        text = response.read()
        self.statuses[response.status] = self.statuses.get(response.status, 0) + 1
        self.cookie = response.headers.get("Set-Cookie", "").partition(";")[0]
        return response.status, json.loads(text) if text else None

    def close(self) -> None:
        self._connection.close()

    def sign_in(self, username: str, password: str) -> None:
        status, answer = self.post("/session", {"username": username, "password": password})
        assert status == 200 and answer is not None, answer
        self._headers |= {"Cookie": self.cookie, "X-CSRFToken": answer["csrf_token"]}


def issue(url: str, token: str, office: str, services: str, keys: list[str]) -> Json:
    """Takes one number a key."""
    client = Client(url, {"Authorization": f"Bearer {token}"})
    taken = []
    for i, key in enumerate(keys):
        status, answer = client.post(f"/offices/{office}/tickets", {"service": services[i % len(services)]}, key)
        taken.append([key, answer["number"] if status == 201 and answer else None])
    return {"statuses": client.statuses, "taken": taken}


def call(url: str, office: str, counter: int, who: Json, issued: str) -> Json:
    """Calls the next, one after another, until nobody waits and the file `issued` says that no more will come."""
    client = Client(url, {"Authorization": f"Bearer {who['token']}"} if "token" in who else {})
    if "username" in who:
        client.sign_in(who["username"], who["password"])
    called = []
    until = time.monotonic() + GIVE_UP_S
    while time.monotonic() < until:
        over = Path(issued).exists()
        status, answer = client.post(f"/offices/{office}/counters/{counter}/next", {"finish_current": True})
        if status == 200 and answer:
            called.append(answer["number"])
        elif over:
            break
        else:
            time.sleep(0.02)
    return {"statuses": client.statuses, "called": called}


ROLES = {"issue": issue, "call": call}


def start(role: str, **arguments: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.clients", role, json.dumps(arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1])


def answers(processes: Iterable[subprocess.Popen[str]]) -> list[Json]:
    found = []
    for process in processes:
        text, _ = process.communicate(timeout=GIVE_UP_S + 30)
        assert process.returncode == 0, text
        found.append(json.loads(text))
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(ROLES[sys.argv[1]](**json.loads(sys.argv[2]))))
