"""Signage in Chromium: a head makes a playlist, the wall shows it, calls interrupt it, a cut line does not stop it."""

from __future__ import annotations

import io
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.reading import faults
from tests.e2e.test_board import Officer, officers
from tests.e2e.test_desk import violations
from tests.offices import PASSWORD
from tests.servers import Motcua

pytestmark = pytest.mark.e2e

Browse = Callable[..., Page]
PICTURES = os.environ.get("MOTCUA_PICTURES")
SHOWN = {"papers": "signage.png", "waits": "signage-waits.png"}
TV = {"width": 1920, "height": 1080}
__all__ = ["officers"]


def poster(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1600, 900), colour).save(out, "PNG")
    return out.getvalue()


def film(path: Path) -> bytes:
    source = "testsrc=size=640x360:rate=15:duration=3"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-c:v", "libvpx", "-b:v", "600k", str(path)]
    subprocess.run(command, check=True)
    return path.read_bytes()


class Head:
    """A head with a keypad of words: no page is opened for it."""

    def __init__(self, server: Motcua) -> None:
        self._base = f"{server.url}/api/v1/offices/demo"
        self._session = requests.Session()
        signed = self._session.post(
            f"{server.url}/api/v1/session", json={"username": "head", "password": PASSWORD}, timeout=10
        )
        self._session.headers["X-CSRFToken"] = signed.json()["csrf_token"]

    def bring(self, data: bytes, name: str) -> str:
        answer = self._session.post(f"{self._base}/media?name={name}", data=data, timeout=60)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["digest"])

    def show(self, *items: dict[str, Any], **more: Any) -> None:
        edition = self._session.get(f"{self._base}/signage/settings", timeout=10).json()["edition"]
        body = {"edition": edition, "lists": [{"name": "Sảnh", "items": list(items), **more}]}
        answer = self._session.put(f"{self._base}/signage", json=body, timeout=10)
        assert answer.status_code == 200, answer.text

    def leave(self) -> None:
        self._session.close()


@pytest.fixture
def head(server: Motcua):
    person = Head(server)
    yield person
    person.leave()


def on(page: Page, kind: str) -> Any:
    return page.locator(f"[data-testid=signage][data-kind={kind}]")


def test_a_wall_between_calls_and_with_its_line_cut(
    browse: Browse, officers: dict[int, Officer], head: Head, server: Motcua, tmp_path: Path
) -> None:
    page = browse("/display?mute", viewport=TV)
    expect(page.get_by_test_id("empty")).to_be_visible()
    picture, clip = head.bring(poster("#1f4e79"), "poster.png"), head.bring(film(tmp_path / "f.webm"), "f.webm")
    head.show(
        {"kind": "picture", "media": picture, "seconds": 3}, {"kind": "video", "media": clip},
        {"kind": "waits", "seconds": 3}, {"kind": "papers", "service": "A", "seconds": 3},
        {"kind": "notice", "text": {"vi": "Bộ phận Một cửa nghỉ lễ ngày 2/9"}, "seconds": 3},
        {"kind": "ticker", "text": {"vi": "Nộp hồ sơ qua mạng không phải chờ"}},
    )  # fmt: skip
    for kind in ("picture", "video", "waits", "papers", "notice"):
        expect(on(page, kind)).to_be_visible(timeout=40_000)
        if kind == "picture":
            page.wait_for_function("() => document.querySelector('img.signage__media')?.naturalWidth === 1600")
        if kind == "video":
            page.wait_for_function("() => document.querySelector('video')?.currentTime > 0.3")
        page.evaluate("document.fonts.ready")
        assert faults(page) == [], kind
        if kind in ("waits", "papers"):
            assert violations(page) == [], kind
        if PICTURES and kind in SHOWN:
            page.screenshot(path=Path(PICTURES) / SHOWN[kind])
    expect(page.get_by_test_id("ticker")).to_contain_text("qua mạng")

    # A call takes the wall at once; the number before it stays in sight.
    first = officers[1].next()["number"]
    expect(page.get_by_test_id("number")).to_have_text(first)
    expect(page.get_by_test_id("signage")).to_have_count(0)
    expect(page.get_by_test_id("number")).to_have_text(first)
    # The server is gone, and so is the line: the files are here, and what would be stale is left out.
    server.kill()
    expect(page.get_by_test_id("lost")).to_be_visible(timeout=20_000)
    expect(page.get_by_test_id("signage")).to_be_visible(timeout=30_000)
    expect(page.locator("[data-testid=recent-call]").first).to_contain_text(first)
    seen = set()
    for _turn in range(8):
        seen.add(page.get_by_test_id("signage").get_attribute("data-kind"))
        key = page.get_by_test_id("signage").get_attribute("data-key")
        page.wait_for_function("key => document.querySelector('.signage')?.dataset.key !== key", arg=key)
        if {"picture", "video", "papers", "notice"} <= seen:
            break
    assert seen == {"picture", "video", "papers", "notice"}, "times of waiting are not known without the server"
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / "signage-offline.png")


