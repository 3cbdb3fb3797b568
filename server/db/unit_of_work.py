"""The unit of work: one command, one office, one transaction (law 1).

Order within a command, each step with its reason:
1. its turn, *before* BEGIN: under gevent a BEGIN that waits would stop the hub its holder needs (see `turns`);
2. BEGIN, and the office's row: taking its next version locks it, so commands of an office run one at a time;
3. the hall: from memory when its version is the one before ours, else read again;
4. the command's own checks and changes, on a copy;
5. rows, events, COMMIT; only then the hall in memory is replaced and the events go out, in the order of versions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from threading import Lock
from typing import Any, TypeVar

import sqlalchemy as sa
import structlog

from server.db import roll
from server.db import tables as t
from server.db.checkpoints import Checkpoints
from server.db.engine import is_sqlite
from server.db.halls import Halls, office_row
from server.db.highwater import HighWater
from server.db.mapping import Row, ticket_from
from server.db.prepared import Prepared, ask
from server.db.transaction import Describe, SqlTransaction, select_rows
from server.db.turns import SAVEPOINT, Group, Line
from server.db.witness import Witness
from server.domain.calendar import end_of_day, local_day
from server.domain.desks import close_all
from server.domain.errors import MotcuaError, OfficeNotFound, Unavailable
from server.domain.hall import Hall
from server.domain.line import expire
from server.domain.office import OfficeConfig
from server.domain.ticket import Ticket
from server.services import restores
from server.services.ports import Clock, Event, Json, Publisher, Repeated

log = structlog.get_logger(__name__)

_columns = t.office.c


@cache
def take_version(dialect: sa.Dialect) -> Prepared:
    """Locks the office's row and takes its next version in one statement."""
    return Prepared(
        t.office.update()
        .where(_columns.code == sa.bindparam("office", type_=_columns.code.type))
        .values(version=_columns.version + sa.literal_column("1"))
        .returning(_columns.id, _columns.code, _columns.version, _columns.config_version, _columns.day),
        dialect,
    )


EVENTS_SINCE = (
    sa.select(t.event)
    .join(t.office)
    .where(t.office.c.code == sa.bindparam("office"), t.event.c.version > sa.bindparam("since"))
    .order_by(t.event.c.version)
    .limit(sa.bindparam("most"))
)

LOST = (
    sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.InternalError, sa.exc.TimeoutError,
    sa.exc.PendingRollbackError,
)  # fmt: skip
"""What the drivers and the pool raise when the database is full, gone, or does not answer."""

ONE_MOMENT = "REPEATABLE READ"
"""The level at which several queries see the same moment."""

Answer = TypeVar("Answer")


