"""Servers that several kinds of tests share: started once, real, and gone with the session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.servers import Postgres, Redis

# How long an example takes says more about the machine's other work than about ours.
settings.register_profile("motcua", deadline=None)
settings.load_profile("motcua")

BOTH = [pytest.param("sqlite"), pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    with Redis() as server:
        yield server
