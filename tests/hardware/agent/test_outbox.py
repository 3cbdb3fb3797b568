"""Presses on disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.agent.outbox import Outbox
from hardware.agent.presses import PressDesk
from hardware.drivers.base import Origin, Press
from tests.hardware.fakes import FakeClock, panel


def rate(sequence: int = 0, boot: str = "b1", level: str = "satisfied", clock: FakeClock | None = None) -> Press:
    return Press(panel(), "rate", (clock or FakeClock())(), level, Origin("panel-3", boot, sequence))


@pytest.fixture
def outbox(tmp_path: Path):
    made = Outbox(tmp_path / "outbox.sqlite3", FakeClock())
    yield made
    made.close()


def test_a_repeated_message_is_one_press(outbox: Outbox):
    assert outbox.put(rate(5))
    assert not outbox.put(rate(5))
    assert outbox.put(rate(6))
    assert not outbox.put(rate(5)), "a late echo of an old one"
    assert len(outbox.pending()) == 2


def test_the_sequence_comes_round_after_256_presses_and_none_is_taken_for_an_old_one(outbox: Outbox):
    for count in range(600):
        assert outbox.put(rate(count % 256))
    keys = {press.key for press in outbox.pending()}
    assert len(keys) == 600


def test_a_device_that_restarted_counts_anew(outbox: Outbox):
    assert outbox.put(rate(0))
    assert outbox.put(rate(0, boot="b2"))


def test_a_device_that_restarted_with_the_boot_id_it_had_is_not_deaf_for_long(outbox: Outbox):
    """A poor random boot id may come again: only the last numbers before the restart are taken for repeats."""
    for count in range(50):
        outbox.put(rate(count))
    assert [outbox.put(rate(count)) for count in range(3)] == [True, True, True]


def test_what_was_taken_is_known_after_a_restart(tmp_path: Path):
    first = Outbox(tmp_path / "o.sqlite3", FakeClock())
    first.put(rate(9))
    [kept] = first.pending()
    first.close()
    second = Outbox(tmp_path / "o.sqlite3", FakeClock())
    assert not second.put(rate(9))
    assert second.pending() == [kept]
    second.close()


def test_settled_presses_are_kept_a_week_and_waiting_ones_for_ever(tmp_path: Path):
    clock = FakeClock()
    outbox = Outbox(tmp_path / "o.sqlite3", clock)
    outbox.put(rate(1))
    outbox.put(rate(2))
    outbox.settle(outbox.pending()[0].id, "refused", "rating_window_closed", "đã đóng")
    clock.forward(6 * 86400)
    outbox.purge()
    assert [(press.state, press.code) for press in outbox.recent()] == [
        ("pending", ""),
        ("refused", "rating_window_closed"),
    ]
    clock.forward(2 * 86400)
    outbox.purge()
    assert [press.state for press in outbox.recent()] == ["pending"]
    outbox.close()


@given(st.lists(st.tuples(st.integers(1, 3), st.booleans()), max_size=80))
def test_any_repetition_by_a_device_that_waits_for_its_answer_counts_each_press_once(turns: list[tuple[int, bool]]):
    """Stop and wait, as the protocol demands: some repeats of each message, now and then a restart of the device."""
    outbox = Outbox(Path(":memory:"), FakeClock())
    boot = sequence = 0
    for repeats, restart in turns:
        for _ in range(repeats):
            outbox.put(rate(sequence, boot=str(boot)))
        sequence = (sequence + 1) % 256
        if restart:
            boot, sequence = boot + 1, 0
    assert len(outbox.pending()) == len(turns)
    outbox.close()


# The desk in front of it


class Desk:
    def __init__(self, outbox: Outbox) -> None:
        self.reports: list[tuple[str, str]] = []
        self.clock = FakeClock()
        self.woken = 0
        self.desk = PressDesk(
            outbox,
            self.clock,
            lambda device, state, text: self.reports.append((state, text)),
            lambda counter: "t1",
            self.wake,
        )

    def wake(self) -> None:
        self.woken += 1


def test_a_chattering_button_is_cut_off_with_a_warning_and_comes_back(outbox: Outbox):
    at = Desk(outbox)
    for count in range(40):
        at.clock.forward(0.3)
        assert at.desk.take(rate(count, clock=at.clock)), "every message is acknowledged, or it would come again"
    assert len(outbox.pending()) == 8
    assert at.reports[0][0] == "warning"
    assert "dập liên tục" in at.reports[0][1]
    at.clock.forward(20)
    at.desk.watch()
    assert at.reports[-1] == ("ok", "")


def test_a_bounced_message_said_again_stays_a_bounce(outbox: Outbox):
    at = Desk(outbox)
    at.desk.take(rate(0, clock=at.clock))
    at.clock.forward(0.05)
    bounce = rate(1, clock=at.clock)
    at.desk.take(bounce)
    at.clock.forward(5)
    at.desk.take(replace(bounce, at=at.clock()))
    assert len(outbox.pending()) == 1


def test_a_disk_that_cannot_be_written_asks_the_device_to_keep_the_press(tmp_path: Path):
    outbox = Outbox(tmp_path / "o.sqlite3", FakeClock())
    at = Desk(outbox)
    outbox.close()
    assert not at.desk.take(rate())
    assert at.reports[0][0] == "error"
    assert at.woken == 0
