"""Sums of many offices are the sums of their rows, whatever is changed, delivered late or moved meanwhile."""

from __future__ import annotations

import random
import time

import pytest
import sqlalchemy as sa

from server.db import sums
from server.db import tables as t
from server.db.reporting import SqlFigures
from server.db.running import fingerprint
from server.domain.calendar import local_day
from server.domain.stats.period import Unit, cover, split
from server.domain.stats.slices import WHOLE
from server.services.report_cut import Cut
from server.services.report_offices import office_of
from tests.reports.city import CODES, FIRST, found_city, new_target, recounted, set_priority, touch

CUTS = [Cut(()), Cut(("service",)), Cut(("field",)), Cut(("office",)), Cut(("hour", "priority"))]
UNITS = [Unit.WEEK, Unit.MONTH, Unit.YEAR, Unit.DAY]


@pytest.fixture
def city(uow, monkeypatch):
    """Small enough to be added up in groups of one or two."""
    monkeypatch.setattr(sums, "FEW", 1)
    monkeypatch.setattr(sums, "GROUP", 1)
    found_city(uow)
    return lambda: [office_of(uow, code) for code in CODES]


@pytest.fixture
def read(monkeypatch) -> list[str]:
    """Codes of the offices that were read one by one, not from a sum."""
    found: list[str] = []
    plain = sums.OfficeSums._plain

    def watched(self, some, blocks, *rest):
        found.extend(office.code for office in some if blocks)
        return plain(self, some, blocks, *rest)

    monkeypatch.setattr(sums.OfficeSums, "_plain", watched)
    return found


def asked(today, unit):
    return [b for bucket in split(FIRST, today, unit) for b in cover(bucket.first, bucket.last, today)]


def over(uow, offices, unit):
    """Blocks of the days that are over."""
    today = local_day(uow.now(), offices[0].basis.zone)
    return [b for b in asked(today, unit) if b.last < today]


@pytest.mark.parametrize("seed", range(2))
def test_sums_are_what_the_rows_say_after_anything(uow, city, figures, clock, seed) -> None:
    r = random.Random(seed)
    for _ in range(8):
        offices = city()
        today = local_day(clock.now, offices[0].basis.zone)
        for _ in range(r.randrange(3)):
            touch(uow, r, today)
        some = r.sample(city(), r.choice([2, 4, 5]))
        cut, blocks = r.choice(CUTS), asked(today, r.choice(UNITS))
        reader = r.choice([figures, SqlFigures(uow)])
        assert reader.sums(some, blocks, cut) == recounted(uow, some, blocks, cut)
        if r.random() < 0.3:
            clock.pass_time(days=r.choice([1, 1, 12]))


def a_ticket(uow, office, first, last) -> str:
    k = t.ticket.c
    with uow.engine.connect() as connection:
        here = sa.and_(k.office_id == office.id, k.day.between(first, last))
        return str(connection.execute(sa.select(sa.func.min(k.id)).where(here)).scalar_one())


def test_a_city_that_is_kept_reads_no_office_and_after_a_late_rating_one_group(uow, city, read) -> None:
    offices = city()
    blocks = over(uow, offices, Unit.WEEK)
    before = SqlFigures(uow).sums(offices, blocks, Cut(()))
    read.clear()
    assert SqlFigures(uow).sums(offices, blocks, Cut(())) == before
    assert read == []
    with uow.office_lock("o3") as connection:
        set_priority(connection, a_ticket(uow, offices[2], blocks[0].start, blocks[-1].last), "meritorious")
    assert SqlFigures(uow).sums(offices, blocks, Cut(())) == before
    assert "o3" in read and len(set(read)) < len(CODES)


def test_a_new_target_is_counted_once_and_kept_again(uow, city, read) -> None:
    """What a roll-up was measured against belongs to it: one of the old target stands for nothing under the new."""
    blocks = over(uow, city(), Unit.MONTH)
    before = SqlFigures(uow).sums(city(), blocks, Cut(()))
    new_target(uow, "o3", 150)
    after = SqlFigures(uow).sums(city(), blocks, Cut(()))
    assert after == recounted(uow, city(), blocks, Cut(())) != before
    read.clear()
    assert SqlFigures(uow).sums(city(), blocks, Cut(())) == after
    assert read == []


def test_a_sum_is_not_kept_that_a_late_row_has_overtaken(uow, city) -> None:
    """A row may come between counting an office and adding it up: nothing says then what the sum was made from. Were it
    kept, the next to whom the same happens would read it."""
    figures, offices, cut = SqlFigures(uow), city(), Cut(("priority",))
    [month] = [b for b in over(uow, offices, Unit.MONTH) if b.grain == "month" and b.through is None]
    late = a_ticket(uow, offices[2], month.start, month.last)

    def change(priority: str) -> None:
        with uow.office_lock("o3") as connection:
            set_priority(connection, late, priority)

    def read_while_it_becomes(priority: str):
        def count(some, blocks, name, until):
            found = figures._figures(some, blocks, name, until)
            if name == WHOLE:
                change(priority)
            return found

        reader = sums.OfficeSums(uow, count, lambda office: fingerprint(office.basis))
        return reader.sums(offices, [month], cut, local_day(uow.now(), offices[0].basis.zone), time.monotonic() + 60)

    for earlier, later in (("pregnant", "disabled"), ("elderly", "meritorious")):
        change(earlier)
        assert read_while_it_becomes(later) == recounted(uow, offices, [month], cut)
