"""A bad section costs one device and not the agent."""

from __future__ import annotations

import pytest

from hardware.agent import rack as racks
from hardware.agent.rack import Rack
from hardware.drivers.base import Device, Shown
from hardware.drivers.ports import first_answer
from hardware.simulate.world import World
from tests.hardware.fakes import FakeClock, eventually


class Running:
    def __init__(self, devices: list[Device], world: World | None = None) -> None:
        self.reports: dict[str, tuple[str, str]] = {}
        self.presses = []
        open_port = world.open_port if world else first_answer([])
        self.rack = Rack(FakeClock(), open_port, self._report, self._take, lambda *a: None, lambda *a: None)
        self.rack.install(devices)

    def _report(self, device: Device, state: str, message: str) -> None:
        self.reports[device.id] = (state, message)

    def _take(self, press) -> bool:
        self.presses.append(press)
        return True


def test_bad_sections_are_errors_of_their_devices_and_the_good_one_works():
    world = World()
    [good] = world.prepare([Device("good", "panel", "", "line", 1, {})])
    bad = [
        Device("no-port", "panel", "", "line", 1, {}),
        Device("no-driver", "led", "", "neon", 1, {"port": "x"}),
        Device("no-kind", "toaster", "", "line"),
        Device("four", "panel", "", "line", 1, {"port": "x", "buttons": 4}),
        Device("baud", "panel", "", "line", 1, {"port": "y", "baudrate": "fast"}),
        Device("gone", "panel", "", "line", 1, {"port": "/dev/motcua-is-not-there"}),
    ]
    running = Running([*bad, good], world)
    world.press("good", 1)
    eventually(lambda: running.presses)
    eventually(lambda: running.reports.get("gone", ("", ""))[0] == "offline")
    running.rack.close()
    assert {
        name: running.reports[name][0] for name in ("no-port", "no-driver", "no-kind", "four", "baud")
    } == dict.fromkeys(("no-port", "no-driver", "no-kind", "four", "baud"), "error")
    assert "port" in running.reports["no-port"][1]
    assert "four_byte" in running.reports["no-driver"][1], "it names the drivers there are"


def test_a_driver_that_raises_anything_costs_only_its_own_device(monkeypatch: pytest.MonkeyPatch):
    world = World()
    devices = world.prepare([Device(name, "panel", "", "line", 1, {}) for name in ("bad", "good")])
    find = racks.find_driver

    def broken(device: Device, host: object) -> None:
        raise RecursionError("a mistake of a third party")

    def found(kind: str, name: str):
        return lambda device, host: (broken if device.id == "bad" else find(kind, name))(device, host)

    monkeypatch.setattr(racks, "find_driver", found)
    running = Running(devices, world)
    world.press("good", 1)
    eventually(lambda: running.presses)
    running.rack.close()
    assert running.reports["bad"][0] == "error"


def test_every_kind_of_led_board_shows_the_number():
    for driver in ("line", "four_byte", "ascii"):
        world = World()
        devices = world.prepare([Device("led", "led", "", driver, 4, {"driver": driver})])
        running = Running(devices, world)
        running.rack.show(lambda counter: Shown(counter, "A012"))
        firmware = world.devices["led"].wire.far_end
        eventually(lambda firmware=firmware: firmware.shown[:1] in (("A012",), ("012",)))
        running.rack.close()


def test_the_same_devices_again_leave_the_running_ones_alone():
    world = World()
    devices = world.prepare([Device("p", "panel", "", "line", 1, {})])
    running = Running(devices, world)
    before = running.rack._drivers["p"]
    running.rack.install(list(devices))
    assert running.rack._drivers["p"] is before
    running.rack.close()
