"""Reading and writing a non-blocking file descriptor before a deadline. On Linux: the kernel of Windows has no poll."""

from __future__ import annotations

import os
import select
import time

from .base import LineBusy, LineLost


def write(fd: int, data: bytes, timeout_s: float) -> None:
    """Writes all; every byte that moves gives the printer `timeout_s` again."""
    sent = 0
    poll = select.poll()
    poll.register(fd, select.POLLOUT)
    deadline = time.monotonic() + timeout_s
    while sent < len(data):
        events = poll.poll(max(0.0, deadline - time.monotonic()) * 1000)
        if not events:
            raise LineBusy(f"took {sent} of {len(data)} bytes, then none for {timeout_s:g} s", sent)
        try:
            moved = os.write(fd, data[sent : sent + 4096])
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise LineBusy(f"took {sent} of {len(data)} bytes, then none for {timeout_s:g} s", sent) from None
            continue
        except OSError as error:
            raise LineLost(f"broke after {sent} of {len(data)} bytes: {error.strerror}", sent) from error
        if moved:
            sent += moved
            deadline = time.monotonic() + timeout_s


def read(fd: int, timeout_s: float, eof_is_loss: bool) -> bytes:
    """What has come within the time. A socket's end is the line's; a device's empty read means nothing came."""
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    if not poll.poll(timeout_s * 1000):
        return b""
    try:
        data = os.read(fd, 4096)
    except BlockingIOError:
        return b""
    except OSError as error:
        raise LineLost(f"broke while reading: {error.strerror}") from error
    if not data and eof_is_loss:
        raise LineLost("the other end closed the line")
    if not data:
        time.sleep(timeout_s)
    return data
