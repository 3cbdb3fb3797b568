"""Figures of many offices together, kept so that a whole city is read as quickly as one office.

What is kept names what it was added up from: the marks of its offices' own roll-ups, which are new whenever one was
counted anew. A reader compares them with the marks that stand there now, so nothing can be kept that is not right, and
no writer has to know of any sum. Offices are added up in small groups first: after a late delivery one group is read
again, not the city.

Days of a month that is over stand together, under the marks of the months: a month's roll-up goes with any of its days.
"""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from server.db import tables as t
from server.db.packing import dump, load_rows
from server.db.unit_of_work import SqlUnitOfWork
from server.domain.errors import ReportBeingPrepared
from server.domain.stats.facts import Cells
from server.domain.stats.period import Block, Grain
from server.domain.stats.slices import WHOLE
from server.domain.stats.tally import Tally, add
from server.services.report_cut import Cut, Rows
from server.services.report_offices import OfficeBasis

FEW = 8
"""So many offices are added up each time; more are kept."""

GROUP = 24
"""About so many offices make a group."""

DAYS = "days"
KEPT_FOR = timedelta(days=400)
IN_CHUNK = 500

Count = Callable[[Sequence[OfficeBasis], Sequence[Block], str, float], Mapping[tuple[str, Block], Cells]]
"""Cells of single offices by office and block, in a slice; what is not kept yet is counted, until a moment."""

Placed = dict[tuple[Any, ...], Tally]
"""Rows with the place of their block in the stretch before each key."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is kept as one: a block, or the days of a month. `marked`: the block whose marks stand for it."""

    grain: str
    marked: Block
    blocks: tuple[Block, ...]


Marks = Mapping[Stretch, Mapping[str, str]]
"""By stretch and office: what its own roll-up is marked with."""

Make = Callable[[Sequence[Stretch]], dict[Stretch, Placed]]


