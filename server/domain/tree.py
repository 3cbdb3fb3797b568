"""Which office stands under which, day by day. What an office did on a day belongs to whoever it stood under that day.

An office stands under its first parent until its first move, and under each move's parent until the next. So there are
no gaps and no overlaps to look after, and a move that is planned needs nobody to carry it out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days, both included."""

    first: date
    last: date

    def common(self, other: Period) -> Period | None:
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Period(first, last) if first <= last else None


ALWAYS = Period(date.min, date.max)


@dataclass(frozen=True, slots=True)
class Move:
    """From `since` on, an office stands under `parent` (None: under nobody)."""

    office: str
    since: date
    parent: str | None


@dataclass(frozen=True, slots=True)
class Stay:
    """How long an office stands under one other."""

    parent: str | None
    span: Period


class Tree:
    """All offices of an organisation by their ids, with where each stands and when."""

    def __init__(self, first_parents: Mapping[str, str | None], moves: Iterable[Move] = ()) -> None:
        self._first = dict(first_parents)
        self._moves: defaultdict[str, dict[date, str | None]] = defaultdict(dict)
        for move in moves:
            self._moves[move.office][move.since] = move.parent
        self._below: defaultdict[str, list[tuple[str, Period]]] = defaultdict(list)
        for office in self._first:
            for stay in self.stays(office):
                if stay.parent is not None:
                    self._below[stay.parent].append((office, stay.span))

    def stays(self, office: str) -> list[Stay]:
        """Where an office stands, from its beginning on."""
        return _stays(self._first[office], self._moves.get(office, {}))

    def parent(self, office: str, day: date) -> str | None:
        return next(stay.parent for stay in self.stays(office) if stay.span.first <= day <= stay.span.last)

    def below(self, root: str, period: Period) -> dict[str, list[Period]]:
        """The root and every office below it, each with its days there, as far as they lie in the period."""
        found: defaultdict[str, list[Period]] = defaultdict(list)
        waiting = [(root, period)]
        seen = set(waiting)
        for office, span in waiting:
            found[office].append(span)
            for child, stay in self._below.get(office, ()):
                common = span.common(stay)
                if common is not None and (child, common) not in seen:
                    seen.add((child, common))
                    waiting.append((child, common))
        return {office: _joined(spans) for office, spans in found.items()}

    def moved(self, office: str, parent: str | None, since: date | None, *, for_good: bool = False) -> Timeline:
        """An office's timeline with one more move: from its beginning (None), or from a day until its next move.

        for_good: whatever was planned after that day falls."""
        first, moves = self._first[office], dict(self._moves.get(office, {}))
        if since is None:
            first = parent
        else:
            moves[since] = parent
        if for_good:
            moves = {day: to for day, to in moves.items() if since is None or day <= since}
        return _plain(first, moves)

    def makes_circle(self, office: str, timeline: Timeline) -> bool:
        """Whether an office would on any day stand under itself."""
        return any(
            stay.parent == office or (stay.parent is not None and stay.parent in self.below(office, stay.span))
            for stay in _stays(timeline.first, timeline.moves)
        )


@dataclass(frozen=True, slots=True)
class Timeline:
    """An office's first parent, and its moves by their days."""

    first: str | None
    moves: Mapping[date, str | None]


def _stays(first: str | None, moves: Mapping[date, str | None]) -> list[Stay]:
    days = sorted(moves)
    begins = [date.min, *days]
    ends = [*(day - ONE_DAY for day in days), date.max]
    parents = [first, *(moves[day] for day in days)]
    return [Stay(to, Period(begin, end)) for to, begin, end in zip(parents, begins, ends, strict=True)]


def _plain(first: str | None, moves: Mapping[date, str | None]) -> Timeline:
    """Without moves to where an office stands anyway."""
    kept: dict[date, str | None] = {}
    at = first
    for day in sorted(moves):
        if moves[day] != at:
            at = kept[day] = moves[day]
    return Timeline(first, kept)


def _joined(spans: Iterable[Period]) -> list[Period]:
    """Spans in order; those that touch are one: a move within the tree leaves a month whole."""
    joined: list[Period] = []
    for span in sorted(spans):
        if joined and joined[-1].last != date.max and span.first <= joined[-1].last + ONE_DAY:
            joined[-1] = Period(joined[-1].first, max(joined[-1].last, span.last))
        else:
            joined.append(span)
    return joined
