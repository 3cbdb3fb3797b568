"""A server in this process, its office and its people, on a database of its own and a clock that we turn."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.app import Server, create_server
from server.commands.demo import prepare
from server.settings import Settings
from tests.conftest import BOTH
from tests.servers import Postgres

PASSWORD = "mat-khau-demo"
SECRET = "for tests, not for offices"
_keys = count(1)


@dataclass
class Person:
    """A browser (or a device) and what it must send along."""

    client: FlaskClient
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(f"/api/v1{path}", headers=self.headers | more.pop("headers", {}), **more)

    def post(self, path: str, body: Any = None, *, key: str | None = None, **headers: str) -> TestResponse:
        sent = self.headers | headers | ({"Idempotency-Key": key} if key else {})
        return self.client.post(f"/api/v1{path}", json=body if body is not None else {}, headers=sent)

    def take(self, service: str = "A", **body: Any) -> dict[str, Any]:
        answer = self.post("/offices/demo/tickets", {"service": service, **body}, key=f"take-{next(_keys)}")
        assert answer.status_code == 201, answer.json
        return dict(answer.json or {})

    def do(self, ticket: dict[str, Any], verb: str, **body: Any) -> TestResponse:
        return self.post(f"/tickets/{ticket['id']}/{verb}", body)

    def next(self, counter: int = 1, **body: Any) -> dict[str, Any]:
        answer = self.post(f"/offices/demo/counters/{counter}/next", body)
        assert answer.status_code == 200, answer.json
        return dict(answer.json or {})


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _prepare(folder: Path, url: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOTCUA_SECRET_KEY", SECRET)
        patch.setenv("MOTCUA_DATABASE_URL", url)
        prepare(folder, PASSWORD)


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's database and tokens, prepared once: hashing eight passwords takes longer than a test."""
    folder = tmp_path_factory.mktemp("demo")
    _prepare(folder, f"sqlite:///{folder / 'demo.db'}")
    return folder


@pytest.fixture(scope="session")
def demo_template(postgres: Postgres, demo_folder: Path) -> str:
    """The same on PostgreSQL, with the same tokens, as a template to copy."""
    _prepare(demo_folder, postgres.create("demo_template"))
    return "demo_template"


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, demo_folder: Path, tmp_path: Path) -> Iterator[str]:
    """The demo in a database of the test's own, on each kind of database in turn."""
    shutil.copytree(demo_folder, tmp_path, dirs_exist_ok=True)
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'demo.db'}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    name = f"a{uuid.uuid4().hex[:12]}"
    yield postgres.create(name, request.getfixturevalue("demo_template"))
    postgres.drop(name)


@pytest.fixture
def server(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Server]:
    settings = Settings(secret_key=SECRET, database_url=database_url, data_dir=tmp_path, async_mode="threading")
    server = create_server(settings, clock=clock)
    yield server
    server.close()


@pytest.fixture
def sign_in(server: Server) -> Callable[[str], Person]:
    def person(username: str) -> Person:
        client = server.app.test_client()
        answer = client.post("/api/v1/session", json={"username": username, "password": PASSWORD})
        assert answer.status_code == 200, answer.json
        assert answer.json
        return Person(client, {"X-CSRFToken": answer.json["csrf_token"]})

    return person


@pytest.fixture
def device(server: Server, tmp_path: Path) -> Callable[[str], Person]:
    """The demo's devices by name of their token file: agent, kiosk, panel."""

    def by_token(name: str) -> Person:
        token = (tmp_path / f"demo-{name}.token").read_text()
        return Person(server.app.test_client(), {"Authorization": f"Bearer {token}"})

    return by_token


@pytest.fixture
def anybody(server: Server) -> Person:
    return Person(server.app.test_client())


@pytest.fixture
def kiosk(device: Callable[[str], Person]) -> Person:
    return device("kiosk")


@pytest.fixture
def officer(sign_in: Callable[[str], Person]) -> Person:
    """Officer 1, sitting at counter 1."""
    person = sign_in("officer1")
    assert person.post("/offices/demo/counters/1/open").status_code == 200
    return person
