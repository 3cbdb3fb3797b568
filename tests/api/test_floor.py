"""What heads and helpers do: the what-if, notices, corrections, and devices that administrators add."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from server.app import Server
from tests.api.conftest import Person

SignIn = Callable[[str], Person]


@pytest.fixture
def admin(sign_in: SignIn) -> Person:
    return sign_in("admin")


@pytest.fixture
def head(sign_in: SignIn) -> Person:
    return sign_in("head")


def put(person: Person, path: str, body: Any) -> Any:
    return person.client.put(f"/api/v1{path}", json=body, headers=person.headers)


def test_more_counters_shorten_the_wait_by_the_boards_own_model(head: Person, kiosk: Person, officer: Person) -> None:
    for _number in range(8):
        kiosk.take("A")
    plan = head.get("/offices/demo/what-if?service=A&counters=2").json or {}
    board = {w["service"]: w for w in head.get("/offices/demo/board").json["waiting"]}  # type: ignore[index]
    assert plan["now_s"] == board["A"]["expected_wait_s"], "one model serves both"
    assert (plan["people_ahead"], plan["opened"], plan["dedicated"]) == (8, [2], 1)
    assert plan["then_s"]["high"] < plan["now_s"]["low"]


def test_a_closed_line_has_no_wait_until_a_counter_opens(head: Person, kiosk: Person) -> None:
    kiosk.take("C")
    plan = head.get("/offices/demo/what-if?service=C&counters=1").json or {}
    assert plan["now_s"] is None and plan["then_s"]["high"] > 0 and plan["opened"] == [3]


@pytest.mark.parametrize(
    ("query", "status"), [("service=A&counters=0", 422), ("service=A&counters=21", 422), ("service=Z", 404)]
)
def test_a_plan_that_means_nothing_is_refused(head: Person, query: str, status: int) -> None:
    assert head.get(f"/offices/demo/what-if?{query}").status_code == status


def test_a_helper_corrects_brings_back_and_prints_again(sign_in: SignIn, kiosk: Person) -> None:
    helper = sign_in("helper")
    ticket = kiosk.take("A")
    assert helper.do(ticket, "correct", priority="elderly", note="có thẻ").json["priority"] == "elderly"  # type: ignore[index]
    assert helper.do(ticket, "transfer", service="B").json["service"] == "B"  # type: ignore[index]
    assert helper.do(ticket, "print").json["copy"] == 2  # type: ignore[index]
    assert helper.do(ticket, "cancel", note="lấy nhầm").json["state"] == "cancelled"  # type: ignore[index]


def test_setting_up_leaves_the_notice_on_the_boards(head: Person, admin: Person, anybody: Person) -> None:
    head.post("/offices/demo/notice", {"vi": "Nghỉ sớm lúc 16:00"})
    config = admin.get("/offices/demo/config").json
    assert put(admin, "/offices/demo/config", config).status_code == 200
    assert anybody.get("/offices/demo/board").json["notice"] == {"vi": "Nghỉ sớm lúc 16:00"}  # type: ignore[index]


# --- devices ----------------------------------------------------------------------------------------------------------


def test_a_device_is_added_paired_and_changed(admin: Person, anybody: Person) -> None:
    added = admin.post("/offices/demo/devices", {"kind": "panel", "name": "bang-4", "counter": 4})
    assert added.status_code == 201 and added.json["pairing"] == "none"  # type: ignore[index]
    path = f"/offices/demo/devices/{added.json['id']}"  # type: ignore[index]
    code = admin.post(f"{path}/pairing").json["code"]  # type: ignore[index]
    assert anybody.post("/devices/pair", {"code": code}).json["device"]["counter"] == 4  # type: ignore[index]
    changed = put(admin, path, {"kind": "panel", "name": "bang-5", "counter": 5})
    assert (changed.json["name"], changed.json["counter"], changed.json["pairing"]) == ("bang-5", 5, "paired")


REFUSED = [
    ({"kind": "panel", "name": "tablet"}, "device_name_taken"),
    ({"kind": "panel", "name": "x", "counter": 77}, "counter_not_found"),
    ({"kind": "printer", "name": "x", "agent": "nobody"}, "invalid_request"),
    ({"kind": "toaster", "name": "x"}, "invalid_request"),
    ({"kind": "panel", "name": ""}, "invalid_request"),
]


@pytest.mark.parametrize(("body", "code"), REFUSED)
def test_a_device_that_cannot_be_is_refused(admin: Person, body: dict[str, Any], code: str) -> None:
    assert admin.post("/offices/demo/devices", body).json["code"] == code  # type: ignore[index]


def test_a_device_never_becomes_another_kind(admin: Person) -> None:
    devices = admin.get("/offices/demo/devices/settings").json["devices"]  # type: ignore[index]
    tablet = next(d for d in devices if d["name"] == "tablet")
    answer = put(admin, f"/offices/demo/devices/{tablet['id']}", {"kind": "agent", "name": "tablet"})
    assert answer.json["code"] == "invalid_request", "its token would be worth more than it was given for"


def test_no_secret_of_a_device_is_shown(admin: Person, server: Server) -> None:
    shown = admin.get("/offices/demo/devices/settings").get_data(as_text=True)
    for row in server.system.uow.rows("device"):
        assert not row["token_hash"] or row["token_hash"] not in shown


# --- the calendar's first filling -------------------------------------------------------------------------------------


def test_holidays_are_a_proposal_and_24_november_is_a_switch(admin: Person) -> None:
    def days(query: str) -> dict[str, Any]:
        return {d["date"]: d for d in admin.get(f"/offices/demo/holidays?{query}").json["days"]}  # type: ignore[index]

    plain = days("year=2026")
    assert plain["2026-02-17"]["windows"] == [] and plain["2026-02-17"]["name"] == "Tết Nguyên Đán"
    assert plain["2026-08-22"]["windows"] == [["00:00", "24:00"]], "a Saturday that is worked opens like a Friday"
    assert "2026-11-24" not in plain and "2026-11-24" in days("year=2026&culture_day=1")
    assert admin.get("/offices/demo/config").json["office"]["calendar"].get("exceptions", {}) == {}  # type: ignore[index]


def test_a_refused_file_says_where_and_of_what_kind(admin: Person) -> None:
    service = "services:\n- code: A\n  names: {vi: A}\n  prefix: abc\n"
    text = f"code: demo\nnames: {{vi: P}}\n{service}counters:\n- {{number: 0, services: [A]}}\n"
    places = put(admin, "/offices/demo/config", {"file": text}).json["places"]
    assert [(p["path"], p["line"], p["kind"]) for p in places] == [
        ("services.0.prefix", 6, "string_pattern_mismatch"), ("counters.0.number", 8, "greater_than_equal"),
    ]  # fmt: skip


@pytest.mark.parametrize("template", ["Mời số {number}", "{number} {counter} {office}", "{number.real} {counter}", "{"])
def test_a_wording_that_could_not_be_spoken_is_refused(admin: Person, template: str) -> None:
    config = admin.get("/offices/demo/config").json or {}
    config["office"]["texts"] = {"voice": {"invite": {"vi": template}}}
    answer = put(admin, "/offices/demo/config", config)
    assert (answer.status_code, answer.json["code"]) == (422, "office_file_refused")
