"""The simulator's sockets: on TCP as port 9100, and behind a pseudo-terminal as a serial port."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
import threading
import time
import tty

from .device import LineGone, VirtualPrinter

_STEP_S = 0.005


class _Pump:
    """Moves bytes between a file descriptor and the printer, at the line's speed and as the printer has room."""

    def __init__(self, device: VirtualPrinter, stop: threading.Event) -> None:
        self._device = device
        self._stop = stop
        self._credit = 0.0
        self._at = time.monotonic()

    def run(self, fd: int) -> None:
        """Until the other end is gone, the printer drops the line (LineGone) or the server stops."""
        while not self._stop.is_set():
            size = min(self._device.room(), self._allowed())
            readable, _, _ = select.select([fd] if size else [], [], [], _STEP_S)
            if readable:
                data = os.read(fd, size)
                if not data:
                    return
                self._credit -= len(data)
                self._device.receive(data)
            answers = self._device.take_answers()
            if answers:
                os.write(fd, answers)

    def _allowed(self) -> int:
        now = time.monotonic()
        baud = self._device.knobs.baud
        if not baud:
            self._at = now
            return 4096
        # What a step brings may come at once, and a UART's buffer holds 64 bytes.
        self._credit = min(self._credit + (now - self._at) * baud / 10, max(64, _STEP_S * baud / 10))
        self._at = now
        return max(0, int(self._credit))


class TcpServer:
    """One connection at a time, as printers have it; `port` 0 takes a free one."""

    def __init__(self, device: VirtualPrinter, host: str = "127.0.0.1", port: int = 0) -> None:
        self._device = device
        self._stop = threading.Event()
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Little may wait in the kernel, so that a stalled printer is noticed by its client.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.bind((host, port))
        self._socket.listen(4)
        self._socket.settimeout(0.05)
        self.host, self.port = self._socket.getsockname()
        self._thread = threading.Thread(target=self._serve, name=f"virtual printer :{self.port}", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"tcp://{self.host}:{self.port}"

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            with connection:
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            _Pump(self._device, self._stop).run(connection.fileno())
        except LineGone:
            # A printer that loses its power does not say goodbye: the line is reset.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            pass


class PtyServer:
    """A serial port of its own; dropping the line is pulling the adapter out, `plug` puts it in again."""

    def __init__(self, device: VirtualPrinter) -> None:
        self._device = device
        self._stop = threading.Event()
        self._master = -1
        self.path = ""
        self.plug()

    @property
    def address(self) -> str:
        return f"serial://{self.path}"

    def plug(self) -> None:
        """A new port: like a new adapter, it may have another name."""
        self._unplug()
        self._master, slave = os.openpty()
        tty.setraw(slave)
        self.path = os.ttyname(slave)
        self._slave = slave
        self._thread = threading.Thread(target=self._serve, name=f"virtual printer {self.path}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        self._unplug()

    def _unplug(self) -> None:
        if self._master >= 0:
            for fd in (self._slave, self._master):
                with contextlib.suppress(OSError):
                    os.close(fd)
            self._master = -1

    def _serve(self) -> None:
        try:
            _Pump(self._device, self._stop).run(self._master)
        except (LineGone, OSError):
            self._unplug()
