"""Reads an office's settings and its hall of today, and keeps both in memory by their versions."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date, timedelta

import sqlalchemy as sa

from server.db import habits
from server.db import tables as t
from server.db.mapping import TICKET_FIELDS, Row, office_from, reason_from, ticket_from
from server.domain.errors import OfficeNotFound
from server.domain.habits import Habits
from server.domain.hall import CALLS_KEPT, NEVER, Call, Hall, Pace
from server.domain.happenings import Desk, ServiceSession
from server.domain.office import OfficeConfig
from server.domain.words import IN_HALL, CounterState, Priority

RECENT_S = 1.0
Here = Callable[[sa.Table], sa.ColumnElement[bool]]
"""The condition that a table's rows are of this office and day."""
SESSION_FIELDS = tuple(ServiceSession.__dataclass_fields__)


class Halls:
    """The halls as of their last commit. A hall here is never changed, only replaced by a newer one."""

    def __init__(self) -> None:
        self._halls: dict[str, Hall] = {}
        self._configs: dict[str, OfficeConfig] = {}
        self._guard = threading.Lock()
        self._ids: dict[str, str] = {}
        self._seen: dict[str, float] = {}
        self._habits: dict[str, tuple[date, Habits]] = {}

    def current(self, connection: sa.Connection, row: Row, version: int, day: date) -> Hall:
        """The hall at `version` on `day`, from memory when that is what we hold."""
        config = self.config(connection, row)
        hall = self._halls.get(row["id"])
        if hall is None or hall.version != version or hall.day != day or hall.config is not config:
            hall = self.load(connection, config, day, version, stale=row["day"] != day)
            self.put(hall)
        return hall

    def load(
        self, connection: sa.Connection, config: OfficeConfig, day: date, version: int, *, stale: bool = False
    ) -> Hall:
        """The hall of a day from its rows, with what the office is used to. Days that are over do not change."""
        known = self._habits.get(config.id)
        if known is None or known[0] != day:
            known = self._habits[config.id] = day, habits.read(connection, config, day)
        hall = load(connection, config, day, version, stale=stale)
        hall.habits = known[1]
        return hall

    def put(self, hall: Hall) -> None:
        with self._guard:
            held = self._halls.get(hall.config.id)
            if held is None or held.version <= hall.version:
                self._halls[hall.config.id] = hall

    def seen(self, hall: Hall) -> None:
        """This hall was the newest just now."""
        self._ids[hall.config.code] = hall.config.id
        self._seen[hall.config.id] = time.monotonic()

    def outdated(self, hall: Hall) -> None:
        """The office's settings have just changed: the hall in memory still has the earlier ones."""
        self._seen.pop(hall.config.id, None)

    def held(self, row: Row, today: Callable[[OfficeConfig], date]) -> Hall | None:
        """The hall in memory, when it is at least as new as the office's row."""
        hall, config = self._halls.get(row["id"]), self._configs.get(row["id"])
        if hall is None or config is not hall.config or config.config_version != row["config_version"]:
            return None
        return hall if hall.version >= row["version"] and hall.day == today(config) else None

    def recent(self, code: str, version: int) -> Hall | None:
        """The hall in memory, when it is at `version` or newer and was the newest within the last second."""
        hall = self._halls.get(self._ids.get(code, ""))
        if hall is None or hall.version < version:
            return None
        seen = self._seen.get(hall.config.id)
        return hall if seen is not None and time.monotonic() - seen <= RECENT_S else None

    def config(self, connection: sa.Connection, row: Row) -> OfficeConfig:
        held = self._configs.get(row["id"])
        if held is None or held.config_version != row["config_version"]:
            held = self._configs[row["id"]] = load_config(connection, row["id"])
        return held


def office_row(connection: sa.Connection, code: str) -> Row:
    columns = (
        t.office.c.id,
        t.office.c.code,
        t.office.c.version,
        t.office.c.config_version,
        t.office.c.day,
        t.office.c.timezone,
    )
    row = connection.execute(sa.select(*columns).where(t.office.c.code == code)).mappings().first()
    if row is None:
        raise OfficeNotFound(office=code)
    return row


def newest_versions(engine: sa.Engine, codes: list[str]) -> dict[str, int]:
    """The newest committed version of each of these offices, whoever wrote it."""
    query = sa.select(t.office.c.code, t.office.c.version).where(t.office.c.code.in_(codes))
    with engine.connect() as connection:
        return {row.code: row.version for row in connection.execute(query)}


def load_config(connection: sa.Connection, office_id: str) -> OfficeConfig:
    row = connection.execute(sa.select(t.office).where(t.office.c.id == office_id)).mappings().one()
    services = sa.select(t.service).where(t.service.c.office_id == office_id).order_by(t.service.c.position)
    counters = sa.select(t.counter).where(t.counter.c.office_id == office_id).order_by(t.counter.c.number)
    officers = (
        sa.select(t.staff.c.id, t.staff.c.name, t.staff.c.photo, t.staff_role.c.role)
        .join(t.staff_role)
        .where(t.staff_role.c.office_id == office_id, t.staff.c.active)
        .order_by(t.staff.c.username)
    )
    devices = (
        sa.select(t.device)
        .where(t.device.c.office_id == office_id, t.device.c.revoked_at.is_(None))
        .order_by(t.device.c.name)
    )
    found = [connection.execute(query).mappings().all() for query in (services, counters, officers, devices)]
    return office_from(row, *found, merged_into=_names_of(connection, row["merged_into_id"]))


