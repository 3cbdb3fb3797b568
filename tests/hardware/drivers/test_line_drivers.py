"""Panels and keypads on our line, from the far end of a simulated wire and of real pseudo-terminals."""

from __future__ import annotations

import os
import pty
import random
import tty
from datetime import timedelta

import pytest

from hardware.drivers.base import BadSettings, Device, Shown
from hardware.drivers.bus import LineBus
from hardware.drivers.line import LineKeypad, LineLed, LinePanel
from hardware.drivers.link import Listener, SerialLink
from hardware.drivers.ports import PortSettings, first_answer
from hardware.protocol.line import Frame, encode
from hardware.simulate.devices import LineFirmware
from hardware.simulate.wire import Wire, opener
from tests.hardware.fakes import FakeHost, eventually, keypad, panel


class Talk:
    """A bus and firmware in lock-step, without threads or a clock."""

    def __init__(self, *firmware: LineFirmware, polled: bool = False) -> None:
        self.bus, self.firmware, self.now = LineBus(polled=polled), firmware, 0.0

    def run(self, seconds: float, step: float = 0.01) -> None:
        for _ in range(round(seconds / step)):
            self.now += step
            to_host = b"".join(each.tick(self.now) for each in self.firmware)
            to_devices = self.bus.received(to_host, self.now) + self.bus.tick(self.now)
            answers = b"".join(each.receive(to_devices, self.now) for each in self.firmware)
            echo = self.bus.received(to_devices, self.now)  # half-duplex adapters hear themselves
            assert echo == b""
            self.bus_answers = self.bus.received(answers, self.now)
            for each in self.firmware:
                each.receive(self.bus_answers, self.now)


def with_bus(host: FakeHost, talk: Talk, device: Device, kind: type = LinePanel):
    class Line:
        def shared(self, _kind: type, _make: object) -> LineBus:
            return talk.bus

        def close(self) -> None: ...

    host.link = lambda *_args, **_kw: Line()  # type: ignore[method-assign]
    return kind(device, host)


def test_a_press_arrives_with_the_time_it_was_made():
    firmware, host = LineFirmware(1), FakeHost()
    talk = Talk(firmware)
    with_bus(host, talk, panel())
    firmware.press(1, at=-2.0)  # two seconds ago, the line was down
    talk.run(1)
    [press] = host.presses
    assert (press.action, press.value) == ("rate", "very_satisfied")
    assert timedelta(seconds=2) <= host.clock() - press.at < timedelta(seconds=3)
    assert firmware.waiting == 0


def test_a_press_that_could_not_be_kept_is_said_again():
    firmware, host = LineFirmware(1), FakeHost()
    talk = Talk(firmware)
    with_bus(host, talk, panel())
    host.disk_full = True
    firmware.press(3, at=0.0)
    talk.run(2)
    assert firmware.waiting == 1
    host.disk_full = False
    talk.run(1)
    assert [press.value for press in host.presses] == ["dissatisfied"]
    assert firmware.waiting == 0


def test_many_devices_share_one_line_and_only_speak_when_asked():
    host = FakeHost()
    devices = [LineFirmware(address, polled=True) for address in (1, 2, 3)]
    talk = Talk(*devices, polled=True)
    for address in (1, 2, 3):
        with_bus(host, talk, Device(f"panel-{address}", "panel", "", "line", address, {"address": address}))
    for count in range(1, 4):
        for firmware in devices:
            firmware.press(count, at=0.0)
    assert [each.tick(1.0) for each in devices] == [b"", b"", b""]
    talk.run(6)
    assert sorted((press.device.id, press.value) for press in host.presses) == sorted(
        (f"panel-{n}", level) for n in (1, 2, 3) for level in ("very_satisfied", "satisfied", "dissatisfied")
    )


def test_silence_is_noticed_and_so_is_the_return():
    firmware, host = LineFirmware(1), FakeHost()
    talk = Talk(firmware)
    with_bus(host, talk, panel())
    talk.run(1)
    talk.firmware = ()
    talk.run(10)
    talk.firmware = (firmware,)
    talk.run(10)
    assert [state for _device, state, _why in host.reports][:1] == ["ok"]
    states = [state for _device, state, _why in host.reports]
    assert states[-1] == "ok"
    assert "offline" in states


def test_a_led_board_shows_again_after_it_was_switched_off():
    firmware, host = LineFirmware(1, kind="LED"), FakeHost()
    talk = Talk(firmware)
    board = with_bus(host, talk, Device("led-1", "led", "", "line", 1, {}), LineLed)
    board.show(Shown(1, "A012", calling=True))
    talk.run(1)
    assert firmware.shown == ("A012", "1", "CALL")
    firmware.switch_on()
    talk.run(3)
    assert firmware.shown == ("A012", "1", "CALL")
    board.show(Shown(1))
    talk.run(1)
    assert firmware.shown == ("", "1", "OFF")


def test_the_keypad_says_which_action_and_which_number():
    firmware, host = LineFirmware(1), FakeHost()
    talk = Talk(firmware)
    with_bus(host, talk, keypad(), LineKeypad)
    firmware.key("ABSENT", at=0.0)
    firmware.key("TRANSFER", "2", at=0.0)
    talk.run(2)
    assert [(press.action, press.value) for press in host.presses] == [("no_show", None), ("transfer", "2")]


