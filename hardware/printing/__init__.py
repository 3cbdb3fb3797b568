"""Tickets on paper: layout, encoding, transport, proof of print, and the spool that outlives a power cut."""

from .interface import (
    Clock,
    Job,
    JobState,
    OnResult,
    OnStatus,
    Printer,
    PrinterStatus,
    PrintingError,
    SettingsError,
)
from .printer import open_printer
from .settings import PrinterSettings

__all__ = [
    "Clock",
    "Job",
    "JobState",
    "OnResult",
    "OnStatus",
    "Printer",
    "PrinterSettings",
    "PrinterStatus",
    "PrintingError",
    "SettingsError",
    "open_printer",
]
