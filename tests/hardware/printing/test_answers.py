"""What a printer says back: sorted whatever comes with it, and never an answer made of noise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.printing import PrinterStatus
from hardware.printing.answers import (
    Answer,
    Automatic,
    Finished,
    RealTime,
    Sensor,
    Sorter,
    from_automatic,
    from_realtime,
)

REAL_TIME = st.sampled_from([0x12, 0x16, 0x1A, 0x1E, 0x32, 0x72, 0x7E]).map(
    lambda bits: (bytes([bits]), RealTime(bits))
)
SENSOR = st.sampled_from([0x00, 0x03, 0x0C, 0x0F]).map(lambda bits: (bytes([bits]), Sensor(bits)))
AUTOMATIC = st.tuples(st.sampled_from([0x10, 0x18, 0x3C]), *[st.sampled_from([0, 3, 0x0C, 0x0F, 0x6F])] * 3).map(
    lambda four: (bytes(four), Automatic(bytes(four)))
)
FINISHED = st.binary(min_size=4, max_size=4).map(lambda token: (b"\x37\x22" + token + b"\0", Finished(token)))
SAID = st.lists(st.one_of(REAL_TIME, SENSOR, AUTOMATIC, FINISHED), max_size=12)


def sorted_in(pieces: list[bytes]) -> list[Answer]:
    sorter = Sorter()
    return [answer for piece in pieces for answer in sorter.feed(piece)]


@given(SAID, st.data())
def test_answers_are_found_however_the_line_cuts_them(said: list[tuple[bytes, Answer]], data: st.DataObject) -> None:
    whole = b"".join(sent for sent, _ in said)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    pieces = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert sorted_in(pieces) == [answer for _, answer in said]


@given(st.binary(max_size=300))
def test_no_bytes_break_the_sorter(noise: bytes) -> None:
    sorter = Sorter()
    sorter.feed(noise)
    found = sorter.feed(b"\xff" * 8 + b"\x12")
    assert found[-1] == RealTime(0x12)


@given(st.binary(max_size=40))
def test_noise_is_no_proof(noise: bytes) -> None:
    for answer in sorted_in([noise]):
        assert not isinstance(answer, Finished) or b"\x37\x22" + answer.token + b"\0" in noise


@pytest.mark.parametrize(
    ("four", "expected"),
    [
        (b"\x10\x00\x00\x0f", PrinterStatus(True, "ok", "closed", "ok")),
        (b"\x10\x00\x03\x0f", PrinterStatus(True, "near_end", "closed", "ok")),
        (b"\x18\x00\x0f\x0f", PrinterStatus(False, "out", "closed", "ok")),
        (b"\x38\x00\x00\x0f", PrinterStatus(False, "ok", "open", "ok")),
        (b"\x18\x08\x00\x0f", PrinterStatus(False, "ok", "closed", "error")),
    ],
)
def test_automatic_status(four: bytes, expected: PrinterStatus) -> None:
    assert from_automatic(four) == expected


@pytest.mark.parametrize(
    ("given_", "state"),
    [
        ({1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}, "ok"),
        ({1: 0x12, 2: 0x12, 3: 0x12, 4: 0x1E}, "warning"),
        ({1: 0x1A, 2: 0x16, 3: 0x12, 4: 0x12}, "error"),
        ({1: 0x1A, 2: 0x32, 3: 0x12, 4: 0x7E}, "error"),
        ({1: 0x1A, 2: 0x12, 3: 0x12, 4: 0x12}, "offline"),
    ],
)
def test_real_time_status(given_: dict[int, int], state: str) -> None:
    assert from_realtime(given_, PrinterStatus()).state == state
