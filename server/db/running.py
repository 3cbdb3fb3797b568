"""The day that still runs, of each office: counted from its rows, and again only where the office has moved on."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from server.db import tables as t
from server.db.facts import read_many
from server.db.unit_of_work import ONE_MOMENT, SqlUnitOfWork
from server.domain.calendar import local_day
from server.domain.stats.facts import Basis, Cells, DayFacts, count_people, desk_time
from server.domain.stats.slices import ALL, cut
from server.domain.stats.tally import add
from server.services.report_offices import OfficeBasis

DESKS_FOR_MS = 60_000
"""How old the time of open counters may be in the sum of many offices; of one office it is of this moment."""

AT_ONCE = 20
"""So many offices are counted in one go; then the others of this process have their turn."""


@dataclass(slots=True)
class _Held:
    """A day in one office. What people did stands until the office's version moves; the time of open counters runs
    without that, and is taken again when it is older than it may be."""

    state: tuple[int, str, date]
    basis: Basis
    facts: DayFacts
    people: Cells
    counted_at: int | None = None
    slices: dict[str, Cells] = field(default_factory=dict)

    def is_fresh(self, now: int, age: int) -> bool:
        """Time passes for nobody while no counter is open."""
        if self.counted_at is None:
            return False
        return 0 <= now - self.counted_at < age or all(desk.end is not None for desk in self.facts.desks)

    def cells(self, name: str, now: int, age: int) -> Cells:
        if not self.is_fresh(now, age):
            self.counted_at, self.slices = now, {}
        if name not in self.slices:
            self.slices[name] = cut(self._all(), name)
        return self.slices[name]

    def _all(self) -> Cells:
        if ALL not in self.slices:
            found = dict(self.people)
            for cell, tally in desk_time(self.facts, self.basis, self.counted_at or 0).items():
                found[cell] = add(dict(found.get(cell, {})), tally)
            self.slices[ALL] = found
        return self.slices[ALL]


class RunningDays:
    """Keeps the running day of each office in the memory of this process."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow
        self._held: dict[str, _Held] = {}

    def cells(self, offices: Sequence[OfficeBasis], day: date, now: datetime, name: str) -> dict[str, Cells]:
        """A slice of the day by office."""
        age = DESKS_FOR_MS if len(offices) > 1 else 1
        found: dict[str, Cells] = {}
        for at in range(0, len(offices), AT_ONCE):
            some = offices[at : at + AT_ONCE]
            self._count(some, day)
            found |= {office.id: self._held[office.id].cells(name, in_ms(now), age) for office in some}
            time.sleep(0)  # A city's day is thousands of tickets; boards and kiosks do not wait for all of them.
        return found

    def held(self) -> dict[str, bool]:
        """By office, whether its day stands here as it is: one narrow query, and no office is read that stood still."""
        o = t.office.c
        rows = self._uow.read(lambda connection: connection.execute(sa.select(o.id, o.version, o.timezone)).all())
        now = self._uow.now()
        today = {zone: local_day(now, ZoneInfo(zone)) for zone in {row.timezone for row in rows}}
        return {row.id: self._is_held(row.id, (row.version, today[row.timezone]), in_ms(now)) for row in rows}

    def _is_held(self, office: str, state: tuple[int, date], now: int) -> bool:
        held = self._held.get(office)
        return held is not None and (held.state[0], held.state[2]) == state and held.is_fresh(now, DESKS_FOR_MS)

    def _count(self, offices: Sequence[OfficeBasis], day: date) -> None:
        """Offices that have moved on, from their rows. The version is read first: a row that comes in between is read
        again with the next question."""
        o = t.office.c
        query = sa.select(o.id, o.version).where(o.id.in_([office.id for office in offices]))
        versions = self._uow.read(lambda connection: {row.id: row.version for row in connection.execute(query)})
        states = {x.id: (versions[x.id], fingerprint(x.basis), day) for x in offices}
        moved = [x for x in offices if x.id not in self._held or self._held[x.id].state != states[x.id]]
        if not moved:
            return
        ids = [office.id for office in moved]
        facts = self._uow.read(lambda connection: read_many(connection, ids, day, day), ONE_MOMENT)
        for office in moved:
            one = facts.get((office.id, day), DayFacts())
            self._held[office.id] = _Held(states[office.id], office.basis, one, count_people(one, office.basis))


def fingerprint(basis: Basis) -> str:
    """Changes with anything that figures are measured against."""
    targets = (sorted(basis.wait_targets.items()), sorted(basis.service_targets.items()))
    text = json.dumps((basis.timezone, basis.wait_target, basis.service_target, *targets), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def in_ms(at: datetime) -> int:
    return round(at.astimezone(UTC).timestamp() * 1000)
