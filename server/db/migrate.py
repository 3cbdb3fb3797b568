"""Brings a database to the newest schema, by Alembic, from the package itself: no file beside the program is needed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

LOCK = 0x4D4F5443
"""PostgreSQL's advisory lock of whoever migrates: the letters MOTC."""


def config(connection: sa.Connection | None = None) -> Config:
    settings = Config()
    settings.set_main_option("script_location", "server.db:migrations")
    settings.attributes["connection"] = connection
    return settings


def head() -> str:
    """The newest revision this program knows."""
    revision = ScriptDirectory.from_config(config()).get_current_head()
    assert revision, "the package carries its migrations"
    return revision


def current(engine: sa.Engine) -> str | None:
    """The revision a database stands at, None when it is empty."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: sa.Engine) -> None:
    """Bring the database to `head`; nothing happens when it is there."""
    if current(engine) == head():
        return
    with engine.connect().execution_options(motcua_write=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            # Processes that start together: one migrates, the others wait and find it done.
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        command.upgrade(config(connection), "head")
