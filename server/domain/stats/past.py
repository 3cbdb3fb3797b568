"""Older records as sums: reading the lines of a table of daily counts or of single ratings.

A line says what it counts by the words of its headings, in Vietnamese or English; a line without any count but with a
level is one rating. Every fault is named with its line and column, and one fault refuses the whole table: figures that
were taken in half are worse than none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from server.domain.errors import N_, Why
from server.domain.reports.figures import Kind, Unreadable, read
from server.domain.reports.period import parse_date
from server.domain.reports.vocabulary import RATING_LEVELS, parse_key, plain
from server.domain.stats.facts import WITHOUT_LEVEL, Cell
from server.domain.stats.tally import Tally
from server.domain.words import SCALES, Dissatisfaction, Level

MOST_LINES = 50_000

HEADINGS = {
    "day": "day date ngay",
    "office": "office don_vi ten_don_vi ma_don_vi co_quan",
    "service": "service linh_vuc dich_vu field ma_linh_vuc",
    "counter": "counter quay so_quay",
    "officer": "officer can_bo username tai_khoan",
    "level": "level muc muc_do muc_danh_gia danh_gia_muc",
    "reason": "reason ly_do",
    "issued": "issued da_phat so_da_phat phat_so luot_lay_so",
    "served": "served da_phuc_vu phuc_vu luot_phuc_vu",
    "no_show": "no_show vang vang_mat",
    "cancelled": "cancelled da_huy huy",
    "expired": "expired het_hieu_luc",
    "rated": "rated ratings tong_danh_gia luot_danh_gia so_danh_gia danh_gia",
    "none": "none not_rated khong_danh_gia",
    "scale": "scale thang_diem so_muc",
}
_NAMES = {word: name for name, words in HEADINGS.items() for word in words.split()}
COUNTS = ("issued", "served", "no_show", "cancelled", "expired")

REASON_WORDS = {
    "thoi_gian_giai_quyet": Dissatisfaction.PROCESSING_TIME,
    "thai_do_phuc_vu": Dissatisfaction.ATTITUDE,
    "thai_do": Dissatisfaction.ATTITUDE,
    "phai_di_lai_nhieu_lan": Dissatisfaction.REPEATED_VISITS,
    "huong_dan_chua_ro": Dissatisfaction.UNCLEAR_GUIDANCE,
    "doi_them_giay_to": Dissatisfaction.EXTRA_PAPERS,
    "co_so_vat_chat": Dissatisfaction.FACILITIES,
    "phi_le_phi": Dissatisfaction.FEE,
    "ly_do_khac": Dissatisfaction.OTHER,
    **{str(reason): reason for reason in Dissatisfaction},
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """One fault of the table: its line as the file counts them, the heading of its column, and what it is."""

    line: int
    column: str
    fault: Why


@dataclass(frozen=True, slots=True)
class PastLine:
    """The figures of one line."""

    line: int
    day: date
    cell: Cell
    figures: Tally
    single: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What an office has: services by code and by plain name, counters, officers by username or name (those who have
    left among them; an empty id where two bear the name), its last open day, and what it is called itself."""

    services: Mapping[str, str]
    counters: Collection[int]
    officers: Mapping[str, str]
    today: date
    scale: int = 3
    office: Collection[str] = ()


@dataclass(slots=True)
class Taken:
    """What a table says, or what is wrong with it. `unused` columns are named, never guessed at; `headings` are what
    the file calls the columns that were understood."""

    lines: list[PastLine] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)


def take(rows: Sequence[Sequence[str]], known: Known) -> Taken:
    """Read a table: its first row is the headings."""
    taken = Taken()
    if not rows:
        taken.wrong.append(Wrong(1, "", Why(N_("Tệp không có dòng nào."))))
        return taken
    columns = _columns(rows[0], taken)
    if "day" not in columns:
        taken.wrong.append(Wrong(1, "", Why(N_("Thiếu cột “Ngày”."))))
    if not {*COUNTS, "level", "rated", "none", *RATING_LEVELS} & columns.keys():
        taken.wrong.append(Wrong(1, "", Why(N_("Không có cột số liệu nào nhận ra được."))))
    if len(rows) > MOST_LINES:
        long = Why(N_("Tệp quá dài: tối đa %(most)s dòng."), most=str(MOST_LINES))
        taken.wrong.append(Wrong(MOST_LINES, "", long))
    if taken.wrong:
        return taken
    for number, row in enumerate(rows[1:], 2):
        if any(text.strip() for text in row):
            _take_line(_Line(number, row, columns, taken), known)
    _twice(taken)
    return taken


