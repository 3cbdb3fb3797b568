"""What an administrator sets, tries and uploads, and an officer's papers and small window: one office, one server.

Each test leaves the office as the next one needs it.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
from playwright.sync_api import Page, expect

from server.db.engine import make_engine
from server.db.unit_of_work import SqlUnitOfWork
from server.domain.words import Role
from server.services.staff import put_staff
from server.services.views import describe
from tests.api.test_photos import SVG, photo
from tests.e2e.test_desk import enabled, in_hand, press, sit, violations
from tests.e2e.test_head_admin import focus
from tests.offices import PASSWORD, Silent, bearer
from tests.reports.replay import Past
from tests.servers import Motcua

pytestmark = pytest.mark.e2e

Browse = Callable[..., Page]
PICTURES = os.environ.get("MOTCUA_PICTURES")
PEOPLE_YESTERDAY = 240
_keys = count(1)


@pytest.fixture(scope="module")
def server(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Motcua]:
    """The office with a yesterday: 240 people came, four of them were never called."""
    path = tmp_path_factory.mktemp("settings") / "office.db"
    shutil.copy(furnished, path)
    engine = make_engine(f"sqlite:///{path}")
    uow = SqlUnitOfWork(engine, lambda: datetime.now(UTC), describe, Silent())
    with uow.command("demo") as tx:
        put_staff(tx, "locked", "Đặng Thị Khoá", [Role.OFFICER], PASSWORD)
    past = Past(uow)
    past.live([uow.hall("demo").day - timedelta(days=1)], PEOPLE_YESTERDAY - 4, {}, left=4)
    engine.dispose()
    with Motcua(f"sqlite:///{path}") as running:
        yield running


@pytest.fixture
def number(server: Motcua) -> Callable[[str], Any]:
    """Take a number as the kiosk does."""

    def take(service: str) -> Any:
        headers = bearer("kiosk") | {"Idempotency-Key": f"settings-{next(_keys)}"}
        body = {"service": service}
        return requests.post(f"{server.url}/api/v1/offices/demo/tickets", json=body, headers=headers, timeout=10).json()

    return take


@pytest.fixture
def admin(browse: Browse) -> Callable[[str], Page]:
    def at(section: str) -> Page:
        page = browse("/admin", user="admin")
        page.goto(f"/admin#{section}")
        expect(page.locator(f".admin__menu [href='#{section}']")).to_have_attribute("aria-current", "page")
        return page

    return at


Admin = Callable[[str], Page]


def keep(page: Page, name: str) -> None:
    """A picture for the documents, when they are renewed."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def save(page: Page) -> None:
    page.locator("[data-do=save]").press("Enter")
    expect(page.locator(".banner--done")).to_contain_text("Đã lưu.")


def test_an_officer_holds_until_a_time_sends_to_a_colleague_pauses_and_is_moved(
    browse: Browse, number: Callable[[str], Any]
) -> None:
    number("A")
    number("A")
    desk, colleague = sit(browse, "officer1", 1), sit(browse, "officer5", 5)
    press(desk, " ")
    enabled(desk, "hold")
    press(desk, "h", "1")
    desk.get_by_label("Hẹn quay lại").select_option("15")
    desk.get_by_role("dialog").locator(".button--main").press("Enter")
    expect(desk.locator("section[aria-labelledby=held]")).to_contain_text(re.compile(r"A001.*hẹn \d\d:\d\d", re.DOTALL))

    enabled(desk, "next")
    press(desk, " ")
    expect(in_hand(desk)).to_have_text("A002")
    enabled(desk, "transfer")
    press(desk, "t")
    desk.get_by_label("Hoặc đến cán bộ").select_option(label="Võ Thị Ánh Tuyết")
    desk.get_by_label("Ghi chú cho người nhận").fill("hồ sơ cũ ở chị Tuyết")
    press(desk, "Enter")
    line = colleague.locator("section[aria-labelledby=line]")
    expect(line).to_contain_text(re.compile("A002.*chuyển đến quầy này · hồ sơ cũ ở chị Tuyết", re.DOTALL))

    enabled(desk, "pause")
    press(desk, "p", "1", "Enter")
    expect(desk.locator(".topbar__state")).to_contain_text("Tạm dừng: ")
    enabled(desk, "open")
    press(desk, "o")
    expect(desk.locator(".topbar__state")).to_contain_text("Đang mở")

    floor = browse("/floor", user="head")
    card = floor.locator("[data-counter='4']")
    card.get_by_role("button", name=re.compile("Điều chỉnh")).press("Enter")
    dialog = floor.get_by_role("dialog")
    chosen = dialog.get_by_role("option", name=re.compile("Võ Thị Ánh Tuyết")).get_attribute("value")
    dialog.get_by_label("Cán bộ").select_option(chosen)
    dialog.locator(".button--main").press("Enter")
    expect(card).to_contain_text("Võ Thị Ánh Tuyết")
    expect(colleague.locator(".topbar__counter")).to_have_text("Quầy 4")
    expect(line).to_contain_text("A002")  # what was sent to a person goes with the person
    enabled(colleague, "close")
    press(colleague, "d", "Enter")
    expect(colleague.get_by_role("heading", name="Anh/chị ngồi quầy nào hôm nay?")).to_be_visible()


