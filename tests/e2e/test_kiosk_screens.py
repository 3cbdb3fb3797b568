"""Every screen of the kiosk, on the shapes that offices own, in both languages and all modes: nothing cut, nothing too
small to touch or to read, and nothing that axe finds.

The screens are made by the kiosk's own reducer and view in one page of Chromium, from what happened to them.
`MOTCUA_PICTURES=docs/images` renews the pictures of them that the documentation shows.
"""

from __future__ import annotations

import copy
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import segno
from playwright.sync_api import Browser, Page, Route

from tests.e2e.touching import UPRIGHT
from tests.offices import TOKENS, bearer
from tests.servers import Motcua

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(300)]

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
STAGE = Path(__file__).with_name("kiosk_stage.js")
SHAPES = {
    "upright": UPRIGHT,
    "lying": {"width": 1920, "height": 1080},
    "stand": {"width": 1366, "height": 768},
    "small": {"width": 1280, "height": 800},
}
MODES = {"plain": (), "large": ("large",), "low": ("low",), "large and low": ("large", "low")}

# 20 mm targets, 28 px letters, nothing cut or beyond the screen; in the low layout nothing to touch in the upper half.
FAULTS = """() => {
  const faults = new Set();
  const low = document.querySelector(".kiosk[data-low]");
  for (const element of document.querySelectorAll(".kiosk, .kiosk *, .ask, .ask *")) {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    if (!box.width || element.matches(".visually-hidden")) continue;
    const name = `${element.className} “${element.textContent.replace(/\\s+/g, " ").trim().slice(0, 30)}”`;
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.top < -1) faults.add(`beyond: ${name}`);
    if (own && parseFloat(style.fontSize) < 28) faults.add(`${style.fontSize}: ${name}`);
    const holds = element.matches(".top, .body, .tiles, .lines, .results, .result, .heading, .heading__words, .button");
    const over = element.scrollHeight - element.clientHeight;
    if (holds && over > 2) faults.add(`${over} px too tall: ${name}`);
    const wide = element.scrollWidth - element.clientWidth;
    if (element.matches(".button, .tile") && wide > 2) faults.add(`${wide} px too wide: ${name}`);
    if (element.matches("button")) {
      if (box.width < 79.5 || box.height < 79.5) faults.add(`small target: ${name}`);
      if (low && box.top < innerHeight / 2 - 1) faults.add(`too high: ${name}`);
    }
    const holder = element.parentElement.closest(".tile, .button, .heading");
    const held = holder?.getBoundingClientRect();
    if (held && (box.bottom > held.bottom + 1 || box.right > held.right + 1 || box.top < held.top - 1))
      faults.add(`spills by ${Math.round(box.bottom - held.bottom)} px: ${name}`);
  }
  return [...faults];
}"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]

Office = dict[str, Any]
Inputs = list[dict[str, Any]]
GROUPS = (
    "Tư pháp – Hộ tịch", "Đất đai – Xây dựng – Môi trường", "Lao động – Thương binh và Xã hội", "Tài chính – Kế hoạch",
    "Văn hóa – Thể thao", "Giáo dục và Đào tạo", "Y tế", "Nông nghiệp và Phát triển nông thôn",
)  # fmt: skip
LONG = "Đăng ký biện pháp bảo đảm bằng quyền sử dụng đất, tài sản gắn liền với đất"
FIELDS = (
    "Hộ tịch", "Chứng thực", LONG, "Bảo trợ xã hội – Người có công với cách mạng", "Đăng ký hộ kinh doanh",
    "Đăng ký đất đai lần đầu", "Cấp phép xây dựng", "Thi đua – Khen thưởng", "Tín ngưỡng – Tôn giáo",
    "Đăng ký phương tiện thủy nội địa", "Thư viện – Gia đình", "Giáo dục mầm non", "An toàn thực phẩm",
    "Đăng ký nuôi con nuôi trong nước", "Trồng trọt – Chăn nuôi", "Phòng, chống tệ nạn xã hội", "Phí bảo vệ môi trường",
)  # fmt: skip
# What the kiosk's own runtime adds to the office.
HERE: dict[str, Any] = {"staff": {"code_set": True, "prints": True}, "stopped": None}
STOPPED = {"reason": "cleaning", "since": "2026-11-20T09:30:00+07:00"}
STATUS = {
    "version": "1.0.0", "online": False, "offline_since": "2026-11-20T09:31:00+07:00", "undelivered": 14, "refused": 1,
    "numbers_left": {"A": 20, "B": 18, "C": 4}, "settings": {"low": True, "language": "vi", "sound": True},
    "stopped": STOPPED,
}  # fmt: skip
MONDAY = "2026-11-23T07:30:00+07:00"


def names(vi: str) -> dict[str, str]:
    return {"vi": vi, "en": vi}


def busy(office: Office) -> None:
    """People wait, one field is closed, one is late, a line for help is there, and the printer works."""
    waits = ((14, (1200, 2100)), (6, (600, 1200)), (9, (1500, 2400)), (2, (300, 300)), (28, (5400, 7200)), (0, (0, 0)))
    for service, (count, (low, high)) in zip(office["services"], waits, strict=True):
        service |= {"waiting": count, "expected_wait_s": {"low": low, "high": high}}
    office["services"][4] |= {"late": True, "next_day": MONDAY}
    office["services"][5] |= {"open": False, "closed_reason": "hours", "opens_at": MONDAY}
    office["services"].append(office["services"][0] | {"code": "H", "names": names("Cần trợ giúp"), "help": True})
    office["kiosk"] = HERE | {"printer": {"state": "ok", "detail": {}}}


def unset(office: Office) -> None:
    busy(office)
    office["kiosk"] |= {"staff": {"code_set": False, "prints": True}}


def stopped(office: Office) -> None:
    busy(office)
    office["kiosk"] |= {"stopped": STOPPED}
    for service in office["services"]:
        service |= {"open": False, "closed_reason": "kiosk_stopped", "opens_at": None}


def crowded(office: Office) -> None:
    """Seventy fields in eight groups."""
    busy(office)
    one, groups, help = office["services"][0], [names(group) for group in GROUPS], office["services"][6]
    office["services"] = [
        one | {"code": f"{'ABCDEFG'[i // 10]}{i % 10}", "names": names(FIELDS[i % len(FIELDS)]), "group": groups[i % 8]}
        for i in range(70)
    ]
    office["services"].append(help)


def night(office: Office) -> None:
    busy(office)
    for service in office["services"]:
        service |= {"open": False, "closed_reason": "hours", "opens_at": MONDAY}
    office["hours"] |= {"open": False, "next_open": MONDAY}


def no_paper(office: Office) -> None:
    busy(office)
    office["kiosk"] |= {"printer": {"state": "error", "detail": {"paper": "out"}}}


def with_cards(office: Office) -> None:
    busy(office)
    office |= {"card": "optional", "bookings": {"early_min": 30, "late_min": 30}}


def offline(office: Office) -> None:
    busy(office)
    office["offline_since"] = "2026-11-20T09:31:00+07:00"


def touch(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, **more}


def take(code: str = "A") -> dict[str, Any]:
    return touch("service", code=code)


def show(screen: str) -> dict[str, Any]:
    return touch("show", screen=screen)


TICKET = {
    "id": "t1", "number": "E1012", "service": "B", "priority": "meritorious", "people_ahead": 28,
    "expected_wait_s": {"low": 5400, "high": 7200}, "counters": [2, 3, 4], "track_url": "http://queue.example/t/none",
}  # fmt: skip
HELP = {"number": "H001", "service": "H", "priority": None, "counters": [], "print": {"state": "printed"}}
PICTURE = io.BytesIO()
segno.make(str(TICKET["track_url"]), error="m", micro=False).save(PICTURE, kind="svg", border=4, scale=8)


def numbered(state: str, **more: Any) -> Inputs:
    return [take(), touch("issued", ticket=TICKET | {"print": {"state": state}} | more)]


def refused(code: str, *, unsure: bool) -> Inputs:
    text = "Lĩnh vực Bảo trợ xã hội – Người có công với cách mạng đã phát hết 200 số của ngày hôm nay."
    return [take(), touch("refused", code=code, text=text, unsure=unsure)]


UNREAD = "Máy chưa đọc được mã. Mời ông/bà đặt lại thẻ hoặc mã, mặt có mã QR hướng vào máy."
HELD = "Hôm nay ông/bà đã có số E1012 của lĩnh vực này (đã gọi)."
SECOND = {"text": HELD, "unsure": False, "number": "E1012", "counter": 3}
LETTERS = [touch("letter", letter=letter) for letter in "dang"]
PAPERS = show("fields")
CODE = [touch("staff_open"), *[touch("staff_digit", digit=digit) for digit in "508271"]]
SETTINGS = [*CODE, touch("staff_told", path="open", answer={"grant": "g", "status": STATUS})]
TESTED = touch("staff_told", path="test-print", answer={"status": STATUS, "print": {"state": "not_sent"}})
WRONG = touch("staff_refused", code="staff_code_wrong", text="Mã chưa đúng.", wait_s=120)
GROUP = touch("group", key="tu phap ho tich")
STORIES: dict[str, tuple[Callable[[Office], None], Inputs]] = {
    "home": (busy, []),
    "night": (night, []),
    "no paper": (no_paper, []),
    "offline": (offline, []),
    "groups": (crowded, []),
    "group": (crowded, [touch("group", key="dat dai xay dung moi truong")]),
    "search": (crowded, [show("search"), *LETTERS]),
    "priority": (busy, [show("priority")]),
    "priority chosen": (busy, [show("priority"), touch("priority", group="meritorious")]),
    "fields": (busy, [PAPERS]),
    "procedures": (busy, [PAPERS, take("A")]),
    "procedure": (busy, [PAPERS, take("A"), touch("procedure", code="1.001193")]),
    "long procedure": (busy, [PAPERS, take("B"), touch("procedure", code="2.001035")]),
    "papers of a field": (crowded, [PAPERS, GROUP, take("A8")]),
    "closed": (night, [take("E")]),
    "late": (busy, [take("E")]),
    "asking": (busy, [take("E"), touch("take", code="E", sure=True)]),
    "printing": (busy, numbered("queued")),
    "printed": (busy, numbered("printed")),
    "not printed": (busy, numbered("not_sent")),
    "printed offline": (offline, numbered("printed", people_ahead=None, expected_wait_s=None)),
    "scan": (with_cards, [take()]),
    "scan not read": (with_cards, [take(), touch("unread", code="scan_unreadable", text=UNREAD)]),
    "booked": (with_cards, []),
    "one number a day": (busy, [take(), touch("refused", code="one_number_a_day", **SECOND)]),
    "help": (busy, [touch("take", code="H"), touch("issued", ticket=TICKET | HELP)]),
    "refused": (busy, refused("daily_limit_reached", unsure=False)),
    "unanswered": (busy, refused("unavailable", unsure=True)),
    "stopped here": (stopped, []),
    "closed here": (stopped, [take("A")]),
    "no staff code": (unset, [touch("staff_open")]),
    "staff code": (busy, CODE),
    "wrong staff code": (busy, [*CODE, WRONG]),
    "settings": (stopped, SETTINGS),
    "test paper": (busy, [*SETTINGS, TESTED]),
    "why stop": (busy, [*SETTINGS, touch("staff_part", part="stop")]),
    "touches": (busy, [*SETTINGS, touch("staff_touches"), touch("staff_cell", cell=3), touch("staff_cell", cell=20)]),
    "all touched": (busy, [*SETTINGS, touch("staff_touches"), *[touch("staff_cell", cell=cell) for cell in range(24)]]),
}
PICTURES = {
    ("upright", "vi", "plain", "procedure"): "kiosk-papers", ("upright", "vi", "plain", "offline"): "kiosk-offline",
    ("upright", "vi", "large", "home"): "kiosk-large", ("upright", "vi", "low", "home"): "kiosk-low",
    ("upright", "vi", "plain", "night"): "kiosk-closed", ("upright", "vi", "plain", "late"): "kiosk-late",
    ("upright", "vi", "plain", "not printed"): "kiosk-no-paper", ("lying", "en", "plain", "home"): "kiosk-lying",
    ("upright", "vi", "plain", "settings"): "kiosk-settings",
    ("small", "vi", "plain", "groups"): "kiosk-many-fields", ("upright", "vi", "plain", "search"): "kiosk-search",
}  # fmt: skip
WARNED = [show("priority"), *([touch("tick", at=52_000, wall=0)])]


@pytest.fixture(scope="module")
def hall(furnished_server: Motcua) -> tuple[Office, Inputs]:
    """What the server says of the office, and its catalogue."""
    api = f"{furnished_server.url}/api/v1/offices/demo"
    office = requests.get(api, headers=bearer("kiosk"), timeout=10).json()
    listed = requests.get(f"{api}/procedures", timeout=10).json()
    return office, [touch("procedures", version=1, services=listed["services"]), touch("known", known=True)]


@pytest.fixture(scope="module")
def stage(chromium: Browser, furnished_server: Motcua) -> Iterator[Page]:
    """One page for all screens: the kiosk's shell and modules, without its wiring."""
    context = chromium.new_context(base_url=furnished_server.url, viewport=UPRIGHT, bypass_csp=True)
    cookie = {"name": "motcua_device", "value": TOKENS["kiosk"], "url": furnished_server.url}
    context.add_cookies([cookie])  # type: ignore[list-item]
    page = context.new_page()
    page.route("**/kiosk/static/app.js", lambda route: fill(route, STAGE.read_text(), "text/javascript"))
    page.route("**/qr.svg", lambda route: fill(route, PICTURE.getvalue(), "image/svg+xml"))
    page.goto("/kiosk")
    page.wait_for_function("() => window.play")
    page.evaluate(AXE.read_text())
    yield page
    context.close()


