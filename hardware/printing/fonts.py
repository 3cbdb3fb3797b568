"""The paper's fonts: where they are, how wide a text is in them, and whether they hold every letter of it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

from .interface import PrintingError
from .items import Style

FOLDER = Path(__file__).resolve().parent.parent / "fonts"
FILES = {
    "words": "BeVietnamPro_400Regular.ttf",
    "bold": "BeVietnamPro_700Bold.ttf",
    "figures": "Inter_700Bold.ttf",
}
_NO_SUCH_LETTER = "\U0010fffe"


class FontError(PrintingError):
    """A font file that is not there; `make assets` fetches them."""

    code = "font_missing"


@lru_cache(maxsize=64)
def font(face: str, size: float) -> ImageFont.FreeTypeFont:
    """One opened font; the basic layout engine, so that a ticket is the same on every machine."""
    path = FOLDER / FILES[face]
    if not path.is_file():
        raise FontError(f"{path.name} is missing in {path.parent}: run `make assets`")
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4096)
def measure(text: str, style: Style) -> int:
    """Width in dots, rounded up."""
    return -int(-font(style.face, style.size).getlength(text) // 1)


def missing(text: str, face: str) -> str:
    """The letters of `text` that this font would draw as its "no such letter" box."""
    opened = font(face, 40)
    box = _shape(opened, _NO_SUCH_LETTER)
    return "".join(char for char in dict.fromkeys(text) if not char.isspace() and _shape(opened, char) == box)


def _shape(opened: ImageFont.FreeTypeFont, char: str) -> tuple[tuple[int, int], bytes]:
    mask = opened.getmask(char, mode="1")
    return mask.size, bytes(mask)
