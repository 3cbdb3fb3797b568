"""The page that an office signs, as it comes out of the printer: read back word by word, with where each stands."""

from __future__ import annotations

import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from server.db.reporting import SqlFigures
from server.db.unit_of_work import SqlUnitOfWork
from server.domain.words import Role
from server.services.access import Actor
from server.services.report_names import names_of
from server.services.reporting import Query, ask
from server.services.reports_out.files import file_of, pictures
from server.services.reports_out.pdf_file import MARGIN_MM, pdf_file
from server.services.reports_out.sheet import Line, Sheet, sheet_of
from tests.reports.replay import Past, working_days

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MM = 72 / 25.4
OFFICERS = ("Nguyễn Hoàng Thị Phương Thảo Ngọc Khánh Linh", "Lê An", "Tôn Nữ Công Tằng Thị Huyền Trân", "Trần Văn Bình")
OFFICES = (
    "Trung tâm Phục vụ hành chính công phường Hoàng Văn Thụ – Chi nhánh số 1 khu vực Hoàng Mai", "UBND xã Ba Vì",
    "Trung tâm Phục vụ hành chính công phường Khương Đình",
)  # fmt: skip
SIGNING = "Ngày 20/11/2026 Người lập biểu Thủ trưởng đơn vị (ký, ghi rõ họ tên) (ký, ghi rõ họ tên)"
FIVE = {"very_satisfied": 30, "satisfied": 40, "neutral": 9, "dissatisfied": 5, "very_dissatisfied": 1}


@dataclass(frozen=True)
class Word:
    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Leaf:
    """One page: its size and its words in the order in which they are read."""

    width: float
    height: float
    words: list[Word]

    @property
    def said(self) -> str:
        return " ".join(word.text for word in self.words)


def read(content: bytes, folder: Path) -> list[Leaf]:
    (folder / "page.pdf").write_bytes(content)
    subprocess.run(["pdftotext", "-bbox", folder / "page.pdf", folder / "page.html"], check=True)
    name = "{http://www.w3.org/1999/xhtml}"
    pages = ET.parse(folder / "page.html").getroot().iter(f"{name}page")
    return [
        Leaf(float(page.get("width", 0)), float(page.get("height", 0)), [
            Word(word.text or "", *(float(word.get(side, 0)) for side in ("xMin", "yMin", "xMax", "yMax")))
            for word in page.iter(f"{name}word")
        ])
        for page in pages
    ]  # fmt: skip


@pytest.fixture
def sheet(uow: SqlUnitOfWork, figures: SqlFigures) -> Sheet:
    """A month of five levels, ranked: the most columns that a page has."""
    Past(uow).live(working_days(date(2026, 10, 1), date(2026, 10, 31)), 120, FIVE, scale=5, absent=7)
    head = Actor("staff", "head", "head", roles={"demo": frozenset({Role.HEAD})})
    report = ask(uow, figures, head, Query("demo", date(2026, 10, 1), date(2026, 10, 31), ("officer",)))
    return sheet_of(report, names_of(uow, report, "vi"))


def with_lines(sheet: Sheet, names: Sequence[str], count: int) -> Sheet:
    some = [line.values[1:] for line in sheet.lines]
    lines = (Line((f"{names[n % len(names)]} {n + 1:02d}", *some[n % len(some)]), {}) for n in range(count))
    return replace(sheet, lines=tuple(lines))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sixty_offices_and_forty_officers_are_printed_whole_and_signed_with_figures(sheet: Sheet, tmp_path) -> None:
    for names, count in ((OFFICERS, 40), (OFFICES, 60), (OFFICERS, 11), (OFFICERS, 0)):
        long = with_lines(sheet, names, count)
        pages = read(pdf_file(long, AT), tmp_path)
        for page in pages:
            margin = MARGIN_MM * MM - 3
            outside = [w.text for w in page.words if w.left < margin or w.right > page.width - margin]
            assert outside == [], "nothing is wider than the paper"
            assert all(word.bottom < page.height for word in page.words)
        words = " ".join(page.said for page in pages)
        titles = {word for column in long.columns if column.paper for word in column.title.split()}
        heads = [page for page in pages if "Vắng" in page.said]
        assert all(titles <= {word.text for word in page.words} for page in heads), "no word of a heading is cut"
        rows = [page for page in pages if any(line.values[0].split()[-1] in page.said.split() for line in long.lines)]
        assert all(page in heads for page in rows), "every page of figures has the heading"
        for line in long.lines:
            whole = [page for page in pages if whole_on(page, str(line.values[0]))]
            assert len(whole) == 1, f"{line.values[0]} stands on one page, whole"
        last = pages[-1].said
        assert words.count("Cộng") == 1 and "Cộng" in last, "nobody signs a page without figures"
        assert SIGNING in last and f"{len(pages)}/{len(pages)}" in last


def whole_on(page: Leaf, name: str) -> bool:
    """Whether a page has all words of a name; its number tells one from the others of that name."""
    wanted = name.split()
    first_figure = next((w.right for w in page.words if w.text == "phát"), 0) - 7 * MM
    column = sorted((w for w in page.words if w.left < first_figure), key=lambda w: (round(w.top), w.left))
    texts = [word.text for word in column]
    return any(texts[i + 1 - len(wanted) : i + 1] == wanted for i, text in enumerate(texts) if text == wanted[-1])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_signatures_never_stand_alone_however_long_the_table(sheet: Sheet, tmp_path) -> None:
    """Of these lengths the table ends where the signatures have no room any more, or just before."""
    for count in (16, 29):
        last = read(pdf_file(with_lines(sheet, OFFICERS, count), AT), tmp_path)[-1].said
        assert "Cộng" in last and SIGNING in last, f"{count} lines"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_picture_of_many_parts_shows_the_longest_and_says_so(uow, figures, sheet: Sheet, tmp_path) -> None:
    head = Actor("staff", "head", "head", roles={"demo": frozenset({Role.HEAD})})
    report = ask(uow, figures, head, Query("demo", date(2026, 10, 1), date(2026, 10, 31), ("counter",)))
    tallies = list(report.rows.values())
    many = replace(report, rows={(n,): tallies[n % len(tallies)] for n in range(60)})
    names = names_of(uow, report, "vi")
    (picture,) = pictures(many, names)
    assert picture.title.startswith("Thời gian chờ dài nhất: 10 trong ")
    first, *_ = read(file_of(many, names, "pdf").content, tmp_path)
    assert "Thời gian chờ dài nhất: 10" in first.said and "mức 15:00" in first.said, "it stands on the first page"
    nothing = replace(report, rows={key: {} for key in report.rows}, total={})
    assert all(picture.empty for picture in pictures(nothing, names))
    assert "90% dưới Một" not in read(file_of(nothing, names, "pdf").content, tmp_path)[0].said, "no empty picture"
