"""Commands one at a time, committed together.

A commit waits for the disk, and commands of one office (on SQLite, of all offices) wait for each other. So whoever
has done its writing and sees others in line leaves the transaction open for them, each in a savepoint of its own; the
last one commits for all. Nobody is answered, and nothing is published, before that commit (law 4): with one client
this is an ordinary transaction, with sixteen it is one trip to the disk instead of sixteen.

Under gevent nobody comes in while somebody works without waiting, as one does on SQLite. So before a commit those who
stand at the door are let in; and a commit that takes long is waited for in a thread, because the disk would stop
every other client.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

import sqlalchemy as sa
import structlog

log = structlog.get_logger(__name__)

GROUP_MAX = 32
"""Commands that share a commit; and for how long one is left open, so that the first is not kept waiting."""
OPEN_MAX_S = 0.025
QUICK_S = 0.001
"""Commits that lately took less are done in place: a thread would cost more than they do."""
LEFT_S = 0.1
"""How long a command waits for its group's commit before it looks whether nobody is left to do it."""

SAVEPOINT = "SAVEPOINT command"

Member = TypeVar("Member")
Answer = TypeVar("Answer")


class Group(Generic[Member]):
    """One transaction and the commands in it."""

    def __init__(self, engine: sa.Engine, others_wait: Callable[[], bool] = lambda: False) -> None:
        self.members: list[Member] = []
        self.others_wait = others_wait
        self.done = threading.Event()
        self.failure: BaseException | None = None
        self.sealed = False
        self.marked = False
        self.committed = False
        self._began = time.monotonic()
        self._engine = engine
        self.connect()

    def connect(self) -> None:
        self.connection = self._engine.connect()
        self._transaction = self.connection.begin()

    def reconnect(self) -> None:
        """Begin again on another connection: this one was found broken before anything was done on it."""
        self._drop()
        self.connect()

    @property
    def full(self) -> bool:
        """Nobody else may join: committed, too many, too long, or `sealed` by a command that others must not build upon
        yet."""
        return (
            self.committed
            or self.sealed
            or len(self.members) >= GROUP_MAX
            or time.monotonic() - self._began > OPEN_MAX_S
        )

    def add(self, member: Member, *, marked: bool = False, committed: bool = False) -> None:
        """A command that went well. `marked`: it has set the savepoint of the next one with its own last writes;
        `committed`: the COMMIT went with them, since nobody waited."""
        self.members.append(member)
        self.marked, self.committed = marked, committed

    @contextmanager
    def step(self) -> Iterator[None]:
        """One command; one that fails, or adds no member, leaves no trace among the others."""
        before = len(self.members)
        if before and not self.marked:
            self.connection.exec_driver_sql(SAVEPOINT)
        try:
            yield
        except BaseException as error:
            self._undo(before, error)
            raise
        # A savepoint that went well is not released: the next one of its name hides it, and the commit ends them all.
        if len(self.members) == before:
            self._undo(before, None)

    def _undo(self, before: int, error: BaseException | None) -> None:
        if not before:
            self._drop()
            return
        try:
            self.connection.exec_driver_sql("ROLLBACK TO SAVEPOINT command")
        except (sa.exc.DBAPIError, sa.exc.PendingRollbackError) as lost:
            # The database gave up the whole transaction (disk full, connection gone): nothing of it was acknowledged.
            self.failure = error or lost

    def close(self, keep: Callable[[Member], None], run: Callable[[Callable[[], None]], None]) -> None:
        """Commit for all members by `run`; then, and only then, `keep` each in order."""
        try:
            if self.failure is None and self.members:
                run(self._transaction.commit)
                for member in self.members:
                    keep(member)
        except BaseException as error:
            self.failure = error
            log.error("database.commit_failed", error=str(error), commands=len(self.members))
        finally:
            self._drop()
            self.done.set()

    def _drop(self) -> None:
        """Give the connection back; what was not committed is rolled back by that."""
        try:
            self.connection.close()
        except sa.exc.DBAPIError as error:
            log.warning("database.connection_lost", error=str(error))


