"""Python's collector of cycles, in small steps.

Nearly everything goes by itself when nobody holds it any more; the collector is for the rest. Left alone it waits until
far more was made than went, which in a process with ten thousand clients means 200,000 young objects looked through
at once: measured, every call within those 150 ms was late. Looked through every quarter of a second they are few.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator

PAUSE_S = 0.25
MIDDLE_EVERY = 256
"""Looks at the young between two at those that have outlived one: about a minute. What was in use at a look and is not
needed since waits for this: at a thousand requests a second about 15 MB."""
OLD_EVERY = 64 * MIDDLE_EVERY
"""And between two at everything: about an hour."""
GROWN = 500_000
"""Blocks of memory added since the last look at the middle that make it come sooner: about a thousand clients."""


def begin() -> None:
    """What is here now stays: it need not be looked through again. By itself the collector comes only when the steps
    do not."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 50, 50)


def generations(blocks: Callable[[], int] = sys.getallocatedblocks) -> Iterator[int]:
    """Which generation each look is at, youngest 0, for ever. `blocks`: how much memory is in use, in blocks."""
    n, since, then = 0, 0, blocks()
    while True:
        n, since = n + 1, since + 1
        if n % OLD_EVERY == 0:
            yield 2
        elif since >= MIDDLE_EVERY or blocks() - then > GROWN:
            yield 1
        else:
            yield 0
            continue
        since, then = 0, blocks()


def collect_forever(sleep: Callable[[float], object]) -> None:
    for generation in generations():
        sleep(PAUSE_S)
        gc.collect(generation)
