"""Every layout of the hall's screens, as a small office and a centre of 67 counters in 6 zones have them."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, Page, expect

from server.commands.demo_office import OFFICE
from server.db.engine import make_engine
from server.db.migrate import upgrade
from server.db.unit_of_work import SqlUnitOfWork
from server.domain.line import Request
from server.domain.words import Role
from server.services.access import Actor
from server.services.issuing import Asked, issue
from server.services.serving import open_counter
from server.services.signage import FEWEST
from server.services.staff import put_staff
from server.services.views import describe
from tests.e2e.conftest import EXPECTED
from tests.e2e.reading import ask, faults
from tests.offices import PASSWORD, TOKENS, Silent, bearer, furnish
from tests.servers import Motcua

pytestmark = pytest.mark.e2e

PICTURES = os.environ.get("MOTCUA_PICTURES")
COUNTERS = 67
ZONES = ("Khu A", "Khu B", "Khu C", "Khu D", "Khu E", "Khu G")
FIELDS = ("Hộ tịch", "Chứng thực", "Đất đai – Môi trường", "Xây dựng", "Đăng ký hộ kinh doanh", "Thuế", "Bảo hiểm",
          "Công an", "Bảo trợ xã hội – Người có công với cách mạng", "Giáo dục", "Y tế", "Giao thông")  # fmt: skip
LETTERS = "ABCDEGHKLMNP"
BOARDS = [
    {"code": "sanh", "name": "Bảng sảnh", "layout": "main"},
    {"code": "sang", "name": "Bảng sảnh, nền sáng", "layout": "main", "theme": "paper"},
    {"code": "khu-b", "name": "Bảng khu B", "layout": "zone", "zone": "Khu B"},
    {"code": "quay", "name": "Bảng ở quầy", "layout": "sign"},
    {"code": "cho", "name": "Ai chờ gì", "layout": "queue"},
    {"code": "khu-g", "name": "Bảng khu G", "layout": "zone", "zone": "Khu G"},
    {"code": "tuyen-truyen", "name": "Màn hình tuyên truyền", "layout": "signage"},
]
CENTRE = OFFICE | {
    "names": {"vi": "Trung tâm Phục vụ hành chính công tỉnh", "en": "Provincial public service centre"},
    "services": [
        {"code": letter, "prefix": letter, "names": {"vi": name}} for letter, name in zip(LETTERS, FIELDS, strict=True)
    ],
    "counters": [
        {"number": n, "services": [LETTERS[n % 12], LETTERS[(n + 6) % 12]], "zone": ZONES[(n - 1) * 6 // COUNTERS]}
        # In the last zone counters have long names of their own.
        | ({"names": {"vi": f"Trả kết quả hồ sơ đất đai {n}"}} if n > 56 else {})
        for n in range(1, COUNTERS + 1)
    ],
    "settings": OFFICE.get("settings", {}) | {"boards": BOARDS},
}
CHANGE_MS = 20_000
"""A screen asks within a second of a change; a machine that also does other things takes longer."""
SCREENS = {"wide": (1920, 1080), "tall": (1080, 1920)}

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Motcua]:
    url = f"sqlite:///{tmp_path_factory.mktemp('centre') / 'centre.db'}"
    engine = make_engine(url)
    upgrade(engine)
    uow = SqlUnitOfWork(engine, lambda: datetime.now(UTC), describe, Silent())
    furnish(uow, CENTRE)
    for number in range(1, COUNTERS + 1):
        with uow.command("demo") as tx:
            person = put_staff(tx, f"centre{number}", f"Cán bộ {number}", [Role.OFFICER], None)
        if number % 9:
            with uow.command("demo") as tx:
                open_counter(tx, Actor("staff", person, roles={"demo": frozenset({Role.OFFICER})}), number)
    kiosk = Actor("device", device="kiosk", office="demo")
    for n in range(200):
        issue(uow, "demo", Request(LETTERS[n % 12]), Asked(kiosk, "http://127.0.0.1", f"centre-{n}"))
    engine.dispose()
    with Motcua(url) as server:
        for number in range(1, COUNTERS + 1):
            if number % 9 and number % 4:
                _next(server, number)
        yield server


def _next(server: Motcua, counter: int) -> str:
    answer = requests.post(
        f"{server.url}/api/v1/offices/demo/counters/{counter}/next", json={"finish_current": True},
        headers=bearer("keypad"), timeout=10,
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    return str(answer.json()["number"])


@pytest.fixture
def look(chromium: Browser, centre: Motcua) -> Iterator[Open]:
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opened(path: str, screen: str = "wide", *, paired: bool = False) -> Page:
        width, height = SCREENS[screen]
        contexts.append(
            chromium.new_context(
                base_url=centre.url, viewport={"width": width, "height": height}, reduced_motion="reduce"
            )
        )
        if paired:
            cookie = {"name": "motcua_board", "value": TOKENS["board"], "url": centre.url}
            contexts[-1].add_cookies([cookie])  # type: ignore[list-item]
        page = contexts[-1].new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [fault for fault in faults if not any(known in fault for known in EXPECTED)] == []


@pytest.fixture
def admin(centre: Motcua) -> Iterator[requests.Session]:
    session = requests.Session()
    signed = session.post(
        f"{centre.url}/api/v1/session", json={"username": "admin", "password": PASSWORD}, timeout=10
    ).json()
    session.headers["X-CSRFToken"] = signed["csrf_token"]
    yield session
    session.close()


def _settled(page: Page) -> None:
    page.locator("[data-status=live]").wait_for()
    page.evaluate("document.fonts.ready")


def portrait() -> bytes:
    """Somebody's picture, as far as a sign over a counter can tell."""
    image = Image.new("RGB", (400, 400), "#e4eef7")
    pen = ImageDraw.Draw(image)
    pen.ellipse((130, 70, 270, 230), fill="#1f4e79")
    pen.ellipse((60, 250, 340, 560), fill="#1f4e79")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


