"""The simulated printers of one agent, and the paper that came out of them."""

from __future__ import annotations

import io
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hardware.drivers.base import Device
from hardware.printing.transport import virtual
from hardware.printing.virtual import Strip, VirtualPrinter

KEPT = 30
HEALTHY: Mapping[str, object] = {
    "paper": "ok",
    "cover": "closed",
    "cutter": "ok",
    "cutter_breaks": False,
    "stalled": False,
    "stall_after": None,
    "vanish_after": None,
    "garble_answers": False,
    "mute": False,
    "delay_s": 0.0,
    "baud": 0,
}
CHOICES: Mapping[str, tuple[object, ...]] = {
    "paper": ("ok", "near_end", "out"),
    "cover": ("closed", "open"),
    "cutter": ("ok", "error"),
    "stalled": (False, True),
    "garble_answers": (False, True),
    "mute": (False, True),
    "baud": (0, 9600, 19200, 115200),
}
MAX_BYTE = 1_000_000


class BadKnob(ValueError):
    """No such knob, or not that far."""


@dataclass(frozen=True)
class Sheet:
    number: int
    at: datetime
    strip: Strip


class Tray:
    """One printer with the paper in its tray, newest last."""

    def __init__(self, device: Device, clock: Callable[[], datetime]) -> None:
        self.device = device
        self._clock = clock
        self._lock = threading.Lock()
        self._sheets: deque[Sheet] = deque(maxlen=KEPT)
        self._count = 0
        self.printer = VirtualPrinter(int(device.settings.get("width", 576)), self._came_out)
        virtual.register(device.id, self.printer)

    def _came_out(self, strip: Strip) -> None:
        with self._lock:
            self._count += 1
            self._sheets.append(Sheet(self._count, self._clock(), strip))
        del self.printer.paper.strips[:]  # the tray keeps the last ones; a demo may run for weeks

    def sheets(self) -> list[Sheet]:
        with self._lock:
            return list(self._sheets)

    def hanging(self) -> Strip | None:
        """The piece that came out so far and was not cut."""
        pieces = [strip for strip in self.printer.strips if not strip.cut]
        return pieces[-1] if pieces else None

    def tear_off(self) -> None:
        """A person tears the hanging piece off."""
        self.printer.paper.cut()
        for strip in self.printer.paper.strips:
            self._came_out(strip)

    def turn(self, knobs: Mapping[str, object]) -> None:
        for name, value in knobs.items():
            if name in ("vanish_after", "stall_after"):
                good = value is None or isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_BYTE
            else:
                good = name in CHOICES and value in CHOICES[name]
            if not good:
                raise BadKnob(f"{name}: {value!r}")
        self.printer.turn(**knobs)

    def heal(self) -> None:
        """All faults off, a full roll in."""
        self.printer.turn(**HEALTHY)

    def view(self) -> dict[str, Any]:
        knobs = self.printer.knobs
        hanging = self.hanging()
        return {
            "id": self.device.id,
            "name": self.device.name,
            "kind": "printer",
            "knobs": {name: getattr(knobs, name) for name in HEALTHY},
            "hanging": hanging.image.height if hanging else 0,
            "sheets": [
                {
                    "number": sheet.number,
                    "at": sheet.at.isoformat(),
                    "width": sheet.strip.image.width,
                    "height": sheet.strip.image.height,
                    "codes": sheet.strip.codes,
                }
                for sheet in reversed(self.sheets())
            ],
        }


class Printers:
    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.trays: dict[str, Tray] = {}

    def prepare(self, devices: list[Device]) -> list[Device]:
        """Put every printer of the office behind a simulated line."""
        return [self._simulated(device) if device.kind == "printer" else device for device in devices]

    def _simulated(self, device: Device) -> Device:
        if device.id not in self.trays:
            self.trays[device.id] = Tray(device, self._clock)
        return replace(device, settings={**device.settings, "transport": f"virtual:{device.id}"})


def png(strip: Strip) -> bytes:
    out = io.BytesIO()
    strip.image.save(out, "PNG", optimize=True)
    return out.getvalue()
