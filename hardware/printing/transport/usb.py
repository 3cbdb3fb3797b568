"""A printer on USB without a driver in between: `usb://04b8:0202`, or `usb://04b8:0202?serial=…`."""

from __future__ import annotations

import errno
from typing import Any
from urllib.parse import SplitResult

from ..interface import SettingsError
from .base import LineBusy, LineLost, NotThere, option

_LOT = 4096
_PRINTER_CLASS = 7


class UsbLine:
    """The bulk endpoints of a printer's interface, through pyusb."""

    can_read = True

    def __init__(self, vendor: int, product: int, serial_number: str) -> None:
        try:
            import usb.core
            import usb.util
        except ImportError as error:
            raise NotThere("USB needs the package pyusb: install motcua[usb]") from error
        self._usb: Any = usb
        try:
            found = usb.core.find(
                idVendor=vendor, idProduct=product,
                custom_match=lambda device: not serial_number or device.serial_number == serial_number,
            )  # fmt: skip
        except (usb.core.USBError, usb.core.NoBackendError, ValueError) as error:
            raise NotThere(f"USB cannot be searched: {error}") from error
        if found is None:
            raise NotThere(f"no USB device {vendor:04x}:{product:04x}")
        self._device: Any = found
        self._claim(vendor, product)

    def _claim(self, vendor: int, product: int) -> None:
        usb = self._usb
        try:
            interface = self._interface()
            number = interface.bInterfaceNumber
            if self._device.is_kernel_driver_active(number):
                self._device.detach_kernel_driver(number)
            usb.util.claim_interface(self._device, number)
        except NotImplementedError:
            pass
        except usb.core.USBError as error:
            raise NotThere(f"USB device {vendor:04x}:{product:04x}: {error.strerror}; see the udev rules") from error
        self._number = number
        self._out = self._endpoint(interface, usb.util.ENDPOINT_OUT)
        self._in = self._endpoint(interface, usb.util.ENDPOINT_IN)
        self.can_read = self._in is not None
        if self._out is None:
            raise NotThere(f"USB device {vendor:04x}:{product:04x}: has nowhere to write to")

    def _interface(self) -> Any:
        interfaces = list(self._device.get_active_configuration())
        return next((one for one in interfaces if one.bInterfaceClass == _PRINTER_CLASS), interfaces[0])

    def _endpoint(self, interface: Any, direction: int) -> Any:
        usb = self._usb
        return usb.util.find_descriptor(
            interface,
            custom_match=lambda end: (
                usb.util.endpoint_direction(end.bEndpointAddress) == direction
                and usb.util.endpoint_type(end.bmAttributes) == usb.util.ENDPOINT_TYPE_BULK
            ),
        )

    def write(self, data: bytes, timeout_s: float) -> None:
        sent = 0
        while sent < len(data):
            try:
                sent += self._out.write(data[sent : sent + _LOT], timeout=int(timeout_s * 1000))
            except self._usb.core.USBError as error:
                # A transfer that timed out may have moved part of its lot, which pyusb does not tell.
                if _timed_out(error):
                    raise LineBusy(f"took about {sent} of {len(data)} bytes, then stopped", sent + 1) from error
                raise LineLost(f"broke after about {sent} of {len(data)} bytes: {error}", sent + 1) from error

    def read(self, timeout_s: float) -> bytes:
        if self._in is None:
            return b""
        try:
            return bytes(self._in.read(self._in.wMaxPacketSize, timeout=max(1, int(timeout_s * 1000))))
        except self._usb.core.USBError as error:
            if _timed_out(error):
                return b""
            raise LineLost(f"broke while reading: {error}") from error

    def close(self) -> None:
        usb = self._usb
        try:
            usb.util.release_interface(self._device, self._number)
        except (usb.core.USBError, NotImplementedError):
            pass
        finally:
            usb.util.dispose_resources(self._device)


def _timed_out(error: Any) -> bool:
    return error.errno in (errno.ETIMEDOUT, 10060) or type(error).__name__ == "USBTimeoutError"


def open_line(parts: SplitResult, timeout_s: float) -> UsbLine:  # noqa: ARG001 - opens at once
    vendor, _, product = parts.netloc.partition(":")
    try:
        numbers = int(vendor, 16), int(product, 16)
    except ValueError as error:
        raise SettingsError(f"transport {parts.geturl()!r}: is not like usb://04b8:0202") from error
    return UsbLine(*numbers, option(parts, "serial", ""))
