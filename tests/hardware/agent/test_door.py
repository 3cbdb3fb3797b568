"""The local door: buttons with a network of their own, and scans for pages on this machine."""

from __future__ import annotations

import threading

import pytest
from flask.testing import FlaskClient

from hardware.agent.door import SCAN_LIFE_S, Door, ScanShelf
from hardware.drivers.base import Device
from hardware.drivers.codes import Booking, parse_scan
from hardware.drivers.messages import HttpButtons
from tests.hardware.drivers.test_other_drivers import CARD
from tests.hardware.fakes import FakeHost, eventually, panel

GOOD = {"Authorization": "Bearer s3cret"}
PRESS = {"boot": "b1", "seq": 1, "button": 1}


class At:
    def __init__(self) -> None:
        self.now = 0.0
        self.shelf = ScanShelf(lambda: self.now)
        self.door = Door(self.shelf)
        self.host = FakeHost()
        self.host.accept = self.door.accept  # type: ignore[method-assign]
        HttpButtons(panel(token="s3cret"), self.host)
        self.door.allow_scans(Device("scanner", "scanner", "", "cdc", None, {"token": "s3cret"}))
        self.client: FlaskClient = self.door.app().test_client()


@pytest.fixture
def at() -> At:
    return At()


def test_a_press_is_answered_once_it_is_kept(at: At):
    answer = at.client.post("/v1/devices/panel-3/press", json=PRESS, headers=GOOD)
    assert (answer.status_code, answer.json) == (200, {"taken": True})
    assert at.host.presses[0].value == "very_satisfied"


def test_a_press_that_could_not_be_kept_is_to_be_said_again(at: At):
    at.host.disk_full = True
    assert at.client.post("/v1/devices/panel-3/press", json=PRESS, headers=GOOD).status_code == 503


@pytest.mark.parametrize(
    ("device", "headers"),
    [
        ("panel-3", {}),
        ("panel-3", {"Authorization": "Bearer wrong"}),
        ("panel-9", GOOD),
        ("panel-3", {"Authorization": ""}),
    ],
)
def test_strangers_are_turned_away(at: At, device: str, headers: dict[str, str]):
    assert at.client.post(f"/v1/devices/{device}/press", json=PRESS, headers=headers).status_code == 401
    assert at.host.presses == []


@pytest.mark.parametrize("body", [b"", b"[1]", b"{", b'{"boot": "b"}', b"\xff" * 100])
def test_what_is_no_message_is_refused(at: At, body: bytes):
    answer = at.client.post("/v1/devices/panel-3/press", data=body, content_type="application/json", headers=GOOD)
    assert answer.status_code == 400


def test_a_scan_is_read_once_by_who_may(at: At):
    at.shelf.put("scanner", Booking("12345678"))
    assert at.client.get("/v1/devices/scanner/scan").status_code == 401
    answer = at.client.get("/v1/devices/scanner/scan", headers=GOOD)
    assert answer.json == {"kind": "Booking", "code": "12345678"}
    assert answer.headers["Cache-Control"] == "no-store"
    assert at.client.get("/v1/devices/scanner/scan", headers=GOOD).status_code == 204


def test_an_identity_card_nobody_asked_for_is_gone_after_seconds(at: At):
    at.shelf.put("scanner", parse_scan(CARD, identity_cards=True))
    at.now += SCAN_LIFE_S
    at.shelf.sweep()
    assert at.shelf._scans == {}
    assert at.client.get("/v1/devices/scanner/scan", headers=GOOD).status_code == 204


def test_a_page_may_wait_for_a_scan():
    shelf = ScanShelf()
    found: list[object] = []
    waiting = threading.Thread(target=lambda: found.append(shelf.take("scanner", 10)))
    waiting.start()
    shelf.put("scanner", Booking("12345678"))
    eventually(lambda: found)
    waiting.join()
    assert found == [Booking("12345678")]
