"""An office's last four weeks as habits: two queries on the first command of a day, kept for the rest of it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from server.db import tables as t
from server.domain.habits import Habits, Past
from server.domain.office import OfficeConfig

WEEKS = timedelta(weeks=4)
CHANGE_MAX_MS = 180_000
"""A longer pause between two people is no change of people: nobody waited, or the officer was away."""
HOUR_MS = 3_600_000


def read(connection: sa.Connection, config: OfficeConfig, day: date) -> Habits:
    offset = datetime.combine(day, time(12), config.zone).utcoffset() or timedelta()
    shift = int(offset.total_seconds() * 1000)
    services, gaps, pause = {}, 0, 0.0
    for row in connection.execute(_sessions(config.id, day, shift)):
        services[row.service, int(row.hour)] = Past(row.n, float(row.total), float(row.squares))
        gaps, pause = gaps + int(row.gaps), pause + float(row.pause)
    days = connection.execute(_days(config.id, day)).scalar() or 1
    arrived = {
        (row.service, int(row.hour)): row.n / days for row in connection.execute(_priorities(config.id, day, shift))
    }
    return Habits(services, arrived, pause / gaps if gaps else 0.0)


def _hour(instant: sa.ColumnElement[datetime], shift: int) -> sa.ColumnElement[int]:
    return (sa.type_coerce(instant, sa.BigInteger) + shift) // HOUR_MS % 24


def _sessions(office_id: str, day: date, shift: int) -> sa.Select[Any]:
    s = t.service_session.c
    ended = sa.type_coerce(s.ended_at, sa.BigInteger)
    began = sa.type_coerce(s.started_at, sa.BigInteger)
    before = sa.func.lag(ended).over(partition_by=(s.day, s.counter), order_by=ended)
    each = (
        sa.select(
            s.service,
            _hour(s.started_at, shift).label("hour"),
            ((ended - began) / sa.literal(1000.0)).label("span"),
            (began - before).label("gap"),
        )
        .where(s.office_id == office_id, s.day < day, s.day >= day - WEEKS)
        .subquery()
    )
    change = sa.and_(each.c.gap >= 0, each.c.gap <= CHANGE_MAX_MS)
    return sa.select(
        each.c.service,
        each.c.hour,
        sa.func.count().label("n"),
        sa.func.sum(each.c.span).label("total"),
        sa.func.sum(each.c.span * each.c.span).label("squares"),
        sa.func.sum(sa.case((change, 1), else_=0)).label("gaps"),
        sa.func.sum(sa.case((change, each.c.gap / sa.literal(1000.0)), else_=0.0)).label("pause"),
    ).group_by(each.c.service, each.c.hour)


def _days(office_id: str, day: date) -> sa.Select[Any]:
    s = t.service_session.c
    return sa.select(sa.func.count(sa.distinct(s.day))).where(
        s.office_id == office_id, s.day < day, s.day >= day - WEEKS
    )


def _priorities(office_id: str, day: date, shift: int) -> sa.Select[Any]:
    k = t.ticket.c
    hour = _hour(k.arrived_at, shift).label("hour")
    return (
        sa.select(k.service, hour, sa.func.count().label("n"))
        .where(k.office_id == office_id, k.day < day, k.day >= day - WEEKS, k.priority.is_not(None))
        .group_by(k.service, hour)
    )
