"""A citizen before the page that `motcua kiosk` serves, while the network to the server is cut and healed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.e2e.touching import UPRIGHT, tap
from tests.kiosk.machines import Site

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

NUMBER = ".result__number"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Site(tmp_path) as running:
        yield running


@pytest.fixture
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    context = chromium.new_context(base_url=site.kiosk.url, viewport=UPRIGHT)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto("/kiosk")
    expect(page.locator("[data-service=A]")).to_contain_text("Không có người chờ")
    yield page
    context.close()


def take(page: Page, service: str) -> str:
    page.locator(f"[data-service={service}]").click()
    number = page.locator(NUMBER)
    expect(number).to_be_visible()
    taken = number.inner_text()
    expect(page.get_by_text("Mời ông/bà lấy phiếu")).to_be_visible()
    page.wait_for_timeout(400)
    tap(page, "text=Xong")
    return taken


def test_the_citizen_sees_one_honest_line_and_no_other_difference(page: Page, site: Site) -> None:
    assert take(page, "A") == "A001"
    site.network.cut("silent")
    assert take(page, "A") == "A501"
    # Told once the outage is longer than a moment, and the papers can still be looked up.
    line = page.get_by_text(re.compile("Máy đang hoạt động ngoại tuyến từ"))
    expect(line).to_be_visible()
    page.locator("[data-service=B]").dblclick()
    expect(page.locator(NUMBER)).to_have_text("B501")
    expect(page.locator("body")).not_to_contain_text("null")
    page.wait_for_timeout(400)
    tap(page, "text=Xong")
    tap(page, "text=Cần mang giấy tờ gì?")
    tap(page, "[data-service=A]")
    expect(page.locator("body")).to_contain_text("Đăng ký khai sinh")
    # What was chosen in the list goes with the number.
    tap(page, "text=Đăng ký khai sinh")
    tap(page, "text=Đủ giấy tờ, lấy số")
    expect(page.locator(NUMBER)).to_have_text("A502")
    tap(page, "text=Xong")
    assert site.kiosk.health()["undelivered"] == 3

    site.network.heal()
    site.kiosk.wait(lambda health: health["online"] and health["undelivered"] == 0)
    expect(line).to_have_count(0)
    assert take(page, "A") == "A002"
    rows = {row["number"]: row for row in site.tickets()}
    assert sorted(rows) == ["A001", "A002", "A501", "A502", "B501"]
    assert sorted(site.door.numbers) == sorted(rows)
    # The code on the paper that was printed alone leads to the number now.
    token = rows["A501"]["track_token"]
    papers = {paper["number"]: paper for paper in site.door.papers.values()}
    assert rows["A502"]["procedure"] == "1.001193" and papers["A502"]["papers"] != papers["A501"]["papers"]
    paper = papers["A501"]
    assert paper["qr"].endswith(f"/t/{token}")
    told = requests.get(f"{site.server.url}/api/v1/track/{token}", timeout=10).json()
    assert (told["number"], told["people_ahead"]) == ("A501", 1)


def test_the_screen_is_read_aloud_without_the_server(page: Page, site: Site) -> None:
    site.network.cut("gone")
    with page.expect_response("**/kiosk/speech.wav*") as answer:
        page.get_by_role("button", name="Đọc to").click()
    assert answer.value.status == 200
    assert answer.value.headers["content-type"] == "audio/wav"
