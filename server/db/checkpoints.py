"""SQLite's log, copied to its places in the database beside the commands.

Left alone SQLite does it within the commit that makes the log too long, and whoever wrote that commit, the commands
behind it and, where commits are done in place, every client of the process wait for the whole copy. Here the log is
copied while commands go on; only the little that they added meanwhile is copied while none writes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing

import sqlalchemy as sa
import structlog

from server.db.turns import blocks_loop, in_thread

log = structlog.get_logger(__name__)

LOOK_S = 1.0
COMMITS = 400
"""About 3,000 pages. The same pages are written again and again: copied more rarely, they are copied once."""
AT_REST_S = 60.0
"""Fewer commits than that are copied after this long."""
LITTLE = 64
"""Pages that may be left for the moment in which nobody writes."""
ROUNDS = 4


class Checkpoints:
    """`commits`: how many there have been. `quiet`: a span in which this process commits nothing."""

    def __init__(
        self, engine: sa.Engine, commits: Callable[[], int], quiet: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._engine, self._commits, self._quiet = engine, commits, quiet
        self._path = engine.url.database or ""

    def run(self, sleep: Callable[[float], object]) -> None:
        """Look for ever whether there is enough to copy."""
        copied, waited = 0, 0.0
        while True:
            sleep(LOOK_S)
            waited += LOOK_S
            new = self._commits() - copied
            if new >= COMMITS or (new and waited >= AT_REST_S):
                copied, waited = copied + new, 0.0
                try:
                    self.copy()
                except sqlite3.Error as error:
                    # What is not copied stays in the log, where every reader finds it; the next look tries again.
                    log.warning("database.log_not_copied", error=str(error))

    def copy(self) -> None:
        """Copy all of the log. Afterwards the next commit begins it anew."""
        with closing(sqlite3.connect(self._path, check_same_thread=False, isolation_level=None)) as connection:
            for _ in range(ROUNDS):
                if self._left(connection) <= LITTLE:
                    break
            with self._quiet():
                self._left(connection)

    def _left(self, connection: sqlite3.Connection) -> int:
        """Copy what no reader holds back; how many pages are left."""

        def copy() -> tuple[int, int, int]:
            found: tuple[int, int, int] = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            return found

        _, pages, copied = in_thread(copy) if blocks_loop(self._engine) else copy()
        return pages - copied