def test_a_rule_of_retention_is_set_by_the_keyboard_and_holds_at_once(admin: Admin) -> None:
    page = admin("retention")
    kept = page.locator("[data-kind=notes] td").first
    expect(kept).to_have_text("90")
    focus(page, "Thêm quy định")
    press(page, "Enter")
    page.get_by_label("Ghi chú của cán bộ về số").fill("0")
    page.get_by_label("Ghi chú của cán bộ về số").press("Tab")
    page.locator("[data-do=save]").press("Enter")
    expect(page.locator(".field-error")).to_contain_text(["Cần điền mục này.", "Từ 1 đến 3660."])
    page.get_by_label("Ghi chú của cán bộ về số").fill("60")
    page.get_by_label("Có hiệu lực từ ngày").fill("2026-01-01")
    page.get_by_label("Căn cứ").fill("QĐ 12/QĐ-UBND")
    assert violations(page) == []
    save(page)
    expect(kept).to_have_text("60")
    expect(page.locator("summary")).to_contain_text("Từ 01/01/2026 · QĐ 12/QĐ-UBND")


def test_an_office_file_is_tried_and_its_fault_is_shown_by_line(admin: Admin) -> None:
    page = admin("file")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Tải tệp về").click()
    text = Path(taken.value.path()).read_text(encoding="utf-8")
    wanted = re.sub("hotline: '?1900 0000'?", "hotline: 1900 2222", text)
    assert wanted != text
    page.locator("#file-text").fill(wanted)
    page.locator("[data-do=try-file]").press("Enter")
    expect(page.locator(".admin__changes tbody tr")).to_have_count(1)
    expect(page.locator(".admin__changes")).to_contain_text(re.compile("hotline.*1900 0000.*1900 2222", re.DOTALL))
    page.reload()
    page.goto("/admin#office")
    expect(page.get_by_label("Đường dây nóng")).to_have_value("1900 0000")

    page.goto("/admin#file")
    wrong = wanted.replace("prefix: B", "prefix: bb", 1)
    line = wrong[: wrong.index("prefix: bb")].count("\n") + 1
    page.locator("#file-text").fill(wrong)
    page.locator("[data-do=try-file]").press("Enter")
    expect(page.locator(".admin__faults")).to_contain_text(f"Dòng {line} · services.1.prefix")
    expect(page.locator(".admin__lines")).to_contain_text(re.compile(rf"▶ +{line} +prefix: bb"))
    assert violations(page) == []


