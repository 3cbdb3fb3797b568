"""Before a number is given: hours, holidays, Saturday-morning fields, limits, and lines longer than the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from server.app import Server
from tests.api.conftest import Clock, Person

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
WORKDAY = [["07:30", "11:30"], ["13:30", "17:00"]]
WEEK = {str(day): WORKDAY for day in range(5)}
TET = {f"2027-02-{day:02}": [] for day in range(4, 13)}
"""Thursday 4 to Friday 12 February 2027: nine days, with a weekend before their end and one after it."""
SERVICE_S = 600


@pytest.fixture
def hours(sign_in: Callable[[str], Person]) -> None:
    """Ordinary hours; A is open on Saturday morning too, B gives two numbers a day, Tết is off."""
    admin = sign_in("admin")
    held = admin.get("/offices/demo/config").json or {}
    office = held["office"]
    office["calendar"] = {"weekly": WEEK, "exceptions": TET}
    fields = {service["code"]: service for service in office["services"]}
    fields["A"] |= {"calendar": {"weekly": WEEK | {"5": [["07:30", "11:00"]]}}, "service_s": SERVICE_S}
    fields["B"] |= {"daily_limit": 2}
    answer = admin.client.put("/api/v1/offices/demo/config", json=held, headers=admin.headers)
    assert answer.status_code == 200, answer.json


@pytest.fixture
def at(clock: Clock) -> Callable[[str], None]:
    def turn(local: str) -> None:
        clock.now = datetime.fromisoformat(local).replace(tzinfo=HANOI)

    return turn


def seen(anybody: Person, code: str) -> dict[str, Any]:
    services = (anybody.get("/offices/demo").json or {})["services"]
    return next(dict(service) for service in services if service["code"] == code)


def refusal(kiosk: Person, code: str, language: str = "vi") -> tuple[str, str]:
    """(code, what the citizen reads) of a touch that gets no number."""
    told = ask(kiosk, code, language)
    return told["code"], told["detail"]


def ask(kiosk: Person, code: str, language: str) -> dict[str, Any]:
    asked = {"Accept-Language": language}
    answer = kiosk.post("/offices/demo/tickets", {"service": code}, key=f"{code} {language}", **asked)
    assert answer.status_code == 409, answer.json
    return dict(answer.json or {})


@pytest.mark.parametrize(
    ("local", "field", "again"),
    [
        ("2026-11-20T06:00", "C", "2026-11-20T07:30:00+07:00"),  # Friday, before it opens
        ("2026-11-20T12:00", "C", "2026-11-20T13:30:00+07:00"),  # over noon
        ("2026-11-20T17:00", "C", "2026-11-23T07:30:00+07:00"),  # Friday evening: Monday
        ("2026-11-20T17:00", "A", "2026-11-21T07:30:00+07:00"),  # a field of Saturday mornings: tomorrow
        ("2026-11-21T11:00", "A", "2026-11-23T07:30:00+07:00"),  # its Saturday is over
        ("2027-02-03T17:00", "C", "2027-02-15T07:30:00+07:00"),  # the evening before Tết
        ("2027-02-06T08:00", "A", "2027-02-13T07:30:00+07:00"),  # Saturday in Tết is Tết for it, too; the next is not
        ("2027-02-13T08:00", "C", "2027-02-15T07:30:00+07:00"),  # Saturday after it, for whom has none
    ],
)  # fmt: skip
def test_a_closed_field_says_when_it_opens_again(
    kiosk: Person, hours: None, at: Callable[[str], None], local: str, field: str, again: str
) -> None:
    at(local)
    view = seen(kiosk, field)
    assert (view["open"], view["closed_reason"], view["opens_at"]) == (False, "hours", again)
    code, words = refusal(kiosk, field)
    then = f"{datetime.fromisoformat(again):%H:%M %d/%m/%Y}"
    assert code == "service_closed" and words.endswith(f"hiện không phát số. Mở lại: {then}")
    assert refusal(kiosk, field, "en")[1].endswith(f"Opens again: {then}")


def test_on_saturday_morning_its_fields_are_open_and_no_others(
    kiosk: Person, hours: None, at: Callable[[str], None]
) -> None:
    at("2026-11-21T09:00")
    assert kiosk.take("A")["number"] == "A001"
    assert [seen(kiosk, code)["open"] for code in "AC"] == [True, False]


def test_a_day_that_gave_all_its_numbers_names_the_next_day(
    kiosk: Person, hours: None, at: Callable[[str], None]
) -> None:
    at("2026-11-20T09:00")
    assert seen(kiosk, "B")["left"] == 2
    kiosk.take("B"), kiosk.take("B")
    view = seen(kiosk, "B")
    assert (view["closed_reason"], view["opens_at"]) == ("daily_limit", "2026-11-23T07:30:00+07:00")
    code, words = refusal(kiosk, "B")
    assert code == "daily_limit_reached"
    assert words == "Lĩnh vực Chứng thực đã phát hết 2 số của ngày hôm nay. Phát số lại: 07:30 23/11/2026"
    assert refusal(kiosk, "B", "en")[1].startswith("All 2 numbers of today for Certified copies")
    at("2026-11-23T07:30")
    assert kiosk.take("B")["number"] == "B001"


def test_every_refusal_of_a_number_carries_its_next_time(
    kiosk: Person, hours: None, at: Callable[[str], None], sign_in: Callable[[str], Person], server: Server
) -> None:
    """As a text in the caller's language and as a field for programs."""
    at("2026-11-20T09:00")
    assert sign_in("head").post("/offices/demo/services/D/stop", {"reason": "Mất điện"}).status_code == 200
    told = ask(kiosk, "D", "en")
    assert (told["code"], told["opens_at"]) == ("service_stopped", "2026-11-23T07:30:00+07:00")
    assert "for Household business registration today" in told["detail"] and told["detail"].endswith("07:30 23/11/2026")
    assert seen(kiosk, "D")["opens_at"] == told["opens_at"]
    in_force(server, valid_from=date(2026, 11, 28))
    told = ask(kiosk, "A", "vi")
    assert (told["code"], told["opens_at"]) == ("office_not_in_force", "2026-11-28T07:30:00+07:00")
    assert told["detail"].endswith("Phát số từ: 07:30 28/11/2026")
    in_force(server, valid_from=None, valid_to=date(2026, 11, 20))
    at("2026-11-20T18:00")
    assert (ask(kiosk, "C", "vi")["code"], ask(kiosk, "C", "vi")["opens_at"]) == ("service_closed", None)
    assert ask(kiosk, "C", "vi")["detail"].endswith("hiện không phát số. Mời ông/bà hỏi cán bộ hướng dẫn.")


