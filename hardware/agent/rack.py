"""The devices in use: built one by one, so that a bad section costs one device and not the agent."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from importlib.metadata import entry_points
from typing import Any, cast

from hardware.drivers.base import BadSettings, Device, Driver, Factory, LedBoard, Press, Shown, Speaker, State, required
from hardware.drivers.codes import Scan
from hardware.drivers.link import SerialLink
from hardware.drivers.ports import Port, PortSettings
from hardware.texts import _

log = logging.getLogger(__name__)

GROUPS = {
    "panel": "motcua.panels",
    "keypad": "motcua.keypads",
    "led": "motcua.leds",
    "scanner": "motcua.scanners",
    "speaker": "motcua.speakers",
}
DEFAULT_DRIVERS = {"speaker": "alsa"}
"""What a device is where its settings name no driver; our own line protocol otherwise."""


def find_driver(kind: str, name: str) -> Factory:
    """The plug-in of this name; BadSettings names those that are installed."""
    group = GROUPS[kind]
    found = entry_points(group=group)
    if name not in found.names:
        raise BadSettings(
            _(
                "Không có trình điều khiển “%(name)s”; có: %(names)s.",
                name=name,
                names=", ".join(sorted(found.names)) or "—",
            )
        )
    return found[name].load()  # type: ignore[no-any-return]


def merge(from_server: Iterable[Mapping[str, Any]], sections: Mapping[str, Mapping[str, Any]]) -> list[Device]:
    """The devices of the office, each completed by its section in the local file (ports are known only here)."""
    devices = []
    for entry in from_server:
        local = dict(sections.get(str(entry["id"]), {})) or dict(sections.get(str(entry.get("name")), {}))
        settings = {**(entry.get("settings") or {}), **local}
        devices.append(
            Device(
                str(entry["id"]),
                str(entry["kind"]),
                str(entry.get("name", entry["id"])),
                str(settings.get("driver", DEFAULT_DRIVERS.get(str(entry["kind"]), "line"))),
                entry.get("counter"),
                settings,
            )
        )
    return devices


class Rack:
    """Implements drivers' Host."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        open_port: Callable[[PortSettings], Port],
        report: Callable[[Device, State, str], None],
        take: Callable[[Press], bool],
        scanned: Callable[[Device, Scan], None],
        accept: Callable[[Device, Callable[[Mapping[str, Any]], bool]], None],
    ) -> None:
        self._clock, self._open_port, self._report = clock, open_port, report
        self._take, self._scanned, self._accept = take, scanned, accept
        self._links: dict[str, SerialLink] = {}
        self._drivers: dict[str, Driver] = {}
        self._devices: dict[str, Device] = {}
        self._shown: dict[str, Shown] = {}
        self._lock = threading.Lock()

    @property
    def clock(self) -> Callable[[], datetime]:
        return self._clock

    def link(self, device: Device, **defaults: object) -> SerialLink:
        settings = {**defaults, **device.settings}
        url = str(required(device, "port"))
        if url not in self._links:
            try:
                port = PortSettings(url, int(settings.get("baudrate", 9600)), str(settings.get("parity", "N")))
            except (TypeError, ValueError) as error:
                raise BadSettings(_("baudrate của %(id)s phải là số.", id=device.id)) from error
            self._links[url] = SerialLink(port, self._open_port)
        return self._links[url]

    def report(self, device: Device, state: State, message: str = "") -> None:
        self._report(device, state, message)

    def take(self, press: Press) -> bool:
        return self._take(press)

    def scanned(self, device: Device, scan: Scan) -> None:
        self._scanned(device, scan)

    def accept(self, device: Device, on_message: Callable[[Mapping[str, Any]], bool]) -> None:
        self._accept(device, on_message)

    def install(self, devices: Sequence[Device]) -> None:
        """Have exactly these devices running; unchanged ones go on undisturbed."""
        with self._lock:
            wanted = {device.id: device for device in devices}
            if wanted == self._devices:
                return
            # One line is shared by several devices, so a change is made by starting all of them anew: it takes
            # less than a second, and what is pressed meanwhile waits in the panels.
            self._close_all()
            self._devices = wanted
            for device in devices:
                self._build(device)
            # A link starts only when every device on it has joined.
            for link in self._links.values():
                link.start()

    def leds(self) -> list[tuple[Device, LedBoard]]:
        with self._lock:
            pairs = [(self._devices[name], driver) for name, driver in self._drivers.items()]
        return [(device, cast(LedBoard, driver)) for device, driver in pairs if device.kind == "led"]

    def speakers(self) -> list[tuple[Device, Speaker]]:
        with self._lock:
            pairs = [(self._devices[name], driver) for name, driver in self._drivers.items()]
        return [(device, cast(Speaker, driver)) for device, driver in pairs if device.kind == "speaker"]

    def show(self, shown_at: Callable[[int], Shown]) -> None:
        """Tell the boards what their counters show; each only what is new to it, since a shared line has no time."""
        for device, board in self.leds():
            if device.counter is not None and self._shown.get(device.id) != (now := shown_at(device.counter)):
                self._shown[device.id] = now
                board.show(now)

    def device(self, device_id: str) -> Device | None:
        return self._devices.get(device_id)

    def close(self) -> None:
        with self._lock:
            self._close_all()

    def _build(self, device: Device) -> None:
        try:
            if device.kind not in GROUPS:
                raise BadSettings(_("Không rõ loại thiết bị “%(kind)s”.", kind=device.kind))
            self._drivers[device.id] = find_driver(device.kind, device.driver)(device, self)
        except BadSettings as error:
            log.warning("device %s: %s", device.id, error)
            self._report(device, "error", str(error))
        except Exception as error:  # a third party's driver may raise anything; the others must live
            log.exception("device %s", device.id)
            self._report(device, "error", _("Trình điều khiển lỗi: %(why)s", why=error))

    def _close_all(self) -> None:
        for driver in self._drivers.values():
            driver.close()
        for link in self._links.values():
            link.close()
        self._drivers, self._links, self._devices, self._shown = {}, {}, {}, {}