def test_bookings_are_turned_on_and_their_list_is_tried_then_taken(admin: Admin) -> None:
    page = admin("entry")
    page.get_by_label("Nhận lịch hẹn đặt trước").press("Space")
    page.get_by_label("Muộn nhất sau giờ hẹn").fill("15")
    page.get_by_label("Muộn nhất sau giờ hẹn").press("Tab")
    save(page)
    rows = "Lĩnh vực,Ngày,Giờ,Mã\nHộ tịch,01/12/2026,09:30,LH-482191\n"
    listed = {"name": "lich.csv", "mimeType": "text/csv", "buffer": f"{rows}Hộ tịch,2/12,9:30,12\n".encode()}
    page.get_by_label("Chọn tệp").set_input_files(listed)
    expect(page.locator(".admin__wrong tbody tr")).to_have_text([re.compile("3.*Ngày"), re.compile("3.*Mã")])
    assert violations(page) == []
    page.get_by_label("Chọn tệp").set_input_files(listed | {"buffer": rows.encode()})
    expect(page.locator(".admin__days")).to_contain_text("01/12/2026")
    assert violations(page) == []
    page.locator("[data-do=take-bookings]").press("Enter")
    expect(page.locator("[data-taken]")).to_contain_text("lich.csv: 1 lịch hẹn mới")


def test_a_report_is_set_to_be_sent_and_sent_at_once(admin: Admin) -> None:
    page = admin("reports")
    focus(page, "Thêm báo cáo")
    press(page, "Enter")
    page.get_by_label("Tên", exact=False).first.fill("báo cáo tháng")
    page.get_by_label("Gửi đến hộp thư").fill("lanh.dao@phuong.example, van-thu")
    press(page, "Tab")
    page.locator("[data-do=save]").press("Enter")
    faults = ["báo cáo tháng: chỉ gồm", "van-thu: không phải địa chỉ thư điện tử"]
    expect(page.locator(".field-error")).to_contain_text(faults)
    page.get_by_label("Tên", exact=False).first.fill("thang")
    page.get_by_label("Gửi đến hộp thư").fill("")
    press(page, "Tab")
    page.locator("[data-do=save]").press("Enter")
    expect(page.locator(".field-error")).to_contain_text(["cần một thư mục hoặc một hộp thư"])
    assert violations(page) == []
    page.get_by_label("Vào thư mục").fill("thang")
    save(page)
    page.locator("[data-report=thang] [data-do=send-report]").press("Enter")
    expect(page.get_by_role("status").filter(has_text="Đã gửi báo cáo thang")).to_contain_text("đến thang/")
    page.get_by_role("link", name="Những báo cáo đã gửi").press("Enter")
    expect(page.locator("tbody tr")).to_contain_text(re.compile("thang.*đã gửi", re.DOTALL))


def test_an_order_of_calls_is_tried_on_yesterday(admin: Admin) -> None:
    page = admin("policy")
    page.get_by_label("Người ưu tiên", exact=True).select_option("strict")
    page.locator("[data-do=try-policy]").press("Enter")
    expect(page.get_by_role("status").filter(has_text="người được gọi")).to_contain_text(f"{PEOPLE_YESTERDAY} người")
    expect(page.locator("[data-group=all] td").first).to_have_text(str(PEOPLE_YESTERDAY))
    expect(page.locator("[data-group=priority]")).to_be_visible()
    assert violations(page) == []


def test_a_photograph_is_taken_and_a_drawing_with_a_script_is_not(admin: Admin) -> None:
    page = admin("people")
    page.locator("[data-person=officer1]").get_by_role("button").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Ảnh chân dung").set_input_files({"name": "a.svg", "mimeType": "image/svg+xml", "buffer": SVG})
    expect(dialog.get_by_role("alert")).to_be_visible()
    expect(dialog.locator("img")).to_have_count(0)
    dialog.get_by_label("Ảnh chân dung").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    picture = dialog.get_by_role("img", name="Ảnh của Nguyễn Thị Minh Ngọc")
    expect(picture).to_be_visible()
    page.wait_for_function("e => e.naturalWidth === 480", arg=picture.element_handle())
    assert violations(page) == []
    press(page, "Escape")
    expect(page.locator("[data-person=officer1] img")).to_be_visible()


def test_the_paper_is_seen_as_it_will_be_printed(admin: Admin) -> None:
    page = admin("ticket")
    paper = page.locator(".admin__paper")
    expect(paper).to_be_visible()
    page.wait_for_function("e => e.naturalWidth > 300", arg=paper.element_handle())
    before = paper.get_attribute("src")
    page.get_by_label("Dòng trên số (tiếng Việt)").fill("PHIẾU SỐ")
    press(page, "Tab")
    expect(paper).not_to_have_attribute("src", before or "")
    page.wait_for_function("e => e.complete && e.naturalWidth > 300", arg=paper.element_handle())
    assert violations(page) == []


