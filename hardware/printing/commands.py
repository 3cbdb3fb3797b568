"""A pen that goes down the paper and writes ESC/POS through python-escpos's encoder."""

from __future__ import annotations

from typing import Any

from escpos.capabilities import CAPABILITIES
from escpos.capabilities import Profile as EncoderProfile
from escpos.constants import QR_ECLEVEL_H, QR_ECLEVEL_L, QR_ECLEVEL_M, QR_ECLEVEL_Q
from escpos.printer import Dummy
from PIL import Image, ImageOps

from .items import Code
from .profiles import Profile
from .qrcode import LEVEL

ESC, GS = b"\x1b", b"\x1d"
RESET = ESC + b"@"
AUTO_STATUS = GS + b"a\xff"
_LEVELS = {"L": QR_ECLEVEL_L, "M": QR_ECLEVEL_M, "Q": QR_ECLEVEL_Q, "H": QR_ECLEVEL_H}
_WAYS = {"GS v 0": "bitImageRaster", "GS ( L": "graphics"}
_CUTS = {"partial": GS + b"V\x01", "full": GS + b"V\x00", "none": b""}
LEAST_GAP = 6
"""White rows fewer than this are sent as picture: a head that stops and starts leaves a mark."""


def word(value: int) -> bytes:
    """Two bytes, low one first, as every length and distance is sent; negative distances in two's complement."""
    return (value & 0xFFFF).to_bytes(2, "little")


class _Paper(EncoderProfile):  # type: ignore[misc]
    """Tells the encoder how wide the paper is; without a width it warns on standard output."""

    def __init__(self, width: int) -> None:
        super().__init__()
        known: dict[str, Any] = CAPABILITIES["profiles"]["default"]
        self.profile_data = {**known, "media": {"width": {"pixels": width}}}


class Pen:
    """Knows how far down the ticket it is, so that what follows lands where the layout says."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.y = 0
        self.longest = 0
        """The longest run of bytes a printer waits for inside one command: what a flush must fill."""
        self._dummy = Dummy(profile=_Paper(profile.width))
        self._margin = 0
        self._is_centred = False
        self.raw(RESET + (AUTO_STATUS if profile.asb else b""))

    @property
    def output(self) -> bytes:
        return bytes(self._dummy.output)

    def raw(self, data: bytes) -> None:
        self._dummy._raw(data)

    def feed_to(self, y: int) -> None:
        """Prints the line in hand and moves the paper until row `y` of the ticket is under the head."""
        while self.y < y:
            step = min(255, y - self.y)
            self.raw(ESC + b"J" + bytes([step]))
            self.y += step

    def picture(self, image: Image.Image, top: int) -> None:
        """A 1-bit picture as bands: white rows are fed, the white at the sides of a band is not sent."""
        for first, end in bands(image):
            self.feed_to(top + first)
            self._band(image.crop((0, first, image.width, end)))
            self.y += end - first
        self._left_margin(0)
        self._centred(False)

    def _band(self, band: Image.Image) -> None:
        left, right = _ink(band)
        left, right = left // 8 * 8, min(band.width, -(-right // 8) * 8)
        middle = min(left, band.width - right)
        if self.profile.crop_left:
            self._left_margin(left)
        elif band.width - 2 * middle < 0.9 * right:
            left, right = middle, band.width - middle
            self._centred(True)
        else:
            left = 0
            self._centred(False)
        rows = self.profile.slice_rows
        band = band.crop((left, 0, right, band.height))
        self._dummy.image(band, impl=_WAYS[self.profile.raster], fragment_height=rows)
        self.longest = max(self.longest, (band.width + 7) // 8 * min(rows, band.height))

    def _left_margin(self, dots: int) -> None:
        if dots != self._margin:
            self.raw(GS + b"L" + word(dots))
            self._margin = dots

    def _centred(self, wanted: bool) -> None:
        """Every printer knows how to centre; so a centred band needs no white at either side."""
        if wanted != self._is_centred:
            self.raw(ESC + b"a" + bytes([wanted]))
            self._is_centred = wanted

    def code(self, code: Code) -> None:
        """A QR that the printer draws, in the middle of the paper."""
        self.feed_to(code.y)
        self._centred(True)
        before = len(self.output)
        self._dummy.qr(code.payload, ec=_LEVELS[LEVEL], size=code.module, native=True)
        self.longest = max(self.longest, len(self.output) - before)
        self._centred(False)
        self.y += code.side

    def cut(self) -> None:
        """Brings the last line past the knife, and cuts where there is one."""
        self.feed_to(self.y + self.profile.feed_before_cut)
        self.raw(cut_command(self.profile))


def cut_command(profile: Profile) -> bytes:
    return _CUTS[profile.cut]


def bands(image: Image.Image) -> list[tuple[int, int]]:
    """Runs of rows (first, end) with ink in them; runs that nearly touch are one."""
    stride = (image.width + 7) // 8
    data = ImageOps.invert(image.convert("L")).convert("1", dither=Image.Dither.NONE).tobytes()
    blank = bytes(stride)
    inked = [y for y in range(image.height) if data[y * stride : (y + 1) * stride] != blank]
    found: list[tuple[int, int]] = []
    for y in inked:
        if found and y - found[-1][1] < LEAST_GAP:
            found[-1] = (found[-1][0], y + 1)
        else:
            found.append((y, y + 1))
    return found


def _ink(image: Image.Image) -> tuple[int, int]:
    box = ImageOps.invert(image.convert("L")).getbbox() or (0, 0, 8, 0)
    return box[0], box[2]
