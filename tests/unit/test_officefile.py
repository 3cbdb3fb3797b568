"""An office as one file: what is right comes back unchanged, what is wrong is named with its line."""

from __future__ import annotations

import re
import textwrap
from functools import partial
from pathlib import Path

import pytest

from server.domain.retention import KINDS
from server.services.faults import FileRefused
from server.services.officefile import read, read_bytes, write
from server.services.texts import error_text, text

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
    ("an unknown service", "services: [A, B]", "services: [A, X]",
     30, "counters.0.services.1: quầy 1: không có lĩnh vực “X”"),
    ("a counter twice", "number: 2", "number: 1", 31, "counters.1.number: 1 đã có ở mục khác"),
    ("a service twice", "code: B", "code: A", 25, "services.1.code: A đã có ở mục khác"),
    ("a prefix twice", 'prefix: "1"', "prefix: A", 27, "services.1.prefix: A đã có ở mục khác"),
    ("a prefix in small letters", 'prefix: "1"', "prefix: b", 27, "services.1.prefix: phải là một hoặc hai chữ hoa"),
    ("a counter that is no number", "number: 2", "number: hai", 31, "counters.1.number: phải là một số nguyên"),
    ("a counter zero", "number: 2", "number: 0", 31, "counters.1.number: nhỏ quá: ít nhất 1"),
    ("a mode that nobody knows", "mode: interleaved", "mode: random", 7, "policy.mode: chỉ nhận: strict, interleaved"),
    ("a ratio of none", "ratio: 2", "ratio: 0", 7, "policy.ratio: nhỏ quá: ít nhất 1"),
    ("a ratio of too many", "ratio: 2", "ratio: 21", 7, "policy.ratio: lớn quá: nhiều nhất 20"),
    ("a telephone that is a number", '"1900 0000"', "19000000", 6, "hotline: phải là chữ"),
    ("a text that is too long", '"1900 0000"', "9a" * 101, 6, "hotline: dài quá: nhiều nhất 200 ký tự"),
    ("a text that is empty", '"1900 0000"', '" "', 6, "hotline: không được để trống"),
    ("too many of a list", "services: [B]", f"services: [{', '.join('B' * 101)}]", 32, "nhiều nhất 100 mục"),
    ("none of a list", GOOD, "code: x\nnames: {vi: X}\nservices: []\ncounters: []", 3, "services: cần ít nhất một mục"),
    ("a list that is none", "services: [B]", "services: B", 32, "counters.1.services: phải là một danh sách"),
    ("a switch that is none", "code: B", "code: B\n    active: có", 26, "services.1.active: chỉ nhận: true, false"),
    ("a scale of four", "code: khuong-dinh", "code: khuong-dinh\nrating_scale: 4", 3, "rating_scale: chỉ nhận: 3, 5"),
    ("a help twice", "{vi: Hộ tịch}", "{vi: Hộ tịch}\n    help: true\n  - code: C\n    names: {vi: C}\n    help: true",
     22, "services.1.help: chỉ một lĩnh vực"),
    ("a criterion twice", "code: khuong-dinh",
     "code: khuong-dinh\nrating_criteria: [attitude, attitude]", 3, "hai lần"),
    ("a report to nowhere", "code: khuong-dinh", "code: khuong-dinh\nreports: [{name: a, period: month}]", 3,
     "reports.0: cần một thư mục hoặc một hộp thư"),
    ("a mailbox that is none", "code: khuong-dinh",
     "code: khuong-dinh\nreports: [{name: a, period: month, mail: [a@b]}]", 3, "phải là một địa chỉ thư"),
    ("a wording without the counter", "code: khuong-dinh",
     'code: khuong-dinh\ntexts: {voice: {invite: {vi: "Mời số {number}"}}}', 3, "voice.invite.vi: cần có đủ {number}"),
    ("a wording whose brace stays open", "code: khuong-dinh",
     'code: khuong-dinh\ntexts: {voice: {recall: {en: "{number} {counter"}}}', 3,
     "voice.recall.en: cần có đủ {number}"),
    ("an item that nobody knows", "code: khuong-dinh",
     "code: khuong-dinh\nsignage: [{name: a, items: [{kind: film}]}]", 3, "chỉ nhận: picture, video, notice, papers"),
    ("an item of no kind", "code: khuong-dinh",
     "code: khuong-dinh\nsignage: [{name: a, items: [{seconds: 5}]}]", 3, "items.0: còn thiếu 'kind'"),
    ("a picture that is none", "code: khuong-dinh",
     "code: khuong-dinh\nsignage: [{name: a, items: [{kind: picture, media: x}]}]", 3, "phải gồm đúng 64"),
    ("a showing that ends first", "code: khuong-dinh",
     "code: khuong-dinh\nsignage: [{name: a, schedule: {first: 2026-02-02, last: 2026-02-01}}]", 3, "ngày cuối trước"),
    ("an impossible time", '"07:30", "11:15"], [', '"25:30", "11:15"], [',
     10, "calendar.weekly.0: giờ phải viết như 07:30"),
    ("windows that overlap", '["13:15", "16:30"]', '["11:00", "16:30"]',
     10, "calendar.weekly.0: các khung giờ phải lần lượt"),
    ("an eighth weekday", '"5": [[', '"8": [[', 11, "calendar.weekly"),
    ("a date that is none", "2026-02-17: []", "2026-02-30: []", 13, "calendar.exceptions.2026-02-30: phải là ngày"),
    ("a code with a space", "code: khuong-dinh", "code: khuong dinh", 2, "code: chỉ gồm chữ không dấu"),
    ("an unknown zone", "code: khuong-dinh", "code: khuong-dinh\ntimezone: Asia/Hanoi",
     3, "timezone: không có múi giờ “Asia/Hanoi”"),
    ("a bracket that is not closed", "services: [B]", "services: [B", 33, "không đọc được theo YAML: ngoặc mở ra"),
    ("a quotation mark that stays open", "zone: Khu A", 'zone: "Khu A', 34, "YAML: dấu nháy"),
    ("a colon in a text", "{vi: Hộ tịch}", "\n      vi: Hộ tịch: khai sinh", 19, "YAML: thừa dấu hai chấm"),
    ("a line without a colon", "  en: Public", "  en Public", 6, "YAML: thiếu dấu hai chấm"),
    ("a tab", "  zone: Khu A", "\tzone: Khu A", 33, "YAML: "),
    ("an at sign first", '"1900 0000"', "@x", 6, "YAML: có ký tự đặc biệt"),
    ("a list less indented than its first", "    services: [B]", "   services: [B]", 32, "YAML: thụt lề không thẳng"),
    ("a second document", "counters:", "---\ncounters:", 28, "không đọc được theo YAML"),
    ("a tag", "services: [B]", "services: !!set [B]", 32, "không dùng được “!”"),
    ("a tag that its value does not fit", "services: [B]", "services: !!bool [B]", 32, "không dùng được “!”"),
    ("a list as a name", "hotline:", "? [a]\n:", 6, "tên mục phải là chữ"),
    ("a number that is none", '"1900 0000"', "-0b_", None, "không đọc được theo YAML"),
    ("a key twice", "code: khuong-dinh", "code: khuong-dinh\ncode: other", 3, "mục “code” đứng hai lần"),
    ("an alias", "services: [B]", "services: &a [B]\n    zone2: *a", 33, "không dùng được “*”"),
    ("another format", "motcua-office/1", "motcua-office/9", 1, "format: chỉ nhận: motcua-office/1"),
    ("not a mapping", GOOD, "- a\n- b", 1, "phải gồm các mục"),
    ("too deep", "services: [B]", "services: " + "[" * 5_000, 32, "lồng nhau quá sâu"),
    ("a binary", GOOD, "code: x\n\x00\x01\x02", 2, "có ký tự không in được"),
    ("a procedure without a name", "names: {vi: Đăng ký khai sinh}", "names: {}", 22, "procedures.0.names.vi"),
    ("a procedure's paper that is none", "{vi: Tờ khai}", "Tờ khai", 23, "services.0.procedures.0.papers.0"),
    ("a fee in no language", "fee: {vi: Không thu}", "fee: 8000", 24, "procedures.0.fee"),
    ("a procedure twice", "fee: {vi: Không thu}", 'fee: {vi: Có}\n      - {code: "1.001193", names: {vi: Hai}}',
     25, "services.0.procedures.1.code: 1.001193 đã có ở mục khác"),
    ("two rules of one day", "code: khuong-dinh",
     "code: khuong-dinh\nretention:\n  - {since: 2026-01-01, days: {notes: 9}}\n  - {since: 2026-01-01, days: {}}",
     5, "retention.1.since: 2026-01-01 đã có ở mục khác"),
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
    (fault,) = refusal.value.faults
    assert str(fault) == "18: không phải UTF-8; hãy lưu lại tệp theo UTF-8"
    assert fault.said(partial(text, "en")) == "18: not UTF-8; save the file again as UTF-8"