def test_an_office_is_begun_moved_on_a_day_and_merged_by_the_keyboard(admin: Admin) -> None:
    page = admin("tree")
    dialog = page.get_by_role("dialog")

    def begin(code: str, name: str) -> None:
        page.locator("[data-do=add-office]").press("Enter")
        dialog.get_by_label("Mã").fill(code)
        dialog.get_by_label("Tên đơn vị").fill(name)
        press(page, "Enter")
        expect(page.locator(f"[data-office={code}]")).to_contain_text(name)

    begin("khu-1", "Chi nhánh Khu 1")
    begin("khu-2", "Chi nhánh Khu 2")
    row = page.locator("[data-office=khu-1]")
    row.locator("[data-do=place]").press("Enter")
    assert violations(page) == []
    dialog.get_by_label("Đặt dưới").select_option("khu-2")
    day = datetime.now(UTC) + timedelta(days=40)
    dialog.get_by_label("Từ ngày").fill(f"{day:%Y-%m-%d}")
    dialog.locator(".button--main").press("Enter")
    expect(row).to_contain_text(f"từ {day:%d/%m/%Y} dưới Chi nhánh Khu 2")
    expect(row.locator(".tree__name--1")).to_be_visible()
    page.get_by_label("Cây vào ngày").fill(f"{day:%Y-%m-%d}")
    expect(row.locator(".tree__name--2")).to_be_visible()

    row.locator("[data-do=merge]").press("Enter")
    dialog.locator(".button--main").press("Enter")
    expect(dialog.get_by_text("Cần điền mục này.").first).to_be_visible()
    dialog.get_by_label("Vào đơn vị").select_option("khu-2")
    dialog.get_by_label("Từ ngày").fill(f"{day:%Y-%m-%d}")
    dialog.locator(".button--main").press("Enter")
    expect(row).to_contain_text("sẽ sáp nhập vào khu-2")
    row.get_by_role("button", name="Huỷ sáp nhập").press("Enter")
    assert violations(page) == []
    dialog.get_by_role("button", name="Huỷ sáp nhập").press("Enter")
    expect(row).not_to_contain_text("sáp nhập vào khu-2")


def test_papers_are_picked_at_the_desk_by_a_key(browse: Browse, number: Callable[[str], Any]) -> None:
    taken = number("A")["number"]
    desk = sit(browse, "officer2", 2)
    press(desk, " ")
    enabled(desk, "start")
    press(desk, "s")
    expect(desk.locator(".in-hand__time")).to_contain_text("mục tiêu")
    press(desk, "f")
    assert desk.evaluate("document.activeElement.id") == "procedure"
    press(desk, "ArrowDown", "ArrowDown", "Enter")
    details = desk.locator(".details")
    expect(desk.locator("#procedure option:checked")).to_have_text("Đăng ký kết hôn")
    expect(in_hand(desk)).to_have_text(taken)  # Enter chose, and ended nobody's visit
    expect(details).to_contain_text("Giấy tờ cần kiểm tra")
    expect(details).to_contain_text("Thời hạn:")
    assert violations(desk) == []


def test_the_small_window_has_every_key_and_nothing_beside_it(browse: Browse, number: Callable[[str], Any]) -> None:
    number("C")
    desk = sit(browse, "officer3", 3)
    desk.set_viewport_size({"width": 360, "height": 760})
    press(desk, " ")
    expect(in_hand(desk)).to_have_text(re.compile("C00"))
    assert desk.evaluate("document.documentElement.scrollWidth") == 360
    for action in ("recall", "start", "absent", "finish", "hold", "transfer", "next"):
        box = desk.locator(f"[data-action={action}]").bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 360 and box["height"] >= 44, action
        assert box["y"] + box["height"] <= 760, f"{action} is reached without scrolling"
    assert violations(desk) == []
    for key in ("h", "t"):
        press(desk, key)
        dialog = desk.get_by_role("dialog").bounding_box()
        assert dialog and dialog["width"] <= 360
        press(desk, "Escape")


