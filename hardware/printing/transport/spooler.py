"""A printer behind the Windows spooler: `spooler://XP-80`. Nothing comes back, so no ticket can be proven."""

from __future__ import annotations

import contextlib
from typing import Any
from urllib.parse import SplitResult, unquote

from .base import LineLost, NotThere


class SpoolerLine:
    """Every write is a raw document of its own; the spooler takes it whole and keeps it when the printer is off."""

    can_read = False

    def __init__(self, name: str) -> None:
        try:
            import win32print
        except ImportError as error:
            raise NotThere("the spooler needs Windows and the package pywin32") from error
        self._api: Any = win32print
        try:
            self._handle = win32print.OpenPrinter(name)
        except win32print.error as error:
            raise NotThere(f"{name}: {error}") from error

    def write(self, data: bytes, timeout_s: float) -> None:  # noqa: ARG002 - the spooler never waits
        try:
            self._api.StartDocPrinter(self._handle, 1, ("Motcua", None, "RAW"))
            self._api.WritePrinter(self._handle, data)
            self._api.EndDocPrinter(self._handle)
        except self._api.error as error:
            raise LineLost(f"the spooler refused: {error}", len(data)) from error

    def read(self, timeout_s: float) -> bytes:  # noqa: ARG002
        return b""

    def close(self) -> None:
        with contextlib.suppress(self._api.error):
            self._api.ClosePrinter(self._handle)


def open_line(parts: SplitResult, timeout_s: float) -> SpoolerLine:  # noqa: ARG001 - opens at once
    return SpoolerLine(unquote(parts.netloc + parts.path).strip("/"))