class SqlUnitOfWork:
    """Implements `server.services.ports.UnitOfWork` on SQLite and PostgreSQL."""

    def __init__(
        self,
        engine: sa.Engine,
        clock: Clock,
        describe: Describe,
        publisher: Publisher,
        marks: HighWater | None = None,
        witness: Witness | None = None,
    ) -> None:
        self._marks = marks
        self._witness = witness
        self._heeded: set[str] = set()
        self._heeding = Lock()
        self.engine = engine
        self.clock = clock
        self.began = clock()
        self.say: Callable[[list[Event]], None] = lambda events: None
        """Told of what each command has committed, by the task that did it: for the log."""
        self._describe = describe
        self._publisher = publisher
        self._halls = Halls()
        # SQLite has one writer; on PostgreSQL commands queue by office, so that none holds a connection while it waits.
        self._by_office = not is_sqlite(engine)
        self._lines: dict[str, Line[SqlTransaction | None]] = {}

    def checkpoints(self) -> Checkpoints | None:
        """What the process that serves has to do beside the commands; None where the database does it itself."""
        if self._by_office:
            return None
        line = self._line("")
        return Checkpoints(self.engine, lambda: line.commits, line.quiet)

    @contextmanager
    def command(self, office: str) -> Iterator[SqlTransaction]:
        self._heed_restore(office)
        tx: SqlTransaction | None = None
        try:
            with self._command(office) as tx:
                yield tx
        except MotcuaError:
            if tx is not None and tx.attempts:
                self._note_attempts(office, tx.attempts)
            raise
        except sa.exc.IntegrityError as error:
            if "idempotency" in str(error.orig):
                raise Repeated from None
            raise
        except LOST as error:
            log.error("database.unavailable", error=str(error))
            raise Unavailable from error
        self.say(tx.events)
        for agent, job in tx.jobs:
            self._publisher.hand_over(agent, job)
        for message, data in tx.messages:
            self._publisher.tell(office, message, data)

    def _heed_restore(self, office: str) -> None:
        """Once, before this process's first command in an office: a database that is older than what this machine has
        committed was put back, and must not give again what it has forgotten."""
        if self._marks is None or office in self._heeded:
            return
        with self._heeding:
            if office in self._heeded:
                return
            self._heeded.add(office)
            row = self.first("office", code=office)
            if row is not None and row["version"] < self._marks.version(office):
                with self.command(office) as tx:
                    restores.go_on_above(tx, self._marks.marks(tx.hall.day), self._marks.data_dir)

    def _note_attempts(self, office: str, attempts: list[dict[str, Any]]) -> None:
        with self.command(office) as tx:
            for attempt in attempts:
                tx.audit(**attempt)

    @contextmanager
    def _command(self, office: str) -> Iterator[SqlTransaction]:
        with self._line(office).turn() as group:
            tx = self._start(group, office)
            yield tx
            if tx.wrote:
                # Whoever waits will find its savepoint set: one trip to the database less while the office is locked.
                marked = group.others_wait()
                commits = self._by_office and not marked
                tx.finish(SAVEPOINT if marked else None, commit=commits)
                group.add(tx, marked=marked, committed=commits)
                # Others would read the settings anew, and from rows that are not committed yet.
                group.sealed = tx.reconfigured

    def _line(self, office: str) -> Line[SqlTransaction | None]:
        key = office if self._by_office else ""
        line = self._lines.get(key)
        return line or self._lines.setdefault(key, Line(self.engine, self._keep))

    def _keep(self, tx: SqlTransaction | None) -> None:
        """Committed: now it is so, and everybody may know. The office is still ours, so events leave in order."""
        if tx is not None:
            if tx.reconfigured:
                self._halls.outdated(tx.hall)
            else:
                self._halls.put(tx.hall)
                self._halls.seen(tx.hall)
            self._publisher.publish(tx.events)
            if self._marks is not None:
                self._marks.note_version(tx.hall.config.code, tx.hall.version)
            if self._witness is not None and tx.seals:
                self._witness.note(tx.hall.config.code, tx.seals)

    def _start(self, group: Group[SqlTransaction | None], office: str) -> SqlTransaction:
        earlier = [m for m in group.members if m is not None and m.hall.config.code == office]
        newest = earlier[-1].hall if earlier else None
        try:
            return self._follow(group.connection, newest) or self._begin(group.connection, office, newest)
        except sa.exc.DBAPIError as error:
            # A connection that the pool has kept over a restart of the database breaks at its first use.
            if not error.connection_invalidated or group.members:
                raise
            group.reconnect()
            return self._begin(group.connection, office, None)

    def _follow(self, connection: sa.Connection, newest: Hall | None) -> SqlTransaction | None:
        """A command right after another one of its office in the same transaction: the office is locked and known."""
        now = self.clock()
        if newest is None or newest.day != local_day(now, newest.config.zone):
            return None
        return SqlTransaction(connection, newest.copy(), now, self._describe, taken=None, marks=self._marks)

    def _begin(self, connection: sa.Connection, office: str, newest: Hall | None) -> SqlTransaction:
        """`newest`: the hall as an earlier command of this transaction left it."""
        now = self.clock()
        row = ask(connection, take_version(connection.dialect), {"office": office})
        if row is None:
            self._lines.pop(office, None)
            raise OfficeNotFound(office=office)
        config = self._halls.config(connection, row)
        today = local_day(now, config.zone)
        version = row["version"] - 1
        if row["day"] == today:
            hall = (newest or self._halls.current(connection, row, version, today)).copy()
            return SqlTransaction(connection, hall, now, self._describe, taken=version + 1, marks=self._marks)
        events: list[Event] = []
        if row["day"]:
            yesterday = newest or self._halls.current(connection, row, version, row["day"])
            events = self._close_day(connection, yesterday, now)
        connection.execute(t.office.update().where(t.office.c.id == row["id"]).values(day=today))
        # The one thing that a day does not keep: whose card took which number.
        connection.execute(t.card_mark.delete().where(t.card_mark.c.office_id == row["id"], t.card_mark.c.day < today))
        # Read past the halls in memory: this one stands on rows that are not committed yet.
        hall = self._halls.load(connection, config, today, version + len(events), stale=True)
        return SqlTransaction(
            connection, hall, now, self._describe, taken=version + 1, events=events, marks=self._marks
        )

    def _close_day(self, connection: sa.Connection, yesterday: Hall, now: datetime) -> list[Event]:
        """The first command of a new day closes the old one; nothing is deleted and nothing is scheduled (law 2)."""
        hall = yesterday.copy()
        midnight = min(end_of_day(hall.day, hall.config.zone), now)
        tx = SqlTransaction(connection, hall, midnight, self._describe, taken=hall.version + 1)
        tx.record(*expire(hall, midnight), *close_all(hall, midnight))
        tx.flush()
        log.info("day.closed", office=hall.config.code, day=str(hall.day), events=len(tx.events))
        return tx.events

    def create_office(self, row: Row) -> None:
        """The one write without an office's lock: there is no office yet."""
        with self._line(row["code"]).turn() as group:
            group.connection.execute(t.office.insert(), row)
            group.add(None)

    @contextmanager
    def office_lock(self, office: str) -> Iterator[sa.Connection]:
        """The office's lock (law 1) for what is derived from its rows and is no command: no version, no event."""
        with self._line(office).turn() as group:
            group.connection.execute(sa.select(t.office.c.id).where(t.office.c.code == office).with_for_update())
            yield group.connection
            group.members.append(None)

    # --- reading -----------------------------------------------------------------------------------------------------

    def hall(self, office: str, *, at_least: int | None = None) -> Hall:
        """The hall as of the last commit. It is shared: do not change it.

        `at_least`: a hall of that version or a newer one will do that was the newest within the last second. A
        thousand boards that come back together then cost one query, not a thousand.
        """
        if at_least is not None:
            recent = self._halls.recent(office, at_least)
            if recent is not None and recent.day == local_day(self.clock(), recent.config.zone):
                return recent

        def today(config: OfficeConfig) -> date:
            return local_day(self.clock(), config.zone)

        def read(connection: sa.Connection) -> Hall:
            row = office_row(connection, office)
            config = self._halls.config(connection, row)
            hall = self._halls.current(connection, row, row["version"], today(config))
            self._halls.seen(hall)
            return hall

        row = self.read(lambda connection: office_row(connection, office))
        hall = self._halls.held(row, today)
        if hall is None:
            # What this process commits just now is in memory in a moment; to read it back from rows costs far more.
            self._line(office).await_commit()
            hall = self._halls.held(row, today)
        if hall is None:
            return self.read(read, ONE_MOMENT)
        self._halls.seen(hall)
        return hall

    def read(self, ask: Callable[[sa.Connection], Answer], level: str = "AUTOCOMMIT") -> Answer:
        """Ask on a connection of the pool. `level`: a single query needs no transaction around it on PostgreSQL."""
        for again in (True, False):
            try:
                with self.engine.connect() as connection:
                    if self._by_office:
                        connection = connection.execution_options(isolation_level=level)
                    return ask(connection)
            except LOST as error:
                if not (again and isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated):
                    log.error("database.unavailable", error=str(error))
                    raise Unavailable from error
        raise AssertionError

    def now(self) -> datetime:
        return self.clock()

    def rows(self, table: str, **where: Any) -> list[Json]:
        return self.read(lambda connection: select_rows(connection, table, where))

    def first(self, table: str, **where: Any) -> Json | None:
        return next(iter(self.rows(table, **where)), None)

    def ticket(self, **where: Any) -> tuple[str, Ticket, Json] | None:
        """(office code, ticket, what was told) of one ticket by `id`, `track_token` or office and key."""
        conditions = [t.ticket.c[name] == value for name, value in where.items()]
        query = sa.select(t.ticket, t.office.c.code).join(t.office).where(*conditions)
        row = self.read(lambda connection: connection.execute(query).mappings().first())
        return (row["code"], ticket_from(row), row["told"] or {}) if row else None

    def events(self, office: str, since: int, limit: int) -> list[Event]:
        """Events after a version, oldest first, at most `limit`."""
        rows = self.read(
            lambda c: c.execute(EVENTS_SINCE, {"office": office, "since": since, "most": limit}).mappings().all()
        )
        return [Event(office, r["version"], r["type"], r["at"], r["data"], r["staff_data"]) for r in rows]

    def forget_pushes(self, now: datetime) -> None:
        """Wishes of days that are over. They are no fact of an office, so none is locked."""
        over = t.push_subscription.c.until <= now
        ask = sa.select(t.push_subscription.c.id).where(over).limit(1)
        if self.read(lambda connection: connection.execute(ask).first()) is None:
            return
        try:
            with self._line("").turn() as group:
                group.connection.execute(t.push_subscription.delete().where(over))
                group.add(None, marked=False)
        except LOST as error:
            log.error("database.unavailable", error=str(error))
            raise Unavailable from error

    def note_token_used(self, token_id: str, at: datetime) -> None:
        """A personal token was shown. No office changes by it, so none is locked."""
        try:
            with self._line("").turn() as group:
                group.connection.execute(t.api_token.update().where(t.api_token.c.id == token_id).values(used_at=at))
                group.add(None, marked=False)
        except LOST as error:
            log.error("database.unavailable", error=str(error))
            raise Unavailable from error

    def note_seen(self, seen: Mapping[str, tuple[datetime, Json]]) -> None:
        """Boards of any offices reported then, and said this. No office changes by it, so none is locked."""
        try:
            with self._line("").turn() as group:
                roll.note_boards(group.connection, seen)
                group.add(None, marked=False)
        except LOST as error:
            log.error("database.unavailable", error=str(error))
            raise Unavailable from error

    def silent_devices(self, kind: str, since: datetime) -> list[tuple[str, str]]:
        return self.read(lambda connection: roll.silent_devices(connection, kind, since))

    def device_states(self, alive_since: datetime) -> list[tuple[str, str, str, int]]:
        return self.read(lambda connection: roll.states(connection, alive_since))

    def silent_agents(self, since: datetime) -> list[tuple[str, str]]:
        return self.read(lambda connection: roll.silent(connection, since))

    def unanswered_jobs(self, ordered_before: datetime, since: datetime) -> list[tuple[str, str]]:
        return self.read(lambda connection: roll.unanswered(connection, ordered_before, since))

    def note_alive(self, agents: list[str]) -> None:
        """Agents of any offices were heard now. No office changes by it, so none is locked and none gets a version."""
        try:
            with self._line("").turn() as group:
                roll.note(group.connection, agents, self.clock())
                group.add(None, marked=False)
        except LOST as error:
            log.error("database.unavailable", error=str(error))
            raise Unavailable from error
