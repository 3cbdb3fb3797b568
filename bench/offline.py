"""A kiosk with and without its server: touch to number, a cut to the first number of its own, a heal to all delivered.

Real processes: `motcua serve`, `motcua kiosk`, and a network between them that is cut in two ways: broken connections,
and connections that stay open while nothing passes, which costs the one touch that waits for the server.
"""

from __future__ import annotations

import http.client
import json
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from bench.results import Measure
from bench.stage import progress
from tests.kiosk.machines import Site

SERVICES = "ABCDEF"
BACKLOG = 1_000
LENT = 200
CUTS = ("gone", "silent")


class Page:
    """Chromium's kept connection to the runtime beside it."""

    def __init__(self, site: Site) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", site.kiosk.port, timeout=30)
        self._touches = 0

    def touch(self) -> float:
        """Milliseconds until the number is there."""
        self._touches += 1
        body = json.dumps({"service": SERVICES[self._touches % len(SERVICES)]})
        headers = {"Content-Type": "application/json", "Idempotency-Key": uuid.uuid4().hex}
        began = time.perf_counter()
        self._connection.request("POST", "/api/v1/offices/demo/tickets", body, headers)
        answer = self._connection.getresponse()
        said = answer.read()
        if answer.status != 201:
            raise RuntimeError(said.decode())
        return (time.perf_counter() - began) * 1000


def measure(quick: bool) -> Iterator[Measure]:
    with tempfile.TemporaryDirectory(prefix="motcua-") as folder, Site(Path(folder), lease_size=LENT) as site:
        page = Page(site)
        yield from _online(page, 100 if quick else 500)
        yield from _cuts(site, page, 3 if quick else 10)
        yield from _backlog(site, page)


def _online(page: Page, touches: int) -> Iterator[Measure]:
    for _ in range(20):
        page.touch()
    yield Measure.of("touch_to_number_ms", [page.touch() for _ in range(touches)], "ms", server="there")


def _cuts(site: Site, page: Page, times: int) -> Iterator[Measure]:
    for n, how in enumerate(CUTS):
        waits = []
        for turn in range(times):
            page.touch()
            site.network.cut(how)
            waits.append(page.touch())
            site.network.heal()
            _wait_until_delivered(site)
            progress(f"cut: {how}", (n * times + turn + 1) / (len(CUTS) * times))
        row = Measure.of("cut_to_first_offline_ms", waits, "ms", value=max(waits), cut=how)
        row.target = ("at most", 2000)
        yield row


def _backlog(site: Site, page: Page) -> Iterator[Measure]:
    """Everything the kiosk was lent was given, and the server has none of it."""
    site.kiosk.wait(lambda health: min(health["numbers_left"].values()) * len(SERVICES) >= BACKLOG)
    site.network.cut("gone")
    page.touch()
    touches = [page.touch() for _ in range(BACKLOG - 1)]
    yield Measure.of("touch_to_number_ms", touches, "ms", server="gone")
    began = time.perf_counter()
    site.network.heal()
    _wait_until_delivered(site)
    spent = time.perf_counter() - began
    row = Measure("heal_to_delivered_s", spent, "s", BACKLOG, given={"numbers": BACKLOG}, target=("at most", 15.0))
    offline = sum(1 for ticket in site.tickets() if ticket["channel"] == "offline")
    if offline < BACKLOG:
        raise RuntimeError(f"{offline} of {BACKLOG} numbers arrived")
    yield row


def _wait_until_delivered(site: Site) -> None:
    site.kiosk.wait(lambda health: health["online"] and health["undelivered"] == 0, within_s=120)
