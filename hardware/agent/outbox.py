"""Presses on disk until the server has them. A press is here before its device is told to forget it."""

from __future__ import annotations

import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from hardware.drivers.base import Origin, Press

REPEATS = 16
"""A number this close behind the newest is a repeated message; devices send one at a time, so 1 would do on a wire."""

KEEP = timedelta(days=7)

_TABLES = """
CREATE TABLE IF NOT EXISTS source (source TEXT PRIMARY KEY, boot TEXT NOT NULL, sequence INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS press (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, device TEXT NOT NULL, counter INTEGER, action TEXT NOT NULL,
    value TEXT, ticket TEXT, pressed_at TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'pending',
    code TEXT NOT NULL DEFAULT '', detail TEXT NOT NULL DEFAULT '', settled_at TEXT);
CREATE INDEX IF NOT EXISTS press_pending ON press (id) WHERE state = 'pending';
"""


@dataclass(frozen=True)
class Stored:
    """A press as it lies on disk. ``state``: pending, delivered, refused or stale."""

    id: int
    key: str
    device: str
    counter: int | None
    action: str
    value: str | None
    ticket: str | None
    pressed_at: datetime
    state: str = "pending"
    code: str = ""
    detail: str = ""


class Outbox:
    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._clock = clock
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=5)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def is_repeat(self, origin: Origin) -> bool:
        """This message was taken before."""
        with self._lock:
            row = self._db.execute("SELECT boot, sequence FROM source WHERE source = ?", (origin.source,)).fetchone()
        return row is not None and row[0] == origin.boot and (row[1] - origin.sequence) % origin.modulus < REPEATS

    def put(self, press: Press, ticket: str | None = None) -> bool:
        """Keep a press, and that its message was taken, in one transaction; False when it was a repeat."""
        with self._transaction():
            if press.origin is not None and self.is_repeat(press.origin):
                return False
            self._advance(press.origin)
            # The key is drawn once and kept with the press. It is not made of boot and sequence: a sequence comes
            # round after 256 presses, and the server would take the new press for the old one.
            self._db.execute(
                "INSERT INTO press (key, device, counter, action, value, ticket, pressed_at) VALUES (?,?,?,?,?,?,?)",
                (
                    f"press-{uuid.uuid4().hex}",
                    press.device.id,
                    press.device.counter,
                    press.action,
                    press.value,
                    ticket,
                    press.at.isoformat(),
                ),
            )
        return True

    def drop(self, origin: Origin | None) -> None:
        """Remember that a message was taken although its press does not count (a bounce)."""
        if origin is not None:
            with self._transaction():
                if not self.is_repeat(origin):
                    self._advance(origin)

    def pending(self) -> list[Stored]:
        """Oldest first: what one counter pressed is delivered in the order it was pressed."""
        return self._select("WHERE state = 'pending' ORDER BY id")

    def recent(self, limit: int = 50) -> list[Stored]:
        return self._select("ORDER BY id DESC LIMIT ?", limit)

    def settle(self, press_id: int, state: str, code: str = "", detail: str = "") -> None:
        with self._transaction():
            self._db.execute(
                "UPDATE press SET state = ?, code = ?, detail = ?, settled_at = ? WHERE id = ?",
                (state, code, detail, self._clock().isoformat(), press_id),
            )

    def purge(self) -> None:
        """Forget what was settled a week ago; what still waits is never purged."""
        with self._transaction():
            self._db.execute(
                "DELETE FROM press WHERE state <> 'pending' AND settled_at < ?", ((self._clock() - KEEP).isoformat(),)
            )

    def _advance(self, origin: Origin | None) -> None:
        if origin is not None:
            self._db.execute(
                "INSERT OR REPLACE INTO source (source, boot, sequence) VALUES (?, ?, ?)",
                (origin.source, origin.boot, origin.sequence),
            )

    def _select(self, tail: str, *values: object) -> list[Stored]:
        with self._lock:
            rows = self._db.execute(
                "SELECT id, key, device, counter, action, value, ticket, pressed_at, state, code,"
                f" detail FROM press {tail}",
                values,
            ).fetchall()
        return [
            Stored(
                row[0],
                row[1],
                row[2],
                row[3],
                row[4],
                row[5],
                row[6],
                datetime.fromisoformat(row[7]),
                row[8],
                row[9],
                row[10],
            )
            for row in rows
        ]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
