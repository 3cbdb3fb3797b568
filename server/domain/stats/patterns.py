"""Runs of ratings that people do not make. A finding is a question for the auditor with its evidence, not a verdict;
nothing is hidden, changed or left out of any figure because of one."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

BURSTS = ((4, timedelta(seconds=60)), (8, timedelta(minutes=4)), (15, timedelta(minutes=10)))
"""A service takes minutes: four presses at one counter within a minute are not four citizens. Nor are eight within four
minutes, fifteen within ten: who keeps just under one limit comes over the next."""

LATE_COUNT, LATE_SHARE, LATE = 10, 0.8, timedelta(minutes=30)
"""At least ten ratings, four in five of them in an officer's last half-hour, where the sessions were not."""

SOON_COUNT, SOON = 5, timedelta(seconds=1)
"""A hand needs more than a second from the officer's last key to the face on the panel."""


@dataclass(frozen=True, slots=True)
class Press:
    """One rating beside its session. `channel`: where it was pressed; `staff` is an officer's own sign-in."""

    session: str
    number: str
    counter: int
    officer: str | None
    level: str
    channel: str
    ended_at: datetime
    pressed_at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """`rule` is stable; `values` are what was counted; `presses` the evidence, in order."""

    rule: str
    officer: str | None
    counter: int | None
    presses: tuple[Press, ...]
    values: dict[str, int]


def check(presses: Iterable[Press], sessions: Iterable[tuple[str | None, datetime]]) -> list[Finding]:
    """Findings of one office and day. `sessions`: (officer, end) of every session of the day, rated or not."""
    ordered = sorted(presses, key=lambda p: (p.pressed_at, p.session))
    at_desk = [p for p in ordered if p.channel != "phone"]
    ends: defaultdict[str | None, list[datetime]] = defaultdict(list)
    for officer, end in sessions:
        ends[officer].append(end)
    return [
        *(f for group in _by(at_desk, lambda p: p.counter) for f in bursts(group)),
        *(f for group in _by(at_desk, lambda p: p.officer) for f in late_runs(group, ends[group[0].officer])),
        *(f for group in _by(at_desk, lambda p: p.officer) for f in too_soon(group)),
        *(f for group in _by(ordered, lambda p: p.officer) for f in own_hand(group)),
    ]


def bursts(presses: Sequence[Press]) -> Iterator[Finding]:
    """More presses at one counter than services fit in; runs that touch are one finding."""
    start, end = 0, -1
    for index in range(len(presses)):
        last = _last_of_run(presses, index)
        if last <= end:
            continue
        if index > end:
            if end > start:
                yield _burst(presses[start : end + 1])
            start = index
        end = last
    if end > start:
        yield _burst(presses[start : end + 1])


def _last_of_run(presses: Sequence[Press], first: int) -> int:
    """Where the longest run ends that begins here; before `first` where none does."""
    ends = [-1]
    for count, span in BURSTS:
        until = bisect_right(presses, presses[first].pressed_at + span, lo=first, key=lambda p: p.pressed_at)
        ends += [until - 1] if until - first >= count else []
    return max(ends)


def _burst(run: Sequence[Press]) -> Finding:
    seconds = round((run[-1].pressed_at - run[0].pressed_at).total_seconds())
    officers = {p.officer for p in run}
    officer = run[0].officer if len(officers) == 1 else None
    return Finding("burst", officer, run[0].counter, tuple(run), {"count": len(run), "seconds": seconds})


def late_runs(presses: Sequence[Press], ends: Sequence[datetime]) -> Iterator[Finding]:
    """Nearly all ratings of an officer's day in its last half-hour, though the sessions were spread."""
    if len(presses) < LATE_COUNT or not ends:
        return
    after = max(ends) - LATE
    late = [p for p in presses if p.pressed_at > after]
    sessions = sum(end > after for end in ends)
    if len(late) >= LATE_SHARE * len(presses) and sessions < LATE_SHARE * len(ends):
        values = {"count": len(late), "of": len(presses), "sessions": sessions, "of_sessions": len(ends)}
        yield Finding("end_of_day", presses[0].officer, None, tuple(late), values)


def too_soon(presses: Sequence[Press]) -> Iterator[Finding]:
    """Presses that came quicker than a hand after the officer ended the session, again and again."""
    quick = [p for p in presses if p.pressed_at - p.ended_at < SOON]
    if len(quick) >= SOON_COUNT:
        yield Finding("too_soon", quick[0].officer, None, tuple(quick), {"count": len(quick), "of": len(presses)})


def own_hand(presses: Sequence[Press]) -> Iterator[Finding]:
    """Pressed from a sign-in of staff: never a citizen's hand, one is enough."""
    own = [p for p in presses if p.channel == "staff"]
    if own:
        yield Finding("own_hand", own[0].officer, None, tuple(own), {"count": len(own), "of": len(presses)})


def _by(presses: Iterable[Press], key: Callable[[Press], Hashable]) -> Iterator[list[Press]]:
    groups: defaultdict[Hashable, list[Press]] = defaultdict(list)
    for press in presses:
        groups[key(press)].append(press)
    yield from groups.values()
