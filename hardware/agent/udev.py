"""Names for devices by the USB port they are plugged into: cheap adapters have no serial number to tell them apart."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from hardware.texts import _

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
ID_PATH = re.compile(r"[A-Za-z0-9:._-]+")


@dataclass(frozen=True)
class Plugged:
    """A device node and the port it hangs on."""

    node: str
    subsystem: str
    id_path: str


def plugged(
    by_path: Path = Path("/dev/serial/by-path"),
    printers: Path = Path("/dev/usb"),
    inputs: Path = Path("/dev/input/by-path"),
) -> list[Plugged]:
    """What is plugged in now, as udev itself named it."""
    found = [Plugged(str(link.resolve()), "tty", _port_of(link.name)) for link in _links(by_path)]
    found += [
        Plugged(str(link.resolve()), "input", link.name.removesuffix("-event-kbd"))
        for link in _links(inputs)
        if link.name.endswith("-event-kbd")
    ]
    return found + [Plugged(str(node), "usbmisc", _usb_path(node)) for node in sorted(printers.glob("lp*"))]


def rules(named: Iterable[tuple[Plugged, str]], group: str = "motcua") -> str:
    """The text of a rules file: a link /dev/motcua/<name> for each, readable and writable by the agent's group."""
    lines = ["# /etc/udev/rules.d/70-motcua.rules — udevadm control --reload && udevadm trigger"]
    for device, name in named:
        if not NAME.fullmatch(name):
            raise ValueError(_("tên “%(name)s”: chỉ gồm chữ thường không dấu, chữ số và -", name=name))
        if not ID_PATH.fullmatch(device.id_path):
            raise ValueError(_("%(node)s: không biết cắm ở cổng nào (không có ID_PATH)", node=device.node))
        keyboard = ', ENV{LIBINPUT_IGNORE_DEVICE}="1"' if device.subsystem == "input" else ""
        lines.append(
            f'SUBSYSTEM=="{device.subsystem}", ENV{{ID_PATH}}=="{device.id_path}", '
            f'SYMLINK+="motcua/{name}", GROUP="{group}", MODE="0660"{keyboard}'
        )
    return "\n".join(lines) + "\n"


def _links(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _port_of(name: str) -> str:
    """``pci-0000:00:14.0-usb-0:2:1.0-port0`` without the port of a multi-port adapter."""
    return re.sub(r"-port\d+$", "", name)


def _usb_path(node: Path) -> str:
    """ID_PATH of /dev/usb/lpN from its place in sysfs; empty when it cannot be told."""
    device = Path("/sys/class/usbmisc") / node.name / "device"
    try:
        interface = device.resolve(strict=True)
    except OSError:
        return ""
    controller = next(
        (part for part in interface.parts if re.fullmatch(r"[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.\d", part)), ""
    )
    bus_and_port = re.fullmatch(r"\d+-([\d.]+):(\d+\.\d+)", interface.name)
    if not controller or bus_and_port is None:
        return ""
    return f"pci-{controller}-usb-0:{bus_and_port[1]}:{bus_and_port[2]}"
