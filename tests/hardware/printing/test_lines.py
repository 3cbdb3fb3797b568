"""The lines themselves: a deadline on everything, honest counts, and what a slow or pulled line does to a ticket."""

from __future__ import annotations

import os
import socket
import threading
import time
import tty
from collections.abc import Iterator

import pytest

from hardware.printing import SettingsError
from hardware.printing.transport import LineBusy, LineLost, NotThere, open_transport
from hardware.printing.transport import virtual as virtual_line
from hardware.printing.virtual import VirtualPrinter
from hardware.printing.virtual.lines import PtyServer, TcpServer

from .conftest import Desk, job


@pytest.fixture
def port(device: VirtualPrinter) -> Iterator[PtyServer]:
    made = PtyServer(device)
    yield made
    made.close()


@pytest.fixture
def quiet_port() -> Iterator[tuple[int, str]]:
    """A serial port at whose other end nobody reads."""
    master, slave = os.openpty()
    tty.setraw(slave)
    yield master, os.ttyname(slave)
    os.close(master)
    os.close(slave)


def test_a_serial_printer_that_takes_nothing_stops_the_write(quiet_port: tuple[int, str]) -> None:
    line = open_transport(f"serial://{quiet_port[1]}?baud=115200", 0.2)
    started = time.monotonic()
    with pytest.raises(LineBusy) as error:
        line.write(bytes(100_000), 0.2)
    assert time.monotonic() - started < 3
    assert 0 < error.value.written < 100_000
    line.close()


def test_a_device_file_that_takes_nothing_stops_the_write(quiet_port: tuple[int, str]) -> None:
    line = open_transport(f"lp://{quiet_port[1]}", 0.2)
    with pytest.raises(LineBusy) as error:
        line.write(bytes(100_000), 0.2)
    assert 0 < error.value.written < 100_000
    line.close()


def test_a_network_printer_that_takes_nothing_stops_the_write(device: VirtualPrinter, network: TcpServer) -> None:
    device.turn(stalled=True)
    line = open_transport(network.address, 0.2)
    with pytest.raises(LineBusy) as error:
        line.write(bytes(4_000_000), 0.2)
    assert error.value.written < 4_000_000
    line.close()


@pytest.mark.parametrize("kind", ["serial", "lp"])
def test_bytes_go_out_and_answers_come_back(port: PtyServer, device: VirtualPrinter, kind: str) -> None:
    line = open_transport(f"{kind}://{port.path}", 1)
    line.write(b"\x1d(H\x06\x000012", 1)
    line.write(b"34", 1)
    heard = b""
    while len(heard) < 7:
        heard += line.read(1)
    assert heard == b"\x37\x221234\x00"
    assert line.read(0.01) == b""
    line.close()


def test_a_pulled_adapter_is_a_lost_line(port: PtyServer, device: VirtualPrinter) -> None:
    line = open_transport(port.address, 1)
    device.turn(vanish_after=100)
    with pytest.raises(LineLost):
        for _ in range(200):
            line.write(bytes(100), 1)
            line.read(0.01)
    line.close()


def test_a_closed_network_printer_is_a_lost_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        line = open_transport(f"tcp://127.0.0.1:{server.getsockname()[1]}", 1)
        server.accept()[0].close()
        with pytest.raises(LineLost):
            line.read(1)
        line.close()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "serial:///dev/none", "lp:///dev/none", "spooler://none"])
def test_nobody_there(address: str) -> None:
    with pytest.raises(NotThere):
        open_transport(address, 0.5)


@pytest.mark.parametrize(
    "address", ["ftp://x", "tcp://", "serial:///dev/ttyS0?baud=12345", "serial:///dev/ttyS0?flow=no", "usb://printer"]
)
def test_an_address_that_says_nothing(address: str) -> None:
    with pytest.raises(SettingsError):
        open_transport(address, 0.5)


def test_the_simulator_in_process_is_one_printer_by_name(desk: Desk) -> None:
    device = VirtualPrinter(384)
    virtual_line.register("kiosk-58", device)
    assert virtual_line.printer("kiosk-58") is device
    desk.open("virtual:kiosk-58", "virtual-58").submit(job())
    assert desk.agent.result_of("A012-1") == ("printed", "")
    assert len(device.strips) == 1


def test_at_19200_baud_the_glyph_ticket_is_on_paper_in_three_seconds(desk: Desk, port: PtyServer) -> None:
    port._device.turn(baud=19200)
    printer = desk.open(f"{port.address}?baud=19200", "serial-80", proof_timeout_s=8)
    desk.agent.wait(lambda: printer.status.state == "ok")
    started = time.monotonic()
    printer.submit(job())
    assert desk.agent.result_of("A012-1") == ("printed", "")
    assert 1.8 < time.monotonic() - started < 3


def test_a_replugged_adapter_prints_again(desk: Desk, device: VirtualPrinter, port: PtyServer, tmp_path) -> None:
    link = tmp_path / "motcua-printer"
    link.symlink_to(port.path)
    printer = desk.open(f"serial://{link}", "serial-80")
    desk.agent.wait(lambda: printer.status.state == "ok")
    device.turn(vanish_after=0)
    desk.agent.wait(lambda: printer.status.state == "offline")
    device.power_cycle()
    port.plug()
    link.unlink()
    link.symlink_to(port.path)
    desk.agent.wait(lambda: printer.status.state == "ok")
    printer.submit(job())
    assert desk.agent.result_of("A012-1") == ("printed", "")


def test_many_threads_submit_and_each_job_is_one_ticket(desk: Desk, device: VirtualPrinter, network: TcpServer) -> None:
    printer = desk.open(network.address, way="glyphs")
    threads = [
        threading.Thread(target=lambda start=start: [printer.submit(job(f"A{n:03}")) for n in range(start, 24)])
        for start in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for n in range(24):
        assert desk.agent.result_of(f"A{n:03}-1", 60) == ("printed", "")
    assert sorted(code for strip in device.strips for code in strip.codes) == [
        f"https://motcua.vn/t/A{n:03}-1" for n in range(24)
    ]
