"""The two ways through the whole house that people wait for: a touch until its paper, a press until it counts.

Everything is the product's own: server, agent, lines, proof. The printer is simulated: it takes bytes at its line's
speed and burns at once, so a real one adds its feed (80 mm at 100 to 250 mm/s).
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import socketio

from bench.results import Measure
from bench.stage import progress
from hardware.printing.virtual.lines import PtyServer, TcpServer
from tests.clients import Client
from tests.devices import COUNTER, OFFICE, Branch, branch
from tests.offices import PASSWORD, TOKENS
from tests.servers import Process, program, wait_until

USB_BITS = 6_000_000
"""What a full-speed USB printer really takes: some 600 kB a second."""
SLOW = 19_200
GIVE_UP_S = 30.0
BUTTON_REST_S = 0.5
"""Between presses: a person cannot press faster, and a button that does is cut off."""


class _Serial(PtyServer):
    """A serial printer at 19,200 Bd."""

    @property
    def address(self) -> str:
        return f"{super().address}?baud={SLOW}"


class Ear:
    """A kiosk's socket: notes when each message came."""

    def __init__(self, url: str) -> None:
        self._news = threading.Condition()
        self._heard: list[tuple[float, str, dict[str, Any]]] = []
        self._client = socketio.Client(reconnection=False, handle_sigint=False)
        self._client.on("print", lambda message: self._note("print", message), namespace="/live")
        self._client.on("event", lambda event: self._note(event["type"], event["data"]), namespace="/live")
        self._client.connect(url, namespaces=["/live"], auth={"token": TOKENS["kiosk"]}, transports=["websocket"])
        self._client.call("join", {"office": OFFICE, "topics": ["kiosk"]}, namespace="/live")

    def _note(self, kind: str, data: dict[str, Any]) -> None:
        with self._news:
            self._heard.append((time.perf_counter(), kind, data))
            self._news.notify_all()

    def wait(
        self, kind: str, wanted: Callable[[dict[str, Any]], bool] = lambda _: True
    ) -> tuple[float, dict[str, Any]]:
        """When the first such message came, and what it said; forgets what came before it."""
        with self._news:
            found: list[tuple[float, str, dict[str, Any]]] = []

            def came() -> bool:
                found[:] = [heard for heard in self._heard if heard[1] == kind and wanted(heard[2])]
                return bool(found)

            if not self._news.wait_for(came, GIVE_UP_S):
                raise TimeoutError(f"no {kind}; heard {[(kind, data) for _, kind, data in self._heard][-5:]}")
            self._heard.clear()
            return found[0][0], found[0][2]

    def close(self) -> None:
        self._client.disconnect()


@contextmanager
def _at_work(plug: type[TcpServer] | type[PtyServer], baud: int, **settings: Any) -> Iterator[tuple[Branch, Ear]]:
    """A branch with its agent running and its printer ready."""
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as name, branch(Path(name), plug, **settings) as site:
        site.printer.turn(baud=baud)
        agent = Process(Path(name), "agent")
        agent.launch([program("motcua"), "agent", "--config", str(site.config)])
        ear = Ear(site.server.url)
        try:
            ready = lambda: [d["state"] for d in site.uow.rows("device", name="kiosk-printer")] == ["ok"]  # noqa: E731
            agent.wait_for(ready, "the agent's printer")
            yield site, ear
        finally:
            ear.close()
            agent.stop()


def measure(quick: bool) -> Iterator[Measure]:
    """`touch_to_paper` over a fast and a slow line, `press_to_server`."""
    with _at_work(TcpServer, USB_BITS, profile="virtual-80", way="raster") as (site, ear):
        given = {"line": "USB speed", "way": "raster"}
        yield Measure.of("touch_to_paper", _tickets(site, ear, 8 if quick else 40), "ms", **given)
        yield Measure.of("press_to_server", _presses(site, ear, 6 if quick else 30), "ms", line="serial")
    with _at_work(_Serial, SLOW, profile="serial-80") as (site, ear):
        given = {"line": f"{SLOW} Bd", "way": "glyphs"}
        row = Measure.of("touch_to_paper", _tickets(site, ear, 3 if quick else 12), "ms", **given)
        row.target = ("at most", 3000.0)
        yield row


def _tickets(site: Branch, ear: Ear, count: int) -> list[float]:
    """POST until the kiosk hears that the paper is proven, one ticket after another."""
    kiosk, spent = site.client("kiosk"), []
    for n in range(count):
        began = time.perf_counter()
        status, ticket = kiosk.post(f"/offices/{OFFICE}/tickets", {"service": "A", "priority": "elderly"})
        if status != 201 or ticket is None:
            raise RuntimeError(f"{status}: {ticket}")
        at, told = ear.wait("print", lambda m, wanted=ticket["id"]: m["ticket_id"] == wanted)  # type: ignore[misc]
        if told["state"] != "printed":
            raise RuntimeError(f"{told}")
        spent.append((at - began) * 1000)
        progress("touch to paper", (n + 1) / count)
    kiosk.close()
    return spent


def _presses(site: Branch, ear: Ear, count: int) -> list[float]:
    """A button of the panel until the server has counted the rating and said so."""
    kiosk, officer = site.client("kiosk"), Client(site.server.url, {})
    officer.sign_in("officer3", PASSWORD)
    desk = f"/offices/{OFFICE}/counters/{COUNTER}"
    officer.post(f"{desk}/open", {})
    wait_until(lambda: site.panel.firmware.waiting == 0, "the panel")
    spent = []
    for n in range(count):
        kiosk.post(f"/offices/{OFFICE}/tickets", {"service": "C"})
        _, ticket = officer.post(f"{desk}/next", {})
        for verb in ("start", "finish"):
            status, answer = officer.post(f"/tickets/{(ticket or {})['id']}/{verb}", {})
            if status != 200:
                raise RuntimeError(f"{verb}: {status} {answer}")
        ear.wait("rating.opened")
        time.sleep(BUTTON_REST_S)
        began = time.perf_counter()
        site.panel.firmware.press(n % 3 + 1)
        spent.append((ear.wait("rating.given")[0] - began) * 1000)
        progress("press to server", (n + 1) / count)
    kiosk.close()
    officer.close()
    return spent
