"""SQLite's log is copied beside the commands: nothing of it is lost, and no command waits for the copy."""

from __future__ import annotations

import itertools
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from server.db.checkpoints import AT_REST_S, COMMITS, LITTLE, LOOK_S, ROUNDS, Checkpoints
from server.db.engine import make_engine
from server.db.turns import Line

ROWS = "SELECT count(*) FROM kept"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = make_engine(f"sqlite:///{tmp_path / 'office.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE kept (n INTEGER, filling TEXT)")
    yield engine
    engine.dispose()


@pytest.fixture
def line(engine: sa.Engine) -> Line[int]:
    return Line(engine, lambda _: None)


def write(line: Line[int], times: int = 1) -> None:
    for n in range(times):
        with line.turn() as group:
            group.connection.exec_driver_sql("INSERT INTO kept VALUES (?, ?)", (n, "x" * 3000))
            group.add(n)


def checkpoints(engine: sa.Engine, line: Line[int]) -> Checkpoints:
    return Checkpoints(engine, lambda: line.commits, line.quiet)


def in_the_database_alone(engine: sa.Engine) -> int:
    """Rows that are there without the log."""
    assert engine.url.database
    with closing(sqlite3.connect(f"file:{engine.url.database}?immutable=1", uri=True)) as connection:
        found: int = connection.execute(ROWS).fetchone()[0]
        return found


def size_of_log(engine: sa.Engine) -> int:
    return Path(f"{engine.url.database}-wal").stat().st_size


def test_what_was_copied_needs_the_log_no_more_and_the_log_begins_anew(engine: sa.Engine, line: Line[int]) -> None:
    own = checkpoints(engine, line)
    write(line, 50)
    own.copy()
    assert in_the_database_alone(engine) == 50
    long = size_of_log(engine)
    for _ in range(5):
        write(line, 40)
        own.copy()
    assert in_the_database_alone(engine) == 250
    assert size_of_log(engine) == long, "the log is written over, not on and on"


def test_commands_go_on_while_the_log_is_copied(engine: sa.Engine, line: Line[int]) -> None:
    """What is written during the copy is copied as well, at the end, when nobody writes."""
    write(line, 50)
    own = checkpoints(engine, line)
    copied = own._left

    def copy_and_write(connection: sqlite3.Connection) -> int:
        left = copied(connection)
        if line._turn.locked():
            return left
        other = threading.Thread(target=write, args=(line, LITTLE))
        other.start()
        other.join(20)
        assert not other.is_alive(), "a command waited for the copy"
        return LITTLE + 1

    own._left = copy_and_write  # type: ignore[method-assign]
    own.copy()
    assert in_the_database_alone(engine) == 50 + ROUNDS * LITTLE


def test_a_reader_of_old_rows_holds_nothing_up_and_loses_nothing(engine: sa.Engine, line: Line[int]) -> None:
    write(line, 10)
    with engine.connect() as reader:
        assert reader.exec_driver_sql(ROWS).scalar() == 10
        write(line, 10)
        checkpoints(engine, line).copy()
        assert reader.exec_driver_sql(ROWS).scalar() == 10
    checkpoints(engine, line).copy()
    assert in_the_database_alone(engine) == 20


def test_whoever_left_a_commit_to_the_next_is_not_kept_waiting(engine: sa.Engine, line: Line[int]) -> None:
    """A span without commands begins with the commit of what is open."""
    ready, entered, answered = threading.Event(), threading.Event(), threading.Event()

    def write_and_leave_the_rest() -> None:
        with line.turn() as group:
            group.connection.exec_driver_sql("INSERT INTO kept VALUES (1, '')")
            group.add(1)
            ready.set()
            # Until the copy stands in line: then it is the next, and the commit falls to it.
            while not line._waiting:
                entered.wait(0.005)
        answered.set()

    thread = threading.Thread(target=write_and_leave_the_rest)
    thread.start()
    ready.wait(10)
    with line.quiet():
        entered.set()
        assert answered.wait(10)
        with engine.connect() as reader:
            assert reader.exec_driver_sql(ROWS).scalar() == 1
    thread.join(10)


class Enough(Exception):
    pass


@pytest.mark.parametrize(
    ("each_look", "first_copy"), [(COMMITS, 1), (COMMITS // 4, 4), (1, int(AT_REST_S / LOOK_S)), (0, None)]
)
def test_a_busy_log_is_copied_often_and_an_idle_one_never(each_look: int, first_copy: int | None) -> None:
    looks, copies, most = 0, [], int(2 * AT_REST_S / LOOK_S)

    def sleep(_: float) -> None:
        nonlocal looks
        looks += 1
        if looks > most:
            raise Enough

    @contextmanager
    def quiet() -> Iterator[None]:
        yield

    own = Checkpoints(sa.create_engine("sqlite://"), lambda: looks * each_look, quiet)
    own.copy = lambda: copies.append(looks)  # type: ignore[method-assign]
    with pytest.raises(Enough):
        own.run(sleep)
    assert copies == ([] if first_copy is None else list(range(first_copy, most + 1, first_copy)))


def test_a_disk_that_takes_nothing_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    tries = 0

    def full() -> None:
        nonlocal tries
        tries += 1
        if tries == 3:
            raise Enough
        raise sqlite3.OperationalError("database or disk is full")

    commits = itertools.count(0, COMMITS)
    own = Checkpoints(sa.create_engine("sqlite://"), lambda: next(commits), lambda: contextmanager(lambda: iter([0]))())
    own.copy = full  # type: ignore[method-assign]
    with pytest.raises(Enough):
        own.run(lambda _: None)