ADDRESSES = {
    "main": "/display?board=sanh&mute",
    "light": "/display?board=sang&mute",
    "zone": "/display?board=khu-b&mute",
    "sign": "/display?counter=5",
    "queue": "/display?board=cho",
    "long": "/display?board=khu-g&mute",
    "long-sign": "/display?counter=62",
    "signage": "/display?board=tuyen-truyen",
}
PICTURED = {"main", "light", "zone", "sign", "queue"}
NOTICE = {
    "vi": "Sáng thứ Bảy 28/11 Trung tâm nhận hồ sơ đất đai đến 11 giờ 30; các lĩnh vực khác xin nộp qua mạng",
    "en": "Land files only on Saturday morning",
}


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("layout", ADDRESSES)
def test_a_layout_stands_on_its_screen_and_can_be_read(
    look: Open, centre: Motcua, admin: requests.Session, layout: str, screen: str
) -> None:
    page = look(ADDRESSES[layout], screen)
    _settled(page)
    assert faults(page) == []
    theme = page.locator("html").get_attribute("data-theme")
    assert theme == ("paper" if layout == "light" else "night")
    if PICTURES and layout in PICTURED:
        page.screenshot(path=Path(PICTURES) / f"board-{layout}-{screen}.png")
    api = f"{centre.url}/api/v1/offices/demo/notice"
    assert admin.post(api, json=NOTICE, timeout=10).status_code == 200
    expect(page.get_by_test_id("notice")).to_be_visible()
    assert faults(page) == [], "with a notice"
    assert admin.post(api, json={}, timeout=10).status_code == 200
    expect(page.get_by_test_id("notice")).to_be_hidden()


