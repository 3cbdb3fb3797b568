"""Who may do a thing while others do not: a timer's work that is done once, and a database that is replaced."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from zlib import crc32

import sqlalchemy as sa

from server.db.engine import is_sqlite

SERVING = "serving.lock"


class Busy(Exception):
    """Somebody else is at it."""


@contextmanager
def once(engine: sa.Engine, work: str, data_dir: Path) -> Iterator[bool]:
    """Whether this work is ours alone until the block ends, on whichever machine others of these settings run. Who dies
    lets go of it: PostgreSQL's advisory lock ends with its connection, a file's with its process."""
    if is_sqlite(engine):
        with ExitStack() as stack:
            try:
                stack.enter_context(_locked(data_dir / f"{work}.lock", fcntl.LOCK_EX))
                mine = True
            except Busy:
                mine = False
            yield mine
        return
    key = sa.literal(crc32(work.encode()), sa.BigInteger)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        mine = bool(connection.scalar(sa.select(sa.func.pg_try_advisory_lock(key))))
        try:
            yield mine
        finally:
            if mine:
                connection.scalar(sa.select(sa.func.pg_advisory_unlock(key)))


@contextmanager
def serving(data_dir: Path) -> Iterator[None]:
    """Held by each server of this data directory, from before its start to its end, also over an exec."""
    with _locked(data_dir / SERVING, fcntl.LOCK_SH, inherited=True):
        yield


@contextmanager
def replacing(data_dir: Path) -> Iterator[None]:
    """Held by whoever puts another database in place: no server of this data directory runs meanwhile."""
    with _locked(data_dir / SERVING, fcntl.LOCK_EX):
        yield


@contextmanager
def _locked(path: Path, kind: int, *, inherited: bool = False) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.set_inheritable(descriptor, inherited)
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(str(path)) from None
        yield
    finally:
        os.close(descriptor)
