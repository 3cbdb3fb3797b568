"""The simulator in this process: `virtual:`, `virtual:kiosk?width=384`. One address is one printer for the process."""

from __future__ import annotations

import threading
import time
from urllib.parse import SplitResult

from ..virtual.device import LineGone, VirtualPrinter
from .base import LineBusy, LineLost, option

_STEP_S = 0.002
_printers: dict[str, VirtualPrinter] = {}
_lock = threading.Lock()


def printer(name: str = "", width: int = 576) -> VirtualPrinter:
    """The simulated printer of that name, made when it is first asked for: its knobs and its paper are behind it."""
    with _lock:
        if name not in _printers:
            _printers[name] = VirtualPrinter(width)
        return _printers[name]


def register(name: str, device: VirtualPrinter) -> None:
    """Puts a printer made elsewhere behind `virtual:<name>`."""
    with _lock:
        _printers[name] = device


class VirtualLine:
    """As slow as the line that the printer's `baud` knob describes."""

    can_read = True

    def __init__(self, device: VirtualPrinter) -> None:
        self._device = device

    def write(self, data: bytes, timeout_s: float) -> None:
        sent = 0
        deadline = time.monotonic() + timeout_s
        while sent < len(data):
            lot = data[sent : sent + min(self._device.room(), 256)]
            if lot:
                baud = self._device.knobs.baud
                if baud:
                    time.sleep(len(lot) * 10 / baud)
                sent += len(lot)
                deadline = time.monotonic() + timeout_s
                try:
                    self._device.receive(lot)
                except LineGone:
                    raise LineLost(f"broke after {sent} of {len(data)} bytes", sent) from None
            elif time.monotonic() >= deadline:
                raise LineBusy(f"took {sent} of {len(data)} bytes, then none for {timeout_s:g} s", sent)
            else:
                time.sleep(_STEP_S)

    def read(self, timeout_s: float) -> bytes:
        deadline = time.monotonic() + timeout_s
        try:
            while not (data := self._device.take_answers()) and time.monotonic() < deadline:
                time.sleep(_STEP_S)
        except LineGone:
            raise LineLost("broke while reading") from None
        return data

    def close(self) -> None:
        """The printer stays switched on."""


def open_line(parts: SplitResult, timeout_s: float) -> VirtualLine:  # noqa: ARG001 - opens at once
    return VirtualLine(printer(parts.path or parts.netloc, int(option(parts, "width", "576"))))