QUOTED = re.compile(r"“[^”]*”|'[^']*'|\{\w+\}")
ENGLISH = re.compile(r"\b(should|input|value|field|valid|must|need|not|found|expected|least|most|or|and|is)\b", re.I)
VIETNAMESE = re.compile("[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.I)


@pytest.mark.parametrize(("right", "wrong"), [b[1:3] for b in BROKEN], ids=[b[0] for b in BROKEN])
def test_who_reads_one_language_reads_a_fault_in_that_alone(right: str, wrong: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(GOOD.replace(right, wrong, 1))
    for fault in refusal.value.faults:
        vietnamese, english = (QUOTED.sub("…", fault.reason.said(partial(text, code))) for code in ("vi", "en"))
        assert VIETNAMESE.search(vietnamese) and not ENGLISH.search(vietnamese), vietnamese
        assert not VIETNAMESE.search(english), english
        assert re.findall("[0-9]+", vietnamese) == re.findall("[0-9]+", english), "the same figures"
    said = [error_text(code, refusal.value) for code in ("vi", "en")]
    assert said[0].startswith("Tệp cấu hình có lỗi") and said[1].startswith("The office file has faults")


def test_the_form_shows_the_days_that_hold_where_nothing_is_set() -> None:
    form = Path("server/web/static/pages/admin/sections.js").read_text(encoding="utf-8")
    shown = re.findall(r'\["(\w+)", _\("[^"]+"\), (\d+)\]', form)
    assert {kind: int(days) for kind, days in shown} == KINDS


def test_prefixes_of_figures_must_not_print_the_same_number() -> None:
    with pytest.raises(FileRefused) as refused:
        read(GOOD.replace("names: {vi: Hộ tịch}", 'names: {vi: Hộ tịch}\n    prefix: "11"'))
    assert [str(fault) for fault in refused.value.faults] == [
        "19: services.0.prefix: 1 và 11 sẽ in ra những số giống nhau"
    ]


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
        ("{code: x, name: X, layout: zone, zone: Khu B}", "bảng “x”: không quầy nào ở khu “Khu B”"),
        ("{code: x, name: X, counters: [9]}", "bảng “x”: đơn vị không có quầy 9"),
        ("{code: x, name: X, services: [Z]}", "bảng “x”: đơn vị không có lĩnh vực “Z”"),
        ("{code: x, name: X, layout: zone}", "bảng của một khu cần có khu, quầy hoặc lĩnh vực"),
        ("{code: x, name: X, layout: sign, counters: [1, 2]}", "biển trên quầy chỉ dành cho một quầy"),
        ("{code: x, name: X, layout: cinema}", "chỉ nhận: main, zone, sign, queue, signage"),
        ("{code: khu-a, name: X}", "khu-a đã có ở mục khác"),
    ],
)
def test_a_board_of_what_the_office_does_not_have_is_refused(board: str, fault: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read(f"{GOOD}{BOARD}  - {board}\n")
    assert fault in str(refused.value.faults[0])