def test_the_desk_works_in_a_window_above_other_programs_and_comes_home(
    browse: Browse, number: Callable[[str], Any]
) -> None:
    number("E")
    desk = sit(browse, "officer4", 4)
    with desk.context.expect_page() as opened:
        press(desk, "w")
    small = opened.value
    small.set_viewport_size({"width": 360, "height": 760})
    expect(desk.locator("[data-action=next]")).to_have_count(0)
    enabled(small, "next")
    press(small, " ")
    expect(in_hand(small)).to_have_text("E001")
    enabled(small, "start")
    press(small, "s")
    expect(small.locator(".in-hand__time")).to_contain_text("mục tiêu")
    press(small, "t")
    expect(small.get_by_role("dialog")).to_be_visible()
    press(small, "Escape")
    assert small.evaluate("document.documentElement.scrollWidth") == 360
    small.close()
    expect(in_hand(desk)).to_have_text("E001")
    press(desk, "Enter")
    expect(desk.locator(".topbar__end")).to_contain_text("Đã phục vụ 1")


def call_up_to(desk: Page, number: str) -> None:
    """Call, serve and end until this number is being served: others of the counter's lines may wait before it."""
    while True:
        press(desk, " ")
        enabled(desk, "start")
        called = in_hand(desk).inner_text()
        press(desk, "s")
        expect(desk.locator(".in-hand__time")).to_contain_text("mục tiêu")
        enabled(desk, "finish")
        if called == number:
            return
        press(desk, "Enter")
        enabled(desk, "next")


def test_five_levels_and_single_things_are_switched_on_and_asked_at_the_tablet_and_on_the_phone(
    admin: Admin, browse: Browse, number: Callable[[str], Any]
) -> None:
    page = admin("office")
    page.get_by_label("Thang đánh giá").select_option("5")
    asked = page.get_by_role("group", name="Đánh giá thêm từng mặt")
    for name in ("Tốc độ giải quyết", "Cơ sở vật chất"):
        asked.get_by_label(name).press(" ")
    save(page)
    desk = sit(browse, "officer5", 5)
    tablet = browse("/rate?counter=5", device="panel", viewport={"width": 1280, "height": 800})
    phone = browse("/")
    phone.set_viewport_size({"width": 360, "height": 740})
    for where in ("tablet", "phone"):
        mine = number("F")
        phone.goto(mine["track_url"])
        call_up_to(desk, mine["number"])
        press(desk, "Enter")
        if where == "tablet":
            expect(tablet.locator("[data-level]")).to_have_count(5)
            tablet.click("[data-level=neutral]")
            expect(tablet.locator("[data-criterion]")).to_have_count(2 * 5)
            tablet.locator("[data-criterion=facilities][data-level=dissatisfied]").press("Enter")
            assert violations(tablet) == []
            keep(tablet, "rate-criteria")
            tablet.get_by_role("button", name="Gửi đánh giá").press("Enter")
            expect(tablet.locator("body")).to_contain_text("Cảm ơn")
            enabled(desk, "next")
    phone.locator("[data-level=satisfied]").first.press("Enter")
    phone.locator("[data-criterion=speed][data-level=very_satisfied]").press("Enter")
    assert violations(phone) == []
    keep(phone, "phone-criteria")
    phone.get_by_role("button", name="Gửi đánh giá").press("Enter")
    expect(phone.get_by_role("heading", name="Cảm ơn ông/bà đã đánh giá")).to_be_visible()
    day = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()  # the office's, wherever this machine stands
    page.goto(f"/reports?office=demo&from={day}&to={day}")
    expect(page.locator("#satisfaction tfoot")).to_contain_text("50,00%")


def test_who_must_have_a_second_factor_gets_nowhere_before_it_is_set_up(admin: Admin, browse: Browse) -> None:
    page = admin("office")
    page.get_by_label("Xác thực hai lớp khi đăng nhập").select_option("everybody")
    save(page)
    other = browse("/login")
    other.fill("[name=username]", "locked")
    other.fill("[name=password]", PASSWORD)
    press(other, "Enter")
    other.wait_for_url("**/account")
    expect(other.locator("[data-do=begin]")).to_be_visible()
    page.reload()
    page.wait_for_url("**/account")
    # What comes then stands in test_account.
