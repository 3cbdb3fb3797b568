"""The branch office of the integration tests, with hands that work a day off in it."""

from __future__ import annotations

import pytest

from server.db.reporting import SqlFigures
from server.db.unit_of_work import SqlUnitOfWork
from tests.integration.conftest import *  # noqa: F403
from tests.reports.hall import Day


@pytest.fixture
def figures(uow: SqlUnitOfWork) -> SqlFigures:
    return SqlFigures(uow)


@pytest.fixture
def day(uow: SqlUnitOfWork, clock) -> Day:
    return Day(uow, clock)
