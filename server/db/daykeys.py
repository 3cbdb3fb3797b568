"""The keys of the day under which identity cards are marked: one small file an office and day, beside the database.

Never in it: no backup, no write-ahead log and no copy of the database holds a key, so marks that are still somewhere
after their day are numbers without a meaning.
"""

from __future__ import annotations

import os
import secrets
from datetime import date
from pathlib import Path

KEY_BYTES = 32


class DayKeyFiles:
    """Implements `server.services.ports.DayKeys`."""

    def __init__(self, data_dir: Path) -> None:
        self._directory = data_dir / "card-keys"

    def of(self, office: str, day: date) -> bytes:
        """The key of a day, made at its first use. Every process of this machine gets the same one."""
        path = self._directory / f"{office}@{day.isoformat()}"
        try:
            return path.read_bytes()
        except FileNotFoundError:
            self._make(path)
            return path.read_bytes()

    def _make(self, path: Path) -> None:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = path.with_name(f".{secrets.token_hex(8)}")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
        try:
            # Whole or not at all, and the first one stays.
            os.link(new, path)
        except FileExistsError:
            pass
        finally:
            new.unlink()

    def forget(self, office: str, before: date) -> int:
        """Throw the keys of days that are over away; how many there were."""
        gone = 0
        for path in self._directory.glob(f"{office}@*"):
            if path.name.rpartition("@")[2] < before.isoformat():
                path.unlink(missing_ok=True)
                gone += 1
        return gone
