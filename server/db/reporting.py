"""Figures of blocks of days: kept once they are over, counted from rows while they last.

Keeping is exact under whatever comes late, without anybody having to remember it:
1. under the office's lock a *claim* is put down for each block;
2. without any lock the rows are read and counted;
3. under the lock again the figures take the claim's place, if it is still there.
Triggers remove a block, or its claim, with every change of a row that it counts. Commands hold the office's lock, so
one that commits before the claim was read by step 2, and one after it has seen the claim and removed it.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import TypeVar

import sqlalchemy as sa

from server.db import tables as t
from server.db.facts import read_facts
from server.db.packing import dump, load
from server.db.running import RunningDays, fingerprint, in_ms
from server.db.sums import OfficeSums
from server.db.unit_of_work import ONE_MOMENT, SqlUnitOfWork
from server.domain.calendar import end_of_day, local_day
from server.domain.errors import ReportBeingPrepared
from server.domain.stats.facts import Cells, DayFacts, count_day
from server.domain.stats.period import Block, Grain
from server.domain.stats.slices import ALL, SLICES, WHOLE, cut, merge
from server.services.ids import new_id
from server.services.ports import Json
from server.services.report_cut import Cut, Rows
from server.services.report_offices import OfficeBasis

GIVE_UP_S = 20.0
"""How long one request goes on counting history that nobody has asked for before; what it has counted is kept."""

TRIES = 4
"""How often a block is counted again when late deliveries keep coming for it."""

IN_CHUNK = 500

KEPT = {Grain.DAY: (WHOLE, "hour", ALL), Grain.MONTH: SLICES, Grain.YEAR: SLICES}
"""Slices that stand ready. Of a single day, which is small, the others are cut from the whole of it when asked for;
the hours of days are what the picture of a week reads."""

V = TypeVar("V")
Wanted = tuple[str, Block]
"""Id of an office, and a block of its days."""


class SqlFigures:
    """Implements `server.services.reporting.Figures`."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow
        self._running = RunningDays(uow)
        self._sums = OfficeSums(uow, self._figures, lambda office: fingerprint(office.basis))

    # --- asking ------------------------------------------------------------------------------------------------------

    def figures(
        self, offices: Sequence[OfficeBasis], blocks: Sequence[Block], name: str, patience_s: float = GIVE_UP_S
    ) -> dict[Wanted, Cells]:
        """Cells of a slice by office and block. Raises ReportBeingPrepared when counting takes longer than that."""
        return self._figures(offices, blocks, name, time.monotonic() + patience_s)

    def sums(
        self, offices: Sequence[OfficeBasis], blocks: Sequence[Block], cut: Cut, patience_s: float = GIVE_UP_S
    ) -> dict[Block, Rows]:
        """Rows of each block, all offices together."""
        today = min(local_day(self._uow.now(), office.basis.zone) for office in offices)
        return self._sums.sums(offices, blocks, cut, today, time.monotonic() + patience_s)

    def _figures(
        self, offices: Sequence[OfficeBasis], blocks: Sequence[Block], name: str, until: float
    ) -> dict[Wanted, Cells]:
        now = self._uow.now()
        found: dict[Wanted, Cells] = {}
        for block in blocks:
            if block.grain is Grain.DAY:
                last = [o for o in offices if block.start >= local_day(now, o.basis.zone)]
                running = self._running.cells(last, block.start, now, name)
                found |= {(key, block): cells for key, cells in running.items()}
        over = [b for b in blocks if any((o.id, b) not in found for o in offices)]
        found |= {key: cells for key, cells in self._kept(offices, over, name).items() if key not in found}
        for office in offices:
            for _ in range(TRIES):
                missing = [b for b in over if (office.id, b) not in found]
                if not missing:
                    break
                self._keep(office, missing, now, until)
                found |= self._kept([office], missing, name)
            else:
                raise ReportBeingPrepared()
        return found

    def first_day(self, office_ids: Sequence[str]) -> date | None:
        """The earliest day of which anything is known."""
        o = t.office.c
        days: list[date | None] = []
        with self._uow.engine.connect() as connection:
            for chunk in _chunks(office_ids):
                for table in (t.ticket, t.past_figure, t.counter_interval):
                    # Office by office, the first entry of each in an index: PostgreSQL reads all of it for one minimum.
                    first = sa.select(sa.func.min(table.c.day)).where(table.c.office_id == o.id).scalar_subquery()
                    days += connection.execute(sa.select(first).where(o.id.in_(chunk))).scalars()
        return min((day for day in days if day is not None), default=None)

    def held_today(self) -> dict[str, bool]:
        """By office, whether its running day stands in memory as it is."""
        return self._running.held()

    def facts(self, office_id: str, day: date) -> DayFacts:
        found = self._uow.read(lambda connection: read_facts(connection, office_id, day, day), ONE_MOMENT)
        return found.get(day, DayFacts())

    def presses(self, office_id: str, first: date, last: date) -> tuple[list[Json], list[Json]]:
        """Ratings with their sessions, and all sessions, of some days."""
        s, r = t.service_session.c, t.rating.c
        here = sa.and_(s.office_id == office_id, s.day.between(first, last))
        pressed = sa.select(
            s.day, s.id.label("session"), s.number, s.counter, s.officer, s.ended_at, r.level, r.channel, r.pressed_at
        ).join_from(t.service_session, t.rating, r.session_id == s.id)
        with self._uow.engine.connect() as connection:
            presses = connection.execute(pressed.where(here)).mappings().all()
            sessions = connection.execute(sa.select(s.day, s.officer, s.ended_at).where(here)).mappings().all()
        return [dict(p) for p in presses], [dict(s) for s in sessions]

    # --- counting ----------------------------------------------------------------------------------------------------

    def _kept(self, offices: Sequence[OfficeBasis], blocks: Sequence[Block], name: str) -> dict[Wanted, Cells]:
        r = t.rollup.c
        bases = {office.id: fingerprint(office.basis) for office in offices}
        wanted = {(block.grain, block.start): block for block in blocks}
        found: dict[Wanted, Cells] = {}
        with self._uow.engine.connect() as connection:
            for ids in _chunks(list(bases)):
                for grain, starts in _starts(blocks):
                    held = name if name in KEPT[grain] else ALL
                    query = sa.select(r.office_id, r.start, r.through, r.basis, r.data).where(
                        r.office_id.in_(ids), r.grain == grain, r.start.in_(starts), r.slice == held,
                        r.data.is_not(None),
                    )  # fmt: skip
                    for office_id, start, through, basis, data in connection.execute(query):
                        block = wanted[grain, start]
                        if basis == bases[office_id] and through == block.last:
                            cells = load(data)
                            found[office_id, block] = cells if held == name else cut(cells, name)
        return found

    # --- keeping -----------------------------------------------------------------------------------------------------

    def _keep(self, office: OfficeBasis, blocks: Sequence[Block], now: datetime, until: float) -> None:
        """Count blocks and keep them. The parts of months and years are kept first, in runs of at most a month."""
        for block in blocks:
            if block.grain is not Grain.DAY:
                self._keep_sum(office, block, now, until)
        single = sorted(b for b in blocks if b.grain is Grain.DAY)
        for _, run in groupby(single, key=lambda b: (b.start.year, b.start.month)):
            _check_time(until)
            self._keep_days(office, list(run), now)

    def _keep_sum(self, office: OfficeBasis, block: Block, now: datetime, until: float) -> None:
        parts = block.parts()
        missing = [b for b in parts if (office.id, b) not in self._kept([office], parts, ALL)]
        claim = self._claim(office, [block])
        if missing:
            self._keep(office, missing, now, until)
        kept = self._kept([office], parts, ALL)
        # A part that a late delivery took away meanwhile has taken our claim with it; the next to ask begins again.
        if len(kept) == len(parts):
            self._store(office, claim, {block: merge(kept.values())})

    def _keep_days(self, office: OfficeBasis, blocks: Sequence[Block], now: datetime) -> None:
        claim = self._claim(office, blocks)
        with self._uow.engine.connect() as connection:
            facts = read_facts(connection, office.id, blocks[0].start, blocks[-1].start)
        counted = {}
        for block in blocks:
            end = min(in_ms(end_of_day(block.start, office.basis.zone)), in_ms(now))
            counted[block] = count_day(facts.get(block.start, DayFacts()), office.basis, end)
        self._store(office, claim, counted)

    def _claim(self, office: OfficeBasis, blocks: Sequence[Block]) -> str:
        """Put our mark where the figures will stand; what stood there (another basis, another's claim) goes."""
        claim = new_id()
        rows = [
            {"office_id": office.id, "grain": b.grain, "start": b.start, "slice": name,
             "through": b.last, "basis": fingerprint(office.basis), "claim": claim}
            for b in blocks for name in KEPT[b.grain]
        ]  # fmt: skip
        with self._uow.office_lock(office.code) as connection:
            for block in blocks:
                connection.execute(t.rollup.delete().where(_at(office, block)))
            connection.execute(t.rollup.insert(), rows)
        return claim

    def _store(self, office: OfficeBasis, claim: str, counted: Mapping[Block, Cells]) -> None:
        r, by_start = t.rollup.c, {(block.grain, block.start): cells for block, cells in counted.items()}
        with self._uow.office_lock(office.code) as connection:
            mine = connection.execute(
                sa.select(r.grain, r.start).where(r.office_id == office.id, r.claim == claim, r.slice == ALL,
                    sa.or_(*(_at(office, b) for b in counted)))
            ).all()  # fmt: skip
            values = [
                {"g": grain, "s": start, "n": name, "d": dump(cut(by_start[Grain(grain), start], name))}
                for grain, start in mine
                for name in KEPT[Grain(grain)]
            ]
            if values:
                connection.execute(
                    t.rollup.update()
                    .where(r.office_id == office.id, r.grain == sa.bindparam("g"), r.start == sa.bindparam("s"),
                           r.slice == sa.bindparam("n"), r.claim == claim)
                    .values(data=sa.bindparam("d")),
                    values,
                )  # fmt: skip


def _at(office: OfficeBasis, block: Block) -> sa.ColumnElement[bool]:
    r = t.rollup.c
    return sa.and_(r.office_id == office.id, r.grain == block.grain, r.start == block.start)


def _starts(blocks: Iterable[Block]) -> Iterable[tuple[Grain, list[date]]]:
    grains: defaultdict[Grain, list[date]] = defaultdict(list)
    for block in blocks:
        grains[block.grain].append(block.start)
    return ((grain, chunk) for grain, starts in grains.items() for chunk in _chunks(starts))


def _chunks(values: Sequence[V]) -> Iterable[list[V]]:
    return (list(values[i : i + IN_CHUNK]) for i in range(0, len(values), IN_CHUNK))


def _check_time(until: float) -> None:
    if time.monotonic() > until:
        raise ReportBeingPrepared()
