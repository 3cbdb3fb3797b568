"""A touch is one number, whatever happens to the server, to the kiosk, or between them."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.runtime.desk import Problem
from kiosk.runtime.upstream import Gone
from server.app import Server
from server.commands.demo_office import OFFICE
from server.services.access import Actor
from server.services.offices import put_office
from tests.api.conftest import Clock, Person
from tests.kiosk.wire import Kiosk


def line(server: Server) -> list[str]:
    return [ticket.number for ticket in server.system.uow.hall("demo").line()]


def test_while_the_server_answers_numbers_are_its_own(kiosk: Kiosk, server: Server) -> None:
    told = kiosk.take("k1", priority="elderly")
    assert (told["number"], told["people_ahead"], told["print"]) == ("A001", 0, {"state": "queued"})
    assert line(server) == ["A001"] and kiosk.paper.numbers == ["A001"]
    assert kiosk.paper.jobs[0]["job"] and "offline" not in told


def test_without_the_server_the_kiosk_gives_a_number_prints_and_delivers(
    kiosk: Kiosk, server: Server, clock: Clock, helper: Person
) -> None:
    kiosk.wire.state = "cut"
    clock.turn(minutes=1)
    told = kiosk.take("k1", priority="elderly", language="en")
    assert (told["number"], told["offline"], told["people_ahead"]) == ("A501", True, None)
    assert kiosk.paper.numbers == ["A501"]
    clock.turn(minutes=5)
    helper.take()
    kiosk.wire.state = "up"
    kiosk.work()
    assert line(server) == ["A501", "A001"]
    _, ticket, _ = server.system.uow.ticket(number="A501")  # type: ignore[misc]
    assert (ticket.channel, ticket.priority, ticket.language) == ("offline", "elderly", "en")
    assert told["track_url"] == f"https://motcua.example/t/{ticket.track_token}", "the QR works once it is delivered"
    assert kiosk.store.counts() == (0, 0)


def test_the_paper_says_the_same_with_and_without_the_server(kiosk: Kiosk) -> None:
    kiosk.take("k1", priority="disabled")
    kiosk.wire.state = "cut"
    kiosk.take("k2", priority="disabled")
    online, offline = (json.loads(touch["job"]) for touch in kiosk.paper.jobs)
    differ = {name for name in online["content"] if online["content"][name] != offline["content"][name]}
    assert differ == {"number", "ahead", "qr"} and online.keys() == offline.keys()
    assert online["device"] == offline["device"]


def test_the_chosen_procedure_goes_with_the_number_with_and_without_the_server(kiosk: Kiosk, server: Server) -> None:
    birth = "1.001193"
    kiosk.take("k1", procedure=birth)
    kiosk.wire.state = "cut"
    told = kiosk.take("k2", procedure=birth)
    assert (told["procedure"], len(told["papers"])) == (birth, 4)
    online, offline = (json.loads(touch["job"])["content"]["papers"] for touch in kiosk.paper.jobs)
    assert online == offline != "Chuẩn bị: giấy chứng sinh (bản chính); tờ khai; căn cước của cha, mẹ"
    refused = kiosk.touch("k3", procedure="9.9").json
    assert refused["code"] == "procedure_not_found"
    kiosk.take("k4", "B", procedure="2.000815")
    gone = [service | {"procedures": []} if service["code"] == "B" else service for service in OFFICE["services"]]
    put_office(server.system.uow, OFFICE | {"services": gone}, Actor("tests"))
    kiosk.wire.state = "up"
    kiosk.work()
    procedures = {t.number: t.procedure for t in server.system.uow.hall("demo").line()}
    assert procedures == {"A001": birth, "A501": birth, "B501": None}, "whatever was edited, paper counts"


def test_only_the_first_touch_after_a_cut_waits_for_the_server(kiosk: Kiosk) -> None:
    kiosk.wire.state = "cut"
    kiosk.take("k1")
    asked = len(kiosk.wire.asked)
    kiosk.take("k2"), kiosk.get("/api/v1/offices/demo")
    assert len(kiosk.wire.asked) == asked


def test_a_server_that_comes_and_goes_does_not_flap_the_kiosk(kiosk: Kiosk) -> None:
    kiosk.wire.state = "cut"
    kiosk.take("k1")
    kiosk.wire.state = "up"
    kiosk.courier.round()
    assert not kiosk.now.circuit.online, "one answer is not enough"
    kiosk.courier.round()
    assert kiosk.now.circuit.online


def test_one_slow_answer_is_shown_to_nobody(kiosk: Kiosk, clock: Clock) -> None:
    kiosk.wire.state = "cut"
    kiosk.take("k1")
    assert kiosk.get("/api/v1/offices/demo").json["offline_since"] is None
    clock.turn(seconds=4)
    since = kiosk.get("/api/v1/offices/demo").json["offline_since"]
    assert since == "2026-11-20T08:00:00+07:00"


@pytest.mark.parametrize("state", ["up", "cut"])
def test_a_double_touch_is_one_number_and_one_paper(kiosk: Kiosk, state: str) -> None:
    kiosk.wire.state = state
    assert kiosk.take("k1")["number"] == kiosk.take("k1")["number"]
    assert len(kiosk.paper.jobs) == 1
    assert kiosk.touch("k1", "B").json["code"] == "idempotency_key_reused"


def test_an_answer_that_was_lost_after_the_commit_leaves_one_valid_number(kiosk: Kiosk, server: Server) -> None:
    kiosk.wire.state = "deaf"
    told = kiosk.take("k1")
    assert told["number"] == "A501" and line(server) == ["A001"], "the server has a twin"
    kiosk.wire.state = "up"
    kiosk.work()
    assert line(server) == ["A501"] and kiosk.paper.numbers == ["A501"]
    (trace,) = server.system.uow.rows("audit", action="ticket.replaced")
    assert (trace["subject"], trace["detail"]["by"]) == ("A001", "A501")


def test_the_page_asks_again_after_the_server_came_back(kiosk: Kiosk, server: Server) -> None:
    """No numbers in store: the touch could not be answered, and the page repeats it by itself."""
    with kiosk.store._writing() as db:
        db.execute("DELETE FROM lease")
    kiosk.wire.state = "deaf"
    assert kiosk.touch("k1").json["code"] == "no_numbers_left"
    kiosk.wire.state = "up"
    kiosk.work()
    assert kiosk.take("k1")["number"] == "A001" and line(server) == ["A001"]


def test_a_touch_that_nobody_was_answered_leaves_no_ghost_in_the_line(
    kiosk: Kiosk, server: Server, clock: Clock
) -> None:
    with kiosk.store._writing() as db:
        db.execute("DELETE FROM lease")
    kiosk.wire.state = "deaf"
    kiosk.touch("k1")
    kiosk.wire.state = "up"
    clock.turn(seconds=61)
    kiosk.work()
    assert line(server) == []


def test_a_kill_between_the_servers_answer_and_the_paper_keeps_the_number(kiosk: Kiosk) -> None:
    told = kiosk.take("k1")
    kiosk.kill()
    kiosk.wire.state = "cut"
    assert kiosk.take("k1")["number"] == told["number"]


def test_a_kill_keeps_what_was_given(kiosk: Kiosk, server: Server) -> None:
    kiosk.wire.state = "cut"
    first = kiosk.take("k1")["number"]
    kiosk.kill()
    assert [kiosk.take(key)["number"] for key in ("k1", "k2")] == [first, "A502"]
    kiosk.wire.state = "up"
    kiosk.work()
    assert line(server) == ["A501", "A502"]


def test_delivering_whose_answer_was_lost_is_done_again_and_changes_nothing(kiosk: Kiosk, server: Server) -> None:
    kiosk.wire.state = "cut"
    kiosk.take("k1"), kiosk.take("k2")
    kiosk.wire.state = "deaf"
    with pytest.raises(Gone):
        kiosk.courier._deliver()
    assert line(server) == ["A501", "A502"] and kiosk.store.counts() == (2, 0)
    kiosk.wire.state = "up"
    kiosk.work()
    assert line(server) == ["A501", "A502"] and kiosk.store.counts() == (0, 0)


# --- what limits a kiosk alone ----------------------------------------------------------------------------------------


def test_a_full_disk_prints_nothing_that_is_not_written(kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk.wire.state = "cut"
    pages = kiosk.store._db.execute("PRAGMA page_count").fetchone()[0]
    kiosk.store._db.execute(f"PRAGMA max_page_count = {pages}")
    codes = [kiosk.touch(f"k{n}").json.get("code", "given") for n in range(60)]
    assert "store_broken" in codes
    written = [row["number"] for row in kiosk.store._rows("SELECT number FROM touch WHERE told IS NOT NULL")]
    assert kiosk.paper.numbers == written and len(written) == codes.count("given")


def test_with_a_full_disk_the_servers_number_still_has_one_paper(kiosk: Kiosk, server: Server) -> None:
    pages = kiosk.store._db.execute("PRAGMA page_count").fetchone()[0]
    kiosk.store._db.execute(f"PRAGMA max_page_count = {pages}")
    while True:
        try:
            with kiosk.store._writing() as db:
                db.execute("INSERT INTO note VALUES (hex(randomblob(16)), hex(randomblob(400)))")
        except Exception as error:
            assert "full" in str(error)
            break
    told = kiosk.take("k1")
    jobs = server.system.uow.rows("print_job", ticket_id=told["id"])
    assert told["number"] == "A001" and len(jobs) + len(kiosk.paper.jobs) == 1


def test_a_block_is_used_up_to_its_last_number_and_no_further(kiosk: Kiosk) -> None:
    kiosk.wire.state = "cut"
    answers = [kiosk.touch(f"k{n}") for n in range(22)]
    assert [a.status_code for a in answers] == [201] * 20 + [503] * 2
    assert answers[-1].json["code"] == "no_numbers_left" and "cán bộ" in answers[-1].json["detail"]
    english = kiosk.page.post(
        "/api/v1/offices/demo/tickets", json={"service": "A"}, base_url="http://127.0.0.1:8090",
        headers={"Idempotency-Key": "en", "Accept-Language": "en"},
    ).json  # fmt: skip
    assert english["detail"] != answers[-1].json["detail"]


def test_numbers_are_borrowed_again_when_half_a_block_is_gone(kiosk: Kiosk) -> None:
    kiosk.wire.state = "cut"
    for n in range(11):
        kiosk.take(f"k{n}")
    kiosk.wire.state = "up"
    kiosk.work()
    today = [(x["first"], x["last"]) for x in kiosk.store.leases() if x["service"] == "A" and x["day"] == "2026-11-20"]
    assert today == [(501, 520), (521, 540)]


def test_a_morning_without_the_server_begins_with_yesterdays_loan(kiosk: Kiosk, server: Server, clock: Clock) -> None:
    kiosk.wire.state = "cut"
    evening = kiosk.take("k1")
    clock.turn(days=1)
    morning = kiosk.take("k2")
    assert (evening["number"], morning["number"]) == ("A501", "A501"), "a new day, a new series"
    kiosk.wire.state = "up"
    kiosk.work()
    assert line(server) == ["A501"]
    rows = server.system.uow.rows("ticket", number="A501")
    assert sorted((str(r["day"]), r["state"]) for r in rows) == [("2026-11-20", "expired"), ("2026-11-21", "waiting")]
    assert all(lease["day"] >= "2026-11-21" for lease in kiosk.store.leases()), "the old block went back"
    old = server.system.uow.rows("lease", day=rows[0]["day"], service="A")
    assert [row["returned_from"] for row in old if str(row["day"]) == "2026-11-20"] == [502]


def test_a_block_that_ran_out_is_not_used(kiosk: Kiosk, clock: Clock) -> None:
    with kiosk.store._writing() as db:
        db.execute("UPDATE lease SET expires_at = ?", ((clock() + timedelta(hours=1)).isoformat(),))
    kiosk.wire.state = "cut"
    kiosk.take("k1")
    clock.turn(hours=2)
    assert kiosk.touch("k2").json["code"] == "no_numbers_left"


def test_opening_hours_hold_without_the_server_too(kiosk: Kiosk, server: Server, clock: Clock) -> None:
    with server.system.uow.command("demo") as tx:
        row = tx.rows("office")[0]
        weekly = {str(day): [["07:30", "11:30"], ["13:30", "16:30"]] for day in range(5)}
        tx.change("office", {"id": row["id"]}, {"settings": row["settings"] | {"calendar": {"weekly": weekly}}})
        tx.reconfigure()
    kiosk.refresh()
    kiosk.wire.state = "cut"
    kiosk.take("k1")
    clock.turn(hours=4)
    refusal = kiosk.touch("k2").json
    assert (refusal["code"], refusal["opens_at"]) == ("service_closed", "2026-11-20T13:30:00+07:00")
    assert refusal["detail"] == "Lĩnh vực Hộ tịch hiện không phát số. Mở lại: 13:30 20/11/2026"
    view = kiosk.get("/api/v1/offices/demo").json
    assert view["services"][0]["open"] is False and view["hours"]["open"] is False
    clock.turn(hours=2)
    assert kiosk.take("k2")["number"] == "A502"


def test_a_daily_limit_holds_without_the_server_too(kiosk: Kiosk, server: Server) -> None:
    with server.system.uow.command("demo") as tx:
        tx.change("service", {"code": "A"}, {"settings": {"daily_limit": 2}})
        tx.reconfigure()
    kiosk.refresh()
    kiosk.wire.state = "cut"
    assert [kiosk.touch(f"k{n}").status_code for n in range(3)] == [201, 201, 409]
    refusal = kiosk.touch("k4").json
    assert (refusal["code"], refusal["opens_at"]) == ("daily_limit_reached", "2026-11-21T00:00:00+07:00")
    assert refusal["detail"].endswith("Phát số lại: 00:00 21/11/2026")


def test_a_kiosk_whose_token_was_ended_gives_no_numbers(kiosk: Kiosk, server: Server, clock: Clock) -> None:
    server.app.extensions["motcua_callers"].forget()
    with server.system.uow.command("demo") as tx:
        tx.change("device", {"name": "kiosk-1"}, {"token_hash": None})
    kiosk.refresh()
    kiosk.wire.state = "cut"
    with pytest.raises(Problem) as refused:
        kiosk.desk.take("k1", {"service": "A"}, {})
    assert refused.value.code == "kiosk_revoked"


def test_a_clock_that_jumps_while_alone_does_not_change_the_order(kiosk: Kiosk, server: Server, clock: Clock) -> None:
    kiosk.wire.state = "cut"
    kiosk.take("k1")
    kiosk.wrong_by = -timedelta(days=9000)
    kiosk.kill()
    kiosk.take("k2")
    clock.turn(minutes=2)
    kiosk.wire.state = "up"
    kiosk.work()
    assert line(server) == ["A501", "A502"]


def test_the_next_number_of_the_server_never_stands_before_the_last_one_of_the_kiosk(
    kiosk: Kiosk, server: Server, clock: Clock
) -> None:
    """A quick clock at the kiosk: its touches bear moments that the server's clock has not come to."""
    kiosk.wire.state = "cut"
    kiosk.now.failed()
    kiosk.wrong_by = timedelta(milliseconds=40)
    kiosk.restart()
    last = kiosk.take("alone")
    kiosk.wire.state = "up"
    kiosk.courier.round()
    kiosk.courier.round()
    assert not kiosk.now.circuit.online
    clock.turn(milliseconds=60)
    kiosk.work()
    assert kiosk.now.circuit.online
    assert kiosk.take("again together")["issued_at"] >= last["issued_at"]


