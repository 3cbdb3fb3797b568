"""The whole agent is killed with SIGKILL at random moments while numbers are taken and printed.

The office's server is the product's own; the printer is simulated, outside the killed process, and keeps the paper.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hardware.printing.virtual import Strip
from tests.devices import OFFICE, Branch, branch

KILLS = int(os.environ.get("MOTCUA_TEST_KILLS", "60"))
"""What was claimed was seen with 200."""
SPEED = 2_000_000
"""Bits a second: slow enough that a kill falls between two bytes of a ticket."""
LONGEST = 36_000
"""Bytes of a clean-up and two tickets after it; a process is dead before it has sent more."""
START_S = 0.6
"""In this time an agent comes up, connects and asks for its jobs."""
QUIET_S = 0.1
"""How long the agent waits for late answers; the simulated printer has none, and 200 times half a second is long."""
BACKLOG = 4
"""Tickets that wait for paper at any time: load, and still printed before they are too old."""
IMPORTS = ("hardware.cli", "hardware.printing.transport.tcp", "hardware.drivers.line", "engineio.client", "websocket")
SETTINGS = {"profile": "virtual-80", "way": "hybrid", "proof_timeout_s": 2, "check_s": 0.05}


def run_agent(config: str, log: str) -> None:
    """`motcua agent --config …`, from the first line of its command on."""
    with Path(log).open("ab") as out:
        os.dup2(out.fileno(), 2)
    from hardware.cli import agent
    from hardware.printing import session

    session.ANSWER_S = QUIET_S
    agent.main(["--config", config])


@pytest.fixture(scope="module")
def context() -> Any:
    """New processes are forked from one that has imported all, so that a kill costs no second of imports."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload([*IMPORTS, __name__])
    return made


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Branch]:
    with branch(tmp_path, **SETTINGS) as made:
        made.printer.turn(baud=SPEED)
        yield made


class Kiosk:
    """Keeps numbers coming, and has a helper order a marked copy of whatever may not be on paper."""

    def __init__(self, site: Branch) -> None:
        self._site = site
        self._kiosk, self._helper = site.client("kiosk"), site.helper()
        self._helped: set[str] = set()
        self.taken = 0

    def close(self) -> None:
        self._kiosk.close()
        self._helper.close()

    def work(self) -> None:
        for job in self._site.jobs(state=["unknown", "not_sent"]):
            if job["id"] not in self._helped:
                self._helped.add(job["id"])
                assert self._helper.post(f"/tickets/{job['ticket_id']}/print", {})[0] in (200, 201)
        while len(self._site.jobs(state="queued")) < BACKLOG:
            self.take()

    def take(self) -> None:
        status, _ = self._kiosk.post(f"/offices/{OFFICE}/tickets", {"service": "A"})
        assert status == 201
        self.taken += 1


def live_and_die(context: Any, site: Branch, log: Path, chance: random.Random) -> None:
    """One life, over after some random byte of printing; one in four over at some random moment of its start."""
    process = context.Process(target=run_agent, args=(str(site.config), str(log)), daemon=True)
    process.start()
    last_byte = site.printer.received + chance.randrange(LONGEST)
    over = time.monotonic() + (chance.uniform(0, START_S) if chance.random() < 0.25 else 10)
    while time.monotonic() < over and site.printer.received < last_byte:
        time.sleep(0.0005)
    process.kill()
    process.join()


def finish(context: Any, site: Branch, log: Path) -> None:
    """A last life, until the server knows of every job."""
    process = context.Process(target=run_agent, args=(str(site.config), str(log)), daemon=True)
    process.start()
    deadline = time.monotonic() + 90
    try:
        while site.jobs(state="queued"):
            assert process.is_alive(), log.read_text()[-2000:]
            assert time.monotonic() < deadline, f"jobs of which the server knows nothing\n{log.read_text()[-2000:]}"
            time.sleep(0.1)
    finally:
        process.kill()
        process.join()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_agent_killed_at_random_moments_under_load(context: Any, site: Branch, tmp_path: Path) -> None:
    chance, log = random.Random(3), tmp_path / "agent.log"
    with closing(Kiosk(site)) as kiosk:
        for _ in range(KILLS):
            kiosk.work()
            live_and_die(context, site, log, chance)
    site.printer.turn(baud=0)
    finish(context, site, log)
    assert " INFO hardware.printing.printer: event='print_job_ended' job=" in log.read_text()
    check(site, kiosk)


def is_marked(strip: Strip) -> bool:
    """The bar of a reprint is the first thing on it, across the paper."""
    return strip.image.getpixel((40, 3)) == 0


def check(site: Branch, kiosk: Kiosk) -> None:
    """Paper and server agree on every ticket."""
    jobs = site.jobs()
    states = Counter(str(job["state"]) for job in jobs)
    assert set(states) <= {"printed", "not_sent", "unknown"} and len({j["ticket_id"] for j in jobs}) == kiosk.taken
    inked = [strip for strip in site.printer.strips if strip.texts]
    assert all(len(strip.texts) == 1 for strip in inked), "two tickets on one strip"
    plain = Counter(strip.texts[0] for strip in inked if not is_marked(strip))
    assert max(plain.values()) == 1, "a ticket twice on paper without its mark"
    whole = Counter((strip.texts[0], is_marked(strip)) for strip in inked if strip.codes)
    for job in (job for job in jobs if job["copy"] == 1):
        number = job["content"]["number"]
        if job["state"] != "unknown":
            assert whole[number, False] == (job["state"] == "printed"), f"{number} was said to be {job['state']}"
    copies = Counter((job["content"]["number"], job["state"]) for job in jobs if job["copy"] > 1)
    for number in {number for number, _ in copies}:
        proven, maybe = copies[number, "printed"], copies[number, "unknown"]
        assert proven <= whole[number, True] <= proven + maybe, f"{number}: copies {proven} to {proven + maybe}"
    assert states["printed"] >= KILLS // 10 and states["unknown"] >= KILLS // 10, f"proves too little: {states}"
