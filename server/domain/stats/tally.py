"""Counts that add up. A tally is a flat mapping of names to whole numbers, so that any two can be added in any order:
a month is the sum of its days, a city the sum of its offices, and no figure depends on who added first.

Names: `issued called served no_show cancelled expired in_hall left_uncalled transferred` count tickets;
`sessions answered` services and those of them that were rated; `wait_ms service_ms` are sums, `wait_ms_max
service_ms_max` the longest, `wait_within service_within` how many kept the target, `wait.<s> service.<s>`
distributions by bucket of seconds; `open_ms paused_ms busy_ms` counters; `told told_within told_sooner
told_later` what citizens were told of their wait; `rating.<scale>.<level>` and `reason.<code>` what they pressed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

Tally = dict[str, int]

MAXIMA = frozenset({"wait_ms_max", "service_ms_max"})
"""Names whose sum is the larger one."""

BITS = 9
"""Leading bits that a bucket keeps: seconds below 512 are exact, longer times within 1/512 (0.2 %)."""


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
    """The first second of the bucket that holds a time; its width is a power of two."""
    shift = max(seconds.bit_length() - BITS, 0)
    return seconds >> shift << shift


def middle(first: int) -> int:
    """The second that stands for a bucket: never further than 1/512 from any time in it."""
    width = 1 << max(first.bit_length() - BITS, 0)
    return first + (width - 1) // 2


def put_time(tally: Tally, name: str, milliseconds: int) -> None:
    """Take one duration into sum, maximum and distribution."""
    spent = max(milliseconds, 0)
    tally[f"{name}_ms"] = tally.get(f"{name}_ms", 0) + spent
    tally[f"{name}_ms_max"] = max(tally.get(f"{name}_ms_max", 0), spent)
    held = f"{name}.{bucket(spent // 1000)}"
    tally[held] = tally.get(held, 0) + 1


def parts(tally: Mapping[str, int], name: str) -> Iterator[tuple[str, int]]:
    """What is counted under `name.`: (rest of the name, count)."""
    start = f"{name}."
    return ((key[len(start) :], count) for key, count in tally.items() if key.startswith(start))


def percentile(buckets: Iterable[tuple[int, int]], share: float) -> int | None:
    """Nearest rank: the shortest time that at least `share` of all did not exceed; None of nothing."""
    ordered = sorted(buckets)
    count = sum(n for _, n in ordered)
    rank = max(1, -(-count * round(share * 1000) // 1000))
    seen = 0
    for first, n in ordered:
        seen += n
        if n and seen >= rank:
            return middle(first)
    return None