def test_a_clock_that_the_server_sets_back_does_not_change_the_order(kiosk: Kiosk, clock: Clock) -> None:
    kiosk.wire.state = "cut"
    kiosk.take("k1")
    kiosk.clock.set_by(clock() - timedelta(minutes=5), 0)
    kiosk.take("k2")
    first, second = kiosk.store.undelivered(10)
    assert (first["key"], second["key"]) == ("k1", "k2") and first["issued_at"] < second["issued_at"]


def test_a_lost_answer_to_a_loan_costs_no_second_block(kiosk: Kiosk, server: Server, clock: Clock) -> None:
    clock.turn(days=1)
    kiosk.wire.state = "deaf"
    with pytest.raises(Gone):
        kiosk.courier._borrow("A", "next")
    kiosk.wire.state = "up"
    kiosk.courier._borrow("A", "next")
    assert len([row for row in server.system.uow.rows("lease", service="A") if str(row["day"]) == "2026-11-22"]) == 1


def test_a_server_that_forgot_a_number_cannot_make_the_kiosk_show_it_twice(kiosk: Kiosk, server: Server) -> None:
    kiosk.take("k1")
    with server.engine.connect() as connection, connection.begin():
        for table in ("print_job", "ticket_interval", "event", "ticket", "series"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    with server.system.uow.command("demo") as tx:
        tx.reconfigure()
    assert kiosk.take("k2")["number"] == "A501"


def test_after_a_restore_everything_of_today_is_told_again(kiosk: Kiosk, server: Server) -> None:
    kiosk.take("k1")
    kiosk.wire.state = "cut"
    kiosk.take("k2")
    kiosk.wire.state = "up"
    kiosk.work()
    with server.engine.connect() as connection, connection.begin():
        for table in ("print_job", "ticket_interval", "event", "ticket", "series", "lease", "idempotency"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    with server.system.uow.command("demo") as tx:
        tx.reconfigure()
    kiosk.refresh()
    assert sorted(line(server)) == ["A001", "A501"]
    assert kiosk.take("k3")["number"] == "A1001"


# --- what the page and staff see --------------------------------------------------------------------------------------


def test_the_page_reads_the_office_and_its_own_ticket_without_the_server(kiosk: Kiosk) -> None:
    assert kiosk.get("/api/v1/offices/demo/board").status_code == 200
    kiosk.wire.state = "cut"
    told = kiosk.take("k1")
    assert kiosk.get("/api/v1/offices/demo").json["services"][0]["names"]["en"] == "Civil status"
    assert kiosk.get(f"/api/v1/tickets/{told['id']}").json["print"]["state"] == "queued"
    token = told["track_url"].rsplit("/", 1)[1]
    assert b"<svg" in kiosk.get(f"/t/{token}/qr.svg").data
    board = kiosk.get("/api/v1/offices/demo/board")
    assert board.status_code == 200 and board.headers["Motcua-Offline"] == "1"
    assert kiosk.get("/api/v1/offices/demo/other").json["code"] == "offline"


def test_what_became_of_the_paper_is_kept_and_told(kiosk: Kiosk, server: Server) -> None:
    told = kiosk.take("k1")
    kiosk.store.paper("k1", "printed", None)
    assert kiosk.get(f"/api/v1/tickets/{told['id']}").json["print"] == {"state": "printed", "detail": None}
    kiosk.work()
    assert [row["state"] for row in server.system.uow.rows("print_job", ticket_id=told["id"])] == ["printed"]


def test_staff_see_what_waits(kiosk: Kiosk, helper: Person, clock: Clock) -> None:
    kiosk.wire.state = "cut"
    for n in range(3):
        kiosk.take(f"k{n}")
    clock.turn(minutes=2)
    device = lambda: next(  # noqa: E731
        d for d in (helper.get("/offices/demo/devices").json or {})["devices"] if d["name"] == "kiosk-1"
    )
    assert device()["state"] == "offline"
    kiosk.wire.state = "up"
    kiosk.courier.round()
    assert (device()["state"], device()["detail"]["undelivered"]) == ("warning", 3)
    assert device()["detail"]["offline_since"].startswith("2026-11-20T01:00")
    kiosk.work(), kiosk.courier._report()
    assert (device()["state"], device()["detail"]["last_outage"]["given"]) == ("ok", 3)
    health = kiosk.get("/healthz").json
    assert (health["online"], health["undelivered"], health["numbers_left"]["B"]) == (True, 0, 20)


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
def test_nobody_but_its_own_page_uses_a_kiosks_token(kiosk: Kiosk, headers: dict[str, str]) -> None:
    answer = kiosk.page.get("/api/v1/offices/demo", base_url="http://127.0.0.1:8090", headers=headers)
    assert answer.status_code == 403


def test_a_refusal_of_the_server_is_passed_on_as_it_is(kiosk: Kiosk) -> None:
    answer = kiosk.touch("k1", "Z")
    assert (answer.status_code, answer.json["code"]) == (404, "service_not_found")
    assert kiosk.store.touch("k1") is None


def test_the_store_is_durable(kiosk: Kiosk) -> None:
    database: sqlite3.Connection = kiosk.store._db
    assert database.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert database.execute("PRAGMA synchronous").fetchone()[0] == 2


def test_the_page_comes_up_from_the_installed_files_alone(kiosk: Kiosk) -> None:
    from kiosk.runtime import page

    page.register(kiosk.page.application, lambda: "demo", kiosk.folder)
    kiosk.wire.state = "cut"
    shell = kiosk.get("/kiosk")
    assert shell.status_code == 200 and "/kiosk/static/app.js" in shell.text
    assert "nonce-" in shell.headers["Content-Security-Policy"]
    for file in ("/kiosk/static/app.js", "/static/js/api.js"):
        with kiosk.get(file) as answer:
            assert answer.status_code == 200, file
    texts = kiosk.get("/i18n/en.json").json["messages"]
    assert texts["Không tìm thấy."] == "Not found."
    assert kiosk.get("/console").status_code == 404 and kiosk.get("/").headers["Location"] == "/kiosk"
