"""The unit of work: one command, one office, one transaction (law 1).

Order within a command, each step with its reason:
1. the process's writer lock, *before* BEGIN: under gevent a BEGIN that waits would stop the hub its holder needs;
2. BEGIN, and the office's row: taking its next version locks it, so commands of an office run one at a time;
3. the hall: from memory when its version is the one before ours, else read again;
4. the command's own checks and changes, on a copy;
5. rows, events, COMMIT; only then the hall in memory is replaced and the events go out, in the order of versions.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects import postgresql, sqlite

from server.db import tables as t
from server.db.engine import is_sqlite
from server.db.halls import Halls, load, office_row
from server.db.mapping import Row, ticket_from
from server.db.writing import write, write_events
from server.domain.calendar import end_of_day, local_day
from server.domain.desks import close_all
from server.domain.errors import IdempotencyKeyReused, MotcuaError, OfficeNotFound, Unavailable
from server.domain.hall import Hall
from server.domain.happenings import Happening, TicketHappening
from server.domain.line import expire
from server.domain.office import OfficeConfig
from server.domain.ticket import Ticket
from server.services.ports import Clock, Event, Json, Publisher, Repeated

log = structlog.get_logger(__name__)

Describe = Callable[[Hall, Happening], tuple[Json, Json | None]]


class SqlTransaction:
    """A command under way. Not for use outside `SqlUnitOfWork.command`."""

    def __init__(
        self,
        connection: sa.Connection,
        hall: Hall,
        now: datetime,
        describe: Describe,
        *,
        taken: int,
        events: Sequence[Event] = (),
    ) -> None:
        self._connection = connection
        self._describe = describe
        self._extra: dict[str, dict[str, Any]] = {}
        self._pending: list[tuple[Happening, Event]] = []
        self.attempts: list[dict[str, Any]] = []
        self.jobs: list[tuple[str, Json]] = []
        self.messages: list[tuple[str, Json]] = []
        self._touched = False
        self.events = list(events)
        self.taken = taken
        self.hall = hall
        self.now = now
        self.reconfigured = False

    @property
    def office_id(self) -> str:
        return self.hall.config.id

    @property
    def wrote(self) -> bool:
        return self._touched or bool(self.events)

    def record(self, *facts: Happening | None) -> None:
        """Take happenings to be written and sent when the command ends well."""
        for fact in facts:
            if fact is not None:
                data, staff = self._describe(self.hall, fact)
                event = Event(self.hall.config.code, fact.version, fact.type, fact.at, data, staff)
                self._pending.append((fact, event))
                self.events.append(event)

    def flush(self) -> None:
        """Write what was recorded so far."""
        for fact, _ in self._pending:
            extra = self._extra.get(fact.after.id, {}) if isinstance(fact, TicketHappening) else {}
            write(self._connection, self.office_id, self.hall.day, fact, extra)
        if self._pending:
            write_events(self._connection, self.office_id, [event for _, event in self._pending])
        self._pending = []

    def next_seq(self, prefix: str, first: int) -> int:
        """The next number of a series today; the row is made on the day's first (law 2: lazy roll-over)."""
        insert = sqlite.insert if self._connection.dialect.name == "sqlite" else postgresql.insert
        statement = (
            insert(t.series)
            .values(office_id=self.office_id, day=self.hall.day, prefix=prefix, last=first)
            .on_conflict_do_update(
                index_elements=[t.series.c.office_id, t.series.c.day, t.series.c.prefix],
                set_={"last": t.series.c.last + 1},
            )
            .returning(t.series.c.last)
        )
        return int(self._connection.execute(statement).scalar_one())

    def told(self, ticket_id: str, idempotency_key: str | None, told: Json) -> None:
        """Keep what the citizen is told with the new ticket, so that a repeat says the same (law 5)."""
        self._extra[ticket_id] = {"idempotency_key": idempotency_key, "told": told}

    def add(self, table: str, row: Row) -> None:
        """Insert a row after the facts recorded so far."""
        self.flush()
        self._touched = True
        values = {"office_id": self.office_id, **row} if "office_id" in t.metadata.tables[table].c else dict(row)
        self._connection.execute(t.metadata.tables[table].insert(), values)

    def change(self, table: str, key: Row, values: Row) -> None:
        self._touched = True
        columns = t.metadata.tables[table].c
        where = [columns[name] == value for name, value in key.items()]
        self._connection.execute(t.metadata.tables[table].update().where(*where).values(values))

    def rows(self, table: str, **where: Any) -> list[Json]:
        return select_rows(self._connection, table, where)

    def ticket(self, ticket_id: str) -> Ticket | None:
        """A ticket of this office, of whatever day and state."""
        rows = self.rows("ticket", id=ticket_id, office_id=self.office_id)
        return ticket_from(rows[0]) if rows else None

    def replay(self, key: str, request: str) -> Json | None:
        """The answer that this key has got before, as {"body": …}; refuse the key for another request (law 5)."""
        rows = self.rows("idempotency", office_id=self.office_id, key=key)
        if not rows:
            return None
        if rows[0]["request"] != request:
            raise IdempotencyKeyReused
        return {"body": rows[0]["body"]}

    def remember(self, key: str, request: str, body: Json | None) -> None:
        """Keep an answer for its key."""
        self.add("idempotency", {"key": key, "request": request, "status": 200, "body": body, "created_at": self.now})

    def attempt(self, actor: str, action: str, **facts: Any) -> None:
        """Note a refused attempt: it goes to the audit log by itself, since the command is about to be undone."""
        self.attempts.append({"actor": actor, "action": action, **facts})

    def audit(self, actor: str, action: str, **facts: Any) -> None:
        """Append to the audit log; each row's seal covers the row before it."""
        c = t.audit.c
        last = self._connection.execute(
            sa.select(c.seal).where(c.office_id == self.office_id).order_by(c.id.desc()).limit(1)
        ).scalar()
        row = {
            "at": self.now,
            "actor": actor,
            "action": action,
            "address": None,
            "subject": None,
            "why": None,
            "detail": None,
        }
        row |= facts
        self.add("audit", {**row, "seal": seal(last, row)})

    def hand_over(self, agent: str, job: Json) -> None:
        """Give a job to an agent after the commit: commit, then emit, then print (law 4)."""
        self.jobs.append((agent, job))

    def tell(self, message: str, data: Json) -> None:
        """Send a passing message to the office's kiosks after the commit."""
        self.messages.append((message, data))

    def reconfigure(self) -> None:
        """The office's settings were changed: everybody reads them again."""
        self._touched = self.reconfigured = True


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
                    self._finish(connection, tx)
                    database.commit()
                    if not tx.reconfigured:
                        self._halls.put(tx.hall)
                else:
                    database.rollback()
            self._publisher.publish(tx.events)

    def _begin(self, connection: sa.Connection, office: str) -> SqlTransaction:
        now = self.clock()
        row = (
            connection.execute(
                t.office.update()
                .where(t.office.c.code == office)
                .values(version=t.office.c.version + 1)
                .returning(
                    t.office.c.id, t.office.c.code, t.office.c.version, t.office.c.config_version, t.office.c.day
                )
            )
            .mappings()
            .first()
        )
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

    def _finish(self, connection: sa.Connection, tx: SqlTransaction) -> None:
        tx.flush()
        values: dict[str, Any] = {}
        # BEGIN took one version; a command with more facts, or none, says here how many there were.
        if tx.hall.version != tx.taken:
            values["version"] = tx.hall.version
        if tx.reconfigured:
            values["config_version"] = t.office.c.config_version + 1
        if values:
            connection.execute(t.office.update().where(t.office.c.id == tx.office_id).values(values))

    def create_office(self, row: Row) -> None:
        """The one write without an office's lock: there is no office yet."""
        with (
            self._one or self._locks[row["code"]],
            self.engine.connect().execution_options(motcua_write=True) as connection,
            connection.begin(),
        ):
            connection.execute(t.office.insert(), row)

    @contextmanager
    def office_lock(self, office: str) -> Iterator[sa.Connection]:
        """The office's lock (law 1) for what is derived from its rows and is no command: no version, no event."""
        with (
            self._one or self._locks[office],
            self.engine.connect().execution_options(motcua_write=True) as connection,
            connection.begin(),
        ):
            connection.execute(sa.select(t.office.c.id).where(t.office.c.code == office).with_for_update())
            yield connection

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


def select_rows(connection: sa.Connection, table: str, where: Row) -> list[Json]:
    """Rows of a table by equality; a list means any of, None means NULL."""
    columns = t.metadata.tables[table].c
    conditions = [
        columns[name].in_(value) if isinstance(value, list | tuple | set) else columns[name] == value
        for name, value in where.items()
    ]
    return [dict(row) for row in connection.execute(sa.select(t.metadata.tables[table]).where(*conditions)).mappings()]


def seal(previous: str | None, row: Row) -> str:
    """SHA-256 over the seal before and this row's facts."""
    body = json.dumps([previous, {k: row[k] for k in sorted(row)}], default=str, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()
