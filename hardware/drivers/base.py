"""The contract between the agent and a driver.

A driver is a callable found by its entry point (groups ``motcua.panels``, ``motcua.keypads``, ``motcua.leds``,
``motcua.scanners``, ``motcua.speakers``): ``factory(device, host) -> Driver``. It raises BadSettings when the
device's settings cannot work; anything that goes wrong later it reports through ``host.report`` and repairs by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from hardware.drivers.codes import Scan
    from hardware.drivers.link import SerialLink

State = Literal["ok", "warning", "error", "offline"]

LEVELS = {
    3: ("very_satisfied", "satisfied", "dissatisfied"),
    5: ("very_satisfied", "satisfied", "neutral", "dissatisfied", "very_dissatisfied"),
}
ACTIONS = ("next", "recall", "start", "finish", "no_show", "transfer")


class BadSettings(ValueError):
    """The device's section cannot work; the text says why and what to change, to a technician."""


@dataclass(frozen=True)
class Device:
    """One device as the office set it up."""

    id: str
    kind: str
    name: str
    driver: str
    counter: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Origin:
    """Which message of a device a press came in, so that a repeated message is taken once."""

    source: str
    boot: str
    sequence: int
    modulus: int = 0x100


@dataclass(frozen=True)
class Press:
    """A person pressed something: ``rate`` with a level, or an officer's action with an optional number."""

    device: Device
    action: str
    at: datetime
    value: str | None = None
    origin: Origin | None = None


@dataclass(frozen=True)
class Shown:
    """What an LED board is to show: the number being called or served at a counter, or nothing."""

    counter: int
    number: str | None = None
    calling: bool = False


class Host(Protocol):
    """What the agent gives its drivers."""

    @property
    def clock(self) -> Callable[[], datetime]: ...

    def link(self, device: Device, **defaults: object) -> SerialLink:
        """The one owner of the serial line in the device's settings; devices on one line share it."""

    def report(self, device: Device, state: State, message: str = "") -> None:
        """Tell the office how the device is."""

    def take(self, press: Press) -> bool:
        """Keep a press for good. True: it is on disk (or was before), the device may forget it."""

    def scanned(self, device: Device, scan: Scan) -> None:
        """Hand over what a scanner read; it stays in memory only."""

    def accept(self, device: Device, on_message: Callable[[Mapping[str, Any]], bool]) -> None:
        """Take this device's HTTP messages at the agent's local door."""


class Driver(Protocol):
    def close(self) -> None:
        """Let go of the port; must return within two seconds."""


class LedBoard(Driver, Protocol):
    def show(self, shown: Shown) -> None:
        """Show this from now on; must not block."""


class Speaker(Driver, Protocol):
    def play(self, wav: bytes) -> None:
        """Play a WAV to its end; ``close`` from another thread cuts it short. Raises PlayFailed."""


Factory = Callable[[Device, Host], Driver]


def required(device: Device, key: str) -> Any:
    """A setting without which the driver cannot work."""
    from hardware.texts import _

    if device.settings.get(key) in (None, ""):
        raise BadSettings(_("Thiết bị %(id)s thiếu mục “%(key)s” trong cấu hình.", id=device.id, key=key))
    return device.settings[key]


def levels_of(device: Device) -> tuple[str, ...]:
    """What the buttons of a panel mean, from the first to the last; three and five are never mapped to each other."""
    from hardware.texts import _

    named = device.settings.get("levels")
    count = int(device.settings.get("buttons", len(named) if named else 3))
    if count not in LEVELS:
        raise BadSettings(_("Bảng đánh giá %(id)s phải có 3 hoặc 5 nút.", id=device.id))
    levels = tuple(named) if named else LEVELS[count]
    if len(levels) != count or sorted(levels) != sorted(LEVELS[count]):
        raise BadSettings(
            _("Các mức của bảng đánh giá %(id)s phải là: %(levels)s.", id=device.id, levels=", ".join(LEVELS[count]))
        )
    return levels