def in_force(server: Server, **days: date | None) -> None:
    with server.system.uow.command("demo") as tx:
        tx.change("office", {"id": tx.hall.config.id}, days)
        tx.reconfigure()


def test_a_line_longer_than_the_day_is_told_with_the_next_day_and_a_number_can_still_be_had(
    kiosk: Person, officer: Person, hours: None, at: Callable[[str], None]
) -> None:
    at("2026-11-20T09:00")
    for _ in range(30):
        kiosk.take("A")
    assert seen(kiosk, "A")["late"] is False, "the afternoon is left, too"
    at("2026-11-20T14:00")
    view = seen(kiosk, "A")
    assert view["expected_wait_s"]["low"] > 3 * 3600
    assert (view["open"], view["late"], view["next_day"]) == (True, True, "2026-11-21T07:30:00+07:00")
    assert kiosk.take("A")["number"] == "A031"


def test_a_board_knows_when_anything_is_open_today_and_when_again(hours: None, at: Any, anybody: Person) -> None:
    def told() -> dict[str, Any]:
        return dict((anybody.get("/offices/demo/board").json or {})["hours"])

    at("2026-11-20T18:00")
    assert told() == {"today": WORKDAY, "next": "2026-11-21T07:30:00+07:00"}, "one field opens on Saturday"
    at("2026-11-21T12:00")
    assert told() == {"today": [["07:30", "11:00"]], "next": "2026-11-23T07:30:00+07:00"}
    at("2027-02-05T09:00")
    assert told()["today"] == []
