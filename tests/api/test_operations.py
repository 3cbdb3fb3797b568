"""What whoever runs the server sees of the devices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from structlog.testing import capture_logs

from server.app import Server
from server.db import tables as t
from tests.api.conftest import Person


@pytest.fixture
def log() -> Iterator[list[Any]]:
    with capture_logs([structlog.contextvars.merge_contextvars]) as lines:
        yield lines


def test_a_ticket_and_a_request_can_be_followed_through_the_log(
    kiosk: Person, officer: Person, device: Callable[[str], Person], log: list[Any]
) -> None:
    """From the caller's own request id to the ticket's, and by the ticket's through all that happened to it."""
    answer = kiosk.post("/offices/demo/tickets", {"service": "A"}, key="one", **{"X-Request-ID": "kiosk-7.1"})
    ticket = answer.json or {}
    assert answer.headers["X-Request-ID"] == "kiosk-7.1"
    agent = device("agent")
    (job,) = (agent.get("/agent/jobs").json or {})["jobs"]
    for _twice in range(2):
        assert agent.post(f"/agent/jobs/{job['id']}/result", {"state": "printed"}).status_code == 200
    officer.next(1)
    assert officer.do(ticket, "start").status_code == 200
    refused = officer.do(ticket, "start")
    about = [(line["event"], line.get("number")) for line in log if line.get("ticket") == ticket["id"]]
    assert about == [
        ("ticket.issued", "A001"), ("paper.result", "A001"), ("ticket.called", "A001"), ("ticket.serving", "A001"),
        ("request.refused", None),
    ]  # fmt: skip
    assert [line["event"] for line in log if line["request"] == "kiosk-7.1"] == ["ticket.issued"]
    assert log[-1]["request"] == refused.headers["X-Request-ID"] and log[-1]["code"] == "wrong_state"
    strange = kiosk.get("/me", headers={"X-Request-ID": "a line\\n of somebody's own"})
    assert strange.headers["X-Request-ID"].isalnum(), "and one that is no id is not taken"


def test_an_error_of_the_database_does_not_tell_what_a_statement_was_given(server: Server) -> None:
    with pytest.raises(sa.exc.IntegrityError) as raised, server.engine.begin() as connection:
        connection.execute(t.staff.insert(), {"id": "x", "username": "head", "name": "Bà Lê Thị Hoa", "settings": {}})
    assert "Hoa" not in str(raised.value)


def test_metrics_count_devices_by_state_and_an_alarm_can_end(anybody: Person, device: Callable[[str], Person]) -> None:
    agent = device("agent")
    (printer,) = [d for d in (agent.get("/agent").json or {})["devices"] if d["kind"] == "printer"]

    def printers() -> dict[str, str]:
        lines = anybody.client.get("/metrics").text.splitlines()
        found = [line.split() for line in lines if line.startswith('motcua_device_state{kind="printer",office="demo"')]
        return {name.split('state="')[1].removesuffix('"}'): value for name, value in found}

    def report(state: str) -> None:
        status = {"version": "1", "devices": [{"id": printer["id"], "state": state, "detail": {}}]}
        assert agent.post("/agent/status", status).status_code < 300

    assert printers() == {"ok": "0.0", "warning": "0.0", "error": "0.0", "offline": "1.0"}
    report("error")
    assert printers() == {"ok": "0.0", "warning": "0.0", "error": "1.0", "offline": "0.0"}
    report("ok")
    assert printers()["error"] == "0.0"
    assert 'kind="kiosk"' not in anybody.client.get("/metrics").text, "screens report no state"


def test_a_server_without_its_tables_lives_and_is_not_ready(server: Server, anybody: Person) -> None:
    def answers(path: str) -> tuple[int, str]:
        answer = anybody.client.get(path)
        return answer.status_code, (answer.json or {})["status"]

    assert answers("/readyz") == (200, "ok")
    with server.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE office RENAME TO office_elsewhere"))
    assert (answers("/readyz"), answers("/healthz")) == ((503, "database"), (200, "ok"))
    assert anybody.client.get("/metrics").status_code == 200
    with server.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE office_elsewhere RENAME TO office"))
    assert answers("/readyz") == (200, "ok")
