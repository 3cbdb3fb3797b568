"""A ticket's paper: how long it takes to draw and encode, and how many bytes go to the printer."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from bench.results import Measure


def measure(quick: bool) -> Iterator[Measure]:
    if find_spec("hardware.printing") is None:
        print("ticket_render_ms, ticket_bytes: skipped, hardware.printing is not here")
        return
    yield from _measure(5 if quick else 30)


def _measure(n: int) -> Iterator[Measure]:
    raise NotImplementedError
