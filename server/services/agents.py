"""Agents: what each must know, what it says of its devices, and whether it is still there.

An agent is there while its socket is, or while it asks; whoever was not heard for `SILENT` is away, and so is all that
hangs on it. Readers see that at once, and `call_roll` writes it down and tells it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter

from server.domain.happenings import Told
from server.domain.words import PrintState
from server.services import printing
from server.services.access import Actor
from server.services.devices import SILENT, alive_since, device_view, is_here
from server.services.ports import Json, Transaction, UnitOfWork
from server.services.printing import PAPER_LOST

NOTED = timedelta(seconds=5)
"""A sign of life is written down at most this often."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def view(uow: UnitOfWork, agent: Actor) -> Json:
    """What an agent must know: its office and the devices it owns."""
    office = agent.office or ""
    hall = uow.hall(office)
    rows = uow.rows("device", agent_id=agent.id, revoked_at=None)
    return {
        "office": {"code": office, "name": hall.config.names["vi"], "timezone": hall.config.timezone},
        "agent": {"id": agent.id, "name": agent.name},
        "devices": [
            {"id": r["id"], "kind": r["kind"], "name": r["name"], "counter": r["counter"], "settings": r["settings"]}
            for r in sorted(rows, key=lambda r: str(r["name"]))
        ],
    }


def arrive(uow: UnitOfWork, agent: Actor) -> None:
    """A sign of life. It is on disk before this agent gets a job, so a job of an agent that was away by then was
    surely not given to it (`give_up`)."""
    row = uow.first("device", id=agent.id)
    if row is None:
        return
    unheard = uow.now() - (row["seen_at"] or NEVER)
    if not is_here(row, alive_since(uow)) and row["state"] != "offline":
        # Who joined meanwhile was told that it is away; its coming back must be news.
        _leave(uow, agent.office or "", agent.id)
    if unheard > SILENT:
        _drop_old_papers(uow, agent)
    if unheard > NOTED:
        uow.note_alive([agent.id])


def _drop_old_papers(uow: UnitOfWork, agent: Actor) -> None:
    """Whoever comes, or comes back, prints for the people who stand before the kiosk, and not for yesterday's."""
    now = uow.now()
    devices = [agent.id, *(row["id"] for row in uow.rows("device", agent_id=agent.id))]
    queued = uow.rows("print_job", device_id=devices, state=PrintState.QUEUED)
    old = [job["id"] for job in queued if now - job["created_at"] > PAPER_LOST]
    if old:
        _give_up(uow, agent.office or "", old, now - SILENT)


def report(uow: UnitOfWork, agent: Actor, version: str, reports: list[Json]) -> None:
    """Take the states an agent reports; only a change is written and told."""
    arrive(uow, agent)
    known = {r["id"]: r for r in uow.rows("device", agent_id=agent.id)}
    said = {r["id"]: (r["state"], r.get("detail", {})) for r in reports if r["id"] in known}
    me = uow.first("device", id=agent.id)
    if me is not None:
        known[agent.id], said[agent.id] = me, ("ok", {"version": version})
    news = {name: now for name, now in said.items() if (known[name]["state"], known[name]["detail"]) != now}
    if not news:
        return
    with uow.command(agent.office or "") as tx:
        for name, (state, detail) in news.items():
            _tell(tx, known[name], state, detail)


def call_roll(uow: UnitOfWork, connected: Iterable[str]) -> None:
    """Now and then, in every process: `connected` are the agents that have a socket here. Whoever has none anywhere
    and was not heard is away; its papers' states become known."""
    present = sorted(set(connected))
    if present:
        uow.note_alive(present)
    since = alive_since(uow)
    for office, agent_id in uow.silent_agents(since):
        _leave(uow, office, agent_id)
    lost = groupby(sorted(uow.unanswered_jobs(uow.now() - PAPER_LOST, since)), key=itemgetter(0))
    for office, jobs in lost:
        _give_up(uow, office, [job_id for _, job_id in jobs], since)


def _give_up(uow: UnitOfWork, office: str, jobs: list[str], since: datetime) -> None:
    with uow.command(office) as tx:
        for job_id in jobs:
            give_up(tx, job_id, since)


def give_up(tx: Transaction, job_id: str, since: datetime) -> None:
    """A paper of an agent that is away: one that was ordered when the agent was away already never left."""
    job = next(iter(tx.rows("print_job", id=job_id, state=PrintState.QUEUED)), None)
    owner = _owner(tx, job["device_id"]) if job else None
    if job is None or (owner is not None and is_here(owner, since)):
        return
    seen = (owner["seen_at"] if owner else None) or NEVER
    state = PrintState.NOT_SENT if job["created_at"] > seen + SILENT else PrintState.UNKNOWN
    printing.settle(tx, job, state, "agent away")


def _owner(tx: Transaction, device_id: str) -> Json | None:
    device = next(iter(tx.rows("device", id=device_id)), None)
    if device is None or device["agent_id"] is None:
        return device
    return next(iter(tx.rows("device", id=device["agent_id"])), None)


def _leave(uow: UnitOfWork, office: str, agent_id: str) -> None:
    """The agent's and its devices' state is offline from here on, until it reports again."""
    with uow.command(office) as tx:
        row = next(iter(tx.rows("device", id=agent_id)), None)
        # It may have come back, or another process may have told it already.
        if row is None or row["state"] == "offline" or is_here(row, alive_since(uow)):
            return
        for device in [row, *tx.rows("device", agent_id=agent_id, revoked_at=None)]:
            seen = device_view(device, tx.now, away=True)
            _tell(tx, device, seen["state"], seen["detail"])


def _tell(tx: Transaction, row: Json, state: str, detail: Json) -> None:
    tx.change("device", {"id": row["id"]}, {"state": state, "detail": detail})
    view = device_view(row | {"state": state, "detail": detail}, tx.now)
    tx.record(tx.hall.happen(Told, "device.status", tx.now, data={"device": view}))
