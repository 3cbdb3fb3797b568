"""Each failure of a printer × each moment of a ticket: what the server is told and what is on paper must agree."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

from hardware.printing.content import TicketContent
from hardware.printing.encode import encode
from hardware.printing.profiles import load
from hardware.printing.virtual import VirtualPrinter
from hardware.printing.virtual.lines import TcpServer

from .conftest import HURRIED, Desk, job

BROKEN: dict[str, dict[str, Any]] = {
    "paper out": {"paper": "out"},
    "cover open": {"cover": "open"},
    "cutter error": {"cutter": "error"},
    "stalled": {"stalled": True},
    "line drops": {"vanish_after": 0},
    "silent": {"mute": True},
}
HEALED = {"paper": "ok", "cover": "closed", "cutter": "ok", "stalled": False, "mute": False}
BEFORE = dict.fromkeys(BROKEN, "not_sent") | {"line drops": "printed"}
IN_PICTURE = dict.fromkeys(BROKEN, "unknown")
AT_CUT = dict.fromkeys(BROKEN, "unknown")
AT_PROOF = {
    "paper out": "printed", "cover open": "printed", "cutter error": "printed",
    "stalled": "unknown", "line drops": "unknown", "silent": "unknown",
}  # fmt: skip
EXPECTED = {"before": BEFORE, "picture": IN_PICTURE, "cut": AT_CUT, "proof": AT_PROOF}
CASES = [(moment, failure, state) for moment, states in EXPECTED.items() for failure, state in states.items()]


def paper_of(order: dict[str, Any], way: str) -> Image.Image:
    """The ticket as it comes out when nothing goes wrong."""
    perfect = VirtualPrinter(576)
    data = encode(TicketContent.from_job(order["content"]), load("virtual-80"), way).data
    for start in range(0, len(data), 2048):
        perfect.receive(data[start : start + 2048])
    return perfect.strips[0].image


def times_on_paper(device: VirtualPrinter, ticket: Image.Image) -> int:
    return sum(strip.image.size == ticket.size and strip.image.tobytes() == ticket.tobytes() for strip in device.strips)


@pytest.mark.parametrize("way", ["raster", "glyphs"])
@pytest.mark.parametrize(("moment", "failure", "expected"), CASES)
def test_server_and_paper_agree(
    desk: Desk, device: VirtualPrinter, network: TcpServer, moment: str, failure: str, expected: str, way: str
) -> None:
    if way == "glyphs" and moment == "picture":
        moment = "code"
    first, second = job("A012"), job("A013")
    printer = desk.open(network.address, way=way, **HURRIED)
    desk.agent.wait(lambda: printer.status.state == "ok")
    if moment == "before":
        device.turn(**BROKEN[failure])
    else:
        device.plan(moment, **BROKEN[failure])
    printer.submit(first)
    state, detail = desk.agent.result_of(first["id"])
    assert state == expected, detail

    whole = times_on_paper(device, paper_of(first, way))
    assert whole == 1 if state == "printed" else whole <= 1
    if state == "not_sent":
        assert not any(strip.image.getextrema() == (0, 255) for strip in device.strips), "ink of a ticket not sent"

    device.turn(**HEALED)
    desk.be_patient(printer)
    desk.agent.wait(lambda: printer.status.can_print)
    printer.submit(second)
    assert desk.agent.result_of(second["id"]) == ("printed", "")
    assert times_on_paper(device, paper_of(second, way)) == 1, "the next ticket prints whole, on paper of its own"
    assert times_on_paper(device, paper_of(first, way)) <= 1, "nothing was printed twice"
    assert [result for result in desk.agent.results if result[0] == first["id"]][0][1] == expected


@pytest.mark.parametrize("byte", [1, 2, 7, 400, 3000, 3820])
def test_the_line_drops_at_any_byte_and_the_next_ticket_is_whole(
    desk: Desk, device: VirtualPrinter, network: TcpServer, byte: int
) -> None:
    printer = desk.open(network.address, way="glyphs", **HURRIED)
    desk.agent.wait(lambda: printer.status.state == "ok")
    device.turn(vanish_after=40 + byte)
    printer.submit(job("A012"))
    state, _ = desk.agent.result_of("A012-1")
    assert times_on_paper(device, paper_of(job("A012"), "glyphs")) == 1 or state != "printed"
    device.turn(vanish_after=None)
    desk.be_patient(printer)
    printer.submit(job("A013"))
    assert desk.agent.result_of("A013-1") == ("printed", "")
    assert times_on_paper(device, paper_of(job("A013"), "glyphs")) == 1


def test_a_ticket_that_broke_off_is_cleaned_up_after_a_restart_too(
    desk: Desk, device: VirtualPrinter, network: TcpServer
) -> None:
    device.plan("picture", stalled=True)
    desk.open(network.address, way="raster", **HURRIED).submit(job("A012"))
    assert desk.agent.result_of("A012-1")[0] == "unknown"
    desk.close()
    device.turn(stalled=False)
    desk.open(network.address, way="raster").submit(job("A013"))
    assert desk.agent.result_of("A013-1") == ("printed", "")
    assert times_on_paper(device, paper_of(job("A013"), "raster")) == 1


def test_paper_that_ends_inside_a_ticket(desk: Desk, device: VirtualPrinter, network: TcpServer) -> None:
    printer = desk.open(network.address, way="raster", **HURRIED)
    desk.agent.wait(lambda: printer.status.state == "ok")
    device.turn(paper_out_after_rows=400)
    printer.submit(job("A012"))
    assert desk.agent.result_of("A012-1") == ("unknown", "paper out")
    assert printer.status.paper == "out"
    device.turn(paper="ok")
    desk.be_patient(printer)
    desk.agent.wait(lambda: printer.status.can_print)
    printer.submit(job("A012", copy=2))
    assert desk.agent.result_of("A012-2") == ("printed", "")
    assert times_on_paper(device, paper_of(job("A012", copy=2), "raster")) == 1
