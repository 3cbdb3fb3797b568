"""Administration: one description out, one in, everything logged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from server.app import Server
from server.services.audit import first_broken
from tests.api.conftest import PASSWORD, Person

SignIn = Callable[[str], Person]


@pytest.fixture
def admin(sign_in: SignIn) -> Person:
    return sign_in("admin")


def put(person: Person, path: str, body: Any) -> Any:
    return person.client.put(f"/api/v1{path}", json=body, headers=person.headers)


def test_what_comes_out_goes_in_and_changes_nothing(admin: Person) -> None:
    before = admin.get("/offices/demo/config").json or {}
    answer = put(admin, "/offices/demo/config", before)
    assert answer.status_code == 200, answer.json
    assert answer.json["office"] == before["office"]
    as_file = admin.get("/offices/demo/config?format=yaml").get_data(as_text=True)
    assert put(admin, "/offices/demo/config", {"file": as_file}).json["office"] == before["office"]


def test_a_change_holds_at_once_and_history_stays(admin: Person, kiosk: Person, anybody: Person) -> None:
    assert admin.do(kiosk.take("F"), "cancel").status_code == 200
    config = admin.get("/offices/demo/config").json or {}
    office = config["office"]
    office["services"] = [s for s in office["services"] if s["code"] != "F"]
    office["services"][0]["daily_limit"] = 1
    for counter in office["counters"]:
        counter["services"] = [s for s in counter["services"] if s != "F"]
    assert put(admin, "/offices/demo/config", config).status_code == 200
    assert [s["code"] for s in anybody.get("/offices/demo").json["services"]] == list("ABCDE")  # type: ignore[index]
    assert kiosk.take("A")["number"] == "A001"
    refused = kiosk.post("/offices/demo/tickets", {"service": "A"}, key="one too many")
    assert (refused.status_code, (refused.json or {})["code"]) == (409, "daily_limit_reached")
    gone = kiosk.post("/offices/demo/tickets", {"service": "F"}, key="gone")
    assert (gone.status_code, (gone.json or {})["code"]) == (404, "service_not_found")


def test_two_administrators_do_not_overwrite_each_other(admin: Person) -> None:
    config = admin.get("/offices/demo/config").json or {}
    assert put(admin, "/offices/demo/config", config).status_code == 200
    late = put(admin, "/offices/demo/config", config)
    assert (late.status_code, late.json["code"]) == (409, "config_changed")


def test_a_fault_changes_nothing(admin: Person) -> None:
    before = admin.get("/offices/demo/config").json or {}
    broken = {"file": "format: motcua-office/1\ncode: demo\nnames: {vi: X}\nservices: []\ncounters: []\n"}
    answer = put(admin, "/offices/demo/config", broken)
    assert (answer.status_code, answer.json["code"]) == (422, "office_file_refused")
    assert any(fault.startswith("4: services") for fault in answer.json["faults"])
    assert admin.get("/offices/demo/config").json == before


def test_a_file_can_be_tried_without_changing_anything(admin: Person) -> None:
    before = admin.get("/offices/demo/config").json or {}
    as_file = admin.get("/offices/demo/config?format=yaml").get_data(as_text=True)
    assert put(admin, "/offices/demo/config", {"file": as_file, "dry_run": True}).json["changes"] == []
    wanted = as_file.replace("1900 0000", "1900 1111").replace("Hộ tịch", "Hộ tịch, quốc tịch")
    tried = put(admin, "/offices/demo/config", {"file": wanted, "dry_run": True})
    assert [(c["path"], c["before"], c["after"]) for c in tried.json["changes"]] == [
        ("hotline", "1900 0000", "1900 1111"), ("services.A.names.vi", "Hộ tịch", "Hộ tịch, quốc tịch"),
    ]  # fmt: skip
    broken = put(admin, "/offices/demo/config", {"file": as_file.replace("number: 5", "number: 4"), "dry_run": True})
    assert (broken.status_code, broken.json["code"]) == (422, "office_file_refused")
    assert admin.get("/offices/demo/config").json == before


def test_a_closed_hour_is_told_with_the_next_opening(admin: Person, kiosk: Person) -> None:
    config = admin.get("/offices/demo/config").json or {}
    config["office"]["calendar"] = {"weekly": {"4": [["13:15", "16:30"]]}}
    assert put(admin, "/offices/demo/config", config).status_code == 200
    answer = kiosk.post("/offices/demo/tickets", {"service": "A"}, key="at eight in the morning")
    assert (answer.status_code, (answer.json or {})["code"]) == (409, "service_closed")
    assert (answer.json or {})["opens_at"].startswith("2026-11-20T13:15")


def test_people_are_added_changed_and_locked_out(admin: Person, sign_in: SignIn, anybody: Person) -> None:
    body = {"name": "Hoàng Thị Lan", "roles": ["officer"], "password": PASSWORD}
    assert put(admin, "/offices/demo/staff/lan", body).status_code == 200
    lan = sign_in("lan")
    assert lan.post("/offices/demo/counters/4/open").status_code == 200
    body = {"name": "Hoàng Thị Lan", "roles": ["helper"], "active": False}
    assert put(admin, "/offices/demo/staff/lan", body).status_code == 200
    assert lan.get("/me").status_code == 401, "the account is locked at once"
    assert anybody.post("/session", {"username": "lan", "password": PASSWORD}).status_code == 401
    weak = put(admin, "/offices/demo/staff/mai", {"name": "Mai", "roles": ["officer"], "password": "123"})
    assert (weak.status_code, weak.json["code"]) == (422, "invalid_request")
    assert weak.json["detail"] == "Yêu cầu chưa đúng: mật khẩu cần ít nhất 8 ký tự"


def test_only_administrators_do_this(officer: Person, sign_in: SignIn) -> None:
    for person in (officer, sign_in("helper"), sign_in("head")):
        assert person.get("/offices/demo/config").status_code == 403
        assert put(person, "/offices/demo/staff/x1", {"name": "x", "roles": []}).status_code == 403


def test_the_log_knows_who_did_what_and_shows_when_it_was_altered(admin: Person, server: Server) -> None:
    put(admin, "/offices/demo/staff/lan", {"name": "Lan", "roles": ["officer"], "password": PASSWORD})
    log = admin.get("/offices/demo/audit").json or {}
    assert log["intact"] is True and log["rows"][0]["action"] == "staff.put"
    assert log["rows"][0]["actor"] == "staff:Quản trị viên" and PASSWORD not in str(log)
    rows = sorted(server.system.uow.rows("audit"), key=lambda r: r["id"])
    assert first_broken(rows) is None
    altered = [rows[0] | {"actor": "somebody else"}, *rows[1:]]
    assert first_broken(altered) == rows[0]["id"]
    assert first_broken(rows[1:]) == rows[1]["id"], "a row that was taken out shows as well"


def test_the_catalogue_is_public_and_changes_with_its_office(admin: Person, anybody: Person) -> None:
    first = anybody.get("/offices/demo/procedures")
    birth = first.json["services"][0]["procedures"][0]  # type: ignore[index]
    assert birth["code"] == "1.001193"
    assert birth["names"] == {"vi": "Đăng ký khai sinh", "en": "Birth registration"}
    assert len(birth["papers"]) == 4
    assert birth["fee"]["en"] == "Free of charge"
    known = anybody.client.get("/api/v1/offices/demo/procedures", headers={"If-None-Match": first.headers["ETag"]})
    assert known.status_code == 304
    config = admin.get("/offices/demo/config").json or {}
    listed = config["office"]["services"][0]["procedures"]
    listed[:2] = [listed[1] | {"papers": []}]
    assert put(admin, "/offices/demo/config", config).status_code == 200
    again = anybody.get("/offices/demo/procedures").json or {}
    assert again["config_version"] == anybody.get("/offices/demo").json["config_version"]  # type: ignore[index]
    procedures = again["services"][0]["procedures"]
    assert [each["code"] for each in procedures] == [each["code"] for each in listed]
    assert procedures[0]["papers"] == []


def without(admin: Person, part: str, key: str, value: Any) -> TestResponse:
    """Save the office as it is, less one of its counters or fields."""
    config = dict(admin.get("/offices/demo/config").json or {})
    config["office"][part] = [each for each in config["office"][part] if each[key] != value]
    for counter in config["office"]["counters"]:
        counter["services"] = [code for code in counter["services"] if (key, code) != ("code", value)]
    return put(admin, "/offices/demo/config", config)


def test_a_counter_goes_when_nobody_needs_it_any_more(admin: Person, officer: Person, kiosk: Person) -> None:
    """Removed under an officer it left a number in no list, and the officer could sit down nowhere else."""
    kiosk.take("B")
    sent = kiosk.take("B")
    assert put_code(without(admin, "counters", "number", 1)) == (409, "counter_in_use")
    assert officer.do(sent, "transfer", counter=1).status_code == 200
    held = officer.next(1)
    refused = without(admin, "counters", "number", 1)
    assert put_code(refused) == (409, "counter_busy") and refused.json["number"] == held["number"]  # type: ignore[index]
    officer.do(held, "transfer", service="C")
    officer.post("/offices/demo/counters/1/close")
    assert officer.post("/offices/demo/counters/2/open").status_code == 200
    third = kiosk.take("B")
    officer.do(third, "transfer", counter=1)
    assert put_code(without(admin, "counters", "number", 1)) == (409, "counter_awaited")
    assert officer.do(third, "transfer", service="B").status_code == 200
    assert without(admin, "counters", "number", 1).status_code == 200


def test_a_field_goes_when_its_line_is_empty(admin: Person, officer: Person, kiosk: Person) -> None:
    ticket = kiosk.take("F")
    config = dict(admin.get("/offices/demo/config").json or {})
    config["office"]["services"] = [each for each in config["office"]["services"] if each["code"] != "F"]
    for counter in config["office"]["counters"]:
        counter["services"] = [code for code in counter["services"] if code != "F"]
    assert put_code(put(admin, "/offices/demo/config", config | {"dry_run": True})) == (409, "service_in_use")
    refused = without(admin, "services", "code", "F")
    assert put_code(refused) == (409, "service_in_use")
    assert "Trả kết quả còn 1 số" in refused.json["detail"]  # type: ignore[index]
    assert officer.do(ticket, "transfer", service="A").status_code == 200
    assert without(admin, "services", "code", "F").status_code == 200


def put_code(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, dict(answer.json or {}).get("code", "")
