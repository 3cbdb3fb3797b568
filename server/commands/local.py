"""A unit of work for commands that run beside the server, on the same database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from server.app import utc_now
from server.commands.serve import checked_settings
from server.db.engine import make_engine, opened
from server.db.unit_of_work import SqlUnitOfWork
from server.db.witness import Witness
from server.services.ports import Clock, Event, Json
from server.services.views import describe
from server.settings import Settings


class Silent:
    """Nobody listens here: clients of the running server see the gap in versions and ask again."""

    def publish(self, events: Iterable[Event]) -> None:
        pass

    def hand_over(self, agent: str, job: Json) -> None:
        pass

    def tell(self, office: str, message: str, data: Json) -> None:
        pass


def local_unit_of_work() -> SqlUnitOfWork:
    settings = checked_settings()
    return unit_of_work(make_engine(settings.database_url), utc_now, Witness(settings.data_dir))


@contextmanager
def beside_the_server() -> Iterator[tuple[SqlUnitOfWork, Settings]]:
    """The same for the time of one command: its connections are closed with it."""
    settings = checked_settings()
    with opened(settings.database_url) as engine:
        yield unit_of_work(engine, utc_now, Witness(settings.data_dir)), settings


def unit_of_work(engine: sa.Engine, clock: Clock, witness: Witness | None = None) -> SqlUnitOfWork:
    return SqlUnitOfWork(engine, clock, describe, Silent(), witness=witness)
