"""The simulator's own honesty: a wire that can be pulled, noise that alters, boards that show what they were told."""

from __future__ import annotations

import random

import pytest
from serial import SerialException

from hardware.drivers.base import Device
from hardware.drivers.ports import PortSettings
from hardware.simulate.devices import BUFFER, LineFirmware, ListeningLedFirmware
from hardware.simulate.wire import Wire, opener
from hardware.simulate.world import World


def test_a_pulled_wire_fails_in_both_of_pyserials_ways():
    wire = Wire(LineFirmware())
    port = wire.open()
    wire.pull(False)
    with pytest.raises(OSError, match="Input/output"):
        port.in_waiting  # noqa: B018 - asking is what fails
    with pytest.raises(SerialException):
        port.read()
    with pytest.raises(SerialException):
        wire.open()
    wire.pull(True)
    assert wire.open().in_waiting == 0


def test_noise_alters_about_as_many_bytes_as_asked():
    wire = Wire(LineFirmware(), chance=random.Random(1))
    wire.noise = 5
    sent = bytes(10_000)
    altered = sum(byte != 0 for byte in wire._noisy(sent))
    assert 400 < altered < 600


def test_only_addresses_of_simulated_wires_are_answered():
    open_port = opener({"p": Wire(LineFirmware())})
    assert open_port(PortSettings("sim://p")) is not None
    assert open_port(PortSettings("/dev/ttyUSB0")) is None
    with pytest.raises(SerialException):
        open_port(PortSettings("sim://other"))


def test_a_full_buffer_drops_the_oldest_press_that_was_never_sent():
    firmware = LineFirmware()
    firmware.tick(0.0)  # HELLO is in flight
    for _ in range(BUFFER + 5):
        firmware.press(1, at=0.0)
    assert firmware.waiting == BUFFER - 1
    assert b"HELLO" in firmware.tick(10.0)


def test_a_board_of_digits_ignores_other_boards_and_finds_its_place_after_noise():
    board = ListeningLedFirmware(5, "four_byte")
    board.receive(b"\x00\x07" + bytes.fromhex("04 00 01 05") + bytes.fromhex("05 03 E7 EF"), 0.0)
    assert board.shown == ("999", "5", "SHOW")


def test_every_kind_of_device_of_an_office_gets_a_wire():
    world = World()
    kinds = [("panel", "line"), ("keypad", "ff68"), ("led", "line"), ("scanner", "cdc")]
    wired = world.prepare([Device(kind, kind, kind, "", 1, {}) for kind, _driver in kinds])
    assert [(device.kind, device.driver) for device in wired] == kinds
    assert all(device.settings["port"] == f"sim://{device.id}" for device in wired)
    again = world.prepare([Device("panel", "panel", "panel", "", 1, {})])
    assert world.devices["panel"].device == again[0], "a new list of devices keeps the wires it knew"
