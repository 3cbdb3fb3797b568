"""Every page that the server has: usable with assistive technology and by the keyboard alone.

The list comes from the server's own addresses, so a new page cannot escape: it fails here until it says how it is
opened or that it is no page. `MOTCUA_PICTURES=docs/images` keeps a picture of each (`tools/pictures.py`).
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect

from server.app import create_server
from server.settings import Settings
from tests.e2e.test_desk import violations
from tests.offices import PASSWORD, TOKENS, bearer
from tests.servers import Motcua

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
PICTURES = os.environ.get("MOTCUA_PICTURES")

NO_PAGES = re.compile(
    r"^/(?:.*/)?static/|^/i18n/|\.(?:json|wav|svg|jpg|png|webp|js)$|^/(?:healthz|readyz|metrics)$|^/reports/(?:file|today)$"
    r"|^/sign-on/"
)
"""Files, probes, parts of a page (`/reports/today`), and addresses that only lead on to another."""

DEVICES = {"/kiosk": "kiosk", "/rate": "panel"}
PORTRAIT = {"/kiosk": (1080, 1920), "/t/<token>": (390, 844), "/display/<office>/listen": (390, 844)}
NOBODY = {"/", "/login", "/screen", "/display", "/display/<office>/listen", "/t/<token>", *DEVICES}
SEATED = {"/console": "officer1"}
QUERY = {"/rate": "?counter=1", "/reports/tickets": "?figure=issued"}


def addresses(folder: Path) -> list[str]:
    """Every address that may be a page, as the server itself knows them."""
    settings = Settings(
        secret_key="for tests, not for offices", database_url=f"sqlite:///{folder / 'none.db'}", data_dir=folder,
        async_mode="threading",
    )  # fmt: skip
    server = create_server(settings)
    rules = [rule for rule in server.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    server.engine.dispose()
    return sorted({r.rule for r in rules if not r.rule.startswith("/api/") and not NO_PAGES.search(r.rule)})


@dataclass
class Office:
    """A hall in full swing, and browsers that are signed in once each."""

    server: Motcua
    chromium: Browser
    values: dict[str, str]
    contexts: dict[str, BrowserContext]

    def context(self, who: str) -> BrowserContext:
        if who not in self.contexts:
            made = self.chromium.new_context(base_url=self.server.url, viewport={"width": 1366, "height": 768})
            if who in TOKENS:
                cookie = {"name": "motcua_device", "value": TOKENS[who], "url": self.server.url}
                made.add_cookies([cookie])  # type: ignore[list-item]
            elif who != "nobody":
                made.request.post("/api/v1/session", data={"username": who, "password": PASSWORD})
            self.contexts[who] = made
        return self.contexts[who]

    def open(self, rule: str) -> Page:
        who = DEVICES.get(rule) or SEATED.get(rule) or ("nobody" if rule in NOBODY else "admin")
        page = self.context(who).new_page()
        width, height = PORTRAIT.get(rule, (1366, 768))
        page.set_viewport_size({"width": width, "height": height})
        answer = page.goto(re.sub(r"<(?:\w+:)?(\w+)>", lambda name: self.values[name[1]], rule) + QUERY.get(rule, ""))
        assert answer is not None and answer.status == 200, (rule, answer and answer.status)
        assert "text/html" in answer.headers["content-type"], f"{rule} is no page: name it in NO_PAGES"
        settled(page)
        return page


def settled(page: Page) -> None:
    expect(page.locator("h1, h2, [data-testid=board], .number").first).to_be_attached()
    expect(page.locator(".loading")).to_have_count(0)


@pytest.fixture(scope="module")
def office(furnished: Path, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    path = tmp_path_factory.mktemp("pages") / "office.db"
    shutil.copy(furnished, path)
    with Motcua(f"sqlite:///{path}") as server:
        made = Office(server, chromium, {"office": "demo"}, {})
        fill(made)
        found_branches(made)
        yield made
        for context in made.contexts.values():
            context.close()


def fill(office: Office) -> None:
    """People in every line, three counters at work, one rating given: pages are looked at as they are used."""
    api = f"{office.server.url}/api/v1"
    for i, service in enumerate("ABACADABECFBA"):
        wish = {"service": service} | ({"priority": "elderly"} if i % 5 == 2 else {})
        headers = bearer("kiosk") | {"Idempotency-Key": f"pages-{i}"}
        told = requests.post(f"{api}/offices/demo/tickets", json=wish, headers=headers, timeout=10).json()
    office.values["token"] = told["track_url"].rsplit("/", 1)[1]
    for counter in (1, 2, 3):
        officer = requests.Session()
        sign_in = {"username": f"officer{counter}", "password": PASSWORD}
        signed = officer.post(f"{api}/session", json=sign_in, timeout=10)
        officer.headers["X-CSRFToken"] = signed.json()["csrf_token"]
        office.values.setdefault("officer", signed.json()["user"]["id"])
        for verb in ("open", "next"):
            answer = officer.post(f"{api}/offices/demo/counters/{counter}/{verb}", json={}, timeout=10)
            assert answer.status_code == 200, answer.text
        if counter != 2:
            officer.post(f"{api}/tickets/{answer.json()['id']}/start", json={}, timeout=10)
        if counter == 1:
            hold = {"note": "Bổ sung bản sao"}
            officer.post(f"{api}/tickets/{answer.json()['id']}/hold", json=hold, timeout=10)
            officer.post(f"{api}/offices/demo/counters/1/next", json={}, timeout=10)


def found_branches(office: Office) -> None:
    """A tree to look at: two branches, one of which will be a part of the other."""
    api = f"{office.server.url}/api/v1/offices"
    admin, who = requests.Session(), {"username": "admin", "password": PASSWORD}
    signed = admin.post(f"{office.server.url}/api/v1/session", json=who, timeout=10)
    admin.headers["X-CSRFToken"] = signed.json()["csrf_token"]
    for n in (1, 2):
        body = {"code": f"chi-nhanh-{n}", "name": f"Chi nhánh Trung tâm Phục vụ hành chính công số {n}"}
        assert admin.post(f"{api}/demo/below", json=body, timeout=10).status_code == 201
    merged = admin.post(f"{api}/chi-nhanh-2/merge", json={"into": "chi-nhanh-1", "on": "2099-07-01"}, timeout=10)
    assert merged.status_code == 200, merged.text


REACHED = """() => {
  const shown = (e) => e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}) && !e.closest("[inert]");
  const own = (e) => e.tabIndex >= 0 && !e.disabled && shown(e);
  // Of radio buttons that belong together, Tab reaches the chosen one; arrows move on.
  const radio = (e) => e.type === "radio" && !e.checked;
  window.wanted = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
    .filter((e) => own(e) && !radio(e));
  window.seen = new Set(); window.dark = new Set();
  document.addEventListener("focusin", ({target}) => {
    const style = getComputedStyle(target);
    window.seen.add(target);
    if (style.outlineStyle === "none" && style.boxShadow === "none") window.dark.add(target);
  });
  // A date is three fields and a button in one.
  return window.wanted.length + 3 * window.wanted.filter((e) => e.type === "date").length;
}"""
MISSED = """() => ({
  missed: window.wanted.filter((e) => e.isConnected && !window.seen.has(e)).map((e) => e.outerHTML.slice(0, 160)),
  dark: [...window.dark].map((e) => e.outerHTML.slice(0, 160)),
})"""


def by_keyboard(page: Page) -> dict[str, list[str]]:
    """What Tab alone never reaches, and what has the focus without showing it."""
    for _step in range(page.evaluate(REACHED) + 3):
        page.keyboard.press("Tab")
    found: dict[str, list[str]] = page.evaluate(MISSED)
    return found


def keep(page: Page, name: str) -> None:
    if PICTURES:
        # As somebody finds it who has just come, not as the walk before has left it.
        page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
        page.wait_for_function("() => [...document.images].every((each) => each.complete)")
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def name_of(rule: str) -> str:
    return "page-" + (re.sub(r"[<>:]|^/", "", rule).replace("/", "-") or "index")


def look(page: Page, name: str) -> None:
    keep(page, name)
    assert violations(page) == [], name
    assert by_keyboard(page) == {"missed": [], "dark": []}, name


def test_every_page_is_usable_without_a_mouse_and_with_assistive_technology(office: Office, tmp_path: Path) -> None:
    found, faults = addresses(tmp_path), []
    assert {"/", "/console", "/floor", "/admin", "/rate", "/kiosk", "/display", "/t/<token>"} <= set(found)
    for rule in found:
        page = office.open(rule)
        faults += _fault(lambda page=page, rule=rule: look(page, name_of(rule)))
        page.close()
    assert not faults, "\n\n".join(faults)


def test_every_section_of_the_administration_too(office: Office) -> None:
    page = office.open("/admin")
    sections = page.locator(".admin__menu a").evaluate_all("links => links.map((each) => each.getAttribute('href'))")
    assert len(sections) > 10
    faults = []
    for section in sections:
        if not section.startswith("#"):
            continue
        page.goto(f"/admin{section}")
        expect(page.locator(f".admin__menu [href='{section}']")).to_have_attribute("aria-current", "page")
        settled(page)
        for summary in page.locator("summary").all()[:1]:
            summary.click()
        faults += _fault(lambda section=section: look(page, f"settings-{section[1:]}"))
    assert not faults, "\n\n".join(faults)


SHOWN_AT = {
    "/console": (360, 1366, 1920), "/floor": (1366, 1920), "/admin": (1366, 1920), "/today": (360, 1366),
    "/account": (360, 1366), "/login": (360, 1366), "/": (360, 1366),
}  # fmt: skip
"""Widths that pages of a desk are used at; a hall and its settings are worked on at a desk."""


@pytest.mark.parametrize("rule", SHOWN_AT)
def test_no_page_of_a_desk_is_wider_than_its_window(office: Office, rule: str) -> None:
    for width in SHOWN_AT[rule]:
        page = office.open(rule)
        page.set_viewport_size({"width": width, "height": 1080 if width > 1366 else 768})
        settled(page)
        keep(page, f"{name_of(rule)}-{width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, rule
        page.close()


def _fault(check: Callable[[], Any]) -> list[str]:
    """Every page is looked at before the test says which are wrong."""
    try:
        check()
    except AssertionError as error:
        return [str(error)[:2000]]
    return []
