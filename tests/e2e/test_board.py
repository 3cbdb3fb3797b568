"""The board on the wall: what a hall sees and hears when officers call, and when the network goes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import CDPSession, Page, expect

from tests.e2e.reading import faults
from tests.offices import PASSWORD
from tests.servers import Motcua, wait_until

pytestmark = pytest.mark.e2e

Browse = Callable[..., Page]
Take = Callable[..., dict[str, Any]]
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = {"1080p": (1920, 1080), "4K": (3840, 2160), "720p": (1280, 720), "upright": (1080, 1920)}
# Sounds are played eight times as fast, and noted as they start and end.
EAR = """() => {
window.heard = [];
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  const number = decodeURIComponent(this.src).split("/").at(-2);
  this.playbackRate = 8;
  this.addEventListener("playing", () => heard.push(`+${number}`), { once: true });
  this.addEventListener("ended", () => heard.push(`-${number}`), { once: true });
  return play.call(this);
};
}"""
# Headless browsers let every page speak; this one insists on a touch, as those on a wall do.
SHY = """() => {
const play = HTMLMediaElement.prototype.play;
let touched = false;
addEventListener("click", () => { touched = true; }, true);
HTMLMediaElement.prototype.play = function () {
  return touched ? play.call(this) : Promise.reject(new DOMException("touch first", "NotAllowedError"));
};
}"""
# Until the page and all that it is made of is on the screen's own disk.
KEPT = """async () => {
while ((await caches.match(location.href)) === undefined) await new Promise((again) => setTimeout(again, 50));
}"""

# Addresses of letters that the page may write in and has not kept.
UNKEPT = """async () => {
const kept = new Set((await (await caches.open("motcua-board")).keys()).map((request) => request.url));
const faces = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules].map((rule) => [sheet, rule]))
  .filter(([, rule]) => rule instanceof CSSFontFaceRule);
