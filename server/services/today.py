"""Counts a city's day as it goes on, so that the first to ask does not wait for all offices' rows."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from server.domain.calendar import local_day
from server.domain.errors import MotcuaError
from server.domain.stats.period import Block, Grain
from server.domain.stats.slices import WHOLE
from server.services.ports import UnitOfWork
from server.services.report_offices import offices_by_id
from server.services.reporting import Figures

FEW = 20
"""So few offices are counted when somebody asks."""

EVERY_S, BREATH_S = 60.0, 0.02
AT_ONCE = 4
"""Offices counted between two breaths, in which the others of this process have their turn."""

log = structlog.get_logger(__name__)


def count_today(uow: UnitOfWork, figures: Figures, sleep: Callable[[float], None]) -> int:
    """Count the day of the offices that have moved on since it was counted last; how many there were. The others are
    not even read: of thousands of offices few take a number in a minute, and at night none."""
    held = figures.held_today()
    if len(held) <= FEW:
        return 0
    moved = [office for office, stands in held.items() if not stands]
    for at in range(0, len(moved), AT_ONCE):
        some, now = offices_by_id(uow, moved[at : at + AT_ONCE]), uow.now()
        today = max(local_day(now, office.basis.zone) for office in some)
        figures.figures(some, [Block(today, Grain.DAY)], WHOLE)
        sleep(BREATH_S)
    return len(moved)


def count_today_forever(uow: UnitOfWork, figures: Figures, sleep: Callable[[float], None]) -> None:
    while True:
        sleep(EVERY_S / 6)
        try:
            count_today(uow, figures, sleep)
        except MotcuaError as error:
            log.warning("today.not_counted", error=error.code)
        sleep(EVERY_S)
