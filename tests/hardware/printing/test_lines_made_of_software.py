"""USB and the Windows spooler as far as a machine without either can go: pyusb itself over a backend made of software,
and the few calls of win32print. No real printer was ever at these tests."""

from __future__ import annotations

import array
import sys
import time
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import usb.backend
import usb.core

from hardware.printing.transport import LineBusy, LineLost, NotThere, open_transport
from hardware.printing.virtual import VirtualPrinter
from hardware.printing.virtual.device import LineGone

from .conftest import Desk, job

OUT, IN = 0x01, 0x82
ADDRESS = "usb://04b8:0202"
EIO, ETIMEDOUT = 5, 110


class SoftBus(usb.backend.IBackend):
    """A bus with one printer on it, as libusb would show it; `kernel` says whether usblp holds it."""

    def __init__(self, printer: VirtualPrinter) -> None:
        self.printer = printer
        self.here, self.kernel, self.permitted = True, True, True
        self.claimed: list[int] = []

    def enumerate_devices(self) -> list[str]:
        return ["printer"] if self.here else []

    def get_parent(self, dev: str) -> None:
        return None

    def get_device_descriptor(self, dev: str) -> SimpleNamespace:
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x0200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=64, idVendor=0x04B8, idProduct=0x0202, bcdDevice=0x0100, iManufacturer=0, iProduct=0,
            iSerialNumber=0, bNumConfigurations=1, address=4, bus=1, port_number=2, port_numbers=(2,), speed=2,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev: str, config: int) -> SimpleNamespace:
        if config > 0:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=1, bConfigurationValue=1, iConfiguration=0,
            bmAttributes=0xC0, bMaxPower=1, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, dev: str, intf: int, alt: int, config: int) -> SimpleNamespace:
        if intf > 0 or alt > 0:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0, bNumEndpoints=2, bInterfaceClass=7,
            bInterfaceSubClass=1, bInterfaceProtocol=2, iInterface=0, extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev: str, ep: int, intf: int, alt: int, config: int) -> SimpleNamespace:
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=(OUT, IN)[ep], bmAttributes=2, wMaxPacketSize=64,
            bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, dev: str) -> str:
        if not self.permitted:
            raise usb.core.USBError("Access denied (insufficient permissions)", errno=13)
        return dev

    def close_device(self, handle: str) -> None: ...

    def get_configuration(self, handle: str) -> int:
        return 1

    def is_kernel_driver_active(self, handle: str, intf: int) -> bool:
        return self.kernel

    def detach_kernel_driver(self, handle: str, intf: int) -> None:
        self.kernel = False

    def claim_interface(self, handle: str, intf: int) -> None:
        if self.kernel:
            raise usb.core.USBError("Resource busy", errno=16)
        self.claimed.append(intf)

    def release_interface(self, handle: str, intf: int) -> None:
        self.claimed.remove(intf)

    def bulk_write(self, handle: str, ep: int, intf: int, data: Any, timeout: int) -> int:
        assert ep == OUT and self.claimed == [0]
        sent, until = 0, time.monotonic() + timeout / 1000
        while sent < len(data):
            moved = min(self.printer.room(), len(data) - sent)
            if moved:
                self._still_here(lambda piece=bytes(data[sent : sent + moved]): self.printer.receive(piece))
                sent += moved
            elif time.monotonic() > until:
                raise usb.core.USBTimeoutError("Operation timed out", errno=ETIMEDOUT)
        return sent

    def bulk_read(self, handle: str, ep: int, intf: int, buffer: array.array[int], timeout: int) -> int:
        assert ep == IN and self.claimed == [0]
        until = time.monotonic() + timeout / 1000
        while not (said := self._still_here(self.printer.take_answers)):
            if time.monotonic() > until:
                raise usb.core.USBTimeoutError("Operation timed out", errno=ETIMEDOUT)
            time.sleep(0.001)
        buffer[: len(said)] = array.array("B", said)
        return len(said)

    def _still_here(self, act: Any) -> Any:
        try:
            return act()
        except LineGone:
            raise usb.core.USBError("No such device (it may have been disconnected)", errno=EIO) from None


@pytest.fixture
def bus(device: VirtualPrinter, monkeypatch: pytest.MonkeyPatch) -> SoftBus:
    made = SoftBus(device)
    monkeypatch.setattr("usb.backend.libusb1.get_backend", lambda *_, **__: made)
    return made


