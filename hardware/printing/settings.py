"""A printer's settings as the server or the agent's file gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from .interface import SettingsError

WAYS = ("raster", "hybrid", "glyphs", "codepage")
SCHEMES = ("tcp", "serial", "lp", "usb", "spooler", "virtual")


@dataclass(frozen=True)
class PrinterSettings:
    """Where the printer is, what it is, and how long to wait for it (seconds)."""

    transport: str
    """`tcp://host:9100`, `serial:///dev/x?baud=19200`, `lp:///dev/usb/lp0`, `usb://04b8:0202`, `spooler://name`,
    `virtual:`"""
    profile: str = "generic-80"
    way: str = ""
    """One of WAYS; empty takes the profile's."""
    write_timeout_s: float = 5.0
    """How long the printer may take no byte at all before the job is given up."""
    ready_timeout_s: float = 5.0
    """How long a ticket waits for a printer that is away or out of paper; then it is NOT_SENT."""
    proof_timeout_s: float = 10.0
    """How long after the last byte the proof may take; then the ticket is UNKNOWN."""
    check_s: float = 2.0
    """How often an idle printer is asked how it is, and one that is away is looked for."""
    max_age_s: float = 120.0
    """A job found waiting longer than this is NOT_SENT: the citizen has left the kiosk."""

    def __post_init__(self) -> None:
        scheme = self.transport.partition(":")[0]
        if scheme not in SCHEMES:
            raise SettingsError(f"transport {self.transport!r}: starts with none of {', '.join(SCHEMES)}")
        if self.way and self.way not in WAYS:
            raise SettingsError(f"way {self.way!r}: not one of {', '.join(WAYS)}")
        for name in ("write_timeout_s", "ready_timeout_s", "proof_timeout_s", "check_s", "max_age_s"):
            if not getattr(self, name) > 0:
                raise SettingsError(f"{name}: must be more than 0")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> PrinterSettings:
        """Reads what concerns printing and leaves the rest: a device's settings hold more than ours."""
        known = {field.name: field.default for field in fields(cls)}
        chosen = {key: value for key, value in data.items() if key in known and value is not None}
        if "transport" not in chosen:
            raise SettingsError("transport: is missing")
        for key, value in chosen.items():
            wanted = float if key.endswith("_s") else str
            try:
                chosen[key] = wanted(value)
            except (TypeError, ValueError) as error:
                raise SettingsError(f"{key}: {value!r} is no {wanted.__name__}") from error
        return cls(**chosen)
