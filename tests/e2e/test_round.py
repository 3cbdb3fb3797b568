"""The whole round in one office: a touch, paper, a call, the board, a voice, a rating, the counts.

`motcua demo` runs as a newcomer starts it. The pictures of the README are taken here: run with
`MOTCUA_PICTURES=docs/images` to renew them.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.servers import Process, answers, free_port, program, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
PASSWORD = "mat-khau-demo"
PICTURES = os.environ.get("MOTCUA_PICTURES")


@dataclass
class Demo:
    url: str
    devices: str
    process: Process


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    port = free_port()
    process = Process(folder, "demo")
    process.launch(
        [program("motcua"), "demo"],
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("MOTCUA_")},
            "MOTCUA_BIND": f"127.0.0.1:{port}",
            "MOTCUA_DATA_DIR": str(folder),
            "MOTCUA_DEMO_PASSWORD": PASSWORD,
        },
    )
    url = f"http://127.0.0.1:{port}"
    process.wait_for(lambda: answers(f"{url}/readyz") and "LED" in process.log.read_text(), "the demo")
    devices = re.search(r"(http://\S+)\s+giấy in", process.log.read_text())
    assert devices
    process.wait_for(lambda: answers(devices[1]), "the simulated devices")
    yield Demo(url, devices[1], process)
    process.stop()


def keep(page: Page, name: str) -> None:
    if PICTURES:
        page.wait_for_timeout(700)
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def open_page(browser: Browser, url: str, width: int, height: int) -> Page:
    page = browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN").new_page()
    page.goto(url)
    return page


def sign_in(demo: Demo, username: str) -> requests.Session:
    """A member of staff without a browser."""
    session = requests.Session()
    body = {"username": username, "password": PASSWORD}
    answer = session.post(f"{demo.url}/api/v1/session", json=body, timeout=10)
    session.headers["X-CSRFToken"] = answer.json()["csrf_token"]
    return session


def fill_the_hall(demo: Demo) -> None:
    """Other lines are busy already: the round below has counter 1 and Hộ tịch to itself."""
    office, helper = f"{demo.url}/api/v1/offices/demo", sign_in(demo, "helper")
    for index, service in enumerate("CDECFDCCEDF"):
        key = {"Idempotency-Key": f"hall-{index}"}
        helper.post(f"{office}/tickets", json={"service": service}, headers=key, timeout=10).raise_for_status()
    for counter in (3, 4, 5):
        officer = sign_in(demo, f"officer{counter}")
        for verb in ("open", "next"):
            officer.post(f"{office}/counters/{counter}/{verb}", json={}, timeout=10).raise_for_status()


def test_the_whole_round(demo: Demo, whole_chromium: Browser, tmp_path: Path) -> None:
    fill_the_hall(demo)
    display = open_page(whole_chromium, f"{demo.url}/display", 1920, 1080)
    expect(display.get_by_test_id("board")).to_have_attribute("data-status", "live")
    kiosk = open_page(whole_chromium, f"{demo.url}/kiosk", 1080, 1920)
    expect(kiosk.get_by_role("button", name="Hộ tịch")).to_be_visible()
    keep(kiosk, "kiosk")

    # Two touches at the most: one field, and the number is there.
    kiosk.get_by_role("button", name="Hộ tịch").click()
    expect(kiosk.get_by_text("A001", exact=True)).to_be_visible()

    devices = open_page(whole_chromium, demo.devices, 1366, 900)
    expect(devices.locator("img").nth(11)).to_be_attached(timeout=30_000)
    paper = devices.locator("img").first
    picture = requests.get(demo.devices.rstrip("/") + str(paper.get_attribute("src")), timeout=10).content
    (tmp_path / "paper.png").write_bytes(picture)
    read = subprocess.run(
        ["zbarimg", "-q", "--raw", tmp_path / "paper.png"], capture_output=True, text=True, check=True
    )
    assert read.stdout.strip().startswith(f"{demo.url}/t/")
    if PICTURES:
        Image.open(tmp_path / "paper.png").save(Path(PICTURES) / "ticket.png")
    expect(kiosk.locator("body")).to_contain_text(re.compile("lấy phiếu|lấy vé", re.IGNORECASE), timeout=15_000)
    keep(kiosk, "kiosk-number")
    keep(devices, "devices")

    console = open_page(whole_chromium, f"{demo.url}/console", 1366, 768)
    console.fill("input[name=username]", "officer1")
    console.fill("input[name=password]", PASSWORD)
    console.keyboard.press("Enter")
    expect(console.get_by_role("heading", name="Anh/chị ngồi quầy nào hôm nay?")).to_be_visible()
    console.keyboard.press("1")
    expect(console.locator("[data-action=pause]")).to_be_enabled()
    with display.expect_response(lambda r: "/speech/A001/1.vi.wav" in r.url) as spoken:
        console.keyboard.press(" ")
    expect(console.locator(".in-hand")).to_contain_text("A001")
    keep(console, "console")

    sound = spoken.value
    assert sound.status == 200 and sound.body()[:4] == b"RIFF"
    called = display.get_by_test_id("call").filter(has_text="A001")
    expect(called).to_be_visible()
    expect(called.get_by_test_id("counter")).to_contain_text("1")
    keep(display, "board")

    rate = open_page(whole_chromium, f"{demo.url}/rate?counter=1", 1280, 800)
    console.keyboard.press("Enter")
    face = rate.get_by_role("button", name="Rất hài lòng")
    expect(face).to_be_visible(timeout=10_000)
    expect(rate.locator("body")).to_contain_text("Nguyễn Thị Minh Ngọc")
    keep(rate, "rate")
    face.click()
    expect(rate.locator("body")).to_contain_text("Cảm ơn")

    console.goto(f"{demo.url}/today")
    row = console.get_by_role("row").filter(has_text="Nguyễn Thị Minh Ngọc")
    expect(row).to_contain_text("1")
    today = console.request.get(f"{demo.url}/api/v1/offices/demo/ratings/today").json()
    counts = next(o["counts"] for o in today["officers"] if o["name"] == "Nguyễn Thị Minh Ngọc")
    assert counts == {"very_satisfied": 1, "satisfied": 0, "dissatisfied": 0, "none": 0}
    keep(console, "today")


def test_a_citizen_follows_on_the_phone_and_the_head_sees_the_hall(demo: Demo, whole_chromium: Browser) -> None:
    helper = sign_in(demo, "helper")
    tickets = f"{demo.url}/api/v1/offices/demo/tickets"
    told = helper.post(tickets, json={"service": "C"}, headers={"Idempotency-Key": "phone"}, timeout=10).json()
    phone = open_page(whole_chromium, told["track_url"], 390, 844)
    expect(phone.locator("body")).to_contain_text(told["number"])
    keep(phone, "phone")
    head = open_page(whole_chromium, f"{demo.url}/floor", 1366, 768)
    head.fill("input[name=username]", "head")
    head.fill("input[name=password]", PASSWORD)
    head.keyboard.press("Enter")
    head.wait_for_url("**/floor")
    expect(head.locator("body")).to_contain_text(told["number"])
    keep(head, "floor")
    head.goto(f"{demo.url}/reports")
    expect(head.get_by_role("heading", name="Báo cáo").first).to_be_visible()
    keep(head, "reports")


def test_the_board_plays_the_call_aloud(demo: Demo, whole_chromium: Browser) -> None:
    """The audio element really runs: its time goes on, one sound at a time."""
    display = open_page(whole_chromium, f"{demo.url}/display", 1920, 1080)
    display.add_init_script(
        "window.played = []; const play = HTMLMediaElement.prototype.play;"
        "HTMLMediaElement.prototype.play = function () { window.played.push(this.src); window.player = this;"
        " return play.call(this); };"
    )
    display.reload()
    expect(display.get_by_test_id("board")).to_have_attribute("data-status", "live")
    session, helper = sign_in(demo, "officer2"), sign_in(demo, "helper")
    office = f"{demo.url}/api/v1/offices/demo"
    helper.post(f"{office}/tickets", json={"service": "B"}, headers={"Idempotency-Key": "aloud"}, timeout=10)
    session.post(f"{office}/counters/2/open", json={}, timeout=10)
    called = session.post(f"{office}/counters/2/next", json={}, timeout=10).json()
    wait_until(lambda: display.evaluate("window.player ? window.player.currentTime : 0") > 0.3, "the voice", 20)
    assert any(called["number"] in source for source in display.evaluate("window.played"))


def test_a_board_that_lost_the_server_says_so_and_then_knows_again(demo: Demo, whole_chromium: Browser) -> None:
    display = open_page(whole_chromium, f"{demo.url}/display", 1920, 1080)
    expect(display.get_by_test_id("board")).to_have_attribute("data-status", "live")
    display.context.set_offline(True)
    expect(display.get_by_test_id("board")).to_have_attribute("data-status", "unknown", timeout=10_000)
    keep(display, "board-unknown")
    display.context.set_offline(False)
    expect(display.get_by_test_id("board")).to_have_attribute("data-status", "live", timeout=10_000)
