"""Hands print jobs to their printers and their results to the server, until it has them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from hardware.agent.client import Refused
from hardware.agent.localjobs import LocalJobs
from hardware.drivers.base import Device, State
from hardware.printing import Printer, PrinterSettings, PrinterStatus, PrintingError, open_printer
from hardware.texts import _

log = logging.getLogger(__name__)

PrinterFactory = Callable[
    [Device, Path, Callable[[PrinterStatus], None], Callable[[str, str, str], None], Callable[[], datetime]], Printer
]


def open_by_settings(
    device: Device,
    spool_dir: Path,
    on_status: Callable[[PrinterStatus], None],
    on_result: Callable[[str, str, str], None],
    clock: Callable[[], datetime],
) -> Printer:
    return open_printer(PrinterSettings.from_dict(device.settings), spool_dir, on_status, on_result, clock)


class PrintDesk:
    def __init__(
        self,
        spool_root: Path,
        clock: Callable[[], datetime],
        report: Callable[[str, State, Mapping[str, Any]], None],
        wake: Callable[[], None],
        make_printer: PrinterFactory = open_by_settings,
    ) -> None:
        self.local = LocalJobs(spool_root / "local")
        self._root, self._clock, self._report, self._wake = spool_root, clock, report, wake
        self._make_printer = make_printer
        self._lock = threading.Lock()
        self._devices: dict[str, Device] = {}
        self._printers: dict[str, Printer] = {}
        self._results: dict[str, tuple[str, str, str, str]] = {}
        """job id → printer, state, detail, time; the printer's spool keeps them over a restart."""

    def install(self, devices: Sequence[Device]) -> None:
        wanted = {device.id: device for device in devices}
        for gone in [name for name, device in self._devices.items() if wanted.get(name) != device]:
            self._devices.pop(gone)
            printer = self._printers.pop(gone, None)
            if printer is not None:
                printer.close()
        for device in devices:
            if device.id not in self._devices:
                self._devices[device.id] = device
                self._open(device)

    def submit(self, job: Mapping[str, Any]) -> None:
        """Again and again the same job is fine: the spool knows it."""
        printer = self._printers.get(str(job.get("device")))
        if printer is None:
            log.warning("job %s is for %s, which is not here", job.get("id"), job.get("device"))
            return
        try:
            printer.submit(job)
        except (PrintingError, OSError, KeyError, TypeError, ValueError) as error:
            # Nothing was sent. The server goes on offering the job, so it is told why it cannot be printed.
            log.exception("job %s", job.get("id"))
            self._result(str(job["device"]), str(job["id"]), "not_sent", f"{type(error).__name__}: {error}")

    def print_here(self, job: Mapping[str, Any]) -> bool:
        """A job of a kiosk on this machine; False when its printer is not here (yet)."""
        if str(job.get("device")) not in self._printers:
            return False
        self.local.take(str(job["id"]))
        self.submit(job)
        return True

    @property
    def has_results(self) -> bool:
        return bool(self._results)

    def deliver(self, send: Callable[[str, str, str, str], None]) -> None:
        """Tell the server all results; Unreachable or Unauthorized when the rest must wait."""
        with self._lock:
            results = list(self._results.items())
        # A kiosk's own jobs first: they need no server.
        for job_id, (printer_id, state, detail, at) in sorted(results, key=lambda r: not self.local.owns(r[0])):
            try:
                if not self.local.owns(job_id):
                    send(job_id, state, detail, at)
            except Refused as refusal:
                log.error("the server refuses the result of job %s: %s %s", job_id, refusal.code, refusal.detail)
            self._settle(printer_id, job_id)

    def close(self) -> None:
        for printer in self._printers.values():
            printer.close()
        self._printers, self._devices = {}, {}

    def _open(self, device: Device) -> None:
        def on_status(status: PrinterStatus) -> None:
            self._report(device.id, status.state, status.detail())

        def on_result(job_id: str, state: str, detail: str) -> None:
            self._result(device.id, job_id, state, detail)

        try:
            spool = self._root / _folder_name(device.id)
            self._printers[device.id] = self._make_printer(device, spool, on_status, on_result, self._clock)
            on_status(self._printers[device.id].status)
        except (PrintingError, OSError, ValueError, ImportError) as error:
            log.warning("printer %s: %s", device.id, error)
            self._report(device.id, "error", {"message": _("Máy in chưa dùng được: %(why)s", why=error)})

    def _result(self, printer_id: str, job_id: str, state: str, detail: str) -> None:
        self.local.settle(job_id, state, detail)
        with self._lock:
            self._results.setdefault(job_id, (printer_id, state, detail, self._clock().isoformat()))
        self._wake()

    def _settle(self, printer_id: str, job_id: str) -> None:
        with self._lock:
            self._results.pop(job_id, None)
        printer = self._printers.get(printer_id)
        if printer is not None:
            printer.acknowledge(job_id)


def _folder_name(device_id: str) -> str:
    """A folder for any id the server may choose."""
    return "".join(letter if letter.isalnum() or letter in "-_" else f"%{ord(letter):x}" for letter in device_id)
