"""A QR code's modules; the same correction level for the code we draw and the one a printer draws."""

from __future__ import annotations

from functools import lru_cache

import segno

LEVEL = "M"


@lru_cache(maxsize=64)
def matrix(payload: str) -> tuple[tuple[bool, ...], ...]:
    """Rows of dark (True) and light modules, without the quiet zone."""
    code = segno.make_qr(payload, error=LEVEL, boost_error=False)
    return tuple(tuple(bool(module) for module in row) for row in code.matrix)
