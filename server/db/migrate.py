"""Brings a database to the newest schema, by Alembic, from the package itself: no file beside the program is needed."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import sqlalchemy as sa

from server.db.engine import is_sqlite

if TYPE_CHECKING:
    # A server whose database is up to date, nearly every one that starts, leaves Alembic unloaded.
    from alembic.config import Config

LOCK = 0x4D4F5443
"""PostgreSQL's advisory lock of whoever migrates: the letters MOTC."""


class NewerDatabase(sa.exc.SQLAlchemyError):
    """A database that a later version of this program has brought further than this one knows."""


def config(connection: sa.Connection | None = None) -> Config:
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", "server.db:migrations")
    settings.attributes["connection"] = connection
    return settings


def head() -> str:
    """The newest revision this program knows: each migration's file begins with its own."""
    names = (file.name for file in files("server.db").joinpath("migrations", "versions").iterdir())
    return max(name[:4] for name in names if name[:4].isdigit())


def current(engine: sa.Engine) -> str | None:
    """The revision a database stands at, None when it is empty."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        return found


def upgrade(engine: sa.Engine) -> None:
    """Bring the database to `head`; nothing happens when it is there."""
    stands = current(engine)
    if stands == head():
        return
    if stands is not None and stands > head():
        raise NewerDatabase(f"the database is of version {stands}, this program knows {head()}: install the newer one")
    from alembic import command

    with engine.connect().execution_options(motcua_write=True) as connection, connection.begin():
        if not is_sqlite(connection):
            # Processes that start together: one migrates, the others wait and find it done.
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        command.upgrade(config(connection), "head")


def require_writable(engine: sa.Engine) -> None:
    """Raise the database's own error where it can be read and not written: a file of somebody else's, a standby."""
    with engine.connect().execution_options(motcua_write=True) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
        connection.rollback()
