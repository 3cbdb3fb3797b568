"""A helper's, a head's and an administrator's day in Chromium, with the keyboard alone where it says so."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
import requests
from playwright.sync_api import Page, expect

from tests.e2e.test_desk import press, sit, violations
from tests.offices import PASSWORD
from tests.servers import Motcua

pytestmark = pytest.mark.e2e

Browse = Callable[..., Page]
Take = Callable[..., dict[str, Any]]


def focus(page: Page, name: str) -> None:
    """Move by Tab, as somebody without a mouse does, to what is called `name`."""
    for _step in range(60):
        page.keyboard.press("Tab")
        if name in (page.evaluate("document.activeElement.textContent || ''") or ""):
            return
    raise AssertionError(f"Tab never reached {name}")


def test_a_helpers_day_by_keyboard(browse: Browse, take: Take) -> None:
    take("A")
    page = browse("/floor", user="helper")
    expect(page.locator(".figure").first).to_contain_text("1")
    press(page, "n")
    page.keyboard.type("B")
    press(page, "Tab", "ArrowDown", "Enter")
    strip = page.locator(".floor-strip")
    expect(strip).to_contain_text(re.compile(r"Đã phát số B001 · Chứng thực.*đang in phiếu", re.DOTALL))
    expect(page.locator(".floor__people")).to_contain_text("Người cao tuổi")
    press(page, "/")
    page.keyboard.type("b001")
    focus(page, "B001")
    press(page, "Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Số B001 · đang chờ")
    dialog.get_by_role("button", name="Đổi lĩnh vực").press("Enter")
    dialog.get_by_label("Lĩnh vực đúng").select_option("A")
    dialog.get_by_label("Ghi chú").press("Enter")
    expect(strip).to_contain_text("Đổi lĩnh vực: B001. Xong.")
    expect(page.locator("[data-line=A]")).to_contain_text("2")


def test_a_helper_brings_back_prints_again_and_cancels(browse: Browse, take: Take) -> None:
    take("A")
    desk = sit(browse, "officer1", 1)
    press(desk, " ")
    for _call in range(3):
        expect(desk.locator("[data-action=absent]")).to_be_enabled()
        press(desk, "v")
    page = browse("/floor", user="helper")
    side = page.locator(".floor__side")
    side.get_by_role("button", name=re.compile("A001")).click()
    page.get_by_role("dialog").get_by_role("button", name="Cho quay lại hàng").last.click()
    expect(page.locator(".floor__people")).to_contain_text("A001")
    for action, said in (("In lại phiếu", "In lại phiếu: xong."), ("Huỷ số", "Huỷ số: A001. Xong.")):
        page.locator(".floor__people").get_by_role("button", name=re.compile("A001")).click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("group").get_by_role("button", name=action).click()
        if action == "Huỷ số":
            expect(dialog.locator(".button--main")).to_be_disabled()
            dialog.get_by_label(re.compile("Lý do")).fill("về sớm")
        dialog.locator(".button--main").click()
        expect(page.locator(".floor-strip")).to_contain_text(said)
    expect(page.locator(".floor__people")).not_to_contain_text("A001")


def test_a_heads_day(browse: Browse, take: Take) -> None:
    for _number in range(6):
        take("A")
    desk = sit(browse, "officer1", 1)
    page = browse("/floor", user="head")
    card = page.locator("[data-counter='1']")
    expect(card).to_contain_text("Nguyễn Thị Minh Ngọc")
    press(desk, " ")
    expect(card).to_contain_text(re.compile("A001.*đang gọi", re.DOTALL))

    press(page, "m")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Lĩnh vực").select_option("A")
    dialog.get_by_label("Thêm mấy quầy").fill("2")
    press(page, "Enter")
    expect(dialog.get_by_role("status")).to_contain_text(re.compile(r"chờ khoảng (\d+) phút còn (\d+) phút"))
    before, after = map(int, re.findall(r"(\d+) phút", dialog.get_by_role("status").inner_text())[:2])
    assert after < before
    press(page, "Escape")

    page.locator("[data-ask=notice]").click()
    dialog.get_by_label("Thông báo (tiếng Việt)").fill("Nghỉ sớm lúc 16:00")
    dialog.locator(".button--main").click()
    expect(page.locator(".floor__side")).to_contain_text("Nghỉ sớm lúc 16:00")

    card.get_by_role("button", name=re.compile("Điều chỉnh")).click()
    dialog.get_by_role("button", name="Đóng quầy").first.click()
    dialog.locator(".button--main").click()
    expect(dialog.get_by_role("alert")).to_contain_text("đang có số A001")
    press(page, "Escape")
    expect(desk.locator("[data-action=finish]")).to_be_enabled()
    press(desk, "Enter")
    expect(card).not_to_contain_text("A001")
    card.get_by_role("button", name=re.compile("Điều chỉnh")).click()
    dialog.get_by_role("button", name="Đóng quầy").first.click()
    dialog.locator(".button--main").click()
    expect(card).to_contain_text("chưa có người ngồi")
    expect(desk.get_by_role("heading", name="Anh/chị ngồi quầy nào hôm nay?")).to_be_visible()

    # A head seats an officer, and stops a field: the kiosk says why.
    expect(page.locator("[data-card=exceeded]")).to_contain_text("Hộ tịch: 5 người chờ mà không quầy nào mở")
    card.get_by_role("button", name=re.compile("Điều chỉnh")).click()
    dialog.get_by_label("Cán bộ").select_option(label="Nguyễn Thị Minh Ngọc")
    dialog.locator(".button--main").click()
    expect(card).to_contain_text(re.compile("Nguyễn Thị Minh Ngọc.*kế tiếp A002", re.DOTALL))
    expect(desk.locator("[data-action=next]")).to_be_enabled()
    expect(page.locator("[data-card=exceeded]")).to_contain_text("Không có gì vượt ngưỡng.")
    row = page.locator("[data-line=B]")
    row.locator("[data-do=stop]").click()
    dialog.get_by_label("Lý do (hiện ở máy lấy số)").fill("hết mẫu đơn")
    dialog.locator(".button--main").click()
    expect(row).to_contain_text("đã ngừng")
    kiosk = browse("/kiosk", device="kiosk", viewport={"width": 1080, "height": 1920})
    expect(kiosk.locator("body")).to_contain_text("Tạm ngừng phát số: hết mẫu đơn")
    row.locator("[data-do=release]").click()
    dialog.locator(".button--main").click()
    expect(row).to_contain_text("đang phát")


def test_an_administrators_day(browse: Browse, server: Motcua) -> None:
    page = browse("/admin", user="admin")
    expect(page.locator(".admin__steps")).to_contain_text("Lĩnh vực tiếp nhận")

    page.get_by_role("link", name="Lĩnh vực", exact=True).click()
    page.locator("summary").first.click()
    limit = page.get_by_label("Nhiều nhất mỗi ngày").first
    limit.fill("0")
    page.locator("[data-do=save]").click()
    expect(page.get_by_text("Từ 1 đến 9999.").first).to_be_visible()
    limit.fill("250")
    page.locator("[data-do=save]").click()
    expect(page.locator(".banner--done")).to_contain_text("Đã lưu.")
    expect(page.locator(".unsaved")).to_have_count(0)

    other = browse("/admin", user="admin")
    other.get_by_role("link", name="Đơn vị", exact=True).click()
    page.get_by_role("link", name="Đơn vị", exact=True).click()
    for each, label, text in ((page, "Đường dây nóng", "1900 1111"), (other, "Khu vực", "")):
        if text:
            each.get_by_label(label).fill(text)
            each.locator("[data-do=save]").click()
            expect(each.locator(".banner--done")).to_be_visible()
    other.get_by_label("Tên đơn vị (tiếng Anh)").fill("Ward Centre")
    other.locator("[data-do=save]").click()
    expect(other.locator(".banner--warn")).to_contain_text("Đã ghép vào bản này")
    expect(other.get_by_label("Đường dây nóng")).to_have_value("1900 1111")
    other.locator("[data-do=save]").click()
    expect(other.locator(".banner--done")).to_be_visible()

    other.get_by_role("link", name="Thiết bị", exact=True).click()
    other.locator("[data-do=add-device]").click()
    dialog = other.get_by_role("dialog")
    dialog.locator(".button--main").click()
    expect(dialog.get_by_text("Cần điền mục này.").first).to_be_visible()
    dialog.get_by_label("Loại").select_option("panel")
    dialog.get_by_label("Tên").fill("bang-4")
    dialog.get_by_label("Ở quầy").select_option("4")
    dialog.locator(".button--main").click()
    other.locator("[data-device=bang-4] [data-do=pair]").click()
    code = other.locator(".admin__code").inner_text().replace(" ", "")
    paired = requests.post(f"{server.url}/api/v1/devices/pair", json={"code": code}, timeout=10)
    assert (paired.status_code, paired.json()["device"]["counter"]) == (201, 4)

    other.keyboard.press("Escape")
    other.get_by_role("link", name="Nhật ký", exact=True).click()
    expect(other.locator(".banner--done")).to_contain_text("Nhật ký nguyên vẹn")
    expect(other.locator("table")).to_contain_text("device.paired")


def test_people_holidays_and_a_faulty_file(browse: Browse) -> None:
    page = browse("/admin", user="admin")
    page.get_by_role("link", name="Người dùng", exact=True).click()
    page.locator("[data-do=add-person]").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Tên đăng nhập").fill("officer6")
    dialog.get_by_label("Họ và tên").fill("Hoàng Thị Mai")
    dialog.get_by_label("Mật khẩu", exact=False).fill("mat khau 2026")
    dialog.locator(".button--main").click()
    expect(page.locator("[data-person=officer6]")).to_contain_text("Cán bộ tại quầy")

    page.get_by_role("link", name="Giờ và ngày nghỉ", exact=True).click()
    page.locator("#holiday-year").fill("2027")
    page.keyboard.press("Tab")
    expect(page.get_by_text("01/01/2027").first).to_be_visible()
    page.locator("[data-do=take-holidays]").click()
    page.locator("[data-do=save]").click()
    expect(page.locator(".banner--done")).to_contain_text("Đã lưu.")

    page.get_by_role("link", name="Nhập, xuất tệp", exact=True).click()
    page.locator("#file-text").fill("code: demo\nnames: {vi: P}\nservices:\n- code: A\n  prefix: abc\ncounters: []\n")
    page.locator("[data-do=put-file]").click()
    expect(page.locator(".admin__faults")).to_contain_text("Dòng 5 · services.0.prefix: phải là một hoặc hai chữ hoa")


def test_a_second_factor_from_the_qr_to_the_next_sign_in(browse: Browse) -> None:
    page = browse("/admin", user="admin")
    page.get_by_role("link", name="Tài khoản của tôi", exact=True).click()
    page.locator("[data-do=begin]").click()
    expect(page.locator(".admin__qr")).to_be_visible()
    assert page.locator(".admin__qr").evaluate("image => image.naturalWidth") > 100
    secret = page.locator(".admin__main code").inner_text()
    page.get_by_label("Mã 6 số", exact=True).fill(pyotp.TOTP(secret).now())
    page.keyboard.press("Tab")
    page.locator("[data-do=confirm]").click()
    recovery = page.locator(".admin__codes li").first.inner_text()
    page.get_by_role("button", name="Đăng xuất").click()
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Cần mã xác thực thứ hai.")
    page.fill("[name=code]", recovery)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/console")


def test_the_pages_can_be_used_with_assistive_technology(browse: Browse, take: Take) -> None:
    take("A", priority="elderly")
    floor = browse("/floor", user="head")
    expect(floor.locator(".counter").first).to_be_visible()
    assert violations(floor) == []
    for key in ("n", "m"):
        press(floor, key)
        expect(floor.get_by_role("dialog")).to_be_visible()
        assert violations(floor) == [], key
        press(floor, "Escape")
