"""Every screen of the kiosk, on the shapes that offices own, in both languages and all modes: nothing cut, nothing too
small to touch or to read, and nothing that axe finds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.touching import GUARD_MS, UPRIGHT, screen, tap

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(600)]

Browse = Callable[..., Page]
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = {"upright": UPRIGHT, "lying": {"width": 1920, "height": 1080}, "stand": {"width": 1366, "height": 768}}

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
    const holds = element.matches(".top, .body, .tiles, .lines, .results, .result");
    const over = element.scrollHeight - element.clientHeight;
    if (holds && over > 2) faults.add(`${over} px too tall: ${name}`);
    if (element.matches("button")) {
      if (box.width < 79.5 || box.height < 79.5) faults.add(`small target: ${name}`);
      if (low && box.top < innerHeight / 2 - 1) faults.add(`too high: ${name}`);
    }
    const holder = element.parentElement.closest(".tile, .button");
    const held = holder?.getBoundingClientRect();
    if (held && (box.bottom > held.bottom + 1 || box.right > held.right + 1 || box.top < held.top - 1))
      faults.add(`spills by ${box.bottom - held.bottom} px: ${name}`);
  }
  return [...faults];
}"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]


Office = dict[str, Any]
GROUPS = (
    "Tư pháp – Hộ tịch", "Đất đai – Xây dựng – Môi trường", "Lao động – Thương binh và Xã hội", "Tài chính – Kế hoạch",
    "Văn hóa – Thể thao", "Giáo dục và Đào tạo", "Y tế", "Nông nghiệp và Phát triển nông thôn",
)  # fmt: skip
LONG = "Đăng ký biện pháp bảo đảm bằng quyền sử dụng đất, tài sản gắn liền với đất"
FIELDS = ("Hộ tịch", "Chứng thực", LONG, "Bảo trợ xã hội – Người có công với cách mạng")
PROCEDURES = (
    "Đăng ký khai sinh", "Đăng ký kết hôn", "Đăng ký khai tử", "Cấp bản sao trích lục hộ tịch",
    "Đăng ký nhận cha, mẹ, con", "Thay đổi, cải chính, bổ sung thông tin hộ tịch, xác định lại dân tộc",
    "Xác nhận tình trạng hôn nhân", "Đăng ký lại khai sinh",
)  # fmt: skip


def names(vi: str) -> dict[str, str]:
    return {"vi": vi, "en": vi}


def busy(office: Office) -> None:
    """People wait, one field is closed, and the printer works."""
    waits = ((14, (1200, 2100)), (6, (600, 1200)), (9, (1500, 2400)), (2, (300, 300)), (28, (5400, 7200)), (0, (0, 0)))
    for service, (count, (low, high)) in zip(office["services"], waits, strict=True):
        service |= {"waiting": count, "expected_wait_s": {"low": low, "high": high}}
    office["services"][5] |= {"open": False, "closed_reason": "hours", "opens_at": "2026-11-23T07:30:00+07:00"}
    office["kiosk"] = {"printer": {"state": "ok", "detail": {}}}


def crowded(office: Office) -> None:
    """Seventy fields in eight groups, one with many procedures."""
    busy(office)
    one, groups = office["services"][0], [names(group) for group in GROUPS]
    office["services"] = [
        one | {"code": f"{'ABCDEFG'[i // 10]}{i % 10}", "names": names(FIELDS[i // 8 % 4]), "group": groups[i % 8]}
        for i in range(70)
    ]
    more = {"papers": one["papers"], "fee": names("Không thu"), "time_limit": names("Trong ngày")}
    listed = [{"code": f"1.00{i}193", "names": names(name), **more} for i, name in enumerate(PROCEDURES)]
    office["services"][0]["procedures"] = listed


def night(office: Office) -> None:
    busy(office)
    for service in office["services"]:
        service |= {"open": False, "closed_reason": "hours", "opens_at": "2026-11-23T07:30:00+07:00"}
    office["hours"] |= {"open": False, "next_open": "2026-11-23T07:30:00+07:00"}


def no_paper(office: Office) -> None:
    busy(office)
    office["kiosk"] = {"printer": {"state": "error", "detail": {"paper": "out"}}}


def type_words(page: Page) -> None:
    tap(page, "button.action", 2)
    for letter in "DANG":
        page.locator(".key-cap").get_by_text(letter, exact=True).click()


def steps(*selectors: tuple[str, int]) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        for selector, nth in selectors:
            tap(page, selector, nth)

    return go


TICKET = {
    "id": "t1", "number": "E1012", "service": "E", "priority": "meritorious", "people_ahead": 28,
    "expected_wait_s": {"low": 5400, "high": 7200}, "counters": [2, 3, 4], "track_url": "http://queue.example/t/none",
}  # fmt: skip
CODE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 33 33"><rect width="33" height="33" fill="#fff"/></svg>'


def numbered(state: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        answer = {**TICKET, "print": {"state": state}}
        page.route("**/tickets", lambda route: route.fulfill(status=201, json=answer))
        page.route("**/tickets/*", lambda route: route.fulfill(json=answer))
        page.route("**/qr.svg", lambda route: route.fulfill(body=CODE, content_type="image/svg+xml"))
        tap(page, ".tile[data-service]")
        screen(page, "ticket")

    return go


def refused(page: Page) -> None:
    text = "Lĩnh vực Bảo trợ xã hội – Người có công với cách mạng đã phát hết 200 số của ngày hôm nay."
    problem = {"code": "daily_limit_reached", "detail": text, "status": 409}
    page.route("**/tickets", lambda route: route.fulfill(status=409, json=problem))
    tap(page, ".tile[data-service]")
    screen(page, "refused")


def unanswered(page: Page) -> None:
    page.route("**/tickets", lambda route: route.fulfill(status=503, json={"code": "unavailable", "detail": LONG}))
    page.locator(".tile[data-service]").first.click()
    screen(page, "refused")


Story = tuple[Callable[[Office], None], Callable[[Page], None]]
STORIES: dict[str, Story] = {
    "home": (busy, steps()),
    "night": (night, steps()),
    "no paper": (no_paper, steps()),
    "groups": (crowded, steps()),
    "group": (crowded, steps((".tile--group", 1))),
    "search": (crowded, type_words),
    "priority": (busy, steps(("button.action", 0))),
    "priority chosen": (busy, steps(("button.action", 0), (".line", 4))),
    "fields": (busy, steps(("button.action", 1))),
    "papers": (busy, steps(("button.action", 1), (".tile", 0))),
    "procedures": (crowded, steps(("button.action", 1), (".tile--group", 0), (".tile", 0))),
    "procedure": (crowded, steps(("button.action", 1), (".tile--group", 0), (".tile", 0), (".line", 1))),
    "closed": (night, steps((".tile", 0))),
    "printing": (busy, numbered("queued")),
    "printed": (busy, numbered("printed")),
    "not printed": (busy, numbered("not_sent")),
    "refused": (busy, refused),
    "unanswered": (busy, unanswered),
}
MODES = {"plain": [], "large": [1], "low": [2], "large and low": [1, 2]}
# Each language, shape and mode meets every screen; languages and modes are crossed on the upright kiosk alone.
RUNS = [(shape, "vi", mode) for shape in SCREENS for mode in MODES]
RUNS += [(shape, "en", "plain") for shape in SCREENS] + [("upright", "en", mode) for mode in MODES if mode != "plain"]


@pytest.mark.parametrize(("shape", "language", "mode"), RUNS, ids=lambda value: str(value))
def test_every_screen_can_be_read_reached_and_heard(browse: Browse, shape: str, language: str, mode: str) -> None:
    faults: list[str] = []
    page = browse("about:blank", device="kiosk", viewport=SCREENS[shape], bypass_csp=True)
    for name, (furnish, story) in STORIES.items():
        page.unroute_all()
        page.route("**/api/v1/offices/demo", with_office(furnish))
        page.goto(f"/kiosk?lang={language}")
        expect(page.locator(".tile").first).to_be_visible()
        page.wait_for_timeout(GUARD_MS)
        for button in MODES[mode]:
            tap(page, ".footer .button", button)
        story(page)
        faults += [f"{name}: {fault}" for fault in page.evaluate(FAULTS)]
        faults += [f"{name}: {fault}" for fault in violations(page)]
    assert not faults, "\n".join(faults)


def with_office(furnish: Callable[[Office], None]) -> Callable[[Route], None]:
    """The server's own answer, furnished for the story."""

    def answer(route: Route) -> None:
        office = route.fetch().json()
        furnish(office)
        route.fulfill(json=office)

    return answer


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    found = page.evaluate("tags => axe.run(document, { runOnly: tags })", TAGS)["violations"]
    return [f"{each['id']}: {node['target']}" for each in found for node in each["nodes"]]
