"""Ways to look at a block: as a whole, along one dimension, or in all of them at once.

A report reads the narrowest slice that answers it, so that a year of a whole city reads one small row an office.
"""

from __future__ import annotations

from collections.abc import Iterable

from server.domain.stats.facts import DIMENSIONS, Cell, Cells
from server.domain.stats.tally import add

WHOLE, ALL = "whole", "all"
SLICES = (WHOLE, *DIMENSIONS, ALL)


def slice_for(dimensions: Iterable[str]) -> str:
    """The narrowest slice in which these dimensions can be told apart."""
    wanted = set(dimensions)
    if not wanted:
        return WHOLE
    return next(iter(wanted)) if len(wanted) == 1 else ALL


def cut(cells: Cells, name: str) -> Cells:
    """The same figures with every dimension but the slice's own left open."""
    if name == ALL:
        return cells
    result: Cells = {}
    for cell, tally in cells.items():
        key = Cell() if name == WHOLE else Cell(**{name: getattr(cell, name)})
        add(result.setdefault(key, {}), tally)
    return result


def merge(parts: Iterable[Cells]) -> Cells:
    """The sum of blocks, cell by cell."""
    result: Cells = {}
    for cells in parts:
        for cell, tally in cells.items():
            add(result.setdefault(cell, {}), tally)
    return result