def test_a_button_nobody_configured_is_shown_and_does_not_block_the_rest():
    firmware, host = LineFirmware(1), FakeHost()
    talk = Talk(firmware)
    with_bus(host, talk, panel())
    firmware.press(5, at=0.0)
    firmware.press(2, at=0.0)
    talk.run(2)
    assert [press.value for press in host.presses] == ["satisfied"]
    assert ("panel-3", "warning", "Nút 5 không có trong cấu hình.") in host.reports


@pytest.mark.parametrize(
    "settings",
    [{"address": 0}, {"address": 255}, {"address": "x"}, {"buttons": 4}, {"levels": ["satisfied", "very_satisfied"]}],
)
def test_settings_that_cannot_work_are_named(settings: dict):
    with pytest.raises(BadSettings):
        LinePanel(panel(**settings), FakeHost())


def test_two_devices_with_one_address_are_refused():
    host = FakeHost()
    LinePanel(panel(), host)
    with pytest.raises(BadSettings, match="địa chỉ"):
        LinePanel(panel(), host)


def test_every_press_once_over_a_noisy_wire_with_the_plug_pulled():
    """The fake host does not de-duplicate: here only that nothing is lost; exactly once is the outbox's part."""
    firmware = LineFirmware(1)
    wire = Wire(firmware, chance=random.Random(5))
    wire.noise = 1.0
    host = FakeHost(first_answer([opener({"p": wire})]))
    LinePanel(panel(port="sim://p"), host)
    host.start()
    for count in range(12):
        firmware.press(count % 3 + 1)
        if count % 4 == 3:
            wire.pull(False)
            eventually(lambda: host.reports and host.reports[-1][1] == "offline")
            wire.pull(True)
    eventually(lambda: firmware.waiting == 0, 30)
    host.close()
    assert len({(press.origin.boot, press.origin.sequence) for press in host.presses}) == 12


# Real pseudo-terminals


class PtyDevice:
    """The device's end of a pseudo-terminal."""

    def __init__(self) -> None:
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        self.path = os.ttyname(slave)
        self._slave = slave

    def say(self, data: bytes) -> None:
        os.write(self.master, data)

    def hear(self) -> bytes:
        return os.read(self.master, 4096)

    def unplug(self) -> None:
        os.close(self._slave)
        os.close(self.master)


def test_a_press_in_small_pieces_through_a_real_terminal():
    device, host = PtyDevice(), FakeHost()
    LinePanel(panel(port=device.path), host)
    host.start()
    device.hear()  # the first poll: the port is open, what is said from now on is heard
    for byte in encode(Frame(1, 9, "BTN", ("ab12", "2", "0"))):
        device.say(bytes([byte]))
    eventually(lambda: host.presses)
    heard = b""
    while b"ACK" not in heard:
        heard += device.hear()
    assert encode(Frame(1, 9, "ACK", ("ab12",))) in heard
    host.close()
    device.unplug()


def test_unplugging_a_real_terminal_is_reported_and_survived():
    first, second = PtyDevice(), PtyDevice()
    current = [first.path]
    from hardware.drivers.ports import open_serial

    host = FakeHost(lambda settings: open_serial(PortSettings(current[0])))
    LinePanel(panel(port="usb"), host)
    host.start()
    first.hear()
    first.say(encode(Frame(1, 0, "HELLO", ("ab12", "PANEL", "x", "1"))))
    eventually(lambda: ("panel-3", "ok", "") in host.reports)
    current[0] = second.path
    first.unplug()
    eventually(lambda: any(state == "offline" for _device, state, _why in host.reports))
    second.hear()
    second.say(encode(Frame(1, 1, "BTN", ("ab12", "1", "0"))))
    eventually(lambda: host.presses)
    host.close()
    second.unplug()


class Broken:
    """A port that fails in the two ways pyserial fails."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    @property
    def in_waiting(self) -> int:
        raise self._error

    def read(self, size: int = 1) -> bytes:
        return b""

    def write(self, data: bytes, /) -> int:
        return len(data)

    def close(self) -> None:
        raise self._error


@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), __import__("serial").SerialException("gone")])
def test_both_kinds_of_a_pulled_plug_lead_to_a_new_try(error: Exception):
    firmware, opened = LineFirmware(1), []
    wire = Wire(firmware)

    def open_port(settings: PortSettings):
        opened.append(settings.url)
        return Broken(error) if len(opened) == 1 else wire.open()

    host = FakeHost(open_port)
    LinePanel(panel(port="x"), host)
    firmware.press(1)
    host.start()
    eventually(lambda: host.presses)
    host.close()
    assert any(state == "offline" for _device, state, _why in host.reports)


def test_a_drivers_own_mistake_does_not_silence_the_line():
    class Mistaken(Listener):
        def __init__(self) -> None:
            self.lines: list[bytes] = []
            self.lost_for: list[str] = []

        def received(self, data: bytes, now: float) -> bytes:
            self.lines.append(data)
            if len(self.lines) == 1:
                raise RecursionError("mistake")
            return b""

        def lost(self, why: str) -> None:
            self.lost_for.append(why)

    firmware, driver = LineFirmware(1), Mistaken()
    link = SerialLink(PortSettings("x"), lambda settings: Wire(firmware).open(), retry_s=(0.01,))
    link.attach(driver)
    link.start()
    eventually(lambda: len(driver.lines) > 1)
    link.close()
    assert driver.lost_for[0] == "mistake"
