"""Tables of the kinds that offices publish, with figures of nobody: sound ones are clean, and where one sum or rate is
broken, that one is named with what is printed, what it comes to and the gap, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.reports.check import check_report
from server.domain.reports.figures import Kind, format_count, format_percent, rate, read
from server.domain.reports.findings import Check
from server.domain.reports.reading import read_csv, read_json

Figures = dict[str, int]
some = st.integers(200, 99_999)
few = st.integers(20, 150)


@dataclass(frozen=True)
class Kindred:
    """A kind of table: how sound figures of it are drawn, and which whole each rule must hold against its parts."""

    draw: Callable[[st.DataObject], Figures]
    rule: str
    whole: str
    parts: tuple[str, ...]


def _dossiers(data: st.DataObject) -> Figures:
    parts = {"on_time": data.draw(some), "early": data.draw(few), "in_progress": data.draw(few), "late": data.draw(few)}
    return {"received": sum(parts.values()), **parts}


def _catalogue(data: st.DataObject) -> Figures:
    parts = {name: data.draw(few) for name in ("dvc2", "dvc3", "dvc4")}
    return {"total": sum(parts.values()), **parts}


def _levels(*names: str) -> Callable[[st.DataObject], Figures]:
    def draw(data: st.DataObject) -> Figures:
        parts = {name: data.draw(some) for name in names}
        return {"total": sum(parts.values()), **parts}

    return draw


def _sessions(data: st.DataObject) -> Figures:
    rated, none = data.draw(some), data.draw(some)
    return {"sessions": rated + none, "rated": rated, "not_rated": none}


def _received(data: st.DataObject) -> Figures:
    parts = {"online": data.draw(some), "direct": data.draw(some), "carried_over": data.draw(few)}
    return {"received": sum(parts.values()), **parts}


def _resolved(data: st.DataObject) -> Figures:
    parts = {"early": data.draw(few), "on_time": data.draw(some), "late": data.draw(few)}
    return {"resolved": sum(parts.values()), **parts}


def _pending(data: st.DataObject) -> Figures:
    parts = {"in_time": data.draw(some), "overdue": data.draw(few)}
    return {"in_progress": sum(parts.values()), **parts}


THREE = ("very_satisfied", "satisfied", "dissatisfied")
FIVE = ("very_satisfied", "satisfied", "neutral", "dissatisfied", "very_dissatisfied")
KINDS = {
    "a year's dossiers": Kindred(_dossiers, "R4", "received", ("on_time", "early", "in_progress", "late")),
    "levels of online service": Kindred(_catalogue, "R7", "total", ("dvc2", "dvc3", "dvc4")),
    "ratings": Kindred(_levels(*THREE), "R7", "total", THREE),
    "ratings of five levels": Kindred(_levels(*FIVE), "R7", "total", FIVE),
    "sessions": Kindred(_sessions, "R7", "sessions", ("rated", "not_rated")),
    "received": Kindred(_received, "R1", "received", ("online", "direct", "carried_over")),
    "resolved": Kindred(_resolved, "R2", "resolved", ("early", "on_time", "late")),
    "in progress": Kindred(_pending, "R3", "in_progress", ("in_time", "overdue")),
}

VIETNAMESE = {
    "received": "Tổng số tiếp nhận", "online": "Trực tuyến", "direct": "Trực tiếp, bưu chính",
    "carried_over": "Từ kỳ trước chuyển sang", "resolved": "Đã giải quyết", "early": "Trước hạn",
    "on_time": "Đúng hạn", "late": "Quá hạn", "in_progress": "Đang giải quyết", "in_time": "Trong hạn",
    "overdue": "Đã quá hạn", "very_satisfied": "Rất hài lòng", "satisfied": "Hài lòng", "neutral": "Bình thường",
    "dissatisfied": "Không hài lòng", "very_dissatisfied": "Rất không hài lòng", "total": "Tổng số",
    "sessions": "Lượt phục vụ", "rated": "Đã đánh giá", "not_rated": "Không đánh giá",
    "dvc2": "DVC mức độ 2", "dvc3": "DVC mức độ 3", "dvc4": "DVC mức độ 4",
}  # fmt: skip


def checked(figures: Mapping[str, object]) -> tuple[Check, ...]:
    return check_report(read_json(json.dumps({"tables": {"somewhere": figures}}))).broken


def one_a_line(figures: Mapping[str, object]) -> tuple[Check, ...]:
    lines = "\n".join(f"{VIETNAMESE[key]};{value}" for key, value in figures.items())
    return check_report(read_csv(f"Chỉ tiêu;Số liệu\n{lines}\n")).broken


def under_headings(figures: Mapping[str, object]) -> tuple[Check, ...]:
    head = ";".join(["Đơn vị", *(VIETNAMESE[key] for key in figures), "Ghi chú"])
    body = ";".join(["Phường Một", *map(str, figures.values()), ""])
    return check_report(read_csv(f"BÁO CÁO;;\n\n{head}\n{body}\n;;\n")).broken


LAYOUTS = (checked, one_a_line, under_headings)
STYLES: tuple[Callable[[int], object], ...] = (int, str, format_count, lambda n: f"{n:,}".replace(",", "\xa0"))


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@given(st.data(), st.sampled_from(LAYOUTS), st.sampled_from(STYLES))
def test_the_broken_sum_is_named_and_no_other(kind: Kindred, data: st.DataObject, layout, style) -> None:
    sound = kind.draw(data)
    assert layout({key: style(value) for key, value in sound.items()}) == ()
    key = data.draw(st.sampled_from(sorted(sound)))
    change = data.draw(st.integers(-15, 15).filter(bool))
    altered = sound | {key: sound[key] + change}
    found = layout({name: style(value) for name, value in altered.items()})
    assert [item.rule for item in found] == [kind.rule]
    whole, parts = altered[kind.whole], sum(altered[part] for part in kind.parts)
    assert (found[0].printed_value, found[0].computed_value, found[0].gap) == (whole, parts, whole - parts)
    assert read(found[0].printed, Kind.COUNT).value == whole
    assert read(found[0].computed, Kind.COUNT).value == parts


@given(st.data(), st.sampled_from([1, -1, 250]), st.booleans())
def test_the_broken_rate_is_named_and_no_other(data: st.DataObject, hundredths: int, sign: bool) -> None:
    figures = _resolved(data)
    exact = rate(figures["early"] + figures["on_time"], figures["resolved"])
    assert exact is not None
    right = format_percent(exact)
    value = read(right, Kind.PERCENT).value
    assert value is not None
    assert checked({**figures, "on_time_pct": right}) == ()
    wrong = value + Fraction(hundredths, 100)
    if abs(wrong - exact) <= Fraction(5, 1000) or wrong >= 100:
        return
    printed = format_percent(wrong) if sign else float(wrong)
    [found] = checked({**figures, "on_time_pct": printed})
    assert (found.rule, found.computed) == ("R6", right)
    assert found.gap == wrong - exact


@pytest.mark.parametrize(
    ("figures", "rule", "printed", "computed", "gap"),
    [
        ({"received": 5200, "resolved": 5310}, "R5", "5310", "≤ 5200", 110),
        ({"resolved": "1.000", "early_or_on_time": "1.010"}, "R5", "1.010", "≤ 1.000", 10),
        ({"received": 900, "posted": 3, "dvc3": 40, "dvc3_at_home": 41}, "R5", "41", "≤ 40", 1),
        ({"received": 10, "resolved": 10, "period": "6 tháng đầu năm 2021", "as_of": "01/07/2021"}, "R8", "2021-07-01",
         "2021-01-01 – 2021-06-30", 1),
        ({"late": 4, "nhận xét": "Tỷ lệ giải quyết đúng hạn đạt 100%"}, "R9", "đúng hạn đạt 100%", "late = 4", 4),
        ({"resolved": 0, "early": 0, "on_time": 0, "late": 0, "on_time_pct": "0%"}, "R6", "0%", "—", None),
    ],
)  # fmt: skip
def test_the_other_rules_one_at_a_time(figures, rule: str, printed: str, computed: str, gap: int | None) -> None:
    [found] = checked(figures)
    assert (found.rule, found.printed, found.computed, found.gap) == (rule, printed, computed, gap)


def test_a_cell_without_a_figure_breaks_nothing_and_hides_nothing() -> None:
    assert checked({"received": 100, "online": "", "direct": None, "carried_over": "", "resolved": 99}) == ()
    [found] = checked({"total": 100, "very_satisfied": 90, "satisfied": None, "dissatisfied": 11})
    assert (found.rule, found.gap) == ("R5", 1)


def test_sessions_that_do_not_add_up_are_not_called_ratings_without_a_level() -> None:
    [found] = checked({"sessions": 5000, "rated": 2939, "not_rated": 2060})
    assert found.note is None
