"""Writes that go to the database together.

On PostgreSQL each statement that waits for its answer costs a round trip while the office is locked. So a command's
writes go in one go: there as one statement of several parts wherever their order does not matter, with the COMMIT
behind them; on SQLite one after another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from server.db import tables as t
from server.db.engine import is_sqlite
from server.db.faults import wrapped
from server.db.prepared import Names, Prepared, Row

if TYPE_CHECKING:
    # Where SQLite serves, PostgreSQL's driver stays unloaded.
    from server.db.exchange import Exchanging, Statement

DIVISION_BY_ZERO = "22012"
"""How a joint statement fails for want of a row."""
KEY = "key_"
"""Prefix of an UPDATE's conditions, so that a column may be both a condition and a new value."""


@dataclass(frozen=True, slots=True)
class Queued:
    """A statement that waits to be sent. `must`: exactly one row is expected to be there."""

    prepared: Prepared
    values: list[Any]
    must: bool = False


@cache
def joint(parts: tuple[Prepared, ...], musts: tuple[bool, ...]) -> str:
    """Several statements as one. A row that must be there and is not makes it fail as a whole (by dividing by zero):
    the COMMIT that travels behind it is then refused as well."""
    texts, checks, before = [], [], 0
    for n, (part, must) in enumerate(zip(parts, musts, strict=True)):
        shifted = re.sub(r"\$(\d+)", lambda found, by=before: f"${int(found[1]) + by}", part.text)  # type: ignore[misc]
        texts.append(f"s{n} AS ({shifted}{' RETURNING 1' if must else ''})")
        checks += [f"1 / (SELECT count(*) FROM s{n})"] if must else []
        before += part.text.count("$")
    return f"WITH {', '.join(texts)} SELECT {', '.join(checks) or '1'}"


@cache
def has_keys(table: str) -> bool:
    """Whether rows of a table can collide otherwise than by a number that the database gives them."""
    columns = t.metadata.tables[table]
    unique = [c for c in columns.constraints if isinstance(c, sa.UniqueConstraint)]
    given = columns.autoincrement_column is not None
    return bool(unique) or any(index.unique for index in columns.indexes) or not given


def joints(queued: Iterable[Queued]) -> list[list[Queued]]:
    """Neighbours whose order does not matter. The parts of one statement see the rows as they were before it and run
    in no order, so none may touch what another has added, and a table is updated once: two changes of its rows could
    meet in a unique index."""
    found: list[list[Queued]] = []
    added: set[str] = set()
    updated: set[str] = set()
    for one in queued:
        table, adds = one.prepared.table, one.prepared.adds
        apart = table in updated and has_keys(table) if adds else table in added | updated
        if not found or apart:
            found.append([])
            added, updated = set(), set()
        found[-1].append(one)
        (added if adds else updated).add(table)
    return found


@cache
def insert(table: str, names: Names, dialect: sa.Dialect) -> Prepared:
    return Prepared(t.metadata.tables[table].insert().inline(), dialect, names)


@cache
def update(table: str, keys: Names, names: Names, dialect: sa.Dialect) -> Prepared:
    """UPDATE by equality of `keys`; a key of None never matches, as in SQL."""
    columns = t.metadata.tables[table].c
    statement = t.metadata.tables[table].update().where(*(columns[k] == _bind(KEY + k, columns[k]) for k in keys))
    return Prepared(statement.values({n: _bind(n, columns[n]) for n in names}), dialect)


@cache
def put(table: str, keys: Names, names: Names, dialect: sa.Dialect) -> Prepared:
    """INSERT, or UPDATE where the primary key `keys` is there already."""
    statement = (sqlite if dialect.name == "sqlite" else postgresql).insert(t.metadata.tables[table])
    changed = {name: statement.excluded[name] for name in names}
    return Prepared(statement.on_conflict_do_update(index_elements=keys, set_=changed), dialect, keys + names)


@cache
def close_interval(table: str, keys: Names, dialect: sa.Dialect) -> Prepared:
    """End the open interval of a ticket or a counter."""
    columns = t.metadata.tables[table].c
    same = [columns[k] == _bind(KEY + k, columns[k]) for k in keys]
    statement = t.metadata.tables[table].update().where(*same, columns.to_at.is_(None))
    return Prepared(statement.values(to_at=_bind("to_at", columns.to_at)), dialect)


def _bind(name: str, column: sa.Column[Any]) -> sa.BindParameter[Any]:
    return sa.bindparam(name, type_=column.type)


class Batch:
    """Statements in the order they were added; `run` sends them. One command's, on one connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._queued: list[Queued] = []

    def add(self, prepared: Prepared, row: Row, *, must: bool = False) -> None:
        self._queued.append(Queued(prepared, prepared.values(row), must))

    def insert(self, table: str, row: Row) -> None:
        self.add(insert(table, tuple(row), self._connection.dialect), row)

    def put(self, table: str, key: Row, values: Row) -> None:
        """Insert a row by its primary key, or bring it to these values."""
        prepared = put(table, tuple(key), tuple(values), self._connection.dialect)
        self.add(prepared, dict(key) | dict(values))

    def update(self, table: str, key: Row, values: Row, *, must: bool = False) -> None:
        """`must`: the row must be there, else memory and database disagree."""
        prepared = update(table, tuple(key), tuple(values), self._connection.dialect)
        self.add(prepared, _keyed(key) | dict(values), must=must)

    def close_interval(self, table: str, key: Row, to_at: Any) -> None:
        prepared = close_interval(table, tuple(key), self._connection.dialect)
        self.add(prepared, _keyed(key) | {"to_at": to_at})

    def run(self, last: str | None = None, *, commit: bool = False) -> None:
        """Send what was added. `last`: a statement without values to go behind it; `commit`: so does the COMMIT."""
        queued, self._queued = self._queued, []
        if not queued and not last:
            return
        driver: Any = self._connection.connection.dbapi_connection
        try:
            if is_sqlite(self._connection):
                _send_in_turn(driver, queued, last)
            else:
                _send_together(driver, queued, last, commit=commit)
        except Exception as error:
            if getattr(error, "sqlstate", None) == DIVISION_BY_ZERO:
                raise AssertionError("a row that must be there is not") from error
            raise wrapped(self._connection, error) from error


def _send_in_turn(driver: Any, queued: list[Queued], last: str | None) -> None:
    cursor = driver.cursor()
    for one in queued:
        cursor.execute(one.prepared.text, one.values)
        if one.must and cursor.rowcount != 1:
            raise AssertionError(f"{cursor.rowcount} rows instead of one: {one.prepared.text}")
    if last:
        cursor.execute(last)
    cursor.close()


def _send_together(driver: Exchanging, queued: list[Queued], last: str | None, *, commit: bool) -> None:
    statements: list[Statement] = []
    for some in joints(queued):
        text = joint(tuple(one.prepared for one in some), tuple(one.must for one in some))
        statements.append((text, [value for one in some for value in one.values]))
    if last:
        statements.append((last, ()))
    if commit:
        statements.append(("COMMIT", ()))
    driver.exchange(statements)


def _keyed(key: Row) -> dict[str, Any]:
    return {KEY + name: value for name, value in key.items()}
