"""Statements that go to PostgreSQL together: their order, their failures, and what stays prepared."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from server.db.exchange import COMMIT, PREPARED_MAX, Exchanging
from tests.servers import Postgres

pytestmark = pytest.mark.postgres
ADD = "INSERT INTO t (a, b) VALUES ($1, $2)"


@pytest.fixture
def connection(postgres: Postgres) -> Iterator[Exchanging]:
    with Exchanging.connect(postgres.url(), prepare_threshold=None) as opened:
        opened.execute("CREATE TEMPORARY TABLE t (a integer PRIMARY KEY, b text)")
        opened.commit()
        yield opened
        if not opened.broken:
            opened.rollback()


def kept(connection: Exchanging) -> list[tuple[int, str]]:
    return connection.execute("SELECT a, b FROM t ORDER BY a").fetchall()


def prepared(connection: Exchanging) -> int:
    (known,) = connection.execute("SELECT count(*) FROM pg_prepared_statements").fetchone() or (0,)
    return int(known)


def test_answers_come_in_the_order_of_the_statements(connection: Exchanging) -> None:
    for n in range(3):
        again = [(ADD, (n, "một")), (f"{ADD} RETURNING a, b", (n + 10, None)), COMMIT]
        assert connection.rows(connection.exchange(again)[1]) == [(n + 10, None)]
    assert len(kept(connection)) == 6
    assert connection.rows(connection.exchange([("SELECT 1 WHERE false", ())])[0]) == []


def test_what_comes_behind_a_failure_is_not_done_and_the_commit_neither(connection: Exchanging) -> None:
    for _ in range(2):
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.exchange([(ADD, (1, "a")), (ADD, (1, "b")), (ADD, (2, "c")), COMMIT])
        connection.rollback()
    assert kept(connection) == []
    connection.exchange([(ADD, (1, "a")), (ADD, (2, "c")), COMMIT])
    connection.rollback()
    assert kept(connection) == [(1, "a"), (2, "c")]


def test_a_transaction_that_is_open_goes_on(connection: Exchanging) -> None:
    connection.exchange([(ADD, (1, "a")), ("SAVEPOINT command", ())])
    with pytest.raises(psycopg.errors.NotNullViolation):
        connection.exchange([(ADD, (None, "b"))])
    connection.execute("ROLLBACK TO SAVEPOINT command")
    connection.exchange([(ADD, (2, "b")), COMMIT])
    assert kept(connection) == [(1, "a"), (2, "b")]


def test_each_text_is_prepared_once_and_not_without_end(connection: Exchanging) -> None:
    for n in range(PREPARED_MAX + 20):
        connection.exchange([(f"SELECT {n} + $1::int", (1,)), ("SELECT 1", ()), COMMIT])
    assert prepared(connection) <= PREPARED_MAX + 2
    last = connection.exchange([(f"SELECT {PREPARED_MAX + 19} + $1::int", (1,))])
    assert connection.rows(last[0]) == [(PREPARED_MAX + 20,)]


def test_a_connection_that_is_lost_says_so(connection: Exchanging, postgres: Postgres) -> None:
    connection.exchange([("SELECT 1", ()), COMMIT])
    with psycopg.connect(postgres.url(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))
    with pytest.raises(psycopg.OperationalError):
        for _ in range(100):
            assert len(connection.exchange([("SELECT 1", ()), COMMIT])) == 2
    assert connection.broken