class Line(Generic[Member]):
    """Those who wait for their turn to write."""

    def __init__(self, engine: sa.Engine, keep: Callable[[Member], None]) -> None:
        self._engine = engine.execution_options(motcua_write=True)
        self._keep = keep
        self._turn = threading.Lock()
        self._guard = threading.Lock()
        self._waiting = 0
        self._open: Group[Member] | None = None
        self._blocks = blocks_loop(engine)
        self._lately_s = 0.0
        self.commits = 0
        self._committing: Group[Member] | None = None

    @contextmanager
    def turn(self) -> Iterator[Group[Member]]:
        """A turn to write. Ends when what was written is committed, or raises what prevented it."""
        failure: BaseException | None = None
        with self._my_turn():
            group = self._open = self._open or Group(self._engine, lambda: self._waiting > 0)
            try:
                with group.step():
                    yield group
            except BaseException as error:
                failure = error
            if self._blocks and not self._waiting:
                let_others_in()
            if not self._waiting or not group.members or group.full or group.failure:
                self._close(group)
        # A refusal waits too: it may rest on what others of the group wrote.
        self._settle(group)
        if failure or group.failure:
            raise failure or group.failure  # type: ignore[misc]

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        with self._guard:
            self._waiting += 1
        try:
            self._turn.acquire()
        finally:
            with self._guard:
                self._waiting -= 1
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """A span in which nobody writes. What others left open is committed first: they wait for it."""
        with self._my_turn():
            if self._open is not None:
                self._close(self._open)
            yield

    def _close(self, group: Group[Member]) -> None:
        self._open, self._committing = None, group
        self.commits += 1
        group.close(self._keep, self._run)
        self._committing = None

    def await_commit(self) -> None:
        """Until the commit that is under way, if one is, is kept in memory as well."""
        group = self._committing
        if group is not None:
            done_within(group.done, LEFT_S)

    def _run(self, commit: Callable[[], None]) -> None:
        began = time.monotonic()
        if self._blocks and self._lately_s > QUICK_S:
            in_thread(commit)
        else:
            commit()
        self._lately_s += (time.monotonic() - began - self._lately_s) / 8

    def _settle(self, group: Group[Member]) -> None:
        while not done_within(group.done, LEFT_S):
            # Whoever was next in line went away before its turn: then it falls to us.
            with self._my_turn():
                if self._open is group:
                    self._close(group)


def done_within(done: threading.Event, seconds: float) -> bool:
    """Whether it is done, or becomes so within that time.

    One that is set already must not be waited for: gevent (26.9) would let us stand in line behind the greenlets it is
    about to wake, without our timer, and forgets that line when the time of the last of them runs out in the same round
    of the loop. A number then was committed, and its kiosk never got an answer.
    """
    return done.is_set() or done.wait(seconds)


def blocks_loop(engine: sa.Engine) -> bool:
    """Whether there is an event loop that this database's commits would stop. SQLite waits for the disk in a system
    call; PostgreSQL's driver waits on a socket and yields by itself."""
    monkey = sys.modules.get("gevent.monkey")
    return engine.dialect.name == "sqlite" and monkey is not None and monkey.is_module_patched("threading")


def let_others_in() -> None:
    """One round of the event loop: whoever has a request on its socket comes as far as the line."""
    import gevent

    gevent.sleep(0)


def in_thread(work: Callable[[], Answer]) -> Answer:
    """Run what blocks in a thread of its own while the event loop goes on; what it answers."""
    import gevent

    # Its failure is handed over as a value: gevent would first write what a thread raises to standard error, and
    # where that is a file on a full disk nobody would be woken any more.
    answers: list[Answer] = []
    failure = gevent.get_hub().threadpool.apply(_attempt, (work, answers))
    if failure is not None:
        raise failure
    return answers[0]


def _attempt(work: Callable[[], Answer], answers: list[Answer]) -> BaseException | None:
    try:
        answers.append(work())
    except BaseException as error:
        return error
    return None
