"""A kiosk on the same machine prints through the agent's door, with the server or without."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from hardware.agent.client import Unreachable
from hardware.agent.door import Door, ScanShelf
from hardware.agent.localjobs import LocalJobs
from hardware.agent.prints import PrintDesk
from hardware.drivers.base import Device
from tests.hardware.agent.test_prints import FakePrinter
from tests.hardware.fakes import FakeClock

GOOD = {"Authorization": "Bearer s3cret"}
PRINTER = Device("p1", "printer", "kiosk-printer", "line", None, {"transport": "virtual:x", "token": "s3cret"})
JOB = {"id": "j1", "device": "p1", "kind": "ticket", "content": {"number": "A501"}}
PATH = "/v1/devices/p1/jobs"


class Site:
    def __init__(self, folder: Path) -> None:
        self.printer = FakePrinter()
        self.desk = PrintDesk(folder, FakeClock(), lambda *_: None, lambda: None, self._make)
        self.desk.install([PRINTER])
        self.door = Door(ScanShelf())
        self.door.allow_jobs(PRINTER, self.desk.print_here, self.desk.local.result)
        self.client = self.door.app().test_client()

    def _make(self, _device: Device, _folder: Path, _status: Any, on_result: Any, _clock: Any) -> FakePrinter:
        self.on_result = on_result
        return self.printer

    def ask(self, job: str = "j1", wait: float = 0) -> Any:
        return self.client.get(f"{PATH}/{job}?wait={wait}", headers=GOOD)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_a_job_is_taken_printed_and_its_result_fetched_without_a_server(site: Site) -> None:
    assert site.client.post(PATH, json=JOB, headers=GOOD).status_code == 200
    assert site.printer.jobs == ["j1"] and site.ask().json["state"] == "queued"
    site.on_result("j1", "printed", "")
    assert site.ask().json == {"state": "printed", "detail": None}


def test_whoever_waits_is_told_as_soon_as_it_is_known(site: Site) -> None:
    site.client.post(PATH, json=JOB, headers=GOOD)
    threading.Timer(0.05, site.on_result, ("j1", "unknown", "no answer")).start()
    assert site.ask(wait=20).json == {"state": "unknown", "detail": "no answer"}


def test_its_result_is_not_the_servers_business_and_waits_for_no_server(site: Site) -> None:
    site.client.post(PATH, json=JOB, headers=GOOD)
    site.desk.submit({"id": "server1", "device": "p1"})
    site.on_result("server1", "printed", "")
    site.on_result("j1", "printed", "")

    def down(*_: str) -> None:
        raise Unreachable("down")

    with pytest.raises(Unreachable):
        site.desk.deliver(down)
    assert site.printer.acknowledged == ["j1"]
    sent: list[str] = []
    site.desk.deliver(lambda job, *_: sent.append(job))
    assert sent == ["server1"]


def test_a_restart_knows_whose_job_it_was(site: Site, tmp_path: Path) -> None:
    site.client.post(PATH, json=JOB, headers=GOOD)
    again = Site(tmp_path)
    again.on_result("j1", "printed", "")
    assert again.ask().json["state"] == "printed"


@pytest.mark.parametrize(
    ("headers", "job", "status"),
    [
        ({}, JOB, 401),
        ({"Authorization": "Bearer wrong"}, JOB, 401),
        (GOOD, JOB | {"device": "p2"}, 400),
        (GOOD, JOB | {"id": "../j1"}, 400),
        (GOOD, [], 400),
    ],
)
def test_strangers_and_nonsense_are_turned_away(site: Site, headers: dict[str, str], job: Any, status: int) -> None:
    assert site.client.post(PATH, json=job, headers=headers).status_code == status
    assert site.printer.jobs == []


def test_a_job_that_never_came_and_a_printer_that_is_not_here(site: Site) -> None:
    assert site.ask("other").status_code == 404
    site.desk.close()
    assert site.client.post(PATH, json=JOB, headers=GOOD).status_code == 503


def test_old_results_are_forgotten(tmp_path: Path) -> None:
    import os

    jobs = LocalJobs(tmp_path)
    jobs.take("old"), jobs.take("new")
    os.utime(tmp_path / "old.json", (0, 0))
    jobs.sweep()
    assert not jobs.owns("old") and jobs.owns("new")
