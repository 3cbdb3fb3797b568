"""A scanner on a serial port (USB CDC): one code a line, in UTF-8."""

from __future__ import annotations

from hardware.drivers.base import Device, Host
from hardware.drivers.codes import MAX_SCAN, Unreadable, parse_scan

END_OF_CODE_S = 0.3
"""Some scanners end a code with silence instead of a line end."""


class CdcScanner:
    def __init__(self, device: Device, host: Host) -> None:
        self.device, self.host = device, host
        self._identity_cards = device.settings.get("identity_cards") is True
        self._buffer = bytearray()
        self._last_byte = 0.0
        self._link = host.link(device, baudrate=115200)
        self._link.attach(self)

    def opened(self, now: float) -> bytes:  # noqa: ARG002 - the interface's arguments
        self._buffer.clear()
        self.host.report(self.device, "ok")
        return b""

    def received(self, data: bytes, now: float) -> bytes:
        self._last_byte = now
        self._buffer += data
        while (end := _line_end(self._buffer)) >= 0:
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            self._code(line)
        if len(self._buffer) > 4 * MAX_SCAN:
            self._buffer.clear()
        return b""

    def tick(self, now: float) -> bytes:
        if self._buffer and now - self._last_byte > END_OF_CODE_S:
            line = bytes(self._buffer)
            self._buffer.clear()
            self._code(line)
        return b""

    def lost(self, why: str) -> None:
        self._buffer.clear()
        self.host.report(self.device, "offline", why)

    def close(self) -> None:
        self._link.close()

    def _code(self, line: bytes) -> None:
        if not line.strip():
            return
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            self.host.scanned(self.device, Unreadable("not_utf8"))
        else:
            self.host.scanned(self.device, parse_scan(text, identity_cards=self._identity_cards))


def _line_end(buffer: bytearray) -> int:
    ends = [at for at in (buffer.find(b"\r"), buffer.find(b"\n")) if at >= 0]
    return min(ends, default=-1)
