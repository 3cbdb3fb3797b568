"""Real processes and a network that is really cut, under load, with kills on both sides.

Five cycles here; `MOTCUA_TEST_CUTS=20` for the long run.
"""

from __future__ import annotations

import os
import random
import sqlite3
import threading
import time
import uuid
from collections import Counter
from pathlib import Path

import pytest
import socketio

from tests.kiosk.machines import Json, KioskPC, Site
from tests.servers import wait_until

CYCLES = int(os.environ.get("MOTCUA_TEST_CUTS", "5"))
pytestmark = [pytest.mark.slow, pytest.mark.timeout(60 + 60 * CYCLES)]
DAMAGE = ("none", "kill the kiosk", "kill the server", "kill both", "none")
GIVE_UP_S = 60
PAUSE_S = 0.05
RUSH = 40
"""Two people, twenty touches a second each. An outage lasts as long as this machine needs to start a server, and a
block has 200 numbers: whoever has taken forty in a row without the server slows down, and a block lasts a minute."""


class Person(threading.Thread):
    """Touches, one number after another; like the page, repeats a touch with its key until it is answered."""

    def __init__(self, kiosk: KioskPC, services: str) -> None:
        super().__init__(daemon=True)
        self._kiosk, self._services = kiosk, services
        self.enough = threading.Event()
        self.taken: list[tuple[str, str]] = []
        self._alone = 0
        self.faults: list[Json] = []

    def run(self) -> None:
        while not self.enough.is_set():
            key, service = uuid.uuid4().hex, self._services[len(self.taken) % len(self._services)]
            told = self._touch(key, service)
            if told is not None:
                self.taken.append((key, told["number"]))
                self._alone = self._alone + 1 if told.get("offline") else 0
            time.sleep(PAUSE_S * (1 + (self._alone // RUSH) ** 2))

    def _touch(self, key: str, service: str) -> Json | None:
        until = time.monotonic() + GIVE_UP_S
        while time.monotonic() < until:
            try:
                status, answer = self._kiosk.touch(key, service)
            except OSError:
                time.sleep(0.1)
                continue
            if status == 201:
                return answer
            self.faults.append(answer)
            time.sleep(0.2)
        return None


def test_cut_and_heal_under_load_with_kills(tmp_path: Path) -> None:
    chance = random.Random(20_26)
    with Site(tmp_path, lease_size=200) as site:
        people = [Person(site.kiosk, services) for services in ("AB", "ABC")]
        for person in people:
            person.start()
        for cycle in range(CYCLES):
            _one_outage(site, chance, DAMAGE[cycle % len(DAMAGE)])
        for person in people:
            person.enough.set()
        for person in people:
            person.join(GIVE_UP_S)
        site.kiosk.wait(lambda health: health["online"] and health["undelivered"] == 0)
        time.sleep(1)
        _check(site, people)


def _one_outage(site: Site, chance: random.Random, damage: str) -> None:
    time.sleep(chance.uniform(0.5, 1.0))
    site.network.cut(chance.choice(["gone", "silent"]))
    time.sleep(chance.uniform(0.5, 2.5))
    if damage in ("kill the kiosk", "kill both"):
        site.kiosk.kill()
        site.kiosk.start(online=False)
        time.sleep(chance.uniform(0.2, 0.6))
    if damage in ("kill the server", "kill both"):
        site.server.kill()
        site.server.start()
    site.network.heal()
    site.kiosk.wait(lambda health: health["online"])


def _check(site: Site, people: list[Person]) -> None:
    rows = site.tickets()
    by_key = {row["idempotency_key"]: row for row in rows if row["idempotency_key"]}
    papers = site.door.numbers
    taken = [pair for person in people for pair in person.taken]
    assert not [fault for person in people for fault in person.faults], "nobody was sent away"

    assert not [n for n, times in Counter(papers).items() if times > 1], "a number on paper twice"
    valid = {row["number"] for row in rows if row["state"] != "cancelled"}
    assert set(papers) <= valid, "on paper and not in the line"
    assert {number for _, number in taken} <= valid
    assert len({key for key, _ in taken}) == len(taken) == len({number for _, number in taken})
    for key, number in taken:
        assert by_key[key]["number"] == number, "a touch has the number that was shown"
    offline = [row for row in rows if row["channel"] == "offline"]
    assert len(offline) >= CYCLES and len(taken) > len(offline)
    for person in people:
        arrivals = [by_key[key]["arrived_at"] for key, _ in person.taken]
        assert arrivals == sorted(arrivals), "the order in which people touched"


def test_the_pages_live_view_passes_through_and_comes_back_after_a_cut(tmp_path: Path) -> None:
    heard: list[str] = []
    with Site(tmp_path) as site:
        page = socketio.Client(reconnection_delay=0.2, reconnection_delay_max=0.5)
        page.on("event", lambda event: heard.append(event["type"]), namespace="/live")
        page.on("print", lambda print: heard.append(print["state"]), namespace="/live")

        def join() -> int:
            answer = page.call("join", {"office": "demo", "topics": ["kiosk"]}, namespace="/live", timeout=10)
            return int(answer["version"])

        page.connect(site.kiosk.url, namespaces=["/live"], transports=["websocket"])
        before = join()
        site.kiosk.touch("k1")
        wait_until(lambda: {"ticket.issued", "printed"} <= set(heard), "the number's event and its paper's end")

        site.network.cut("gone")
        wait_until(lambda: not page.connected, "the page knows that it hears nothing")
        site.kiosk.touch("k2")
        site.network.heal()
        site.kiosk.wait(lambda health: health["online"] and health["undelivered"] == 0)
        wait_until(lambda: page.connected and "/live" in page.namespaces, "connected again")
        assert join() > before
        page.disconnect()


def test_the_printed_paper_is_known_to_the_server(tmp_path: Path) -> None:
    with Site(tmp_path) as site:
        online = site.kiosk.touch("k1")[1]["number"]
        site.network.cut("gone")
        offline = site.kiosk.touch("k2")[1]["number"]
        site.network.heal()
        site.kiosk.wait(lambda health: health["online"] and health["undelivered"] == 0)
        database = sqlite3.connect(site.database)
        query = "SELECT t.number, p.state FROM print_job p JOIN ticket t ON t.id = p.ticket_id"
        until = time.monotonic() + 10
        states: dict[str, str] = {}
        while states.keys() != {online, offline} and time.monotonic() < until:
            states = dict(database.execute(query).fetchall())
            time.sleep(0.05)
        database.close()
        assert states == {online: "printed", offline: "printed"}
