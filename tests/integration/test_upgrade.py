"""A database of an earlier version, with rows in all its tables, becomes one of today and loses nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from server.db import migrate
from server.db.engine import make_engine
from server.db.tables import Instant, metadata

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
WORDS = {"state": "completed", "level": "satisfied", "kind": "kiosk", "role": "officer", "language": "vi"}
"""Columns that take only certain words."""


def sample(column: sa.Column[Any]) -> Any:
    if column.name in WORDS:
        return WORDS[column.name]
    if isinstance(column.type, Instant):
        return NOON
    length = getattr(column.type, "length", None)
    samples = {str: column.name[:length], bool: True, int: 1, float: 1.0, date: NOON.date(), bytes: b"1", object: {}}
    return samples[column.type.python_type]


def fill(connection: sa.Connection) -> list[str]:
    """One row in every table there is; the tables' names."""
    then = sa.MetaData()
    then.reflect(connection)
    made: dict[str, dict[str, Any]] = {}
    for table in then.sorted_tables:
        if table.name == "alembic_version":
            continue
        today = metadata.tables[table.name].c
        needed = [column for column in table.columns if not column.nullable]
        row = {column.name: sample(today[column.name]) for column in needed}
        for column in needed:
            for key in column.foreign_keys:
                row[column.name] = made[key.column.table.name][key.column.name]
        made[table.name] = row
        columns = [sa.column(name, today[name].type) for name in row]
        connection.execute(sa.insert(sa.table(table.name, *columns)), row)
    return list(made)


@contextmanager
def furnished_at(url: str, revision: str) -> Iterator[tuple[sa.Engine, sa.Connection, list[str]]]:
    """A database of an earlier revision with a row in each table; with its engine, a connection to change the rows by,
    and the tables' names."""
    engine = make_engine(url)
    with engine.connect().execution_options(motcua_write=True) as connection, connection.begin():
        command.upgrade(migrate.config(connection), revision)
        yield engine, connection, fill(connection)


def test_an_earlier_database_is_brought_to_today_with_its_rows(empty_database_url: str) -> None:
    with furnished_at(empty_database_url, "0001") as (engine, _, tables):
        assert len(tables) > 10

    migrate.upgrade(engine)

    assert migrate.current(engine) == migrate.head()
    with engine.connect() as connection:
        for name in tables:
            kept = connection.execute(sa.select(sa.func.count()).select_from(metadata.tables[name])).scalar()
            assert kept == 1, name
    engine.dispose()


def test_an_interval_learns_from_its_event_that_it_began_with_sending_on(empty_database_url: str) -> None:
    with furnished_at(empty_database_url, "0020") as (engine, connection, _):
        connection.execute(sa.text("UPDATE ticket_interval SET state = 'waiting', version = 7"))
        connection.execute(sa.text("UPDATE event SET type = 'ticket.transferred', version = 7"))
        again = "ticket_id, office_id, day, state, from_at, service"
        later = f"INSERT INTO ticket_interval (id, version, {again}) SELECT id + 1, 8, {again} FROM ticket_interval"
        connection.execute(sa.text(later))

    migrate.upgrade(engine)

    i = metadata.tables["ticket_interval"].c
    with engine.connect() as connection:
        found = connection.execute(sa.select(i.version, i.moved).order_by(i.version)).all()
    assert [tuple(row) for row in found] == [(7, True), (8, False)]
    engine.dispose()


def test_days_with_a_cancellation_are_counted_again_by_whom_it_came_from(empty_database_url: str) -> None:
    with furnished_at(empty_database_url, "0021") as (engine, connection, _):
        connection.execute(sa.text("UPDATE ticket_interval SET state = 'cancelled'"))
        connection.execute(sa.text("UPDATE rollup SET grain = 'day', start = (SELECT day FROM ticket_interval)"))

    migrate.upgrade(engine)

    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(metadata.tables["rollup"])).scalar() == 0
    engine.dispose()


def test_the_newest_revision_is_known_without_alembic() -> None:
    assert migrate.head() == ScriptDirectory.from_config(migrate.config()).get_current_head()


STARTED = """
import sys
from server.app import create_server
from server.db.migrate import upgrade
from server.settings import load
server = create_server(load())
upgrade(server.engine)
print(*({"alembic", "psycopg", "escpos"} & set(sys.modules)))
"""


def test_a_server_whose_database_is_of_today_loads_only_what_it_uses(sqlite_template: Path, tmp_path: Path) -> None:
    """An office's PC is small: migrations, the other database's driver and a printer's paper are 25 MB of memory."""
    given = {
        "MOTCUA_DATABASE_URL": f"sqlite:///{sqlite_template}", "MOTCUA_DATA_DIR": str(tmp_path),
        "MOTCUA_SECRET_KEY": "not a secret: for tests only",
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", STARTED], env=os.environ | given, capture_output=True, timeout=60)
    assert (done.returncode, done.stdout.strip()) == (0, b""), done.stderr