def fill(route: Route, body: str | bytes, kind: str) -> None:
    route.fulfill(body=body, content_type=kind)


def furnished(hall: tuple[Office, Inputs], furnish: Callable[[Office], None]) -> Inputs:
    office = copy.deepcopy(hall[0])
    furnish(office)
    return [touch("office", office=office), *hall[1]]


def found(page: Page, *, with_axe: bool) -> list[str]:
    faults = list(page.evaluate(FAULTS))
    if not with_axe:
        return faults
    violations = page.evaluate("tags => axe.run(document, { runOnly: tags, resultTypes: ['violations'] })", TAGS)
    return faults + [f"{each['id']}: {node['target']}" for each in violations["violations"] for node in each["nodes"]]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_screen_can_be_read_reached_and_heard(
    stage: Page, hall: tuple[Office, Inputs], shape: str, language: str, mode: str
) -> None:
    stage.set_viewport_size(SHAPES[shape])  # type: ignore[arg-type]
    faults: list[str] = []
    for name, (furnish, story) in STORIES.items():
        happened = [*furnished(hall, furnish), *map(touch, MODES[mode]), *story]
        stage.evaluate("([lang, size, happened]) => play(lang, size, happened)", [language, SHAPES[shape], happened])
        picture = PICTURES.get((shape, language, mode, name))
        if picture and (folder := os.environ.get("MOTCUA_PICTURES")):
            stage.wait_for_function("() => [...document.images].every((image) => image.complete)")
            stage.screenshot(path=f"{folder}/{picture}.png")
        # Colours, names and roles are the same on every shape of a mode, so each mode is scanned on one; how they lie
        # is measured on all, and scanned once more where the screen lies on its side.
        with_axe = shape == "upright" or (shape == "lying" and mode == "plain")
        faults += [f"{name}: {fault}" for fault in found(stage, with_axe=with_axe)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_warning_can_be_read_and_reached(stage: Page, hall: tuple[Office, Inputs], shape: str) -> None:
    stage.set_viewport_size(SHAPES[shape])  # type: ignore[arg-type]
    happened = [*furnished(hall, busy), *WARNED]
    stage.evaluate("([size, happened]) => play('vi', size, happened)", [SHAPES[shape], happened])
    assert stage.locator("[role=alertdialog]").count() == 1
    assert not found(stage, with_axe=True)
