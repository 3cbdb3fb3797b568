"""A serial wire in memory, with a plug to pull and noise to add. The host's end is a Port like any other."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import Protocol

from serial import SerialException

from hardware.drivers.ports import Port, PortSettings

SCHEME = "sim://"


class FarEnd(Protocol):
    """A device at the other end: bytes and time in, bytes out."""

    def receive(self, data: bytes, now: float) -> bytes: ...
    def tick(self, now: float) -> bytes: ...


class Wire:
    """One device on one wire. Thread-safe."""

    def __init__(
        self, far_end: FarEnd, monotonic: Callable[[], float] = time.monotonic, chance: random.Random | None = None
    ) -> None:
        self.far_end = far_end
        self.plugged = True
        self.noise = 0.0
        """How many bytes in a hundred arrive altered."""
        self._now = monotonic
        self._chance = chance or random.Random()
        self._lock = threading.RLock()
        self._to_host = bytearray()

    def from_host(self, data: bytes) -> None:
        with self._lock:
            self._must_be_plugged()
            self._to_host += self._noisy(self.far_end.receive(self._noisy(data), self._now()))

    def to_host(self, size: int) -> bytes:
        with self._lock:
            self._must_be_plugged()
            self._to_host += self._noisy(self.far_end.tick(self._now()))
            taken = bytes(self._to_host[:size])
            del self._to_host[:size]
            return taken

    def waiting(self) -> int:
        with self._lock:
            if not self.plugged:
                raise OSError(5, "Input/output error")  # what a pulled adapter does: bare, not pyserial's own
            return len(self._to_host)

    def pull(self, plugged: bool) -> None:
        with self._lock:
            self.plugged = plugged
            self._to_host.clear()

    def open(self) -> WirePort:
        with self._lock:
            self._must_be_plugged()
            self._to_host.clear()
        return WirePort(self)

    def _must_be_plugged(self) -> None:
        if not self.plugged:
            raise SerialException("device disconnected")

    def _noisy(self, data: bytes) -> bytes:
        if not self.noise:
            return data
        return bytes(
            byte ^ (1 << self._chance.randrange(8)) if self._chance.random() * 100 < self.noise else byte
            for byte in data
        )


class WirePort:
    READ_TIMEOUT_S = 0.05
    STEP_S = 0.01

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    @property
    def in_waiting(self) -> int:
        return self._wire.waiting()

    def read(self, size: int = 1) -> bytes:
        deadline = time.monotonic() + self.READ_TIMEOUT_S
        while not (data := self._wire.to_host(size)) and time.monotonic() < deadline:
            time.sleep(self.STEP_S)
        return data

    def write(self, data: bytes, /) -> int:
        self._wire.from_host(data)
        return len(data)

    def close(self) -> None:
        """The wire stays; only our end is let go."""


def opener(wires: dict[str, Wire]) -> Callable[[PortSettings], Port | None]:
    """Answers ``sim://<name>`` and leaves all other addresses to the next opener."""

    def open_port(settings: PortSettings) -> Port | None:
        if not settings.url.startswith(SCHEME):
            return None
        wire = wires.get(settings.url.removeprefix(SCHEME))
        if wire is None:
            raise SerialException(f"no such simulated device: {settings.url}")
        return wire.open()

    return open_port
