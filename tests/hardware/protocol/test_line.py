"""Our line protocol: what is sent is what is read, and what was altered on the way is not taken."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.protocol.line import MAX_LINE, BadFrame, Frame, Framer, crc16, decode, encode

ARGS = st.lists(st.text(st.characters(blacklist_categories=["Cs"]), max_size=6), max_size=3).map(tuple)
FRAMES = st.builds(
    Frame, st.integers(0, 255), st.integers(0, 255), st.from_regex(r"[A-Z][A-Z0-9]{0,7}", fullmatch=True), ARGS
).filter(lambda frame: _fits(frame))


def _fits(frame: Frame) -> bool:
    try:
        encode(frame)
    except ValueError:
        return False
    return True


def test_the_checksum_is_the_one_of_the_books():
    assert crc16(b"123456789") == 0x29B1


def test_a_press_on_the_wire():
    line = encode(Frame(1, 0x2A, "BTN", ("7f3c", "1", "120")))
    assert line == b"$01,2A,BTN,7f3c,1,120*86BF\r\n"
    assert decode(line) == Frame(1, 0x2A, "BTN", ("7f3c", "1", "120"))


def test_separators_in_a_text_are_escaped():
    frame = Frame(5, 0, "TEXT", ("Quầy 3, *$%",))
    assert decode(encode(frame)) == frame
    assert encode(frame).count(b"*") == 1


def test_a_frame_longer_than_a_line_is_not_made():
    with pytest.raises(ValueError, match="bytes"):
        encode(Frame(1, 1, "TEXT", ("x" * MAX_LINE,)))


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\r\n",
        b"$01,2A,BTN*0000\r\n",
        b"$01,2a,BTN*9F36\r\n",
        b"$1,2A,BTN*0000\r\n",
        b"01,2A,BTN*0000\r\n",
        b"$01,2A,BTN,7f3c,1,120*86bf\r\n",
        b"$01,2A,BTN,7f3c,1,120*86BF\n",
        b"$01,2A,BTN,7f3c,1,120*86BF\r\n\r\n",
    ],
)
def test_what_is_not_exactly_a_frame_is_refused(line: bytes):
    with pytest.raises(BadFrame):
        decode(line)


@given(FRAMES)
def test_every_frame_comes_back(frame: Frame):
    assert decode(encode(frame)) == frame


@given(st.lists(FRAMES, max_size=5), st.lists(st.integers(1, 7), min_size=1), st.binary(max_size=20))
def test_frames_in_any_pieces_and_after_any_noise(frames: list[Frame], pieces: list[int], noise: bytes):
    stream = noise.replace(b"\n", b"") + b"\r\n" + b"".join(encode(frame) for frame in frames)
    framer, found, at, turn = Framer(), [], 0, 0
    while at < len(stream):
        size = pieces[turn % len(pieces)]
        found += framer.feed(stream[at : at + size])
        at, turn = at + size, turn + 1
    assert found == frames


@settings(max_examples=2000)
@given(st.binary(max_size=400))
def test_garbage_neither_crashes_nor_passes(data: bytes):
    framer = Framer()
    for frame in framer.feed(data):
        assert encode(frame) in data  # only what is a true frame to the last byte


ORIGINALS = [
    Frame(1, 7, "BTN", ("7f3c", "1", "120")),
    Frame(2, 255, "KEY", ("00a1", "NEXT", "0")),
    Frame(5, 3, "TEXT", ("A012", "3", "CALL")),
    Frame(9, 0, "ACK", ("7f3c",)),
    Frame(3, 16, "POLL"),
]


def _flip_bits(chance: random.Random, line: bytes) -> bytes:
    altered = bytearray(line)
    for _ in range(chance.randint(1, 3)):
        bit = chance.randrange(len(line) * 8)
        altered[bit // 8] ^= 1 << bit % 8
    return bytes(altered)


def _burst(chance: random.Random, line: bytes) -> bytes:
    start, length = chance.randrange(len(line)), chance.randint(1, 8)
    return line[:start] + chance.randbytes(min(length, len(line) - start)) + line[start + length :]


def _cut(chance: random.Random, line: bytes) -> bytes:
    start = chance.randrange(len(line))
    return line[:start] + line[start + chance.randint(1, 4) :]


def _splice(chance: random.Random, line: bytes) -> bytes:
    return line[: chance.randrange(1, len(line))] + encode(chance.choice(ORIGINALS))


def test_of_20000_corrupted_frames_no_altered_message_is_taken():
    chance = random.Random(20261120)
    wrong, harmed = 0, 0
    for turn in range(20_000):
        original = chance.choice(ORIGINALS)
        damage = (_flip_bits, _burst, _cut, _splice)[turn % 4]
        line = damage(chance, encode(original))
        harmed += line != encode(original)
        # A splice ends in a whole frame of its own: that one may be taken, it was never altered.
        allowed = ORIGINALS if damage is _splice else [original]
        wrong += any(frame not in allowed for frame in Framer().feed(line))
    assert harmed > 19_000
    assert wrong == 0


def test_a_line_that_lost_its_end_does_not_take_the_next_one_with_it():
    whole = encode(Frame(3, 16, "POLL"))
    framer = Framer()
    assert framer.feed(b"$01,2A,BTN,7f3" + whole) == [Frame(3, 16, "POLL")]
    assert framer.dropped == 1
