"""The unit of work: one command, one office, one transaction (law 1).

Order within a command, each step with its reason:
1. the process's writer lock, *before* BEGIN: under gevent a BEGIN that waits would stop the hub its holder needs;
2. BEGIN, and the office's row: taking its next version locks it, so commands of an office run one at a time;
3. the hall: from memory when its version is the one before ours, else read again;
4. the command's own checks and changes, on a copy;
5. rows, events, COMMIT; only then the hall in memory is replaced and the events go out, in the order of versions.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog

from server.db import tables as t
from server.db.engine import is_sqlite
from server.db.halls import Halls, load, office_row
from server.db.mapping import Row, ticket_from
from server.db.transaction import Describe, SqlTransaction, select_rows
from server.domain.calendar import end_of_day, local_day
from server.domain.desks import close_all
from server.domain.errors import MotcuaError, OfficeNotFound, Unavailable
from server.domain.hall import Hall
from server.domain.line import expire
from server.domain.office import OfficeConfig
from server.domain.ticket import Ticket
from server.services.ports import Clock, Event, Json, Publisher, Repeated

log = structlog.get_logger(__name__)

_columns = t.office.c
TAKE_VERSION = (
    t.office.update()
    .where(_columns.code == sa.bindparam("office"))
    .values(version=_columns.version + 1)
    .returning(_columns.id, _columns.code, _columns.version, _columns.config_version, _columns.day)
)
"""Locks the office's row and takes its next version in one statement. Built once: building costs more than running."""


class SqlUnitOfWork:
    """Implements `server.services.ports.UnitOfWork` on SQLite and PostgreSQL."""

    def __init__(self, engine: sa.Engine, clock: Clock, describe: Describe, publisher: Publisher) -> None:
        self.engine = engine
        self.clock = clock
        self._describe = describe
        self._publisher = publisher
        self._halls = Halls()
        # SQLite has one writer; on PostgreSQL commands of one office queue here instead of holding connections.
        self._one = threading.Lock() if is_sqlite(engine) else None
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    @contextmanager
    def command(self, office: str) -> Iterator[SqlTransaction]:
        tx: SqlTransaction | None = None
        try:
            with self._command(office) as tx:
                yield tx
        except MotcuaError:
            if tx is not None and tx.attempts:
                self._note_attempts(office, tx.attempts)
            raise
        except sa.exc.IntegrityError as error:
            if "idempotency_key" in str(error.orig):
                raise Repeated from None
            raise
        except sa.exc.OperationalError as error:
            log.error("database.unavailable", error=str(error.orig))
            raise Unavailable from error
        for agent, job in tx.jobs:
            self._publisher.hand_over(agent, job)
        for message, data in tx.messages:
            self._publisher.tell(office, message, data)

    def _note_attempts(self, office: str, attempts: list[dict[str, Any]]) -> None:
        with self.command(office) as tx:
            for attempt in attempts:
                tx.audit(**attempt)

    @contextmanager
    def _command(self, office: str) -> Iterator[SqlTransaction]:
        with self._one or self._locks[office]:
            with (
                self.engine.connect().execution_options(motcua_write=True) as connection,
                connection.begin() as database,
            ):
                tx = self._begin(connection, office)
                yield tx
                if tx.wrote:
                    tx.finish()
                    database.commit()
                    if not tx.reconfigured:
                        self._halls.put(tx.hall)
                else:
                    database.rollback()
            self._publisher.publish(tx.events)

    def _begin(self, connection: sa.Connection, office: str) -> SqlTransaction:
        now = self.clock()
        row = connection.execute(TAKE_VERSION, {"office": office}).mappings().first()
        if row is None:
            raise OfficeNotFound(office=office)
        config = self._halls.config(connection, row)
        today = local_day(now, config.zone)
        version = row["version"] - 1
        if row["day"] == today:
            hall = self._halls.current(connection, row, version, today).copy()
            return SqlTransaction(connection, hall, now, self._describe, taken=version + 1)
        events = self._close_day(connection, row, version, now, config) if row["day"] else []
        connection.execute(t.office.update().where(t.office.c.id == row["id"]).values(day=today))
        # Read past the halls in memory: this one stands on rows that are not committed yet.
        hall = load(connection, config, today, version + len(events), stale=True)
        return SqlTransaction(connection, hall, now, self._describe, taken=version + 1, events=events)

    def _close_day(
        self, connection: sa.Connection, row: Row, version: int, now: datetime, config: OfficeConfig
    ) -> list[Event]:
        """The first command of a new day closes the old one; nothing is deleted and nothing is scheduled (law 2)."""
        hall = self._halls.current(connection, row, version, row["day"]).copy()
        midnight = min(end_of_day(row["day"], config.zone), now)
        tx = SqlTransaction(connection, hall, midnight, self._describe, taken=version + 1)
        tx.record(*expire(hall, midnight), *close_all(hall, midnight))
        tx.flush()
        log.info("day.closed", office=config.code, day=str(row["day"]), events=len(tx.events))
        return tx.events

    def create_office(self, row: Row) -> None:
        """The one write without an office's lock: there is no office yet."""
        with (
            self._one or self._locks[row["code"]],
            self.engine.connect().execution_options(motcua_write=True) as connection,
            connection.begin(),
        ):
            connection.execute(t.office.insert(), row)

    # --- reading -----------------------------------------------------------------------------------------------------

    def hall(self, office: str) -> Hall:
        """The hall as of the last commit. It is shared: do not change it."""
        with self._snapshot() as connection:
            row = office_row(connection, office)
            config = self._halls.config(connection, row)
            return self._halls.current(connection, row, row["version"], local_day(self.clock(), config.zone))

    @contextmanager
    def _snapshot(self) -> Iterator[sa.Connection]:
        """A connection on which several reads see one state."""
        with self.engine.connect() as connection:
            if not is_sqlite(self.engine):
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    def now(self) -> datetime:
        return self.clock()

    def rows(self, table: str, **where: Any) -> list[Json]:
        with self.engine.connect() as connection:
            return select_rows(connection, table, where)

    def first(self, table: str, **where: Any) -> Json | None:
        return next(iter(self.rows(table, **where)), None)

    def ticket(self, **where: Any) -> tuple[str, Ticket, Json] | None:
        """(office code, ticket, what was told) of one ticket by `id`, `track_token` or office and key."""
        with self.engine.connect() as connection:
            conditions = [t.ticket.c[name] == value for name, value in where.items()]
            query = sa.select(t.ticket, t.office.c.code).join(t.office).where(*conditions)
            row = connection.execute(query).mappings().first()
        return (row["code"], ticket_from(row), row["told"] or {}) if row else None

    def events(self, office: str, since: int, limit: int) -> list[Event]:
        """Events after a version, oldest first, at most `limit`."""
        e = t.event.c
        query = (
            sa.select(t.event).join(t.office).where(t.office.c.code == office, e.version > since)
            .order_by(e.version).limit(limit)
        )  # fmt: skip
        with self.engine.connect() as connection:
            return [
                Event(office, r["version"], r["type"], r["at"], r["data"], r["staff_data"])
                for r in connection.execute(query).mappings()
            ]
