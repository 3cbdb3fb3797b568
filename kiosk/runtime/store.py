"""The kiosk's own durable store: what it was lent, every touch, and the last answers of the server.

A number is here, on disk, before it is shown or printed. One writer, WAL, every commit synchronous.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

Json = dict[str, Any]
KEPT = timedelta(days=7)

SCHEMA = """
CREATE TABLE IF NOT EXISTS lease (
    id TEXT PRIMARY KEY, service TEXT NOT NULL, day TEXT NOT NULL, prefix TEXT NOT NULL, digits INTEGER NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL, next INTEGER NOT NULL, granted_at TEXT NOT NULL,
    expires_at TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'held'
);
CREATE TABLE IF NOT EXISTS touch (
    key TEXT PRIMARY KEY, asked TEXT NOT NULL, at TEXT NOT NULL, state TEXT NOT NULL, ticket TEXT UNIQUE, lease TEXT,
    day TEXT, prefix TEXT, seq INTEGER, number TEXT, issued_at TEXT, token TEXT, told TEXT, code TEXT,
    job TEXT, paper TEXT NOT NULL DEFAULT 'none', paper_detail TEXT, paper_known INTEGER NOT NULL DEFAULT 1,
    UNIQUE (day, prefix, seq)
);
CREATE INDEX IF NOT EXISTS touch_by_state ON touch (state, issued_at);
CREATE TABLE IF NOT EXISTS answer (path TEXT PRIMARY KEY, body TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS act (id TEXT PRIMARY KEY, at TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
# States of a touch: asked (the server was asked, its answer is not known) · told (the server gave a number) ·
# given (this kiosk gave one, the server does not have it) · delivered · refused (the server would not have it) ·
# void (never answered; the server still has to hear of it).


class StoreBroken(Exception):
    """The disk is full or gone: nothing was written, so nothing may be shown."""


class NumberTwice(Exception):
    """The server gave a number that this kiosk has handed out today."""


class NoNumbers(Exception):
    """No lent number is left for this service today."""


@dataclass(frozen=True, slots=True)
class Given:
    """A number taken from a lent block."""

    lease: str
    day: str
    prefix: str
    seq: int
    number: str
    issued_at: datetime


Compose = Callable[[Given], tuple[Json, Json | None]]
"""From a number to what the citizen is told and the print job, None without a printer."""


class Store:
    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._closed = False
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        self._db.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._db.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._closed:
                raise StoreBroken("closed")
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield self._db
                self._db.execute("COMMIT")
            except sqlite3.OperationalError as error:
                self._undo()
                raise StoreBroken(str(error)) from error
            except BaseException:
                self._undo()
                raise

    def _undo(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def _rows(self, query: str, *values: Any) -> list[Json]:
        with self._lock:
            return [dict(row) for row in self._db.execute(query, values)]

    # --- touches ------------------------------------------------------------------------------------------------------

    def touch(self, key: str) -> Json | None:
        return next(iter(self._rows("SELECT * FROM touch WHERE key = ?", key)), None)

    def ticket(self, ticket: str) -> Json | None:
        return next(iter(self._rows("SELECT * FROM touch WHERE ticket = ?", ticket)), None)

    def by_token(self, token: str) -> Json | None:
        return next(iter(self._rows("SELECT * FROM touch WHERE token = ?", token)), None)

    def ask(self, key: str, asked: Json, now: datetime) -> None:
        """Note a touch before the server is asked."""
        with self._writing() as db:
            db.execute(
                "INSERT INTO touch (key, asked, at, state) VALUES (?, ?, ?, 'asked')"
                " ON CONFLICT (key) DO UPDATE SET state = 'asked', at = excluded.at WHERE told IS NULL",
                (key, json.dumps(asked), now.isoformat()),
            )

    def forget(self, key: str) -> None:
        """The server refused the touch: no number exists for it."""
        with self._writing() as db:
            db.execute("DELETE FROM touch WHERE key = ? AND told IS NULL", (key,))

    def told(self, key: str, told: Json, job: Json | None, number: Given) -> None:
        """Keep the server's answer, so that a repeat says the same and a restored server can be told again. Refused
        when this kiosk has handed out that very number before: a server that forgot it gives it twice."""
        try:
            with self._writing() as db:
                self._write_number(db, key, "told", told, job, number)
        except sqlite3.IntegrityError as error:
            raise NumberTwice(number.number) from error

    def give(self, key: str, asked: Json, service: str, day: str, now: datetime, compose: Compose) -> Json:
        """A number of a lent block, in one commit with its touch. The same key gets the same number."""
        with self._writing() as db:
            known = db.execute("SELECT * FROM touch WHERE key = ? AND told IS NOT NULL", (key,)).fetchone()
            if known is not None:
                return dict(known)
            lease = db.execute(
                "SELECT * FROM lease WHERE state = 'held' AND service = ? AND day = ? AND next <= last"
                " AND expires_at > ? ORDER BY first LIMIT 1",
                (service, day, now.isoformat()),
            ).fetchone()
            if lease is None:
                raise NoNumbers(service)
            number = f"{lease['prefix']}{lease['next']:0{lease['digits']}d}"
            given = Given(lease["id"], lease["day"], lease["prefix"], lease["next"], number, _after_last(db, now))
            told, job = compose(given)
            db.execute("UPDATE lease SET next = next + 1 WHERE id = ?", (lease["id"],))
            db.execute(
                "INSERT INTO touch (key, asked, at, state) VALUES (?, ?, ?, 'asked') ON CONFLICT (key) DO NOTHING",
                (key, json.dumps(asked), now.isoformat()),
            )
            self._write_number(db, key, "given", told, job, given)
            return dict(db.execute("SELECT * FROM touch WHERE key = ?", (key,)).fetchone())

    def _write_number(
        self, db: sqlite3.Connection, key: str, state: str, told: Json, job: Json | None, given: Given
    ) -> None:
        token = told["track_url"].rsplit("/", 1)[-1]
        db.execute(
            "UPDATE touch SET state = ?, ticket = ?, lease = ?, day = ?, prefix = ?, seq = ?, number = ?,"
            " issued_at = ?, token = ?, told = ?, job = ?, paper = ? WHERE key = ?",
            (
                state, told["id"], given.lease or None, given.day, given.prefix, given.seq, given.number,
                given.issued_at.astimezone(UTC).isoformat(timespec="milliseconds"), token, json.dumps(told),
                json.dumps(job) if job else None, "queued" if job else "none", key,
            ),
        )  # fmt: skip

    # --- paper --------------------------------------------------------------------------------------------------------

    def unprinted(self) -> list[Json]:
        """Papers whose end is not known, oldest first: after a restart somebody has to look after them."""
        return self._rows("SELECT * FROM touch WHERE paper = 'queued' ORDER BY issued_at")

    def paper(self, key: str, state: str, detail: str | None) -> None:
        with self._writing() as db:
            db.execute(
                "UPDATE touch SET paper = ?, paper_detail = ?, paper_known = 0 WHERE key = ? AND paper = 'queued'",
                (state, detail, key),
            )

    def papers_to_report(self, limit: int) -> list[Json]:
        """Ends of papers that the server has not heard of, of tickets that it has."""
        query = "SELECT * FROM touch WHERE paper_known = 0 AND state IN ('told', 'delivered') LIMIT ?"
        return self._rows(query, limit)

    def papers_reported(self, keys: Iterable[str]) -> None:
        with self._writing() as db:
            db.executemany("UPDATE touch SET paper_known = 1 WHERE key = ?", [(key,) for key in keys])

    # --- delivering ---------------------------------------------------------------------------------------------------

    def undelivered(self, limit: int) -> list[Json]:
        return self._rows("SELECT * FROM touch WHERE state = 'given' ORDER BY issued_at, seq LIMIT ?", limit)

    def unanswered(self, before: datetime, limit: int) -> list[Json]:
        """Touches that nobody got an answer for, and that nobody waits for any more."""
        query = "SELECT * FROM touch WHERE state IN ('asked', 'void') AND told IS NULL AND at < ? LIMIT ?"
        return self._rows(query, before.isoformat(), limit)

    def settle(self, answers: Iterable[tuple[str, str, str | None]]) -> None:
        """(key, delivered | refused, code). A paper that was known then has been told with it."""
        with self._writing() as db:
            for key, state, code in answers:
                db.execute("UPDATE touch SET state = ?, code = ? WHERE key = ?", (state, code, key))

    def drop(self, keys: Iterable[str]) -> None:
        with self._writing() as db:
            db.executemany("DELETE FROM touch WHERE key = ? AND told IS NULL", [(key,) for key in keys])

    def deliver_again(self) -> None:
        """The server was put back from a backup: whatever it was told it is told again; what it still has, it knows
        by the key."""
        with self._writing() as db:
            db.execute("UPDATE touch SET state = 'given' WHERE state IN ('told', 'delivered')")

    def counts(self) -> tuple[int, int]:
        """(undelivered, refused)"""
        row = self._rows("SELECT sum(state = 'given') AS given, sum(state = 'refused') AS refused FROM touch")[0]
        return row["given"] or 0, row["refused"] or 0

    def last_given(self) -> datetime | None:
        """The moment of the newest number that this kiosk gave by itself and the server does not have yet."""
        found = self._rows("SELECT max(issued_at) AS at FROM touch WHERE state = 'given'")[0]["at"]
        return datetime.fromisoformat(found) if found else None

    def given_on(self, service: str, day: str) -> int:
        """Numbers of a service that this kiosk gave by itself and the server does not count yet."""
        query = (
            "SELECT count(*) AS n FROM touch WHERE state = 'given' AND day = ? AND json_extract(asked, '$.service') = ?"
        )
        return int(self._rows(query, day, service)[0]["n"])

    # --- leases -------------------------------------------------------------------------------------------------------

    def put_lease(self, lease: Json) -> None:
        with self._writing() as db:
            db.execute(
                "INSERT OR IGNORE INTO lease (id, service, day, prefix, digits, first, last, next, granted_at,"
                " expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    lease["id"], lease["service"], lease["day"], lease["prefix"], lease["digits"], lease["first"],
                    lease["last"], lease["first"], _utc(lease["granted_at"]), _utc(lease["expires_at"]),
                ),
            )  # fmt: skip

    def leases(self) -> list[Json]:
        """Blocks that are held, of whatever day."""
        return self._rows("SELECT * FROM lease WHERE state = 'held' ORDER BY day, service, first")

    def left(self, service: str, day: str, now: datetime) -> int:
        return sum(
            lease["last"] - lease["next"] + 1
            for lease in self.leases()
            if lease["service"] == service and lease["day"] == day and lease["expires_at"] > now.isoformat()
        )

    def end_lease(self, lease: str, state: str) -> None:
        with self._writing() as db:
            db.execute("UPDATE lease SET state = ? WHERE id = ?", (state, lease))

    # --- what the server last said ------------------------------------------------------------------------------------

    def remember(self, path: str, body: str, now: datetime) -> None:
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?)", (path, body, now.isoformat()))

    def recall(self, path: str) -> str | None:
        row = next(iter(self._rows("SELECT body FROM answer WHERE path = ?", path)), None)
        return row["body"] if row else None

    def note(self, name: str, value: str | None = None) -> str | None:
        """Read a note, or with a value write it."""
        if value is not None:
            with self._writing() as db:
                db.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))
            return value
        row = next(iter(self._rows("SELECT value FROM note WHERE name = ?", name)), None)
        return row["value"] if row else None

    def erase(self, name: str) -> None:
        with self._writing() as db:
            db.execute("DELETE FROM note WHERE name = ?", (name,))

    # --- what staff did here, until the server knows it ---------------------------------------------------------------

    def add_act(self, name: str, at: str, body: str) -> None:
        with self._writing() as db:
            db.execute("INSERT INTO act VALUES (?, ?, ?)", (name, at, body))

    def acts(self, limit: int) -> list[Json]:
        return [json.loads(row["body"]) for row in self._rows("SELECT body FROM act ORDER BY at LIMIT ?", limit)]

    def acts_told(self, names: Iterable[str]) -> None:
        with self._writing() as db:
            db.executemany("DELETE FROM act WHERE id = ?", [(name,) for name in names])

    def newest(self) -> datetime | None:
        """The newest moment that anything here speaks of."""
        row = self._rows("SELECT max(at) AS at FROM (SELECT max(at) AS at FROM touch UNION SELECT max(at) FROM answer)")
        return datetime.fromisoformat(row[0]["at"]) if row[0]["at"] else None

    def tidy(self, now: datetime) -> None:
        """Forget what was settled a week ago; what the server does not have is never forgotten."""
        before = (now - KEPT).isoformat()
        with self._writing() as db:
            db.execute("DELETE FROM touch WHERE state IN ('told', 'delivered') AND at < ?", (before,))
            db.execute("DELETE FROM lease WHERE state <> 'held' AND expires_at < ?", (before,))
            db.execute("DELETE FROM answer WHERE at < ?", (before,))


def _after_last(db: sqlite3.Connection, now: datetime) -> datetime:
    """Two touches never bear the same moment, and a clock that was set back does not change their order."""
    last = db.execute("SELECT max(issued_at) FROM touch WHERE state = 'given'").fetchone()[0]
    return max(now, datetime.fromisoformat(last) + timedelta(milliseconds=1)) if last else now


def _utc(text: str) -> str:
    """Stored times are compared as text, so all are written in one zone."""
    return datetime.fromisoformat(text).astimezone(UTC).isoformat()
