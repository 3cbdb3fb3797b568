"""A printer behind the kernel's own driver: `lp:///dev/usb/lp0`."""

from __future__ import annotations

import contextlib
import os
from urllib.parse import SplitResult

from . import descriptor
from .base import NotThere


class LpLine:
    """A device file; it is polled, never waited for inside the kernel."""

    def __init__(self, path: str) -> None:
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_NONBLOCK | getattr(os, "O_NOCTTY", 0))
            self.can_read = True
        except PermissionError as error:
            raise NotThere(f"{path}: no permission; see the udev rules") from error
        except OSError as error:
            raise NotThere(f"{path}: {error.strerror}") from error

    def write(self, data: bytes, timeout_s: float) -> None:
        descriptor.write(self._fd, data, timeout_s)

    def read(self, timeout_s: float) -> bytes:
        return descriptor.read(self._fd, timeout_s, eof_is_loss=False)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            os.close(self._fd)


def open_line(parts: SplitResult, timeout_s: float) -> LpLine:  # noqa: ARG001 - opens at once
    return LpLine(parts.path)
