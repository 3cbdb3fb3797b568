"""LED boards that only listen. Nobody can know whether they show it, so the text is repeated now and then."""

from __future__ import annotations

from collections.abc import Callable

from hardware.drivers.base import Device, Host, Shown
from hardware.drivers.link import Listener
from hardware.protocol.led import ascii_call, digits_of, four_bytes

REPEAT_S = 5.0


class ListeningLed(Listener):
    """Sends what is to be shown at each change and every few seconds: a board that was off catches up by itself."""

    def __init__(self, device: Device, host: Host, encode: Callable[[int, Shown], bytes]) -> None:
        self.device, self.host = device, host
        self.address = int(device.settings.get("address", device.counter or 1))
        self._encode = encode
        self._message = b""
        self._due = 0.0
        self._link = host.link(device)
        self._link.attach(self)

    def show(self, shown: Shown) -> None:
        self._message, self._due = self._encode(self.address, shown), 0.0

    def opened(self, now: float) -> bytes:
        self.host.report(self.device, "ok")
        self._due = now
        return b""

    def tick(self, now: float) -> bytes:
        if now < self._due or not self._message:
            return b""
        self._due = now + REPEAT_S
        return self._message

    def lost(self, why: str) -> None:
        self.host.report(self.device, "offline", why)

    def close(self) -> None:
        self._link.close()


def four_byte_led(device: Device, host: Host) -> ListeningLed:
    return ListeningLed(device, host, lambda board, shown: four_bytes(board, digits_of(shown.number or "")))


def ascii_led(device: Device, host: Host) -> ListeningLed:
    return ListeningLed(device, host, lambda _board, shown: ascii_call(digits_of(shown.number or ""), shown.counter))
