"""The agent as a process of its own: killed with presses in flight, with the server away, with answers lost."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.devices import PanelOnTerminal
from tests.hardware.fakes import FakeOffice, eventually


class Site:
    def __init__(self, tmp_path: Path) -> None:
        self.panel = PanelOnTerminal()
        self.office = FakeOffice([{"id": "p3", "kind": "panel", "name": "panel-3", "counter": 3, "settings": {}}])
        self.config = tmp_path / "agent.toml"
        self.config.write_text(
            f'server = "{self.office.url}"\ntoken_file = "token"\nstate_dir = "state"\n'
            f'[[device]]\nid = "panel-3"\nport = "{self.panel.path}"\naddress = 3\n'
        )
        (tmp_path / "token").write_text("t")
        self.agent: subprocess.Popen | None = None
        self.pressed = 0

    def start(self) -> None:
        code = "from hardware.cli import agent; agent()"
        self.agent = subprocess.Popen(
            [sys.executable, "-c", code, "--config", str(self.config)], stderr=subprocess.DEVNULL
        )

    def kill(self) -> None:
        self.agent.send_signal(signal.SIGKILL)
        self.agent.wait()

    def press(self) -> None:
        """Far enough apart, by the device's own clock, not to be a bounce or a chatter."""
        self.pressed += 1
        self.panel.firmware.press(self.pressed % 3 + 1, time.monotonic() - 3600 + self.pressed * 5)

    def close(self) -> None:
        if self.agent is not None and self.agent.poll() is None:
            self.kill()
        self.panel.close()
        self.office.close()

    def all_there(self) -> bool:
        return self.panel.firmware.waiting == 0 and len(self.office.ratings) >= self.pressed


@pytest.fixture
def site(tmp_path: Path):
    made = Site(tmp_path)
    yield made
    made.close()


@pytest.mark.slow
def test_presses_survive_any_number_of_kills_and_each_is_one_rating(site: Site):
    chance = random.Random(7)
    site.start()
    for _round in range(8):
        for _ in range(5):
            site.press()
        site.office.down = chance.random() < 0.3
        site.office.lose_answers = chance.random() < 0.4
        time.sleep(chance.uniform(0.2, 2.2))  # any moment: starting, taking, delivering
        site.kill()
        site.start()
    site.office.down = site.office.lose_answers = False
    eventually(site.all_there, 60)
    time.sleep(1)  # nothing more may come
    assert len(site.office.ratings) == site.pressed == 40
    levels = [rating["level"] for rating in site.office.ratings.values()]
    assert {level: levels.count(level) for level in set(levels)} == {
        "very_satisfied": 13,
        "satisfied": 14,
        "dissatisfied": 13,
    }


def test_ratings_pressed_while_the_server_is_away_come_later_with_their_time(site: Site):
    site.start()
    eventually(lambda: site.office.statuses, 30)
    site.office.down = True
    site.press()
    site.press()
    eventually(lambda: site.panel.firmware.waiting == 0)
    assert site.office.ratings == {}
    site.office.down = False
    eventually(site.all_there, 30)
    first, second = sorted(rating["pressed_at"] for rating in site.office.ratings.values())
    assert first < second


def test_two_agents_do_not_share_a_state_directory(site: Site):
    site.start()
    eventually(lambda: site.office.statuses, 30)
    second = subprocess.run(
        [sys.executable, "-c", "from hardware.cli import agent; agent()", "--config", str(site.config)],
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert second.returncode == 1
    assert "đang chạy" in second.stderr or "running" in second.stderr


def test_it_ends_cleanly_when_asked(site: Site):
    site.start()
    eventually(lambda: site.office.statuses, 30)
    site.agent.send_signal(signal.SIGTERM)
    assert site.agent.wait(10) == 0
