"""Opening a port by its address. Openers are asked in order and the first that answers wins,
so a simulated line, an ``rfc2217://`` box and a real adapter come through the same door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import serial


class Port(Protocol):
    """The part of a pyserial port that a link uses."""

    @property
    def in_waiting(self) -> int: ...
    def read(self, size: int = 1) -> bytes: ...
    def write(self, data: bytes, /) -> int | None: ...
    def close(self) -> None: ...


@dataclass(frozen=True)
class PortSettings:
    url: str
    baudrate: int = 9600
    parity: str = "N"
    stopbits: float = 1
    read_timeout: float = 0.05
    write_timeout: float = 1.0


PortOpener = Callable[[PortSettings], Port | None]


def open_serial(settings: PortSettings) -> Port:
    """Any address pyserial knows: /dev/ttyUSB0, COM3, socket://, loop://, rfc2217://."""
    port: Any = serial.serial_for_url(
        settings.url,
        do_not_open=True,
        baudrate=settings.baudrate,
        parity=settings.parity,
        stopbits=settings.stopbits,
        timeout=settings.read_timeout,
        write_timeout=settings.write_timeout,
    )
    if settings.url.startswith("/dev/"):
        port.exclusive = True  # two owners of one line would eat each other's bytes
    port.open()
    return port  # type: ignore[no-any-return]


def first_answer(openers: Sequence[PortOpener]) -> Callable[[PortSettings], Port]:
    def open_port(settings: PortSettings) -> Port:
        for opener in openers:
            port = opener(settings)
            if port is not None:
                return port
        return open_serial(settings)

    return open_port
