"""One round of a number through the whole server, the same on both databases."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa

from server.db import migrate
from server.db.engine import is_sqlite, make_engine
from server.db.tables import metadata
from server.db.unit_of_work import SqlUnitOfWork
from server.services.access import Actor
from server.services.officefile import check
from server.services.offices import first_office, put_office
from server.services.places import OfficeCircle, place, set_under
from server.services.views import describe
from tests.offices import FixedClock, Silent


def a_number_is_taken_called_served_and_rated(people) -> None:
    kiosk, officer = people.as_device("kiosk"), people.as_staff("officer1")
    issued = kiosk.post("/offices/demo/tickets", {"service": "A"})
    assert (issued.status_code, issued.json["number"], issued.json["print"]) == (201, "A001", {"state": "queued"})

    assert officer.post("/offices/demo/counters/1/open").status_code == 200
    called = officer.post("/offices/demo/counters/1/next")
    assert (called.status_code, called.json["number"]) == (200, "A001")
    ticket = called.json["id"]
    assert officer.post(f"/tickets/{ticket}/start").json["state"] == "serving"
    assert officer.post(f"/tickets/{ticket}/finish").json["state"] == "completed"

    panel = people.as_device("panel")
    press = {"level": "very_satisfied"}
    assert panel.post("/offices/demo/counters/1/rating", press).status_code == 201
    assert panel.post("/offices/demo/counters/1/rating", press).json["code"] == "rating_window_closed"
    board = panel.get("/offices/demo/board").json
    assert [call["number"] for call in board["calls"]] == ["A001"]


def test_a_number_is_taken_called_served_and_rated(people) -> None:
    a_number_is_taken_called_served_and_rated(people)


def test_the_next_day_begins_at_one_again(people, clock) -> None:
    kiosk = people.as_device("kiosk")
    assert kiosk.post("/offices/demo/tickets", {"service": "B"}).json["number"] == "B001"
    clock.pass_time(hours=15)
    assert kiosk.post("/offices/demo/tickets", {"service": "B"}).json["number"] == "B001"


def test_migrations_make_the_tables_that_the_program_uses(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    migrate.upgrade(engine)
    migrate.upgrade(engine)
    made = sa.inspect(engine)
    assert set(metadata.tables) <= set(made.get_table_names())
    for name, table in metadata.tables.items():
        assert {column["name"] for column in made.get_columns(name)} == set(table.c.keys()), name
    engine.dispose()


@pytest.mark.parametrize("table", ["rating", "audit"])
def test_ratings_and_audit_are_append_only_in_the_database_itself(engine: sa.Engine, table: str, people) -> None:
    a_number_is_taken_called_served_and_rated(people)
    with engine.connect() as connection, pytest.raises(sa.exc.DatabaseError, match="append-only"):
        connection.execute(metadata.tables[table].delete())


def test_two_moves_at_once_cannot_close_a_circle(engine: sa.Engine) -> None:
    """One office is moved under the other, and before that is committed the other one under it."""
    uow = SqlUnitOfWork(engine, FixedClock(), describe, Silent())
    root = Actor("command line")
    for code in ("khu-1", "khu-2"):
        put_office(uow, check(first_office(code, code)).description(), root)
    refused: list[OfficeCircle] = []

    def other_way_round() -> None:
        try:
            place(uow, "khu-2", "khu-1", root)
        except OfficeCircle as circle:
            refused.append(circle)

    second = threading.Thread(target=other_way_round)
    with uow.command("khu-1") as tx:
        set_under(tx, "khu-2", None)
        second.start()
        second.join(0.3)
        assert second.is_alive(), "it waits until the first move is done"
    second.join(10)
    parents = {row["code"]: row["parent_id"] for row in uow.rows("office") if row["code"] != "demo"}
    assert len(refused) == 1 and parents["khu-2"] is None and parents["khu-1"] is not None


def test_a_database_that_can_only_be_read_is_found_out_before_a_server_starts(database_url: str) -> None:
    """A file that a command by hand has left to root, a standby: all would seem well, and no number be given."""
    engine = make_engine(database_url)
    migrate.require_writable(engine)
    engine.dispose()
    only_read = "PRAGMA query_only = ON" if is_sqlite(engine) else "SET default_transaction_read_only = on"

    @sa.event.listens_for(engine, "connect")
    def close_it(connection: Any, _record: Any) -> None:
        connection.execute(only_read)
        connection.commit()

    with pytest.raises(sa.exc.SQLAlchemyError, match="readonly|read-only"):
        migrate.require_writable(engine)
    engine.dispose()
