"""A hall of a day from its rows.

With several processes a hall is read whenever another of them has written, while the office is locked: so the queries
are compiled once and asked together. None may go through the day once for each of its rows, also when PostgreSQL's
statistics know nothing of the day yet and expect a single one (every morning).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

import sqlalchemy as sa

from server.db import tables as t
from server.db.mapping import TICKET_FIELDS, Row, reason_from, ticket_from
from server.db.prepared import Prepared, ask_all
from server.domain.hall import CALLS_KEPT, NEVER, Call, Hall, Pace
from server.domain.happenings import Desk, ServiceSession
from server.domain.office import OfficeConfig
from server.domain.words import IN_HALL, CounterState, Priority

SESSION_FIELDS = tuple(ServiceSession.__dataclass_fields__)
OFFICE = sa.bindparam("office", type_=t.office.c.id.type)
DAY = sa.bindparam("day", type_=t.office.c.day.type)


def load(connection: sa.Connection, config: OfficeConfig, day: date, version: int, *, stale: bool = False) -> Hall:
    """The hall of `day` from its rows. `stale`: the office has not begun this day, so nobody sits anywhere yet."""
    tickets, desks, calls, heard, sessions, paces, series, issued = ask_all(
        connection, _queries(connection.dialect), {"office": config.id, "day": day}
    )
    hall = Hall(config, day, version)
    if not stale:
        hall.desks = {row["number"]: _desk(row) for row in desks if row["number"] in config.counters}
    hall.tickets = {row["id"]: ticket_from(row) for row in tickets}
    found = [_call(row) for row in calls]
    hall.calls, hall.lasts = tuple(found[-CALLS_KEPT:]), {call.counter: call for call in found}
    hall.heard = {row["ticket_id"]: row["times"] for row in heard}
    hall.sessions = {row["counter"]: ServiceSession(**row) for row in sessions}
    hall.paces = {row["service"]: Pace(row["n"], timedelta(milliseconds=int(row["spent"]))) for row in paces}
    hall.series = {row["prefix"]: row["last"] for row in series}
    hall.lending = frozenset(row["prefix"] for row in series if row["lent"] is not None)
    hall.issued = _issued(config, issued)
    hall.notice = config.texts.get("notice")
    return hall


def _issued(config: OfficeConfig, rows: Iterable[Row]) -> dict[str, int]:
    # By the tickets' series, since a transfer changes the service; not by the last number, since a restore skips some.
    numbers = {row["series"]: row["n"] for row in rows}
    return {s.code: numbers[s.prefix] for s in config.services.values() if s.prefix in numbers}


def _desk(row: Row) -> Desk:
    since = row["since"] or NEVER
    return Desk(row["number"], CounterState(row["state"]), since, row["officer_id"], row["reason"])


def _call(row: Row) -> Call:
    # A recall begins no interval: the ticket knows when it was last called.
    still_there = row["called_at"] and row["still_at"] == row["counter"]
    return Call(
        row["ticket_id"],
        row["number"],
        row["service"],
        row["counter"],
        row["language"],
        Priority(row["priority"]) if row["priority"] else None,
        max(row["call_count"], 1),
        row["called_at"] if still_there else row["from_at"],
        row["version"],
        reason_from(row["rule"], row["reason"]),
    )  # fmt: skip


def _here(table: sa.FromClause) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.office_id == OFFICE, table.c.day == DAY)


@cache
def _queries(dialect: sa.Dialect) -> tuple[Prepared, ...]:
    asked = (_tickets(), _desks(), _calls(), _heard(), _last_sessions(), _paces(), _series(), _numbers())
    return tuple(Prepared(query, dialect) for query in asked)


def _tickets() -> sa.Select[tuple[object, ...]]:
    states: list[sa.ColumnElement[str]] = [sa.literal_column(f"'{state.value}'") for state in sorted(IN_HALL)]
    return sa.select(*(t.ticket.c[name] for name in TICKET_FIELDS)).where(
        _here(t.ticket), t.ticket.c.state.in_(states)
    )


def _desks() -> sa.Select[tuple[object, ...]]:
    c = t.counter.c
    return sa.select(c.number, c.state, c.since, c.officer_id, c.reason).where(c.office_id == OFFICE)


def _calls() -> sa.Select[tuple[object, ...]]:
    """The last calls and the last of each counter, oldest first."""
    i, k = t.ticket_interval.c, t.ticket.c
    called = sa.and_(_here(t.ticket_interval), i.state == "called")
    last_of_counters = sa.select(sa.func.max(i.version)).where(called).group_by(i.counter)
    newest = sa.select(i.version).where(called).order_by(i.version.desc()).limit(CALLS_KEPT)
    return (
        sa.select(
            i.ticket_id, k.number, i.service, i.counter, k.language, k.priority, k.call_count,
            i.from_at, i.version, i.rule, i.reason, k.called_at, k.counter.label("still_at"),
        )
        .join(t.ticket, k.id == i.ticket_id)
        .where(called, sa.or_(i.version.in_(last_of_counters), i.version.in_(newest.subquery().select())))
        .order_by(i.version)
    )  # fmt: skip


def _heard() -> sa.Select[tuple[object, ...]]:
    """How often each number that is in the hall was spoken."""
    h, present = t.call_heard.c, _tickets().with_only_columns(t.ticket.c.id)
    times = sa.select(h.ticket_id, sa.func.max(h.call_count).label("times"))
    return times.where(_here(t.call_heard), h.ticket_id.in_(present)).group_by(h.ticket_id)


def _last_sessions() -> sa.Select[tuple[object, ...]]:
    """Of each counter; found by its index, counter by counter."""
    ended = t.service_session.alias("ended")
    last = (
        sa.select(ended.c.id)
        .where(_here(ended), ended.c.counter == t.counter.c.number)
        .order_by(ended.c.ended_at.desc())
        .limit(1)
        .correlate(t.counter)
        .scalar_subquery()
    )
    s = t.service_session.c
    ids = sa.select(last).where(t.counter.c.office_id == OFFICE)
    return sa.select(*(s[name] for name in SESSION_FIELDS)).where(s.id.in_(ids))


def _paces() -> sa.Select[tuple[object, ...]]:
    s = t.service_session.c
    spent = sa.func.sum(sa.type_coerce(s.ended_at, sa.BigInteger) - sa.type_coerce(s.started_at, sa.BigInteger))
    columns = s.service, sa.func.count().label("n"), spent.label("spent")
    return sa.select(*columns).where(_here(t.service_session)).group_by(s.service)


def _series() -> sa.Select[tuple[object, ...]]:
    return sa.select(t.series.c.prefix, t.series.c.last, t.series.c.lent).where(_here(t.series))


def _numbers() -> sa.Select[tuple[object, ...]]:
    columns = t.ticket.c.series, sa.func.count().label("n")
    return sa.select(*columns).where(_here(t.ticket)).group_by(t.ticket.c.series)