const wanted = faces.map(([sheet, rule]) => new URL(/url\\("?([^")]+)/.exec(rule.cssText)[1], sheet.href).href);
return wanted.length ? wanted.filter((each) => !kept.has(each)) : ["no letters at all"];
}"""


class Officer:
    """An officer with a keypad of words: no page of the desk is opened for it."""

    def __init__(self, server: Motcua, number: int) -> None:
        self._url, self._number = f"{server.url}/api/v1", number
        self._session = requests.Session()
        signed = self._post("/session", {"username": f"officer{number}", "password": PASSWORD})
        self._session.headers["X-CSRFToken"] = signed["csrf_token"]
        self._post(f"/offices/demo/counters/{number}/open")

    def _post(self, path: str, body: Any = None) -> Any:
        answer = self._session.post(self._url + path, json=body or {}, timeout=10)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.text else None

    def leave(self) -> None:
        """Hang up: a server that stops waits for open connections."""
        self._session.close()

    def next(self) -> dict[str, Any]:
        return dict(self._post(f"/offices/demo/counters/{self._number}/next", {"finish_current": True}))

    def recall(self, ticket: dict[str, Any]) -> None:
        self._post(f"/tickets/{ticket['id']}/recall")

    def pause(self) -> None:
        self._post(f"/offices/demo/counters/{self._number}/pause")


@pytest.fixture
def officers(server: Motcua, take: Take) -> Iterator[dict[int, Officer]]:
    """Everybody sits at their own counter, and two people wait for each field."""
    for service in "ABCDEF" * 2:
        take(service)
    seated = {number: Officer(server, number) for number in range(1, 6)}
    yield seated
    for officer in seated.values():
        officer.leave()


@pytest.fixture
def board(browse: Browse, officers: dict[int, Officer]) -> Page:
    page = browse("/display", viewport={"width": 1920, "height": 1080})
    page.evaluate(EAR)
    expect(page.get_by_test_id("empty")).to_be_visible()
    return page


@pytest.fixture
def network(board: Page) -> Iterator[Callable[[bool], None]]:
    """`network(False)` cuts the board off, its open socket too."""
    wire: CDPSession = board.context.new_cdp_session(board)
    wire.send("Network.enable")

    def switch(on: bool) -> None:
        throughput = -1 if on else 0
        wire.send(
            "Network.emulateNetworkConditions",
            {"offline": not on, "latency": 0, "downloadThroughput": throughput, "uploadThroughput": throughput},
        )

    yield switch
    switch(True)


def heard(page: Page, count: int) -> list[str]:
    """What the hall heard, once so many announcements have ended."""
    ended = "count => heard.filter((each) => each[0] === '-').length >= count"
    page.wait_for_function(ended, arg=count, timeout=40_000)
    return list(page.evaluate("heard"))


def shown(page: Page, test_id: str) -> list[str | None]:
    return [each.get_attribute("data-number") for each in page.get_by_test_id(test_id).all()]


def test_a_call_is_shown_and_spoken(board: Page, officers: dict[int, Officer]) -> None:
    ticket = officers[3].next()
    expect(board.get_by_test_id("number")).to_have_text(ticket["number"])
    expect(board.get_by_test_id("counter")).to_contain_text("3")
    expect(board.locator("[data-testid=counter-row][data-counter='3']")).to_contain_text(
        ticket["number"], timeout=20_000
    )
    # Counters and lines take turns beside the call.
    expect(board.locator("[data-testid=waiting-row][data-service=C]")).to_contain_text("1", timeout=20_000)
    assert heard(board, 1) == [f"+{ticket['number']}", f"-{ticket['number']}"]


def test_two_calls_in_one_instant_are_both_large_and_spoken_one_after_another(
    board: Page, officers: dict[int, Officer]
) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda officer: officer.next(), (officers[1], officers[3])))
    expect(board.get_by_test_id("call")).to_have_count(2)
    said = heard(board, 2)
    first, second = said[0][1:], said[2][1:]
    assert said == [f"+{first}", f"-{first}", f"+{second}", f"-{second}"]
    assert {first, second} == {"A001", "C001"}


def test_every_call_of_a_busy_second_is_shown_and_spoken_in_order(board: Page, officers: dict[int, Officer]) -> None:
    with ThreadPoolExecutor(5) as pool:
        called = list(pool.map(lambda officer: officer.next()["number"], officers.values()))
    numbers = [said[1:] for said in heard(board, 5) if said[0] == "+"]
    office = requests.get(f"{board.url.removesuffix('/display')}/api/v1/offices/demo/board", timeout=10).json()
    assert numbers == [call["number"] for call in reversed(office["calls"])]
    assert sorted(numbers) == sorted(called)
    board.get_by_test_id("counter-row").first.wait_for(timeout=20_000)
    rows = board.get_by_test_id("counter-row").all_inner_texts()
    assert all(any(number in row for row in rows) for number in called)


def test_a_recall_is_visibly_and_audibly_a_recall(board: Page, officers: dict[int, Officer]) -> None:
    ticket = officers[1].next()
    heard(board, 1)
    with board.expect_request(lambda request: "recall=1" in request.url):
        officers[1].recall(ticket)
    expect(board.get_by_test_id("recall")).to_contain_text("ần 2")


def test_a_board_that_was_cut_off_says_so_and_then_lists_what_it_missed(
    board: Page, officers: dict[int, Officer], network: Callable[[bool], None]
) -> None:
    known = officers[1].next()["number"]
    heard(board, 1)
    network(False)
    expect(board.get_by_test_id("lost")).to_contain_text("Mất kết nối từ", timeout=10_000)
    clock = board.get_by_test_id("clock").inner_text()
    missed = [officers[2].next()["number"], officers[3].next()["number"]]
    board.wait_for_timeout(16_000)  # a call that is older than 15 s is not spoken
    fresh = officers[4].next()["number"]
    assert shown(board, "call") == [known]
    network(True)
    expect(board.get_by_test_id("lost")).to_be_hidden(timeout=3000)
    expect(board.get_by_test_id("missed")).to_be_visible()
    assert shown(board, "recent-call") == list(reversed(missed))
    assert [said[1:] for said in heard(board, 2) if said[0] == "+"] == [known, fresh]
    assert clock <= board.get_by_test_id("clock").inner_text()


def test_a_board_that_is_loaded_anew_without_its_server_shows_what_it_knew(
    browse: Browse, officers: dict[int, Officer], server: Motcua
) -> None:
    page = browse("/display?mute", viewport={"width": 1920, "height": 1080})
    known = officers[1].next()["number"]
    expect(page.get_by_test_id("number")).to_have_text(known)
    page.evaluate(KEPT)
    assert page.evaluate(UNKEPT) == []
    server.kill()
    page.reload()
    expect(page.get_by_test_id("number")).to_have_text(known)
    expect(page.get_by_test_id("lost")).to_contain_text(re.compile(r"Mất kết nối từ \d\d:\d\d"))
    expect(page.get_by_test_id("clock")).to_have_text(re.compile(r"\d\d:\d\d"))
    assert faults(page) == []
    server.start()
    missed = officers[2].next()["number"]
    expect(page.get_by_test_id("lost")).to_be_hidden(timeout=15_000)
    expect(page.locator(f"[data-number={missed}]").first).to_be_visible()


def test_a_browser_that_wants_a_touch_first_says_so_and_then_speaks(
    browse: Browse, officers: dict[int, Officer]
) -> None:
    page = browse("/display", viewport={"width": 1920, "height": 1080})
    page.evaluate(SHY)
    expect(page.get_by_test_id("empty")).to_be_visible()
    officers[1].next()
    button = page.get_by_test_id("enable-sound")
    expect(button).to_have_text("Âm thanh đang tắt — chạm để bật")
    button.click()
    expect(button).to_be_hidden()
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0.5")


def test_the_next_calls_have_their_sounds_before_they_are_made(
    browse: Browse, server: Motcua, officers: dict[int, Officer], take: Take
) -> None:
    kept = server.directory / "speech" / "cache"
    expect(browse("/display?mute").get_by_test_id("empty")).to_be_visible()  # somebody watches
    speech = f"{server.url}/display/demo/speech"
    assert requests.get(f"{speech}/A099/1.vi.wav", timeout=20).status_code == 200, "somebody listens"
    take("A")
    wait_until(lambda: len(list(kept.glob("*.wav"))) > len(officers), "the sounds of the next calls")
    made = [path.read_bytes() for path in kept.glob("*.wav")]
    number = officers[1].next()["number"]
    assert requests.get(f"{speech}/{number}/1.vi.wav", timeout=20).content in made


def test_a_muted_board_shows_and_says_nothing(browse: Browse, officers: dict[int, Officer]) -> None:
    page = browse("/display?mute")
    sounds: list[str] = []
    page.on("request", lambda request: sounds.append(request.url) if ".wav" in request.url else None)
    expect(page.get_by_test_id("muted")).to_be_visible()
    number = officers[1].next()["number"]
    expect(page.get_by_test_id("number")).to_have_text(number)
    page.wait_for_timeout(500)
    assert sounds == []


@pytest.mark.parametrize("screen", SCREENS)
def test_all_of_it_stands_on_the_screen_at_full_size(browse: Browse, officers: dict[int, Officer], screen: str) -> None:
    width, height = SCREENS[screen]
    page = browse("/display?mute", viewport={"width": width, "height": height})
    expect(page.get_by_test_id("empty")).to_be_visible()
    assert faults(page) == []
    tickets = [officers[number].next() for number in (1, 3)]
    officers[1].recall(tickets[0])
    officers[4].pause()
    expect(page.locator("[data-recall=yes]").first).to_be_visible()
    page.wait_for_timeout(700)
    assert faults(page) == []


def test_a_screen_that_wants_no_motion_gets_none(browse: Browse, officers: dict[int, Officer]) -> None:
    officers[1].next()
    moving, still = browse("/display?mute"), browse("/display?mute", reduced_motion="reduce")
    name = "element => getComputedStyle(element).animationName"
    assert moving.get_by_test_id("call").evaluate(name) == "pulse"
    assert still.get_by_test_id("call").evaluate(name) == "none"


@pytest.mark.parametrize("address", ["?mute", "?mute&theme=paper", "?counter=1", "?layout=queue", "/demo/listen"])
def test_it_can_be_read_by_everybody(browse: Browse, officers: dict[int, Officer], address: str) -> None:
    officers[1].next()
    officers[4].pause()
    page = browse(f"/display{address}", viewport={"width": 1920, "height": 1080})
    expect(page.locator("h1")).not_to_be_empty()
    page.wait_for_timeout(800)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found] == []


def test_a_sign_over_a_counter_follows_its_officer(browse: Browse, officers: dict[int, Officer]) -> None:
    page = browse("/display?counter=3", viewport={"width": 1920, "height": 1080})
    expect(page.get_by_test_id("sign-value")).to_have_text("Xin mời")
    number = officers[3].next()["number"]
    expect(page.get_by_test_id("sign-value")).to_have_text(number)
    officers[1].next()
    expect(page.get_by_test_id("sign-value")).to_have_text(number)


def test_a_person_can_listen_to_every_counter(browse: Browse) -> None:
    page = browse("/display/demo/listen")
    page.evaluate(EAR)
    page.get_by_role("button", name="Nghe mọi quầy").click()
    assert [said for said in heard(page, 5) if said[0] == "+"] == ["+A012"] * 5
