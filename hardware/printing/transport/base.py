"""What every line has in common, and how an address becomes one."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, urlsplit

from ..interface import PrintingError, SettingsError


class LineError(PrintingError):
    """The line did not do what was asked; `written` bytes of the last write may have left."""

    code = "line_error"

    def __init__(self, text: str, written: int = 0) -> None:
        super().__init__(text)
        self.written = written


class NotThere(LineError):
    """Nothing answers at that address: unplugged, switched off, refused, or no permission."""

    code = "line_not_there"


class LineLost(LineError):
    """The line was there and is gone."""

    code = "line_lost"


class LineBusy(LineError):
    """The printer took no more bytes until the deadline."""

    code = "line_busy"


class Transport(Protocol):
    """An open line, used by one thread only.

    `can_read` is False where the line carries nothing back: then no ticket can be proven.
    """

    can_read: bool

    def write(self, data: bytes, timeout_s: float) -> None:
        """Hands over all of it, or raises LineBusy when no byte moved for `timeout_s`, LineLost when it broke.

        The error says how many bytes were handed over.
        """

    def read(self, timeout_s: float) -> bytes:
        """What has come, waiting at most that long for a first byte; empty when nothing came. Raises LineLost."""

    def close(self) -> None:
        """Never raises."""


Opener = Callable[[SplitResult, float], Transport]
_MODULES = {
    "tcp": "tcp",
    "serial": "serial_port",
    "lp": "lp",
    "usb": "usb",
    "spooler": "spooler",
    "virtual": "virtual",
}


def open_transport(address: str, timeout_s: float) -> Transport:
    """Opens the line behind an address; raises NotThere, or SettingsError for an address that says nothing.

    A kind is imported when it is first asked for: a kiosk without USB needs no USB library.
    """
    parts = urlsplit(address)
    module = _MODULES.get(parts.scheme)
    if module is None:
        raise SettingsError(f"transport {address!r}: its kind is none of {', '.join(_MODULES)}")
    opener: Opener = import_module(f"{__package__}.{module}").open_line
    return opener(parts, timeout_s)


def option(parts: SplitResult, name: str, default: str) -> str:
    """One `?name=value` of an address."""
    return parse_qs(parts.query).get(name, [default])[-1]
