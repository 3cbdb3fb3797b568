"""An office as one file: what is right comes back unchanged, what is wrong is named with its line."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from server.domain.retention import KINDS
from server.services.officefile import FileRefused, read, read_bytes, write

GOOD = textwrap.dedent("""\
    format: motcua-office/1
    code: khuong-dinh
    names:
      vi: Trung tâm Phục vụ hành chính công phường Khương Đình
      en: Public Service Centre of Khương Đình Ward
    hotline: "1900 0000"
    policy: {mode: interleaved, ratio: 2}
    calendar:
      weekly:
        "0": [["07:30", "11:15"], ["13:15", "16:30"]]
        "5": [["07:30", "11:15"]]
      exceptions:
        2026-02-17: []
      sources:
        2026-02-17: Nghỉ Tết Nguyên đán
    services:
      - code: A
        names: {vi: Hộ tịch}
        papers: [{vi: Giấy chứng sinh}]
        procedures:
          - code: "1.001193"
            names: {vi: Đăng ký khai sinh}
            papers: [{vi: Tờ khai}, {vi: Giấy chứng sinh}]
            fee: {vi: Không thu}
      - code: B
        names: {vi: Chứng thực}
        prefix: "1"
    counters:
      - number: 1
        services: [A, B]
      - number: 2
        services: [B]
        zone: Khu A
    """)


def test_a_file_is_read_and_written_back_the_same() -> None:
    office = read(GOOD)
    assert office.services[1].series() == "1" and office.counters[1].zone == "Khu A"
    again = read(write(office.model_dump(mode="json", exclude_none=True)))
    assert again == office


def test_times_and_names_stay_what_they_look_like() -> None:
    office = read(GOOD.replace("vi: Chứng thực", "vi: 'no'").replace('"07:30"', "07:30"))
    assert office.services[1].names.vi == "no"
    assert office.calendar.weekly["0"][0] == ("07:30", "11:15")


BROKEN = [
    ("an unknown field", "hotline:", "hotlin:", 6, "hotlin"),
    ("a missing name", "names: {vi: Hộ tịch}", "names: {en: Civil}", 18, "services.0.names.vi"),
    ("a missing list", "services: [B]", "servces: [B]", 32, "counters.1"),
    ("an unknown service", "services: [A, B]", "services: [A, X]", 30, "counters.0.services.1: counter 1: unknown"),
    ("a counter twice", "number: 2", "number: 1", 31, "counters.1.number: number: 1 stands twice"),
    ("a service twice", "code: B", "code: A", 25, "services.1.code: code: A stands twice"),
    ("a prefix twice", 'prefix: "1"', "prefix: A", 27, "services.1.prefix: prefix: A stands twice"),
    ("a prefix in small letters", 'prefix: "1"', "prefix: b", 27, "services.1.prefix"),
    ("a counter that is no number", "number: 2", "number: hai", 31, "counters.1.number"),
    ("a counter zero", "number: 2", "number: 0", 31, "counters.1.number"),
    ("a mode that nobody knows", "mode: interleaved", "mode: random", 7, "policy.mode"),
    ("a ratio of none", "ratio: 2", "ratio: 0", 7, "policy.ratio"),
    ("an impossible time", '"07:30", "11:15"], [', '"25:30", "11:15"], [', 9, "calendar.weekly"),
    ("windows that overlap", '["13:15", "16:30"]', '["11:00", "16:30"]', 9, "calendar.weekly"),
    ("an eighth weekday", '"5": [[', '"8": [[', 11, "calendar.weekly"),
    ("a date that is none", "2026-02-17: []", "2026-02-30: []", 13, "calendar.exceptions"),
    ("a code with a space", "code: khuong-dinh", "code: khuong dinh", 2, "code"),
    ("an unknown zone", "code: khuong-dinh", "code: khuong-dinh\ntimezone: Asia/Hanoi", 3, "timezone"),
    ("a bracket that is not closed", "services: [B]", "services: [B", 33, ""),
    ("a key twice", "code: khuong-dinh", "code: khuong-dinh\ncode: other", 3, "code stands twice"),
    ("an alias", "services: [B]", "services: &a [B]\n    zone2: *a", 33, "aliases are not allowed"),
    ("another format", "motcua-office/1", "motcua-office/9", 1, "format"),
    ("not a mapping", GOOD, "- a\n- b", 1, "a mapping is needed"),
    ("too deep", "services: [B]", "services: " + "[" * 5_000, 32, "nested too deeply"),
    ("a binary", GOOD, "code: x\n\x00\x01\x02", 2, "special characters"),
    ("a procedure without a name", "names: {vi: Đăng ký khai sinh}", "names: {}", 22, "procedures.0.names.vi"),
    ("a procedure's paper that is none", "{vi: Tờ khai}", "Tờ khai", 23, "services.0.procedures.0.papers.0"),
    ("a fee in no language", "fee: {vi: Không thu}", "fee: 8000", 24, "procedures.0.fee"),
    ("a procedure twice", "fee: {vi: Không thu}", 'fee: {vi: Có}\n      - {code: "1.001193", names: {vi: Hai}}',
     25, "services.0.procedures.1.code: code: 1.001193 stands twice"),
    ("two rules of one day", "code: khuong-dinh",
     "code: khuong-dinh\nretention:\n  - {since: 2026-01-01, days: {notes: 9}}\n  - {since: 2026-01-01, days: {}}",
     5, "retention.1.since: since: 2026-01-01 stands twice"),
]


@pytest.mark.parametrize(("right", "wrong", "line", "path"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN])
def test_a_fault_is_named_with_its_line(right: str, wrong: str, line: int | None, path: str) -> None:
    assert right in GOOD
    with pytest.raises(FileRefused) as refusal:
        read(GOOD.replace(right, wrong, 1))
    faults = refusal.value.faults
    assert any(path in str(fault) for fault in faults), [str(f) for f in faults]
    if line is not None:
        assert line in [fault.line for fault in faults], [str(f) for f in faults]


def test_a_file_in_another_encoding_is_told_where() -> None:
    old = GOOD.encode().replace("Hộ tịch".encode(), "Hé".encode("latin-1"), 1)
    with pytest.raises(FileRefused) as refusal:
        read_bytes(old)
    assert [(fault.line, "UTF-8" in fault.reason) for fault in refusal.value.faults] == [(18, True)]


def test_the_form_shows_the_days_that_hold_where_nothing_is_set() -> None:
    form = Path("server/web/static/pages/admin/sections.js").read_text(encoding="utf-8")
    shown = re.findall(r'\["(\w+)", _\("[^"]+"\), (\d+)\]', form)
    assert {kind: int(days) for kind, days in shown} == KINDS


def test_prefixes_of_figures_must_not_print_the_same_number() -> None:
    with pytest.raises(FileRefused, match="office_file_refused"):
        read(GOOD.replace("names: {vi: Hộ tịch}", 'names: {vi: Hộ tịch}\n    prefix: "11"'))


def test_a_small_file_cannot_unfold_into_a_large_one() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b]\n"
    with pytest.raises(FileRefused):
        read(bomb)
    with pytest.raises(FileRefused):
        read("x" * 1_100_000)
    with pytest.raises(FileRefused):
        read("[" * 20_000)


BOARD = "boards:\n  - {code: khu-a, name: Khu A, layout: zone, zone: Khu A}\n"


def test_board_layouts_are_part_of_the_office() -> None:
    office = read(GOOD + BOARD)
    assert office.description()["settings"]["boards"] == [
        {"code": "khu-a", "name": "Khu A", "layout": "zone", "zone": "Khu A"}
    ]


@pytest.mark.parametrize(
    ("board", "fault"),
    [
        ("{code: x, name: X, layout: zone, zone: Khu B}", "board x: Khu B is not in this office"),
        ("{code: x, name: X, counters: [9]}", "board x: 9 is not in this office"),
        ("{code: x, name: X, services: [Z]}", "board x: Z is not in this office"),
        ("{code: x, name: X, layout: zone}", "a zone board needs a zone, counters or services"),
        ("{code: x, name: X, layout: sign, counters: [1, 2]}", "a sign stands over one counter"),
        ("{code: x, name: X, layout: cinema}", "Input should be"),
        ("{code: khu-a, name: X}", "khu-a stands twice"),
    ],
)
def test_a_board_of_what_the_office_does_not_have_is_refused(board: str, fault: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read(f"{GOOD}{BOARD}  - {board}\n")
    assert fault in str(refused.value.faults[0])
