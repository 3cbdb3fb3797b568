"""Putting a database back from a backup: what it cannot know is how often that happened already today, so the moments
of all restores are also kept in a file outside it. Each passes over one more span of numbers (server.domain.leases)."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from server.disk import settle
from server.domain.calendar import local_day
from server.services.leasing import move_counters, note_restore
from server.services.ports import Transaction, UnitOfWork
from server.services.restoring import next_lasts

LEDGER = "restores.json"


def note_restored(uow: UnitOfWork, data_dir: Path, why: str) -> None:
    """Call once after a restore, before the server gives a number again: every office notes it."""
    earlier = remember(data_dir, uow.now())
    for office in uow.rows("office"):
        with uow.command(office["code"]) as tx:
            _note(tx, why, earlier)


def go_on_above(tx: Transaction, marks: Mapping[tuple[str, str], int], data_dir: Path) -> None:
    """The database was found to be older than what this machine has committed: somebody copied a file back. Today's
    series go on above the marks, and all that follows a restore follows."""
    config = tx.hall.config
    own = {prefix: mark for (code, prefix), mark in marks.items() if code == config.code}
    for prefix, last in next_lasts(config, tx.hall.series, own, tx.now, tx.now).items():
        fresh = min(s.first for s in config.services.values() if s.prefix == prefix) - 1
        if last > tx.hall.series.get(prefix, fresh):
            tx.hall.series[prefix] = last
            move_counters(tx, tx.hall.day, prefix, last=last, fresh=fresh)
    note_here(tx, data_dir, "the database is older than what this machine has committed")


def note_here(tx: Transaction, data_dir: Path, why: str) -> None:
    """Note a restore that this command has found out. It is entered beside the database as well: kiosks know a restore
    by its number, so none may come again after the next one."""
    _note(tx, why, remember(data_dir, tx.now))


def remember(data_dir: Path, now: datetime) -> list[datetime]:
    """Enter a restore in the file beside the database; the moments of those before it."""
    earlier = _moments(data_dir / LEDGER)
    _write(data_dir / LEDGER, [*earlier, now])
    return earlier


def _note(tx: Transaction, why: str, earlier: Sequence[datetime]) -> None:
    note_restore(tx, why, [local_day(moment, tx.hall.config.zone) for moment in earlier])


def _moments(ledger: Path) -> list[datetime]:
    if not ledger.exists():
        return []
    return [datetime.fromisoformat(text) for text in json.loads(ledger.read_text(encoding="utf-8"))]


def _write(ledger: Path, moments: list[datetime]) -> None:
    """Whole or not at all, and on the disk before the first number is given."""
    ledger.parent.mkdir(parents=True, exist_ok=True)
    fresh = ledger.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump([moment.isoformat() for moment in moments], file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(ledger)
    settle(ledger.parent)
