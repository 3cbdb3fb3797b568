"""The database engine: SQLite under WAL and full durability, or PostgreSQL by psycopg 3 with a small pool."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from server.db.faults import note, wrapped
from server.services.encoding import decode, encode

POOL_SIZE = 5
"""Measured: PostgreSQL answers faster with 5 connections a process than with 20."""

POOL_TIMEOUT_S = 10

BUSY_TIMEOUT_MS = 10_000

KIND: dict[str, Any] = {
    "json_serializer": encode,
    "json_deserializer": decode,
    # What a statement was given may be about a person, and errors go into the log.
    "hide_parameters": True,
}


LINE = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
    # The same for the other end, and for a server that is frozen with an office's lock in its hand.
    "options": "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3"
    " -c tcp_user_timeout=15000 -c idle_in_transaction_session_timeout=60000",
}
"""How long a connection to PostgreSQL may be silent, as libpq's own options. A machine that loses its power says no
goodbye: without these, whoever waits for the database's answer, or for the lock of a server that is gone, waits two
hours, and soon all connections do."""


def make_engine(url: str) -> sa.Engine:
    """An engine for a URL such as `sqlite:///var/motcua.db` or `postgresql://host/motcua`."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = sa.create_engine(parsed, pool_size=POOL_SIZE, max_overflow=0, pool_timeout=POOL_TIMEOUT_S, **KIND)
        sa.event.listen(engine, "do_connect", _connect_postgres)
        sa.event.listen(engine, "handle_error", lambda context: note(context.original_exception))
        return engine
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(parsed, pool_size=POOL_SIZE, max_overflow=POOL_SIZE, **KIND)
    sa.event.listen(engine, "connect", _configure_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    sa.event.listen(engine, "handle_error", lambda context: note(context.original_exception))
    return engine


def _connect_postgres(_dialect: sa.Dialect, _record: Any, args: Any, named: Any) -> Any:
    # Not at the top: where SQLite serves, this driver would only take memory.
    from server.db.exchange import Exchanging
    from server.db.waiting import HubConnection, under_gevent

    kind = HubConnection if under_gevent() else Exchanging
    # Who knows their network better says so in the address of the database.
    return kind.connect(*args, **LINE | named, prepare_threshold=None)


@contextmanager
def opened(url: str) -> Iterator[sa.Engine]:
    """An engine for the time of one command; its connections are closed with it."""
    engine = make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def is_sqlite(bind: sa.Engine | sa.Connection) -> bool:
    return bind.dialect.name == "sqlite"


def _configure_sqlite(connection: Any, _record: Any) -> None:
    # The driver would open transactions by itself, and too late; we say BEGIN.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        # An acknowledged number survives a power cut (law 4): every commit reaches the disk.
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-8192",
        # The server copies the log beside its commits (`checkpoints`); within one only what it cannot keep up with.
        "wal_autocheckpoint=20000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    writing = connection.get_execution_options().get("motcua_write", False)
    driver = connection.connection.dbapi_connection
    assert driver is not None
    try:
        driver.cursor().execute("BEGIN IMMEDIATE" if writing else "BEGIN")
    except Exception as error:
        raise wrapped(connection, error) from error
