"""A card or a booking under the scanner, with the server and without it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from server.app import Server
from server.commands.demo_office import OFFICE
from server.domain.words import Role
from server.services import bookings
from server.services.access import Actor
from server.services.offices import put_office
from tests.api.conftest import Clock
from tests.kiosk.wire import Kiosk

NUMBER = "001203004567"
CARD = {"kind": "IdentityCard", "number": NUMBER, "name": "NGUYỄN VĂN TÀI"}
OTHER = {"kind": "IdentityCard", "number": "038099001234", "name": "LÊ THỊ HOA"}
CODE = "dat-lich-8KQ2"
HELP = {"code": "H", "prefix": "H", "names": {"vi": "Cần trợ giúp"}, "help": True}
ADMIN = Actor("staff", roles={"demo": frozenset({Role.ADMIN})})


def ask_for(server: Server, kiosk: Kiosk, card: str = "optional", *, slot: str = "08:20") -> None:
    settings, services = OFFICE["settings"] | {"card": card, "bookings": {}}, [*OFFICE["services"], HELP]
    put_office(server.system.uow, OFFICE | {"settings": settings, "services": services}, ADMIN)
    rows = [["service", "day", "time", "code"], ["B", "2026-11-20", slot, CODE]]
    bookings.take_in(server.system.uow, ADMIN, "demo", rows)
    kiosk.refresh()


def scan(kiosk: Kiosk, found: dict[str, Any]) -> Any:
    kiosk.scanner.scan = found
    return kiosk.get("/api/v1/offices/demo/scan?wait=1").json


def test_a_card_has_one_number_of_a_field_with_the_server(kiosk: Kiosk, server: Server) -> None:
    ask_for(server, kiosk)
    card = scan(kiosk, CARD)["card"]
    assert kiosk.take("k1", card=card)["number"] == "A001"
    again = kiosk.touch("k2", card=scan(kiosk, CARD)["card"])
    assert (again.status_code, again.json["code"], again.json["number"]) == (409, "one_number_a_day", "A001")
    assert kiosk.take("k3", "B", card=card)["number"] == "B001", "another field"
    assert kiosk.take("k4", card=scan(kiosk, OTHER)["card"])["number"] == "A002", "another card"


def test_a_kiosk_alone_tells_a_card_apart_and_the_server_hears_of_it(kiosk: Kiosk, server: Server) -> None:
    ask_for(server, kiosk, "required")
    kiosk.wire.state = "cut"
    assert kiosk.touch("k0").json["code"] == "card_required"
    assert kiosk.take("k9", "H")["number"] == "H501", "help is for everybody"
    card = scan(kiosk, CARD)["card"]
    assert kiosk.take("k1", card=card)["number"] == "A501"
    again = kiosk.touch("k2", card=card)
    assert (again.json["code"], again.json["number"]) == ("one_number_a_day", "A501")
    kiosk.wire.state = "up"
    kiosk.work()
    again = kiosk.touch("k3", card=card)
    assert (again.json["code"], again.json["number"]) == ("one_number_a_day", "A501")


def test_two_kiosks_alone_cannot_see_each_other_and_staff_are_told(
    kiosk: Kiosk, server: Server, tmp_path: Path, clock: Clock
) -> None:
    ask_for(server, kiosk)
    card = scan(kiosk, CARD)["card"]
    kiosk.wire.state = "cut"
    kiosk.take("k1", card=card)
    other = server.app.test_client(use_cookies=False)
    token = {"Authorization": f"Bearer {kiosk.wire.token}", "Idempotency-Key": "elsewhere"}
    body = {"service": "A", "card": card}
    assert other.post("/api/v1/offices/demo/tickets", json=body, headers=token).status_code == 201
    kiosk.wire.state = "up"
    kiosk.work()
    _, ticket, _ = server.system.uow.ticket(number="A501")  # type: ignore[misc]
    assert ticket.state == "waiting", "it is on paper"
    assert ticket.note == "Cùng thẻ với số A001 đã lấy hôm nay"


def test_an_answer_that_was_lost_does_not_count_as_the_second_number(kiosk: Kiosk, server: Server) -> None:
    ask_for(server, kiosk)
    card = scan(kiosk, CARD)["card"]
    kiosk.wire.state = "deaf"
    assert kiosk.take("k1", card=card)["number"] == "A501"
    kiosk.wire.state = "up"
    kiosk.work()
    _, ticket, _ = server.system.uow.ticket(number="A501")  # type: ignore[misc]
    assert ticket.note is None
    assert [t.number for t in server.system.uow.hall("demo").line()] == ["A501"]


def test_a_booking_is_checked_in_once_with_the_server_and_without(kiosk: Kiosk, server: Server, clock: Clock) -> None:
    ask_for(server, kiosk)
    kiosk.wire.state = "cut"
    kiosk.touch("warm", "A")
    found = scan(kiosk, {"kind": "Booking", "code": CODE})
    assert (found["kind"], found["service"]) == ("booking", "B")
    clock.turn(minutes=30)
    assert kiosk.take("k1", "B", booking=found["booking"])["number"] == "B501"
    again = scan(kiosk, {"kind": "Booking", "code": CODE})
    assert (again["code"], again["number"]) == ("booking_used", "B501")
    assert kiosk.touch("k2", "B", booking=found["booking"]).json["code"] == "booking_used"
    kiosk.wire.state = "up"
    kiosk.work()
    again = scan(kiosk, {"kind": "Booking", "code": CODE})
    assert (again["code"], again["number"]) == ("booking_used", "B501"), "the server knows it as well"
    _, ticket, _ = server.system.uow.ticket(number="B501")  # type: ignore[misc]
    assert ticket.arrived_at < ticket.issued_at, "in line by the slot"


def test_a_booking_before_and_after_its_time_is_told_without_the_server(
    kiosk: Kiosk, server: Server, clock: Clock
) -> None:
    ask_for(server, kiosk, slot="09:00")
    kiosk.wire.state = "cut"
    kiosk.touch("warm", "A")
    told = []
    for minutes in (0, 60, 60, 24 * 60):
        clock.turn(minutes=minutes)
        found = scan(kiosk, {"kind": "Booking", "code": CODE})
        told.append((found.get("code", "fits"), found.get("opens_at")))
    assert told == [
        ("booking_too_early", "2026-11-20T08:30:00+07:00"), ("fits", None), ("booking_too_late", None),
        ("booking_other_day", None),
    ]  # fmt: skip
    assert scan(kiosk, {"kind": "Booking", "code": "nobody-knows-it"})["code"] == "booking_not_found"


def test_the_night_leaves_neither_keys_nor_marks_in_the_kiosk(kiosk: Kiosk, server: Server, clock: Clock) -> None:
    ask_for(server, kiosk)
    mark = scan(kiosk, CARD)["card"]
    kiosk.take("k1", card=mark)
    assert kiosk.store._rows("SELECT card FROM mark") == [{"card": mark}]
    clock.turn(days=1)
    kiosk.refresh()
    assert kiosk.store._rows("SELECT * FROM mark") == []
    assert min(path.name for path in (kiosk.folder / "card-keys").iterdir()) >= "2026-11-21"
    assert scan(kiosk, CARD)["card"] != mark, "tomorrow nobody can tell that it is the same card"


def test_the_page_is_never_asked_what_a_card_says(kiosk: Kiosk, server: Server) -> None:
    ask_for(server, kiosk)
    asked = len(kiosk.wire.asked)
    answer = kiosk.page.post(
        "/api/v1/offices/demo/scan", json={"text": f"{NUMBER}||X|01011990|Nam|Y|01012022"},
        base_url="http://127.0.0.1:8090",
    )  # fmt: skip
    assert answer.status_code == 404 and len(kiosk.wire.asked) == asked, "nor sends it on"
    assert scan(kiosk, {"kind": "Unreadable", "why": "unknown"})["code"] == "scan_unreadable"
