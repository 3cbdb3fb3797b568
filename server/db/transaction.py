"""One command's transaction: what it found, what it records, and the rows it writes at its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from server.db import tables as t
from server.db.batch import Batch
from server.db.highwater import HighWater
from server.db.mapping import Row, ticket_from
from server.db.writing import write, write_event
from server.domain.errors import Unavailable
from server.domain.hall import Hall
from server.domain.happenings import Happening, TicketHappening
from server.domain.leases import Numbering, next_given
from server.domain.ticket import Ticket
from server.services.audit import seal, seal_rating
from server.services.ports import Event, Json

Describe = Callable[[Hall, Happening], tuple[Json, Json | None]]

TREE = 0x6D6F7463
"""The key of PostgreSQL's advisory lock for the organisation's tree."""

LAST_SEAL = {
    table.name: sa.select(table.c.seal)
    .where(table.c.office_id == sa.bindparam("office"))
    .order_by(table.c.id.desc())
    .limit(1)
    for table in (t.audit, t.rating_seal)
}


class SqlTransaction:
    """A command under way. Not for use outside `SqlUnitOfWork.command`."""

    def __init__(
        self,
        connection: sa.Connection,
        hall: Hall,
        now: datetime,
        describe: Describe,
        *,
        taken: int | None,
        events: Sequence[Event] = (),
        marks: HighWater | None = None,
    ) -> None:
        self._marks = marks
        self._connection = connection
        self._batch = Batch(connection)
        self._describe = describe
        self._extra: dict[str, dict[str, Any]] = {}
        self._pending: list[tuple[Happening, Event]] = []
        self.attempts: list[dict[str, Any]] = []
        self.seals: list[tuple[str, str]] = []
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
        """Write everything so far; before a reading, so that it sees this command's own rows."""
        self._write_facts()
        self._batch.run()

    def _write_facts(self) -> None:
        for fact, event in self._pending:
            extra = self._extra.get(fact.after.id, {}) if isinstance(fact, TicketHappening) else {}
            write(self._batch, self.office_id, self.hall.day, fact, extra)
            write_event(self._batch, self.office_id, event)
        self._pending = []

    def next_seq(self, prefix: str, numbers: Numbering) -> int:
        """The next number of a series today. The hall knows the last one, since nobody else is in this office now;
        the unique constraint on tickets stands behind it (law 2)."""
        # A database that was put back may have forgotten what is lent: then it keeps to its half.
        lending = prefix in self.hall.lending or bool(self.hall.config.restores)
        last = self.hall.series.get(prefix, numbers.first - 1)
        seq = self.hall.series[prefix] = next_given(last, numbers, lending=lending)
        if self._marks is not None:
            try:
                self._marks.reserve(self.hall.config.code, self.hall.day, prefix, seq)
            except OSError as error:
                raise Unavailable from error
        key = {"office_id": self.office_id, "day": self.hall.day, "prefix": prefix}
        self._batch.put("series", key, {"last": seq})
        return seq

    def told(self, ticket_id: str, idempotency_key: str | None, told: Json) -> None:
        """Keep what the citizen is told with the new ticket, so that a repeat says the same (law 5)."""
        self._extra[ticket_id] = {"idempotency_key": idempotency_key, "told": told}

    def add(self, table: str, row: Row) -> None:
        """Insert a row after the facts recorded so far."""
        self._write_facts()
        self._touched = True
        values = {"office_id": self.office_id, **row} if "office_id" in t.metadata.tables[table].c else row
        self._batch.insert(table, values)

    def change(self, table: str, key: Row, values: Row) -> None:
        self._write_facts()
        self._touched = True
        self._batch.update(table, key, values)

    def remove(self, table: str, key: Row) -> None:
        """Delete one row of a link table; facts are never deleted."""
        self.flush()
        self._touched = True
        columns = t.metadata.tables[table].c
        where = [columns[name] == value for name, value in key.items()]
        self._connection.execute(t.metadata.tables[table].delete().where(*where))

    def rows(self, table: str, **where: Any) -> list[Json]:
        self.flush()
        return select_rows(self._connection, table, where)

    def ticket(self, ticket_id: str) -> Ticket | None:
        """A ticket of this office, of whatever day and state."""
        rows = self.rows("ticket", id=ticket_id, office_id=self.office_id)
        return ticket_from(rows[0]) if rows else None

    def remember(self, key: str, request: str, body: Json | None) -> None:
        """Keep an answer for its key; a key that has one makes the whole command a repeat (`Repeated`)."""
        self.add("idempotency", {"key": key, "request": request, "status": 200, "body": body, "created_at": self.now})

    def attempt(self, actor: str, action: str, **facts: Any) -> None:
        """Note a refused attempt: it goes to the audit log by itself, since the command is about to be undone."""
        self.attempts.append({"actor": actor, "action": action, **facts})

    def audit(self, actor: str, action: str, **facts: Any) -> None:
        """Append to the audit log; each row's seal covers the row before it."""
        last = self._last_seal("audit")
        row: dict[str, Any] = {
            "at": self.now,
            "actor": actor,
            "action": action,
            "address": None,
            "subject": None,
            "why": None,
            "detail": None,
        }
        row |= facts
        row["at"] = row["at"].replace(microsecond=row["at"].microsecond // 1000 * 1000)
        self.seals.append(("audit", seal(last, row)))
        self.add("audit", {**row, "seal": self.seals[-1][1]})

    def add_rating(self, row: Row) -> None:
        """Append a rating with its seal, which covers the rating before it."""
        self.seals.append(("rating", seal_rating(self._last_seal("rating_seal"), row)))
        self.add("rating", row)
        self.add("rating_seal", {"session_id": row["session_id"], "seal": self.seals[-1][1]})

    def _last_seal(self, table: str) -> str | None:
        self.flush()
        return self._connection.execute(LAST_SEAL[table], {"office": self.office_id}).scalar()

    def hand_over(self, agent: str, job: Json) -> None:
        """Give a job to an agent after the commit: commit, then emit, then print (law 4)."""
        self.jobs.append((agent, job))

    def tell(self, message: str, data: Json) -> None:
        """Send a passing message to the office's kiosks after the commit."""
        self.messages.append((message, data))

    def lock_tree(self) -> None:
        """Where offices stand is one thing that many offices share, so law 1 does not reach it: two moves, each under
        the lock of its own office, could close a circle. On SQLite a command has the whole file to itself already."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(sa.select(sa.func.pg_advisory_xact_lock(TREE)))

    def reconfigure(self) -> None:
        """The office's settings were changed: everybody reads them again."""
        self._touched = self.reconfigured = True

    def finish(self, last: str | None = None, *, commit: bool = False) -> None:
        """Write what is left, and the office's version. BEGIN took one version, or none; a command with more facts
        says here how many there were. `last` and `commit`: see `Batch.run`."""
        self._write_facts()
        if self.hall.version != self.taken:
            self._batch.update("office", {"id": self.office_id}, {"version": self.hall.version})
        if self.reconfigured:
            self._batch.update(
                "office", {"id": self.office_id}, {"config_version": self.hall.config.config_version + 1}
            )
        self._batch.run(last, commit=commit)


def select_rows(connection: sa.Connection, table: str, where: Row) -> list[Json]:
    """Rows of a table by equality; a list means any of, None means NULL."""
    columns = t.metadata.tables[table].c
    conditions = [
        columns[name].in_(value) if isinstance(value, list | tuple | set) else columns[name] == value
        for name, value in where.items()
    ]
    return [dict(row) for row in connection.execute(sa.select(t.metadata.tables[table]).where(*conditions)).mappings()]
