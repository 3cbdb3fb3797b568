"""Which pictures belong to a report: the same for its page and its paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.domain.errors import N_
from server.domain.stats.summary import summarise
from server.domain.words import SCALES, Level
from server.services.pictures.charts import Mark, Series, columns, heat, ranges, shares
from server.services.ports import Json
from server.services.report_names import LEVELS, WEEKDAYS, Names
from server.services.reporting import Key, Report
from server.services.reports_out.numbers import Kind, clock, shown
from server.services.texts import text

Address = Callable[[Mapping[str, Any]], str]
"""From the part of a report that a mark stands for to the page that explains it."""

COLOURS = {
    Level.VERY_SATISFIED: ("done", None),
    Level.SATISFIED: ("done-soft", "done"),
    Level.NEUTRAL: ("sunken", "line-strong"),
    Level.DISSATISFIED: ("warn-line", "warn"),
    Level.VERY_DISSATISFIED: ("warn", None),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing and what stands above it."""

    title: str
    svg: str
    empty: bool = False
    """Nothing happened that it could show."""


def _nothing(marks: Sequence[Mark]) -> bool:
    return not any(value for mark in marks for value in mark.values)


class Drawings:
    """The pictures of reports in one language. `address`: None on paper, where nothing can be pressed."""

    def __init__(self, names: Names, address: Address | None = None) -> None:
        self._names = names
        self._address = address

    def numbers(self, report: Report) -> Picture:
        """Numbers and those of them that were served, over whatever the report is split by. At somebody's counter
        numbers are called, not issued."""
        at_desk = {"officer", "counter"} & report.query.filters.keys()
        first, words = ("called", N_("Đã gọi")) if at_desk else ("issued", N_("Đã phát"))
        given, served = self._say(words), self._say(N_("Đã phục vụ"))
        marks = []
        for key, tally in report.rows.items():
            found = summarise(tally)
            name = self._name(report, key)
            says = f"{name}: {given} {self._number(found[first])}, {served} {self._number(found['served'])}"
            marks.append(Mark(name, (found[first], found["served"]), says, self._at(report, key)))
        series = (Series(given, "info-soft", "info"), Series(served, "info"))
        title = self._say(N_("Số gọi và phục vụ") if at_desk else N_("Số đã phát và đã phục vụ"))
        return Picture(title, columns(title, series, marks), _nothing(marks))

    def waits(self, report: Report, at_most: int | None = None) -> Picture:
        """Half and nine tenths of the waits of each part, against the target. `at_most`: only so many, the longest,
        where there is no room for all; the title says so."""
        marks, small = [], self._say(N_("mẫu nhỏ"))
        for key, tally in report.rows.items():
            wait = summarise(tally)["wait_s"]
            if not wait["count"]:
                continue
            name = self._name(report, key)
            says = f"{name}: {clock(wait['p50'])} · {clock(wait['p90'])}"
            shown_name = f"{name} ({small})" if wait["small"] else name
            marks.append(Mark(shown_name, (wait["p90"], wait["p50"]), says, self._at(report, key)))
        series = (Series(self._say(N_("90% dưới")), "info-soft", "info"),
                  Series(self._say(N_("Một nửa dưới")), "info"))  # fmt: skip
        target = report.office.basis.wait_target
        units = {float(target): self._say(N_("mức %(target)s"), target=clock(target))}
        title = self._say(N_("Thời gian chờ"))
        if at_most is not None and len(marks) > at_most:
            title = self._say(N_("Thời gian chờ dài nhất: %(most)s trong %(all)s"), most=at_most, all=len(marks))
            marks = sorted(marks, key=lambda mark: mark.values[0] or 0, reverse=True)[:at_most]
        return Picture(title, ranges(title, series, marks, units), not marks)

    def satisfaction(self, report: Report) -> Picture:
        """The levels of the ratings, as shares; the fewer the ratings the narrower the column."""
        scales = sorted(int(s) for s in summarise(report.total)["ratings"]["levels"]) or [3]
        levels = [(scale, level) for scale in scales for level in SCALES[scale]]
        marks = []
        for key, tally in report.rows.items():
            rated = summarise(tally)["ratings"]
            values = tuple(rated["levels"].get(str(scale), {}).get(level, 0) for scale, level in levels)
            says = self._rated(self._name(report, key), rated)
            marks.append(Mark(self._name(report, key), values, says, self._at(report, key), rated["small"]))
        series = [Series(self._say(LEVELS[level]), *COLOURS[level]) for _, level in levels]
        title = self._say(N_("Mức độ hài lòng"))
        return Picture(title, shares(title, series, marks), _nothing(marks))

    def _rated(self, name: str, rated: Json) -> str:
        share = shown(Kind.PERCENT, rated["satisfied_pct"], self._names.language)
        return self._say(N_("%(name)s: %(share)s hài lòng trong %(count)s lượt"), name=name, share=share,
                         count=self._number(rated["count"]))  # fmt: skip

    def week(self, report: Report) -> Picture:
        """When numbers are taken: days of the week by hours. The report is split by weekday and hour."""
        found = {(int(d), int(h)): t for (d, h), t in report.rows.items() if d is not None and h is not None}
        taken = {key: tally["issued"] for key, tally in found.items() if tally.get("issued")}
        hours = list(range(min((h for _, h in taken), default=7), max((h for _, h in taken), default=16) + 1))
        marks = {}
        for (weekday, hour), count in taken.items():
            says = self._say(N_("%(day)s, %(hour)s: phát %(issued)s số"), day=self._say(WEEKDAYS[weekday - 1]),
                             hour=f"{hour:02d}:00", issued=self._number(count))  # fmt: skip
            marks[weekday - 1, hour] = Mark(f"{hour}", (float(count),), says, self._at(report, (weekday, hour)))
        last = max([5, *(d for d, _ in taken)])
        title = self._say(N_("Số được lấy theo thứ và giờ"))
        return Picture(title, heat(title, [self._say(d) for d in WEEKDAYS[:last]], hours, marks), not marks)

    def _name(self, report: Report, key: Key) -> str:
        return ", ".join(self._names.of(by, part) for by, part in zip(report.query.by, key, strict=True))

    def _at(self, report: Report, key: Key) -> str | None:
        return self._address(dict(zip(report.query.by, key, strict=True))) if self._address else None

    def _number(self, count: int) -> str:
        return shown(Kind.COUNT, count, self._names.language)

    def _say(self, msgid: str, **values: Any) -> str:
        return text(self._names.language, msgid, values or None)