def test_a_ticket_over_usb_is_printed_and_proven(desk: Desk, device: VirtualPrinter, bus: SoftBus) -> None:
    desk.open(ADDRESS).submit(job("A012"))
    assert desk.agent.result_of("A012-1") == ("printed", "")
    assert len(device.strips) == 1 and device.strips[0].codes
    desk.close()
    assert bus.claimed == [], "the interface is given back"


def test_a_usb_cable_pulled_in_a_ticket(desk: Desk, device: VirtualPrinter, bus: SoftBus) -> None:
    printer = desk.open(ADDRESS)
    desk.agent.wait(lambda: printer.status.state == "ok")
    device.plan("picture", vanish_after=0)
    printer.submit(job("A012"))
    state, detail = desk.agent.result_of("A012-1")
    assert state == "unknown" and "disconnected" in detail
    desk.agent.wait(lambda: printer.status.can_print)
    printer.submit(job("A013"))
    assert desk.agent.result_of("A013-1") == ("printed", "")


def test_a_usb_printer_that_takes_nothing_stops_the_write(device: VirtualPrinter, bus: SoftBus) -> None:
    device.turn(stalled=True)
    line = open_transport(ADDRESS, 0.1)
    with pytest.raises(LineBusy) as busy:
        line.write(bytes(10_000), 0.1)
    assert busy.value.written > 0, "part of a lot may have moved, which pyusb does not tell: never NOT_SENT"
    line.close()


def test_a_usb_printer_that_is_not_there_or_not_ours(bus: SoftBus) -> None:
    bus.permitted = False
    with pytest.raises(NotThere, match=r"Access denied.*udev"):
        open_transport(ADDRESS, 0.1)
    bus.here = False
    with pytest.raises(NotThere, match="no USB device 04b8:0202"):
        open_transport(ADDRESS, 0.1)


class Spooler(ModuleType):
    """The calls of win32print that are used; `takes` is what Windows would do with a printer of that name."""

    class error(Exception):
        """pywin32's."""

    def __init__(self) -> None:
        super().__init__("win32print")
        self.documents: list[bytes] = []
        self.calls: list[str] = []
        self.takes = True

    def OpenPrinter(self, name: str) -> str:
        if name != "XP-80":
            raise self.error(1801, "OpenPrinter", "The printer name is invalid.")
        return name

    def StartDocPrinter(self, handle: str, level: int, document: tuple[str, None, str]) -> None:
        assert level == 1 and document[2] == "RAW", "anything but RAW would be drawn by a driver"
        self.calls.append("start")

    def WritePrinter(self, handle: str, data: bytes) -> None:
        if not self.takes:
            raise self.error(5, "WritePrinter", "Access is denied.")
        self.documents.append(data)

    def EndDocPrinter(self, handle: str) -> None:
        self.calls.append("end")

    def ClosePrinter(self, handle: str) -> None:
        self.calls.append("close")


@pytest.fixture
def spooler(monkeypatch: pytest.MonkeyPatch) -> Spooler:
    made = Spooler()
    monkeypatch.setitem(sys.modules, "win32print", made)
    return made


def test_what_the_spooler_took_are_whole_tickets_that_nobody_can_prove(desk: Desk, spooler: Spooler) -> None:
    printer = desk.open("spooler://XP-80", profile="generic-80", proof_timeout_s=30)
    for number in ("A012", "A013"):
        printer.submit(job(number))
        # At once: nobody waits for a proof that cannot come.
        assert desk.agent.result_of(f"{number}-1", timeout_s=10)[0] == "unknown"
    paper = VirtualPrinter(576)
    for document in spooler.documents:
        for start in range(0, len(document), 2048):
            paper.receive(document[start : start + 2048])
    assert len(paper.strips) == 2, "a ticket each, and no paper wasted on cleaning up"
    assert len(spooler.documents) == 2, "one ticket, one document"
    assert spooler.calls.count("start") == spooler.calls.count("end")


def test_a_spooler_that_refuses(spooler: Spooler) -> None:
    with pytest.raises(NotThere, match="name is invalid"):
        open_transport("spooler://HP", 0.1)
    line = open_transport("spooler://XP-80", 0.1)
    spooler.takes = False
    with pytest.raises(LineLost, match="denied"):
        line.write(b"ticket", 0.1)
    line.close()
