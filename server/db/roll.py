"""Which agents are there, and how their devices are: questions that cross all offices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from server.db import tables as t

_device = t.device.c
_agent = t.device.alias("agent")
_job = t.print_job.c


def states(connection: sa.Connection, alive_since: datetime) -> list[tuple[str, str, str, int]]:
    """(office code, kind, state, how many) of agents and of what they own, and of boards, which report by themselves;
    other screens report no state."""
    heard = sa.or_(_agent.c.seen_at >= alive_since, _device.kind == "board")
    state = sa.case((heard, _device.state), else_="offline").label("state")
    query = (
        sa.select(t.office.c.code, _device.kind, state, sa.func.count())
        .select_from(
            t.device.join(t.office).join(_agent, _agent.c.id == sa.func.coalesce(_device.agent_id, _device.id))
        )
        .where(_device.revoked_at.is_(None))
        .where(sa.or_(_device.agent_id.is_not(None), _device.kind.in_(("agent", "board"))))
        .group_by(t.office.c.code, _device.kind, state)
    )
    return [(code, kind, state, n) for code, kind, state, n in connection.execute(query)]


def silent(connection: sa.Connection, since: datetime) -> list[tuple[str, str]]:
    """(office code, id) of agents that were not heard since then and are not known to be away."""
    query = (
        sa.select(t.office.c.code, _device.id)
        .select_from(t.device.join(t.office))
        .where(
            _device.kind == "agent",
            _device.state != "offline",
            sa.not_(sa.and_(_device.seen_at.is_not(None), _device.seen_at >= since)),
        )
    )
    return [(code, device) for code, device in connection.execute(query)]


def unanswered(connection: sa.Connection, ordered_before: datetime, since: datetime) -> list[tuple[str, str]]:
    """(office code, id) of print jobs that an agent not heard since then has not answered for. One that was never there
    has none: offices are set up before their agents, and what waits for nobody is dropped when it first comes."""
    owned = t.print_job.join(t.device, _job.device_id == _device.id)
    query = (
        sa.select(t.office.c.code, _job.id)
        .select_from(
            owned.join(t.office, _job.office_id == t.office.c.id).join(
                _agent, _agent.c.id == sa.func.coalesce(_device.agent_id, _device.id)
            )
        )
        .where(
            _job.state == sa.literal_column("'queued'"),
            _job.created_at < ordered_before,
            _agent.c.seen_at < since,
        )
    )
    return [(code, job) for code, job in connection.execute(query)]


def note(connection: sa.Connection, agents: list[str], now: datetime) -> None:
    """One row after the other in one order: two processes that note the same agents must not wait for each other."""
    update = t.device.update().where(_device.id == sa.bindparam("agent")).values(seen_at=now)
    connection.execute(update, [{"agent": agent} for agent in sorted(agents)])


def silent_devices(connection: sa.Connection, kind: str, since: datetime) -> list[tuple[str, str]]:
    """(office code, id) of boards or kiosks that once reported, have not since then, and are not known to be away."""
    query = (
        sa.select(t.office.c.code, _device.id)
        .select_from(t.device.join(t.office))
        .where(_device.kind == kind, _device.revoked_at.is_(None), _device.state != "offline")
        .where(_device.seen_at < since)
    )
    return [(code, device) for code, device in connection.execute(query)]


def note_boards(connection: sa.Connection, seen: Mapping[str, tuple[datetime, dict[str, Any]]]) -> None:
    """When each was last heard, and what it said."""
    update = t.device.update().where(_device.id == sa.bindparam("board"))
    values = update.values(seen_at=sa.bindparam("at"), detail=sa.bindparam("said"))
    connection.execute(values, [{"board": key, "at": at, "said": said} for key, (at, said) in sorted(seen.items())])
