"""The kiosk as citizens use it: one touch and a number, whatever fails meanwhile."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, Route, expect

from tests.e2e.test_desk import sit, violations
from tests.e2e.touching import GUARD_MS, UPRIGHT, screen, tap
from tests.offices import PASSWORD, bearer
from tests.servers import Motcua

pytestmark = pytest.mark.e2e

Browse = Callable[..., Page]
Take = Callable[..., dict[str, Any]]

def waiting(server: Motcua, service: str) -> int:
    board = requests.get(f"{server.url}/api/v1/offices/demo/board", timeout=10).json()
    return int(next(line["count"] for line in board["waiting"] if line["service"] == service))


def printer_is(server: Motcua, state: str, **detail: str) -> None:
    """What the agent says of the printer beside the kiosk."""
    agent = f"{server.url}/api/v1/agent"
    devices = requests.get(agent, headers=bearer("agent"), timeout=10).json()["devices"]
    printer = next(device["id"] for device in devices if device["kind"] == "printer")
    told = {"version": "1", "devices": [{"id": printer, "state": state, "detail": detail}]}
    requests.post(f"{agent}/status", json=told, headers=bearer("agent"), timeout=10).raise_for_status()


@pytest.fixture
def kiosk(browse: Browse) -> Page:
    page = browse("/kiosk", device="kiosk", viewport=UPRIGHT)
    expect(page.locator("[data-service=A]")).to_contain_text("Không có người chờ")
    return page


def test_one_touch_gives_a_number_and_its_paper(kiosk: Page, server: Motcua) -> None:
    printer_is(server, "ok", paper="ok")
    expect(kiosk.locator(".notice")).to_have_count(0)
    with kiosk.expect_response("**/tickets") as answer:
        kiosk.locator("[data-service=A]").click()
    expect(kiosk.locator(".result__number")).to_have_text("A001")
    expect(kiosk.get_by_text("Đang in phiếu…")).to_be_visible()
    jobs = requests.get(f"{server.url}/api/v1/agent/jobs", headers=bearer("agent"), timeout=10).json()["jobs"]
    job = next(job for job in jobs if job["ticket_id"] == answer.value.json()["id"])
    done = {"state": "printed", "at": "2026-11-20T09:00:01+07:00"}
    path = f"{server.url}/api/v1/agent/jobs/{job['id']}/result"
    requests.post(path, json=done, headers=bearer("agent"), timeout=10).raise_for_status()
    expect(kiosk.get_by_text("Mời ông/bà lấy phiếu")).to_be_visible()
    expect(kiosk.get_by_text(re.compile(r"Tự đóng sau \d+ giây"))).to_be_visible()


def test_an_impatient_finger_gets_one_number(kiosk: Page, server: Motcua) -> None:
    field = kiosk.locator("[data-service=B]")
    field.dblclick()
    kiosk.mouse.click(300, 700, click_count=3)
    expect(kiosk.locator(".result__number")).to_have_text("B001")
    assert waiting(server, "B") == 1


def test_an_answer_that_was_lost_is_asked_for_again_and_not_given_twice(kiosk: Page, server: Motcua) -> None:
    """The server has issued the number, but the kiosk's network broke before the answer arrived: three times."""
    lost: list[str] = []

    def lose(route: Route) -> None:
        route.fetch()
        lost.append(route.request.headers["idempotency-key"])
        route.abort()

    kiosk.route("**/tickets", lose)
    kiosk.locator("[data-service=A]").click()
    screen(kiosk, "refused")
    expect(kiosk.locator("body")).to_contain_text("không làm ông/bà bị lấy hai số")
    kiosk.unroute("**/tickets")
    kiosk.wait_for_timeout(GUARD_MS)
    kiosk.get_by_role("button", name="Thử lại").click()
    expect(kiosk.locator(".result__number")).to_have_text("A001")
    assert len(lost) == 3
    assert len(set(lost)) == 1
    assert waiting(server, "A") == 1


def test_others_in_the_line_show_on_the_field(kiosk: Page, take: Take) -> None:
    take("C")
    take("C")
    expect(kiosk.locator("[data-service=C]")).to_contain_text("2 người chờ")


