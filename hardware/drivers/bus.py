"""The host's side of our line protocol on one serial line: polls, takes events once they are on disk, shows texts."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Protocol

from hardware.protocol.line import Frame, Framer, encode
from hardware.protocol.poll import PollingMaster

POINT_TO_POINT_S = 2.0
"""On a line of its own a device speaks when it has something to say; asking only shows that it is there."""

SHARED_LINE_S = 0.02

TEXT_REPEAT_S = 0.5
"""A text nobody confirms must not take the line from the others."""


class Station(Protocol):
    """A device on the line, as its driver sees it."""

    def event(self, frame: Frame) -> bool:
        """Take an event; True when it may be acknowledged."""

    def presence(self, online: bool, why: str) -> None: ...


@dataclass
class _Text:
    args: tuple[str, ...]
    sequence: int
    shown: bool = False
    due: float = 0.0


EVENTS = frozenset({"HELLO", "BTN", "KEY", "SCAN", "STAT"})


class LineBus:
    def __init__(self, *, polled: bool, answer_timeout: float = 0.15) -> None:
        self._master = PollingMaster(SHARED_LINE_S if polled else POINT_TO_POINT_S, answer_timeout)
        self._framer = Framer()
        self._stations: dict[int, Station] = {}
        self._texts: dict[int, _Text] = {}
        self._sequence = 0
        self._lock = threading.Lock()

    def join(self, address: int, station: Station) -> bool:
        """Put a device on the line; False when the address is taken."""
        if address in self._stations:
            return False
        self._stations[address] = station
        self._master.add(address)
        return True

    def show(self, address: int, args: tuple[str, ...]) -> None:
        """Have a device show this text from now on, again after it was away. Any thread."""
        with self._lock:
            self._texts[address] = _Text(args, self._next_sequence())

    def opened(self, now: float) -> bytes:
        self._framer = Framer()
        self._forget_shown()
        return self.tick(now)

    def received(self, data: bytes, now: float) -> bytes:  # noqa: ARG002 - the interface's arguments
        return b"".join(self._answer(frame) for frame in self._framer.feed(data))

    def tick(self, now: float) -> bytes:
        for address in self._master.lapsed(now):
            self._stations[address].presence(False, "")
        return self._send_text(now) or self._send_poll(now)

    def lost(self, why: str) -> None:
        self._master.lost()
        for station in self._stations.values():
            station.presence(False, why)

    def _answer(self, frame: Frame) -> bytes:
        station = self._stations.get(frame.address)
        if station is None or frame.command in ("ACK", "POLL", "TEXT"):
            return b""  # a stranger, or our own words echoed by a half-duplex adapter
        if self._master.heard(frame.address):
            self._forget_shown(frame.address)
            station.presence(True, "")
        if frame.command == "OK":
            self._text_shown(frame)
        if frame.command not in EVENTS or not frame.args:
            return b""
        if frame.command == "HELLO":
            self._forget_shown(frame.address)
        if not station.event(frame):
            return b""
        return encode(Frame(frame.address, frame.sequence, "ACK", (frame.args[0],)))

    def _send_text(self, now: float) -> bytes:
        if not self._master.idle:
            return b""
        with self._lock:
            for address, text in self._texts.items():
                if not text.shown and text.due <= now and self._master.is_online(address):
                    text.due = now + TEXT_REPEAT_S
                    self._master.expect(address, now)
                    return encode(Frame(address, text.sequence, "TEXT", text.args))
        return b""

    def _send_poll(self, now: float) -> bytes:
        address = self._master.next_poll(now)
        if address is None:
            return b""
        with self._lock:
            return encode(Frame(address, self._next_sequence(), "POLL"))

    def _text_shown(self, frame: Frame) -> None:
        with self._lock:
            text = self._texts.get(frame.address)
            if text is not None and text.sequence == frame.sequence:
                text.shown = True

    def _forget_shown(self, address: int | None = None) -> None:
        with self._lock:
            for each, text in self._texts.items():
                if address in (None, each):
                    text.shown, text.due = False, 0.0

    def _next_sequence(self) -> int:
        self._sequence = (self._sequence + 1) % 0x100
        return self._sequence
