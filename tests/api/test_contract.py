"""The public contract: addresses, fields and codes exactly as promised."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from server.app import utc_now
from tests.api.conftest import Clock, Person

SignIn = Callable[[str], Person]


def test_a_number_is_taken_once_for_a_key(kiosk: Person) -> None:
    body = {"service": "A", "priority": "elderly", "language": "en"}
    first = kiosk.post("/offices/demo/tickets", body, key="one touch")
    again = kiosk.post("/offices/demo/tickets", body, key="one touch")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    told = first.json or {}
    assert told["number"] == "A001" and told["service"] == "A" and told["state"] == "waiting"
    assert told["people_ahead"] == 0 and told["counters"] == [1, 2] and told["expected_wait_s"] is None
    assert told["print"] == {"state": "queued"}
    assert datetime.fromisoformat(told["issued_at"]).utcoffset() is not None
    assert "/t/" in told["track_url"]
    assert kiosk.take()["number"] == "A002"


def test_the_same_key_for_something_else_is_refused(kiosk: Person) -> None:
    kiosk.post("/offices/demo/tickets", {"service": "A"}, key="k")
    answer = kiosk.post("/offices/demo/tickets", {"service": "B"}, key="k")
    assert (answer.status_code, answer.json["code"]) == (409, "idempotency_key_reused")  # type: ignore[index]


def test_a_key_still_answers_after_the_office_closed(kiosk: Person, sign_in: SignIn, clock: Clock) -> None:
    first = kiosk.post("/offices/demo/tickets", {"service": "A"}, key="late").json
    clock.turn(days=1)
    assert kiosk.post("/offices/demo/tickets", {"service": "A"}, key="late").json == first
    assert kiosk.take()["number"] == "A001", "a new day begins at one"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "invalid_request"),
        ({"service": "Z"}, 404, "service_not_found"),
        ({"service": ["A"]}, 422, "invalid_request"),
        ({"service": "A", "priority": "vip"}, 422, "invalid_request"),
        ({"service": "A", "language": "fr"}, 422, "invalid_request"),
        ({"service": "A", "name": "Nguyễn Văn A"}, 422, "invalid_request"),
        ({"service": "A\x00"}, 422, "invalid_request"),
        ([], 422, "invalid_request"),
    ],
)
def test_bad_requests_for_a_number(kiosk: Person, body: object, status: int, code: str) -> None:
    answer = kiosk.post("/offices/demo/tickets", body, key="bad")
    assert (answer.status_code, (answer.json or {})["code"]) == (status, code)
    assert answer.mimetype == "application/problem+json"
    assert kiosk.take()["number"] == "A001", "nothing was half done"


def test_a_missing_key_and_bytes_that_are_not_json(kiosk: Person) -> None:
    assert kiosk.post("/offices/demo/tickets", {"service": "A"}).json["code"] == "idempotency_key_required"  # type: ignore[index]
    answer = kiosk.client.post(
        "/api/v1/offices/demo/tickets", data=b"\xff\xfe{", headers=kiosk.headers | {"Idempotency-Key": "k"}
    )
    assert (answer.status_code, (answer.json or {})["code"]) == (400, "bad_request")


def test_refusals_speak_the_callers_language(kiosk: Person) -> None:
    vietnamese = kiosk.post("/offices/demo/tickets", {"service": "Z"}, key="k").json or {}
    english = kiosk.post("/offices/demo/tickets", {"service": "Z"}, key="k", **{"Accept-Language": "en"}).json or {}
    assert vietnamese["detail"] == "Không có lĩnh vực Z."
    assert english["detail"] != vietnamese["detail"] and english["code"] == vietnamese["code"]


@pytest.mark.parametrize(
    ("body", "vietnamese", "english"),
    [
        ({}, "service: còn thiếu", "service: missing"),
        ([], "phải gồm các mục, mỗi mục có tên và giá trị", "must have entries, each with a name and a value"),
        ({"service": 1}, "service: phải là chữ; là số thì đặt trong ngoặc kép",
         "service: must be text; put a number into quotation marks"),
        ({"service": "A" * 41}, "service: dài quá: nhiều nhất 40 ký tự", "service: too long: at most 40 characters"),
        ({"service": "A\x00"}, "service: có ký tự điều khiển", "service: has control characters"),
        ({"service": "A", "colour": "red"}, "colour: không có mục nào tên này",
         "colour: there is no setting of this name"),
        ({"service": "A", "priority": "vip"},
         "priority: chỉ nhận: elderly, disabled, pregnant, with_infant, meritorious",
         "priority: one of: elderly, disabled, pregnant, with_infant, meritorious"),
        ({"service": "A", "language": "fr"}, "language: chỉ nhận: vi, en", "language: one of: vi, en"),
    ],
)
def test_what_is_wrong_with_a_body_is_said_in_the_callers_language(
    kiosk: Person, body: object, vietnamese: str, english: str
) -> None:
    answers = [kiosk.post("/offices/demo/tickets", body, key="k", **{"Accept-Language": code}) for code in ("vi", "en")]
    said = [(answer.json or {})["detail"] for answer in answers]
    assert said == [f"Yêu cầu chưa đúng: {vietnamese}", f"The request is not right: {english}"]


def test_null_is_the_same_as_left_out(kiosk: Person) -> None:
    told = kiosk.post("/offices/demo/tickets", {"service": "A", "priority": None, "language": None}, key="k")
    assert told.status_code == 201 and (told.json or {})["language"] == "vi"


def test_an_office_that_is_not_there_is_said_so_whoever_asks(kiosk: Person, officer: Person, anybody: Person) -> None:
    for asked in (
        kiosk.post("/offices/nowhere/tickets", {"service": "A"}, key="k"),
        officer.post("/offices/nowhere/counters/1/open"),
        officer.get("/offices/nowhere/stats"),
        anybody.get("/offices/nowhere/board"),
    ):
        assert (asked.status_code, (asked.json or {})["code"]) == (404, "office_not_found")
    assert anybody.post("/offices/nowhere/counters/1/open").status_code == 401


def test_a_day_at_the_counter(kiosk: Person, officer: Person) -> None:
    first, second = kiosk.take(), kiosk.take()
    called = officer.next()
    assert called["number"] == first["number"] and called["state"] == "called" and called["counter"] == 1
    assert called["reason"] == {"rule": "first_come", "passed_over": []}
    assert officer.post("/offices/demo/counters/1/next").json["code"] == "counter_busy"  # type: ignore[index]
    assert officer.do(first, "no-show").json["code"] == "too_few_calls"  # type: ignore[index]
    assert officer.do(first, "recall").json["call_count"] == 2  # type: ignore[index]
    assert officer.do(first, "recall").json["call_count"] == 3  # type: ignore[index]
    assert officer.do(first, "no-show").json["state"] == "no_show"  # type: ignore[index]
    assert officer.next()["number"] == second["number"]
    assert officer.do(second, "start").json["state"] == "serving"  # type: ignore[index]
    assert officer.do(second, "hold", note="bổ sung bản sao").json["state"] == "held"  # type: ignore[index]
    assert officer.post("/offices/demo/counters/1/next").status_code == 204
    assert officer.do(second, "resume").json["state"] == "called"  # type: ignore[index]
    assert officer.do(second, "transfer", service="C").json["service"] == "C"  # type: ignore[index]
    assert officer.do(first, "requeue").json["state"] == "waiting"  # type: ignore[index]
    assert officer.next()["number"] == first["number"]
    assert officer.do(first, "finish").json["state"] == "completed"  # type: ignore[index]
    assert officer.do(second, "cancel").json["state"] == "cancelled"  # type: ignore[index]
    assert officer.do(second, "cancel").json["code"] == "wrong_state"  # type: ignore[index]
    states = [i["state"] for i in officer.get(f"/tickets/{second['id']}/history").json["intervals"]]  # type: ignore[index]
    assert states == ["waiting", "called", "serving", "held", "called", "waiting", "cancelled"]


def test_one_key_for_finish_and_next(kiosk: Person, officer: Person) -> None:
    kiosk.take(), kiosk.take()
    first = officer.next()
    second = officer.next(finish_current=True)
    assert (first["number"], second["number"]) == ("A001", "A002")
    assert officer.get(f"/tickets/{first['id']}").json["state"] == "completed"  # type: ignore[index]


def test_a_repeated_next_with_its_key_calls_once(kiosk: Person, officer: Person) -> None:
    kiosk.take(), kiosk.take()
    path = "/offices/demo/counters/1/next"
    first, again = (officer.post(path, key="space bar") for _ in range(2))
    assert first.json == again.json
    assert len(officer.get("/offices/demo/board").json["calls"]) == 1  # type: ignore[index]


def test_two_officers_and_one_counter(officer: Person, sign_in: SignIn) -> None:
    other = sign_in("officer2")
    assert other.post("/offices/demo/counters/1/open").json["code"] == "counter_taken"  # type: ignore[index]
    assert officer.post("/offices/demo/counters/2/open").json["code"] == "officer_at_another_counter"  # type: ignore[index]
    assert other.post("/offices/demo/counters/1/next").json["code"] == "not_your_counter"  # type: ignore[index]
    assert officer.post("/offices/demo/counters/99/open").json["code"] == "counter_not_found"  # type: ignore[index]
    assert officer.post("/offices/demo/counters/1/pause", {"reason": "họp"}).json["state"] == "paused"  # type: ignore[index]
    assert officer.post("/offices/demo/counters/1/close").json["state"] == "closed"  # type: ignore[index]
    assert other.post("/offices/demo/counters/1/open").json["state"] == "open"  # type: ignore[index]


def test_the_board_is_public_and_has_nothing_personal(kiosk: Person, officer: Person, anybody: Person) -> None:
    told = kiosk.take(priority="pregnant")
    kiosk.take("B")
    officer.next()
    board = anybody.get("/offices/demo/board")
    view = board.json or {}
    assert {"version", "calls", "counters", "waiting"} <= view.keys()
    assert view["calls"][0] | {} == view["calls"][0] and view["calls"][0]["number"] == "A001"
    assert view["counters"][0] == {
        "number": 1, "name": "Quầy 1", "names": {"vi": "Quầy 1", "en": "Counter 1"}, "zone": None, "state": "open",
        "ticket": "A001", "ticket_id": told["id"], "ticket_state": "called", "services": ["A", "B"],
    }  # fmt: skip
    assert {w["service"]: w["count"] for w in view["waiting"]}["B"] == 1
    text = board.get_data(as_text=True)
    assert "Ngọc" not in text and "pregnant" not in text and "/t/" not in text
    unchanged = anybody.get("/offices/demo/board", headers={"If-None-Match": board.headers["ETag"]})
    assert unchanged.status_code == 304


def test_a_citizen_follows_and_leaves_by_the_token(kiosk: Person, officer: Person, anybody: Person) -> None:
    kiosk.take()
    told = kiosk.take()
    token = told["track_url"].rsplit("/", 1)[1]
    seen = anybody.get(f"/track/{token}").json or {}
    assert (seen["number"], seen["people_ahead"], seen["state"]) == ("A002", 1, "waiting")
    assert "id" not in seen
    assert anybody.post(f"/track/{token}/leave").json["state"] == "cancelled"  # type: ignore[index]
    assert anybody.post(f"/track/{token}/leave").json["code"] == "wrong_state"  # type: ignore[index]
    assert anybody.get("/track/nobody-knows-this").json["code"] == "ticket_not_found"  # type: ignore[index]


def test_an_office_as_a_kiosk_sees_it(anybody: Person, kiosk: Person) -> None:
    view = anybody.get("/offices/demo").json or {}
    assert [s["code"] for s in view["services"]] == list("ABCDEF")
    assert [c["number"] for c in view["counters"]] == [1, 2, 3, 4, 5]
    assert view["hours"]["open"] is True and view["languages"] == ["vi", "en"]
    assert "kiosk" not in view
    assert (kiosk.get("/offices/demo").json or {})["kiosk"]["printer"]["state"] == "offline"


def test_every_page_of_the_demo_is_there(anybody: Person) -> None:
    for path in ("/", "/login", "/console", "/rate?counter=1", "/healthz", "/readyz", "/metrics"):
        assert anybody.client.get(path).status_code == 200, path
    assert anybody.client.get("/no-such-page").status_code == 404


def test_the_day_turns_at_the_offices_midnight_not_at_utcs(kiosk: Person, clock: Clock) -> None:
    clock.turn(hours=15, minutes=59)  # 23:59 in Hà Nội
    assert kiosk.take()["number"] == "A001"
    clock.turn(minutes=2)  # 00:01, still the same day in UTC
    assert kiosk.take()["number"] == "A001"
    clock.turn(hours=7)  # 07:01, a new day in UTC
    assert kiosk.take()["number"] == "A002"


def test_leap_day_and_tet_are_days_like_others(kiosk: Person, clock: Clock) -> None:
    for day in ("2028-02-28", "2028-02-29", "2028-03-01", "2027-02-06"):
        clock.now = datetime.fromisoformat(f"{day}T09:00:00+07:00")
        assert [kiosk.take()["number"] for _ in range(2)] == ["A001", "A002"]


def test_a_clock_that_jumps_back_repeats_no_number(kiosk: Person, clock: Clock) -> None:
    kiosk.take(), kiosk.take()
    clock.turn(days=1)
    kiosk.take()
    clock.turn(days=-1)
    assert kiosk.take()["number"] == "A003"


def test_the_clock_tells_no_more_than_rows_keep() -> None:
    assert {utc_now().microsecond % 1000 for _ in range(20)} == {0}


def test_the_description_says_how_each_operation_is_called(anybody: Person) -> None:
    spec = anybody.get("/openapi.json").json or {}
    assert set(spec["components"]["securitySchemes"]) == {"token", "cookie", "csrf"}
    found = {
        f"{method} {path.removeprefix('/api/v1')}": operation
        for path, operations in spec["paths"].items()
        for method, operation in operations.items()
        if method != "parameters"
    }
    ids = [operation.get("operationId") for operation in found.values()]
    assert None not in ids and len(set(ids)) == len(ids) > 100
    proofs = [{"token": []}, {"cookie": [], "csrf": []}]
    assert found["post /offices/{office}/tickets"]["security"] == proofs
    assert found["get /tickets/{ticket_id}"]["security"] == [{"token": []}, {"cookie": []}]
    assert "security" not in found["get /track/{token}"] and "security" not in found["post /session"]
    keys = {
        name: header["required"]
        for name, operation in found.items()
        for header in operation.get("parameters", ())
        if header["name"] == "Idempotency-Key"
    }
    needed = {"post /offices/{office}/tickets", "post /offices/{office}/counters/{counter}/rating"}
    assert {name for name, required in keys.items() if required} == needed
    optional = {"post /offices/{office}/counters/{counter}/next", "post /tickets/{ticket_id}/finish"}
    assert optional | {"post /track/{token}/rating"} <= keys.keys() - needed
    assert "Idempotency-Key" in found["post /offices/{office}/tickets"]["description"]
