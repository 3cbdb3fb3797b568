"""Which calls a hall loudspeaker says, and in what order: pure, from the server's events. A browser's board does the
same (`display/static/announcer.js`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

MOST_OVERTAKEN = 3
"""First calls are said before repeated ones, but only so many of them."""
FRESH_S = 15.0
"""After a lost connection, a call older than this is on the boards and is not said any more."""
GONE = frozenset({"serving", "completed", "no_show", "held", "transferred", "cancelled", "requeued", "expired"})


@dataclass(frozen=True)
class Call:
    ticket_id: str
    count: int
    number: str
    counter: int
    language: str
    called_at: str

    @property
    def recall(self) -> bool:
        return self.count > 1

    @property
    def key(self) -> tuple[str, int]:
        return self.ticket_id, self.count


@dataclass(frozen=True)
class Waiting:
    """Calls that wait to be said, each with the moment (a monotonic clock's) at which it came."""

    calls: tuple[tuple[Call, float], ...] = ()

    def add(self, call: Call, now: float) -> Waiting:
        """A newer call of the same ticket takes the place of one that still waits."""
        rest = [held for held in self.calls if held[0].ticket_id != call.ticket_id]
        at = len(rest)
        if not call.recall:
            while at and rest[at - 1][0].recall and self._overtaken(rest, at - 1) < MOST_OVERTAKEN:
                at -= 1
        return Waiting((*rest[:at], (call, now), *rest[at:]))

    def drop(self, ticket_id: str) -> Waiting:
        return Waiting(tuple(held for held in self.calls if held[0].ticket_id != ticket_id))

    def take(self, now: float, max_age_s: float) -> tuple[Call | None, Waiting]:
        """The next call that is young enough, and what is left."""
        young = [held for held in self.calls if now - held[1] <= max_age_s]
        return (young[0][0], Waiting(tuple(young[1:]))) if young else (None, Waiting())

    @staticmethod
    def _overtaken(calls: list[tuple[Call, float]], at: int) -> int:
        return sum(came > calls[at][1] for _call, came in calls[:at])


@dataclass(frozen=True)
class Known:
    """What a loudspeaker knows of the hall: zones by counter, and the calls that it has heard of; None before the
    first snapshot, whose calls were said before this machine was switched on."""

    zones: Mapping[int, str | None] = field(default_factory=dict)
    heard: frozenset[tuple[str, int]] | None = None

    def after_snapshot(self, snapshot: Mapping[str, Any]) -> tuple[Known, list[Call]]:
        """And the calls to be said now: unheard, and made only just before the snapshot, oldest first."""
        calls = [call_of(view) for view in snapshot.get("calls") or ()]
        zones = {int(view["number"]): view.get("zone") for view in snapshot.get("counters") or ()}
        now = Known(zones, frozenset(call.key for call in calls))
        if self.heard is None:
            return now, []
        at = str(snapshot.get("at") or "")
        fresh = [call for call in calls if call.key not in self.heard and at and age(call, at) <= FRESH_S]
        return now, sorted(fresh, key=lambda call: datetime.fromisoformat(call.called_at))

    def after_call(self, call: Call) -> Known:
        return replace(self, heard=(self.heard or frozenset()) | {call.key})

    def concerns(self, call: Call, zone: str | None, counter: int | None) -> bool:
        """Whether a loudspeaker of a zone, of a counter, or of the whole hall says this call."""
        if counter is not None:
            return call.counter == counter
        return zone is None or self.zones.get(call.counter) == zone


def call_of(view: Mapping[str, Any]) -> Call:
    return Call(
        str(view["ticket_id"]), int(view["call_count"]), str(view["number"]), int(view["counter"]),
        str(view.get("language") or ""), str(view["called_at"]),
    )  # fmt: skip


def age(call: Call, at: str) -> float:
    return (datetime.fromisoformat(at) - datetime.fromisoformat(call.called_at)).total_seconds()


def is_quiet(call: Call, windows: Iterable[Iterable[str]]) -> bool:
    """Whether the call was made in quiet hours. Its time carries the office's own offset, so its clock is in it."""
    time = call.called_at[11:16]
    return any(first <= time < last for first, last in windows)


def addresses(office: str, call: Call, voice: Mapping[str, Any]) -> list[str]:
    """Where the sounds of a call are: in every language that the office speaks, or in the ticket's own."""
    spoken = [str(language) for language in voice.get("languages") or ("vi",)]
    languages = spoken if len(spoken) > 1 else [call.language or spoken[0]]
    query = urlencode({"v": voice.get("edition", ""), **({"recall": "1"} if call.recall else {})})
    path = f"/display/{quote(office)}/speech/{quote(call.number)}/{call.counter}"
    return [f"{path}.{language}.wav?{query}" for language in languages]
