"""Staff at the kiosk: its settings open with a code alone, with the server and without it."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from kiosk.runtime.staff import FREE_TRIES, WAITS_S, Tries
from server.app import Server
from server.services.access import Actor
from server.services.kiosk_staff import set_code
from tests.api.conftest import Clock, Person
from tests.kiosk.wire import Kiosk

CODE, WRONG = "508271", "508272"


def device(server: Server) -> dict[str, Any]:
    return next(row for row in server.system.uow.rows("device") if row["kind"] == "kiosk")


def post(kiosk: Kiosk, path: str, **body: Any) -> Any:
    return kiosk.page.post(f"/kiosk/staff/{path}", json=body, base_url="http://127.0.0.1:8090")


def give_code(kiosk: Kiosk, server: Server, code: str | None = CODE) -> None:
    with server.system.uow.command("demo") as tx:
        set_code(tx, Actor("tests"), device(server)["id"], code)
    kiosk.refresh()


def acts(server: Server) -> list[str]:
    """What staff did at the kiosk, as the audit log has it."""
    rows = sorted(server.system.uow.rows("audit"), key=lambda row: row["id"])
    return [row["action"] for row in rows if row["action"].startswith("kiosk.")]


@pytest.fixture
def grant(kiosk: Kiosk, server: Server) -> str:
    give_code(kiosk, server)
    opened = post(kiosk, "open", code=CODE)
    assert opened.status_code == 200, opened.json
    return str(opened.json["grant"])


def test_without_a_code_nothing_opens(kiosk: Kiosk) -> None:
    assert kiosk.get("/api/v1/offices/demo").json["kiosk"]["staff"]["code_set"] is False
    for tried in ("", "0", "000000", "123456", "admin"):
        assert post(kiosk, "open", code=tried).json["code"] in ("staff_code_unset", "invalid_request")


def test_the_code_opens_also_when_the_server_is_gone(kiosk: Kiosk, server: Server) -> None:
    give_code(kiosk, server)
    kiosk.wire.state = "cut"
    kiosk.kill()
    opened = post(kiosk, "open", code=CODE)
    assert opened.status_code == 200
    assert {"version", "online", "undelivered", "numbers_left"} <= opened.json["status"].keys()
    assert acts(server) == []
    kiosk.wire.state = "up"
    kiosk.work()
    assert acts(server) == ["kiosk.opened"], "told when the server is back"


def test_a_new_code_ends_the_old_one_and_none_ends_all(kiosk: Kiosk, server: Server) -> None:
    give_code(kiosk, server)
    give_code(kiosk, server, WRONG)
    assert post(kiosk, "open", code=CODE).status_code == 403
    assert post(kiosk, "open", code=WRONG).status_code == 200
    give_code(kiosk, server, None)
    assert post(kiosk, "open", code=WRONG).json["code"] == "staff_code_unset"


def test_wrong_codes_are_slowed_and_no_restart_helps(kiosk: Kiosk, server: Server, clock: Clock) -> None:
    give_code(kiosk, server)
    for _ in range(FREE_TRIES):
        assert post(kiosk, "open", code=WRONG).json["code"] == "staff_code_wrong"
    refused = post(kiosk, "open", code=CODE)
    assert (refused.status_code, refused.json["code"], refused.json["wait_s"]) == (429, "staff_code_wait", WAITS_S[0])
    kiosk.kill()
    assert post(kiosk, "open", code=CODE).status_code == 429, "not even the right one, nor after a power cut"
    clock.turn(seconds=WAITS_S[0])
    again = post(kiosk, "open", code=WRONG)
    assert (again.status_code, again.json["wait_s"]) == (403, WAITS_S[1])
    clock.turn(seconds=WAITS_S[1])
    assert post(kiosk, "open", code=CODE).status_code == 200
    kiosk.work()
    kiosk.refresh()
    assert acts(server) == ["kiosk.refused"] * (FREE_TRIES + 1) + ["kiosk.opened"]


def test_a_try_is_counted_before_it_is_looked_at(kiosk: Kiosk, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    give_code(kiosk, server)

    def power_cut(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr("kiosk.runtime.staff._is", power_cut)
    for _ in range(FREE_TRIES):
        with pytest.raises(KeyboardInterrupt):
            kiosk.staff.open(WRONG)
        kiosk.kill()
    monkeypatch.undo()
    assert post(kiosk, "open", code=CODE).status_code == 429


@pytest.mark.parametrize(("failed", "wait"), [(1, 0), (2, 0), (3, 30), (4, 60), (6, 300), (7, 900), (99, 900)])
def test_each_further_wrong_code_costs_more(failed: int, wait: int, clock: Clock) -> None:
    tries = Tries()
    for _ in range(failed):
        tries = tries.wrong(clock())
    assert Tries.load(tries.dump()).wait_s(clock()) == wait
    assert tries.wait_s(clock() - timedelta(days=400)) <= WAITS_S[-1], "a clock that was set back locks nobody out"


def test_nothing_but_the_code_gives_a_grant_and_a_grant_ends(kiosk: Kiosk, grant: str, clock: Clock) -> None:
    for wrong in (None, "", grant[:-1], 7, [grant]):
        assert post(kiosk, "stop", grant=wrong, reason="paper").json["code"] == "staff_code_again"
    assert post(kiosk, "status", grant=grant).status_code == 200
    clock.turn(minutes=11)
    assert post(kiosk, "status", grant=grant).status_code == 403
    assert post(kiosk, "stop", reason="paper").status_code == 403


def test_leaving_ends_the_grant(kiosk: Kiosk, grant: str) -> None:
    assert post(kiosk, "leave", grant=grant).status_code == 200
    assert post(kiosk, "status", grant=grant).status_code == 403


def test_a_stopped_kiosk_gives_no_numbers_and_staff_know_why(kiosk: Kiosk, server: Server, grant: str) -> None:
    stopped = post(kiosk, "stop", grant=grant, reason="printer")
    assert stopped.json["status"]["stopped"]["reason"] == "printer"
    for state in ("up", "cut"):
        kiosk.wire.state = state
        assert kiosk.touch("k1").json["code"] == "kiosk_stopped"
        view = kiosk.get("/api/v1/offices/demo").json
        assert {service["closed_reason"] for service in view["services"]} == {"kiosk_stopped"}
    kiosk.kill()
    assert kiosk.touch("k2").json["code"] == "kiosk_stopped", "a restart lets nobody take a number"
    kiosk.wire.state = "up"
    kiosk.refresh()
    row = device(server)
    assert (row["state"], row["detail"]["stopped"]["reason"]) == ("warning", "printer")

    assert post(kiosk, "open", code=CODE).status_code == 200
    post(kiosk, "release", grant=post(kiosk, "open", code=CODE).json["grant"])
    assert kiosk.take("k3")["number"] == "A001"
    kiosk.refresh()
    assert (device(server)["state"], device(server)["detail"]["stopped"]) == ("ok", None)
    assert acts(server)[:2] == ["kiosk.opened", "kiosk.stopped"] and acts(server)[-1] == "kiosk.released"


def test_settings_outlive_a_restart(kiosk: Kiosk, grant: str) -> None:
    assert post(kiosk, "settings", grant=grant, settings={"low": True, "language": "en"}).status_code == 200
    post(kiosk, "settings", grant=grant, settings={"sound": False})
    kiosk.kill()
    told = kiosk.get("/api/v1/offices/demo").json["kiosk"]["settings"]
    assert told == {"low": True, "language": "en", "sound": False}


@pytest.mark.parametrize("settings", [{}, {"low": "yes"}, {"language": "xx"}, {"else": 1}, {"low": True, "x": []}])
def test_only_settings_that_there_are_can_be_set(kiosk: Kiosk, grant: str, settings: Any) -> None:
    assert post(kiosk, "settings", grant=grant, settings=settings).status_code == 422


def test_a_test_paper_goes_the_way_of_numbers_and_is_none(kiosk: Kiosk, server: Server, grant: str) -> None:
    told = post(kiosk, "test-print", grant=grant)
    assert told.json["print"] == {"state": "printed", "detail": None}
    (job,) = kiosk.paper.tests
    assert (job["content"]["heading"], job["content"]["number"]) == ("PHIẾU IN THỬ", "0000")
    kiosk.take("k1")
    ticket = json.loads(kiosk.paper.jobs[0]["job"])
    assert job["content"].keys() == ticket["content"].keys() and job["device"] == ticket["device"]
    assert [t.number for t in server.system.uow.hall("demo").line()] == ["A001"]


def test_what_was_told_twice_is_written_once(kiosk: Kiosk, server: Server) -> None:
    give_code(kiosk, server)
    post(kiosk, "open", code=CODE)
    kiosk.wire.state = "deaf"
    kiosk.courier._reported_at = None
    kiosk.courier.round()
    kiosk.wire.state = "up"
    kiosk.work()
    assert acts(server) == ["kiosk.opened"] and kiosk.store.acts(10) == []


def test_no_code_is_written_anywhere(kiosk: Kiosk, server: Server) -> None:
    give_code(kiosk, server)
    structlog.reset_defaults()
    with capture_logs() as logged:
        post(kiosk, "open", code=WRONG)
        post(kiosk, "open", code=CODE)
        kiosk.refresh()
    assert {"opened", "refused"} <= {line.get("action") for line in logged}
    store = sqlite3.connect(kiosk.folder / "kiosk.db")
    kept = "\n".join(store.iterdump())
    store.close()
    rows = json.dumps([server.system.uow.rows("audit"), device(server)], default=str)
    assert "$argon2id$" in kept and "$argon2id$" in rows
    for code in (CODE, WRONG):
        assert code not in json.dumps(logged, default=str) + kept + rows


def test_the_page_never_sees_the_hash(kiosk: Kiosk, server: Server, helper: Person) -> None:
    give_code(kiosk, server)
    seen = kiosk.get("/api/v1/offices/demo").text + kiosk.get("/healthz").text
    for path in ("floor", "devices"):
        seen += helper.client.get(f"/api/v1/offices/demo/{path}").text
    assert "argon2" not in seen
