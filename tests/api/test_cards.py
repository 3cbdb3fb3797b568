"""One number a field and day for a card, and bookings that are checked in: the rules at the API."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.app import Server
from server.commands.booking import booking
from server.commands.demo_office import OFFICE
from server.domain.words import LIVE, Role
from server.services import bookings, cards
from server.services.access import Actor
from server.services.offices import put_office
from tests.api.conftest import SECRET, Clock, Person

NUMBER, NAME = "001203004567", "NGUYỄN VĂN TÀI"
CARD = f"{NUMBER}||{NAME}|01021990|Nam|Số 1 phố Huế|02032022"
LIST = "/offices/demo/bookings"


def ask_for(server: Server, **how: Any) -> None:
    put_office(server.system.uow, OFFICE | {"settings": OFFICE["settings"] | how}, Actor("tests"))


def mark(kiosk: Person, text: str = CARD) -> str:
    answer = kiosk.post("/offices/demo/scan", {"text": text})
    assert answer.status_code == 200, answer.json
    return str((answer.json or {})["card"])


def again(kiosk: Person, card: str, key: str = "again") -> Any:
    return kiosk.post("/offices/demo/tickets", {"service": "A", "card": card}, key=key)


def test_the_second_number_is_refused_and_the_first_is_named(kiosk: Person, server: Server, officer: Person) -> None:
    ask_for(server, card="optional")
    kiosk.take(card=mark(kiosk))
    told = again(kiosk, mark(kiosk))
    assert told.status_code == 409
    assert [told.json[name] for name in ("code", "number", "state")] == ["one_number_a_day", "A001", "waiting"]
    officer.next()
    assert again(kiosk, mark(kiosk)).json["counter"] == 1
    assert kiosk.take("B", card=mark(kiosk))["number"] == "B001"


def test_the_same_touch_again_is_no_second_number(kiosk: Person, server: Server) -> None:
    ask_for(server, card="required")
    first = [again(kiosk, mark(kiosk), "same").json["number"] for _ in range(2)]
    assert first == ["A001", "A001"]


@pytest.mark.parametrize(
    ("verbs", "free"),
    [(["cancel"], True), (["next", "start", "finish"], False), (["next", "no-show"], True), (["next"], False)],
)
def test_what_leaves_the_way_open_for_another_number(
    kiosk: Person, server: Server, officer: Person, verbs: list[str], free: bool
) -> None:
    ask_for(server, card="optional", policy={"calls_before_no_show": 1})
    ticket = kiosk.take(card=mark(kiosk))
    for verb in verbs:
        assert (officer.next() if verb == "next" else officer.do(ticket, verb).status_code == 200), verb
    assert again(kiosk, mark(kiosk)).status_code == (201 if free else 409)
    live = [t for t in server.system.uow.hall("demo").tickets.values() if t.state in LIVE or t.state == "no_show"]
    assert len(live) <= 1, "whoever was absent does not hold two"


def test_a_required_card_is_required_of_kiosks_alone_and_never_for_help(
    kiosk: Person, server: Server, sign_in: Callable[[str], Person]
) -> None:
    ask_for(server, card="required")
    assert kiosk.post("/offices/demo/tickets", {"service": "A"}, key="k").json["code"] == "card_required"  # type: ignore[index]
    assert sign_in("helper").take()["number"] == "A001"
    line = {"code": "H", "prefix": "H", "names": {"vi": "Cần trợ giúp"}, "help": True}
    asked = OFFICE | {"settings": OFFICE["settings"] | {"card": "required"}, "services": [*OFFICE["services"], line]}
    put_office(server.system.uow, asked, Actor("tests"))
    assert kiosk.take("H")["number"] == "H001", "whoever has no card, or stands before a broken scanner, goes there"


@pytest.mark.parametrize("text", [NUMBER, f"{NUMBER}|x", "012345678", "||||||||", "một", "x" * 1000])
def test_what_is_no_card_and_no_booking_is_said_to_be_unreadable(kiosk: Person, text: str) -> None:
    answer = kiosk.post("/offices/demo/scan", {"text": text})
    assert (answer.json or {})["code"] in ("scan_unreadable", "booking_not_found")
    assert NUMBER not in answer.text


def test_the_night_leaves_neither_key_nor_mark(kiosk: Person, server: Server, clock: Clock, tmp_path: Path) -> None:
    ask_for(server, card="optional")
    first = mark(kiosk)
    kiosk.take(card=first)
    assert len(server.system.uow.rows("card_mark")) == 1
    clock.turn(days=1)
    assert cards.forget(server.system.uow, server.system.keys, server.system.shelves, "demo") == 1  # type: ignore[arg-type]
    assert server.system.uow.rows("card_mark") == []
    assert list((tmp_path / "card-keys").iterdir()) == []
    assert mark(kiosk) != first


def test_the_first_command_of_a_day_forgets_as_well(kiosk: Person, server: Server, clock: Clock) -> None:
    ask_for(server, card="optional")
    kiosk.take(card=mark(kiosk))
    clock.turn(days=3)
    kiosk.take()
    assert server.system.uow.rows("card_mark") == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_card_never_has_two_live_numbers_of_a_field(
    data: st.DataObject, kiosk: Person, server: Server, sign_in: Callable[[str], Person]
) -> None:
    ask_for(server, card="optional", policy={"calls_before_no_show": 1})
    staff, marks, given = sign_in("admin"), {}, {}  # type: ignore[var-annotated]
    for step in range(data.draw(st.integers(3, 12))):
        act = data.draw(st.sampled_from(["take", "take", "cancel", "call", "no-show", "requeue"]))
        if act == "take":
            who = data.draw(st.sampled_from(["001203004567", "038099001234"]))
            text = CARD.replace(NUMBER, who)
            answer = again(kiosk, mark(kiosk, text), f"{id(data)}-{step}")
            if answer.status_code == 201:
                given[answer.json["id"]], marks[answer.json["id"]] = answer.json, who
        elif given:
            ticket = given[data.draw(st.sampled_from(sorted(given)))]
            staff.post(f"/tickets/{ticket['id']}/{act}", {"counter": 1, "reason": "test"} if act == "call" else {})
        hall = server.system.uow.hall("demo").tickets.values()
        live = [marks[t.id] for t in hall if t.id in marks and t.state in LIVE]
        assert len(live) == len(set(live))


# --- bookings ---------------------------------------------------------------------------------------------------------


def item(code: str = "dat-lich-01", at: str = "08:20", day: str = "2026-11-20", service: str = "B") -> dict[str, str]:
    return {"service": service, "day": day, "time": at, "code": code}


def test_a_list_is_taken_whole_or_not_at_all(
    sign_in: Callable[[str], Person], kiosk: Person, server: Server
) -> None:
    head = sign_in("head")
    assert kiosk.post(LIST, {"items": []}).status_code == 403
    wrong = head.post(LIST, {"items": [item(), item(service="Z", code="12345678"), item()]}).json or {}
    assert [(w["item"], w["field"]) for w in wrong["wrong"]] == [(2, "service"), (2, "code"), (3, "code")]
    assert not wrong["taken"] and server.system.uow.rows("booking") == []
    assert not (head.post(LIST, {"items": [item()], "dry_run": True}).json or {})["taken"]
    assert server.system.uow.rows("booking") == []
    for expected in ("new", "same"):
        assert (head.post(LIST, {"items": [item()]}).json or {})["counts"][expected] == 1
    assert "dat-lich-01" not in str(server.system.uow.rows("booking")), "the code itself is not kept"


def test_a_booking_is_one_number_by_its_slot(
    sign_in: Callable[[str], Person], kiosk: Person, server: Server, clock: Clock
) -> None:
    sign_in("head").post(LIST, {"items": [item()]})
    clock.turn(minutes=25)
    kiosk.take("B")
    clock.turn(minutes=5)
    found = kiosk.post("/offices/demo/scan", {"text": "https://dat.lich.example/b/dat-lich-01"}).json or {}
    told = kiosk.take("B", booking=found["booking"])
    assert [t.number for t in server.system.uow.hall("demo").line()] == ["B002", "B001"], "08:20 stands before 08:25"
    used = kiosk.post("/offices/demo/scan", {"text": "dat-lich-01"}).json or {}
    assert (used["code"], used["number"]) == ("booking_used", "B002")
    body = {"service": "B", "booking": found["booking"]}
    assert (kiosk.post("/offices/demo/tickets", body, key="2").json or {})["code"] == "booking_used"
    kiosk.post(f"/track/{told['track_url'].rsplit('/', 1)[1]}/leave")
    assert kiosk.take("B", booking=found["booking"])["number"] == "B003", "given back, it is free again"


def test_every_other_time_and_place_has_its_own_words(
    sign_in: Callable[[str], Person], kiosk: Person, clock: Clock
) -> None:
    items = [item("too-early", "10:00"), item("other-day", day="2026-11-21"), item("too-late", "08:05")]
    sign_in("head").post(LIST, {"items": items})
    clock.turn(minutes=40)
    told = {code: kiosk.post("/offices/demo/scan", {"text": code}).json or {} for code in
            ("too-early", "other-day", "too-late", "not-known")}  # fmt: skip
    assert {code: answer["code"] for code, answer in told.items()} == {
        "too-early": "booking_too_early", "other-day": "booking_other_day", "too-late": "booking_too_late",
        "not-known": "booking_not_found",
    }  # fmt: skip
    assert "09:30" in told["too-early"]["detail"] and "21/11/2026" in told["other-day"]["detail"]
    again = {code: answer.get("opens_at") for code, answer in told.items() if answer.get("opens_at")}
    assert again == {"too-early": "2026-11-20T09:30:00+07:00", "other-day": "2026-11-21T07:50:00+07:00"}


def test_a_booking_of_another_office_is_sent_there(
    sign_in: Callable[[str], Person], kiosk: Person, server: Server
) -> None:
    other = OFFICE | {"code": "khu-2", "names": {"vi": "Điểm số 2", "en": "Branch 2"}}
    admin = Actor("staff", roles={"khu-2": frozenset({Role.ADMIN})})
    put_office(server.system.uow, other, admin)
    rows = [["service", "day", "time", "code"], ["A", "2026-11-20", "08:20", "dat-lich-02"]]
    bookings.take_in(server.system.uow, admin, "khu-2", rows)
    told = kiosk.post("/offices/demo/scan", {"text": "dat-lich-02"}, **{"Accept-Language": "en"})
    assert (told.status_code, (told.json or {})["code"]) == (409, "booking_other_office")
    assert "Branch 2" in (told.json or {})["detail"]


FILE = "/api/v1/offices/demo/bookings/file"
TABLE = "Lĩnh vực;Ngày;Giờ;Mã\nChứng thực;20/11/2026;8:20;dat-lich-01\nHộ tịch;21/11/2026;09h30;dat-lich-02\n"


def test_a_file_is_tried_then_taken_whole(sign_in: Callable[[str], Person], kiosk: Person, server: Server) -> None:
    head = sign_in("head")

    def send(text: str | bytes, **how: str) -> Any:
        data = text.encode() if isinstance(text, str) else text
        answer = head.client.post(FILE, data=data, query_string={"name": "a.csv"} | how, headers=head.headers)
        return answer.json

    tried = send(TABLE, dry_run="1")
    assert tried["days"] == [{"day": "2026-11-20", "bookings": 1}, {"day": "2026-11-21", "bookings": 1}]
    assert not tried["taken"] and server.system.uow.rows("booking") == []
    wrong = send(TABLE + "Đất đai;hôm qua;25:00;12345678\n")
    assert {(w["line"], w["field"]) for w in wrong["wrong"]} == {(4, n) for n in ("service", "day", "time", "code")}
    assert not wrong["taken"] and server.system.uow.rows("booking") == []
    assert send(TABLE)["counts"] == {"new": 2, "changed": 0, "same": 0, "used": 0}
    assert send(TABLE.replace("09h30", "10:00"))["counts"] == {"new": 0, "changed": 1, "same": 1, "used": 0}
    assert send(b"\xff\xfe\x41")["code"] == "file_unreadable"
    assert send("PK", name="a.xlsx")["code"] == "file_unreadable"
    assert send("x" * (2 * 1024 * 1024 + 1))["code"] == "too_large"
    assert kiosk.client.post(FILE, data=TABLE.encode(), headers=kiosk.headers).status_code == 403


def test_the_command_takes_a_file_in(
    server: Server, monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path
) -> None:
    for name, value in (("SECRET_KEY", SECRET), ("DATABASE_URL", database_url), ("DATA_DIR", str(tmp_path))):
        monkeypatch.setenv(f"MOTCUA_{name}", value)
    list_, wrong = tmp_path / "lich.csv", tmp_path / "sai.csv"
    list_.write_text(TABLE)
    wrong.write_text(TABLE + "Hộ tịch;21/11/2026;09:30;dat-lich-01\n")

    def call(file: Path, *more: str) -> tuple[int, str]:
        done = CliRunner().invoke(booking, ["import", str(file), "--office", "demo", *more])
        return done.exit_code, done.output

    assert call(list_, "--dry-run") == (0, "2\n")
    code, said = call(wrong)
    assert code == 1 and "sai.csv:4: code: Mã này có hai lần." in said
    assert server.system.uow.rows("booking") == [], "neither a trial nor a faulty list is taken in"
    assert call(list_) == (0, "new 2, changed 0, same 0, used 0\n")
    assert call(list_) == (0, "new 0, changed 0, same 2, used 0\n")
    code, said = call(list_, "--office", "nowhere")
    assert code == 1 and "nowhere" in said
    rows = server.system.uow.rows("audit", action="booking.import")
    assert [row["actor"] for row in rows] == ["command line:booking"] * 2


def test_what_the_administration_saves_stays_on(sign_in: Callable[[str], Person], server: Server) -> None:
    """Bookings with no minutes of their own: saving anything else must not turn them off."""
    admin = sign_in("admin")
    for hotline in ("1900 1111", "1900 2222"):
        held = admin.get("/offices/demo/config").json or {}
        office = {"bookings": {}, "card": "optional"} | held["office"] | {"hotline": hotline}
        body = {"config_version": held["config_version"], "office": office}
        assert admin.client.put("/api/v1/offices/demo/config", json=body, headers=admin.headers).status_code == 200
        view = admin.get("/offices/demo").json or {}
        assert (view["card"], view["bookings"]) == ("optional", {"early_min": 30, "late_min": 30})
        if hotline == "1900 1111":
            row = server.system.uow.rows("audit", action="office.put")[-1]
            assert {"bookings", "card"} <= set(row["detail"]["changed"]), "turned on: the log says so"
            held = admin.get("/offices/demo/config").json or {}
            assert held["office"]["bookings"] == {"early_min": 30, "late_min": 30}


def test_an_office_file_says_off_as_people_write_it() -> None:
    from server.services.officefile import read, write

    described = {k: v for k, v in OFFICE.items() if k != "settings"} | OFFICE["settings"]
    assert read(write(described) + "card: off\n").card == "off"
    assert read(write(described) + "card: required\nbookings: {late_min: 15}\n").description()["settings"]["bookings"]

