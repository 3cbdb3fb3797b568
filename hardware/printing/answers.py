"""Sorts what a printer sends back. Four kinds of answer share one line, unasked and in any order, with noise between.

Epson gives each kind fixed bits: real-time status 0xx1xx10, automatic status 0xx1xx00 and then three of 0xx0xxxx,
`GS r` 0xx0xxxx, `GS ( H` the seven bytes 37 22 … 00.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from .interface import PrinterStatus

PROOF_HEAD, PROOF_SIZE = b"\x37\x22", 7


@dataclass(frozen=True)
class RealTime:
    """One answer to `DLE EOT n`; it does not say to which n."""

    bits: int


@dataclass(frozen=True)
class Automatic:
    """The four bytes of automatic status."""

    data: bytes


@dataclass(frozen=True)
class Sensor:
    """The answer to `GS r 1`, sent in its turn after what was printed before it."""

    bits: int


@dataclass(frozen=True)
class Finished:
    """The answer to `GS ( H` 48: everything before it is on paper."""

    token: bytes


Answer = RealTime | Automatic | Sensor | Finished


class Sorter:
    """Keeps what is incomplete until the rest comes; drops what cannot be an answer, byte by byte."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> list[Answer]:
        self._held += data
        found: list[Answer] = []
        while self._held:
            answer, size = _first(self._held)
            if size == 0:
                break
            self._held = self._held[size:]
            if answer is not None:
                found.append(answer)
        return found


def _first(held: bytes) -> tuple[Answer | None, int]:
    """The answer at the start and its size; (None, 1) for noise, (None, 0) while it may still become one."""
    head = held[0]
    if PROOF_HEAD.startswith(held[:2]):
        if len(held) < PROOF_SIZE:
            return None, 0
        return (Finished(held[2:6]), PROOF_SIZE) if held[6] == 0 else (None, 1)
    if head & 0x93 == 0x12:
        return RealTime(head), 1
    if head & 0x93 == 0x10:
        if any(byte & 0x90 for byte in held[1:4]):
            return None, 1
        return (Automatic(held[:4]), 4) if len(held) >= 4 else (None, 0)
    return (Sensor(head), 1) if head & 0x90 == 0 and head & 0x0F in (0x00, 0x03, 0x0C, 0x0F) else (None, 1)


def from_automatic(data: bytes) -> PrinterStatus:
    """What the four bytes of `GS a` say."""
    first, second, third = data[0], data[1], data[2]
    return PrinterStatus(
        online=not first & 0x08,
        paper="out" if third & 0x0C else "near_end" if third & 0x03 else "ok",
        cover="open" if first & 0x20 else "closed",
        cutter="error" if second & 0x08 else "ok",
        message="error that needs the power switch" if second & 0x20 else "",
    )


def from_realtime(answers: dict[int, int], before: PrinterStatus) -> PrinterStatus:
    """What the answers to `DLE EOT n` say together; what was not answered stays as it was."""
    status = replace(before, online=not answers.get(1, 0) & 0x08, message="")
    if 2 in answers:
        status = replace(status, cover="open" if answers[2] & 0x04 else "closed")
    if 3 in answers:
        status = replace(status, cutter="error" if answers[3] & 0x08 else "ok")
    if 4 in answers:
        bits = answers[4]
        status = replace(status, paper="out" if bits & 0x60 else "near_end" if bits & 0x0C else "ok")
    return status
