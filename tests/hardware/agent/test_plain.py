"""The texts of systems and drivers, as they really come, in words that a technician can act on."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from hardware import texts
from hardware.agent.plain import _KNOWN, explain
from hardware.drivers.ports import PortSettings, open_serial
from hardware.printing.transport import LineError, open_transport

GONE = "không thấy thiết bị ở cổng đã khai"


@pytest.fixture
def in_english() -> Iterator[None]:
    texts.use("en")
    yield
    texts.use("vi")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (os.strerror(errno.EACCES), "không có quyền mở"),
        ("/dev/usb/lp0: no permission; see the udev rules", "không có quyền mở"),
        ("Could not exclusively lock port /dev/ttyUSB0: [Errno 11] Resource temporarily unavailable",
         "một chương trình khác đang giữ cổng này"),
        (f"192.168.1.50:9100: {os.strerror(errno.ECONNREFUSED)}", "máy ở địa chỉ này không nhận kết nối"),
        (f"192.168.1.50:9100: {os.strerror(errno.EHOSTUNREACH)}", "không thấy trên mạng"),
        ("192.168.1.50:9100: timed out", "không thấy trên mạng"),
        ("mayin: Name or service not known", "không tìm ra tên máy này trên mạng"),
        (f"broke while reading: {os.strerror(errno.EIO)}", "dây bị rút hoặc thiết bị mất điện"),
        ("device reports readiness to read but returned no data (device disconnected or multiple access on port?)",
         "dây bị rút hoặc thiết bị mất điện"),
        ("no USB device 04b8:0202", GONE),
        ("the printer does not answer", "cổng mở được nhưng thiết bị không trả lời"),
        ("paper out", "hết giấy"),
        ("Một nút bị dập liên tục nên tạm ngắt; kiểm tra nút có bị kẹt hoặc ẩm không.", ""),
        ("something nobody has met", ""),
    ],
)  # fmt: skip
def test_what_is_said_and_what_is_meant(text: str, what: str) -> None:
    assert explain(text).what == what and bool(explain(text).advice) == bool(what)


def test_what_this_machine_says_of_a_port_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(serial.SerialException) as gone:
        open_serial(PortSettings(str(tmp_path / "ttyUSB9")))
    assert explain(str(gone.value)).what == GONE
    with pytest.raises(LineError) as none:
        open_transport(f"lp://{tmp_path / 'lp0'}", 1.0)
    assert explain(str(none.value)).what == GONE


@pytest.mark.usefixtures("in_english")
def test_every_word_and_every_advice_is_there_in_english() -> None:
    for _, what, advice in _KNOWN:
        assert texts._(what) != what and texts._(advice) != advice
