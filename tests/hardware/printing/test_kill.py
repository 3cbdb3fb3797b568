"""The agent is killed with SIGKILL at random moments, under load, while the printer and the server live on.

The printer (outside the killed process) keeps the paper; the test plays the server: it offers what has no result, as it
does on every reconnect, and orders a marked copy when a result is UNKNOWN.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from hardware.printing import PrinterSettings, open_printer
from hardware.printing.virtual import Strip, VirtualPrinter
from hardware.printing.virtual.lines import TcpServer

KILLS = int(os.environ.get("MOTCUA_TEST_KILLS", "60"))
"""What was claimed was seen with 200."""
SPEED = 2_000_000
"""Bits a second: slow enough that a kill falls between two bytes of a ticket."""
LONGEST = 14_000
"""Bytes after which a process is dead at the latest: a clean-up of 8,192 and a ticket after it."""


def live(address: str, folder: str, pipe: Connection) -> None:
    """The process that is killed: a printer's owner and nothing else."""
    settings = PrinterSettings(address, "virtual-80", "hybrid", proof_timeout_s=2, check_s=0.05)
    printer = open_printer(
        settings,
        Path(folder),
        on_status=lambda status: None,
        on_result=lambda *result: pipe.send(result),
        clock=lambda: datetime.now(UTC),
    )
    while True:
        verb, what = pipe.recv()
        (printer.submit if verb == "submit" else printer.acknowledge)(what)


class Server:
    """Knows every job it ordered and every result it was told."""

    def __init__(self) -> None:
        self.results: dict[str, str] = {}
        self.orders: dict[str, dict[str, Any]] = {}
        self._last = 0

    def issue(self) -> None:
        self._last += 1
        self._order(f"A{self._last:03}", 1, 1)

    def _order(self, number: str, copy: int, attempt: int) -> None:
        job_id = f"{number}/{copy}/{attempt}"
        content = {"number": number, "service": "Hộ tịch", "qr": f"https://m.vn/{job_id}"}
        if copy > 1:
            content["reprint"] = "BẢN IN LẠI"
        self.orders[job_id] = {"id": job_id, "copy": copy, "content": content}

    def told(self, job_id: str, state: str) -> None:
        known = self.results.get(job_id)
        assert known in (None, state), f"{job_id} was {known}, now it is {state}"
        if known is None:
            self.results[job_id] = state
            number, copy, attempt = job_id.split("/")
            if state == "unknown":
                self._order(number, int(copy) + 1, 1)
            elif state == "not_sent":
                self._order(number, int(copy), int(attempt) + 1)

    @property
    def open_orders(self) -> list[dict[str, Any]]:
        return [order for job_id, order in self.orders.items() if job_id not in self.results]


class Life:
    """One run of the process."""

    def __init__(self, context: Any, address: str, folder: Path) -> None:
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=live, args=(address, str(folder), theirs), daemon=True)
        self.process.start()
        theirs.close()

    def serve(self, server: Server, enough: Callable[[], bool]) -> None:
        """Offers what is open and takes results until it is enough, or until all is done."""
        offered: set[str] = set()
        deadline = time.monotonic() + 60
        while not enough() and server.open_orders:
            assert time.monotonic() < deadline, "the process does nothing"
            for order in server.open_orders:
                if order["id"] not in offered:
                    offered.add(order["id"])
                    self.pipe.send(("submit", order))
            if self.pipe.poll(0.0005):
                self.take(server)

    def take(self, server: Server) -> None:
        job_id, state, _ = self.pipe.recv()
        server.told(job_id, state)
        self.pipe.send(("acknowledge", job_id))

    def kill(self, server: Server) -> None:
        self.process.kill()
        self.process.join()
        try:
            while self.pipe.poll(0):
                self.told_before_death(server)
        except (EOFError, OSError):
            pass
        self.pipe.close()

    def told_before_death(self, server: Server) -> None:
        job_id, state, _ = self.pipe.recv()
        server.told(job_id, state)


def is_marked(strip: Strip) -> bool:
    """The bar of a reprint is the first thing on it, across the paper."""
    return strip.image.getpixel((40, 3)) == 0


@pytest.fixture
def context() -> Iterator[Any]:
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["hardware.printing", "hardware.printing.transport.tcp", __name__])
    yield made


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_at_random_moments(context: Any, tmp_path: Path) -> None:
    chance = random.Random(20261120)
    device, server = VirtualPrinter(576), Server()
    line = TcpServer(device)
    device.turn(baud=SPEED)
    try:
        for _ in range(KILLS):
            server.issue()
            life = Life(context, line.address, tmp_path)
            target = device.received + chance.randrange(LONGEST)
            life.serve(server, lambda target=target: device.received >= target)
            life.kill(server)
        device.turn(baud=0)
        last = Life(context, line.address, tmp_path)
        last.serve(server, lambda: False)
        last.kill(server)
    finally:
        line.close()
    assert not server.open_orders, "a ticket of which the server knows nothing"
    check_paper(device.strips, server)


def check_paper(strips: list[Strip], server: Server) -> None:
    inked = [strip for strip in strips if strip.texts]
    assert all(len(strip.texts) == 1 for strip in inked), "two tickets on one strip"
    unmarked = Counter(strip.texts[0] for strip in inked if not is_marked(strip))
    assert max(unmarked.values()) == 1, "a ticket twice on paper without its mark"
    whole = Counter(code for strip in inked for code in strip.codes)
    assert max(whole.values()) == 1, "an order printed twice"
    for job_id, state in server.results.items():
        on_paper = whole[f"https://m.vn/{job_id}"]
        assert state != "printed" or on_paper == 1, f"{job_id} was said to be printed"
        assert state != "not_sent" or on_paper == 0, f"{job_id} was said not to be sent"
    printed = {job_id.split("/")[0] for job_id, state in server.results.items() if state == "printed"}
    assert len(printed) == KILLS, "every ticket was printed in the end"
    states = Counter(server.results.values())
    assert states["unknown"] >= KILLS // 10, f"too few kills fell inside a ticket to prove anything: {states}"
