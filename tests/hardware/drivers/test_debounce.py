"""Bouncing contacts and buttons that chatter."""

from __future__ import annotations

from datetime import timedelta

from hardware.drivers.debounce import Debounce, Verdict
from tests.hardware.fakes import MORNING


def after(seconds: float):
    return MORNING + timedelta(seconds=seconds)


def test_a_contact_that_bounces_is_one_press():
    button = Debounce()
    assert [button.press("1", after(t)) for t in (0, 0.02, 0.1)] == [Verdict.TAKE, Verdict.BOUNCE, Verdict.BOUNCE]
    assert button.press("1", after(0.5)) is Verdict.TAKE


def test_two_buttons_pressed_together_are_two_presses():
    button = Debounce()
    assert button.press("1", after(0)) is Verdict.TAKE
    assert button.press("2", after(0.01)) is Verdict.TAKE


def test_a_person_in_a_hurry_is_not_cut_off():
    button = Debounce()
    assert {button.press("1", after(1.5 * turn)) for turn in range(20)} == {Verdict.TAKE}


def test_a_button_that_chatters_is_cut_off_until_it_rests():
    button = Debounce()
    verdicts = [button.press("1", after(turn * 0.3)) for turn in range(40)]
    assert verdicts.count(Verdict.TAKE) == 8
    assert set(verdicts[8:]) == {Verdict.CUT_OFF}
    assert button.chattering
    assert button.press("2", after(12)) is Verdict.TAKE  # only the broken one is cut off
    assert not button.rested(after(15))
    assert button.rested(after(40 * 0.3 + 10))
    assert button.press("1", after(40)) is Verdict.TAKE


def test_it_comes_back_after_a_rest_even_when_nobody_looked():
    button = Debounce()
    for turn in range(40):
        button.press("1", after(turn * 0.3))
    assert button.press("1", after(60)) is Verdict.TAKE