def test_priority_goes_on_the_ticket(kiosk: Page) -> None:
    tap(kiosk, "text=Tôi thuộc diện ưu tiên")
    tap(kiosk, "text=Người cao tuổi")
    with kiosk.expect_response("**/tickets") as answer:
        kiosk.locator("[data-service=A]").click()
    assert answer.value.json()["priority"] == "elderly"
    expect(kiosk.locator(".heading")).to_contain_text("Ưu tiên: Người cao tuổi")


def test_english_goes_with_the_ticket_and_leaves_with_the_citizen(kiosk: Page) -> None:
    tap(kiosk, "text=English")
    expect(kiosk.get_by_role("heading")).to_have_text("Choose a field")
    expect(kiosk.locator("html")).to_have_attribute("lang", "en")
    with kiosk.expect_response("**/tickets") as answer:
        kiosk.locator("[data-service=A]").click()
    assert answer.value.json()["language"] == "en"
    kiosk.wait_for_timeout(GUARD_MS)
    kiosk.get_by_role("button", name="Done").click()
    expect(kiosk.get_by_role("heading")).to_have_text("Chọn lĩnh vực")
    expect(kiosk.locator("html")).to_have_attribute("lang", "vi")


def test_without_paper_the_code_of_the_ticket_is_on_the_screen(kiosk: Page, server: Motcua) -> None:
    printer_is(server, "error", paper="out")
    expect(kiosk.get_by_text("Máy in đã hết giấy.")).to_be_visible()
    kiosk.locator("[data-service=A]").click()
    code = kiosk.get_by_role("img", name="Mã QR để theo dõi số A001")
    expect(code).to_be_visible()
    kiosk.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=code.element_handle())


@pytest.fixture
def helping(server: Motcua) -> None:
    """The office opens a line for help, as the ward's template has one."""
    with requests.Session() as admin:
        api = f"{server.url}/api/v1"
        signed = admin.post(f"{api}/session", json={"username": "admin", "password": PASSWORD}, timeout=10).json()
        held = admin.get(f"{api}/offices/demo/config", timeout=10).json()
        help_line = {"code": "H", "prefix": "H", "names": {"vi": "Cần trợ giúp", "en": "Help"}, "help": True}
        held["office"]["services"].append(help_line)
        put = admin.put(
            f"{api}/offices/demo/config", json=held, headers={"X-CSRFToken": signed["csrf_token"]}, timeout=10
        )
        put.raise_for_status()


def test_whoever_needs_help_is_met_sent_on_and_called(browse: Browse, server: Motcua, helping: None) -> None:
    kiosk = browse("/kiosk", device="kiosk", viewport=UPRIGHT)
    floor = browse("/floor", user="helper")
    desk = sit(browse, "officer1", 1)

    kiosk.get_by_role("button", name="Tôi cần trợ giúp").click()
    expect(kiosk.locator(".result__number")).to_have_text("H001")
    expect(kiosk.locator("body")).to_contain_text("Cán bộ hướng dẫn sẽ đến gặp.")

    # The helper is told, meets the person, and sends the number on: it stays the same.
    expect(floor.locator("[data-card=exceeded]")).to_contain_text("Cần trợ giúp: 1 người đợi tổ hỗ trợ đến gặp")
    floor.locator(".person", has_text="H001").click()
    dialog = floor.get_by_role("dialog")
    dialog.get_by_role("button", name="Đổi lĩnh vực").click()
    dialog.get_by_label("Lĩnh vực đúng").select_option("A")
    dialog.get_by_label("Ghi chú").fill("khai sinh")
    dialog.get_by_label("Ghi chú").press("Enter")
    expect(floor.locator(".floor-strip")).to_contain_text("Đổi lĩnh vực: H001. Xong.")
    expect(floor.locator("[data-card=exceeded]")).not_to_contain_text("Cần trợ giúp")
    assert (waiting(server, "H"), waiting(server, "A")) == (0, 1)

    desk.keyboard.press(" ")
    expect(desk.locator(".in-hand .number--hero")).to_have_text("H001")
    board = requests.get(f"{server.url}/api/v1/offices/demo/board", timeout=10).json()
    assert [(call["number"], call["counter"], call["service"]) for call in board["calls"]] == [("H001", 1, "A")]


