"""The 21-key callers sold in Vietnam: ``FF 68 L L 68 addr cmd data… sum 16``, L counting addr, cmd and data."""

from __future__ import annotations

from dataclasses import dataclass

MAX_BODY = 64


@dataclass(frozen=True)
class Ff68Frame:
    address: int
    command: int
    data: bytes


def encode(frame: Ff68Frame) -> bytes:
    body = bytes([frame.address, frame.command]) + frame.data
    if len(body) > MAX_BODY:
        raise ValueError("too long")
    return bytes([0xFF, 0x68, len(body), len(body), 0x68]) + body + bytes([sum(body) & 0xFF, 0x16])


class Ff68Framer:
    def __init__(self) -> None:
        self._buffer = bytearray()
        self.dropped = 0

    def feed(self, data: bytes) -> list[Ff68Frame]:
        self._buffer += data
        frames: list[Ff68Frame] = []
        while True:
            start = self._buffer.find(b"\xff")
            if start < 0:
                self._buffer.clear()
                return frames
            del self._buffer[:start]
            length = self._frame_length()
            if length == 0:
                return frames
            frame = self._parse(length) if length > 0 else None
            if frame is None:
                self.dropped += 1
                del self._buffer[0]  # not a frame: look for the next FF inside it
            else:
                frames.append(frame)
                del self._buffer[:length]

    def _frame_length(self) -> int:
        """Bytes of the frame at the start; 0: more must come; -1: no frame starts here."""
        head = bytes(self._buffer[:5])
        for at, want in ((1, 0x68), (4, 0x68)):
            if len(head) > at and head[at] != want:
                return -1
        if len(head) > 2 and not 2 <= head[2] <= MAX_BODY or len(head) > 3 and head[2] != head[3]:
            return -1
        if len(head) < 5:
            return 0
        length = head[2] + 7
        return length if len(self._buffer) >= length else 0

    def _parse(self, length: int) -> Ff68Frame | None:
        raw = bytes(self._buffer[:length])
        body = raw[5:-2]
        if raw[-1] != 0x16 or sum(body) & 0xFF != raw[-2]:
            return None
        return Ff68Frame(body[0], body[1], body[2:])
