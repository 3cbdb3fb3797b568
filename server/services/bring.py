"""What to bring, as a ticket says it. A slow printer's line and 100 mm of paper hold a few names; the phone has all."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from server.domain.errors import N_ as _
from server.domain.office import Names, named
from server.services.texts import text

ROOM = 90
"""Characters of the names together. Measured: with every other part on it and a priority, a ticket on a serial line
stays under 4,000 bytes."""


def on_paper(papers: Sequence[Names], language: str) -> str | None:
    """Whole names while there is room, the first one always; then how many more there are."""
    names = [named(paper, language) for paper in papers]
    if not names:
        return None
    ends = accumulate(len(name) + 2 for name in names)
    kept = names[: max(1, sum(1 for end in ends if end - 2 <= ROOM))]
    more = len(names) - len(kept)
    rest = [text(language, _("và %(n)s giấy tờ khác"), {"n": more})] if more else []
    return text(language, _("Chuẩn bị: %(papers)s"), {"papers": "; ".join(kept + rest)})
