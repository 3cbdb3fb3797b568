"""Our open line protocol: ``$AA,SS,CMD[,args]*CRC16`` and CR LF. Specified in docs/device-protocol.md."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass

MAX_LINE = 120
"""Bytes from ``$`` to LF: small enough for the receive buffer of the smallest controller."""

BROADCAST = 0xFF

_BODY = re.compile(rb"([0-9A-F]{2}),([0-9A-F]{2}),([A-Z][A-Z0-9]{0,7})((?:,[ -#%-)+\x2d-~]*)*)")
_LINE = re.compile(rb"\$([^$*\r\n]*)\*([0-9A-F]{4})\r\n")
_PLAIN = frozenset(range(0x20, 0x7F)) - frozenset(b"$*,%")
_ESCAPE = re.compile(rb"%([0-9A-F]{2})")


class BadFrame(ValueError):
    """A line that is not a whole, unaltered frame."""


@dataclass(frozen=True)
class Frame:
    """One message. The address is always the device's, in both directions."""

    address: int
    sequence: int
    command: str
    args: tuple[str, ...] = ()


def crc16(data: bytes) -> int:
    """CRC-16/CCITT-FALSE: polynomial 1021, start FFFF; "123456789" gives 29B1."""
    return binascii.crc_hqx(data, 0xFFFF)


def encode(frame: Frame) -> bytes:
    body = b",".join(
        [
            b"%02X" % frame.address,
            b"%02X" % frame.sequence,
            frame.command.encode("ascii"),
            *(_escape(arg) for arg in frame.args),
        ]
    )
    if not _BODY.fullmatch(body):
        raise ValueError(f"not a frame: {frame!r}")
    line = b"$%s*%04X\r\n" % (body, crc16(body))
    if len(line) > MAX_LINE:
        raise ValueError(f"{len(line)} bytes, at most {MAX_LINE} fit a line")
    return line


def decode(line: bytes) -> Frame:
    """The frame in a line, or BadFrame. Strict on purpose: what is lenient takes altered messages."""
    whole = _LINE.fullmatch(line)
    if whole is None or len(line) > MAX_LINE:
        raise BadFrame("shape")
    body, check = whole.groups()
    if crc16(body) != int(check, 16):
        raise BadFrame("checksum")
    parts = _BODY.fullmatch(body)
    if parts is None:
        raise BadFrame("body")
    address, sequence, command, args = parts.groups()
    return Frame(
        int(address, 16),
        int(sequence, 16),
        command.decode("ascii"),
        tuple(_unescape(arg) for arg in args.split(b",")[1:]),
    )


def _escape(text: str) -> bytes:
    return b"".join(bytes([byte]) if byte in _PLAIN else b"%%%02X" % byte for byte in text.encode("utf-8"))


def _unescape(data: bytes) -> str:
    raw = _ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), data)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadFrame("text") from error


class Framer:
    """Cuts a stream of bytes, in any pieces and with any noise, into frames; counts what it had to drop."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.dropped = 0

    def feed(self, data: bytes) -> list[Frame]:
        frames: list[Frame] = []
        for byte in data:
            if byte == 0x24:  # a new "$" always starts afresh: the line before it lost its end
                self.dropped += bool(self._buffer)
                self._buffer[:] = b"$"
            elif self._buffer:
                self._buffer.append(byte)
                if byte == 0x0A:
                    self._finish(frames)
                elif len(self._buffer) >= MAX_LINE:
                    self._buffer.clear()
                    self.dropped += 1
        return frames

    def _finish(self, frames: list[Frame]) -> None:
        line = bytes(self._buffer)
        self._buffer.clear()
        try:
            frames.append(decode(line))
        except BadFrame:
            self.dropped += 1
