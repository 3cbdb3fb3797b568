"""Every layout of the hall's screens, as a small office and a centre of 67 counters in 6 zones have them.

What must be read from where: a letter is legible when it subtends at least 16 minutes of arc (ISO 9241-303, minimum
character height), which is its distance over 215; we take distance ÷ 200. Whoever is called looks up from 6 m, so
number and counter are at least 30 mm high, and the called number itself distance ÷ 60, since it must be found and not
only read. The lists beside it are for whoever walks up: 3 m, 15 mm. A 43-inch screen has 0.5 mm a pixel. Contrast is
at least 4.5 everywhere and 7 for what is called (WCAG 2.2, 1.4.3 and 1.4.6).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
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
from server.services.staff import put_staff
from server.services.views import describe
from tests.e2e.conftest import EXPECTED
from tests.e2e.test_board import OVERFLOWS
from tests.offices import PASSWORD, TOKENS, Silent, bearer, furnish
from tests.servers import Motcua

pytestmark = pytest.mark.e2e

PICTURES = os.environ.get("MOTCUA_PICTURES")
COUNTERS = 67
ZONES = ("Khu A", "Khu B", "Khu C", "Khu D", "Khu E", "Khu G")
FIELDS = ("Hộ tịch", "Chứng thực", "Đất đai", "Xây dựng", "Đầu tư", "Thuế", "Bảo hiểm", "Công an", "Lao động",
          "Giáo dục", "Y tế", "Giao thông")  # fmt: skip
LETTERS = "ABCDEGHKLMNP"
BOARDS = [
    {"code": "sanh", "name": "Bảng sảnh", "layout": "main"},
    {"code": "sang", "name": "Bảng sảnh, nền sáng", "layout": "main", "theme": "paper"},
    {"code": "khu-b", "name": "Bảng khu B", "layout": "zone", "zone": "Khu B"},
    {"code": "quay", "name": "Bảng ở quầy", "layout": "sign"},
    {"code": "cho", "name": "Ai chờ gì", "layout": "queue"},
]
CENTRE = OFFICE | {
    "names": {"vi": "Trung tâm Phục vụ hành chính công tỉnh", "en": "Provincial public service centre"},
    "services": [
        {"code": letter, "prefix": letter, "names": {"vi": name}} for letter, name in zip(LETTERS, FIELDS, strict=True)
    ],
    "counters": [
        {"number": n, "services": [LETTERS[n % 12], LETTERS[(n + 6) % 12]], "zone": ZONES[(n - 1) * 6 // COUNTERS]}
        for n in range(1, COUNTERS + 1)
    ],
    "settings": OFFICE.get("settings", {}) | {"boards": BOARDS},
}
SCREENS = {"wide": (1920, 1080), "tall": (1080, 1920)}
# (selector, letters' height in mm that the rule asks for, contrast); heights on a 43-inch screen of 1920 × 1080.
LEGIBLE = [
    ("[data-testid=number]", 100, 7),
    (".plate__mark", 30, 7),
    (".small-call__number", 30, 7),
    (".small-call__counter", 14, 4.5),
    (".item__name", 14, 4.5),
    (".item__value.number", 15, 4.5),
    (".sign__value", 30, 4.5),
    (".sign__name", 30, 7),
    (".queue__count", 30, 7),
    (".queue__name", 15, 7),
    (".head__clock", 15, 7),
    (".head__office", 13, 4.5),
]
MEASURE = """(selector) => [...document.querySelectorAll(selector)].map((element) => {
  const style = getComputedStyle(element);
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  let behind = element;
  while (behind && (parse(getComputedStyle(behind).backgroundColor)[3] ?? 1) === 0) behind = behind.parentElement;
  const ground = behind ? parse(getComputedStyle(behind).backgroundColor) : [255, 255, 255];
  const light = (rgb) => rgb.slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const [a, b] = [light(parse(style.color)), light(ground)].sort((x, y) => y - x);
  const [wide, high] = innerWidth > innerHeight ? [1920, 1080] : [1080, 1920];
  const scale = Math.min(innerWidth / wide, innerHeight / high);
  return { text: element.textContent.trim().slice(0, 20), mm: pen.measureText("H").actualBoundingBoxAscent / scale / 2,
    contrast: (a + 0.05) / (b + 0.05) };
})"""

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
        contexts.append(chromium.new_context(base_url=centre.url, viewport={"width": width, "height": height}))
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
    page.wait_for_timeout(700)  # the pulse of a call


ADDRESSES = {
    "main": "/display?board=sanh&mute",
    "light": "/display?board=sang&mute",
    "zone": "/display?board=khu-b&mute",
    "sign": "/display?counter=5",
    "queue": "/display?board=cho",
}


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("layout", ADDRESSES)
def test_a_layout_stands_on_its_screen_and_can_be_read(look: Open, centre: Motcua, layout: str, screen: str) -> None:
    page = look(ADDRESSES[layout], screen)
    _settled(page)
    assert page.evaluate(OVERFLOWS) == []
    faults = []
    for selector, high, contrast in LEGIBLE:
        for found in page.evaluate(MEASURE, selector):
            if found["mm"] < high or found["contrast"] < contrast:
                faults.append((selector, high, contrast, found))
    assert faults == []
    theme = page.locator("html").get_attribute("data-theme")
    assert theme == ("paper" if layout == "light" else "night")
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"board-{layout}-{screen}.png")


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
    expect(page.get_by_test_id("queue")).to_be_visible()
    give("quay", counter=7)
    expect(page.get_by_test_id("sign-name")).to_have_text("Quầy 7")
    give("sang")
    expect(page.locator("html[data-theme=paper]")).to_be_attached()
    expect(page.get_by_test_id("board")).to_be_visible()
    config = admin.get(f"{api}/config", timeout=10).json()
    office = config["office"]
    office["boards"] = [b | ({"theme": "night"} if b["code"] == "sang" else {}) for b in office["boards"]]
    saved = admin.put(f"{api}/config", json={"office": office, "config_version": config["config_version"]}, timeout=20)
    assert saved.status_code == 200, saved.text
    expect(page.locator("html[data-theme=night]")).to_be_attached()


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
    expect(preview.get_by_test_id("board")).to_be_visible()
    expect(preview.locator("html")).to_have_attribute("data-theme", "night")
    if PICTURES:
        page.wait_for_timeout(1000)
        page.screenshot(path=Path(PICTURES) / "admin-boards.png")
    page.locator("summary", has_text="Bảng khu B").click()
    page.locator("#f-boards-2-theme").select_option("paper")
    expect(preview.locator("html")).to_have_attribute("data-theme", "paper")
    context.close()
