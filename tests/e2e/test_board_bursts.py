"""A hall of twenty counters and its boards: everything is shown and spoken, in order, however fast it comes.

What is heard here is what each page gives to its loudspeaker, in the order in which it does; that a loudspeaker then
makes the right sound is proved elsewhere (`test_board.py`, `tests/unit/display`). So an announcement lasts a third of
a second, ten times less than a real one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

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
from tests.offices import Silent, bearer, furnish
from tests.servers import Motcua

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

ZONES = ("Bắc", "Nam", "Đông", "Tây", "Trung", "Phụ")
COUNTERS = 20
BURST_S = 8.0
"""Twenty keys pressed at once take a second here; a machine that also does other things takes longer."""
DAY_OF_CALLS = int(os.environ.get("MOTCUA_TEST_CALLS", "500"))
"""A day of a busy centre has 1,500."""
HALL = OFFICE | {
    "counters": [
        {"number": n, "services": list("ABCDEF"), "zone": ZONES[n % len(ZONES)]} for n in range(1, COUNTERS + 1)
    ],
}
# Notes what goes to the loudspeaker, and what stands first in the large field; nothing sounds.
NOTES = """() => {
window.spoken = []; window.focused = []; window.most = 0;
HTMLMediaElement.prototype.play = function () {
  spoken.push(decodeURIComponent(this.src).split("/").at(-2));
  setTimeout(() => this.dispatchEvent(new Event("ended")), LASTS);
  return Promise.resolve();
};
const ask = window.fetch;
window.fetch = (what, how) => (String(what).includes(".wav") ? Promise.resolve(new Response("")) : ask(what, how));
const look = () => {
  const calls = [...document.querySelectorAll("[data-testid=call]")];
  window.most = Math.max(most, calls.length);
  const first = calls[0]?.dataset.number;
  if (first && first !== focused.at(-1)) focused.push(first);
};
const all = { subtree: true, childList: true, attributes: true };
new MutationObserver(look).observe(document.getElementById("app"), all);
}"""

Boards = Callable[..., list[Page]]


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Motcua]:
    """Every counter is open, and a day's citizens wait."""
    url = f"sqlite:///{tmp_path_factory.mktemp('bursts') / 'hall.db'}"
    engine = make_engine(url)
    upgrade(engine)
    uow = SqlUnitOfWork(engine, lambda: datetime.now(UTC), describe, Silent())
    furnish(uow, HALL, people=False)
    for number in range(1, COUNTERS + 1):
        with uow.command("demo") as tx:
            person = put_staff(tx, f"officer{number}", f"Cán bộ {number}", [Role.OFFICER], None)
        with uow.command("demo") as tx:
            open_counter(tx, Actor("staff", person, roles={"demo": frozenset({Role.OFFICER})}), number)
    kiosk = Actor("device", device="kiosk", office="demo")
    for n in range(DAY_OF_CALLS + 8 * COUNTERS):
        issue(uow, "demo", Request("ABCDEF"[n % 6]), Asked(kiosk, "http://127.0.0.1", f"day-{n}"))
    engine.dispose()
    with Motcua(url) as server:
        yield server


@pytest.fixture
def boards(chromium: Browser, hall: Motcua) -> Iterator[Boards]:
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opened(*addresses: str, lasts: int = 350) -> list[Page]:
        pages = []
        for address in addresses:
            # A window each: behind another one a page is not drawn.
            contexts.append(chromium.new_context(base_url=hall.url, viewport={"width": 960, "height": 540}))
            page = contexts[-1].new_page()
            page.set_default_timeout(30_000)
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
            page.goto(address)
            page.locator("[data-status=live]").wait_for(timeout=60_000)
            page.evaluate(NOTES.replace("LASTS", str(lasts)))
            pages.append(page)
        return pages

    yield opened
    for context in contexts:
        context.close()
    assert [fault for fault in faults if not any(known in fault for known in EXPECTED)] == []


