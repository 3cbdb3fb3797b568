"""Where the letters of a printed report lie, and whether they do."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from server.domain.errors import N_, Unavailable


class FontsMissing(Unavailable):
    code, text = "fonts_missing", N_("Máy chủ thiếu phông chữ để in báo cáo. Hãy chạy “make assets”.")


FONTS = Path(__file__).parents[2] / "web" / "static" / "vendor" / "fonts"
FACES = {"": "BeVietnamPro_400Regular.ttf", "B": "BeVietnamPro_600SemiBold.ttf"}


@cache
def available() -> bool:
    """Whether the fonts are there; without them a page does not offer the paper."""
    return all((FONTS / file).exists() for file in FACES.values())
