"""Formats of devices found in the field."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.protocol.ff68 import Ff68Frame, Ff68Framer, encode
from hardware.protocol.led import ascii_call, digits_of, four_bytes, read_ascii_call, read_four_bytes


def test_the_keypads_frame():
    assert encode(Ff68Frame(2, 1, b"\x0a")) == bytes.fromhex("FF 68 03 03 68 02 01 0A 0D 16")


@given(
    st.lists(st.builds(Ff68Frame, st.integers(0, 255), st.integers(0, 255), st.binary(max_size=20)), max_size=4),
    st.integers(1, 9),
)
def test_keypad_frames_in_any_pieces(frames: list[Ff68Frame], size: int):
    stream, framer, found = b"".join(map(encode, frames)), Ff68Framer(), []
    for at in range(0, len(stream), size):
        found += framer.feed(stream[at : at + size])
    assert found == frames


@settings(max_examples=1000)
@given(st.binary(max_size=200))
def test_garbage_on_the_keypads_line_does_not_crash(data: bytes):
    for frame in Ff68Framer().feed(data):
        assert encode(frame) in data


def test_of_20000_single_bit_errors_no_altered_key_is_taken():
    chance, line = random.Random(20261120), encode(Ff68Frame(2, 1, b"\x0a"))
    for _ in range(20_000):
        altered, bit = bytearray(line), chance.randrange(len(line) * 8)
        altered[bit // 8] ^= 1 << bit % 8
        assert Ff68Framer().feed(bytes(altered)) == []


def test_a_frame_after_noise_that_looks_like_a_start():
    framer = Ff68Framer()
    assert framer.feed(b"\xff\x68\x03\xff" + encode(Ff68Frame(1, 1, b"\x05"))) == [Ff68Frame(1, 1, b"\x05")]


def test_the_boards_of_digits():
    assert four_bytes(5, 999) == bytes.fromhex("05 03 E7 EF")
    assert read_four_bytes(four_bytes(5, 999)) == (5, 999)
    assert read_four_bytes(b"\x05\x03\xe7\xee") is None
    assert ascii_call(1, 2) == b"$001,02&"
    assert read_ascii_call(b"$001,02&") == (1, 2)


def test_a_board_of_digits_shows_the_digits_of_a_number():
    assert [digits_of(each) for each in ("A012", "1001", "", "A1234")] == [12, 1001, 0, 1234]
