"""Counts that add up. A tally is a flat mapping of names to whole numbers, so that any two can be added in any order:
a month is the sum of its days, a city the sum of its offices, and no figure depends on who added first.

Names: `issued called served no_show cancelled expired in_hall left_uncalled transferred` count tickets;
`sessions answered` services and those of them that were rated; `wait_ms service_ms` are sums, `wait_ms_max
service_ms_max` the longest, `wait_within service_within` how many kept the target, `wait_times service_times` their
distributions; `open_ms paused_ms busy_ms` counters; `told told_within told_sooner
told_later` what citizens were told of their wait; `rating.<scale>.<level>`, `reason.<code>` and
`criterion.<name>.<scale>.<level>` what they pressed.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence

Tally = dict[str, int]

MAXIMA = frozenset({"wait_ms_max", "service_ms_max"})
"""Names whose sum is the larger one."""

TIMES = frozenset({"wait_times", "service_times"})
"""Distributions. One is a single number too: 32 bits for the count of each bucket of seconds, one beside the other, so
that adding two distributions is adding two numbers, which takes a microsecond where a table would take a hundred."""

BITS, LANE = 9, 32
EXACT, STEP = 1 << BITS, 1 << (BITS - 1)
LONGEST = (1 << 15) - 1
"""Seconds below 512 are exact, longer times within 1/512 (0.2 %); beyond nine hours only the longest is kept."""


def add(into: Tally, more: Mapping[str, int]) -> Tally:
    """Add `more` to `into`, and give `into` back."""
    for name, count in more.items():
        held = into.get(name, 0)
        into[name] = max(held, count) if name in MAXIMA else held + count
    return into


def total(tallies: Iterable[Mapping[str, int]]) -> Tally:
    """The sum of many."""
    result: Tally = {}
    for tally in tallies:
        add(result, tally)
    return result


def bucket(seconds: int) -> int:
    """The place of the bucket that holds a time; the width of a bucket is a power of two."""
    held = min(seconds, LONGEST)
    shift = max(held.bit_length() - BITS, 0)
    return held if shift == 0 else EXACT + (shift - 1) * STEP + (held >> shift) - STEP


def middle(place: int) -> int:
    """The second that stands for a bucket: never further than 1/512 from any time in it."""
    if place < EXACT:
        return place
    shift, within = divmod(place - EXACT, STEP)
    return ((within + STEP) << (shift + 1)) + (1 << shift) - 1


def counts(times: int) -> list[tuple[int, int]]:
    """A distribution as (place of the bucket, count), shortest first, without empty ones."""
    lanes = array("I", times.to_bytes((times.bit_length() + LANE - 1) // LANE * LANE // 8, sys.byteorder))
    if sys.byteorder == "big":
        lanes.reverse()
    return [(place, count) for place, count in enumerate(lanes) if count]


def times_of(pairs: Iterable[tuple[int, int]]) -> int:
    """The distribution with these counts, each place at most once."""
    found = dict(pairs)
    lanes = array("I", bytes((max(found, default=0) + 1) * LANE // 8))
    for place, count in found.items():
        lanes[place] = count
    if sys.byteorder == "big":
        lanes.reverse()
    return int.from_bytes(lanes.tobytes(), sys.byteorder)


def put_time(tally: Tally, name: str, milliseconds: int) -> None:
    """Take one duration into sum, maximum and distribution."""
    spent = max(milliseconds, 0)
    tally[f"{name}_ms"] = tally.get(f"{name}_ms", 0) + spent
    tally[f"{name}_ms_max"] = max(tally.get(f"{name}_ms_max", 0), spent)
    tally[f"{name}_times"] = tally.get(f"{name}_times", 0) + (1 << (LANE * bucket(spent // 1000)))


def parts(tally: Mapping[str, int], name: str) -> Iterator[tuple[str, int]]:
    """What is counted under `name.`: (rest of the name, count)."""
    start = f"{name}."
    return ((key[len(start) :], count) for key, count in tally.items() if key.startswith(start))


def percentile(buckets: Sequence[tuple[int, int]], share: float) -> int | None:
    """Nearest rank: the shortest time that at least `share` of all did not exceed; None of nothing."""
    count = sum(n for _, n in buckets)
    rank = max(1, -(-count * round(share * 1000) // 1000))
    seen = 0
    for place, n in buckets:
        seen += n
        if seen >= rank:
            return middle(place)
    return None
