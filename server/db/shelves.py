"""What is kept about people, as the retention job and the search for a number see it: counted, forgotten, found.

Numbers, waits and ratings stay: they are about the office. Only texts and traces of people go.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from server.db import tables as t
from server.db.unit_of_work import SqlUnitOfWork
from server.domain.retention import Span

Clause = sa.ColumnElement[bool]
DAY_ONE = date(2000, 1, 1)


class SqlShelves:
    """Implements `server.services.retention.Shelves`."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow

    def held(self, office: str, kind: str) -> tuple[int, date | None]:
        """How many records of a kind an office holds, and the day of the oldest."""
        zone = self._zone(office)

        def ask(connection: sa.Connection) -> tuple[int, date | None]:
            counts, days = 0, []
            for _table, mark, kept in _places(connection, office, kind):
                n, oldest = connection.execute(sa.select(sa.func.count(), sa.func.min(mark)).where(kept)).one()
                counts += n
                days += [_day(oldest, zone)] if oldest is not None else []
            return counts, min(days, default=None)

        with self._uow.engine.connect() as connection:
            return ask(connection)

    def count(self, office: str, kind: str, spans: list[Span]) -> int:
        """How many records `forget` would take."""
        zone = self._zone(office)
        with self._uow.engine.connect() as connection:
            return sum(
                connection.execute(sa.select(sa.func.count()).where(kept, _within(mark, span, zone))).scalar_one()
                for _table, mark, kept in _places(connection, office, kind)
                for span in spans
            )

    def forget(self, office: str, kind: str, spans: list[Span]) -> int:
        zone, gone = self._zone(office), 0
        with self._uow.office_lock(office) as connection:
            for table, mark, kept in _places(connection, office, kind):
                for span in spans:
                    chosen = sa.and_(kept, _within(mark, span, zone))
                    statement: Any = table.delete()
                    if kind == "notes":
                        statement = table.update().values(note=None)
                    gone += connection.execute(statement.where(chosen)).rowcount
        return gone

    def forget_marks(self, office: str, before: date) -> int:
        """Marks of identity cards of days before this one."""
        with self._uow.office_lock(office) as connection:
            mark = t.card_mark.c
            over = sa.and_(mark.office_id == _office_id(connection, office), mark.day < before)
            return connection.execute(t.card_mark.delete().where(over)).rowcount

    def forget_bookings(self, office: str, before: date) -> int:
        with self._uow.office_lock(office) as connection:
            slot = t.booking.c
            over = sa.and_(slot.office_id == _office_id(connection, office), slot.day < before)
            return connection.execute(t.booking.delete().where(over)).rowcount

    def texts(self, office: str) -> Iterator[tuple[str, dict[str, Any], str, str]]:
        """(table, key, column, text) of every text of an office in which somebody's number might stand."""
        with self._uow.engine.connect() as connection:
            office_id = _office_id(connection, office)
            for name, columns in TEXTS.items():
                table = t.metadata.tables[name]
                rows = connection.execute(sa.select(table).where(table.c.office_id == office_id)).mappings()
                for row in rows:
                    key = {c.name: row[c.name] for c in table.primary_key}
                    for column in columns:
                        value = row[column]
                        if value is not None:
                            yield name, key, column, value if isinstance(value, str) else _json(value)

    def rewrite(self, office: str, table: str, key: dict[str, Any], column: str, change: Callable[[str], str]) -> None:
        """Change one text where it stands; an encrypted one is taken away as a whole (`change` is not asked)."""
        place = t.metadata.tables[table]
        where = [place.c[name] == value for name, value in key.items()]
        with self._uow.office_lock(office) as connection:
            if table in ENCRYPTED:
                connection.execute(place.delete().where(*where))
                return
            old = connection.execute(sa.select(place.c[column]).where(*where)).scalar_one()
            new = change(old) if isinstance(old, str) else json.loads(change(_json(old)))
            connection.execute(place.update().where(*where).values({column: new}))

    def seal(self, office: str, sealed: dict[str, str]) -> None:
        """Put encrypted comments, by session, where plain ones were."""
        with self._uow.office_lock(office) as connection:
            for session, text in sealed.items():
                statement = t.rating_comment.update().where(t.rating_comment.c.session_id == session)
                connection.execute(statement.values(sealed=text))

    def _zone(self, office: str) -> ZoneInfo:
        return self._uow.hall(office).config.zone


ENCRYPTED = ("rating_comment", "push_subscription")
TEXTS = {
    "rating_comment": ("sealed",),
    "push_subscription": ("sealed",),
    "ticket": ("note", "told"),
    "ticket_interval": ("note", "reason"),
    "counter_interval": ("reason",),
    "event": ("data", "staff_data"),
    "idempotency": ("body",),
    "print_job": ("content", "detail"),
    "past_batch": ("filename",),
    "audit": ("actor", "subject", "why", "detail"),
}


def _places(connection: sa.Connection, office: str, kind: str) -> list[tuple[sa.Table, sa.Column[Any], Clause]]:
    """(table, the column that dates a record, which of its rows are of this office and kind)."""
    office_id = _office_id(connection, office)
    if kind == "comments":
        return [(t.rating_comment, t.rating_comment.c.day, t.rating_comment.c.office_id == office_id)]
    if kind == "notes":
        return [
            (table, table.c.day, sa.and_(table.c.office_id == office_id, table.c.note.is_not(None)))
            for table in (t.ticket, t.ticket_interval)
        ]
    if kind == "messages":
        return [
            (t.event, t.event.c.at, t.event.c.office_id == office_id),
            (t.idempotency, t.idempotency.c.created_at, t.idempotency.c.office_id == office_id),
        ]
    people = sa.select(t.staff_role.c.staff_id).where(t.staff_role.c.office_id == office_id)
    return [(t.sign_in, t.sign_in.c.began_at, t.sign_in.c.staff_id.in_(people))]


def _within(mark: sa.Column[Any], span: Span, zone: ZoneInfo) -> Clause:
    first = max(span.first, DAY_ONE)
    if isinstance(mark.type, sa.Date):
        return sa.and_(mark >= first, mark < span.end)
    return sa.and_(mark >= datetime.combine(first, time(), zone), mark < datetime.combine(span.end, time(), zone))


def _day(value: datetime | date, zone: ZoneInfo) -> date:
    return value.astimezone(zone).date() if isinstance(value, datetime) else value


def _office_id(connection: sa.Connection, office: str) -> str:
    return str(connection.execute(sa.select(t.office.c.id).where(t.office.c.code == office)).scalar_one())


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
