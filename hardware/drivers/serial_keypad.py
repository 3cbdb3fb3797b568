"""The ``FF 68 … 16`` keypad. Makers number the keys differently, so the table is a setting."""

from __future__ import annotations

from collections.abc import Mapping

from hardware.drivers.base import ACTIONS, BadSettings, Device, Host, Press
from hardware.drivers.digits import DigitEntry
from hardware.drivers.link import Listener
from hardware.protocol.ff68 import Ff68Frame, Ff68Framer
from hardware.texts import _

DEFAULT_KEYS: Mapping[str, str] = {
    "0A": "next",
    "0B": "recall",
    "0C": "start",
    "0D": "finish",
    "0E": "no_show",
    "0F": "transfer",
    "10": "clear",
    **{f"{digit:02X}": str(digit) for digit in range(10)},
}
STALE_BYTES_S = 0.2


class Ff68Keypad(Listener):
    """It sends each key once and hears no answer: its presses are kept the moment they arrive."""

    def __init__(self, device: Device, host: Host) -> None:
        self.device, self.host = device, host
        self.address = int(device.settings.get("address", 1))
        self.keys = _keys(device)
        self.digits = DigitEntry()
        self._framer = Ff68Framer()
        self._last_byte = 0.0
        self._link = host.link(device)
        self._link.attach(self)

    def opened(self, now: float) -> bytes:  # noqa: ARG002 - the interface's arguments
        self._framer = Ff68Framer()
        self.host.report(self.device, "ok")
        return b""

    def received(self, data: bytes, now: float) -> bytes:
        if now - self._last_byte > STALE_BYTES_S:
            self._framer = Ff68Framer()  # half a frame whose end was lost must not swallow the next one
        self._last_byte = now
        for frame in self._framer.feed(data):
            if frame.address == self.address:
                self._key(frame)
        return b""

    def lost(self, why: str) -> None:
        self.host.report(self.device, "offline", why)

    def close(self) -> None:
        self._link.close()

    def _key(self, frame: Ff68Frame) -> None:
        key = self.keys.get(f"{frame.data[0] if frame.data else frame.command:02X}")
        if key is None:
            return
        pressed = self.digits.key(key, self.host.clock())
        if pressed is not None:
            action, number = pressed
            self.host.take(Press(self.device, action, self.host.clock(), number))


def _keys(device: Device) -> dict[str, str]:
    keys = {**DEFAULT_KEYS, **{str(code).upper(): str(key) for code, key in device.settings.get("keys", {}).items()}}
    for key in keys.values():
        if key not in ACTIONS and key != "clear" and not (len(key) == 1 and key.isdigit()):
            raise BadSettings(
                _(
                    "Phím “%(key)s” của %(id)s không có nghĩa; dùng: %(keys)s.",
                    key=key,
                    id=device.id,
                    keys=", ".join((*ACTIONS, "clear", "0–9")),
                )
            )
    return keys