@pytest.mark.parametrize("screen", SCREENS)
def test_no_state_of_a_call_is_too_large_for_its_place(look: Open, centre: Motcua, screen: str) -> None:
    """Long names, a recall, a number of six letters, two at once, a lost line: drawn by the page's own code."""
    page = look("/display?mute", screen)
    _settled(page)
    assert ask(page, "states") == []


def test_words_take_the_lines_that_the_layout_reckons(look: Open) -> None:
    """Never more, and seldom fewer, or rows would stand in each other's place or leave half of a screen empty."""
    page = look("/display?mute")
    names = [*FIELDS, "Trả kết quả hồ sơ đất đai 62", "Quầy 59", NOTICE["vi"], "Việc làm – Lao động – Thương binh"]
    found = ask(page, "lines", names)
    assert [each for each in found if each["drawn"] > each["reckoned"]] == []
    assert sum(each["drawn"] == each["reckoned"] for each in found) >= 0.85 * len(found)


def test_a_zone_shows_its_own_counters_and_calls_only(look: Open, centre: Motcua) -> None:
    page = look("/display?board=khu-b&mute")
    _settled(page)
    mine = [counter["number"] for counter in CENTRE["counters"] if counter["zone"] == "Khu B"]
    called = _next(centre, mine[1])
    expect(page.locator(f"[data-testid=call][data-number={called}]")).to_be_visible()
    other = _next(centre, 1)
    again = _next(centre, mine[2])
    expect(page.locator(f"[data-testid=call][data-number={again}]")).to_be_visible()
    assert page.locator(f"[data-number={other}]").count() == 0
    rows = page.get_by_test_id("counter-row")
    assert {int(row.get_attribute("data-counter") or 0) for row in rows.all()} <= set(mine)


def test_a_paired_screen_shows_what_administration_gives_it_and_changes_with_it(
    look: Open, centre: Motcua, admin: requests.Session
) -> None:
    api = f"{centre.url}/api/v1/offices/demo"
    page = look("/display", paired=True)
    expect(page.get_by_test_id("board")).to_be_visible()
    devices = admin.get(f"{api}/devices/settings", timeout=10).json()["devices"]
    board = next(device for device in devices if device["kind"] == "board")

    def give(layout: str, counter: int | None = None) -> None:
        wanted: dict[str, Any] = {"kind": "board", "name": board["name"], "settings": {"layout": layout}}
        answer = admin.put(f"{api}/devices/{board['id']}", json=wanted | {"counter": counter}, timeout=10)
        assert answer.status_code == 200, answer.text

    give("cho")
    expect(page.get_by_test_id("queue")).to_be_visible(timeout=CHANGE_MS)
    give("quay", counter=7)
    expect(page.get_by_test_id("sign-name")).to_have_text("Quầy 7", timeout=CHANGE_MS)
    # Who is paired with the office may name who sits there.
    photo = admin.put(f"{api}/staff/centre7/photo", data=portrait(), timeout=20)
    assert photo.status_code == 200, photo.text
    page.reload()
    expect(page.get_by_test_id("sign-officer")).to_have_text("Cán bộ 7")
    page.wait_for_function("() => document.querySelector('.sign__photo')?.naturalWidth > 0")
    _settled(page)
    assert faults(page) == []
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / "board-sign-officer.png")
    give("sang")
    expect(page.locator("html[data-theme=paper]")).to_be_attached(timeout=CHANGE_MS)
    expect(page.get_by_test_id("board")).to_be_visible()
    config = admin.get(f"{api}/config", timeout=10).json()
    office = config["office"]
    office["boards"] = [b | ({"theme": "night"} if b["code"] == "sang" else {}) for b in office["boards"]]
    saved = admin.put(f"{api}/config", json={"office": office, "config_version": config["config_version"]}, timeout=20)
    assert saved.status_code == 200, saved.text
    expect(page.locator("html[data-theme=night]")).to_be_attached(timeout=CHANGE_MS)