def test_priority_without_a_proof_is_taken_off_at_the_counter(browse: Browse, server: Motcua, take: Take) -> None:
    take("A", priority="meritorious", procedure="1.001193")
    desk = sit(browse, "officer1", 1)
    desk.keyboard.press(" ")
    expect(desk.locator("#procedure option:checked")).to_have_text("Đăng ký khai sinh")
    mark = desk.locator(".in-hand__marks")
    expect(mark).to_contain_text("Ưu tiên: Người có công")
    desk.keyboard.press("u")
    dialog = desk.get_by_role("dialog")
    dialog.get_by_role("button", name="Không ưu tiên").click()
    dialog.get_by_label("Lý do (được ghi lại)").fill("chưa có thẻ")
    dialog.get_by_label("Lý do (được ghi lại)").press("Enter")
    expect(mark).not_to_contain_text("Ưu tiên")
    database = sqlite3.connect(server.environment["MOTCUA_DATABASE_URL"].removeprefix("sqlite:///"))
    row = database.execute("SELECT subject, why, detail FROM audit WHERE action = 'ticket.correct'").fetchone()
    database.close()
    assert row[:2] == ("A001", "chưa có thẻ") and "meritorious" in row[2]


def kiosk_says(server: Motcua, **said: Any) -> None:
    """The sign of life of the kiosk's runtime."""
    api = f"{server.url}/api/v1/offices/demo/kiosk"
    requests.post(api, json={"version": "1", **said}, headers=bearer("kiosk"), timeout=10).raise_for_status()


def test_staff_on_the_floor_see_what_is_wrong_with_a_kiosk(browse: Browse, server: Motcua) -> None:
    """On a page that was open before: it is told, and asks nobody. (Silence is told too, after half a minute: see
    `tests/api/test_offline.py`.)"""
    kiosk_says(server)
    printer_is(server, "ok", paper="ok")
    floor = browse("/floor", user="helper")
    trouble, printer = floor.locator("[data-device=kiosk-1]"), floor.locator("[data-device=kiosk-printer]")
    expect(floor.locator(".floor__side")).to_be_visible()
    expect(trouble).to_have_count(0)

    printer_is(server, "error", paper="out")
    expect(printer).to_contain_text("hết giấy: thay cuộn mới")
    kiosk_says(server, undelivered=14, refused=1)
    expect(trouble).to_contain_text("14 số chưa gửi về · 1 số không nhận được: phát lại cho người dân")
    kiosk_says(server, stopped={"reason": "cleaning", "since": "2026-11-20T09:30:00+07:00"})
    expect(trouble).to_contain_text("nhân viên đã cho ngừng phát số tại máy: vệ sinh, bảo trì")
    kiosk_says(server)
    expect(trouble).to_have_count(0)

    # Heard for the last time at 09:31, which is when it lost the server.
    last_heard(server, "2026-11-20T09:31:00+07:00")
    floor.reload()
    expect(trouble).to_contain_text("mất kết nối từ 09:31, vẫn tự phát số")
    assert violations(floor) == []
    kiosk_says(server)
    expect(trouble).to_have_count(0)


def last_heard(server: Motcua, at: str) -> None:
    database = sqlite3.connect(server.environment["MOTCUA_DATABASE_URL"].removeprefix("sqlite:///"), timeout=10)
    with database:
        moment = int(datetime.fromisoformat(at).timestamp() * 1000)
        database.execute("UPDATE device SET seen_at = ? WHERE kind = 'kiosk'", (moment,))
    database.close()


def test_somebody_who_left_is_asked_and_then_forgotten(browse: Browse, server: Motcua) -> None:
    page = browse("about:blank", device="kiosk", viewport=UPRIGHT)
    page.clock.install()
    page.goto("/kiosk")
    page.locator("text=Tôi thuộc diện ưu tiên").click()
    screen(page, "priority")
    page.clock.fast_forward(50_000)
    expect(page.get_by_role("alertdialog")).to_contain_text("Ông/bà còn cần thêm thời gian không?")
    expect(page.locator("#still-there")).to_be_focused()
    page.get_by_role("button", name="Tôi cần thêm thời gian").click()
    screen(page, "priority")
    page.clock.fast_forward(62_000)
    screen(page, "home")


def test_a_kiosk_without_its_server_says_so_and_comes_back(kiosk: Page) -> None:
    kiosk.route("**/api/**", lambda route: route.abort())
    kiosk.reload()
    expect(kiosk.get_by_role("heading")).to_have_text("Máy chưa kết nối được")
    kiosk.unroute("**/api/**")
    # It tries again every few seconds.
    expect(kiosk.locator("[data-service=A]")).to_be_visible(timeout=20_000)
