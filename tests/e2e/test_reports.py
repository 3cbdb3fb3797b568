"""Reports of a half-year of tickets in Chromium: as the head, an officer and the auditor of the office see them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from server.db import tables as t
from server.db.engine import make_engine
from server.db.unit_of_work import SqlUnitOfWork
from server.domain.words import Role
from server.services.staff import put_staff
from server.services.views import describe
from tests.e2e.test_desk import violations
from tests.e2e.test_head_admin import focus
from tests.offices import PASSWORD, FixedClock, Silent
from tests.reports.replay import Past, working_days
from tests.servers import Motcua

pytestmark = pytest.mark.e2e

Browse = Callable[..., Page]
PICTURES = os.environ.get("MOTCUA_PICTURES")
HALF_YEAR = "from=2025-05-01&to=2025-10-31"
LEVELS = {"very_satisfied": 2220, "satisfied": 715, "dissatisfied": 3, "without_level": 1}
SERVED = 4509


@pytest.fixture(scope="module")
def server(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Motcua]:
    path = tmp_path_factory.mktemp("reports") / "office.db"
    shutil.copy(furnished, path)
    engine = make_engine(f"sqlite:///{path}")
    uow = SqlUnitOfWork(engine, FixedClock(), describe, Silent())
    Past(uow).live(working_days(date(2025, 5, 1), date(2025, 10, 31)), SERVED, LEVELS, absent=141, left=37,
                   reason="processing_time")  # fmt: skip
    with uow.command("demo") as tx:
        put_staff(tx, "auditor", "Kiểm soát viên", [Role.AUDITOR], PASSWORD)
    press_in_a_row(uow)
    engine.dispose()
    with Motcua(f"sqlite:///{path}") as running:
        yield running


def press_in_a_row(uow: SqlUnitOfWork) -> None:
    """Six ratings at one counter within twenty seconds, which no six citizens give."""
    s, r = t.service_session.c, t.rating.c
    with uow.office_lock("demo") as connection:
        free = sa.select(t.service_session).outerjoin(t.rating, r.session_id == s.id).where(r.level.is_(None))
        rows = connection.execute(free.where(s.counter == 1).order_by(s.day.desc()).limit(6)).mappings().all()
        for index, row in enumerate(rows):
            at = rows[0]["ended_at"] + timedelta(seconds=4 * index)
            span = {"started_at": at - timedelta(minutes=3), "ended_at": at - timedelta(seconds=2)}
            moved = t.service_session.update().where(s.id == row["id"])
            connection.execute(moved.values(day=rows[0]["day"], **span))
            connection.execute(t.rating.insert(), {
                "session_id": row["id"], "office_id": row["office_id"], "day": rows[0]["day"], "scale": 3,
                "service": row["service"], "counter": row["counter"], "officer": row["officer"], "reasons": [],
                "level": "very_satisfied", "channel": "panel", "pressed_at": at, "received_at": at,
                "idempotency_key": f"row{index}",
            })  # fmt: skip


def keep(page: Page, name: str, part: str | None = None) -> None:
    """A picture for the documents, when they are renewed."""
    if PICTURES:
        path = Path(PICTURES) / f"{name}.png"
        page.locator(part).screenshot(path=path) if part else page.screenshot(path=path)


def test_a_head_reads_the_half_year_and_asks_what_made_a_figure(browse: Browse, tmp_path: Path) -> None:
    page = browse("/reports", user="head")
    # The first to ask for a half-year waits until its days are counted.
    page.goto(f"/reports?office=demo&{HALF_YEAR}", timeout=60_000)
    figures = page.locator(".reports__section").nth(1)
    expect(figures).to_contain_text("4.509")
    # 2.220 + 715 of the published half-year, and the six pressed in a row.
    expect(page.locator("#satisfaction tfoot")).to_contain_text("2.226")
    expect(page.locator("#satisfaction tfoot")).to_contain_text("715")
    assert page.locator("main svg[aria-label]").count() == page.locator("main details").count() == 4
    assert violations(page) == []
    keep(page, "reports")
    (tmp_path / "page.pdf").write_bytes(page.pdf(prefer_css_page_size=True))
    command = ["pdftotext", "-layout", tmp_path / "page.pdf", "-"]
    paper = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert paper.lstrip().startswith("Trung tâm Phục vụ hành chính công phường Khương Đình"), "paper says whose figures"
    assert "Tuần 44/2025" in paper and "Xếp" in paper, "what was folded or wide is printed whole"
    assert paper.count("Cộng") == page.locator("tfoot").count(), "a whole is printed once"
    for name, part in (("week", "#week"), ("waits", "#waits"), ("satisfaction", "#satisfaction")):
        keep(page, f"reports-{name}", part)
    page.locator("#numbers summary").press("Enter")
    figure = page.locator("#numbers tbody td a").first
    count = int(figure.inner_text())
    figure.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_visible()
    assert page.url.count("/reports/tickets") == 1
    assert violations(page) == []
    keep(page, "reports-tickets")
    assert 0 < page.locator("tbody tr").count() == count
    page.go_back()
    focus(page, "Tháng trước")
    page.keyboard.press("Enter")
    expect(page.locator(".reports__presets [aria-current=true]")).to_have_text("Tháng trước")


def test_the_mark_of_a_picture_leads_to_its_tickets_by_keyboard(browse: Browse) -> None:
    page = browse("/reports", user="head")
    page.goto(f"/reports?office=demo&{HALF_YEAR}")
    mark = page.locator("#week svg a").first
    said = mark.locator("title").text_content() or ""
    mark.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/tickets?**")
    count = page.locator("tbody tr").count()
    assert f"phát {count} số" in said


def test_an_officer_sees_the_own_page_and_nobody_elses(browse: Browse, server: Motcua) -> None:
    page = browse("/reports", user="officer1")
    page.goto(f"/reports/officer?office=demo&{HALF_YEAR}")
    expect(page.locator("h1")).to_have_text("Nguyễn Thị Minh Ngọc")
    expect(page.get_by_text("Lê Hoàng Phương Thảo")).to_have_count(0)
    assert violations(page) == []
    keep(page, "reports-officer")
    assert page.locator("#satisfaction a").count() == 0, "what was pressed is not traced for whom it was about"
    for path in ("/reports/checks", "/reports/import", "/reports/deliveries"):
        answer = page.goto(f"{path}?office=demo")
        assert answer is not None and answer.status == 403, path


def test_an_auditor_sees_runs_with_their_evidence(browse: Browse) -> None:
    page = browse("/reports", user="auditor")
    page.goto(f"/reports/checks?office=demo&{HALF_YEAR}")
    finding = page.locator(".reports__finding").first
    expect(finding).to_contain_text("Nhiều lượt bấm trong một phút tại một quầy")
    expect(finding).to_contain_text("6 lượt trong 20 giây")
    finding.locator("summary").press("Enter")
    expect(finding.locator("tbody tr")).to_have_count(6)
    assert violations(page) == []
    keep(page, "reports-checks")


def test_a_printed_report_is_checked_and_older_records_are_looked_at(browse: Browse, tmp_path: Path) -> None:
    page = browse("/reports", user="admin")
    page.goto("/reports/check?office=demo")
    table = {"Nửa năm": {"total": 2939, "very_satisfied": 2220, "satisfied": 715, "dissatisfied": 3},
             "Hồ sơ": {"received": 7761, "on_time": 7643, "early": 75, "in_progress": 43, "late": 0}}  # fmt: skip
    (tmp_path / "bao-cao.json").write_text(json.dumps(table), encoding="utf-8")
    page.set_input_files("input[type=file]", tmp_path / "bao-cao.json")
    page.get_by_role("button", name="Soát").first.press("Enter")
    expect(page.locator("#result")).to_have_text("1 chỗ không khớp")
    assert violations(page) == []
    keep(page, "reports-validator")
    page.goto("/reports/import?office=demo")
    old = tmp_path / "cu.csv"
    old.write_text("Ngày;Lĩnh vực;Đã phát;Đã phục vụ\n01/06/2020;Hộ tịch;1.100;1.000\n31/02/2020;Hộ tịch;1;1\n")
    page.set_input_files("input[type=file]", old)
    page.get_by_role("button", name="Xem thử").press("Enter")
    expect(page.locator("#faults")).to_have_text("1 lỗi, chưa nhập gì")
    assert violations(page) == []
    old.write_text("Ngày;Lĩnh vực;Đã phát;Đã phục vụ\n01/06/2020;Hộ tịch;1.100;1.000\n")
    page.set_input_files("input[type=file]", old)
    page.get_by_role("button", name="Xem thử").press("Enter")
    page.get_by_role("button", name="Nhập các dòng này").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã nhập 1 dòng")
    page.goto("/reports/deliveries?office=demo")
    expect(page.locator("main")).to_contain_text("Đơn vị chưa đặt báo cáo nào gửi định kỳ.")
    assert violations(page) == []
