"""A printer as the agent sees it: results, states, and what is on paper when something goes wrong."""

from __future__ import annotations

import pytest

from hardware.printing import PrinterSettings, SettingsError
from hardware.printing.printer import token
from hardware.printing.virtual import VirtualPrinter
from hardware.printing.virtual.lines import PtyServer, TcpServer

from .conftest import HURRIED, Desk, job

HYBRID = {"way": "hybrid"}


def numbers(device: VirtualPrinter) -> list[list[str]]:
    """The number the printer itself set, strip by strip; a blank strip has none."""
    return [strip.texts for strip in device.strips if strip.texts]


def test_a_ticket_is_printed_and_proven(desk: Desk, device: VirtualPrinter, network: TcpServer) -> None:
    printer = desk.open(network.address, **HYBRID)
    printer.submit(job("A012"))
    assert desk.agent.result_of("A012-1") == ("printed", "")
    assert numbers(device) == [["A012"]]
    assert device.strips[0].codes == ["https://motcua.vn/t/A012-1"]
    assert printer.status.detail() == {"online": True, "paper": "ok", "cover": "closed", "cutter": "ok"}


@pytest.mark.parametrize("profile", ["epson-tm-80", "serial-80", "generic-80"])
def test_every_way_to_prove_proves(desk: Desk, network: TcpServer, profile: str) -> None:
    desk.open(network.address, profile).submit(job())
    assert desk.agent.result_of("A012-1") == ("printed", "")


def test_a_ticket_over_a_serial_line(desk: Desk, device: VirtualPrinter) -> None:
    line = PtyServer(device)
    try:
        desk.open(f"{line.address}?baud=19200", "serial-80").submit(job())
        assert desk.agent.result_of("A012-1") == ("printed", "")
        assert device.strips[0].codes == ["https://motcua.vn/t/A012-1"]
    finally:
        line.close()


def test_the_same_order_twice_is_one_ticket_and_its_result_is_told_again(
    desk: Desk, device: VirtualPrinter, network: TcpServer
) -> None:
    printer = desk.open(network.address, **HYBRID)
    printer.submit(job())
    desk.agent.result_of("A012-1")
    printer.acknowledge("A012-1")
    printer.submit(job())
    desk.agent.wait(lambda: len(desk.agent.results) == 2)
    assert desk.agent.results[0] == desk.agent.results[1]
    assert numbers(device) == [["A012"]]


def test_a_result_is_told_after_a_restart_until_it_is_acknowledged(desk: Desk, network: TcpServer) -> None:
    desk.open(network.address).submit(job())
    desk.agent.result_of("A012-1")
    desk.close()
    desk.agent.results.clear()
    printer = desk.open(network.address)
    assert desk.agent.result_of("A012-1") == ("printed", "")
    printer.acknowledge("A012-1")
    desk.close()
    desk.agent.results.clear()
    desk.open(network.address).submit(job("A013"))
    desk.agent.result_of("A013-1")
    assert [result[0] for result in desk.agent.results] == ["A013-1"]


@pytest.mark.parametrize(
    ("knobs", "why"),
    [({"paper": "out"}, "paper out"), ({"cover": "open"}, "cover open"), ({"cutter": "error"}, "cutter error")],
)
def test_a_printer_that_cannot_print_gets_no_byte_and_recovers_by_itself(
    desk: Desk, device: VirtualPrinter, network: TcpServer, knobs: dict[str, str], why: str
) -> None:
    device.turn(**knobs)
    printer = desk.open(network.address, **HYBRID, **HURRIED)
    printer.submit(job("A012"))
    assert desk.agent.result_of("A012-1") == ("not_sent", why)
    assert not printer.status.can_print
    desk.be_patient(printer)
    device.turn(paper="ok", cover="closed", cutter="ok")
    desk.agent.wait(lambda: printer.status.can_print)
    printer.submit(job("A013"))
    assert desk.agent.result_of("A013-1") == ("printed", "")
    assert numbers(device) == [["A013"]]


