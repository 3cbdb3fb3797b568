"""A visit of several services, a hand-over, and a head who steers: by the API, on both databases, with their traces."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from server.app import Server
from tests.api.conftest import Person

SignIn = Callable[[str], Person]
DEMO = "/offices/demo"


@pytest.fixture
def head(sign_in: SignIn) -> Person:
    return sign_in("head")


def officer_id(person: Person) -> str:
    return str((person.get("/me").json or {})["user"]["id"])


def test_a_visit_of_two_services_is_two_sessions_and_one_unbroken_history(
    officer: Person, kiosk: Person, sign_in: SignIn, server: Server
) -> None:
    ticket = kiosk.take("A")
    officer.next()
    officer.do(ticket, "start")
    here = officer.do(ticket, "go-on", service="B", here=True)
    assert (here.status_code, here.json["state"], here.json["service"]) == (200, "serving", "B")  # type: ignore[index]
    away = officer.do(ticket, "go-on", service="C", note="trích lục")
    assert (away.json["state"], away.json["number"]) == ("waiting", "A001")  # type: ignore[index]
    colleague = sign_in("officer3")
    colleague.post(f"{DEMO}/counters/3/open")
    assert colleague.next(3)["number"] == "A001"
    colleague.do(ticket, "finish")
    history = (officer.get(f"/tickets/{ticket['id']}/history").json or {})["intervals"]
    told = [(i["state"], i["service"], i["counter"]) for i in history]
    assert told == [
        ("waiting", "A", None), ("called", "A", 1), ("serving", "A", 1), ("serving", "B", 1),
        ("waiting", "C", None), ("called", "C", 3), ("completed", "C", 3),
    ]  # fmt: skip
    assert [i["to_at"] for i in history[:-1]] == [i["from_at"] for i in history[1:]]
    sessions = server.system.uow.rows("service_session", ticket_id=ticket["id"])
    assert sorted((s["service"], s["counter"]) for s in sessions) == [("A", 1), ("B", 1), ("C", 3)]


def test_a_hand_over_moves_the_counter_and_is_logged(officer: Person, kiosk: Person, sign_in: SignIn) -> None:
    ticket = kiosk.take("A")
    officer.next()
    officer.do(ticket, "start")
    khanh = sign_in("officer2")
    body = {"officer": officer_id(khanh), "note": "hết ca"}
    answer = officer.post(f"{DEMO}/counters/1/hand-over", body)
    assert answer.status_code == 200 and answer.json["officer"]["name"] == "Trần Quốc Khánh"  # type: ignore[index]
    refused = officer.do(ticket, "finish")
    assert (refused.status_code, (refused.json or {})["code"]) == (403, "not_your_counter")
    assert khanh.do(ticket, "finish").status_code == 200
    rows = (sign_in("admin").get(f"{DEMO}/audit").json or {})["rows"]
    [row] = [row for row in rows if row["action"] == "counter.hand_over"]
    assert (row["subject"], row["why"]) == ("1", "hết ca")
    assert row["actor"] == "staff:Nguyễn Thị Minh Ngọc"


def test_two_officers_cannot_have_one_counter_nor_one_officer_two(officer: Person, sign_in: SignIn) -> None:
    taken = sign_in("officer2").post(f"{DEMO}/counters/1/open")
    assert (taken.status_code, (taken.json or {})["code"]) == (409, "counter_taken")
    second = officer.post(f"{DEMO}/counters/2/open")
    assert (second.status_code, (second.json or {})["code"]) == (409, "officer_at_another_counter")
    stranger = sign_in("officer2").post(f"{DEMO}/counters/1/hand-over", {"officer": officer_id(officer)})
    assert (stranger.status_code, (stranger.json or {})["code"]) == (403, "not_your_counter")


def test_a_head_seats_an_officer_elsewhere(officer: Person, head: Person) -> None:
    answer = head.post(f"{DEMO}/counters/4/assign", {"officer": officer_id(officer)})
    assert answer.status_code == 200 and (officer.get("/me").json or {})["counter"] == 4
    states = {c["number"]: c["state"] for c in (head.get(f"{DEMO}/floor").json or {})["counters"]}
    assert (states[1], states[4]) == ("closed", "open")
    seats = {o["name"]: o["counter"] for o in (head.get(f"{DEMO}/floor").json or {})["officers"]}
    assert seats["Nguyễn Thị Minh Ngọc"] == 4 and "Bùi Thị Hồng Nhung" not in seats
    assert officer.post(f"{DEMO}/counters/5/assign", {"officer": officer_id(officer)}).status_code == 403


def test_a_field_stopped_by_the_head_says_why_at_the_kiosk_and_opens_again(
    head: Person, kiosk: Person, officer: Person
) -> None:
    waiting = kiosk.take("A")
    stopped = head.post(f"{DEMO}/services/A/stop", {"reason": "cán bộ đi họp đột xuất"})
    assert stopped.json == {"service": "A", "stopped": True, "reason": "cán bộ đi họp đột xuất"}
    refused = kiosk.post(f"{DEMO}/tickets", {"service": "A"}, key="stopped")
    assert (refused.status_code, (refused.json or {})["code"]) == (409, "service_stopped")
    assert "cán bộ đi họp đột xuất" in (refused.json or {})["detail"]
    shown = next(s for s in (kiosk.get(DEMO).json or {})["services"] if s["code"] == "A")
    assert (shown["open"], shown["closed_reason"]) == (False, "stopped")
    assert officer.next()["number"] == waiting["number"], "who holds a number is still served"
    assert head.post(f"{DEMO}/services/A/release").status_code == 200
    assert kiosk.take("A")["number"] == "A002"


def test_a_stop_needs_a_reason_and_ends_with_the_day(head: Person, kiosk: Person, clock: object) -> None:
    assert head.post(f"{DEMO}/services/A/stop", {"reason": "  "}).status_code == 422
    assert head.post(f"{DEMO}/services/Z/stop", {"reason": "x"}).status_code == 404
    head.post(f"{DEMO}/services/A/stop", {"reason": "x"})
    clock.turn(days=1)  # type: ignore[attr-defined]
    assert kiosk.take("A")["number"] == "A001"


def test_the_outlook_names_who_is_next_at_each_counter(head: Person, kiosk: Person) -> None:
    kiosk.take("A"), kiosk.take("C")
    outlook = {c["counter"]: c for c in (head.get(f"{DEMO}/next").json or {})["counters"]}
    assert [outlook[n]["number"] for n in (1, 2, 3, 5)] == ["A001", "A001", "C001", None]
    assert outlook[3]["reason"]["rule"] == "first_come"
    one = (head.get(f"{DEMO}/next?counter=3").json or {})["counters"]
    assert [c["number"] for c in one] == ["C001"]
    assert head.get(f"{DEMO}/next?counter=77").status_code == 404
    assert head.get(f"{DEMO}/next?counter=x").status_code == 422