def _twice(taken: Taken) -> None:
    """A day that is counted twice, by one field, counter and officer, would count double. Single ratings may stand
    in as many lines as there were."""
    first: dict[tuple[date, Cell], int] = {}
    for line in taken.lines:
        if line.single:
            continue
        at = first.setdefault((line.day, line.cell), line.line)
        if at != line.line:
            fault = Why(N_("Số liệu của ngày này đã có ở dòng %(line)s."), line=str(at))
            taken.wrong.append(Wrong(line.line, "day", fault))
    taken.wrong.sort(key=lambda wrong: wrong.line)


def counted_before(taken: Taken, there: Collection[tuple[date, Cell]], own: Collection[date]) -> list[Wrong]:
    """Lines whose day an earlier file brought already (`there`), or the office counts itself (`own`): in a sum of
    both, the day would count double."""
    before = Why(N_("Số liệu của ngày này đã được nhập từ một tệp trước."))
    counted = Why(N_("Ngày này hệ thống đã tự ghi nhận; không nhập thêm."))
    faults = [(line, counted if line.day in own else before if (line.day, line.cell) in there else None)
              for line in taken.lines]  # fmt: skip
    return [Wrong(line.line, "day", fault) for line, fault in faults if fault]


def _columns(headings: Sequence[str], taken: Taken) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, heading in enumerate(headings):
        name = _NAMES.get(plain(heading)) or parse_key(heading).name
        if name not in {*HEADINGS, *RATING_LEVELS}:
            if heading.strip():
                taken.unused.append(heading.strip())
        elif name in found:
            taken.wrong.append(Wrong(1, heading, Why(N_("Cột này có hai lần."))))
        else:
            found[name] = index
            taken.headings[name] = heading.strip()
    return found


class _Line:
    """One row while it is read; faults go to the table's list."""

    @property
    def single(self) -> bool:
        return bool(self.text("level")) and not any(self.text(name) for name in (*COUNTS, "rated", *RATING_LEVELS))

    def __init__(self, number: int, row: Sequence[str], columns: Mapping[str, int], taken: Taken) -> None:
        self.number, self._row, self.columns, self.taken = number, row, columns, taken
        self.sound = True

    def text(self, name: str) -> str:
        index = self.columns.get(name)
        return self._row[index].strip() if index is not None and index < len(self._row) else ""

    def wrong(self, name: str, fault: str, /, **values: str) -> None:
        self.sound = False
        self.taken.wrong.append(Wrong(self.number, name, Why(fault, **values)))

    def count(self, name: str) -> int | None:
        """A whole number as Vietnamese tables print it; None where the field is empty."""
        printed = self.text(name)
        if not printed:
            return None
        try:
            value = read(printed, Kind.COUNT).value
        except Unreadable:
            self.wrong(name, N_("“%(text)s” không phải là số lượng."), text=printed)
            return None
        return int(value) if value is not None else None

    def one_of(self, name: str, find: Callable[[str], object | None], fault: str) -> object | None:
        printed = self.text(name)
        if not printed:
            return None
        found = find(printed)
        if found is None:
            self.wrong(name, fault, text=printed)
        return found


def _take_line(line: _Line, known: Known) -> None:
    day = parse_date(line.text("day"))
    if day is None:
        line.wrong("day", N_("“%(text)s” không phải là ngày."), text=line.text("day"))
    elif day >= known.today:
        line.wrong("day", N_("Ngày này chưa qua; chỉ nhận số liệu cũ."))
    office = line.text("office")
    if office and known.office and plain(office) not in known.office:
        line.wrong("office", N_("“%(text)s” không phải là đơn vị này."), text=office)
    cell = _cell(line, known)
    figures = _counts(line)
    scale = line.count("scale") or known.scale
    if scale not in SCALES:
        line.wrong("scale", N_("Thang đánh giá phải là 3 hoặc 5 mức."))
    else:
        _ratings(line, figures, scale)
    if line.sound and not figures:
        line.wrong("", N_("Dòng này không có số liệu."))
    if line.sound and day is not None:
        line.taken.lines.append(PastLine(line.number, day, cell, figures, line.single))


