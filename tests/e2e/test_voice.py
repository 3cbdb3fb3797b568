"""An office records its voice in Chromium, with the browser's own made-up microphone, and hears itself called."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from display.speech.sound import write_wav
from tests.e2e.test_desk import violations
from tests.servers import Motcua
from tests.unit.display.sounds import tone, with_silence

pytestmark = pytest.mark.e2e

Browse = Callable[..., Page]
PICTURES = os.environ.get("MOTCUA_PICTURES")




def test_a_head_records_the_voice_of_the_office(browse: Browse, server: Motcua, tmp_path: Path) -> None:
    page = browse("/admin/voice", user="head")
    expect(page.get_by_test_id("phrase")).to_have_text("xin mời số thứ tự")
    expect(page.get_by_test_id("progress")).to_have_text(re.compile(r"^0 trên \d\d câu$"))
    assert violations(page) == []

    page.locator("[data-do=record]").click()
    expect(page.get_by_test_id("phase")).to_contain_text("Đang thu")
    expect(page.get_by_test_id("level")).to_have_attribute("data-level", re.compile("faint|good|loud"), timeout=5000)
    # The made-up microphone beeps once a second; a phrase is one or two of them.
    page.wait_for_function("() => { window.began ??= performance.now(); return performance.now() - began > 1600; }")
    page.locator("[data-do=record]").click()
    expect(page.locator(".banner--done")).to_contain_text("Đã thu “xin mời số thứ tự”")
    expect(page.get_by_test_id("progress")).to_have_text(re.compile(r"^1 trên \d\d câu$"))
    expect(page.get_by_test_id("phrase")).to_have_text("đến")
    row = page.locator("[data-phrase='xin mời số thứ tự']")
    expect(row).to_have_attribute("data-recorded", "yes")
    with page.expect_response(lambda answer: "/voice/vi?phrase=" in answer.url) as heard:
        row.locator("[data-do=play]").click()
    assert heard.value.headers["content-type"] == "audio/wav"

    file = tmp_path / "den.wav"
    file.write_bytes(write_wav(with_silence(tone(0.4, 0.2, rate=44100), 0.3, 0.3)))
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_test_id("progress")).to_have_text(re.compile(r"^2 trên"))
    file.write_bytes(b"<svg onload=alert(1)>")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("alert")).to_contain_text("không đọc được âm thanh này")

    page.locator("[data-phrase='đến'] [data-do=remove]").click()
    expect(page.get_by_test_id("progress")).to_have_text(re.compile(r"^1 trên"))
    assert violations(page) == []
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / "voice.png")

    announcement = requests.get(f"{server.url}/display/demo/speech/A012/3.vi.wav", timeout=20)
    assert announcement.headers["content-type"] == "audio/wav"


def test_a_person_can_listen_to_every_number(browse: Browse) -> None:
    from tests.e2e.test_board import EAR, heard

    page = browse("/display/demo/listen")
    page.evaluate(EAR)
    page.get_by_label("Từ số").fill("14")
    page.get_by_label("Đến số").fill("16")
    page.get_by_role("button", name="Nghe các số").click()
    assert [said for said in heard(page, 3) if said[0] == "+"] == ["+A014", "+A015", "+A016"]
