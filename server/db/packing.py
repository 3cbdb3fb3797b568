"""Cells as a few bytes and back: a heading in JSON, then the distributions as they stand in memory, all of it packed.

A city's year is thousands of these, so reading one makes as few objects as can be.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any

from server.domain.stats.facts import Cell, Cells
from server.domain.stats.tally import LANE, TIMES, Tally, counts

HEAD = 4
THIN = 8
"""Up to so many different times stand as pairs in the heading: a lane for every second would be nearly all zeros."""


def dump(rows: Mapping[Any, Tally]) -> bytes:
    """Tallies by cell, or by any other key of names and numbers."""
    lines, lanes = [], bytearray()
    for cell, tally in rows.items():
        plain = {name: count for name, count in tally.items() if name not in TIMES}
        line: list[object] = [*cell, plain]
        for name in TIMES & tally.keys():
            pairs = counts(tally[name])
            if len(pairs) <= THIN:
                line += [name, [number for pair in pairs for number in pair]]
            else:
                raw = tally[name].to_bytes((tally[name].bit_length() + 7) // 8, "little")
                line += [name, len(raw)]
                lanes += raw
        lines.append(line)
    head = json.dumps(lines, separators=(",", ":"), ensure_ascii=False).encode()
    return zlib.compress(len(head).to_bytes(HEAD, "little") + head + lanes, 6)


def load(data: bytes) -> Cells:
    return {Cell._make(key): tally for key, tally in load_rows(data, len(Cell._fields)).items()}


def load_rows(data: bytes, width: int) -> dict[tuple[Any, ...], Tally]:
    """Tallies by their keys, each of that many parts."""
    raw = memoryview(zlib.decompress(data))
    place = HEAD + int.from_bytes(raw[:HEAD], "little")
    found: dict[tuple[Any, ...], Tally] = {}
    for line in json.loads(bytes(raw[HEAD:place])):
        tally = line[width]
        for name, kept in zip(line[width + 1 :: 2], line[width + 2 :: 2], strict=True):
            if isinstance(kept, int):
                tally[name] = int.from_bytes(raw[place : place + kept], "little")
                place += kept
            else:
                tally[name] = sum(count << (LANE * at) for at, count in zip(kept[::2], kept[1::2], strict=True))
        found[tuple(line[:width])] = tally
    return found
