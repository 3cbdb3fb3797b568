"""The drivers of devices that are not ours."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.drivers.base import BadSettings, Device, Shown
from hardware.drivers.codes import Booking, Dossier, IdentityCard, Unreadable, parse_scan
from hardware.drivers.hid import HidKeypad, HidScanner, KeyDown
from hardware.drivers.messages import BadMessage, HttpButtons, MqttButtons
from hardware.drivers.ports import PortSettings, open_serial
from hardware.drivers.scanner import CdcScanner
from hardware.drivers.serial_keypad import Ff68Keypad
from hardware.drivers.serial_led import ascii_led, four_byte_led
from hardware.protocol.ff68 import Ff68Frame, encode
from tests.hardware.fakes import FakeHost, eventually, keypad, panel

CARD = "001099012345|012345678|Nguyễn Thị Minh Ngọc|20111990|Nữ|Số 1, Khương Đình, Hà Nội|01/02/2022"


def keys(*codes: int) -> bytes:
    return b"".join(encode(Ff68Frame(2, 1, bytes([code]))) for code in codes)


def test_the_callers_keys():
    host = FakeHost()
    driver = Ff68Keypad(keypad(address=2), host)
    driver.received(keys(0x0A, 0x02, 0x0F, 0x0B), 1.0)
    assert [(press.action, press.value) for press in host.presses] == [
        ("next", None),
        ("transfer", "2"),
        ("recall", None),
    ]


def test_another_keypads_frames_on_the_line_are_not_ours():
    host = FakeHost()
    Ff68Keypad(keypad(address=7), host).received(keys(0x0A), 1.0)
    assert host.presses == []


def test_half_a_frame_does_not_swallow_the_next_key():
    host = FakeHost()
    driver = Ff68Keypad(keypad(address=2), host)
    driver.received(keys(0x0A)[:6], 1.0)
    driver.received(keys(0x0A), 2.0)
    assert [press.action for press in host.presses] == ["next"]


def test_a_key_table_with_an_unknown_meaning_is_refused():
    with pytest.raises(BadSettings, match="fly"):
        Ff68Keypad(keypad(keys={"0A": "fly"}), FakeHost())


@pytest.mark.parametrize(
    ("make", "expected"), [(four_byte_led, bytes.fromhex("01 00 0C 0D")), (ascii_led, b"$012,01&")]
)
def test_a_listening_board_is_told_at_each_change_and_again_later(make, expected: bytes):
    board = make(Device("led-1", "led", "", "x", 1, {}), FakeHost())
    board.opened(0.0)
    assert board.tick(0.0) == b""
    board.show(Shown(1, "A012"))
    assert board.tick(0.1) == expected
    assert board.tick(0.2) == b""
    assert board.tick(6.0) == expected


# Things that type


class FakeSource:
    def __init__(self, *names: str) -> None:
        self._names = names
        self.closed = threading.Event()

    def presses(self) -> Iterator[KeyDown]:
        yield from map(KeyDown, self._names)
        self.closed.wait(5)
        raise OSError(19, "No such device")

    def close(self) -> None:
        self.closed.set()


def test_the_number_pad_in_an_officers_hand():
    source, host = FakeSource("KPENTER", "KP2", "KPSLASH", "KPASTERISK", "F1"), FakeHost()
    driver = HidKeypad(keypad(port="/dev/input/x"), host, lambda path: source)
    eventually(lambda: len(host.presses) == 3)
    driver.close()
    assert [(press.action, press.value) for press in host.presses] == [
        ("next", None),
        ("transfer", "2"),
        ("no_show", None),
    ]


def test_a_pulled_number_pad_is_reported():
    def gone(path: str) -> FakeSource:
        raise OSError(2, "No such file")

    host = FakeHost()
    driver = HidKeypad(keypad(port="/dev/input/x"), host, gone)
    eventually(lambda: any(state == "offline" for _device, state, _why in host.reports))
    driver.close()


def test_a_scanner_that_types():
    names = ["SLASH", "T", "SLASH", *"ABCDEFGH", "MINUS", "LEFTSHIFT", "Z", "1", "ENTER"]
    source, host = FakeSource(*names), FakeHost()
    driver = HidScanner(Device("s", "scanner", "", "hid", None, {"port": "x"}), host, lambda path: source)
    eventually(lambda: host.scans)
    driver.close()
    assert host.scans == [Booking("abcdefgh-Z1")]


# Codes


@pytest.mark.parametrize(
    ("text", "scan"),
    [
        ("https://motcua.example.vn/t/Abcdef_12-34", Booking("Abcdef_12-34")),
        ("/booking/12345678", Booking("12345678")),
        ("dat-lich-8KQ2", Booking("dat-lich-8KQ2")),
        ("001099012345", Unreadable("unknown")),
        ("000.00.01.H26-260930-0012", Dossier("000.00.01.H26-260930-0012")),
        ("38.98.h29-210519-0013", Dossier("38.98.H29-210519-0013")),
        ("xin chào", Unreadable("unknown")),
        ("", Unreadable("empty")),
        ("x" * 2000, Unreadable("too_long")),
        (CARD, Unreadable("identity_cards_off")),
    ],
)
def test_what_a_scanned_text_is(text: str, scan: object):
    assert parse_scan(text, identity_cards=False) == scan


def test_an_identity_card_is_read_only_where_the_office_allows_it():
    card = parse_scan(CARD, identity_cards=True)
    assert isinstance(card, IdentityCard)
    assert (card.name, card.birth, card.issued) == ("Nguyễn Thị Minh Ngọc", date(1990, 11, 20), date(2022, 2, 1))
    assert parse_scan(CARD + "|x|y", identity_cards=True) == card
    assert parse_scan(CARD.replace("|012345678|", "||"), identity_cards=True).old_number == ""
    before = parse_scan(CARD.replace("001099012345", "012345678"), identity_cards=True)
    assert isinstance(before, IdentityCard) and before.number == "012345678", "nine digits on cards from before"


def test_a_card_never_shows_in_a_log_line():
    assert f"{parse_scan(CARD, identity_cards=True)!r}" == "IdentityCard()"


@pytest.mark.parametrize(
    "bad",
    [
        "1|2|3",
        CARD.replace("20111990", "31021990"),
        CARD.replace("001099012345", "12"),
        CARD.replace("Nguyễn Thị Minh Ngọc", ""),
    ],
)
def test_what_looks_like_a_card_and_is_none(bad: str):
    assert parse_scan(bad, identity_cards=True) == Unreadable("identity_card")


@given(st.text(max_size=1200), st.booleans())
def test_no_text_crashes_the_parser(text: str, cards: bool):
    parse_scan(text, identity_cards=cards)


def test_a_cdc_scanner_through_a_pair_of_terminals(tmp_path: Path):
    if shutil.which("socat") is None:
        pytest.fail("these tests need socat: apt-get install socat")
    ends = [str(tmp_path / name) for name in ("host", "device")]
    socat = subprocess.Popen(["socat", *(f"pty,raw,echo=0,link={end}" for end in ends)])
    try:
        eventually(lambda: all(Path(end).exists() for end in ends))
        host = FakeHost()
        device = Device("s", "scanner", "", "cdc", None, {"port": ends[0], "identity_cards": True})
        CdcScanner(device, host)
        host.start()
        eventually(lambda: ("s", "ok", "") in host.reports)
        with open_serial(PortSettings(ends[1], 115200)) as far:  # type: ignore[attr-defined]
            far.write(CARD.encode() + b"\r\n" + b"000.00.01.H26-260930-0012" + b"\r")
            far.write(b"\xff\xfe\n")
            far.write(b"/t/12345678")  # no line end: silence ends it
            eventually(lambda: len(host.scans) == 4)
        assert [type(scan) for scan in host.scans] == [IdentityCard, Dossier, Unreadable, Booking]
        host.close()
    finally:
        socat.terminate()
        socat.wait()


# Buttons with a network of their own


def test_an_http_buttons_message():
    host = FakeHost()
    HttpButtons(panel(token="secret"), host)
    assert host.takers["panel-3"]({"boot": "b1", "seq": 4, "button": 3, "age_ms": 1500})
    [press] = host.presses
    assert (press.value, press.origin.sequence) == ("dissatisfied", 4)
    assert (host.clock() - press.at).total_seconds() == 1.5


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"boot": "b", "seq": -1, "button": 1},
        {"boot": "b", "seq": True, "button": 1},
        {"boot": "", "seq": 1, "button": 1},
        {"boot": "b", "seq": 1, "button": 0},
        {"boot": "b", "seq": 1, "button": 4},
        {"boot": "b", "seq": 1, "button": "1"},
        {"boot": "b", "seq": 1, "button": 1, "age_ms": 10**12},
        {"boot": 7, "seq": 1, "button": 1},
    ],
)
def test_messages_that_are_not_ours_are_refused(message: dict):
    host = FakeHost()
    HttpButtons(panel(token="secret"), host)
    with pytest.raises(BadMessage):
        host.takers["panel-3"](message)
    assert host.presses == []


class FakeBroker:
    def __init__(self) -> None:
        self.subscribed, self.published, self.stopped = [], [], False

    def connect_async(self, host: str, port: int, keepalive: int) -> None:
        self.where = (host, port)

    def subscribe(self, topic: str, qos: int) -> None:
        self.subscribed.append((topic, qos))

    def publish(self, topic: str, payload: bytes, qos: int) -> None:
        self.published.append((topic, json.loads(payload), qos))

    def loop_start(self) -> None: ...

    def loop_stop(self) -> None:
        self.stopped = True

    def disconnect(self) -> None: ...


def test_an_mqtt_button_is_answered_once_its_press_is_kept():
    broker, host = FakeBroker(), FakeHost()
    driver = MqttButtons(keypad(driver="mqtt", broker="10.0.0.2"), host, lambda device: broker)
    driver._connected(None, None, None, SimpleNamespace(is_failure=False), None)
    assert broker.subscribed == [("motcua/keypad-2/press", 1)]
    host.disk_full = True
    message = SimpleNamespace(payload=b'{"boot": "b1", "seq": 1, "key": "NEXT"}')
    driver._message(None, None, message)
    assert broker.published == []
    host.disk_full = False
    driver._message(None, None, message)
    driver._message(None, None, SimpleNamespace(payload=b"\xff["))
    assert [press.action for press in host.presses] == ["next"]
    assert broker.published == [("motcua/keypad-2/ack", {"boot": "b1", "seq": 1}, 1)]


def test_pahos_client_has_what_the_driver_uses():
    from hardware.drivers.messages import paho_client

    client = paho_client(keypad(driver="mqtt", broker="x", username="u", password="p"))
    for name in ("connect_async", "subscribe", "publish", "loop_start", "loop_stop", "disconnect"):
        assert callable(getattr(client, name))
