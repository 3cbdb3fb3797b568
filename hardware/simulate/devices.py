"""The devices themselves, as their firmware would behave: also the reference for hardware/sketch."""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from hardware.drivers.line import KEY_NAMES
from hardware.drivers.serial_keypad import DEFAULT_KEYS
from hardware.protocol import ff68
from hardware.protocol.led import read_ascii_call, read_four_bytes
from hardware.protocol.line import Frame, Framer, encode

REPEAT_S = 0.4
BUFFER = 64

LINE_KEYS = {action: name for name, action in KEY_NAMES.items()}


@dataclass
class _Event:
    command: str
    args: tuple[str, ...]
    at: float
    tail: tuple[str, ...] = ()


class LineFirmware:
    """A device on our line protocol: one event in flight, repeated until it is acknowledged, the rest buffered."""

    def __init__(
        self,
        address: int = 1,
        *,
        polled: bool = False,
        kind: str = "PANEL",
        new_boot: Callable[[], str] = lambda: secrets.token_hex(4),
    ) -> None:
        self.address, self.polled, self.kind = address, polled, kind
        self._new_boot = new_boot
        self._lock = threading.RLock()
        self.shown: tuple[str, ...] = ()
        self.switch_on()

    def switch_on(self) -> None:
        """Power: what was buffered is gone, the boot id is new, and HELLO is the first event."""
        with self._lock:
            self.boot = self._new_boot()
            self._sequence = 0
            self._framer = Framer()
            self._sent_at: float | None = None
            self.shown = ()
            self._queue: deque[_Event] = deque([_Event("HELLO", (self.kind, "motcua-sim", "1"), 0.0)])

    @property
    def waiting(self) -> int:
        """Presses not acknowledged yet."""
        return sum(event.command != "HELLO" for event in self._queue)

    def press(self, button: int, at: float | None = None) -> None:
        self._add(_Event("BTN", (str(button),), time.monotonic() if at is None else at))

    def key(self, name: str, digits: str = "", at: float | None = None) -> None:
        self._add(_Event("KEY", (name,), time.monotonic() if at is None else at, (digits,) if digits else ()))

    def scan(self, text: str) -> None:
        self._add(_Event("SCAN", (text,), 0.0))

    def receive(self, data: bytes, now: float) -> bytes:
        with self._lock:
            return b"".join(
                self._answer(frame, now) for frame in self._framer.feed(data) if frame.address == self.address
            )

    def tick(self, now: float) -> bytes:
        with self._lock:
            if self.polled or not self._queue or (self._sent_at is not None and now - self._sent_at < REPEAT_S):
                return b""
            return self._send(now)

    def _answer(self, frame: Frame, now: float) -> bytes:
        if frame.command == "POLL":
            if self._queue:
                return self._send(now)
            return encode(Frame(self.address, frame.sequence, "NONE", (self.boot,)))
        if frame.command == "ACK" and frame.args == (self.boot,) and frame.sequence == self._sequence and self._queue:
            self._queue.popleft()
            self._sequence = (self._sequence + 1) % 0x100
            self._sent_at = None
        if frame.command == "TEXT":
            self.shown = frame.args
            return encode(Frame(self.address, frame.sequence, "OK", (self.boot,)))
        return b""

    def _send(self, now: float) -> bytes:
        event = self._queue[0]
        self._sent_at = now
        timed = () if event.command in ("HELLO", "SCAN") else (str(max(0, int((now - event.at) * 1000))),)
        args = (self.boot, *event.args, *timed, *event.tail)
        return encode(Frame(self.address, self._sequence, event.command, args))

    def _add(self, event: _Event) -> None:
        with self._lock:
            if len(self._queue) >= BUFFER:
                del self._queue[1]  # the oldest that was never sent; the one in flight keeps its number
            self._queue.append(event)


class Ff68Firmware:
    """It sends each key once and forgets it."""

    CODES = {key: int(code, 16) for code, key in DEFAULT_KEYS.items()}

    def __init__(self, address: int = 1) -> None:
        self.address = address
        self._out = bytearray()

    def key(self, action: str, digits: str = "") -> None:
        for key in (*digits, action):
            self._out += ff68.encode(ff68.Ff68Frame(self.address, 0x01, bytes([self.CODES[key]])))

    def receive(self, _data: bytes, _now: float) -> bytes:
        return b""

    def tick(self, _now: float) -> bytes:
        out, self._out = bytes(self._out), bytearray()
        return out


class ListeningLedFirmware:
    """A board of digits, ``four_byte`` or ``ascii``; shows the last whole message."""

    def __init__(self, address: int, dialect: str) -> None:
        self.address, self._dialect = address, dialect
        self._buffer = bytearray()
        self.shown: tuple[str, ...] = ()

    def receive(self, data: bytes, _now: float) -> bytes:
        self._buffer += data
        if self._dialect == "ascii":
            self._read_ascii()
        else:
            self._read_four_bytes()
        return b""

    def tick(self, _now: float) -> bytes:
        return b""

    def _read_four_bytes(self) -> None:
        while len(self._buffer) >= 4:
            found = read_four_bytes(bytes(self._buffer[:4]))
            if found is None:
                del self._buffer[0]
                continue
            del self._buffer[:4]
            if found[0] == self.address:
                self.shown = (f"{found[1]:03d}" if found[1] else "", str(found[0]), "SHOW" if found[1] else "OFF")

    def _read_ascii(self) -> None:
        while (end := self._buffer.find(b"&")) >= 0:
            start = max(self._buffer.rfind(b"$", 0, end), 0)
            found = read_ascii_call(bytes(self._buffer[start : end + 1]))
            del self._buffer[: end + 1]
            if found is not None:
                self.shown = (f"{found[0]:03d}" if found[0] else "", str(found[1]), "SHOW" if found[0] else "OFF")


class ScannerFirmware:
    """A CDC scanner: a line in UTF-8 for each code."""

    def __init__(self) -> None:
        self._out = bytearray()

    def scan(self, text: str) -> None:
        self._out += text.encode() + b"\r\n"

    def receive(self, _data: bytes, _now: float) -> bytes:
        return b""

    def tick(self, _now: float) -> bytes:
        out, self._out = bytes(self._out), bytearray()
        return out
