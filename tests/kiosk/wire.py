"""A kiosk and a server joined by a wire that a test can cut: before the request arrives, or before the answer does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from werkzeug.test import Client

from kiosk.runtime.clock import TrueClock
from kiosk.runtime.courier import Courier
from kiosk.runtime.desk import Situation, TouchDesk
from kiosk.runtime.staff import StaffDesk
from kiosk.runtime.store import Json, Store
from kiosk.runtime.upstream import ANSWER_S, Answer, Gone
from kiosk.runtime.web import make_app


class Wire:
    """`state`: up · cut (nothing arrives) · deaf (the request arrives and is carried out, the answer does not)."""

    def __init__(self, client: Client, token: str) -> None:
        self.client, self.token = client, token
        self.state = "up"
        self.asked: list[str] = []

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        within_s: float = ANSWER_S,
    ) -> Answer:
        self.asked.append(f"{method} {path}")
        if self.state == "cut":
            raise Gone("cut")
        sent = {**(headers or {}), "Authorization": f"Bearer {self.token}"}
        got = self.client.open(path, method=method, json=body, headers=sent)
        if self.state == "deaf" or got.status_code >= 500:
            raise Gone("deaf")
        return Answer(got.status_code, got.data, dict(got.headers), got.json)


class PaperTray:
    """Every job that a kiosk has sent to its printer."""

    def __init__(self) -> None:
        self.jobs: list[Json] = []
        self.tests: list[Json] = []

    def __call__(self, touch: Json) -> None:
        self.jobs.append(touch)

    def tried(self, job: Json, at: Any) -> tuple[str, str | None]:
        """A paper that somebody waits for."""
        self.tests.append(job)
        return "printed", None

    @property
    def numbers(self) -> list[str]:
        return [touch["number"] for touch in self.jobs]


class Kiosk:
    """One kiosk's PC. `restart` is what a power cut leaves: the store alone."""

    def __init__(self, folder: Path, wire: Wire, true: Any, pass_a_moment: Callable[[], object]) -> None:
        self.folder, self.wire, self.true, self.office = folder, wire, true, "demo"
        self.pass_a_moment = pass_a_moment
        self.wrong_by = timedelta()
        self.paper = PaperTray()
        self.restart()

    def restart(self) -> None:
        self.store = Store(self.folder / "kiosk.db")
        elapsed = lambda: self.true().timestamp()  # noqa: E731
        self.clock = TrueClock(lambda: self.true() + self.wrong_by, elapsed, self.store.newest())
        self.now = Situation(self.office, self.clock)
        self.desk = TouchDesk(self.store, self.wire, self.now, self.paper)
        self.courier = Courier(self.store, self.wire, self.now, "test", self.clock, elapsed)
        self.staff = StaffDesk(self.store, self.now, self.desk.office, self.paper.tried)
        self.page = make_app(self.store, self.wire, self.now, self.desk, self.courier, self.staff).test_client()

    def kill(self) -> None:
        self.store.close()
        self.restart()

    def touch(self, key: str, service: str = "A", **body: Any) -> Any:
        return self.page.post(
            f"/api/v1/offices/{self.office}/tickets",
            json={"service": service, **body},
            headers={"Idempotency-Key": key},
            base_url="http://127.0.0.1:8090",
        )

    def take(self, key: str, service: str = "A", **body: Any) -> Json:
        answer = self.touch(key, service, **body)
        assert answer.status_code == 201, answer.json
        return dict(answer.json)

    def get(self, path: str, **headers: str) -> Any:
        return self.page.get(path, base_url="http://127.0.0.1:8090", headers=headers)

    def work(self, rounds: int = 30) -> None:
        """Whatever the courier has to do, done."""
        for _ in range(rounds):
            self.pass_a_moment()
            if not self.courier.round() and self.now.circuit.online:
                break

    def refresh(self) -> None:
        self.courier._office_at = self.courier._reported_at = None
        self.work()
