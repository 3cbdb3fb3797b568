"""The line to a printer: bytes out before a deadline, bytes in as they come. Which kind is in the address."""

from .base import LineBusy, LineError, LineLost, NotThere, Transport, open_transport

__all__ = ["LineBusy", "LineError", "LineLost", "NotThere", "Transport", "open_transport"]
