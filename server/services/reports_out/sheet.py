"""The table of a report: columns, the parts, the whole, and what the reader must know to understand them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from server.domain.errors import N_
from server.domain.office import named
from server.domain.stats.shares import SMALL
from server.domain.stats.summary import summarise
from server.domain.words import SCALES, Criterion, Dissatisfaction, Level
from server.services.ports import Json
from server.services.report_names import CRITERIA, LEVELS, REASONS, Names
from server.services.report_view import ranking
from server.services.reporting import Key, Report
from server.services.reports_out.numbers import Kind, Value, clock, shown
from server.services.texts import text

NUMBERS, WAITING, SERVICE = N_("Số thứ tự"), N_("Thời gian chờ"), N_("Thời gian phục vụ")
COUNTERS, RATINGS = N_("Giờ quầy"), N_("Đánh giá")
"""Groups of columns."""
SAMPLES = {WAITING: "wait_s", SERVICE: "service_s", RATINGS: "ratings"}
"""Those that say something about many by some, with the part of a summary that counts these."""

Pick = Callable[[Json], Value]


@dataclass(frozen=True, slots=True)
class Column:
    """`figure`: the name under which the tickets behind a number can be asked for; None where it counts none.
    `paper`: it has a place on the page that an office signs, which is as wide as an A4 sheet."""

    title: str
    kind: Kind
    group: str = ""
    figure: str | None = None
    paper: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One row. `key` says which part of the report it is; `small`: groups of columns in which there is something, but
    too little to be sure."""

    values: tuple[Value, ...]
    key: Mapping[str, str | int | None]
    small: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader must know; `paper` is False where it explains columns that the paper has no room for."""

    text: str
    paper: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that is printed; `leading` columns at the left are names, not figures."""

    office: str
    title: str
    period: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    whole: Line
    notes: tuple[Note, ...]
    leading: int
    language: str

    def only(self, *groups: str) -> Sheet:
        """The same table with the columns of some groups (their Vietnamese names)."""
        wanted = {"", *(text(self.language, group) for group in groups)}
        chosen = [i for i, column in enumerate(self.columns) if column.group in wanted]

        def cut(line: Line) -> Line:
            return replace(line, values=tuple(line.values[i] for i in chosen))

        columns = tuple(self.columns[i] for i in chosen)
        lines = tuple(line for line in map(cut, self.lines) if not self._says_nothing(line))
        return replace(self, columns=columns, lines=lines, whole=cut(self.whole))

    def _says_nothing(self, line: Line) -> bool:
        """Whether a line of what belongs to nobody has nothing to show, such as waits that belong to no service."""
        return None in line.key.values() and not any(line.values[self.leading :])

    def groups(self) -> list[tuple[str, int]]:
        """Names of groups of columns with their widths, from left to right."""
        found: list[tuple[str, int]] = []
        for column in self.columns:
            if found and column.group and found[-1][0] == column.group:
                found[-1] = (column.group, found[-1][1] + 1)
            else:
                found.append((column.group, 1))
        return found

    def is_small(self, line: Line) -> bool:
        """Whether a line rests on few, in any of the columns that are there."""
        return any(column.group in line.small for column in self.columns)

    def printed(self, line: Line) -> list[str]:
        return [shown(c.kind, v, self.language) for c, v in zip(self.columns, line.values, strict=True)]