def test_paper_near_its_end_is_told_without_being_asked(desk: Desk, device: VirtualPrinter, network: TcpServer) -> None:
    printer = desk.open(network.address, check_s=600)
    desk.agent.wait(lambda: printer.status.state == "ok")
    device.turn(paper="near_end")
    desk.agent.wait(lambda: printer.status.state == "warning")


def test_nobody_there(desk: Desk) -> None:
    printer = desk.open("tcp://127.0.0.1:1", **HURRIED)
    printer.submit(job())
    state, detail = desk.agent.result_of("A012-1")
    assert state == "not_sent" and "127.0.0.1:1" in detail
    assert printer.status.state == "offline"


def test_a_job_that_waited_too_long_is_not_printed(desk: Desk, device: VirtualPrinter, network: TcpServer) -> None:
    server_address = network.address
    printer = desk.open("tcp://127.0.0.1:1", ready_timeout_s=0.3)
    printer.submit(job("A012"))
    printer.submit(job("A013"))
    desk.agent.result_of("A012-1")
    desk.close()
    desk.agent.results.clear()
    desk.clock.forward(minutes=5)
    desk.open(server_address)
    states = {name: state for name, state, _ in desk.agent.results}
    desk.agent.wait(lambda: len(desk.agent.results) >= 2)
    states = {name: (state, detail) for name, state, detail in desk.agent.results}
    assert states["A013-1"][0] == "not_sent"
    assert device.strips == []


def test_content_that_is_no_ticket_is_refused_with_its_reason(desk: Desk, network: TcpServer) -> None:
    desk.open(network.address).submit({"id": "broken", "content": {"service": "Hộ tịch"}})
    assert desk.agent.result_of("broken") == ("not_sent", "number: is missing")


def test_late_and_unsolicited_and_garbled_answers_prove_nothing_and_break_nothing(
    desk: Desk, device: VirtualPrinter, network: TcpServer
) -> None:
    device.turn(garble_answers=True)
    printer = desk.open(network.address, **HYBRID, **HURRIED)
    desk.agent.wait(lambda: printer.status.state == "ok")
    device.say(b"\x12\x12\x00\x0f\x37\x22AAAA\x00\x37")
    device.turn(mute=True)
    printer.submit(job("A012"))
    state, _ = desk.agent.result_of("A012-1")
    assert state == "not_sent", "a printer that answers nothing is sent nothing"
    device.turn(mute=False, delay_s=0.2)
    desk.be_patient(printer)
    printer.submit(job("A013"))
    assert desk.agent.result_of("A013-1") == ("printed", "")
    assert numbers(device) == [["A013"]]


def test_an_old_proof_does_not_prove_a_new_ticket(desk: Desk, device: VirtualPrinter, network: TcpServer) -> None:
    printer = desk.open(network.address, way="hybrid", proof_timeout_s=2)
    printer.submit(job("A012"))
    desk.agent.result_of("A012-1")
    device.turn(paper_out_after_rows=100)
    printer.submit({"id": "A013-1", "content": {"number": "A013"}})
    desk.agent.wait(lambda: printer.status.paper == "out")
    device.say(b"\x37\x22" + token(1) + b"\x00")
    assert desk.agent.result_of("A013-1") == ("unknown", "paper out")


def test_settings_are_checked_by_name() -> None:
    with pytest.raises(SettingsError, match="transport"):
        PrinterSettings.from_dict({"transport": "ftp://x"})
    with pytest.raises(SettingsError, match="way"):
        PrinterSettings.from_dict({"transport": "virtual:", "way": "faster"})
    with pytest.raises(SettingsError, match="ready_timeout_s"):
        PrinterSettings.from_dict({"transport": "virtual:", "ready_timeout_s": 0})
    assert PrinterSettings.from_dict({"transport": "virtual:", "name": "kiosk", "way": None}).way == ""
