"""A printer on RS-232 or a USB adapter: `serial:///dev/x?baud=19200`, `serial:COM3?baud=9600`."""

from __future__ import annotations

import contextlib
import time
from urllib.parse import SplitResult

import serial

from ..interface import SettingsError
from .base import LineBusy, LineLost, NotThere, option

_LOT = 256
_FLOWS = ("dsrdtr", "rtscts", "xonxoff", "none")


class SerialLine:
    """pyserial with a deadline on every write; an unplugged adapter raises plain OSError there, so both are caught."""

    can_read = True

    def __init__(self, port: str, baud: int, flow: str, timeout_s: float) -> None:
        try:
            self._serial = serial.serial_for_url(
                port, baudrate=baud, timeout=0, write_timeout=timeout_s, exclusive=True,
                dsrdtr=flow == "dsrdtr", rtscts=flow == "rtscts", xonxoff=flow == "xonxoff",
            )  # fmt: skip
        except (OSError, ValueError) as error:
            raise NotThere(f"{port}: {error}") from error
        self._baud = baud

    def write(self, data: bytes, timeout_s: float) -> None:
        """In lots of a fraction of a second, so that the error can say how far it came."""
        sent = 0
        while sent < len(data):
            lot = data[sent : sent + _LOT]
            try:
                self._serial.write_timeout = timeout_s + len(lot) * 10 / self._baud
                self._serial.write(lot)
            except serial.SerialTimeoutException:
                raise LineBusy(f"took {sent} of {len(data)} bytes, then none for {timeout_s:g} s", sent + 1) from None
            except OSError as error:
                raise LineLost(f"broke after {sent} of {len(data)} bytes: {error}", sent + 1) from error
            sent += len(lot)

    def read(self, timeout_s: float) -> bytes:
        deadline = time.monotonic() + timeout_s
        try:
            self._serial.timeout = timeout_s
            first = self._serial.read(1)
            waiting = self._serial.in_waiting if first and time.monotonic() <= deadline + 1 else 0
            return bytes(first + (self._serial.read(waiting) if waiting else b""))
        except (OSError, TypeError) as error:
            raise LineLost(f"broke while reading: {error}") from error

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._serial.cancel_write() if hasattr(self._serial, "cancel_write") else None
            self._serial.close()


def open_line(parts: SplitResult, timeout_s: float) -> SerialLine:
    baud, flow = option(parts, "baud", "9600"), option(parts, "flow", "none")
    if not baud.isdigit() or int(baud) not in serial.Serial.BAUDRATES:
        raise SettingsError(f"transport {parts.geturl()!r}: baud {baud} is no speed of a serial line")
    if flow not in _FLOWS:
        raise SettingsError(f"transport {parts.geturl()!r}: flow is none of {', '.join(_FLOWS)}")
    return SerialLine(parts.path, int(baud), flow, timeout_s)