def test_a_head_makes_a_playlist_and_looks_at_it(browse: Browse, tmp_path: Path) -> None:
    page = browse("/admin/signage", user="head")
    expect(page.get_by_role("heading", name="Ảnh và video")).to_be_visible()
    (tmp_path / "áp phích.png").write_bytes(poster("#0b6b53"))
    (tmp_path / "xấu.png").write_bytes(b"<svg onload=alert(1)>")
    page.locator("input[type=file]").set_input_files([tmp_path / "áp phích.png", tmp_path / "xấu.png"])
    expect(page.locator("[data-media='áp phích.png']")).to_contain_text("1600×900")
    expect(page.locator("[data-upload='xấu.png']")).to_contain_text("SVG")

    page.locator("[data-do=add-list]").click()
    page.get_by_label("Tên danh sách").fill("Tháng 11")
    for kind in ("picture", "notice", "papers"):
        page.locator(f"[data-add={kind}]").click()
    page.locator("[data-do=save]").click()
    expect(page.get_by_text("Cần tên tiếng Việt.")).to_be_visible()
    page.get_by_label("Nội dung (tiếng Việt)").fill("Nghỉ lễ ngày 2/9")
    page.locator("[data-item=papers]").get_by_label("Của thủ tục").select_option(label="Chứng thực")
    kinds = "items => items.map((item) => item.dataset.item)"
    page.locator("[data-item=papers] .input").last.press("Alt+ArrowUp")
    assert page.locator("[data-item]").evaluate_all(kinds) == ["picture", "papers", "notice"]
    page.locator("[data-item=picture] [data-do=down]").click()
    assert page.locator("[data-item]").evaluate_all(kinds) == ["papers", "picture", "notice"]
    page.get_by_label("Thứ Sáu").check()
    page.get_by_label("Trong các giờ").fill("07:30-11:30")
    page.locator("[data-do=save]").click()
    expect(page.locator(".banner--done")).to_contain_text("Đã lưu.")
    expect(page.locator(".unsaved")).to_have_count(0)
    assert violations(page) == []

    page.locator("[data-do=preview]").click()
    wall = page.frame_locator("iframe")
    expect(wall.get_by_test_id("signage")).to_be_visible(timeout=15_000)
    expect(page.locator("[data-media='áp phích.png']")).to_contain_text("đang dùng")
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / "signage-admin.png", full_page=True)

    again = browse("/admin/signage", user="head")
    again.locator("[data-do=add-list]").click()
    again.get_by_label("Tên danh sách").last.fill("Khác")
    page.get_by_label("Tên danh sách").first.fill("Tháng 12")
    for each, said in ((page, "Đã lưu."), (again, "người khác sửa")):
        each.locator("[data-do=save]").click()
        expect(each.locator(".banner")).to_contain_text(re.compile(said))
