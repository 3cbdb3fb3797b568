"""Who is asked next on a shared line."""

from __future__ import annotations

from hardware.protocol.poll import SILENT_INTERVAL_S, PollingMaster


def master(*addresses: int) -> PollingMaster:
    made = PollingMaster(interval=0.02, answer_timeout=0.1)
    for address in addresses:
        made.add(address)
    return made


def test_devices_are_asked_in_turn_and_one_at_a_time():
    line = master(1, 2)
    assert line.next_poll(0.0) == 1
    assert line.next_poll(0.01) is None
    assert line.heard(1)
    assert line.next_poll(0.01) == 2


def test_three_missed_answers_make_a_device_offline_once():
    line, gone, now = master(1), [], 0.0
    for _ in range(6):
        while line.next_poll(now) is None:
            now += 0.01
        now += 0.2
        gone += line.lapsed(now)
    assert gone == [1]


def test_a_silent_device_does_not_slow_the_others():
    line, now, asked = master(1, 2), 0.0, []
    while now < 20:
        address = line.next_poll(now)
        if address == 2:
            line.heard(2)
        if address is not None:
            asked.append(address)
        now += 0.01
        list(line.lapsed(now))
    assert asked.count(1) <= 3 + 20 / SILENT_INTERVAL_S + 1
    assert asked.count(2) > 400


def test_it_is_told_once_when_a_device_comes_back():
    line = master(1)
    assert line.heard(1)
    assert not line.heard(1)
    assert line.lost() == [1]
    assert line.heard(1)


def test_a_stranger_on_the_line_is_nobody():
    assert not master(1).heard(9)