def _names_of(connection: sa.Connection, office_id: str | None) -> Row | None:
    if office_id is None:
        return None
    names: Row = connection.execute(sa.select(t.office.c.names).where(t.office.c.id == office_id)).scalar_one()
    return names


def load(connection: sa.Connection, config: OfficeConfig, day: date, version: int, *, stale: bool = False) -> Hall:
    """The hall of `day` from its rows. `stale`: the office has not begun this day, so nobody sits anywhere yet."""
    hall = Hall(config, day, version)

    def here(table: sa.Table) -> sa.ColumnElement[bool]:
        return sa.and_(table.c.office_id == config.id, table.c.day == day)

    if not stale:
        hall.desks = _desks(connection, config)
    tickets = sa.select(*(t.ticket.c[name] for name in TICKET_FIELDS)).where(
        here(t.ticket), t.ticket.c.state.in_(IN_HALL)
    )
    hall.tickets = {row["id"]: ticket_from(row) for row in connection.execute(tickets).mappings()}
    hall.calls, hall.lasts = _calls(connection, here)
    spoken = sa.select(t.call_heard.c.ticket_id, sa.func.max(t.call_heard.c.call_count)).where(
        here(t.call_heard), t.call_heard.c.ticket_id.in_(tickets.with_only_columns(t.ticket.c.id))
    )
    hall.heard = {row[0]: row[1] for row in connection.execute(spoken.group_by(t.call_heard.c.ticket_id))}
    hall.sessions = _last_sessions(connection, here)
    hall.paces = _paces(connection, here)
    series = connection.execute(
        sa.select(t.series.c.prefix, t.series.c.last, t.series.c.lent).where(here(t.series))
    ).all()
    hall.series = {row.prefix: row.last for row in series}
    hall.lending = frozenset(row.prefix for row in series if row.lent is not None)
    # By the tickets' series, since a transfer changes the service; not by the last number, since a restore skips some.
    counted = sa.select(t.ticket.c.series, sa.func.count()).where(here(t.ticket)).group_by(t.ticket.c.series)
    issued = {row[0]: row[1] for row in connection.execute(counted)}
    hall.issued = {s.code: issued[s.prefix] for s in config.services.values() if s.prefix in issued}
    hall.notice = config.texts.get("notice")
    return hall


def _desks(connection: sa.Connection, config: OfficeConfig) -> dict[int, Desk]:
    c = t.counter.c
    rows = connection.execute(
        sa.select(c.number, c.state, c.since, c.officer_id, c.reason).where(c.office_id == config.id)
    )
    return {
        r.number: Desk(r.number, CounterState(r.state), r.since or NEVER, r.officer_id, r.reason)
        for r in rows
        if r.number in config.counters
    }


def _last_sessions(connection: sa.Connection, here: Here) -> dict[int, ServiceSession]:
    # In two steps, the second by the values of the first. Of a day that its statistics do not know yet PostgreSQL
    # expects a single row; joined in one statement, it went through the whole day once for every session of it.
    s = t.service_session.c
    last = sa.select(s.counter, sa.func.max(s.ended_at)).where(here(t.service_session)).group_by(s.counter)
    found = [tuple(row) for row in connection.execute(last)]
    if not found:
        return {}
    query = sa.select(*(s[name] for name in SESSION_FIELDS)).where(
        here(t.service_session), sa.tuple_(s.counter, s.ended_at).in_(found)
    )
    return {row["counter"]: ServiceSession(**row) for row in connection.execute(query).mappings()}


def _paces(connection: sa.Connection, here: Here) -> dict[str, Pace]:
    s = t.service_session.c
    spent = sa.func.sum(sa.type_coerce(s.ended_at, sa.BigInteger) - sa.type_coerce(s.started_at, sa.BigInteger))
    query = sa.select(s.service, sa.func.count(), spent).where(here(t.service_session)).group_by(s.service)
    return {row[0]: Pace(row[1], timedelta(milliseconds=int(row[2]))) for row in connection.execute(query)}


def _calls(connection: sa.Connection, here: Here) -> tuple[tuple[Call, ...], dict[int, Call]]:
    """(the last calls, oldest first; the last call of each counter)"""
    i, k = t.ticket_interval.c, t.ticket.c
    called = sa.and_(here(t.ticket_interval), i.state == "called")
    last_of_counters = sa.select(sa.func.max(i.version)).where(called).group_by(i.counter)
    newest = sa.select(i.version).where(called).order_by(i.version.desc()).limit(CALLS_KEPT)
    query = (
        sa.select(
            i.ticket_id, k.number, i.service, i.counter, k.language, k.priority, k.call_count,
            i.from_at, i.version, i.rule, i.reason, k.called_at, k.counter.label("still_at"),
        )
        .join(t.ticket, k.id == i.ticket_id)
        .where(called, sa.or_(i.version.in_(last_of_counters), i.version.in_(newest.subquery().select())))
        .order_by(i.version)
    )  # fmt: skip
    calls = [
        Call(
            r.ticket_id,
            r.number,
            r.service,
            r.counter,
            r.language,
            Priority(r.priority) if r.priority else None,
            max(r.call_count, 1),
            # A recall begins no interval: the ticket knows when it was last called.
            r.called_at if r.called_at and r.still_at == r.counter else r.from_at,
            r.version,
            reason_from(r.rule, r.reason),
        )  # fmt: skip
        for r in connection.execute(query).all()
    ]
    return tuple(calls[-CALLS_KEPT:]), {call.counter: call for call in calls}
