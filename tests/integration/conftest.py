"""Databases and servers for tests that need the real ones. Each test gets a database of its own, copied from one that
was migrated and furnished once a session, so a test costs milliseconds and no test sees another's rows."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from server.app import Server, create_server
from server.db.engine import make_engine
from server.db.migrate import upgrade
from server.db.unit_of_work import SqlUnitOfWork
from server.services.views import describe
from server.settings import Settings
from tests.conftest import BOTH
from tests.offices import PASSWORD, FixedClock, Silent, bearer, furnish
from tests.servers import Postgres


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "office.db"
    _prepare(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    # Other folders use this fixture as well, and each of them makes its own on the one server.
    name = f"furnished_{uuid.uuid4().hex[:8]}"
    _prepare(postgres.create(name))
    return name


def _prepare(url: str) -> None:
    engine = make_engine(url)
    upgrade(engine)
    furnish(SqlUnitOfWork(engine, FixedClock(), describe, Silent()))
    engine.dispose()


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with the demo office in it, on each kind of database in turn."""
    if request.param == "sqlite":
        path = tmp_path / "office.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = f"t{uuid.uuid4().hex[:12]}"
    yield server.create(name, request.getfixturevalue("postgres_template"))
    server.drop(name)


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a single table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = f"t{uuid.uuid4().hex[:12]}"
    yield server.create(name)
    server.drop(name)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def publisher() -> Silent:
    return Silent()


@pytest.fixture
def uow(engine: sa.Engine, clock: FixedClock, publisher: Silent) -> SqlUnitOfWork:
    """The unit of work alone, for use cases without HTTP; `publisher` keeps what it sends."""
    return SqlUnitOfWork(engine, clock, describe, publisher)


@pytest.fixture
def server(engine: sa.Engine, clock: FixedClock, tmp_path: Path) -> Server:
    """A whole server in this process, not listening; its clock is `clock`."""
    settings = Settings(
        database_url=engine.url.render_as_string(hide_password=False), data_dir=tmp_path,
        secret_key="not a secret: for tests only", async_mode="threading",
    )  # fmt: skip
    server = create_server(settings, clock=clock, engine=engine)
    server.app.testing = True
    return server


@dataclass
class Caller:
    """A client of the API that is somebody: a device by its token, or a member of staff by sign-in."""

    client: FlaskClient
    headers: dict[str, str]

    def get(self, path: str, **kwargs: object) -> object:
        return self.client.get(f"/api/v1{path}", headers=self.headers, **kwargs)

    def post(self, path: str, json: object = None, key: str | None = None) -> object:
        headers = self.headers | {"Idempotency-Key": key or uuid.uuid4().hex}
        return self.client.post(f"/api/v1{path}", json=json or {}, headers=headers)


class People:
    """`as_device("kiosk")` and `as_staff("officer1")`."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def as_device(self, kind: str) -> Caller:
        return Caller(self._server.app.test_client(use_cookies=False), bearer(kind))

    def as_staff(self, username: str) -> Caller:
        client = self._server.app.test_client()
        signed_in = client.post("/api/v1/session", json={"username": username, "password": PASSWORD})
        assert signed_in.status_code == 200, signed_in.text
        return Caller(client, {"X-CSRFToken": signed_in.json["csrf_token"]})


@pytest.fixture
def people(server: Server) -> People:
    return People(server)
