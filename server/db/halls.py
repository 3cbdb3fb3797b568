"""Reads an office's settings and its hall of today, and keeps both in memory by their versions."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date

import sqlalchemy as sa

from server.db import habits
from server.db import tables as t
from server.db.hallrows import load
from server.db.mapping import Row, office_from
from server.domain.errors import OfficeNotFound
from server.domain.habits import Habits
from server.domain.hall import Hall
from server.domain.office import OfficeConfig

RECENT_S = 1.0


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