def dated(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def sheet_of(report: Report, names: Names) -> Sheet:
    """The sheet of a report, in the names' language."""
    say = _sayer(names.language)
    figures = _figures(report, say)
    by = report.query.by
    leading = [Column(names.heading(b), Kind.TEXT) for b in by] or [Column(say(N_("Đơn vị")), Kind.TEXT)]
    office = named(report.office.names, names.language)
    ranks = ranking(report)
    if ranks:
        figures.append((Column(say(N_("Xếp hạng")), Kind.COUNT, say(RATINGS)), lambda s: s["rank"]))

    def line(labels: tuple[str, ...], key: Key, tally: Mapping[str, int]) -> Line:
        summary = summarise(tally) | {"rank": ranks.get(key)}
        values = (*labels, *(pick(summary) for _, pick in figures))
        few = {say(group) for group, name in SAMPLES.items() if 0 < summary[name]["count"] < SMALL}
        return Line(values, dict(zip(by, key, strict=False)), frozenset(few))

    lines = tuple(
        line(tuple(names.of(b, v) for b, v in zip(by, key, strict=True)), key, tally)
        for key, tally in (report.rows.items() if by else ())
    )
    whole = line((say(N_("Cộng")) if by else office, *("" for _ in by[1:])), (), report.total)
    return Sheet(
        office, _title(report, names, say), _period(report, say), (*leading, *(c for c, _ in figures)), lines, whole,
        tuple(_notes(report, say)), len(leading), names.language,
    )  # fmt: skip


Say = Callable[..., str]


def _sayer(language: str) -> Say:
    return lambda msgid, **values: text(language, msgid, values or None)


def _figures(report: Report, say: Say) -> list[tuple[Column, Pick]]:
    tickets = [
        ("issued", N_("Đã phát")),
        ("served", N_("Đã phục vụ")),
        ("no_show", N_("Vắng mặt")),
        ("cancelled", N_("Đã huỷ")),
        ("transferred", N_("Chuyển")),
        ("left_uncalled", N_("Về trước khi gọi")),
        ("expired", N_("Hết hiệu lực")),
        ("in_hall", N_("Đang trong phòng")),
    ]
    if {"officer", "counter"} & report.query.filters.keys():
        # Numbers are taken, given up and left to lapse in the hall, not at somebody's counter.
        at_desk = ("served", "no_show", "cancelled", "transferred")
        tickets = [("called", N_("Đã gọi")), *(item for item in tickets if item[0] in at_desk)]
    found: list[tuple[Column, Pick]] = [
        (Column(say(title), Kind.COUNT, say(NUMBERS), name, name != "in_hall"), _at(name)) for name, title in tickets
    ]
    for group, name, figure, within in (
        (WAITING, "wait_s", "called", "wait_within"), (SERVICE, "service_s", "sessions", "service_within"),
    ):  # fmt: skip
        found += [
            (Column(say(N_("Trung bình")), Kind.SECONDS, say(group), figure), _at(name, "mean")),
            (Column(say(N_("Một nửa dưới")), Kind.SECONDS, say(group), figure, paper=False), _at(name, "p50")),
            (Column(say(N_("90% dưới")), Kind.SECONDS, say(group), figure), _at(name, "p90")),
            (Column(say(N_("Dài nhất")), Kind.SECONDS, say(group), figure, paper=False), _at(name, "max")),
            (Column(say(N_("Đạt mức")), Kind.PERCENT, say(group), within), _at(name, "within_target_pct")),
        ]
        if group == WAITING:
            told = Column(say(N_("Báo trước đúng")), Kind.PERCENT, say(WAITING), "told_within", paper=False)
            found.append((told, _at("expected_wait", "within_pct")))
    found += [
        (Column(say(N_("Mở")), Kind.HOURS, say(COUNTERS), paper=False), _at("counter_s", "open")),
        (Column(say(N_("Tạm dừng")), Kind.HOURS, say(COUNTERS), paper=False), _at("counter_s", "paused")),
        (Column(say(N_("Không có khách")), Kind.HOURS, say(COUNTERS), paper=False), _at("counter_s", "idle")),
    ]
    return found + _rating_figures(report, say)


def _rating_figures(report: Report, say: Say) -> list[tuple[Column, Pick]]:
    rated = summarise(report.total)["ratings"]
    group = say(RATINGS)
    found: list[tuple[Column, Pick]] = [
        (Column(say(N_("Lượt đánh giá")), Kind.COUNT, group, "rated"), _at("ratings", "count"))
    ]
    for scale in sorted(int(s) for s in rated["levels"]) or [3]:
        for level in SCALES[scale]:
            title = say(LEVELS[level]) + (f" ({scale})" if len(rated["levels"]) > 1 else "")
            column = Column(title, Kind.COUNT, group, f"rating.{scale}.{level}")
            found.append((column, _level(str(scale), level)))
    if rated["without_level"]:
        column = Column(say(N_("Không rõ mức")), Kind.COUNT, group, "without_level")
        found.append((column, _at("ratings", "without_level")))
    return found + [
        (Column(say(N_("Không đánh giá")), Kind.COUNT, group, "none"), _at("ratings", "none")),
        (Column(say(N_("Tỷ lệ đánh giá")), Kind.PERCENT, group, "answered"), _at("ratings", "response_pct")),
        (Column(say(N_("Tỷ lệ hài lòng")), Kind.PERCENT, group, "satisfied"), _at("ratings", "satisfied_pct")),
        (
            Column(say(N_("Ít nhất")), Kind.PERCENT, group, "rated", paper=False),
            lambda s: (s["ratings"]["interval_pct"] or (None,))[0],
        ),
        (
            Column(say(N_("Nhiều nhất")), Kind.PERCENT, group, "rated", paper=False),
            lambda s: (s["ratings"]["interval_pct"] or (None,))[-1],
        ),
        *_reason_figures(rated, group, say),
        *_criteria_figures(rated, group, say),
    ]


def _reason_figures(rated: Json, group: str, say: Say) -> Iterator[tuple[Column, Pick]]:
    """Why citizens were dissatisfied, of the reasons that anybody gave."""
    for name in rated["reasons"]:
        title = say(N_("Lý do: %(what)s"), what=say(REASONS[Dissatisfaction(name)]).lower())
        yield Column(title, Kind.COUNT, group, f"reason.{name}", paper=False), _reason(name)


def _reason(name: str) -> Pick:
    return lambda summary: int(summary["ratings"]["reasons"].get(name, 0))


def _criteria_figures(rated: Json, group: str, say: Say) -> Iterator[tuple[Column, Pick]]:
    """How many were content with each thing that the office asked about."""
    for name in rated["criteria"]:
        title = say(N_("%(what)s: hài lòng"), what=say(CRITERIA[Criterion(name)]))
        yield Column(title, Kind.PERCENT, group, f"criterion.{name}", paper=False), _criterion(name)


def _criterion(name: str) -> Pick:
    def pick(summary: Json) -> Value:
        value: Value = summary["ratings"]["criteria"].get(name, {}).get("satisfied_pct")
        return value

    return pick


def _at(*path: str) -> Pick:
    def pick(summary: Json) -> Value:
        found: Any = summary
        for name in path:
            found = found[name]
        value: Value = found
        return value

    return pick


def _level(scale: str, level: Level) -> Pick:
    return lambda summary: int(summary["ratings"]["levels"].get(scale, {}).get(level, 0))


def _title(report: Report, names: Names, say: Say) -> str:
    if not report.query.by:
        return say(N_("Thống kê tiếp công dân"))
    parts = ", ".join(names.heading(by).lower() for by in report.query.by)
    return say(N_("Thống kê tiếp công dân theo %(parts)s"), parts=parts)


def _period(report: Report, say: Say) -> str:
    first, last = report.query.first, report.query.last
    if first == last:
        return say(N_("Ngày %(day)s"), day=dated(first))
    return say(N_("Từ ngày %(first)s đến ngày %(last)s"), first=dated(first), last=dated(last))


def _notes(report: Report, say: Say) -> Iterator[Note]:
    at = report.at.astimezone(report.office.basis.zone)
    yield Note(say(N_("Số liệu lúc %(time)s ngày %(day)s."), time=f"{at:%H:%M}", day=dated(at.date())))
    if report.query.last >= report.today:
        yield Note(say(N_("Kỳ này chưa kết thúc: số liệu còn thay đổi.")))
    if report.offices > 1:
        yield Note(say(N_("Gồm %(count)s đơn vị."), count=report.offices))
    if report.query.tree_on:
        yield Note(say(N_("Theo cây đơn vị ngày %(day)s."), day=dated(report.query.tree_on)))
    elif report.query.tree:
        yield Note(say(N_("Mỗi đơn vị tính những ngày đứng dưới đơn vị này.")))
    if not report.full:
        yield Note(say(N_("Chỉ gồm số liệu của chính cán bộ xem báo cáo.")))
    target = clock(report.office.basis.wait_target)
    yield Note(
        say(N_("Thời gian chờ tính từ lúc lấy số đến lần gọi đầu tiên. Mức chờ: không quá %(target)s."), target=target)
    )
    yield Note(say(N_("“90% dưới”: chín trong mười người không phải chờ lâu hơn; “một nửa dưới” cũng vậy.")))
    yield Note(say(N_("“Không đánh giá” là lượt phục vụ mà công dân không bấm; không bao giờ được tính là hài lòng.")))
    if summarise(report.total)["ratings"]["without_level"]:
        yield Note(say(N_("“Không rõ mức”: đã đánh giá nhưng số liệu gốc không ghi mức nào.")))
    interval = N_("“Ít nhất”, “nhiều nhất”: khoảng tin cậy 95%% của tỷ lệ hài lòng. "
                  "Dưới %(small)s lượt là mẫu nhỏ, không xếp hạng.")  # fmt: skip
    yield Note(say(interval, small=SMALL), paper=False)
