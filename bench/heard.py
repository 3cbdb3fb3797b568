"""From the officer's key to the number on the screen, and to the loudspeaker's first sound.

One board is real: Chromium, its page, its audio element. The others are sockets that join and read as boards do, since
a thousand browsers have no room on one machine; they load the server as a thousand boards would, not the screen.
Numbers were never called before; some people wait, as in any hall, and the counters call in turn. A sound that the
server did not make ahead is made within the time that is measured.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, islice
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

from bench.load import Connection, request
from bench.results import Measure
from bench.sockets import Crowd, allow_many_files
from bench.stage import COUNTERS, Stage, progress, stage
from tests.offices import TOKENS
from tests.servers import program

CROWDS = (1, 100, 1000)
CALLS, QUICK_CALLS = 100, 15
IN_LINE = 12
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
SHOWN_P99_MS = 500.0
# When a number is painted, and when its sound begins. Announcements run fast: the next call finds the loudspeaker idle.
WATCH = """() => {
const clock = () => performance.timeOrigin + performance.now();
window.shown = {}; window.sounded = {}; window.ended = {};
const look = () => {
  const drawn = [...document.querySelectorAll("[data-testid=call]")].map((each) => each.dataset.number);
  const fresh = drawn.filter((number) => !(number in shown));
  for (const number of fresh) shown[number] = null;
  if (fresh.length) requestAnimationFrame(() => setTimeout(() => {
    for (const number of fresh) shown[number] = clock();
  }));
};
new MutationObserver(look).observe(document.getElementById("app"), { subtree: true, childList: true });
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  const number = decodeURIComponent(this.src).split("/").at(-2);
  this.playbackRate = 16;
  this.addEventListener("playing", () => { sounded[number] ??= clock(); }, { once: true });
  this.addEventListener("ended", () => { ended[number] = true; }, { once: true });
  return play.call(this);
};
}"""


def measure(quick: bool) -> Iterator[Measure]:
    allow_many_files(3 * max(CROWDS))
    with stage("sqlite") as where, _board(where) as page:
        crowd = Crowd(where.server.url)
        stop, turns = threading.Event(), count()
        for boards in CROWDS[:2] if quick else CROWDS:
            crowd.fill(["bench"], boards - 1 - len(crowd.boards))
            listener = threading.Thread(target=_listen, args=(crowd, stop), daemon=True)
            listener.start()
            shown, sounded = _calls(where, page, islice(turns, QUICK_CALLS if quick else CALLS), boards)
            stop.set()
            listener.join()
            stop.clear()
            row = Measure.of("call_to_shown", shown, "ms", boards=boards)
            yield row
            yield Measure.of("call_to_sound", sounded, "ms", boards=boards)
            if boards == 1000 and row.p99 is not None:
                given = {"boards": boards}
                yield Measure("call_to_shown p99", row.p99, "ms", row.n, given=given, target=("at most", SHOWN_P99_MS))
        crowd.close()


def _listen(crowd: Crowd, stop: threading.Event) -> None:
    while not stop.is_set():
        if not crowd.boards:
            stop.wait(0.05)
        else:
            crowd.listen(0.05)


@contextmanager
def _board(where: Stage) -> Iterator[Page]:
    """The one real board, with the whole hall on it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=CHROMIUM)
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(f"{where.server.url}/display?office=bench")
        page.locator("[data-status=live]").wait_for()
        page.evaluate(WATCH)
        yield page
        browser.close()


def _calls(where: Stage, page: Page, turns: Iterator[int], boards: int) -> tuple[list[float], list[float]]:
    """Milliseconds from each key to the painted number, and to the sound."""
    parts = urlsplit(where.server.url)
    desk = Connection(parts.hostname or "", parts.port or 80)
    api, keypad = f"{where.server.url}/api/v1", f"Bearer {TOKENS['keypad']}"
    shown, sounded = [], []
    for waiting in where.issues(IN_LINE):
        _answered(desk, waiting)
    for n, turn in enumerate(turns, 1):
        for waiting in where.issues(1):
            _answered(desk, waiting)
        began = time.time() * 1000
        call = request("POST", f"{api}/offices/bench/counters/{1 + turn % COUNTERS}/next", b"{}", Authorization=keypad)
        ticket = _answered(desk, call)
        number = ticket["number"]
        page.wait_for_function("number => ended[number]", arg=number, timeout=60_000)
        times = page.evaluate("number => [shown[number], sounded[number]]", number)
        shown.append(times[0] - began)
        sounded.append(times[1] - began)
        _answered(desk, request("POST", f"{api}/tickets/{ticket['id']}/finish", b"{}", Authorization=keypad))
        progress(f"call to screen and sound among {boards} boards", n / CALLS)
    desk.close()
    return shown, sounded


def _answered(desk: Connection, command: bytes) -> dict[str, Any]:
    desk.send(command)
    while (answer := desk.receive()) is None:
        pass
    if answer[0] not in (200, 201):
        raise RuntimeError(f"{answer[0]}: {answer[1][:300]!r}")
    return dict(json.loads(answer[1]))