def test_the_console_ticks_what_a_real_board_has_spoken(look: Open, centre: Motcua, admin: requests.Session) -> None:
    """From the loudspeaker of a paired board to the officer's screen, by the real ways."""
    page = look("/display", paired=True)
    _settled(page)
    page.evaluate(
        """() => { HTMLMediaElement.prototype.play = function () {
          setTimeout(() => this.dispatchEvent(new Event("ended")), 50);
          return Promise.resolve();
        }; }"""
    )
    number = _next(centre, 2)
    floor = f"{centre.url}/api/v1/offices/demo/floor"
    heard: list[bool] = []
    for _look in range(100):
        in_hand = admin.get(floor, timeout=10).json()["in_hand"]
        heard = [ticket["heard"] for ticket in in_hand if ticket["number"] == number]
        if heard == [True]:
            break
        page.wait_for_timeout(100)
    assert heard == [True]


def test_a_screen_of_signage_shows_the_offices_figures_and_gives_way_to_calls(
    look: Open, centre: Motcua, admin: requests.Session
) -> None:
    api = f"{centre.url}/api/v1/offices/demo"
    served = [n for n in range(1, COUNTERS + 1) if n % 9 and n % 4][:FEWEST]
    for n, counter in enumerate(served):
        _next(centre, counter)  # and the one before is finished
        given = {"level": "very_satisfied" if n % 5 else "dissatisfied"}
        headers = bearer("panel") | {"Idempotency-Key": f"press-{n}"}
        rated = requests.post(f"{api}/counters/{counter}/rating", json=given, headers=headers, timeout=10)
        assert rated.status_code == 201, rated.text
    edition = admin.get(f"{api}/signage/settings", timeout=10).json()["edition"]
    items = [{"kind": "figures", "seconds": 300}]
    lists = [{"name": "Sảnh", "items": items}]
    assert admin.put(f"{api}/signage", json={"edition": edition, "lists": lists}, timeout=10).status_code == 200
    page = look("/display?board=tuyen-truyen")
    figures = page.locator("[data-testid=signage][data-kind=figures]")
    expect(figures).to_be_visible(timeout=60_000)  # once the calls above have had their time on the wall
    expect(figures).to_contain_text("Hài lòng")
    expect(figures).to_contain_text("80%")
    expect(figures).to_contain_text("Chờ không quá mục tiêu")
    assert faults(page) == []
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / "signage-figures.png")
    narrow = look("/display?board=sanh&mute", "tall")
    expect(narrow.locator("[data-testid=signage][data-kind=figures]")).to_be_visible(timeout=30_000)
    assert faults(narrow) == []
    number = _next(centre, served[0])
    for each in (page, narrow):
        expect(each.locator(f"[data-testid=call][data-number={number}]")).to_be_visible()
        expect(each.get_by_test_id("signage")).to_have_count(0)


def test_layouts_are_set_with_a_live_preview(chromium: Browser, centre: Motcua) -> None:
    context = chromium.new_context(base_url=centre.url, viewport={"width": 1600, "height": 1200})
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto("/admin#boards")
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin#boards")
    preview = page.frame_locator("[data-board=khu-b] iframe.admin__wide")
    page.locator("[data-board=khu-b]").scroll_into_view_if_needed()
    expect(preview.get_by_test_id("board")).to_be_visible(timeout=CHANGE_MS)
    expect(preview.locator("html")).to_have_attribute("data-theme", "night")
    if PICTURES:
        for code in ("sang", "khu-b", "quay"):
            for frame in page.locator(f"[data-board={code}] iframe").all():
                frame.content_frame.locator("[data-status=live]").wait_for()
        page.screenshot(path=Path(PICTURES) / "admin-boards.png")
    page.locator("summary", has_text="Bảng khu B").click()
    page.locator("#f-boards-2-theme").select_option("paper")
    expect(preview.locator("html")).to_have_attribute("data-theme", "paper", timeout=CHANGE_MS)
    context.close()
