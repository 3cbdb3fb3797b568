"""Putting a database back from a backup: what it cannot know is how often that happened already today, so the moments
of all restores are also kept in a file outside it. Each passes over one more span of numbers (server.domain.leases)."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from server.domain.calendar import local_day
from server.services.leasing import note_restore
from server.services.ports import UnitOfWork

LEDGER = "restores.json"


def note_restored(uow: UnitOfWork, data_dir: Path, why: str) -> None:
    """Call once after a restore, before the server gives a number again: every office notes it."""
    moments = [*_moments(data_dir / LEDGER), uow.now()]
    _write(data_dir / LEDGER, moments)
    for office in uow.rows("office"):
        with uow.command(office["code"]) as tx:
            zone = tx.hall.config.zone
            note_restore(tx, why, [local_day(moment, zone) for moment in moments[:-1]])


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
