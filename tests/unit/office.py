"""A small office to tell stories about: Hộ tịch (A) and Chứng thực (B), three counters, a clock that we turn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from server.domain import calling, desks, line
from server.domain.hall import Hall
from server.domain.happenings import TicketHappening
from server.domain.line import Request
from server.domain.office import Counter, OfficeConfig, Officer, QueuePolicy, Service
from server.domain.ticket import Ticket
from server.domain.words import Priority

MORNING = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
"""08:00 in Hà Nội."""

LINES: Mapping[int, tuple[str, ...]] = {1: ("A", "B"), 2: ("B", "A"), 3: ("C",)}


def config(policy: QueuePolicy | None = None, **changes: Any) -> OfficeConfig:
    names = {"A": "Hộ tịch", "B": "Chứng thực", "C": "Đất đai"}
    values: dict[str, Any] = {
        "id": "o1",
        "code": "khuong-dinh",
        "names": {"vi": "Phường Khương Đình"},
        "timezone": "Asia/Ho_Chi_Minh",
        "config_version": 1,
        "services": {code: Service(code, {"vi": name}, prefix=code) for code, name in names.items()},
        "counters": {n: Counter(n, {"vi": f"Quầy {n}"}, services) for n, services in LINES.items()},
        "officers": {
            "ngoc": Officer("ngoc", "Ngọc"),
            "khanh": Officer("khanh", "Khánh"),
            "thao": Officer("thao", "Thảo"),
        },
        "policy": policy or QueuePolicy(),
    }
    return OfficeConfig(**values | changes)


class Story:
    """A hall, the numbers its series have given, and the time of day."""

    def __init__(self, policy: QueuePolicy | None = None, **changes: Any) -> None:
        self.hall = Hall(config(policy, **changes), date(2026, 11, 20), 0)
        self.now = MORNING
        self._last: dict[str, int] = {}

    def later(self, minutes: float = 1) -> None:
        self.now += timedelta(minutes=minutes)

    def arrive(self, service: str = "A", priority: Priority | None = None) -> Ticket:
        """Somebody takes a number, a minute after the last thing that happened."""
        self.later()
        prefix = self.hall.config.services[service].prefix
        self._last[prefix] = self._last.get(prefix, 0) + 1
        fact = line.issue(
            self.hall, Request(service, priority), id=f"{service}{self._last[prefix]}",
            track_token=f"t-{service}{self._last[prefix]}", seq=self._last[prefix], now=self.now,
        )  # fmt: skip
        return fact.after

    def sit(self, counter: int, officer: str = "ngoc") -> None:
        desks.open_desk(self.hall, counter, officer, self.now)

    def next(self, counter: int = 1) -> TicketHappening | None:
        self.later()
        return calling.call_next(self.hall, counter, self.now)

    def call(self, counter: int = 1) -> str | None:
        """Call the next, finish at once, and say who it was."""
        fact = self.next(counter)
        if fact is None:
            return None
        calling.finish(self.hall, fact.after.id, f"s{self.hall.version}", self.now)
        return fact.after.number

    def calls(self, times: int, counter: int = 1) -> list[str | None]:
        return [self.call(counter) for _ in range(times)]

    def miss(self, counter: int = 1) -> Ticket:
        """Call somebody three times who does not come."""
        fact = self.next(counter)
        assert fact is not None
        for _ in range(2):
            calling.recall(self.hall, fact.after.id, self.now)
        return calling.no_show(self.hall, fact.after.id, self.now).after
