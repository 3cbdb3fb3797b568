"""The order of calls tried on the day that was: by the API, against what really happened."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.api.conftest import Clock, Person
from tests.api.test_following import token_of

TRY = "/offices/demo/policy/try"


@pytest.fixture
def admin(sign_in: Callable[[str], Person]) -> Person:
    return sign_in("admin")


def work(officer: Person, clock: Clock, times: int) -> None:
    for _ in range(times):
        ticket = officer.next()
        clock.turn(minutes=10)
        officer.do(ticket, "finish")


def test_yesterday_under_the_present_rule_is_yesterday(
    sign_in: Callable[[str], Person], officer: Person, kiosk: Person, clock: Clock
) -> None:
    for priority in (None, None, None, "elderly"):
        kiosk.take("A", priority=priority)
        clock.turn(minutes=1)
    work(officer, clock, 4)
    clock.turn(days=1)
    admin = sign_in("admin")
    answer = admin.post(TRY, {"policy": {"mode": "strict"}})
    assert answer.status_code == 200, answer.json
    told = answer.json or {}
    assert (told["day"], told["people"]) == ("2026-11-20", 4)
    groups = {each["group"]: each for each in told["groups"]}
    assert list(groups) == ["all", "ordinary", "priority", "service:A"]
    # The counter was open and free from the first minute, so the replay calls after 0, 9, 17 and 28 minutes.
    everybody = {"people": 4, "mean_s": 810, "p90_s": 1680, "longest_s": 1680, "missed": 0, "left": 0}
    assert groups["all"]["now"] == everybody
    assert groups["priority"]["now"]["longest_s"] > groups["priority"]["then"]["longest_s"]
    assert groups["ordinary"]["then"]["mean_s"] > groups["ordinary"]["now"]["mean_s"]
    assert groups["all"]["now"]["mean_s"] == groups["all"]["then"]["mean_s"], "one's gain, another's loss"
    assert (told["called_earlier"], told["called_later"]) == (1, 1)
    assert (admin.get("/offices/demo").json or {})["policy"]["guard_s"] == 2700, "nothing was changed"


def test_who_left_uncalled_is_counted_and_stays_where_the_rule_is_quicker(
    sign_in: Callable[[str], Person], officer: Person, kiosk: Person, clock: Clock
) -> None:
    """Five of one line; the last, an elderly person, gave the number back before the turn came. One waited in vain."""
    for priority in (None, None, None, "elderly"):
        taken = kiosk.take("A", priority=priority)
        clock.turn(minutes=1)
    work(officer, clock, 1)
    kiosk.take("B")
    assert kiosk.client.post(f"/api/v1/track/{token_of(taken)}/leave", json={}).status_code == 200
    work(officer, clock, 2)
    clock.turn(days=1)
    told = sign_in("admin").post(TRY, {"policy": {"mode": "strict"}}).json or {}
    groups = {each["group"]: each for each in told["groups"]}
    assert told["people"] == 5
    assert (groups["priority"]["now"]["left"], groups["priority"]["then"]["left"]) == (1, 0)
    assert groups["priority"]["then"]["longest_s"] == 7 * 60, "called when the first was done"


def test_without_people_there_is_nothing_to_try(admin: Person) -> None:
    answer = admin.post(TRY, {"policy": {}})
    assert (answer.status_code, (answer.json or {})["code"]) == (404, "no_arrivals")
    assert admin.post(TRY, {"policy": {"ratio": 0}}).status_code == 422
