"""The page that a ward technician holds up to the light."""

from __future__ import annotations

import pytest
from PIL import Image, ImageOps

from hardware.printing import PrinterStatus, testpage
from hardware.printing.fonts import missing
from hardware.printing.items import Item, Line
from hardware.printing.letters import VIETNAMESE
from hardware.printing.profiles import load, names
from hardware.printing.testpage import CONFIRM_URL, answers, encode_test_page
from hardware.printing.virtual import VirtualPrinter

from .test_paper import zbar


@pytest.mark.parametrize("name", names())
def test_the_page_prints_on_every_profile(name: str) -> None:
    profile = load(name)
    device = VirtualPrinter(profile.width)
    data = encode_test_page(profile, "tcp://192.168.1.50:9100", PrinterStatus(online=True, paper="near_end"))
    for start in range(0, len(data), 1000):
        device.receive(data[start : start + 1000])
    (strip,) = device.strips
    assert device.decoder.unknown == []
    assert zbar(strip.image) == CONFIRM_URL
    ink = ImageOps.invert(strip.image.convert("L")).getbbox()
    assert ink is not None and (ink[0], ink[2]) == (0, profile.width), "the ruler reaches both edges"


def test_every_letter_is_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    real = testpage.render_items

    def spy(items: list[Item], *place: int) -> Image.Image:
        drawn.extend(run.text for item in items if isinstance(item, Line) for run in item.runs)
        return real(items, *place)

    monkeypatch.setattr(testpage, "render_items", spy)
    encode_test_page(load("generic-58"), "tcp://192.168.1.50:9100", PrinterStatus())
    assert set(VIETNAMESE) <= set("".join(drawn))
    assert missing("".join(drawn), "words") == ""


def test_it_says_what_the_printer_answered() -> None:
    told = " ".join(answers(PrinterStatus(online=True, paper="near_end", cover="closed")))
    assert told == "Máy in trả lời: sắp hết giấy; nắp đóng; không cho biết về dao cắt."
