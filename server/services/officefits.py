"""Whether the parts of an office file fit each other; what is wrong within one part, its own schema says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from server.domain.errors import N_, Why

if TYPE_CHECKING:
    from server.services.officefile import OfficeFile

Path = tuple[str | int, ...]
_GONE = {
    "counters": N_("bảng “%(board)s”: đơn vị không có quầy %(value)s"),
    "services": N_("bảng “%(board)s”: đơn vị không có lĩnh vực “%(value)s”"),
    "zone": N_("bảng “%(board)s”: không quầy nào ở khu “%(value)s”"),
}


class Misfit(NamedTuple):
    """A part of the file that does not fit another: where it stands, why, and of what kind, for programs."""

    path: Path
    reason: Why
    kind: str = "value_error"


def misfits(office: OfficeFile) -> Iterator[Misfit]:
    """What only shows when the parts are seen together; each at the place where somebody would mend it."""
    active = [(i, s.series()) for i, s in enumerate(office.services) if s.active]
    yield from _twice(("services",), "code", enumerate(s.code for s in office.services))
    yield from _twice(("counters",), "number", enumerate(c.number for c in office.counters))
    yield from _twice(("services",), "prefix", active)
    yield from _shared_numbers(active)
    for i in [i for i, s in enumerate(office.services) if s.help and s.active][1:]:
        yield Misfit(("services", i, "help"), Why(N_("chỉ một lĩnh vực được là nơi cần trợ giúp")))
    yield from _boards(office)
    yield from _twice(("retention",), "since", enumerate(rule.since for rule in office.retention))
    for i, service in enumerate(office.services):
        yield from _twice(("services", i, "procedures"), "code", enumerate(p.code for p in service.procedures))
    known = {s.code for s in office.services}
    for i, counter in enumerate(office.counters):
        for j, code in enumerate(counter.services):
            if code not in known:
                gone = Why(N_("quầy %(counter)s: không có lĩnh vực “%(code)s”"), counter=counter.number, code=code)
                yield Misfit(("counters", i, "services", j), gone)


def _boards(office: OfficeFile) -> Iterator[Misfit]:
    """A board of a part that the office does not have would stay empty for ever."""
    yield from _twice(("boards",), "code", enumerate(board.code for board in office.boards))
    yield from _twice(("reports",), "name", enumerate(report.name for report in office.reports))
    numbers, zones = {c.number for c in office.counters}, {c.zone for c in office.counters}
    services = {s.code for s in office.services}
    for i, board in enumerate(office.boards):
        gone: list[tuple[str, Any]] = [("counters", n) for n in board.counters if n not in numbers]
        gone += [("services", code) for code in board.services if code not in services]
        gone += [("zone", board.zone)] if board.zone and board.zone not in zones else []
        for key, value in gone:
            yield Misfit(("boards", i, key), Why(_GONE[key], board=board.code, value=value))


def _twice(part: Path, key: str, values: Iterable[tuple[int, Any]]) -> Iterator[Misfit]:
    seen = set()
    for i, value in values:
        if value in seen:
            yield Misfit((*part, i, key), Why(N_("%(value)s đã có ở mục khác"), value=value), "twice")
        seen.add(value)


def _shared_numbers(prefixes: Sequence[tuple[int, str]]) -> Iterator[Misfit]:
    """Of figures only, one prefix must not begin another: "1" + "1001" and "11" + "001" print the same number."""
    for i, one in prefixes:
        for j, other in prefixes:
            if i != j and one != other and one.isdigit() and other.isdigit() and other.startswith(one):
                same = Why(N_("%(one)s và %(other)s sẽ in ra những số giống nhau"), one=one, other=other)
                yield Misfit(("services", j, "prefix"), same)
