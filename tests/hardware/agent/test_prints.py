"""Print jobs and their results between the server and the printers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hardware.agent.client import Refused, Unreachable
from hardware.agent.prints import PrintDesk
from hardware.drivers.base import Device
from hardware.printing import PrinterStatus, SettingsError
from tests.hardware.fakes import FakeClock

PRINTER = Device("p/1", "printer", "kiosk-printer", "line", None, {"transport": "virtual:x"})


class FakePrinter:
    def __init__(self) -> None:
        self.status = PrinterStatus(online=True, paper="ok")
        self.jobs: list[str] = []
        self.acknowledged: list[str] = []
        self.closed = False
        self.broken: Exception | None = None

    def submit(self, job: Any) -> None:
        if self.broken:
            raise self.broken
        self.jobs.append(job["id"])

    def acknowledge(self, job_id: str) -> None:
        self.acknowledged.append(job_id)

    def close(self) -> None:
        self.closed = True


class Site:
    def __init__(self) -> None:
        self.printer = FakePrinter()
        self.reports: list[tuple[str, str, Any]] = []
        self.sent: list[tuple[str, ...]] = []
        self.failure: Exception | None = None
        self.woken = 0
        self.folder: Path | None = None
        self.desk = PrintDesk(
            Path("spool"), FakeClock(), lambda *report: self.reports.append(report), self._wake, self._make
        )
        self.desk.install([PRINTER])

    def _wake(self) -> None:
        self.woken += 1

    def _make(self, device: Device, folder: Path, on_status: Any, on_result: Any, clock: Any) -> FakePrinter:
        self.folder, self.on_result, self.on_status = folder, on_result, on_status
        return self.printer

    def send(self, *result: str) -> None:
        if self.failure:
            raise self.failure
        self.sent.append(result)


@pytest.fixture
def site() -> Site:
    return Site()


def test_a_result_is_told_until_the_server_has_it_and_only_then_acknowledged(site: Site):
    site.desk.submit({"id": "j1", "device": "p/1"})
    site.on_result("j1", "printed", "")
    assert site.woken == 1
    site.failure = Unreachable("down")
    with pytest.raises(Unreachable):
        site.desk.deliver(site.send)
    assert site.printer.acknowledged == []
    site.failure = None
    site.desk.deliver(site.send)
    assert site.sent[0][:2] == ("j1", "printed")
    assert site.printer.acknowledged == ["j1"]
    assert not site.desk.has_results


def test_a_result_told_again_keeps_its_first_time(site: Site):
    site.on_result("j1", "unknown", "no proof")
    site.on_result("j1", "unknown", "no proof")
    site.desk.deliver(site.send)
    assert len(site.sent) == 1


def test_a_result_the_server_refuses_for_good_is_not_told_for_ever(site: Site):
    site.on_result("j1", "printed", "")
    site.failure = Refused(404, "not_found", "")
    site.desk.deliver(site.send)
    assert not site.desk.has_results
    assert site.printer.acknowledged == ["j1"]


def test_a_job_that_cannot_be_taken_is_not_sent_and_says_why(site: Site):
    site.printer.broken = OSError("disk full")
    site.desk.submit({"id": "j1", "device": "p/1"})
    site.desk.deliver(site.send)
    assert site.sent[0][:3] == ("j1", "not_sent", "OSError: disk full")


def test_a_job_for_a_printer_elsewhere_is_left_alone(site: Site):
    site.desk.submit({"id": "j1", "device": "other"})
    assert site.printer.jobs == []
    assert not site.desk.has_results


def test_states_are_told_and_folders_are_safe(site: Site):
    site.on_status(PrinterStatus(online=True, paper="out"))
    assert site.reports[-1] == ("p/1", "error", {"online": True, "paper": "out"})
    assert site.folder == Path("spool/p%2f1")


def test_a_printer_whose_settings_cannot_be_is_an_error_and_not_the_end():
    reports: list[Any] = []

    def broken(*_arguments: Any) -> FakePrinter:
        raise SettingsError("transport: is missing")

    desk = PrintDesk(Path("spool"), FakeClock(), lambda *report: reports.append(report), lambda: None, broken)
    desk.install([PRINTER])
    assert reports[0][1] == "error"
    assert "transport" in reports[0][2]["message"]


def test_new_settings_open_the_printer_anew_and_the_same_ones_do_not(site: Site):
    site.desk.install([PRINTER])
    assert not site.printer.closed
    site.desk.install([Device("p/1", "printer", "kiosk-printer", "line", None, {"transport": "virtual:y"})])
    assert site.printer.closed
