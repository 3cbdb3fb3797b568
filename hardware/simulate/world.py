"""The simulated devices of one agent: made from the office's list, pressed and broken from the page or a test."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hardware.drivers.base import Device, levels_of
from hardware.drivers.ports import Port, PortSettings, first_answer, open_serial
from hardware.simulate.devices import (
    LINE_KEYS,
    Ff68Firmware,
    LineFirmware,
    ListeningLedFirmware,
    ScannerFirmware,
)
from hardware.simulate.wire import SCHEME, FarEnd, Wire, opener

DEFAULT_DRIVERS = {"panel": "line", "keypad": "ff68", "led": "line", "scanner": "cdc"}
CHATTER = 30


@dataclass(frozen=True)
class Simulated:
    device: Device
    wire: Wire


class World:
    """`sounds`: the folder into which simulated loudspeakers write what they would play."""

    def __init__(self, sounds: Path = Path("var/agent/sounds")) -> None:
        self._sounds = sounds
        self.speakers: dict[str, Device] = {}
        self._lock = threading.Lock()
        self._wires: dict[str, Wire] = {}
        self.devices: dict[str, Simulated] = {}

    @property
    def open_port(self) -> Callable[[PortSettings], Port]:
        return first_answer([opener(self._wires), open_serial])

    def prepare(self, devices: list[Device]) -> list[Device]:
        """Put every device on a simulated wire; printers are left to their own simulator."""
        others = {"printer": lambda device: device, "speaker": self._muffled}
        return [others.get(device.kind, self._wired)(device) for device in devices]

    def _muffled(self, device: Device) -> Device:
        """A loudspeaker that writes files."""
        settings = {**device.settings, "driver": "wav", "directory": str(self._sounds / device.id)}
        self.speakers[device.id] = replace(device, driver="wav", settings=settings)
        return self.speakers[device.id]

    def sounds(self, device_id: str) -> list[Path]:
        """What a simulated loudspeaker has played, newest last."""
        return sorted(Path(str(self.speakers[device_id].settings["directory"])).glob("*.wav"))

    def _wired(self, device: Device) -> Device:
        driver = str(device.settings.get("driver", DEFAULT_DRIVERS.get(device.kind, "line")))
        settings = {"address": device.counter or 1, **device.settings, "driver": driver, "port": SCHEME + device.id}
        wired = replace(device, driver=driver, settings=settings)
        with self._lock:
            if device.id not in self._wires:
                self._wires[device.id] = Wire(_firmware(wired))
            self.devices[device.id] = Simulated(wired, self._wires[device.id])
        return wired

    def press(self, device_id: str, button: int) -> None:
        firmware = self._far_end(device_id, LineFirmware)
        firmware.press(button)

    def key(self, device_id: str, action: str, digits: str = "") -> None:
        firmware = self.devices[device_id].wire.far_end
        if isinstance(firmware, LineFirmware):
            firmware.key(LINE_KEYS[action], digits)
        elif isinstance(firmware, Ff68Firmware):
            firmware.key(action, digits)

    def scan(self, device_id: str, text: str) -> None:
        firmware = self.devices[device_id].wire.far_end
        if isinstance(firmware, ScannerFirmware | LineFirmware):
            firmware.scan(text)

    def chatter(self, device_id: str, button: int = 1) -> None:
        """A wet contact: many presses within a second or two."""
        firmware = self._far_end(device_id, LineFirmware)
        start = time.monotonic() - 3
        for count in range(CHATTER):
            firmware.press(button, start + count * 0.1)

    def restart(self, device_id: str) -> None:
        self._far_end(device_id, LineFirmware).switch_on()

    def pull(self, device_id: str, plugged: bool) -> None:
        self.devices[device_id].wire.pull(plugged)

    def noise(self, device_id: str, percent: float) -> None:
        self.devices[device_id].wire.noise = percent

    def view(self) -> list[dict[str, Any]]:
        speakers = [
            {"id": device.id, "kind": "speaker", "name": device.name, "driver": device.driver,
             "counter": device.counter, "sounds": [path.stem for path in self.sounds(device.id)][-5:]}
            for device in list(self.speakers.values())
        ]  # fmt: skip
        return [_view(simulated) for simulated in list(self.devices.values())] + speakers

    def _far_end(self, device_id: str, kind: type[LineFirmware]) -> LineFirmware:
        firmware = self.devices[device_id].wire.far_end
        if not isinstance(firmware, kind):
            raise KeyError(device_id)
        return firmware


def _firmware(device: Device) -> FarEnd:
    address = int(device.settings["address"])
    if device.driver == "ff68":
        return Ff68Firmware(address)
    if device.driver in ("four_byte", "ascii"):
        return ListeningLedFirmware(address, device.driver)
    if device.driver == "cdc":
        return ScannerFirmware()
    polled = bool(device.settings.get("shared_line", False))
    return LineFirmware(address, polled=polled, kind=device.kind.upper()[:8])


def _view(simulated: Simulated) -> dict[str, Any]:
    device, wire = simulated.device, simulated.wire
    far_end = wire.far_end
    return {
        "id": device.id,
        "kind": device.kind,
        "name": device.name,
        "driver": device.driver,
        "counter": device.counter,
        "plugged": wire.plugged,
        "noise": wire.noise,
        "waiting": getattr(far_end, "waiting", 0),
        "levels": list(levels_of(device)) if device.kind == "panel" else [],
        "shown": list(getattr(far_end, "shown", ())),
        "open_line": isinstance(far_end, LineFirmware),
    }
