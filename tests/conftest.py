"""Servers that several kinds of tests share: started once, real, and gone with the session."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import warm
from tests.servers import Postgres, Redis

# How long an example takes says more about the machine's other work than about ours.
settings.register_profile("motcua", deadline=None)
settings.load_profile("motcua")

WEIGHTS = {"slow": 12.0, "e2e": 5.0}
"""Seconds that a test with this mark takes, roughly."""
os.environ["LC_ALL"] = "C.UTF-8"  # commands speak the language of the terminal: here everybody's the same
MORE = {"MOTCUA_TEST_KILLS", "MOTCUA_TEST_CUTS", "MOTCUA_TEST_CALLS", "MOTCUA_TEST_EXAMPLES"}
LONG_S = 3600
BOTH = [pytest.param("sqlite"), pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Whoever asks for more of everything waits longer for it."""
    if MORE & set(os.environ):
        config.option.timeout = LONG_S


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first: several processes take a file at a time, and none should sit idle beside a late one."""
    seconds: Counter[Path] = Counter()
    for item in items:
        seconds[item.path] += max((WEIGHTS.get(mark.name, 0.0) for mark in item.iter_markers()), default=0.0) or 0.2
    items.sort(key=lambda item: -seconds[item.path])


@pytest.fixture(scope="session", autouse=True)
def _warm_starts() -> Iterator[None]:
    with warm.starts(True):
        yield


@pytest.fixture
def cold_starts() -> Iterator[None]:
    """For tests of starting, stopping and survival: every program from nothing, through its console script."""
    with warm.starts(False):
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    with Redis() as server:
        yield server
