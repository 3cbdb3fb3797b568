"""A branch office's kiosk printer, simulated, and the agent's side of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hardware.printing import PrinterSettings, PrinterStatus, open_printer
from hardware.printing.printer import OwnedPrinter
from hardware.printing.virtual import VirtualPrinter
from hardware.printing.virtual.lines import TcpServer

REFERENCE: dict[str, Any] = {
    "office_name": "Trung tâm Phục vụ hành chính công phường Khương Đình",
    "heading": "SỐ THỨ TỰ",
    "number": "A012",
    "priority": "Ưu tiên · Người cao tuổi",
    "service": "Hộ tịch",
    "counters": "Quầy 2, 3",
    "ahead": ["Trước ông/bà", "5 người"],
    "wait": ["Chờ", "20–35 phút"],
    "date": "20/11/2026",
    "time": "09:18",
    "papers": "Chuẩn bị: giấy chứng sinh (bản chính); tờ khai; căn cước của cha, mẹ",
    "qr": "https://motcua.khuongdinh.gov.vn/t/4fYx2kQm9ZtB7cVwPa",
    "qr_hint": "Quét để xem còn bao nhiêu người và nhận báo gọi trên điện thoại",
    "hotline": ["Đường dây nóng", "1900 0000"],
    "footer": "Vé hết hiệu lực cuối ngày",
    "reprint": None,
}
LONG_FIELD = "Bảo trợ xã hội – Người có công với cách mạng"
LONG_OFFICE = "Chi nhánh số 3 Trung tâm Phục vụ hành chính công phường Phú Thượng, thành phố Hà Nội"


class Clock:
    """Nine eighteen on a Friday, until someone moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 9, 18, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **delta: float) -> None:
        self.now += timedelta(**delta)


class Agent:
    """What the agent hears from a printer."""

    def __init__(self) -> None:
        self.results: list[tuple[str, str, str]] = []
        self.statuses: list[PrinterStatus] = []
        self._news = threading.Condition()

    def on_result(self, job_id: str, state: str, detail: str) -> None:
        with self._news:
            self.results.append((job_id, state, detail))
            self._news.notify_all()

    def on_status(self, status: PrinterStatus) -> None:
        with self._news:
            self.statuses.append(status)
            self._news.notify_all()

    def result_of(self, job_id: str, timeout_s: float = 15) -> tuple[str, str]:
        """Waits for the job's result: its state and detail."""
        self.wait(lambda: any(result[0] == job_id for result in self.results), timeout_s)
        return next((state, detail) for known, state, detail in self.results if known == job_id)

    def wait(self, condition: Callable[[], bool], timeout_s: float = 15) -> None:
        with self._news:
            deadline = time.monotonic() + timeout_s
            while not condition():
                assert time.monotonic() < deadline, f"never came; heard {self.results} and {self.statuses[-3:]}"
                self._news.wait(0.05)


HURRIED = {"write_timeout_s": 0.4, "ready_timeout_s": 0.6, "proof_timeout_s": 0.6}
"""For tests that wait until a broken printer is given up."""


class Desk:
    """Opens printers and closes them after the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock()
        self.agent = Agent()
        self._opened: list[OwnedPrinter] = []

    def open(self, transport: str, profile: str = "virtual-80", **settings: Any) -> OwnedPrinter:
        chosen = PrinterSettings.from_dict({"transport": transport, "profile": profile, "check_s": 0.1, **settings})
        printer = open_printer(chosen, self.folder, self.agent.on_status, self.agent.on_result, self.clock)
        self._opened.append(printer)
        return printer

    @staticmethod
    def be_patient(printer: OwnedPrinter) -> None:
        """The failure is over: what follows may take its time on a slow machine."""
        printer._settings = replace(printer._settings, write_timeout_s=5.0, ready_timeout_s=5.0, proof_timeout_s=10.0)

    def close(self) -> None:
        for printer in self._opened:
            printer.close()
        self._opened.clear()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "spool")
    yield made
    made.close()


@pytest.fixture
def device() -> VirtualPrinter:
    return VirtualPrinter(576)


@pytest.fixture
def network(device: VirtualPrinter) -> Iterator[TcpServer]:
    server = TcpServer(device)
    yield server
    server.close()


def job(number: str = "A012", job_id: str = "", copy: int = 1, **content: Any) -> dict[str, Any]:
    marked = {"reprint": "BẢN IN LẠI"} if copy > 1 else {}
    words = {**REFERENCE, "number": number, "qr": f"https://motcua.vn/t/{number}-{copy}", **marked, **content}
    return {"id": job_id or f"{number}-{copy}", "kind": "ticket", "copy": copy, "language": "vi", "content": words}
