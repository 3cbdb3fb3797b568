"""Staff at the kiosk in Chromium: the code from the administration, what it opens, and nothing without it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_desk import violations
from tests.e2e.touching import UPRIGHT, screen, tap
from tests.kiosk.machines import Site
from tests.offices import PASSWORD
from tests.servers import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(180)]

CODE = "508271"
DOOR = "role=button[name='Dành cho nhân viên']"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Site(tmp_path, people=True) as running:
        yield running


@pytest.fixture
def visit(chromium: Browser, site: Site) -> Iterator[Callable[[str, str], Page]]:
    contexts = []

    def opened(base: str, path: str) -> Page:
        contexts.append(chromium.new_context(base_url=base, viewport=UPRIGHT if "kiosk" in path else None))
        page = contexts[-1].new_page()
        page.set_default_timeout(15_000)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()


def type_in(page: Page, code: str) -> None:
    for digit in code:
        page.get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name="Mở", exact=True).click()


def set_code(page: Page) -> None:
    """As the administrator does it, at /admin."""
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Thiết bị").click()
    page.locator("tr[data-device=kiosk-1]").get_by_role("button", name="Sửa").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Mã nhân viên tại máy").fill(CODE)
    dialog.get_by_role("button", name="Lưu").click()
    expect(page.locator("body")).to_contain_text("Đã lưu kiosk-1.")


def knows_a_code(site: Site) -> bool:
    view = requests.get(f"{site.kiosk.url}/api/v1/offices/demo", timeout=10).json()
    return bool(view["kiosk"]["staff"]["code_set"])


def test_staff_open_the_settings_with_the_code_and_nobody_without(
    site: Site, visit: Callable[[str, str], Page]
) -> None:
    page = visit(site.kiosk.url, "/kiosk")
    tap(page, DOOR)
    expect(page.get_by_role("heading")).to_have_text("Máy này chưa có mã nhân viên")
    expect(page.locator(".pad")).to_have_count(0)
    set_code(visit(site.server.url, "/admin"))
    wait_until(lambda: knows_a_code(site), "the code at the kiosk")

    page.reload()
    tap(page, DOOR)
    for _ in range(3):
        type_in(page, "508272")
        expect(page.locator(".staff-said")).to_contain_text("Mã chưa đúng.")
    expect(page.locator(".staff-said")).to_contain_text("Thử lại sau")
    # Neither a new page nor a new start is a new try, not even with the right code.
    site.kiosk.kill()
    site.kiosk.start()
    page.reload()
    tap(page, DOOR)
    type_in(page, CODE)
    expect(page.locator(".staff-said")).to_contain_text("Thử lại sau")
    the_wait_is_over(site)
    page.reload()

    # By the keyboard alone, and without the server.
    site.network.cut("gone")
    page.locator(DOOR).focus()
    page.keyboard.press("Enter")
    page.keyboard.type(CODE, delay=70)
    page.get_by_role("button", name="Mở", exact=True).press("Enter")
    screen(page, "settings")
    assert violations(page) == []
    page.wait_for_timeout(400)
    page.get_by_role("button", name="In phiếu thử").click()
    expect(page.locator(".staff-said")).to_contain_text("Phiếu thử đã in xong.")
    assert [paper["heading"] for paper in site.door.papers.values()] == ["PHIẾU IN THỬ"]
    page.get_by_role("button", name="Bố cục").click()
    expect(page.get_by_role("button", name="Bố cục")).to_contain_text("Thấp")
    tap(page, "text=Ngừng phát số tại máy này")
    tap(page, "text=Vệ sinh, bảo trì")
    expect(page.get_by_role("button", name="Phát số trở lại")).to_be_visible()
    tap(page, "role=button[name='Xong']")
    expect(page.locator(".kiosk")).to_have_attribute("data-low", "")
    expect(page.locator(".notice", has_text="Máy này tạm ngừng phát số: Vệ sinh, bảo trì.")).to_be_visible()
    tap(page, "[data-service=A]")
    screen(page, "closed")

    # What was done alone is in the log when the server is back, and staff in the hall know why.
    site.network.heal()
    wait_until(lambda: "kiosk.stopped" in audited(site), "the log")
    assert set(audited(site)) == {
        "kiosk.refused", "kiosk.opened", "kiosk.test_print", "kiosk.settings", "kiosk.stopped",
    }  # fmt: skip
    floor = requests.get(f"{site.server.url}/api/v1/offices/demo/board", timeout=10).json()
    assert all(line["count"] == 0 for line in floor["waiting"])
    assert CODE not in (site.kiosk.folder / "kiosk.log").read_text() + site.server.process.log.read_text()


def audited(site: Site) -> list[str]:
    database = sqlite3.connect(site.database)
    rows = [action for (action,) in database.execute("SELECT action FROM audit WHERE action LIKE 'kiosk.%'")]
    database.close()
    return rows


def the_wait_is_over(site: Site) -> None:
    """Half a minute has gone by, as far as the kiosk's store knows."""
    site.kiosk.kill()
    store = sqlite3.connect(site.kiosk.folder / "kiosk.db")
    with store:
        store.execute("UPDATE note SET value = '[3, \"2026-01-01T00:00:00+00:00\"]' WHERE name = 'staff_tries'")
    store.close()
    site.kiosk.start()
