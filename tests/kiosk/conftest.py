"""A kiosk's runtime before a whole server, in one process, with a wire between them and a clock that we turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.app import Server, create_server
from server.settings import Settings
from tests.api.conftest import SECRET, Clock, Person, demo_folder
from tests.kiosk.wire import Kiosk, Wire

__all__ = ["demo_folder"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(demo_folder: Path, tmp_path: Path, clock: Clock) -> Iterator[Server]:
    import shutil

    shutil.copytree(demo_folder, tmp_path, dirs_exist_ok=True)
    settings = Settings(
        secret_key=SECRET, database_url=f"sqlite:///{tmp_path / 'demo.db'}", data_dir=tmp_path, async_mode="threading",
        public_url="https://motcua.example",
    )  # fmt: skip
    server = create_server(settings, clock=clock)
    yield server
    server.engine.dispose()


@pytest.fixture
def kiosk(server: Server, tmp_path: Path, clock: Clock) -> Kiosk:
    """Paired, stocked with numbers, and connected."""
    token = (tmp_path / "demo-kiosk.token").read_text()
    kiosk = Kiosk(tmp_path / "kiosk", Wire(server.app.test_client(use_cookies=False), token), clock,
                  lambda: clock.turn(milliseconds=1))  # fmt: skip
    kiosk.work()
    assert kiosk.now.circuit.online
    return kiosk


@pytest.fixture
def helper(server: Server) -> Person:
    from tests.api.conftest import PASSWORD

    client = server.app.test_client()
    answer = client.post("/api/v1/session", json={"username": "helper", "password": PASSWORD})
    assert answer.json
    return Person(client, {"X-CSRFToken": answer.json["csrf_token"]})
