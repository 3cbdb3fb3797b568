"""Turns the counts of a published table back into single tickets, sessions and ratings over a period: bulk rows, as
months of use would have left them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from server.db import tables as t
from server.db.unit_of_work import SqlUnitOfWork

Rows = dict[sa.Table, list[dict[str, Any]]]
HOURS = ((7, 3), (8, 6), (9, 6), (10, 4), (11, 1), (13, 3), (14, 4), (15, 4), (16, 2))
"""Hour of the day, and how many of all come in it."""


def working_days(first: date, last: date) -> list[date]:
    return [d for n in range((last - first).days + 1) if (d := first + timedelta(days=n)).weekday() < 5]


class Past:
    """Somebody's past half-year. The same seed gives the same past."""

    def __init__(self, uow: SqlUnitOfWork, office: str = "demo", seed: int = 2020) -> None:
        self.uow, self.office = uow, office
        self.hall = uow.hall(office)
        self.random = random.Random(seed)
        self.zone = self.hall.config.zone
        self.services = list(self.hall.config.services)
        self.desks = {s: self.hall.config.counters_for(s)[0] for s in self.services}
        self.officers = [p for p in self.hall.config.officers.values() if p.serves]
        self.seq: dict[tuple[date, str], int] = {}
        self.version = -1

    def live(self, days: Sequence[date], served: int, levels: Mapping[str, int], *, absent: int = 0, left: int = 0,
             reason: str | None = None, scale: int = 3) -> None:  # fmt: skip
        """Write the period: `served` sessions of which `levels` were rated so, `absent` and `left` besides."""
        pressed = [level for level, count in levels.items() for _ in range(count)]
        assert len(pressed) <= served
        presses: list[str | None] = [*pressed, *[None] * (served - len(pressed))]
        self.random.shuffle(presses)
        rows: Rows = {table: [] for table in (t.ticket, t.ticket_interval, t.service_session, t.rating)}
        ends = [*(("completed", p) for p in presses), *[("no_show", None)] * absent, *[("expired", None)] * left]
        self.random.shuffle(ends)
        for state, level in ends:
            for table, row in self._one(self.random.choice(days), state, level, reason, scale):
                rows[table].append(row)
        rows[t.counter_interval] = list(self._desks(days))
        with self.uow.office_lock(self.office) as connection:
            for table, some in rows.items():
                if some:
                    connection.execute(table.insert(), some)

    def _one(
        self, day: date, state: str, level: str | None, reason: str | None, scale: int
    ) -> Iterator[tuple[sa.Table, dict[str, Any]]]:
        r, config = self.random, self.hall.config
        hour = r.choices([h for h, _ in HOURS], [n for _, n in HOURS])[0]
        service = r.choices(self.services, [6, 9, 4, 3, 2, 5][: len(self.services)])[0]
        counter = self.desks[service]
        officer = self.officers[(counter - 1) % len(self.officers)].id
        priority = r.choices([None, "elderly", "with_infant"], [17, 2, 1])[0]
        arrived = datetime(day.year, day.month, day.day, hour, r.randrange(60), r.randrange(60), tzinfo=self.zone)
        wait = timedelta(seconds=int(r.gammavariate(1.6, 420)) % 5400)
        spent = timedelta(seconds=60 + int(r.gammavariate(2.2, config.services[service].service_s / 2.4)) % 3000)
        called = arrived + wait
        seq = self.seq[day, service] = self.seq.get((day, service), 0) + 1
        ident = f"{self.office[:6]}{day:%y%m%d}{service}{seq:05d}"
        base = {"ticket_id": ident, "office_id": config.id, "day": day, "service": service}
        over = called + spent if state == "completed" else called + timedelta(minutes=3)
        if state == "expired":
            over = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=self.zone)
        low = int(wait.total_seconds() * r.uniform(0.5, 1.1)) // 60 * 60
        yield t.ticket, {
            "id": ident, "office_id": config.id, "day": day, "series": config.services[service].prefix, "seq": seq,
            "number": f"{service}{seq:03d}", "service": service, "state": state, "priority": priority,
            "language": "vi", "channel": "kiosk", "issued_at": arrived, "arrived_at": arrived, "state_since": over,
            "called_at": None if state == "expired" else called, "call_count": 1, "return_after": 0,
            "returned_version": 0, "track_token": ident, "idempotency_key": ident,
            "told": {"expected_wait_s": {"low": low, "high": low + 600}},
            "counter": counter if state == "completed" else None,
            "officer": officer if state != "expired" else None,
        }  # fmt: skip
        spans = [("waiting", arrived, over if state == "expired" else called, None, None)]
        if state != "expired":
            spans.append(("called", called, over, counter, officer))
        spans.append(
            (state, over, over, counter if state == "completed" else None, officer if state != "expired" else None)
        )
        for name, start, end, desk, person in spans:
            self.version -= 1
            # Versions below nothing: they collide with no event of a live office, and stay in order.
            yield t.ticket_interval, base | {
                "version": 10**12 - self.version, "state": name, "from_at": start, "to_at": end, "counter": desk,
                "officer": person,
                "rule": "first_come" if name == "called" else None,
                "reason": {"passed_over": []} if name == "called" else None,
            }  # fmt: skip
        if state != "completed":
            return
        session = base | {"id": f"s{ident}", "number": f"{service}{seq:03d}", "counter": counter, "officer": officer,
                          "started_at": called, "ended_at": over, "rating_until": over + timedelta(seconds=30)}  # fmt: skip  # noqa: E501
        yield t.service_session, session
        if level is None:
            return
        pressed = over + timedelta(seconds=r.randrange(2, 28))
        yield t.rating, {
            "session_id": session["id"], "office_id": config.id, "day": day, "service": service, "counter": counter,
            "officer": officer, "scale": scale, "level": level, "channel": "panel", "pressed_at": pressed,
            "reasons": [reason] if reason and level == "dissatisfied" else [], "received_at": pressed,
            "idempotency_key": ident,
        }  # fmt: skip

    def _desks(self, days: Sequence[date]) -> Iterator[dict[str, Any]]:
        for day in days:
            for counter in sorted(set(self.desks.values())):
                officer = self.officers[(counter - 1) % len(self.officers)].id
                for state, start, end in (("open", 7, 10), ("paused", 10, 11), ("open", 13, 17)):
                    at = datetime(day.year, day.month, day.day, start, 15, tzinfo=self.zone)
                    until = at.replace(hour=end)
                    yield {"office_id": self.hall.config.id, "day": day, "counter": counter, "state": state,
                           "from_at": at, "to_at": until, "officer": officer}  # fmt: skip
