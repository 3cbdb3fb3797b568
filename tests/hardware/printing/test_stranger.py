"""A stranger prints to the simulator: npm's receiptio, which knows nothing of ours, must find a printer there."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hardware.printing.virtual import VirtualPrinter
from hardware.printing.virtual.lines import TcpServer
from tools.node import search_path

from .test_paper import zbar

ROOT = Path(__file__).resolve().parents[3]
RECEIPTIO = ROOT / "node_modules" / "receiptio" / "bin" / "cli.js"
TICKET = "^^^A012\n\nHo tich | Quay 2, 3\n---\n{code:https://motcua.vn/t/abc; option:qrcode,4,m}\n"


@pytest.fixture
def address() -> Iterator[str]:
    """receiptio always takes port 9100, so each test has a loopback address of its own."""
    yield f"127.{random.randint(2, 250)}.{random.randint(1, 250)}.{random.randint(1, 250)}"


@pytest.fixture
def server(device: VirtualPrinter, address: str) -> Iterator[TcpServer]:
    made = TcpServer(device, address, 9100)
    yield made
    made.close()


def receiptio(address: str, *options: str) -> str:
    assert RECEIPTIO.is_file(), "receiptio is missing: run `npm ci`"
    node = shutil.which("node", path=search_path())
    assert node is not None
    command = [node, str(RECEIPTIO), "-d", address, *options]
    run = subprocess.run(command, input=TICKET, capture_output=True, text=True, timeout=60)
    return run.stderr.strip()


def test_success_and_what_is_on_the_paper(device: VirtualPrinter, server: TcpServer, address: str) -> None:
    assert receiptio(address) == "success"
    (strip,) = device.strips
    assert "A012" in "".join(strip.texts).replace(" ", "")
    assert zbar(strip.image) == "https://motcua.vn/t/abc"


@pytest.mark.parametrize(
    ("knobs", "answer"),
    [
        ({"cover": "open"}, "coveropen"),
        ({"paper": "out"}, "paperempty"),
        ({"cutter": "error"}, "error"),
        ({}, "online"),
    ],
)
def test_its_questions_are_answered(
    device: VirtualPrinter, server: TcpServer, address: str, knobs: dict[str, Any], answer: str
) -> None:
    device.turn(**knobs)
    assert receiptio(address, "-q") == answer


@pytest.mark.parametrize(("knobs", "answer"), [({"cover": "open"}, "coveropen"), ({"paper": "out"}, "paperempty")])
def test_it_learns_why_its_ticket_stops(
    device: VirtualPrinter, server: TcpServer, address: str, knobs: dict[str, Any], answer: str
) -> None:
    device.plan("cut", **knobs)
    assert receiptio(address) == answer


def test_a_printer_that_stalls_times_out(device: VirtualPrinter, server: TcpServer, address: str) -> None:
    device.plan("cut", stalled=True)
    assert receiptio(address, "-t", "2") == "timeout"


def test_a_silent_printer_is_offline(device: VirtualPrinter, server: TcpServer, address: str) -> None:
    device.turn(mute=True)
    assert receiptio(address) == "offline"


def test_nobody_there(address: str) -> None:
    assert receiptio(address) == "disconnect"
