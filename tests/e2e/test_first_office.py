"""From an empty machine to a working office of five counters: what a ward technician does, and in how many steps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner
from playwright.sync_api import Browser, Locator, Page, expect

from server.commands.office import office
from server.commands.user import user
from tests.servers import Motcua

pytestmark = pytest.mark.e2e
PASSWORD = "mat khau phuong x"
OFFICERS = ("Nguyễn Thị Lan", "Trần Văn Minh", "Lê Thu Hà", "Phạm Quốc Bảo", "Võ Ngọc Ánh")
TEN_MINUTES_S = 600
THINK_AND_POINT_S = 1.35 + 1.1 + 0.4 + 0.2
TYPE_S = 0.28
"""The keystroke-level model (Card, Moran, Newell): deciding, pointing, moving the hand, clicking; a letter of somebody
who types now and then."""
GUIDE = Path(__file__).parents[2] / "docs" / "administration.md"


class Technician:
    """Somebody at the page; every click, choice, filled field and typed letter is counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.steps = 0
        self.letters = 0

    @property
    def seconds(self) -> float:
        return self.steps * THINK_AND_POINT_S + self.letters * TYPE_S

    def click(self, what: Any) -> None:
        self.steps += 1
        (self.page.locator(what) if isinstance(what, str) else what).click()

    def fill(self, label: str, text: str) -> None:
        self.type(self.page.get_by_label(label, exact=False).first, text)

    def type(self, field: Locator, text: str) -> None:
        self.steps += 1
        self.letters += len(text)
        field.fill(text)

    def press(self, key: str) -> None:
        self.steps += 1
        self.page.keyboard.press(key)

    def choose(self, label: str, value: str) -> None:
        self.steps += 1
        self.page.get_by_role("dialog").get_by_label(label).select_option(value)

    def go(self, name: str) -> None:
        self.click(self.page.locator(".admin__menu").get_by_role("link", name=name, exact=True))

    def save(self) -> None:
        self.click("[data-do=save]")
        expect(self.page.locator(".banner--done").first).to_contain_text("Đã lưu.")


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Motcua]:
    """A server on a database that two commands have made, as the first page says."""
    url = f"sqlite:///{tmp_path / 'new.db'}"
    monkeypatch.setenv("MOTCUA_SECRET_KEY", "for tests, not for offices")
    monkeypatch.setenv("MOTCUA_DATABASE_URL", url)
    run = CliRunner().invoke
    assert run(office, ["new", "phuong-x", "--name", "UBND phường X"]).exit_code == 0
    admin = ["add", "admin", "--office", "phuong-x", "--role", "admin", "--password", PASSWORD]
    assert run(user, admin).exit_code == 0
    with Motcua(url) as server:
        yield server


def test_a_technician_makes_a_working_office_of_five_counters(empty: Motcua, chromium: Browser) -> None:
    page = chromium.new_context(base_url=empty.url, viewport={"width": 1366, "height": 768}).new_page()
    page.goto("/admin")
    somebody = Technician(page)
    somebody.type(page.locator("[name=username]"), "admin")
    somebody.type(page.locator("[name=password]"), PASSWORD)
    somebody.press("Enter")
    expect(page.locator(".admin__steps")).to_contain_text("Lĩnh vực tiếp nhận")

    somebody.click("[data-do=template]")
    # An office of its own hours: all week, so that this walk may be done on any day.
    somebody.go("Giờ và ngày nghỉ")
    for day in ("Thứ Bảy", "Chủ nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu"):
        somebody.fill(day, "00:00–24:00")
    somebody.press("Tab")
    somebody.save()

    somebody.go("Người dùng")
    for i, name in enumerate(OFFICERS, start=1):
        somebody.click("[data-do=add-person]")
        somebody.fill("Tên đăng nhập", f"canbo{i}")
        somebody.fill("Họ và tên", name)
        somebody.fill("Mật khẩu", PASSWORD)
        somebody.click(page.get_by_role("dialog").locator(".button--main"))
        expect(page.locator(f"[data-person=canbo{i}]")).to_contain_text("Cán bộ tại quầy")

    somebody.go("Thiết bị")
    somebody.click("[data-do=add-device]")
    somebody.choose("Loại", "kiosk")
    somebody.type(page.get_by_role("dialog").get_by_label("Tên"), "may-lay-so")
    somebody.click(page.get_by_role("dialog").locator(".button--main"))
    somebody.click("[data-device=may-lay-so] [data-do=pair]")
    code = page.locator(".admin__code").inner_text().replace(" ", "")
    kiosk = requests.post(f"{empty.url}/api/v1/devices/pair", json={"code": code}, timeout=10).json()
    somebody.click(page.get_by_role("dialog").locator(".button--main"))
    page.goto("/admin#guide")
    page.reload()
    expect(page.locator(".admin__steps .badge--done")).to_have_count(5)
    expect(page.locator(".banner--done")).to_contain_text("Mọi việc đã xong")

    take = {"Authorization": f"Bearer {kiosk['token']}", "Idempotency-Key": "first"}
    tickets = f"{empty.url}/api/v1/offices/phuong-x/tickets"
    number = requests.post(tickets, json={"service": "A"}, headers=take, timeout=10)
    assert number.json()["number"] == "A001", number.text
    for i in range(1, 6):
        officer = requests.Session()
        signed = officer.post(
            f"{empty.url}/api/v1/session", json={"username": f"canbo{i}", "password": PASSWORD}, timeout=10
        ).json()
        officer.headers["X-CSRFToken"] = signed["csrf_token"]
        counter = f"{empty.url}/api/v1/offices/phuong-x/counters/{i}"
        assert officer.post(f"{counter}/open", json={}, timeout=10).status_code == 200
        called = officer.post(f"{counter}/next", json={}, timeout=10)
        assert called.status_code == (200 if i == 1 else 204), (i, called.text)
    assert 2 * somebody.seconds <= TEN_MINUTES_S, "at half the model's speed"
    said = f"{somebody.steps} steps and {somebody.letters} letters, {round(somebody.seconds / 60)} minutes"
    assert said in GUIDE.read_text(encoding="utf-8"), "the guide says what is measured here"
