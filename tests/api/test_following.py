"""A number as its citizen follows it: the API's answer, and the page that the server draws of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from server.app import Server
from tests.api.conftest import Clock, Person


def token_of(told: dict[str, Any]) -> str:
    return str(told["track_url"]).rsplit("/", 1)[1]


def words(html: str) -> str:
    body = re.sub(r"<(script|noscript)\b.*?</\1>", " ", html.partition("<body")[2].partition(">")[2], flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


@pytest.fixture
def ticket(kiosk: Person) -> dict[str, Any]:
    """A002, behind A001."""
    kiosk.take()
    return kiosk.take()


@pytest.fixture
def follow(anybody: Person) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda told: anybody.get(f"/track/{token_of(told)}").json or {}


@pytest.fixture
def page(server: Server) -> Callable[..., str]:
    def read(told: dict[str, Any], query: str = "") -> str:
        answer = server.app.test_client().get(f"/t/{token_of(told)}{query}")
        assert answer.status_code == 200
        return words(answer.text)

    return read


Follow = Callable[[dict[str, Any]], dict[str, Any]]
Read = Callable[..., str]


def test_who_waits_sees_place_wait_counters_and_the_last_call(
    ticket: dict[str, Any], officer: Person, follow: Follow, page: Read
) -> None:
    assert "Còn 1 người trước ông/bà" in page(ticket)
    officer.next()
    seen = follow(ticket)
    assert (seen["people_ahead"], seen["last_call"]["number"]) == (0, "A001")
    assert seen["expected_wait_s"]["low"] <= seen["expected_wait_s"]["high"]
    read = page(ticket)
    assert "A002 Hộ tịch Ông/bà là người tiếp theo Chờ khoảng" in read
    assert "Vừa gọi A001 → Quầy 1" in read


def test_who_is_called_sees_where_and_how_often(ticket: dict[str, Any], officer: Person, page: Read) -> None:
    officer.do(officer.next(), "finish")
    officer.next()
    officer.do(ticket, "recall")
    assert "Mời ông/bà đến Quầy 1 Gọi lần 2, lúc 08:00" in page(ticket)
    officer.do(ticket, "start")
    assert "Ông/bà đang được phục vụ Quầy 1" in page(ticket)


@pytest.mark.parametrize(
    ("verbs", "read"),
    [
        (["hold"], "Số của ông/bà đang được giữ lại"),
        (["recall", "recall", "no-show"], "Mời ông/bà đến bàn hướng dẫn để được xếp lại vào hàng."),
        (["finish"], "Đã phục vụ xong"),
        (["cancel"], "Số này đã được huỷ"),
    ],
)
def test_every_end_says_what_to_do(kiosk: Person, officer: Person, page: Read, verbs: list[str], read: str) -> None:
    told = kiosk.take()
    officer.next()
    for verb in verbs:
        assert officer.do(told, verb).status_code == 200, verb
    assert read in page(told)


def test_where_no_counter_is_open_there_is_no_wait_to_promise(kiosk: Person, page: Read) -> None:
    read = page(kiosk.take())
    assert "Chưa có quầy nào nhận lĩnh vực này lúc này" in read and "Chờ khoảng" not in read


def test_the_next_day_the_number_is_over_before_anybody_wrote_it_down(
    ticket: dict[str, Any], follow: Follow, page: Read, clock: Clock
) -> None:
    clock.turn(days=1)
    assert (follow(ticket)["state"], follow(ticket)["over"]) == ("expired", True)
    assert "Số chỉ dùng trong ngày 20/11/2026" in page(ticket)


def test_an_absence_of_yesterday_is_not_sent_to_the_help_desk(
    kiosk: Person, officer: Person, page: Read, clock: Clock
) -> None:
    told = kiosk.take()
    officer.next()
    for verb in ("recall", "recall", "no-show"):
        officer.do(told, verb)
    clock.turn(days=1)
    assert "Số này đã hết hiệu lực" in page(told)


def test_after_the_service_the_rating_is_open_and_then_given(
    kiosk: Person, officer: Person, anybody: Person, follow: Follow
) -> None:
    told = kiosk.take()
    assert follow(told)["rating"]["open"] is False
    officer.next()
    officer.do(told, "finish")
    asked = follow(told)["rating"]
    assert asked["levels"] == ["very_satisfied", "satisfied", "dissatisfied"]
    assert (asked["open"], asked["given"], asked["until_day"]) == (True, False, "2026-11-23")
    assert asked["officer"]["name"] == "Nguyễn Thị Minh Ngọc" and "id" not in asked["officer"]
    assert anybody.post(f"/track/{token_of(told)}/rating", {"level": "satisfied"}).status_code == 201
    assert {name: follow(told)["rating"][name] for name in ("open", "given")} == {"open": False, "given": True}


def test_the_rating_closes_with_the_next_working_day(
    kiosk: Person, officer: Person, follow: Follow, clock: Clock
) -> None:
    told = kiosk.take()
    officer.next()
    officer.do(told, "finish")
    clock.turn(days=3)  # Friday's ticket on Monday
    assert follow(told)["rating"]["open"] is True
    clock.turn(days=1)
    assert follow(told)["rating"]["open"] is False


def test_the_page_speaks_the_tickets_language_until_another_is_chosen(kiosk: Person, page: Read) -> None:
    told = kiosk.take(language="en")
    assert "Your number A001 Civil status You are next" in page(told)
    assert "Số thứ tự của ông/bà A001 Hộ tịch" in page(told, "?lang=vi")


def test_a_browser_without_scripts_asks_again_while_something_may_come(
    kiosk: Person, anybody: Person, server: Server
) -> None:
    told = kiosk.take()
    path = f"/t/{token_of(told)}"
    again = '<noscript><meta http-equiv="refresh" content="20"></noscript>'
    assert again in server.app.test_client().get(path).text
    anybody.post(f"/track/{token_of(told)}/leave")
    assert again not in server.app.test_client().get(path).text


@pytest.mark.parametrize("token", ["nobody-knows-this", "x" * 80, "ông", "%00", "' OR 1=1 --"])
def test_an_unknown_token_is_a_plain_page(server: Server, token: str) -> None:
    answer = server.app.test_client().get(f"/t/{token}")
    assert answer.status_code == 404
    assert "Không tìm thấy số này" in answer.text
