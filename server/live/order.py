"""Puts what is told of an office into the order of its versions.

A process sends what it commits to its own clients at once and hears of the other processes a moment later, so a version
may be here before the one that it follows. A thousand boards that see the gap would ask a thousand times; here it is
seen once.
"""

from __future__ import annotations

from typing import Generic, TypeVar

Told = TypeVar("Told")


class Order(Generic[Told]):
    """The events of the offices that somebody watches: each version once, in order. Pure: it neither waits nor asks."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}
        self._early: dict[str, dict[int, Told]] = {}

    def begin(self, office: str, version: int) -> None:
        """A client knows the office as of this version; where others watch it already, they come first."""
        self._last.setdefault(office, version)

    def forget(self, office: str) -> None:
        """Nobody watches it any more."""
        self._last.pop(office, None)
        self._early.pop(office, None)

    def take(self, office: str, version: int, told: Told) -> list[Told]:
        """What goes out now. Nothing when this went out before, or when what it follows is still missing."""
        last = self._last.setdefault(office, version - 1)
        if version <= last:
            return []
        early = self._early.setdefault(office, {})
        early[version] = told
        ready = []
        while last + 1 in early:
            last += 1
            ready.append(early.pop(last))
        self._last[office] = last
        if not early:
            del self._early[office]
        return ready

    def missing(self, office: str) -> int | None:
        """The version behind which something is missing, while later ones wait for it."""
        return self._last[office] if office in self._early else None

    def let_go(self, office: str) -> list[Told]:
        """What waits, with the gap before it: what is missing does not come, and clients must ask."""
        early = sorted(self._early.pop(office, {}).items())
        if early:
            self._last[office] = early[-1][0]
        return [told for _, told in early]
