"""Jobs on disk: what was accepted, what was being sent when the power went, what became of each.

A job is `sending` on disk before its first byte leaves. Found so at a start, nobody can know what is on paper: it is
UNKNOWN, and only the server may order it again, with its mark.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from .interface import Clock, Job, JobState

KEPT = timedelta(days=7)
"""How long a job id is remembered after its end, so that the same order is never printed twice."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS job (
    id TEXT PRIMARY KEY,
    place INTEGER NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('accepted', 'sending', 'printed', 'not_sent', 'unknown')),
    detail TEXT NOT NULL DEFAULT '',
    accepted_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    acknowledged INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS line (one INTEGER PRIMARY KEY CHECK (one = 1), unfinished INTEGER NOT NULL) STRICT;
INSERT OR IGNORE INTO line VALUES (1, 0);
"""


@dataclass(frozen=True)
class Waiting:
    """A job to be printed; `place` counts the jobs of this spool."""

    id: str
    place: int
    body: dict[str, Any]
    accepted_at: datetime


@dataclass(frozen=True)
class Result:
    """What became of a job."""

    job_id: str
    state: str
    detail: str


class Spool:
    """One file a printer. Every method is one transaction on disk when it returns; any thread may call."""

    def __init__(self, path: Path, clock: Clock) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._clock = clock
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(_SCHEMA)
        self._begin_again()

    def _begin_again(self) -> None:
        now = self._clock()
        self._write(
            "UPDATE job SET state = 'unknown', detail = 'stopped while sending', changed_at = ?"
            " WHERE state = 'sending'",
            now.isoformat(),
        )
        self._write("DELETE FROM job WHERE acknowledged = 1 AND changed_at < ?", (now - KEPT).isoformat())

    def accept(self, job: Job) -> bool:
        """Takes a job; False when its id is known already."""
        now = self._clock().isoformat()
        return self._write(
            "INSERT OR IGNORE INTO job (id, place, body, state, accepted_at, changed_at)"
            " VALUES (?, (SELECT COALESCE(MAX(place), 0) + 1 FROM job), ?, 'accepted', ?, ?)",
            str(job["id"]), json.dumps(dict(job), ensure_ascii=False), now, now,
        ) == 1  # fmt: skip

    def next(self) -> Waiting | None:
        """The job that has waited longest."""
        rows = self._read(
            "SELECT id, place, body, accepted_at FROM job WHERE state = 'accepted' ORDER BY place LIMIT 1"
        )
        for job_id, place, body, accepted_at in rows:
            return Waiting(job_id, place, json.loads(body), datetime.fromisoformat(accepted_at))
        return None

    def sending(self, job_id: str, longest: int) -> None:
        """Before the first byte: from here on only a proof makes it anything but UNKNOWN."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute(
                "UPDATE job SET state = 'sending', changed_at = ? WHERE id = ?", (self._clock().isoformat(), job_id)
            )
            self._db.execute("UPDATE line SET unfinished = ?", (max(1, longest),))
            self._db.execute("COMMIT")

    def finish(self, job_id: str, state: JobState, detail: str, line_is_clean: bool) -> Result:
        """The end of a job; `line_is_clean` when the printer surely waits for no more bytes."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute(
                "UPDATE job SET state = ?, detail = ?, changed_at = ? WHERE id = ?",
                (state.value, detail, self._clock().isoformat(), job_id),
            )
            if line_is_clean:
                self._db.execute("UPDATE line SET unfinished = 0")
            self._db.execute("COMMIT")
        return Result(job_id, state.value, detail)

    @property
    def unfinished(self) -> int:
        """How many bytes the printer may still wait for since a job broke off; 0 when the line is clean."""
        return int(self._read("SELECT unfinished FROM line")[0][0])

    def cleaned(self) -> None:
        self._write("UPDATE line SET unfinished = 0")

    def untold(self) -> list[Result]:
        """Results that the server has not acknowledged, oldest first."""
        rows = self._read(
            "SELECT id, state, detail FROM job WHERE acknowledged = 0 AND state NOT IN ('accepted', 'sending')"
            " ORDER BY changed_at, place"
        )
        return [Result(*row) for row in rows]

    def tell_again(self, job_id: str) -> None:
        """The server asked for a job that has ended: its result is due once more."""
        self._write("UPDATE job SET acknowledged = 0 WHERE id = ?", job_id)

    def acknowledge(self, job_id: str) -> None:
        self._write("UPDATE job SET acknowledged = 1 WHERE id = ? AND state NOT IN ('accepted', 'sending')", job_id)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _write(self, statement: str, *values: object) -> int:
        with self._lock:
            return self._db.execute(statement, values).rowcount

    def _read(self, statement: str) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(statement).fetchall()