class OfficeSums:
    """Adds up offices. `count` gives single offices' cells, counting what is not kept yet."""

    def __init__(self, uow: SqlUnitOfWork, count: Count, basis_of: Callable[[OfficeBasis], str]) -> None:
        self._uow, self._count, self._basis_of = uow, count, basis_of

    def sums(
        self, asked: Sequence[OfficeBasis], blocks: Sequence[Block], cut: Cut, today: date, until: float
    ) -> dict[Block, Rows]:
        """Rows of each block. `today`: the earliest day that is not over everywhere."""
        offices = sorted(asked, key=lambda office: office.id)
        over = {b for b in blocks if b.last < today} if len(offices) > FEW else set()
        found = self._plain(offices, [b for b in blocks if b not in over], cut, until)
        wanted = _stretches([b for b in blocks if b in over], today)
        marks = self._counted(offices, wanted, until)
        found |= {block: {} for block in over}
        for stretch, rows in self._all(offices, wanted, cut, marks, until).items():
            for (place, *key), tally in rows.items():
                if stretch.blocks[place] in over:
                    found[stretch.blocks[place]][tuple(key)] = tally
        return found

    def _plain(
        self, offices: Sequence[OfficeBasis], blocks: Sequence[Block], cut: Cut, until: float
    ) -> dict[Block, Rows]:
        """Added up now, from single offices."""
        cells = self._count(offices, blocks, cut.slice, until)
        found: dict[Block, Rows] = {block: {} for block in blocks}
        for block, rows in found.items():
            for office in offices:
                for cell, tally in cells[office.id, block].items():
                    add(rows.setdefault(cut.key(office, cell), {}), tally)
        return found

    # --- what stands there now ---------------------------------------------------------------------------------------

    def _counted(self, offices: Sequence[OfficeBasis], wanted: Sequence[Stretch], until: float) -> Marks:
        """The marks of all, after counting what nobody has asked for before."""
        marks = self._marks(offices, wanted)
        lacking = [s for s in wanted if len(marks[s]) < len(offices)]
        for stretch in lacking:
            absent = [office for office in offices if office.id not in marks[stretch]]
            self._count(absent, [stretch.marked], WHOLE, until)
        return {**marks, **self._marks(offices, lacking)} if lacking else marks

    def _marks(self, offices: Sequence[OfficeBasis], wanted: Sequence[Stretch]) -> Marks:
        """The marks of single offices' roll-ups, where they are right and have been counted."""
        r = t.rollup.c
        bases = {office.id: self._basis_of(office) for office in offices}
        meant: defaultdict[tuple[str, date, date], list[Stretch]] = defaultdict(list)
        starts: defaultdict[Grain, set[date]] = defaultdict(set)
        for stretch in wanted:
            block = stretch.marked
            meant[block.grain, block.start, block.last].append(stretch)
            starts[block.grain].add(block.start)
        found: dict[Stretch, dict[str, str]] = {stretch: {} for stretch in wanted}
        with self._uow.engine.connect() as connection:
            for grain, ids, days in _portions(starts, list(bases)):
                query = sa.select(r.office_id, r.start, r.through, r.basis, r.claim).where(
                    r.grain == grain, r.start.in_(days), r.office_id.in_(ids), t.COUNTED_WHOLE
                )
                for office, start, through, basis, claim in connection.execute(query):
                    if basis == bases[office]:
                        for stretch in meant.get((grain, start, through), ()):
                            found[stretch][office] = claim
        return found

    # --- adding up ---------------------------------------------------------------------------------------------------

    def _all(
        self, offices: Sequence[OfficeBasis], wanted: Sequence[Stretch], cut: Cut, marks: Marks, until: float
    ) -> dict[Stretch, Placed]:
        """Each stretch of all these offices: what is kept of it, or else the sum of what its groups bring."""

        def of_groups(missing: Sequence[Stretch]) -> dict[Stretch, Placed]:
            made: dict[Stretch, Placed] = {stretch: {} for stretch in missing}
            for group in groups:
                for stretch, rows in self._kept(group, missing, cut, marks, one_by_one(group)).items():
                    for key, tally in rows.items():
                        add(made[stretch].setdefault(key, {}), tally)
            return made

        def one_by_one(group: Sequence[OfficeBasis]) -> Make:
            return lambda missing: {s: self._stretch(group, s, cut, until) for s in missing}

        groups = _groups(offices)
        return self._kept(offices, wanted, cut, marks, of_groups if len(groups) > 1 else one_by_one(offices))

    def _kept(
        self, offices: Sequence[OfficeBasis], wanted: Sequence[Stretch], cut: Cut, marks: Marks, make: Make
    ) -> dict[Stretch, Placed]:
        """What is kept, and is right, of the sum of some offices; the others are made, and kept."""
        name = self._name(offices, cut)
        now = {s: _digest(marks[s].get(office.id, "") for office in offices) for s in wanted}
        found = self._read(name, now, cut)
        made = make(missing) if (missing := [s for s in wanted if s not in found]) else {}
        sure = [s for s in missing if all(office.id in marks[s] for office in offices)]
        self._write(offices[0], name, {s: (now[s], made[s]) for s in sure})
        return found | made

    def _stretch(self, offices: Sequence[OfficeBasis], stretch: Stretch, cut: Cut, until: float) -> Placed:
        if time.monotonic() > until:
            raise ReportBeingPrepared()
        time.sleep(0)  # The others in this process go on between two groups.
        plain = self._plain(offices, stretch.blocks, cut, until)
        return {(place, *key): tally for place, b in enumerate(stretch.blocks) for key, tally in plain[b].items()}

    def _name(self, offices: Sequence[OfficeBasis], cut: Cut) -> str:
        """Of which offices something is the sum, measured against what, and what it tells apart."""
        parts = [",".join(cut.names)]
        for office in offices:
            parts += [office.id, office.code, self._basis_of(office)]
            parts += [f"{code}={field}" for code, field in cut.fields(office)]
        return _digest(parts)

    def _read(self, name: str, now: Mapping[Stretch, str], cut: Cut) -> dict[Stretch, Placed]:
        s = t.rollup_sum.c
        by_start = {(x.grain, x.marked.start): x for x in now}
        found: dict[Stretch, Placed] = {}
        with self._uow.engine.connect() as connection:
            for starts in _chunks(sorted({start for _, start in by_start}), IN_CHUNK):
                query = sa.select(s.grain, s.start, s.marks, s.data).where(s.of == name, s.start.in_(starts))
                for grain, start, marks, data in connection.execute(query):
                    stretch = by_start.get((grain, start))
                    if stretch is not None and marks == now[stretch]:
                        found[stretch] = load_rows(data, 1 + len(cut.names))
        return found

    def _write(self, office: OfficeBasis, name: str, made: Mapping[Stretch, tuple[str, Placed]]) -> None:
        if not made:
            return
        s, now = t.rollup_sum.c, self._uow.now()
        rows = [
            {"of": name, "grain": x.grain, "start": x.marked.start, "marks": marks, "kept_at": now, "data": dump(rows)}
            for x, (marks, rows) in made.items()
        ]
        with self._uow.office_lock(office.code) as connection:
            connection.execute(t.rollup_sum.delete().where(s.kept_at < now - KEPT_FOR))
            for row in rows:
                # Two readers may have added up the same: the later one stands.
                connection.execute(
                    t.rollup_sum.delete().where(s.of == name, s.grain == row["grain"], s.start == row["start"])
                )
            connection.execute(_insert(connection).on_conflict_do_nothing(), rows)


def _insert(connection: sa.Connection) -> Any:
    """On PostgreSQL somebody under another office's lock may have kept the same in this moment."""
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(t.rollup_sum)


def _stretches(blocks: Iterable[Block], today: date) -> list[Stretch]:
    """Blocks as they are kept: days of a month that is over stand together."""
    found: dict[tuple[str, date], Stretch] = {}
    for block in blocks:
        if block.grain is Grain.DAY:
            month = Block(block.start.replace(day=1), Grain.MONTH)
            if month.last < today:
                found.setdefault((DAYS, month.start), Stretch(DAYS, month, tuple(month.parts())))
                continue
        found[block.grain, block.start] = Stretch(block.grain, block, (block,))
    return list(found.values())


def _groups(offices: Sequence[OfficeBasis]) -> list[list[OfficeBasis]]:
    """The same group for the same office in a tree to which others come and from which they go."""
    if len(offices) <= 2 * GROUP:
        return [list(offices)]
    count = 1 << (len(offices) // GROUP).bit_length() - 1
    groups: defaultdict[int, list[OfficeBasis]] = defaultdict(list)
    for office in offices:
        groups[int(hashlib.sha256(office.id.encode()).hexdigest()[:8], 16) % count].append(office)
    return list(groups.values())


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _portions(
    starts: Mapping[Grain, set[date]], ids: Sequence[str]
) -> Iterable[tuple[Grain, list[str], list[date]]]:
    """What one statement may ask for at a time."""
    for grain, days in starts.items():
        for some in _chunks(sorted(days), 50):
            yield from ((grain, portion, some) for portion in _chunks(ids, IN_CHUNK))


def _chunks(values: Sequence[Any], size: int) -> Iterable[list[Any]]:
    return (list(values[i : i + size]) for i in range(0, len(values), size))