class Keypads:
    """All keypads of the hall, on connections that stay open."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/api/v1/offices/demo"
        self._session = requests.Session()
        self._session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=COUNTERS))

    def next(self, counter: int) -> str:
        answer = self._session.post(
            f"{self._url}/counters/{counter}/next", json={"finish_current": True}, headers=bearer("keypad"), timeout=20
        )
        assert answer.status_code == 200, answer.text
        return str(answer.json()["number"])

    def burst(self) -> float:
        """Every counter calls at once; the seconds from the first press to the last answer."""
        began = datetime.now(UTC)
        with ThreadPoolExecutor(COUNTERS) as pool:
            list(pool.map(self.next, range(1, COUNTERS + 1)))
        return (datetime.now(UTC) - began).total_seconds()

    def called(self) -> list[tuple[int, str]]:
        """(counter, number) of the last call of every counter, in the order of the calls."""
        calls = self._session.get(f"{self._url}/board", timeout=20).json()["calls"]
        last = {call["counter"]: call["number"] for call in reversed(calls)}
        ordered = [(call["counter"], call["number"]) for call in reversed(calls)]
        return [each for each in ordered if last[each[0]] == each[1]]

    def close(self) -> None:
        self._session.close()


@pytest.fixture
def keypads(hall: Motcua) -> Iterator[Keypads]:
    pads = Keypads(hall.url)
    yield pads
    pads.close()


def spoken(page: Page, count: int) -> list[str]:
    """What the loudspeaker was given, once it was so much."""
    page.wait_for_function("count => spoken.length >= count", arg=count, timeout=60_000)
    return list(page.evaluate("spoken"))


def in_order(wanted: list[str], seen: list[str]) -> list[str]:
    """Of what was seen, the wanted ones at their first sight."""
    return [number for n, number in enumerate(seen) if number in wanted and number not in seen[:n]]


@pytest.mark.parametrize("count", [1, 3, 12])
def test_twenty_calls_in_one_second_are_shown_and_spoken_in_order_on_every_board(
    boards: Boards, keypads: Keypads, count: int
) -> None:
    zones = dict(enumerate(ZONES * 2, 1))
    addresses = ["/display"] if count == 1 else ["/display", *(f"/display?zone={zones[n]}" for n in range(1, count))]
    pages = boards(*addresses)
    took = keypads.burst()
    assert took < BURST_S, "the burst was none"
    called = keypads.called()
    assert len(called) == COUNTERS
    for page, address in zip(pages, addresses, strict=True):
        zone = address.partition("zone=")[2]
        own = [number for counter, number in called if not zone or ZONES[counter % len(ZONES)] == zone]
        assert spoken(page, len(own)) == own, address
        page.wait_for_function("number => focused.includes(number)", arg=own[-1])
        assert in_order(own, page.evaluate("focused")) == own, address
        assert page.evaluate("most") <= 2, "two numbers at most share the large field"
        page.get_by_test_id("counter-row").first.wait_for(timeout=60_000)
        rows = page.get_by_test_id("counter-row").all_inner_texts()
        shown = {number for number in own if any(number in row for row in rows)}
        paged = page.get_by_test_id("counters-page").count()
        assert shown == set(own) or (paged and shown), "the list of counters holds every call, on its pages"


def test_boards_that_were_cut_off_during_a_burst_list_all_of_it_and_speak_none(
    boards: Boards, keypads: Keypads
) -> None:
    """Three boards of one browser; two lose their network, and the third must not notice."""
    kept, cut, again = boards("/display", "/display", "/display?zone=Nam")
    before = keypads.called()
    wires = [_wire(page) for page in (cut, again)]
    for wire in wires:
        _network(wire, on=False)
    keypads.burst()
    called = keypads.called()
    assert spoken(kept, COUNTERS) == [number for _counter, number in called]
    for page in (cut, again):
        expect(page.get_by_test_id("lost")).to_contain_text("Mất kết nối từ", timeout=15_000)
    # A call that is older than 15 s is stale; the newest of the burst must be.
    kept.wait_for_timeout(16_000)
    assert cut.evaluate("spoken") == [], "what nobody told it cannot be spoken"
    for wire in wires:
        _network(wire, on=True)
    for page, zone in ((cut, ""), (again, "Nam")):
        expect(page.get_by_test_id("lost")).to_be_hidden(timeout=15_000)
        own = [number for counter, number in called if not zone or ZONES[counter % len(ZONES)] == zone]
        assert _listed(page, len(own)) == set(own)
        assert not set(page.evaluate("spoken")) & {number for _counter, number in called}
    assert before != called
    fresh = keypads.next(1)
    for page in (kept, cut):
        page.wait_for_function("number => spoken.includes(number)", arg=fresh)
        expect(page.locator(f"[data-testid=call][data-number={fresh}]")).to_be_visible()
    assert cut.evaluate("spoken") == [fresh]


def test_a_day_of_calls_leaves_no_memory_behind(boards: Boards, keypads: Keypads) -> None:
    """The JavaScript heap after a collection, after the first hundred calls and at the end of the day."""
    [page] = boards("/display", lasts=1)
    wire = _wire(page)
    sizes = []
    for n in range(DAY_OF_CALLS):
        last = keypads.next(1 + n % COUNTERS)
        if n in (99, DAY_OF_CALLS - 1):
            page.wait_for_function("number => spoken.at(-1) === number", arg=last)
            page.evaluate("() => { spoken.length = 0; focused.length = 0; }")
            sizes.append(_heap(wire))
    assert sizes[1][0] <= 1.2 * sizes[0][0], f"heap {sizes[0][0]:,} → {sizes[1][0]:,} bytes"
    assert sizes[1][1] <= 1.2 * sizes[0][1], f"{sizes[0][1]} → {sizes[1][1]} nodes of the page"


def _heap(wire: CDPSession) -> tuple[int, int]:
    """(bytes, nodes) that are in use after a collection."""
    for _passes in range(3):
        wire.send("HeapProfiler.collectGarbage")
    return int(wire.send("Runtime.getHeapUsage")["usedSize"]), int(wire.send("Memory.getDOMCounters")["nodes"])


def _wire(page: Page) -> CDPSession:
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("HeapProfiler.enable")
    return wire


def _network(wire: CDPSession, *, on: bool) -> None:
    throughput = -1 if on else 0
    wire.send(
        "Network.emulateNetworkConditions",
        {"offline": not on, "latency": 0, "downloadThroughput": throughput, "uploadThroughput": throughput},
    )


def _listed(page: Page, count: int) -> set[str]:
    """The missed calls, gathered over the pages of their list."""
    page.evaluate(
        """() => { window.listed = new Set(); window.gather = setInterval(() => {
          for (const each of document.querySelectorAll("[data-testid=missed] [data-testid=recent-call]"))
            listed.add(each.dataset.number);
        }, 100); }"""
    )
    page.wait_for_function("count => listed.size >= count", arg=count, timeout=80_000)
    return set(page.evaluate("() => { clearInterval(gather); return [...listed]; }"))
