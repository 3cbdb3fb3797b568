"""Debian's Chromium against a real server with a furnished office. A page that logs an error fails its test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from server.db.engine import make_engine
from server.db.migrate import upgrade
from server.db.unit_of_work import SqlUnitOfWork
from server.services.views import describe
from tests.offices import PASSWORD, TOKENS, FixedClock, Silent, bearer, furnish
from tests.servers import Motcua, program

CHROMIUM = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--autoplay-policy=no-user-gesture-required",
    # A microphone that beeps once a second.
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
]  # fmt: skip
# What a browser itself reports when a test cuts the network or a refusal is part of the story.
EXPECTED = ("net::ERR_", "Failed to load resource", "WebSocket connection to")
_keys = count(1)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("e2e") / "office.db"
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    furnish(SqlUnitOfWork(engine, FixedClock(), describe, Silent()))
    engine.dispose()
    return path


@pytest.fixture
def server(furnished: Path, tmp_path: Path) -> Iterator[Motcua]:
    path = tmp_path / "office.db"
    shutil.copy(furnished, path)
    with Motcua(f"sqlite:///{path}") as running:
        yield running


@pytest.fixture(scope="module")
def furnished_server(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Motcua]:
    """One server for a module whose tests only look."""
    path = tmp_path_factory.mktemp("looked-at") / "office.db"
    shutil.copy(furnished, path)
    with Motcua(f"sqlite:///{path}") as running:
        yield running


@pytest.fixture
def take(server: Motcua) -> Callable[..., dict[str, Any]]:
    """Take a number as the kiosk does."""

    def number(service: str = "A", **wish: Any) -> dict[str, Any]:
        answer = requests.post(
            f"{server.url}/api/v1/offices/demo/tickets",
            json={"service": service, **wish},
            headers=bearer("kiosk") | {"Idempotency-Key": f"take-{next(_keys)}"},
            timeout=10,
        )
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    return number


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(driver: Playwright) -> Iterator[Browser]:
    """Without the window around its pages, where Debian has it so: a new profile then costs a seventh."""
    try:
        path = program("chromium-headless-shell")
    except FileNotFoundError:
        path = program("chromium")
    browser = driver.chromium.launch(executable_path=path, args=CHROMIUM)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def whole_chromium(driver: Playwright) -> Iterator[Browser]:
    """With all that people have, notifications among it; for tests with the mark `whole_browser`."""
    browser = driver.chromium.launch(executable_path=program("chromium"), args=CHROMIUM)
    yield browser
    browser.close()


@pytest.fixture
def browse(request: pytest.FixtureRequest, server: Motcua) -> Iterator[Callable[..., Page]]:
    """Open a page in a browser of its own: `browse("/console", user="officer1")`, `browse("/rate", device="panel")`."""
    whole = request.node.get_closest_marker("whole_browser")
    browser: Browser = request.getfixturevalue("whole_chromium" if whole else "chromium")
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opened(path: str, *, user: str | None = None, device: str | None = None, **context: Any) -> Page:
        context.setdefault("viewport", {"width": 1366, "height": 768})
        contexts.append(browser.new_context(base_url=server.url, **context))
        if device:
            cookie = {"name": "motcua_device", "value": TOKENS[device], "url": server.url}
            contexts[-1].add_cookies([cookie])  # type: ignore[list-item]
        page = contexts[-1].new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.goto(path)
        if user:
            page.fill("[name=username]", user)
            page.fill("[name=password]", PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(f"**{path}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [fault for fault in faults if not any(known in fault for known in EXPECTED)] == []
