"""How many statements a hot path costs. A query more for each ticket, counter or board would show here."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from server.app import Server
from server.db.exchange import Exchanging
from tests.integration.conftest import People

SILENT = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT")


def parts(statement: str) -> list[str]:
    """A statement of several parts costs as many as it has: none may hide in it."""
    return re.findall(r"(?:WITH|,) s\d+ AS \((\w+ .*?)(?=, s\d+ AS \(|\) SELECT )", statement) or [statement]


@pytest.fixture
def statements(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that reach the driver."""
    seen: list[str] = []

    def note(text: str) -> None:
        # SQLite reports a write once more, values and all, for each trigger that it fires.
        echo = not text.startswith("SELECT") and seen and seen[-1] == text
        if not text.startswith(SILENT) and not echo:
            seen.append(text)

    def listen(connection: Any, _record: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.set_trace_callback(note)

    monkeypatch.setattr(psycopg.Cursor, "execute", _noted(psycopg.Cursor.execute, seen))
    monkeypatch.setattr(Exchanging, "_send", _all_noted(Exchanging._send, seen))
    sa.event.listen(engine, "connect", listen)
    yield seen
    sa.event.remove(engine, "connect", listen)


def _noted(execute: Callable[..., Any], seen: list[str]) -> Callable[..., Any]:
    def noting(cursor: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        seen.extend(part for part in parts(str(query)) if not part.startswith(SILENT))
        return execute(cursor, query, *args, **kwargs)

    return noting


def _all_noted(send: Callable[..., Any], seen: list[str]) -> Callable[..., Any]:
    def noting(connection: Any, statements: Any) -> Any:
        seen.extend(part for text, _ in statements for part in parts(text) if not part.startswith(SILENT))
        return send(connection, statements)

    return noting


@pytest.fixture
def busy_hall(people: People, statements: list[str]) -> People:
    """Thirty people wait, two counters are open, and everybody is known to the server."""
    kiosk = people.as_device("kiosk")
    for n in range(30):
        assert kiosk.post("/offices/demo/tickets", {"service": "ABCDEF"[n % 6]}).status_code == 201
    for n in (1, 2):
        assert people.as_staff(f"officer{n}").post(f"/offices/demo/counters/{n}/open").status_code == 200
    statements.clear()
    return people


def test_a_number_costs_at_most_six_statements(busy_hall: People, statements: list[str]) -> None:
    kiosk = busy_hall.as_device("kiosk")
    assert kiosk.post("/offices/demo/tickets", {"service": "A"}).status_code == 201
    statements.clear()
    assert kiosk.post("/offices/demo/tickets", {"service": "A"}).status_code == 201
    assert 0 < len(statements) <= 6, statements


def test_a_call_costs_at_most_six_statements(busy_hall: People, statements: list[str]) -> None:
    officer = busy_hall.as_staff("officer1")
    officer.get("/offices/demo/board")
    statements.clear()
    called = officer.post("/offices/demo/counters/1/next")
    assert called.status_code == 200
    assert 0 < len(statements) <= 6, statements


def test_finishing_and_calling_in_one_breath_costs_at_most_thirteen(busy_hall: People, statements: list[str]) -> None:
    officer = busy_hall.as_staff("officer2")
    assert officer.post("/offices/demo/counters/2/next").status_code == 200
    statements.clear()
    assert officer.post("/offices/demo/counters/2/next", {"finish_current": True}).status_code == 200
    assert 0 < len(statements) <= 13, statements


def test_the_board_costs_one_statement_however_many_wait(busy_hall: People, statements: list[str]) -> None:
    kiosk = busy_hall.as_device("kiosk")
    kiosk.get("/offices/demo/board")
    statements.clear()
    kiosk.get("/offices/demo/board")
    assert len(statements) <= 1, statements


def test_a_hundred_boards_that_come_back_at_once_cost_one_statement(
    server: Server, busy_hall: People, statements: list[str]
) -> None:
    boards = [server.socketio.test_client(server.app, namespace="/live") for _ in range(100)]
    statements.clear()
    for board in boards:
        answer = board.emit("join", {"office": "demo", "topics": ["board"]}, namespace="/live", callback=True)
        assert len(answer["snapshot"]["waiting"]) == 6
    assert len(statements) <= 1, statements
    for board in boards:
        board.disconnect(namespace="/live")
