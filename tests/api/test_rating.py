"""Satisfaction: bound to a session, once, in its window, and never changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from server.app import Server
from tests.api.conftest import Clock, Person

PATH = "/offices/demo/counters/1/rating"


@pytest.fixture
def panel(device: Callable[[str], Person]) -> Person:
    return device("panel")


@pytest.fixture
def finished(kiosk: Person, officer: Person) -> dict[str, object]:
    ticket = kiosk.take()
    officer.next()
    officer.do(ticket, "finish")
    return ticket


def test_a_press_counts_for_the_officer(finished: object, panel: Person, officer: Person) -> None:
    body = {"level": "dissatisfied", "reasons": ["processing_time"], "comment": "chờ lâu"}
    answer = panel.post(PATH, body, key="press")
    assert answer.status_code == 201
    assert answer.json["level"] == "dissatisfied" and answer.json["reasons"] == ["processing_time"]  # type: ignore[index]
    assert panel.post(PATH, body, key="press").json == answer.json
    officers = officer.get("/offices/demo/ratings/today").json["officers"]  # type: ignore[index]
    assert officers[0]["counts"] == {"very_satisfied": 0, "satisfied": 0, "dissatisfied": 1, "none": 0}


def test_names_and_levels_side_by_side_are_for_those_who_see_the_ranking(
    finished: object, panel: Person, sign_in: Callable[[str], Person]
) -> None:
    panel.post(PATH, {"level": "dissatisfied"}, key="press")
    seen = {name: sign_in(name).get("/offices/demo/ratings/today").json["officers"]
            for name in ("officer1", "officer2", "helper", "head", "admin")}  # fmt: skip
    assert {name: len(found) for name, found in seen.items()} == {
        "officer1": 1, "officer2": 1, "helper": 0, "head": 5, "admin": 5,
    }  # fmt: skip
    assert [found[0]["counts"]["dissatisfied"] for found in (seen["officer1"], seen["officer2"])] == [1, 0]


def test_no_press_is_a_bucket_of_its_own(finished: object, officer: Person) -> None:
    officers = officer.get("/offices/demo/ratings/today").json["officers"]  # type: ignore[index]
    assert officers[0]["counts"] == {"very_satisfied": 0, "satisfied": 0, "dissatisfied": 0, "none": 1}


def test_the_second_press_and_the_late_press_are_refused(finished: object, panel: Person, clock: Clock) -> None:
    assert panel.post(PATH, {"level": "satisfied"}, key="1").status_code == 201
    second = panel.post(PATH, {"level": "very_satisfied"}, key="2")
    assert (second.status_code, (second.json or {})["code"]) == (409, "rating_window_closed"), "one rating closes it"
    assert (second.json or {})["detail"] == "Lượt phục vụ này đã được đánh giá."
    clock.turn(seconds=31)
    answer = panel.post(PATH, {"level": "satisfied"}, key="3")
    assert (answer.status_code, answer.json["code"]) == (409, "rating_window_closed")  # type: ignore[index]


def test_one_key_is_one_press_and_gives_the_same_answer(finished: object, panel: Person, clock: Clock) -> None:
    clock.turn(microseconds=1_999)  # rows keep milliseconds
    body = {"level": "dissatisfied", "reasons": ["attitude"]}
    first = panel.post(PATH, body, key="press")
    assert first.status_code == 201 and panel.post(PATH, body, key="press").json == first.json
    for other in ({"level": "satisfied"}, {"level": "dissatisfied", "reasons": ["fee"]}):
        assert panel.post(PATH, other, key="press").json["code"] == "idempotency_key_reused"  # type: ignore[index]


def test_a_phone_that_sends_again_is_told_the_same_and_one_that_changes_its_mind_is_refused(
    finished: dict[str, str], anybody: Person, server: Server
) -> None:
    path = f"/track/{finished['track_url'].rsplit('/', 1)[1]}/rating"
    first = anybody.post(path, {"level": "satisfied"})
    assert first.status_code == 201 and anybody.post(path, {"level": "satisfied"}).json == first.json
    other = anybody.post(path, {"level": "dissatisfied"})
    assert (other.status_code, (other.json or {})["code"]) == (409, "rating_window_closed")
    assert [row["detail"] for row in server.system.uow.rows("audit", action="rating.refused")] == [
        {"level": "dissatisfied"}
    ]


def test_a_phone_rates_each_service_of_one_visit(kiosk: Person, officer: Person, anybody: Person) -> None:
    ticket = kiosk.take()
    officer.next()
    path = f"/track/{ticket['track_url'].rsplit('/', 1)[1]}/rating"
    officer.do(ticket, "start")
    officer.do(ticket, "go-on", service="B", here=True)
    sessions = [anybody.post(path, {"level": "satisfied"}).json["session"]]  # type: ignore[index]
    officer.do(ticket, "finish")
    sessions.append(anybody.post(path, {"level": "satisfied"}).json["session"])  # type: ignore[index]
    assert len(set(sessions)) == 2


def test_a_press_before_any_service_is_refused(panel: Person) -> None:
    assert panel.post(PATH, {"level": "satisfied"}, key="1").json["code"] == "rating_window_closed"  # type: ignore[index]


def test_a_press_that_was_delivered_late_counts_by_its_own_time(finished: object, panel: Person, clock: Clock) -> None:
    pressed = clock.now.isoformat()
    clock.turn(minutes=20)
    answer = panel.post(PATH, {"level": "satisfied", "pressed_at": pressed}, key="buffered")
    assert answer.status_code == 201


def test_nobody_else_presses(finished: object, officer: Person, kiosk: Person, anybody: Person) -> None:
    assert officer.post(PATH, {"level": "very_satisfied"}, key="x").status_code == 403
    assert kiosk.post(PATH, {"level": "very_satisfied"}, key="x").status_code == 403
    assert anybody.post(PATH, {"level": "very_satisfied"}, key="x").status_code == 401


def test_a_level_of_another_scale_is_refused(finished: object, panel: Person) -> None:
    assert panel.post(PATH, {"level": "neutral"}, key="x").json["code"] == "invalid_request"  # type: ignore[index]


def test_a_second_chance_by_the_qr_once_until_the_next_working_day_ends(
    finished: dict[str, str], anybody: Person, clock: Clock
) -> None:
    path = f"/track/{finished['track_url'].rsplit('/', 1)[1]}/rating"
    clock.turn(hours=20)
    assert anybody.post(path, {"level": "satisfied"}).status_code == 201
    assert anybody.post(path, {"level": "satisfied"}, key="again").json["code"] == "rating_window_closed"  # type: ignore[index]


@pytest.mark.parametrize(("at", "status"), [("2026-11-23T23:59:59+07:00", 201), ("2026-11-24T00:00:01+07:00", 409)])
def test_the_second_chance_lasts_to_the_last_second_of_the_next_working_day(
    finished: dict[str, str], anybody: Person, clock: Clock, at: str, status: int
) -> None:
    """Friday's number: Saturday's session is no working day, Monday is."""
    assert clock.now.astimezone(UTC).date() == date(2026, 11, 20)
    clock.turn(seconds=(datetime.fromisoformat(at) - clock.now).total_seconds())
    path = f"/track/{finished['track_url'].rsplit('/', 1)[1]}/rating"
    assert anybody.post(path, {"level": "satisfied"}).status_code == status


def test_the_second_chance_ends(finished: dict[str, str], anybody: Person, clock: Clock) -> None:
    path = f"/track/{finished['track_url'].rsplit('/', 1)[1]}/rating"
    clock.turn(days=4)  # over Friday's weekend and the Monday after it
    assert anybody.post(path, {"level": "satisfied"}).json["code"] == "rating_window_closed"  # type: ignore[index]


@pytest.mark.parametrize("statement", ["UPDATE rating SET level = 'very_satisfied'", "DELETE FROM rating"])
def test_the_database_itself_refuses_to_change_a_rating(
    finished: object, panel: Person, server: Server, statement: str
) -> None:
    panel.post(PATH, {"level": "dissatisfied"}, key="press")
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), server.engine.begin() as connection:
        connection.execute(sa.text(statement))


def test_an_attempt_to_rate_twice_is_in_the_audit_log(finished: object, panel: Person, server: Server) -> None:
    panel.post(PATH, {"level": "dissatisfied"}, key="1")
    panel.post(PATH, {"level": "very_satisfied"}, key="2")
    noted = server.system.uow.rows("audit", action="rating.refused")
    assert [row["detail"] for row in noted] == [{"level": "very_satisfied"}]
