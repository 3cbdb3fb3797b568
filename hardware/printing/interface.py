"""What a printer is to the agent: settings in, jobs in; status and results out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Protocol

Clock = Callable[[], datetime]
Job = Mapping[str, Any]
"""A print job as the server sends it: `id`, `kind`, `copy`, `content`, …"""


class PrintingError(Exception):
    """The root of everything that may go wrong between a job and its paper."""

    code = "printing_error"


class SettingsError(PrintingError):
    """A setting that cannot be used; the text names it and what is allowed."""

    code = "printer_settings"


class JobState(StrEnum):
    """What is known of a job's paper; there is no fourth state."""

    PRINTED = "printed"
    """The printer itself said that it finished the ticket."""
    NOT_SENT = "not_sent"
    """Not one byte of the ticket left for the printer: it may be sent again without a mark."""
    UNKNOWN = "unknown"
    """Something left and no proof came back: whoever prints it again must mark it."""


Paper = Literal["ok", "near_end", "out"]
Cover = Literal["open", "closed"]
Cutter = Literal["ok", "error"]
Health = Literal["ok", "warning", "error", "offline"]


@dataclass(frozen=True)
class PrinterStatus:
    """What the printer last said; None where it has said nothing (yet, or ever)."""

    online: bool = False
    paper: Paper | None = None
    cover: Cover | None = None
    cutter: Cutter | None = None
    message: str = ""

    @property
    def state(self) -> Health:
        """The one word shown on the floor page."""
        if self.paper == "out" or self.cover == "open" or self.cutter == "error":
            return "error"
        if not self.online:
            return "offline"
        return "warning" if self.paper == "near_end" else "ok"

    @property
    def can_print(self) -> bool:
        """Whether a ticket may be promised now; the kiosk asks before it takes a touch."""
        return self.state in ("ok", "warning")

    def detail(self) -> dict[str, Any]:
        """As the agent API carries it: only what is known."""
        fields = {"online": self.online, "paper": self.paper, "cover": self.cover, "cutter": self.cutter}
        return {key: value for key, value in fields.items() if value is not None} | (
            {"message": self.message} if self.message else {}
        )


OnStatus = Callable[[PrinterStatus], None]
OnResult = Callable[[str, str, str], None]
"""Gets (job id, "printed" | "not_sent" | "unknown", detail) from the printer's own thread, at least once and again
until it is acknowledged. The detail is a short word or sentence for technicians and logs."""


class Printer(Protocol):
    """One device, owned by one thread; every method returns at once and may be called from any thread."""

    @property
    def status(self) -> PrinterStatus: ...

    def submit(self, job: Job) -> None:
        """Takes a job durably: after this returns, a result for its id will come, even over a kill or a power cut.

        A job id that is known already is never printed again; its result, when there is one, is told again.
        """

    def acknowledge(self, job_id: str) -> None:
        """The server has this job's result: stop telling it."""

    def close(self) -> None:
        """Finishes the ticket in hand, stops the thread, and leaves waiting jobs in the spool."""