def _cell(line: _Line, known: Known) -> Cell:
    service = line.one_of("service", lambda text: known.services.get(text) or known.services.get(plain(text)),
                          N_("Đơn vị không có lĩnh vực “%(text)s”."))  # fmt: skip
    counter = line.count("counter")
    if counter is not None and counter not in known.counters:
        line.wrong("counter", N_("Đơn vị không có quầy “%(text)s”."), text=line.text("counter"))
    officer = _officer(line, known)
    return Cell(str(service) if service else None, counter, officer)


def _officer(line: _Line, known: Known) -> str | None:
    printed = line.text("officer")
    found = known.officers.get(printed, known.officers.get(plain(printed)))
    if printed and found is None:
        line.wrong("officer", N_("Đơn vị không có cán bộ “%(text)s”."), text=printed)
    elif found == "":
        line.wrong("officer", N_("Nhiều cán bộ cùng tên “%(text)s”; hãy ghi tên đăng nhập."), text=printed)
    return found or None


def _counts(line: _Line) -> Tally:
    figures = {name: count for name in COUNTS if (count := line.count(name)) is not None}
    whole, parts = figures.get("issued"), sum(figures.get(name, 0) for name in COUNTS[1:])
    if whole is not None and parts > whole:
        line.wrong("issued", N_("Đã phát %(whole)s nhưng các phần cộng lại %(parts)s."), whole=str(whole),
                   parts=str(parts))  # fmt: skip
    return figures


def _ratings(line: _Line, figures: Tally, scale: int) -> None:
    """Counts by level, or one rating by its level; what was rated without a level stays without one."""
    levels = {level: line.count(level) or 0 for level in SCALES[scale]}
    for other in set(RATING_LEVELS) - set(levels):
        if line.count(other):
            line.wrong(other, N_("Mức này không có trong thang %(scale)s mức."), scale=str(scale))
    single = _single(line, scale)
    if single is not None:
        levels[single] = levels.get(single, 0) + 1
    given = sum(levels.values())
    rated = line.count("rated")
    if rated is not None and rated < given:
        line.wrong("rated", N_("Tổng đánh giá %(whole)s nhưng các mức cộng lại %(parts)s."), whole=str(rated),
                   parts=str(given))  # fmt: skip
        return
    for level, count in levels.items():
        if count:
            figures[f"rating.{scale}.{level}"] = count
    if rated is not None and rated > given:
        figures[f"rating.{scale}.{WITHOUT_LEVEL}"] = rated - given
    none = line.count("none")
    if none is not None:
        # Only with both is it known how many could have rated.
        figures["sessions"], figures["answered"] = none + max(rated or 0, given), max(rated or 0, given)
    _reason(line, figures, levels)


def _single(line: _Line, scale: int) -> Level | None:
    found = line.one_of("level", _level, N_("“%(text)s” không phải là mức đánh giá."))
    if found is not None and found not in SCALES[scale]:
        line.wrong("level", N_("Mức này không có trong thang %(scale)s mức."), scale=str(scale))
        return None
    return Level(str(found)) if found is not None else None


def _level(text: str) -> Level | None:
    name = parse_key(text).name
    return Level(name) if name in set(Level) else None


def _reason(line: _Line, figures: Tally, levels: Mapping[Level, int]) -> None:
    found = line.one_of("reason", lambda text: REASON_WORDS.get(plain(text)), N_("“%(text)s” không phải là lý do."))
    unhappy = levels.get(Level.DISSATISFIED, 0) + levels.get(Level.VERY_DISSATISFIED, 0)
    if found is None:
        return
    if not unhappy:
        line.wrong("reason", N_("Có lý do nhưng không có lượt không hài lòng nào."))
    else:
        figures[f"reason.{found}"] = unhappy


def sums(lines: Iterable[PastLine]) -> Tally:
    """What all lines come to, for a reader to compare before anything is taken in."""
    whole: Tally = {}
    for line in lines:
        for name, count in line.figures.items():
            whole[name] = whole.get(name, 0) + count
    return whole
