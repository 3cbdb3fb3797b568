"""A ticket as it will come out of the printer, as a picture: the same words, the same layout, the same dots."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from . import fonts
from .content import TicketContent
from .layout import lay_out
from .render import narrow_sheet, render, wide_sheet

DOTS = {80: 576, 58: 384}
"""Dots across the paper by its width in millimetres."""


def picture(content: Mapping[str, Any], paper_mm: int = 80) -> bytes:
    """A PNG of the ticket that a printer with `paper_mm` paper makes of this job's content."""
    sheet = narrow_sheet() if paper_mm == 58 else wide_sheet()
    layout = lay_out(TicketContent.from_job(content), DOTS[paper_mm], sheet, fonts.measure)
    out = io.BytesIO()
    render(layout).save(out, "PNG")
    return out.getvalue()
