"""Boards tell what they have spoken and whether anybody can hear them; staff see it, and it costs next to nothing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from server.app import Server
from server.services.boards_report import CLAIMED_MAX
from tests.api.conftest import Clock, Person

REPORT = "/offices/demo/boards/report"
FINE = {"version": 7, "sound": "on", "visible": True, "layout": "main"}


@pytest.fixture
def board(device: Callable[[str], Person]) -> Person:
    return device("board")


@pytest.fixture
def head(sign_in: Callable[[str], Person]) -> Person:
    return sign_in("head")


@pytest.fixture
def tell(board: Person) -> Callable[..., None]:
    def report(*calls: dict[str, Any], call_count: int = 1, **said: Any) -> None:
        heard = [{"ticket_id": call["id"], "call_count": call_count} for call in calls]
        answer = board.post(REPORT, FINE | said | {"heard": heard})
        assert answer.status_code == 200, answer.json

    return report


Tell = Callable[..., None]


def version(server: Server) -> int:
    return server.system.uow.hall("demo").version


def events(server: Server, type: str) -> list[dict[str, Any]]:
    return [event.data for event in server.system.uow.events("demo", 0, 500) if event.type == type]


def in_hand(head: Person) -> list[bool]:
    return [ticket["heard"] for ticket in head.get("/offices/demo/floor").json["in_hand"]]  # type: ignore[index]


def trouble(head: Person) -> tuple[str, dict[str, Any]]:
    devices = head.get("/offices/demo/devices").json["devices"]  # type: ignore[index]
    mine = next(device for device in devices if device["kind"] == "board")
    return mine["state"], {name: value for name, value in mine["detail"].items() if name != "shows"}


def test_the_first_loudspeaker_that_spoke_a_call_ticks_the_officers_screen(
    server: Server, kiosk: Person, officer: Person, head: Person, tell: Tell
) -> None:
    kiosk.take()
    called = officer.next()
    tell()
    assert in_hand(head) == [False]
    tell(called)
    assert in_hand(head) == [True]
    told = events(server, "call.heard")
    assert told == [
        {"heard": {"ticket_id": called["id"], "call_count": 1, "number": "A001", "counter": 1, "by": "board-1"}}
    ]


def test_a_recall_has_not_been_heard_before_it_is_spoken_itself(
    kiosk: Person, officer: Person, head: Person, tell: Tell
) -> None:
    kiosk.take()
    called = officer.next()
    tell(called)
    officer.do(called, "recall")
    assert in_hand(head) == [False]
    tell(called)
    assert in_hand(head) == [False], "that was the first call"
    tell(called, call_count=2)
    assert in_hand(head) == [True]


def test_what_others_say_of_the_same_call_is_not_written(
    server: Server, kiosk: Person, officer: Person, tell: Tell
) -> None:
    kiosk.take()
    called = officer.next()
    tell()
    before = version(server)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _n: tell(called), range(40)))
    assert version(server) == before + 1
    assert server.system.boards.folded == 39


def test_what_a_restarted_server_has_forgotten_is_in_the_database(
    server: Server, kiosk: Person, officer: Person, head: Person, tell: Tell
) -> None:
    kiosk.take()
    called = officer.next()
    tell(called)
    server.system.boards._claimed.clear()
    before = version(server)
    tell(called)
    assert version(server) == before
    # As another process reads it: from the rows.
    server.system.uow._halls._halls.clear()  # type: ignore[attr-defined]
    assert in_hand(head) == [True]


@pytest.mark.parametrize("case", ["never called so often", "unknown", "another day"])
def test_a_call_that_never_was_is_not_heard(
    server: Server, kiosk: Person, officer: Person, tell: Tell, clock: Clock, case: str
) -> None:
    kiosk.take()
    called = officer.next()
    if case == "another day":
        clock.turn(days=1)
    tell({"id": "nobody"} if case == "unknown" else called, call_count=2 if case == "never called so often" else 1)
    assert events(server, "call.heard") == []


def test_a_report_that_could_not_be_written_is_taken_the_next_time(
    server: Server, kiosk: Person, officer: Person, head: Person, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk.take()
    called = officer.next()
    tell()
    with monkeypatch.context() as patch:
        patch.setattr("server.services.boards_report._write_heard", lambda *_: 1 / 0)
        with pytest.raises(AssertionError, match="internal_error"):
            tell(called)
    tell(called)
    assert in_hand(head) == [True]


def test_the_public_cannot_say_that_a_call_was_heard(kiosk: Person, officer: Person, anybody: Person) -> None:
    kiosk.take()
    heard = [{"ticket_id": officer.next()["id"], "call_count": 1}]
    assert anybody.post(REPORT, FINE | {"heard": heard}).status_code == 401
    assert officer.post(REPORT, FINE | {"heard": heard}).status_code == 403


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({}, "ok"),
        ({"sound": "none"}, "ok"),
        ({"sound": "muted"}, "warning"),
        ({"sound": "blocked"}, "warning"),
        ({"visible": False}, "warning"),
        ({"sound": "failing"}, "error"),
    ],
)
def test_staff_see_a_board_that_nobody_can_see_or_hear(
    server: Server, head: Person, tell: Tell, said: dict[str, Any], state: str
) -> None:
    tell(sound="muted" if said.get("sound") != "muted" else "on")
    tell(**said)
    assert trouble(head) == (state, {name: (FINE | said)[name] for name in ("sound", "visible", "layout")})
    assert events(server, "device.status")[-1]["device"]["state"] == state


def test_a_board_that_says_the_same_again_writes_nothing(server: Server, tell: Tell) -> None:
    tell()
    before = version(server)
    for shown in range(20):
        tell(version=shown)
    server.system.boards.sweep()
    assert version(server) == before


def test_a_board_that_fell_silent_is_known_to_staff_and_comes_back(
    server: Server, head: Person, tell: Tell, clock: Clock
) -> None:
    tell(sound="muted")
    server.system.boards.sweep()
    clock.turn(seconds=60)
    server.system.boards.sweep()
    assert trouble(head)[0] == "warning"
    clock.turn(seconds=60)
    assert trouble(head)[0] == "offline", "whoever asks knows it before anybody wrote it down"
    for _sweeps in range(3):
        server.system.boards.sweep()
    assert [each["device"]["state"] for each in events(server, "device.status")] == ["warning", "offline"]
    tell(sound="muted")
    assert trouble(head)[0] == "warning"


def test_a_board_that_reports_is_never_taken_for_silent(server: Server, head: Person, tell: Tell, clock: Clock) -> None:
    for _half_minute in range(8):
        tell()
        clock.turn(seconds=30)
        server.system.boards.sweep()
    assert trouble(head)[0] == "ok"
    assert len(events(server, "device.status")) == 1


def test_what_is_remembered_of_calls_has_an_end(server: Server, tell: Tell, kiosk: Person, officer: Person) -> None:
    server.system.boards._claimed.update((str(n), 1) for n in range(CLAIMED_MAX + 1))
    kiosk.take()
    tell(officer.next())
    assert len(server.system.boards._claimed) == 1


def test_a_paired_screen_keeps_its_token_where_no_script_reads_it(
    sign_in: Callable[[str], Person], anybody: Person
) -> None:
    admin = sign_in("admin")
    made = admin.post("/offices/demo/devices", {"kind": "board", "name": "tv-2", "settings": {"layout": "hall"}})
    code = admin.post(f"/offices/demo/devices/{made.json['id']}/pairing").json["code"]  # type: ignore[index]
    answer = anybody.post("/devices/pair", {"code": code, "keep": True})
    assert answer.status_code == 201 and "token" not in (answer.json or {})
    [cookie] = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("motcua_board=") and "HttpOnly" in cookie and "SameSite=Strict" in cookie
    mine = anybody.get("/offices/demo/boards").json["mine"]  # type: ignore[index]
    assert (mine["device"], mine["layout"]) == ("tv-2", "main")
    assert anybody.post(REPORT, FINE, **{"X-Motcua-Screen": "board"}).json["code"] == "csrf_failed"  # type: ignore[index]


def test_the_sign_over_a_counter_learns_who_sits_there_and_the_public_does_not(
    board: Person, sign_in: Callable[[str], Person], anybody: Person
) -> None:
    who = "/offices/demo/counters/1/officer"
    assert board.get(who).json == {"counter": 1, "officer": None}
    officer = sign_in("officer1")
    officer.post("/offices/demo/counters/1/open")
    name = officer.get("/me").json["user"]["name"]  # type: ignore[index]
    assert board.get(who).json["officer"]["name"] == name  # type: ignore[index]
    assert anybody.get(who).status_code == 401
    assert board.get("/offices/demo/counters/99/officer").status_code == 404
    officer.post("/offices/demo/counters/1/close")
    assert board.get(who).json["officer"] is None  # type: ignore[index]
