"""Figures of blocks of days: kept once they are over, counted from rows while they last.

Keeping is exact under whatever comes late, without anybody having to remember it:
1. under the office's lock a *claim* is put down for each block;
2. without any lock the rows are read and counted;
3. under the lock again the figures take the claim's place, if it is still there.
Triggers remove a block, or its claim, with every change of a row that it counts. Commands hold the office's lock, so
one that commits before the claim was read by step 2, and one after it has seen the claim and removed it.
"""

from __future__ import annotations

import hashlib
import json
import time
import zlib
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from itertools import groupby
from typing import TypeVar

import sqlalchemy as sa

from server.db import tables as t
from server.db.facts import read_facts
from server.db.unit_of_work import SqlUnitOfWork
from server.domain.calendar import end_of_day, local_day
from server.domain.errors import ReportBeingPrepared
from server.domain.stats.facts import Basis, Cell, Cells, DayFacts, count_day
from server.domain.stats.period import Block, Grain
from server.domain.stats.slices import ALL, SLICES, WHOLE, cut, merge
from server.domain.stats.tally import TIMES, counts, times_of
from server.services.ids import new_id
from server.services.ports import Json
from server.services.reporting import OfficeBasis

GIVE_UP_S = 20.0
"""How long one request goes on counting history that nobody has asked for before; what it has counted is kept."""

TRIES = 4
"""How often a block is counted again when late deliveries keep coming for it."""

IN_CHUNK = 500
DENSE = 100

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
        self._today: dict[str, tuple[int, str, date, Cells]] = {}

    # --- asking ------------------------------------------------------------------------------------------------------

    def figures(
        self, offices: Sequence[OfficeBasis], blocks: Sequence[Block], name: str, patience_s: float = GIVE_UP_S
    ) -> dict[Wanted, Cells]:
        """Cells of a slice by office and block. Raises ReportBeingPrepared when counting takes longer than that."""
        now = self._uow.now()
        until = time.monotonic() + patience_s
        found: dict[Wanted, Cells] = {}
        today = {o.id: local_day(now, o.basis.zone) for o in offices}
        for office in offices:
            for block in blocks:
                if block.grain is Grain.DAY and block.start >= today[office.id]:
                    found[office.id, block] = cut(self._live(office, block.start, now), name)
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
        days = []
        with self._uow.engine.connect() as connection:
            for chunk in _chunks(office_ids):
                for table in (t.ticket, t.past_figure, t.counter_interval):
                    days.append(
                        connection.execute(sa.select(sa.func.min(table.c.day)).where(table.c.office_id.in_(chunk)))
                        .scalar_one()
                    )  # fmt: skip
        return min((day for day in days if day is not None), default=None)

    def facts(self, office_id: str, day: date) -> DayFacts:
        with self._uow.engine.connect() as connection:
            return read_facts(connection, office_id, day, day).get(day, DayFacts())

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

    def _live(self, office: OfficeBasis, day: date, now: datetime) -> Cells:
        """A day that is not over: from its rows, and again only after the office has moved on."""
        with self._uow.engine.connect() as connection:
            version = connection.execute(sa.select(t.office.c.version).where(t.office.c.id == office.id)).scalar_one()
            held = self._today.get(office.id)
            if held and held[:3] == (version, fingerprint(office.basis), day) and not _runs(held[3]):
                return held[3]
            facts = read_facts(connection, office.id, day, day).get(day, DayFacts())
        cells = count_day(facts, office.basis, _ms(now))
        self._today[office.id] = (version, fingerprint(office.basis), day, cells)
        return cells

    def _kept(self, offices: Sequence[OfficeBasis], blocks: Sequence[Block], name: str) -> dict[Wanted, Cells]:
        r = t.rollup.c
        bases = {office.id: fingerprint(office.basis) for office in offices}
        found: dict[Wanted, Cells] = {}
        with self._uow.engine.connect() as connection:
            for ids in _chunks(list(bases)):
                for grain, starts in _starts(blocks):
                    held = name if name in KEPT[grain] else ALL
                    query = sa.select(r.office_id, r.start, r.basis, r.data).where(
                        r.office_id.in_(ids), r.grain == grain, r.start.in_(starts), r.slice == held,
                        r.data.is_not(None),
                    )  # fmt: skip
                    for office_id, start, basis, data in connection.execute(query):
                        if basis == bases[office_id]:
                            cells = load(data)
                            found[office_id, Block(start, grain)] = cells if held == name else cut(cells, name)
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
            end = min(_ms(end_of_day(block.start, office.basis.zone)), _ms(now))
            counted[block] = count_day(facts.get(block.start, DayFacts()), office.basis, end)
        self._store(office, claim, counted)

    def _claim(self, office: OfficeBasis, blocks: Sequence[Block]) -> str:
        """Put our mark where the figures will stand; what stood there (another basis, another's claim) goes."""
        claim = new_id()
        rows = [
            {"office_id": office.id, "grain": b.grain, "start": b.start, "slice": name,
             "basis": fingerprint(office.basis), "claim": claim}
            for b in blocks for name in KEPT[b.grain]
        ]  # fmt: skip
        with self._uow.office_lock(office.code) as connection:
            for block in blocks:
                connection.execute(t.rollup.delete().where(_at(office, block)))
            connection.execute(t.rollup.insert(), rows)
        return claim

    def _store(self, office: OfficeBasis, claim: str, counted: Mapping[Block, Cells]) -> None:
        r = t.rollup.c
        with self._uow.office_lock(office.code) as connection:
            mine = connection.execute(
                sa.select(r.grain, r.start).where(r.office_id == office.id, r.claim == claim, r.slice == ALL,
                    sa.or_(*(_at(office, b) for b in counted)))
            ).all()  # fmt: skip
            values = [
                {"g": grain, "s": start, "n": name, "d": dump(cut(counted[Block(start, Grain(grain))], name))}
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


def fingerprint(basis: Basis) -> str:
    """Changes with anything that figures are measured against."""
    text = json.dumps(asdict(basis), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _runs(cells: Cells) -> bool:
    """Whether a counter was open or paused: its time goes on without the office's version moving."""
    return any(name in tally for tally in cells.values() for name in ("open_ms", "paused_ms"))


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


def _ms(at: datetime) -> int:
    return round(at.astimezone(UTC).timestamp() * 1000)


def dump(cells: Cells) -> bytes:
    """Cells as they are kept: JSON, packed; a distribution as pairs while it is thin, as its bytes when it is dense."""
    lines = [[*cell, {name: _thin(name, count) for name, count in tally.items()}] for cell, tally in cells.items()]
    return zlib.compress(json.dumps(lines, separators=(",", ":"), ensure_ascii=False).encode(), 6)


def load(data: bytes) -> Cells:
    found: Cells = {}
    for *key, tally in json.loads(zlib.decompress(data)):
        for name in TIMES & tally.keys():
            kept = tally[name]
            if isinstance(kept, str):
                tally[name] = int.from_bytes(b64decode(kept), "little")
            else:
                tally[name] = times_of(zip(kept[::2], kept[1::2], strict=True))
        found[Cell(*key)] = tally
    return found


def _thin(name: str, count: int) -> int | list[int] | str:
    if name not in TIMES:
        return count
    pairs = counts(count)
    if len(pairs) > DENSE:
        return b64encode(count.to_bytes((count.bit_length() + 7) // 8, "little")).decode()
    return [number for pair in pairs for number in pair]
